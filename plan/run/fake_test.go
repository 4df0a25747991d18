package run

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan/knowledge"
)

// stored is an object of the fake cluster.
type stored struct {
	body map[string]any
	data map[string][]byte // of secrets
}

// fake is a cluster in memory with what runs rely on: UIDs, resourceVersions,
// preconditions, patches that test, a controller that fills tokens in and takes
// references away. Real servers stand in e2e; this one can be stopped at any
// instant, copied and asked again.
type fake struct {
	mu      sync.Mutex
	objects map[string]*stored // by path
	rv      int
	writes  []string // what was stored: verb and path
	// before and after are called around each change that is no dry run; an
	// error of theirs is the answer. They hold no lock.
	before, after func(wire.Request) error
	// looked is called before each reading of one object.
	looked func(wire.Target) error
	know   model.Knowledge
	denied map[string]bool // verb and resource
}

func newFake() *fake {
	know, err := knowledge.Load()
	if err != nil {
		panic(err)
	}
	return &fake{objects: map[string]*stored{}, rv: 100, know: know, denied: map[string]bool{}}
}

// clone copies the cluster as it is now.
func (f *fake) clone() *fake {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := &fake{objects: map[string]*stored{}, rv: f.rv, know: f.know, writes: append([]string(nil), f.writes...), denied: maps.Clone(f.denied)}
	for path, s := range f.objects {
		c.objects[path] = &stored{deep(s.body), maps.Clone(s.data)}
	}
	return c
}

func deep(m map[string]any) map[string]any {
	text, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return parsed(text)
}

func parsed(text []byte) map[string]any {
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		panic(err)
	}
	return m
}

func (f *fake) tick() string {
	f.rv++
	return strconv.Itoa(f.rv)
}

// put stores an object as somebody else would.
func (f *fake) put(kind, name string, body map[string]any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, _ := wire.TargetOf(kind, "ns", name)
	metadata, _ := body["metadata"].(map[string]any)
	if metadata == nil {
		metadata = map[string]any{}
		body["metadata"] = metadata
	}
	metadata["name"], metadata["namespace"] = name, "ns"
	f.store(t, kind, body)
}

func (f *fake) store(t wire.Target, kind string, body map[string]any) *stored {
	metadata := body["metadata"].(map[string]any)
	rv := f.tick()
	if metadata["uid"] == nil {
		metadata["uid"] = "uid-" + rv
	}
	metadata["resourceVersion"] = rv
	body["kind"] = kind
	s := &stored{body: deep(body)}
	f.objects[t.Path()] = s
	if kind == "Secret" {
		f.fill(s)
	}
	return s
}

// fill does what the token controller does: the same token for the same name and
// account.
func (f *fake) fill(s *stored) {
	o := objectOf(s.body)
	account := o.Annotations[model.AnnotationAccountName]
	t, _ := wire.TargetOf("ServiceAccount", "ns", account)
	owner := f.objects[t.Path()]
	if owner == nil {
		return
	}
	if s.data == nil {
		s.data = map[string][]byte{"token": []byte("token of " + o.Name + " " + objectOf(owner.body).UID)}
	}
}

func objectOf(body map[string]any) *wire.Object {
	text, _ := json.Marshal(body["metadata"])
	var m struct {
		Name, Namespace, UID, ResourceVersion string
		Labels, Annotations                   map[string]string
	}
	if err := json.Unmarshal(text, &m); err != nil {
		panic(err)
	}
	kind, _ := body["kind"].(string)
	return &wire.Object{Kind: kind, Name: m.Name, Namespace: m.Namespace, UID: m.UID, ResourceVersion: m.ResourceVersion, Labels: m.Labels, Annotations: m.Annotations}
}

func notFound(t wire.Target) error {
	return &wire.Failure{Code: http.StatusNotFound, Message: t.String() + " not found"}
}

