package plan

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/plan/knowledge"
)

// project gives workloads a projected token in place of a mounted secret.
func (b *builder) project(h *Hop) Step {
	if len(b.works.project) == 0 {
		return b.nothing(h, "TB-301", referrers...)
	}
	s := b.step(h, "TB-301", count(len(b.works.project), "workload", "workloads"))
	life, seconds := b.projectedLife()
	s.Actions = make([]Action, 0, len(b.works.project))
	for _, c := range b.works.project {
		w := c.workload
		a := Action{
			Kind: Project, Team: b.team(w.Namespace), Seconds: seconds,
			On: Pin{Kind: w.Kind, Namespace: w.Namespace, Name: w.Name, UID: w.UID, Generation: w.Generation},
		}
		for _, r := range c.refs {
			if !slices.Contains(a.Names, r.Secret) {
				a.Names = append(a.Names, r.Secret)
			}
			a.Change = append(a.Change, r.Where+": secret "+r.Secret+" becomes a projected volume with token ("+life+"), ca.crt and namespace")
			a.Evidence = append(a.Evidence, Evidence{string(model.CodeReferenced), "token " + r.token.Token.Name + " of account " + r.token.Token.Account + ": " + r.token.Verdict.String() + usedText(r.token)})
		}
		if w.ManagedBy != "" {
			a.Warn = append(a.Warn, "made by "+w.ManagedBy+": change it there too, or it comes back")
		}
		if w.Owner.Kind != "" {
			a.Warn = append(a.Warn, "controlled by "+w.Owner.Kind+" "+w.Owner.Name+": change it there")
		}
		s.Actions = append(s.Actions, a)
	}
	slices.SortStableFunc(s.Actions, func(x, y Action) int { return comparePins(x.On, y.On) })
	s.Facts = []string{
		"each runs as the account that the token belongs to, so the pod's own token has the same rights",
		"its program has to read the file again: clients that do not are refused once the token ends",
		"other keys of the secret are not in the projected volume",
		"Deployments and the like make their pods anew with the change, a CronJob with its next run",
	}
	if b.place.Form == knowledge.FormOpenShift {
		s.Facts = append(s.Facts, "a token secret made by an older OpenShift may hold service-ca.crt too: add configmap openshift-service-ca.crt where the program trusts it")
	}
	return s
}

// projectedLife says how long the projected token lives. While pod tokens are
// extended, the number that is extended is asked for, so that a program which
// never reads the file again has as long as with the default token.
func (b *builder) projectedLife() (words string, seconds int64) {
	if s := b.setting(model.APIServer, flagExtend); b.firm(s) && s.Value == "false" {
		return "1 hour, renewed", 3600
	}
	return "3607 seconds, renewed, and extended as the default one is", 3607
}

func usedText(f *model.Finding) string {
	if last := f.Token.LastUsed; last.Valid {
		return ", last used on " + last.Raw
	}
	return ""
}

func comparePins(x, y Pin) int {
	if c := strings.Compare(x.Namespace, y.Namespace); c != 0 {
		return c
	}
	if c := strings.Compare(x.Kind, y.Kind); c != 0 {
		return c
	}
	return strings.Compare(x.Name, y.Name)
}

// byHand are places that no projected volume can replace.
func (b *builder) byHand(h *Hop) Step {
	return b.workloadStep(h, "TB-302", b.works.byHand, "workload", "workloads", func(w *model.Workload, r tokenRef) string {
		switch {
		case w.Kind == "Job":
			return r.Where + ": " + r.How.String() + " " + r.Secret + "; a Job's template cannot be changed, it has to be made anew"
		case r.SubPath:
			return r.Where + ": " + r.Secret + " is mounted by subPath, and a file mounted so is never renewed"
		case r.Mapped:
			return r.Where + ": keys of " + r.Secret + " are mounted under other names; name them so in the projected volume"
		case r.How == model.RefEnv || r.How == model.RefEnvFrom:
			return r.Where + ": " + r.How.String() + " " + r.Secret
		case w.Kind == "Pod":
			return r.Where + ": " + r.Secret + "; made by " + w.Owner.Kind + " " + w.Owner.Name + ", which is not read here"
		}
		return r.Where + ": " + r.Secret + " belongs to account " + r.token.Token.Account + ", the pod runs as " + w.Account + ": a projected token would have other rights"
	})
}

// lone are pods that nobody makes again.
func (b *builder) lone(h *Hop) Step {
	return b.workloadStep(h, "TB-303", b.works.lone, "pod", "pods", func(w *model.Workload, r tokenRef) string {
		return r.Where + ": " + r.How.String() + " " + r.Secret + " (" + w.State.String() + ")"
	})
}

// others are references that are no volume and no variable of a workload.
func (b *builder) others(h *Hop) Step {
	s := b.workloadStep(h, "TB-314", b.works.other, "place", "places", func(_ *model.Workload, r tokenRef) string {
		return r.Where + ": " + r.How.String() + " " + r.Secret
	})
	var more []Object
	for _, f := range b.a.Findings {
		if f.Verdict == model.VerdictProtected {
			continue
		}
		for _, r := range f.References {
			if r.How == model.RefOAuthClient || r.How == model.RefAccountPull {
				more = append(more, Object{Kind: r.By.Kind, Namespace: r.By.Namespace, Name: r.By.Name, Team: b.team(r.By.Namespace), Note: r.Where + ": " + r.How.String() + ", token " + f.Token.Name})
			}
		}
	}
	if len(more) == 0 {
		return s // which says whether everything was read
	}
	objects := append(s.Objects, more...)
	s = b.step(h, "TB-314", count(len(objects), "place", "places"))
	s.Objects = objects
	return s
}

// workloadStep makes a step about workloads that people have to change.
func (b *builder) workloadStep(h *Hop, code string, list []change, one, many string, note func(*model.Workload, tokenRef) string) Step {
	if len(list) == 0 {
		return b.nothing(h, code, append(slices.Clone(referrers), model.KindAccounts)...)
	}
	s := b.step(h, code, count(len(list), one, many))
	for _, c := range list {
		w := c.workload
		var notes []string
		for _, r := range c.refs {
			notes = append(notes, note(w, r))
		}
		if w.ManagedBy != "" {
			notes = append(notes, "made by "+w.ManagedBy)
		}
		s.Objects = append(s.Objects, Object{Kind: w.Kind, Namespace: w.Namespace, Name: w.Name, Team: b.team(w.Namespace), Note: strings.Join(notes, "; ")})
	}
	slices.SortStableFunc(s.Objects, compareObjects)
	return s
}

func compareObjects(x, y Object) int {
	return comparePins(Pin{Kind: x.Kind, Namespace: x.Namespace, Name: x.Name}, Pin{Kind: y.Kind, Namespace: y.Namespace, Name: y.Name})
}
