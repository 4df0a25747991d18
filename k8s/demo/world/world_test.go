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
