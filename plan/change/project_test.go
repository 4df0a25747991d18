package change

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"

	"timebound/model/wire"
	"timebound/plan"
)

// objects is a cluster of single objects that can only be read.
type objects map[string]*wire.Object

func (o objects) get(t wire.Target) (*wire.Object, error) {
	found := o[t.Path()]
	if found == nil {
		return nil, &wire.Failure{Code: 404, Message: "not found"}
	}
	return found, nil
}

func (o objects) Metadata(_ context.Context, t wire.Target) (*wire.Object, error) { return o.get(t) }
func (o objects) Whole(_ context.Context, t wire.Target) (*wire.Object, error)    { return o.get(t) }
func (objects) Token(context.Context, wire.Target, func(wire.Secret) error) error {
	return errors.New("no bytes here")
}
func (objects) Keys(context.Context) ([]wire.Key, error)              { return nil, nil }
func (objects) May(context.Context, wire.Right, string) (bool, error) { return true, nil }
func (objects) Send(context.Context, wire.Request) (*wire.Object, error) {
	return nil, errors.New("read only")
}
func (objects) SendWith(context.Context, wire.Request, map[string][]byte) (*wire.Object, error) {
	return nil, errors.New("read only")
}
func (objects) Issue(context.Context, wire.Target, wire.TokenWish, func(wire.Issued) error) error {
	return errors.New("read only")
}

// deployment is a workload with a pod spec.
func deployment(spec string) *wire.Object {
	var body map[string]any
	text := `{"kind":"Deployment","metadata":{"uid":"u1","generation":3,"name":"app","namespace":"ns"},"spec":{"template":{"spec":` + spec + `}}}`
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		panic(err)
	}
	return &wire.Object{Kind: "Deployment", Namespace: "ns", Name: "app", UID: "u1", Generation: 3, Body: body}
}

func projectItem(secrets ...string) *Item {
	return &Item{Action: plan.Action{Kind: plan.Project, Names: secrets, On: plan.Pin{Kind: "Deployment", Namespace: "ns", Name: "app", UID: "u1", Generation: 3}}}
}

// clusterOf holds a workload and its account.
func clusterOf(w *wire.Object) objects {
	t, _ := wire.TargetOf("Deployment", "ns", "app")
	a, _ := wire.TargetOf("ServiceAccount", "ns", "robot")
	return objects{t.Path(): w, a.Path(): {Kind: "ServiceAccount", UID: "a1", Body: map[string]any{}}}
}

