package change

import (
	"fmt"

	"timebound/model/wire"
)

// template is the pod template inside a workload's body.
type template struct {
	path string // JSON pointer of the pod spec
	spec map[string]any
}

// templateOf finds the pod template of a workload.
func templateOf(o *wire.Object) (template, error) {
	path := []string{"spec", "template", "spec"}
	if o.Kind == "CronJob" {
		path = []string{"spec", "jobTemplate", "spec", "template", "spec"}
	}
	at, pointer := o.Body, ""
	for _, key := range path {
		next, ok := at[key].(map[string]any)
		if !ok {
			return template{}, fmt.Errorf("%s %s/%s has no pod template at %s/%s", o.Kind, o.Namespace, o.Name, pointer, key)
		}
		at, pointer = next, pointer+"/"+key
	}
	return template{pointer, at}, nil
}

// volume finds a volume by name.
func (t template) volume(name string) (at int, v map[string]any) {
	for i, entry := range list(t.spec["volumes"]) {
		if text(entry, "name") == name {
			return i, entry
		}
	}
	return -1, nil
}

// containerLists are the fields of a pod spec that hold containers.
var containerLists = []string{"initContainers", "containers"}

// container is one container with where it stands.
type container struct {
	list string
	at   int
	body map[string]any
}

func (t template) containers() []container {
	var out []container
	for _, field := range containerLists {
		for i, body := range list(t.spec[field]) {
			out = append(out, container{field, i, body})
		}
	}
	return out
}

// list gives a list of objects; entries that are none stay as nil, so that
// indices fit.
func list(v any) []map[string]any {
	entries, _ := v.([]any)
	out := make([]map[string]any, len(entries))
	for i, e := range entries {
		out[i], _ = e.(map[string]any)
	}
	return out
}

// text gives a field that holds text; "" otherwise.
func text(m map[string]any, field string) string {
	s, _ := m[field].(string)
	return s
}

// object gives a field that holds an object; nil otherwise.
func object(m map[string]any, field string) map[string]any {
	o, _ := m[field].(map[string]any)
	return o
}
