package world

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
)

func TestEveryKindOfTokenOccursSeveralTimes(t *testing.T) {
	c := loaded(t)
	pointed := c.pointedAt()
	seen, day90 := map[string]int{}, c.world.Now.Add(-90*day)
	for k, s := range c.tokens {
		used, off := s.Labels[labelLastUsed], s.Labels[labelInvalidSince]
		kind := "idle"
		switch {
		case c.dead(s):
			kind = "dead"
		case off != "" && used > off:
			kind = "knocked"
		case off != "":
			kind = "invalidated"
		case used >= day90.Format(dayLayout):
			kind = "in use"
		case pointed[k]:
			kind = "referenced"
		case s.CreationTimestamp.After(day90):
			kind = "quiet"
		}
		seen[kind]++
		if c.listed(s) {
			seen["auto-generated"]++
		} else {
			seen["manual"]++
		}
		if k.namespace == "payments-custody" {
			seen["account not readable"]++
		}
		if kind == "idle" && c.listed(s) {
			seen["idle and auto-generated"]++
		}
	}
	for _, kind := range []string{"dead", "knocked", "invalidated", "in use", "referenced", "quiet", "idle",
		"auto-generated", "manual", "account not readable", "idle and auto-generated"} {
		if seen[kind] < 3 {
			t.Errorf("%s: %d", kind, seen[kind])
		}
	}
	t.Log(seen)
}

func TestLastUsesAreSpreadOverTime(t *testing.T) {
	c := loaded(t)
	counts := map[string]int{}
	for _, s := range c.tokens {
		used, err := time.Parse(dayLayout, s.Labels[labelLastUsed])
		switch age := c.world.Now.Sub(used); {
		case err != nil:
			counts["never"]++
		case age < day:
			counts["today"]++
		case age < 7*day:
			counts["this week"]++
		case age < 30*day:
			counts["this month"]++
		case age < 90*day:
			counts["90 days"]++
		case age < 180*day:
			counts["half a year"]++
		case age < 365*day:
			counts["a year"]++
		default:
			counts["more"]++
		}
	}
	for _, span := range []string{"never", "today", "this week", "this month", "90 days", "half a year", "a year", "more"} {
		if counts[span] < 5 {
			t.Errorf("%s: %d", span, counts[span])
		}
	}
}