// apply applies a request as the server would, and gives the pod spec.
func apply(t *testing.T, w *wire.Object, r wire.Request) string {
	t.Helper()
	before, _ := json.Marshal(w.Body)
	p, err := jsonpatch.DecodePatch(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	after, err := p.Apply(before)
	if err != nil {
		t.Fatalf("the server would refuse it: %v\n%s", err, r.Body)
	}
	if err := json.Unmarshal(after, &w.Body); err != nil {
		t.Fatal(err)
	}
	spec, err := templateOf(w)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(spec.spec)
	return string(text)
}

const projectedSpec = `"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},` +
	`{"configMap":{"items":[{"key":"ca.crt","path":"ca.crt"}],"name":"kube-root-ca.crt"}},` +
	`{"downwardAPI":{"items":[{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"},"path":"namespace"}]}}]`

// TestProjectThereAndBack: the projected volume takes the secret's place, and
// undoing gives the very same spec back.
func TestProjectThereAndBack(t *testing.T) {
	for _, c := range []struct {
		name, spec string
		secrets    []string
		has        []string // in the spec afterwards
		lacks      []string
	}{
		{"a secret volume keeps its name, mounts and mode",
			`{"serviceAccountName":"robot","containers":[{"name":"c","volumeMounts":[{"name":"t","mountPath":"/tok"}]}],"volumes":[{"name":"t","secret":{"secretName":"tok","defaultMode":288}}]}`,
			[]string{"tok"}, []string{`"defaultMode":288`, projectedSpec, `{"mountPath":"/tok","name":"t"}`}, []string{"secretName"}},
		{"only the token's volume",
			`{"serviceAccountName":"robot","containers":[{"name":"c"}],"volumes":[{"name":"x","secret":{"secretName":"other"}},{"name":"t","secret":{"secretName":"tok"}},{"name":"y","emptyDir":{}}]}`,
			[]string{"tok"}, []string{`{"name":"x","secret":{"secretName":"other"}}`, `{"emptyDir":{},"name":"y"}`}, []string{`"tok"`}},
		{"two volumes at once",
			`{"serviceAccountName":"robot","containers":[{"name":"c"}],"volumes":[{"name":"t","secret":{"secretName":"tok"}},{"name":"u","secret":{"secretName":"tok2"}}]}`,
			[]string{"tok", "tok2"}, nil, []string{"secretName"}},
		{"at the default path the mount goes, for the pod's own token",
			`{"serviceAccountName":"robot","containers":[{"name":"c","volumeMounts":[{"name":"d","mountPath":"/data"},{"name":"t","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount/"}]}],"initContainers":[{"name":"i","volumeMounts":[{"name":"t","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]}],"volumes":[{"name":"d","emptyDir":{}},{"name":"t","secret":{"secretName":"tok"}}]}`,
			[]string{"tok"}, []string{`"volumes":[{"emptyDir":{},"name":"d"}]`, `{"mountPath":"/data","name":"d"}`}, []string{"serviceaccount", "projected"}},
		{"unless the pod gets none by itself",
			`{"automountServiceAccountToken":false,"serviceAccountName":"robot","containers":[{"name":"c","volumeMounts":[{"name":"t","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]}],"volumes":[{"name":"t","secret":{"secretName":"tok"}}]}`,
			[]string{"tok"}, []string{projectedSpec, "kubernetes.io/serviceaccount"}, []string{"secretName"}},
		{"a source of a projected volume",
			`{"serviceAccountName":"robot","containers":[{"name":"c"}],"volumes":[{"name":"t","projected":{"defaultMode":420,"sources":[{"configMap":{"name":"settings"}},{"secret":{"name":"tok"}}]}}]}`,
			[]string{"tok"}, []string{`{"configMap":{"name":"settings"}}`, `"serviceAccountToken"`, `"defaultMode":420`}, []string{`"secret"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := deployment(c.spec)
			before, _ := json.Marshal(w.Body)
			d, err := Prepare(context.Background(), clusterOf(w), projectItem(c.secrets...), Making{Run: "r1"})
			if err != nil {
				t.Fatal(err)
			}
			// Prepare may work on what it read; the server has its own.
			if err := json.Unmarshal(before, &w.Body); err != nil {
				t.Fatal(err)
			}
			after := apply(t, w, d.Request)
			for _, text := range c.has {
				if !strings.Contains(after, text) {
					t.Errorf("lacks %s:\n%s", text, after)
				}
			}
			for _, text := range c.lacks {
				if strings.Contains(after, text) {
					t.Errorf("has %s:\n%s", text, after)
				}
			}
			d.Inverse.Left(w)
			w.Annotations = map[string]string{RunAnnotation: "r1"}
			back := &Item{Action: plan.Action{Kind: plan.Unproject, On: projectItem().On}, Inverse: d.Inverse}
			u, err := Prepare(context.Background(), clusterOf(w), back, Making{Run: "r2"})
			if err != nil {
				t.Fatal(err)
			}
			apply(t, w, u.Request)
			var was map[string]any
			if err := json.Unmarshal(before, &was); err != nil {
				t.Fatal(err)
			}
			want, got := mustJSON(was["spec"]), mustJSON(w.Body["spec"])
			if string(sortedVolumes(want)) != string(sortedVolumes(got)) {
				t.Errorf("undone it is\n%s\nwas\n%s", got, want)
			}
		})
	}
}

// sortedVolumes lets volumes come back at another place: their order means
// nothing.
func sortedVolumes(spec []byte) []byte {
	var m map[string]any
	if json.Unmarshal(spec, &m) != nil {
		return spec
	}
	pod := m["template"].(map[string]any)["spec"].(map[string]any)
	byName := map[string]any{}
	for _, v := range list(pod["volumes"]) {
		byName[text(v, "name")] = v
	}
	pod["volumes"] = byName
	return mustJSON(m)
}

// TestProjectIsRefused: what cannot be replaced one to one is left alone.
func TestProjectIsRefused(t *testing.T) {
	for _, c := range []struct {
		name, spec string
		item       *Item
		want       SkipCode
		why        string
	}{
		{"keys under other names", `{"containers":[],"volumes":[{"name":"t","secret":{"secretName":"tok","items":[{"key":"token","path":"jwt"}]}}]}`, projectItem("tok"), SkipRefused, "under other names"},
		{"a projected volume with a token of its own", `{"containers":[],"volumes":[{"name":"t","projected":{"sources":[{"secret":{"name":"tok"}},{"serviceAccountToken":{"path":"token"}}]}}]}`, projectItem("tok"), SkipRefused, "by hand"},
		{"mounted by subPath", `{"containers":[{"name":"c","volumeMounts":[{"name":"t","mountPath":"/a","subPath":"token"}]}],"volumes":[{"name":"t","secret":{"secretName":"tok"}}]}`, projectItem("tok"), SkipRefused, "never renewed"},
		{"nothing left", `{"containers":[],"volumes":[{"name":"t","emptyDir":{}}]}`, projectItem("tok"), SkipAlready, "no volume of tok"},
		{"changed since", `{"containers":[]}`, &Item{Action: plan.Action{Kind: plan.Project, On: plan.Pin{Kind: "Deployment", Namespace: "ns", Name: "app", UID: "u1", Generation: 2}}}, SkipChanged, "generation was 2, is 3"},
		{"made anew", `{"containers":[]}`, &Item{Action: plan.Action{Kind: plan.Project, On: plan.Pin{Kind: "Deployment", Namespace: "ns", Name: "app", UID: "u0"}}}, SkipAnew, "another object"},
		{"gone", `{"containers":[]}`, &Item{Action: plan.Action{Kind: plan.Project, On: plan.Pin{Kind: "Deployment", Namespace: "ns", Name: "other", UID: "u1"}}}, SkipGone, "gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Prepare(context.Background(), clusterOf(deployment(c.spec)), c.item, Making{Run: "r1"})
			var s *Skip
			if !errors.As(err, &s) || s.Code != c.want || !strings.Contains(s.Why, c.why) {
				t.Errorf("got %v, want %s: %s", err, c.want, c.why)
			}
		})
	}
}

// TestUnprojectLeavesNewerChanges: a volume that somebody changed since is not
// overwritten.
func TestUnprojectLeavesNewerChanges(t *testing.T) {
	w := deployment(`{"serviceAccountName":"robot","containers":[],"volumes":[{"name":"t","secret":{"secretName":"tok"}}]}`)
	d, err := Prepare(context.Background(), clusterOf(w), projectItem("tok"), Making{Run: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	apply(t, w, d.Request)
	d.Inverse.Left(w)
	back := &Item{Action: plan.Action{Kind: plan.Unproject, On: projectItem().On}, Inverse: d.Inverse}
	for name, spec := range map[string]string{
		"changed": `{"containers":[],"volumes":[{"name":"t","emptyDir":{}}]}`,
		"gone":    `{"containers":[],"volumes":[]}`,
	} {
		_, err := Prepare(context.Background(), clusterOf(deployment(spec)), back, Making{Run: "r2"})
		var s *Skip
		if !errors.As(err, &s) || s.Code != SkipChanged {
			t.Errorf("%s: %v", name, err)
		}
	}
}
