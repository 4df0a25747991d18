package sample

import (
	"fmt"

	"timebound/model"
	"timebound/plan"
	know "timebound/plan/knowledge"
)

// Plan is a plan in which every state of a step, every position of a hop and
// every part of a forecast occurs. It is written by hand: what pages draw must
// not depend on what is known about versions today.
func Plan() *plan.Plan {
	return &plan.Plan{
		From: 27, Target: 30,
		Cluster:  plan.Cluster{Name: "prod-eu-1", Version: "v1.27.3"},
		Inputs:   plan.Inputs{Taken: Now, AsOf: model.DayOf(Now), Tokens: 412},
		Policy:   know.Policy{Name: "gradual"},
		Hops:     planHops(),
		Forecast: planForecast(),
		Impact:   planImpact(),
	}
}

func planHops() []plan.Hop {
	return []plan.Hop{
		{From: 23, To: 24, Position: plan.Past, Steps: []plan.Step{
			{ID: "1.24/TB-403", Code: "TB-403", Phase: plan.Set, State: plan.Done, Title: "no token secrets for new accounts"},
		}},
		{From: 24, To: 26, Position: plan.Past, Steps: []plan.Step{
			{ID: "1.26/TB-401", Code: "TB-401", Phase: plan.Set, State: plan.Overdue, Title: "--service-account-max-token-expiration=720h",
				Why: "Requested tokens should end within a month.", Facts: []string{"--service-account-max-token-expiration is 0s"},
				How: []string{"apiServer:", "  extraArgs:", "    # a month", "    service-account-max-token-expiration: 720h"}},
		}},
		{From: 27, To: 27, Position: plan.Here, Steps: hereSteps()},
		{From: 27, To: 28, Position: plan.Ahead, Date: model.DayOf(Now) + 30, DateAssumed: true, Name: Hostile,
			Changes: []plan.Change{
				{Minor: 28, Text: "Tracking cannot be switched off any more.", Source: "pkg/features/kube_features.go"},
				{Minor: 28, Text: "A cleaner exists, switched off.", Proof: know.ProofDocument, Source: Hostile},
			},
			Steps: []plan.Step{
				{ID: "1.28/TB-201", Code: "TB-201", Phase: plan.Before, State: plan.Blocked, Title: "kube-controller-manager sets a gate that 1.28 does not know",
					Facts: []string{"will not start on 1.28"}, Why: "An unknown gate keeps a component from starting."},
				{ID: "1.28/TB-501", Code: "TB-501", Phase: plan.After, State: plan.ToDo, Title: "every API server runs 1.28", Verify: []string{"kubectl get --raw /version"}},
			}},
		{From: 28, To: 30, Position: plan.Ahead, Date: model.DayOf(Now) + 130, Steps: []plan.Step{
			{ID: "1.30/TB-209", Code: "TB-209", Phase: plan.Before, State: plan.CannotTell, Title: "keep every old public key"},
			{ID: "1.30/TB-304", Code: "TB-304", Phase: plan.Do, State: plan.Blocked, Title: "switch 2 idle tokens off by label", Facts: []string{"not before every API server runs 1.29"}},
		}},
	}
}