func TestTheStories(t *testing.T) {
	c := loaded(t)
	now := c.world.Now
	daysAgo := func(n int) string { return now.Add(-time.Duration(n) * day).Format(dayLayout) }
	pointed := c.pointedAt()
	for story, holds := range map[string]func() bool{
		"an outside pipeline uses a manual token that nothing references": func() bool {
			s := c.tokens[objectKey{"payments", "ci-deployer-token"}]
			return s.Labels[labelLastUsed] == daysAgo(1) && !c.listed(s) && !pointed[objectKey{"payments", "ci-deployer-token"}]
		},
		"a suspended CronJob mounts a token for the quarterly report": func() bool {
			job := c.crons[objectKey{"payments", "quarterly-report"}]
			return *job.Spec.Suspend && secretsOf(&job.Spec.JobTemplate.Spec.Template.Spec)[0] == "quarterly-report-token-kx4zd"
		},
		"upstream's cleaner switched off what only a template wants": func() bool {
			s := c.tokens[objectKey{"legacy-reporting", "year-end-token-rr7wm"}]
			return s.Labels[labelInvalidSince] == "2026-10-29"
		},
		"Argo CD in another cluster uses its manager token": func() bool {
			return c.tokens[objectKey{"kube-system", "argocd-manager-long-lived-token"}].Labels[labelLastUsed] == daysAgo(0)
		},
		"Prometheus has its bearer token from the environment": func() bool {
			return slices.Contains(secretsOf(&c.pods[objectKey{"monitoring", "prometheus-0"}].Spec), "prometheus-token-jb9xz")
		},
		"Grafana's account is an OAuth client": func() bool {
			return c.accounts[objectKey{"monitoring", "grafana"}].Annotations["serviceaccounts.openshift.io/oauth-redirectreference.grafana"] != ""
		},
		"an account was made anew under another UID": func() bool {
			s := c.tokens[objectKey{"ledger", "month-end-token-x7wq4"}]
			return c.account(s) != nil && c.dead(s) && s.DeletionTimestamp == nil
		},
		"an account is gone": func() bool { return c.account(c.tokens[objectKey{"identity", "adfs-bridge-token-9d4xk"}]) == nil },
		"a deletion hangs on a finalizer": func() bool {
			s := c.tokens[objectKey{"legacy-billing", "collections-token-2nrw8"}]
			return s.DeletionTimestamp != nil && s.Finalizers[0] == "openshift.io/legacy-token"
		},
		"a last-used label is no day": func() bool {
			return c.tokens[objectKey{"payments", "pci-scanner-token"}].Labels[labelLastUsed] == "20260114"
		},
		"an invalid-since label lies in the future": func() bool {
			return c.tokens[objectKey{"ingress-edge", "lb-controller-token"}].Labels[labelInvalidSince] == "2027-06-30"
		},
		"somebody knocks at a token that was switched off by hand": func() bool {
			s := c.tokens[objectKey{"ci", "deploy-bot-token"}]
			return s.Labels[labelLastUsed] > s.Labels[labelInvalidSince] && s.Labels[labelInvalidSince] != ""
		},
		"a token was switched off on the day of its last use": func() bool {
			s := c.tokens[objectKey{"partner-gateway", "partner-omega-token"}]
			return s.Labels[labelLastUsed] == s.Labels[labelInvalidSince]
		},
		"a young token was not used yet": func() bool {
			s := c.tokens[objectKey{"fraud-scoring", "rule-sync-token"}]
			return s.Labels[labelLastUsed] == "" && now.Sub(s.CreationTimestamp.Time) < 21*day
		},
		"a finished Job's pod references a token": func() bool {
			for _, p := range c.pods {
				if p.Status.Phase == corev1.PodSucceeded && slices.Contains(secretsOf(&p.Spec), "export-finance-backfill-token") {
					return true
				}
			}
			return false
		},
		"a token serves as image pull secret": func() bool {
			for k, p := range c.pods {
				if len(p.Spec.ImagePullSecrets) == 1 && c.tokens[objectKey{k.namespace, p.Spec.ImagePullSecrets[0].Name}] != nil {
					return true
				}
			}
			return false
		},
		"OpenShift's recovery tokens were never used": func() bool {
			for _, ns := range []string{"openshift-kube-apiserver", "openshift-kube-controller-manager", "openshift-kube-scheduler"} {
				s := c.tokens[objectKey{ns, "localhost-recovery-client-token"}]
				if s == nil || s.Labels[labelLastUsed] != "" || s.Labels[labelInvalidSince] != "" || c.listed(s) {
					return false
				}
			}
			return c.tokens[objectKey{"openshift-machine-config-operator", "node-bootstrapper-token"}] != nil
		},
		"OpenShift's registry pairs carry a live token in an annotation": func() bool {
			for k, s := range c.secrets {
				if name := s.Annotations[annotationTokenName]; name != "" &&
					strings.HasPrefix(s.Annotations[annotationTokenValue], CanaryAnnotation) && s.Finalizers[0] == legacyToken &&
					c.tokens[objectKey{k.namespace, name}].Labels[legacyToken] == "true" && !c.listed(c.tokens[objectKey{k.namespace, name}]) {
					return true
				}
			}
			return false
		},
		"young accounts have bound pull secrets": func() bool {
			for _, s := range c.secrets {
				if s.Annotations[annotationBinding] == "bound" {
					return true
				}
			}
			return false
		},
		"an account lists a secret that is gone": func() bool {
			a := c.accounts[objectKey{"legacy-billing", "archive-2023"}]
			return len(a.Secrets) == 1 && c.secrets[objectKey{"legacy-billing", a.Secrets[0].Name}] == nil
		},
		"an owner's note is hostile": func() bool {
			note := c.tokens[objectKey{"partner-gateway", "partner-delta-token"}].Annotations["owner"]
			return strings.Contains(note, "\x1b[31m") && strings.Contains(note, "\u202e")
		},
		"a Helm release name is hostile": func() bool {
			for _, o := range c.world.Objects {
				if m, err := meta.Accessor(o); err == nil && m.GetName() == "crm-mailer" &&
					strings.Contains(m.GetAnnotations()["meta.helm.sh/release-name"], "\x1b[2J\u202e") {
					return true
				}
			}
			return false
		},
	} {
		t.Run(story, func(t *testing.T) {
			if !holds() {
				t.Error("the story is not told any more")
			}
		})
	}
}

// The demo's cleaner decides as upstream's does.
func TestWhatTheCleanerSwitchesOff(t *testing.T) {
	for name, c := range map[string]struct{ token, want string }{
		"old and never used":             {"{name: t, listed: true, created: 800d}", "2026-10-29"},
		"not used for a year and a day":  {"{name: t, listed: true, created: 800d, used: 366d}", "2026-11-22"},
		"not used for a year":            {"{name: t, listed: true, created: 800d, used: 365d}", ""},
		"used yesterday":                 {"{name: t, listed: true, created: 800d, used: 1d}", ""},
		"younger than a year":            {"{name: t, listed: true, created: 300d}", ""},
		"became a year old this month":   {"{name: t, listed: true, created: \"2025-11-10\"}", "2026-11-11"},
		"manual":                         {"{name: t, created: 800d}", ""},
		"of another account of the name": {"{name: t, listed: true, created: 800d, remade: true}", ""},
		"being deleted":                  {"{name: t, listed: true, created: 800d, deleting: 1d, finalizers: [a/b]}", ""},
		"label that is no day":           {"{name: t, listed: true, created: 800d, used: soon}", ""},
		"switched off already":           {"{name: t, listed: true, created: 800d, invalidSince: 3d}", "2026-11-19"},
		"mounted":                        {"{name: mounted, listed: true, created: 800d}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := fmt.Sprintf(`
namespaces:
- name: a
  created: 900d
  accounts: [{name: default, tokens: [%s]}]
  secrets: [{name: other}]
  workloads: [{kind: Pod, name: w, volumes: [mounted]}]
`, c.token)
			w, err := load(fstest.MapFS{"cluster.yaml": {Data: []byte(smallCluster)}, "teams.yaml": {Data: []byte(text)}})
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range w.Objects {
				if s, ok := o.(*corev1.Secret); ok && s.Type == corev1.SecretTypeServiceAccountToken && s.Labels[labelInvalidSince] != c.want {
					t.Errorf("invalid since %q, want %q", s.Labels[labelInvalidSince], c.want)
				}
			}
		})
	}
}