func (f *fake) find(t wire.Target) (*stored, error) {
	if f.looked != nil {
		if err := f.looked(t); err != nil {
			return nil, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.objects[t.Path()]
	if s == nil {
		return nil, notFound(t)
	}
	return &stored{deep(s.body), maps.Clone(s.data)}, nil
}

func (f *fake) Metadata(_ context.Context, t wire.Target) (*wire.Object, error) {
	s, err := f.find(t)
	if err != nil {
		return nil, err
	}
	return objectOf(s.body), nil
}

func (f *fake) Whole(_ context.Context, t wire.Target) (*wire.Object, error) {
	s, err := f.find(t)
	if err != nil {
		return nil, err
	}
	o := objectOf(s.body)
	o.Body = s.body
	return o, nil
}

func (f *fake) Token(_ context.Context, t wire.Target, use func(wire.Secret) error) error {
	s, err := f.find(t)
	if err != nil {
		return err
	}
	return use(wire.Secret{Object: objectOf(s.body), Type: model.TypeToken, Data: s.data})
}

// Keys gives a key that makes class B of whatever is kept and C of the rest.
func (f *fake) Keys(context.Context) ([]wire.Key, error) { return nil, nil }

func (f *fake) May(_ context.Context, r wire.Right, _ string) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.denied[string(r.Verb)+" "+r.Resource], nil
}

func (f *fake) Issue(context.Context, wire.Target, wire.TokenWish, func(wire.Issued) error) error {
	return fmt.Errorf("the fake issues no tokens")
}

func (f *fake) SendWith(_ context.Context, r wire.Request, data map[string][]byte) (*wire.Object, error) {
	return f.send(r, data)
}

func (f *fake) Send(_ context.Context, r wire.Request) (*wire.Object, error) { return f.send(r, nil) }

func (f *fake) send(r wire.Request, data map[string][]byte) (*wire.Object, error) {
	if r.DryRun {
		return f.clone().apply(r, data)
	}
	if f.before != nil {
		if err := f.before(r); err != nil {
			return nil, err
		}
	}
	o, err := f.apply(r, data)
	if err == nil && f.after != nil {
		err = f.after(r)
	}
	return o, err
}

func (f *fake) apply(r wire.Request, data map[string][]byte) (*wire.Object, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.denied[string(r.Verb)+" "+r.On.Resource] {
		return nil, &wire.Failure{Code: http.StatusForbidden, Message: "forbidden"}
	}
	s := f.objects[r.On.Path()]
	switch r.Verb {
	case wire.Create:
		if s != nil {
			return nil, &wire.Failure{Code: http.StatusConflict, Reason: "AlreadyExists", Message: "already exists"}
		}
		made := f.store(r.On, "Secret", parsed(r.Body))
		if data != nil {
			made.data = maps.Clone(data)
		}
		f.writes = append(f.writes, "create "+r.On.Path())
		return objectOf(made.body), nil
	case wire.Delete:
		if s == nil {
			return nil, notFound(r.On)
		}
		o := objectOf(s.body)
		if r.UID != o.UID || r.ResourceVersion != o.ResourceVersion {
			return nil, &wire.Failure{Code: http.StatusConflict, Reason: "Conflict", Message: "precondition failed"}
		}
		delete(f.objects, r.On.Path())
		f.unlist(o)
		f.writes = append(f.writes, "delete "+r.On.Path())
		return nil, nil
	}
	if s == nil {
		return nil, notFound(r.On)
	}
	return f.patch(r, s)
}

func (f *fake) patch(r wire.Request, s *stored) (*wire.Object, error) {
	before, _ := json.Marshal(s.body)
	var after []byte
	var err error
	if r.PatchType == wire.MergePatch {
		after, err = jsonpatch.MergePatch(before, r.Body)
	} else {
		var p jsonpatch.Patch
		if p, err = jsonpatch.DecodePatch(r.Body); err == nil {
			after, err = p.Apply(before)
		}
	}
	if err != nil {
		return nil, &wire.Failure{Code: http.StatusUnprocessableEntity, Message: err.Error()}
	}
	body, old := parsed(after), objectOf(s.body)
	now := objectOf(body)
	switch {
	case now.UID != old.UID:
		return nil, &wire.Failure{Code: http.StatusUnprocessableEntity, Message: "uid is immutable"}
	case now.ResourceVersion != old.ResourceVersion:
		return nil, &wire.Failure{Code: http.StatusConflict, Reason: "Conflict", Message: "the object has been modified"}
	}
	body["metadata"].(map[string]any)["resourceVersion"] = f.tick()
	s.body = body
	f.writes = append(f.writes, "patch "+r.On.Path())
	o := objectOf(body)
	if r.On.Resource != "secrets" {
		o.Body = deep(body)
	}
	return o, nil
}

// unlist takes a deleted secret's name out of its account, as the controller
// does.
func (f *fake) unlist(o *wire.Object) {
	t, _ := wire.TargetOf("ServiceAccount", "ns", o.Annotations[model.AnnotationAccountName])
	account := f.objects[t.Path()]
	if account == nil {
		return
	}
	var rest []any
	entries, _ := account.body["secrets"].([]any)
	for _, e := range entries {
		if e.(map[string]any)["name"] != o.Name {
			rest = append(rest, e)
		}
	}
	if len(rest) != len(entries) {
		account.body["secrets"] = rest
		account.body["metadata"].(map[string]any)["resourceVersion"] = f.tick()
	}
}

// Latest judges the cluster as it is.
func (f *fake) Latest() *model.Assessment {
	f.mu.Lock()
	defer f.mu.Unlock()
	today := model.DayOf(testDay)
	inv := &model.Inventory{Taken: testDay, Cluster: model.Cluster{
		UID: "cluster", Servers: []model.ServerVersion{{Version: model.Version{Minor: 30}, Answers: 1}},
		Tracking: model.Tracking{State: model.TrackingPresent, Since: model.NewDayLabel((today - 900).String())},
	}, Coverage: model.Coverage{Kinds: map[model.ObjectKind]model.KindCoverage{}}}
	for _, k := range append([]model.ObjectKind{model.KindTokens, model.KindAccounts, model.KindPods, model.KindNodes}, model.TemplateKinds()...) {
		inv.Coverage.Kinds[k] = model.KindCoverage{State: model.CoverageComplete, Started: testDay}
	}
	for _, s := range f.objects {
		o := objectOf(s.body)
		key := model.Key{Namespace: o.Namespace, Name: o.Name}
		switch o.Kind {
		case "Secret":
			inv.Tokens = append(inv.Tokens, &model.Token{
				Key: key, UID: o.UID, ResourceVersion: o.ResourceVersion, Created: testDay.AddDate(-2, 0, 0),
				Account: o.Annotations[model.AnnotationAccountName], AccountUID: o.Annotations[model.AnnotationAccountUID],
				LastUsed: model.NewDayLabel(o.Labels[model.LabelLastUsed]), InvalidSince: model.NewDayLabel(o.Labels[model.LabelInvalidSince]),
			})
		case "ServiceAccount":
			account := &model.Account{Key: key, UID: o.UID, ResourceVersion: o.ResourceVersion}
			entries, _ := s.body["secrets"].([]any)
			for _, e := range entries {
				account.Secrets = append(account.Secrets, e.(map[string]any)["name"].(string))
			}
			inv.Accounts = append(inv.Accounts, account)
		case "Deployment":
			inv.Workloads = append(inv.Workloads, workloadOf(o, s.body))
		}
	}
	return model.Assess(inv, f.know, model.DefaultPolicy(testDay))
}

// workloadOf reads the secret volumes of a deployment.
func workloadOf(o *wire.Object, body map[string]any) *model.Workload {
	w := &model.Workload{Key: model.Key{Namespace: o.Namespace, Name: o.Name}, Kind: "Deployment", UID: o.UID, Account: "robot"}
	var d struct {
		Spec struct {
			Template struct {
				Spec struct {
					Volumes []struct{ Secret struct{ SecretName string } }
				}
			}
		}
	}
	text, _ := json.Marshal(body)
	if err := json.Unmarshal(text, &d); err != nil {
		panic(err)
	}
	for _, v := range d.Spec.Template.Spec.Volumes {
		if v.Secret.SecretName != "" {
			w.Secrets = append(w.Secrets, model.SecretRef{Secret: v.Secret.SecretName, How: model.RefVolume})
		}
	}
	return w
}

func (f *fake) Fresh(context.Context) (*model.Assessment, error) { return f.Latest(), nil }

var testDay = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
