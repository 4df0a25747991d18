package change

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
)

// RunAnnotation names, on an object, the run that changed it: two operators
// see who was first.
const RunAnnotation = "timebound/run"

// Draft is a change that is ready to be sent.
type Draft struct {
	Request wire.Request
	// Inverse is what putting it back takes; nil where there is nothing to put
	// back.
	Inverse *Inverse
	// Preview tells what becomes different, line by line: "+ …", "- …".
	Preview []string
	Warn    []string
	// After are the names that have to stand in .secrets again, once the
	// controller has dropped the old one.
	After []string
}

// Making is what drafts have in common.
type Making struct {
	Run   string    // id of the run
	Today model.Day // by the server's clock
}

// Prepare reads what a change is about and drafts it. An error is a *Skip, or
// carries a *wire.Failure. Delete and Restore have their own ways: see
// CopyToken and Recreate.
func Prepare(ctx context.Context, c Cluster, i *Item, m Making) (*Draft, error) {
	switch i.Kind {
	case plan.Invalidate:
		return invalidate(i, m), nil
	case plan.Reactivate:
		return reactivate(ctx, c, i)
	case plan.Delete:
		return remove(ctx, c, i)
	case plan.Project:
		return project(ctx, c, i, m)
	case plan.Unproject:
		return unproject(ctx, c, i)
	case plan.Detach:
		return detach(ctx, c, i, m)
	case plan.Reattach:
		return reattach(ctx, c, i)
	case plan.Issue:
		return issue(ctx, c, i)
	}
	return nil, fmt.Errorf("%s cannot be prepared", i.Kind)
}

// read reads an object and holds it against the pin. What is not there or is
// another one is a *Skip.
func read(ctx context.Context, get func(context.Context, wire.Target) (*wire.Object, error), t wire.Target, on plan.Pin) (*wire.Object, error) {
	o, err := get(ctx, t)
	switch {
	case wire.CodeOf(err) == 404:
		return nil, skipf(SkipGone, "it is gone")
	case err != nil:
		return nil, err
	case !o.Deleting.IsZero():
		return nil, skipf(SkipGone, "it is being deleted since %s", o.Deleting.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	if s := pinned(on, o.UID, o.ResourceVersion, o.Generation); s != nil {
		if s.Code == SkipChanged {
			s.Why += By(o)
		}
		return nil, s
	}
	return o, nil
}

// By tells who changed an object last.
func By(o *wire.Object) string {
	m := o.Changed()
	if m.Name == "" {
		return ""
	}
	s := ", last changed by " + m.Name + " at " + m.Time.UTC().Format("2006-01-02 15:04:05 UTC")
	if run := o.Annotations[RunAnnotation]; run != "" && m.Name == "timebound" {
		s += " (run " + run + ")"
	}
	return s
}

// op is one operation of a JSON patch.
type op struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// tests makes operations that fail unless the object is as it was read: with
// 422, and nothing is changed. Of a workload the status, and with it the
// resourceVersion, moves all the time; its generation moves with the spec only.
func tests(o *wire.Object) []op {
	ops := []op{{"test", "/metadata/uid", o.UID}}
	if o.Generation != 0 {
		return append(ops, op{"test", "/metadata/generation", o.Generation})
	}
	return append(ops, op{"test", "/metadata/resourceVersion", o.ResourceVersion})
}

func jsonPatch(t wire.Target, ops []op) wire.Request {
	return wire.Request{Verb: wire.Patch, On: t, PatchType: wire.JSONPatch, Body: mustJSON(ops)}
}

func mergePatch(t wire.Target, body any) wire.Request {
	return wire.Request{Verb: wire.Patch, On: t, PatchType: wire.MergePatch, Body: mustJSON(body)}
}

// mustJSON writes what consists of maps, lists and texts only.
func mustJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// pointer writes a key as a part of a JSON pointer (RFC 6901).
func pointer(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}

// mark adds the annotation that names the run to a patch of an object.
func mark(ops []op, o *wire.Object, m Making) []op {
	if len(o.Annotations) == 0 {
		// Without annotations there is nothing to add one to. They must not
		// have come in between, or they would be lost.
		ops = append(ops, op{"test", "/metadata/annotations", nil})
		return append(ops, op{"add", "/metadata/annotations", map[string]string{RunAnnotation: m.Run}})
	}
	return append(ops, op{"add", "/metadata/annotations/" + pointer(RunAnnotation), m.Run})
}

// unmark takes it off again, if it is ours.
func unmark(ops []op, o *wire.Object, run string) []op {
	if run == "" || o.Annotations[RunAnnotation] != run {
		return ops
	}
	return append(ops, op{Op: "remove", Path: "/metadata/annotations/" + pointer(RunAnnotation)})
}