func hereSteps() []plan.Step {
	idle := plan.Step{
		ID: "1.27/TB-304", Code: "TB-304", Phase: plan.Do, State: plan.ToDo, Title: "switch 6 idle tokens off by label", Why: "No use and no reference was seen.",
		Undo: "Take the label away.", Verify: []string{"kubectl get secrets -A -l kubernetes.io/legacy-token-invalid-since -L kubernetes.io/legacy-token-last-used"},
	}
	for i := range 6 {
		name := fmt.Sprintf("ledger-token-%d", i)
		if i == 1 {
			name = Hostile
		}
		idle.Actions = append(idle.Actions, plan.Action{
			Kind: plan.Invalidate, On: plan.Pin{Kind: "Secret", Namespace: "payments", Name: name, UID: fmt.Sprint(i)}, Verdict: "idle",
			Change:   []string{"label kubernetes.io/legacy-token-invalid-since is set to the day"},
			Evidence: []plan.Evidence{{Code: "TB-167", Text: "this token was not seen in 283 days"}, {Code: "TB-142", Text: "nothing points at it"}},
			NotSeen:  []plan.Evidence{{Code: "TB-180", Text: "no audit log was read"}},
		})
	}
	return []plan.Step{
		{ID: "1.27/TB-205", Code: "TB-205", Phase: plan.Before, State: plan.Done, Title: "uses are recorded since 2025-10-18"},
		{ID: "1.27/TB-402", Code: "TB-402", Phase: plan.Set, State: plan.NotApplicable, Title: "--service-account-extend-token-expiration=false"},
		{ID: "1.27/TB-301", Code: "TB-301", Phase: plan.Do, State: plan.ToDo, Title: "give 1 workload a projected token", Why: "The same path, but a token of the pod's own.",
			Actions: []plan.Action{{Kind: plan.Project, On: plan.Pin{Kind: "Deployment", Namespace: "payments", Name: "legacy-app", UID: "w"},
				Change: []string{"volume token becomes a projected volume"}, Warn: []string{"made by Helm release legacy-app: change it there too"}}}},
		idle,
		{ID: "1.27/TB-309", Code: "TB-309", Phase: plan.Do, State: plan.CannotTell, Title: "look at 1 name in .secrets", Facts: []string{"secrets of other types are never listed"},
			Actions: []plan.Action{{Kind: plan.Detach, On: plan.Pin{Kind: "ServiceAccount", Namespace: "payments", Name: "export", UID: "a"}}}},
		{ID: "1.27/TB-314", Code: "TB-314", Phase: plan.Do, State: plan.ToDo, Title: "find what points at 2 tokens and places", Objects: []plan.Object{
			{Kind: "Deployment", Namespace: "payments", Name: "model-pull", Note: "imagePullSecrets"}, {Kind: "ServiceAccount", Namespace: "ci", Name: "jenkins", Note: "OAuth client"}}},
		{ID: "1.27/TB-320", Code: "TB-320", Phase: plan.Outside, State: plan.ToDo, Title: "choose a way for 1 token used from outside", Why: "Nothing in the cluster points at it.",
			Objects: []plan.Object{{Kind: "Secret", Namespace: "payments", Name: InUse, Note: "account ci-deployer"}},
			Ways: []plan.Way{
				{ID: "oidc", Title: "Sign in by OIDC", How: "The pipeline's own identity is trusted.", Good: "no secret at all", Bad: "needs an issuer", Needs: "1.30", HandOver: "the issuer's address"},
				{ID: "requester", Title: "A requester", How: "An account that may only request tokens.", Good: "short lives", Bad: "one secret stays", Needs: "nothing", HandOver: "a kubeconfig", Lines: []string{"kind: Role", "rules:", "  verbs: [create]"}},
			}},
	}
}

func planForecast() plan.Forecast {
	f := plan.Forecast{
		Assumptions: []plan.Assumption{{Text: "uses are recorded since 2025-10-18"}, {Text: "the clean-up period is 365 days", Assumed: true}},
		Spared:      []plan.Spared{{Why: "not listed in .secrets of its account", Tokens: 266}, {Why: "named by a pod", Tokens: 61}},
	}
	today := model.DayOf(Now)
	for i := range 40 {
		off := today + model.Day(i*i/4)
		item := plan.ForecastItem{Namespace: "payments", Name: fmt.Sprintf("export-token-%02d", i), Account: "export", Invalidated: off, Deleted: off + 366, LastUsed: off - 366}
		switch {
		case i == 0:
			item.Name, item.Invalidated = Hostile, 0
		case i%10 == 3:
			item.Wanted, item.Doubt = "suspended CronJob report", "only if it is not used any more"
		}
		f.Items = append(f.Items, item)
	}
	return f
}

func planImpact() plan.Impact {
	nothing := plan.ImpactCell{Now: "nothing"}
	return plan.Impact{
		Settings: []string{"maximum life", "tracking", "clean-up"},
		Rows: []plan.ImpactRow{
			{Title: "auto-generated secret", Count: "169 tokens", Cells: []plan.ImpactCell{nothing, {Touches: true, Now: "the day of the last use is recorded"},
				{Touches: true, Now: "nothing: no cleaner runs", Later: []plan.ImpactLater{{Minor: 30, Text: "unused ones are switched off, then deleted"}}}}},
			{Title: "manual secret", Count: "263 tokens", Cells: []plan.ImpactCell{nothing, {Touches: true, Now: "the day of the last use is recorded", Told: "no", Why: "manual tokens get the label too"}, nothing}},
			{Title: "requested, without a pod", Count: "not known without an audit log", Cells: []plan.ImpactCell{{Touches: true, Now: "no limit"}, nothing, nothing}},
		},
	}
}
