package world

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// cluster is the world sorted for questions.
type cluster struct {
	world    *World
	tokens   map[objectKey]*corev1.Secret
	secrets  map[objectKey]*corev1.Secret
	accounts map[objectKey]*corev1.ServiceAccount
	pods     map[objectKey]*corev1.Pod
	crons    map[objectKey]*batchv1.CronJob
}

func loaded(t *testing.T) cluster {
	t.Helper()
	w, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	c := cluster{w, map[objectKey]*corev1.Secret{}, map[objectKey]*corev1.Secret{}, map[objectKey]*corev1.ServiceAccount{},
		map[objectKey]*corev1.Pod{}, map[objectKey]*batchv1.CronJob{}}
	for _, o := range w.Objects {
		switch o := o.(type) {
		case *corev1.Secret:
			c.secrets[objectKey{o.Namespace, o.Name}] = o
			if o.Type == corev1.SecretTypeServiceAccountToken {
				c.tokens[objectKey{o.Namespace, o.Name}] = o
			}
		case *corev1.ServiceAccount:
			c.accounts[objectKey{o.Namespace, o.Name}] = o
		case *corev1.Pod:
			c.pods[objectKey{o.Namespace, o.Name}] = o
		case *batchv1.CronJob:
			c.crons[objectKey{o.Namespace, o.Name}] = o
		}
	}
	return c
}

func (c cluster) account(s *corev1.Secret) *corev1.ServiceAccount {
	return c.accounts[objectKey{s.Namespace, s.Annotations[corev1.ServiceAccountNameKey]}]
}

func (c cluster) listed(s *corev1.Secret) bool {
	a := c.account(s)
	return a != nil && slices.ContainsFunc(a.Secrets, func(r corev1.ObjectReference) bool { return r.Name == s.Name })
}

func (c cluster) dead(s *corev1.Secret) bool {
	a := c.account(s)
	return s.DeletionTimestamp != nil || a == nil || string(a.UID) != s.Annotations[corev1.ServiceAccountUIDKey]
}

// pointedAt names the secrets of a namespace that pods and registry pairs
// point at.
func (c cluster) pointedAt() map[objectKey]bool {
	found := map[objectKey]bool{}
	for k, p := range c.pods {
		for _, name := range secretsOf(&p.Spec) {
			found[objectKey{k.namespace, name}] = true
		}
	}
	for k, s := range c.secrets {
		if name := s.Annotations[annotationTokenName]; name != "" {
			found[objectKey{k.namespace, name}] = true
		}
	}
	return found
}

func TestTheClusterIsOfABelievableSize(t *testing.T) {
	c := loaded(t)
	if n := len(c.tokens); n < 350 || n > 450 {
		t.Errorf("%d tokens, want a few hundred", n)
	}
	namespaces, nodes := 0, 0
	for _, o := range c.world.Objects {
		switch o := o.(type) {
		case *corev1.Namespace:
			namespaces++
		case *corev1.Node:
			nodes++
			if o.Status.NodeInfo.KubeletVersion != c.world.Version {
				t.Errorf("%s runs %s", o.Name, o.Status.NodeInfo.KubeletVersion)
			}
		}
	}
	if namespaces < 30 || nodes != 14 {
		t.Errorf("%d namespaces, %d nodes", namespaces, nodes)
	}
}

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

// Nothing in the world contradicts how a real cluster comes about.
func TestTheWorldCanExist(t *testing.T) {
	c := loaded(t)
	tracking := "2025-10-18"
	for k, s := range c.tokens {
		used := s.Labels[labelLastUsed]
		if used == "20260114" {
			continue // told as a story below
		}
		if used != "" && (used < tracking || used < s.CreationTimestamp.UTC().Format(dayLayout) || used > c.world.Now.Format(dayLayout)) {
			t.Errorf("%v was last used on %s, but uses are recorded since %s and it was made on %s", k, used, tracking, s.CreationTimestamp)
		}
		if s.CreationTimestamp.After(c.world.Now) {
			t.Errorf("%v was made in the future", k)
		}
		if a := c.account(s); a != nil && !c.dead(s) && s.CreationTimestamp.Time.Before(a.CreationTimestamp.Add(-12*time.Hour)) {
			t.Errorf("%v is older than its account", k)
		}
		if c.listed(s) && !s.CreationTimestamp.Time.Before(time.Date(2022, 11, 9, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%v is auto-generated, but was made after the upgrade to 1.24", k)
		}
	}
	for _, o := range c.world.Objects {
		m, err := meta.Accessor(o)
		if err != nil {
			t.Fatal(err)
		}
		if errs := validation.ValidateObjectMetaAccessor(m, m.GetNamespace() != "", nameRule(o), field.NewPath("metadata")); len(errs) > 0 {
			t.Errorf("%T %s/%s: %v", o, m.GetNamespace(), m.GetName(), errs)
		}
	}
	for k, p := range c.pods {
		for _, name := range secretsOf(&p.Spec) {
			if c.secrets[objectKey{k.namespace, name}] == nil {
				t.Errorf("pod %v wants secret %s, which is not there", k, name)
			}
		}
	}
}

// nameRule gives the rule for an object's name. Roles and bindings may be called
// whatever fits into a path.
func nameRule(o runtime.Object) validation.ValidateNameFunc {
	if strings.HasPrefix(fmt.Sprintf("%T", o), "*v1.ClusterRole") || strings.HasPrefix(fmt.Sprintf("%T", o), "*v1.Role") {
		return func(name string, _ bool) []string {
			if strings.ContainsAny(name, "/%") {
				return []string{"no segment of a path"}
			}
			return nil
		}
	}
	return validation.NameIsDNSSubdomain
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

func TestEveryLoadGivesTheSameWorld(t *testing.T) {
	if a, b := loaded(t).world, loaded(t).world; !reflect.DeepEqual(a, b) {
		t.Error("two loads differ")
	}
}

func TestTheClockIsKnownBeforeTheWorld(t *testing.T) {
	now, err := Now()
	if err != nil || !now.Equal(loaded(t).world.Now) {
		t.Errorf("%v, %v", now, err)
	}
}

const smallCluster = `
now: "2026-11-22T09:30:00Z"
trackingSince: "2025-10-18"
cleanerSince: "2026-10-29"
tokensMadeUntil: "2022-11-08"
pairsMadeUntil: "2026-10-29"
nodes: [{name: one, role: worker, created: 10d}]
`

func TestMistakesInTheYAMLAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ text, message string }{
		"unknown field":        {"namespaces: [{name: a, created: 1d, colour: red}]", `teams.yaml: error unmarshaling JSON: while decoding JSON: json: unknown field "colour"`},
		"unknown kind":         {"namespaces: [{name: a, created: 1d, standard: {}, workloads: [{kind: Riddle, name: w}]}]", `teams.yaml: namespace a: workload w: kind "Riddle" is not known`},
		"age that is none":     {"namespaces: [{name: a, created: long ago}]", `teams.yaml: namespace a: "long ago" is neither an age (412d, 6h) nor a date (2024-03-05)`},
		"account that is none": {"namespaces: [{name: a, created: 1d, workloads: [{kind: Pod, name: w, account: x}]}]", "teams.yaml: namespace a: workload w runs as account x, which is not in the namespace"},
		"unknown tool":         {"namespaces: [{name: a, created: 1d, standard: {}, workloads: [{kind: Pod, name: w, managed: magic x}]}]", `teams.yaml: namespace a: workload w: managed: "magic x" is none of helm, argocd, flux`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(fstest.MapFS{"cluster.yaml": {Data: []byte(smallCluster)}, "teams.yaml": {Data: []byte(c.text)}})
			if err == nil || err.Error() != c.message {
				t.Errorf("got  %v\nwant %s", err, c.message)
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
