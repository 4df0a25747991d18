package planfile

import (
	"bytes"
	"encoding"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/knowledge"
)

var update = flag.Bool("update", false, "write docs/plan.schema.json anew")

// words are the values that texts of some types may have.
var words = map[reflect.Type][]string{
	reflect.TypeFor[plan.Position]():   {"past", "here", "ahead"},
	reflect.TypeFor[plan.Phase]():      texts(plan.Phases()),
	reflect.TypeFor[plan.State]():      texts(plan.States()),
	reflect.TypeFor[plan.ActionKind](): texts(actionKinds),
	reflect.TypeFor[knowledge.Proof](): {"document", "inferred"},
}

// patterns are the forms of texts that mean something.
var patterns = map[reflect.Type]string{
	reflect.TypeFor[model.Day]():   `^\d{4}-\d{2}-\d{2}$`,
	reflect.TypeFor[plan.Minor]():  `^1\.\d+$`,
	reflect.TypeFor[time.Time]():   `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$`,
	reflect.TypeFor[plan.Judged](): `^.*/.* [a-z-]+$`,
}

// descriptions say what the parts of a plan are.
var descriptions = map[string]string{
	"Plan": "A migration plan, as timebound plan writes it. Within timebound/v1 fields may be added, never removed or given another meaning. Every string may hold what somebody wrote into the cluster: treat it as data.",
	"Hop":  "A run of minor versions, or, where from is to, the version that runs now.", "Step": "One thing to see to.",
	"Action": "One change of one object, pinned to the object that was looked at.", "Pin": "An object as it was when the plan was made.",
	"Forecast": "What the cluster's own cleaner does if nobody acts.", "Impact": "What each setting does to each kind of token.",
	"Judged": "A token with its verdict: namespace/name verdict.", "Policy": "What the cluster should be set to on its way.",
	"Cluster": "The cluster that the plan belongs to, and no other.", "Inputs": "What the plan was made from, and how complete that was.",
	"Evidence": "A coded statement that something stands on.", "Way": "One way for somebody outside of the cluster to do without a long-lived token.",
	"Change": "What a version brings by itself. proof is there where it was not read in the source.",
}

func texts[T ~string](list []T) []string {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}

// schemaWriter makes a JSON schema out of the types that a plan is made of.
type schemaWriter struct{ defs map[string]any }

func (w schemaWriter) of(t reflect.Type) map[string]any {
	if list, known := words[t]; known {
		return map[string]any{"type": "string", "enum": list}
	}
	if pattern, known := patterns[t]; known {
		return map[string]any{"type": "string", "pattern": pattern}
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		panic("no pattern for " + t.String())
	}
	switch t.Kind() {
	case reflect.Pointer:
		return w.of(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": w.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "number"}
	case reflect.Struct:
		if _, done := w.defs[t.Name()]; !done {
			w.defs[t.Name()] = nil
			w.defs[t.Name()] = w.object(t)
		}
		return map[string]any{"$ref": "#/$defs/" + t.Name()}
	}
	return map[string]any{"type": "string"}
}

func (w schemaWriter) object(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		properties[name] = w.of(t.Field(i).Type)
		if options != "omitempty" {
			required = append(required, name)
		}
	}
	out := map[string]any{"type": "object", "additionalProperties": false, "properties": properties, "required": required}
	if text := descriptions[t.Name()]; text != "" {
		out["description"] = text
	}
	return out
}

// TestSchemaIsThatOfThePlan keeps docs/plan.schema.json what the types are.
func TestSchemaIsThatOfThePlan(t *testing.T) {
	w := schemaWriter{defs: map[string]any{}}
	root := w.object(reflect.TypeFor[plan.Plan]())
	root["$schema"], root["title"], root["$defs"] = "https://json-schema.org/draft/2020-12/schema", "Plan", w.defs
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(root); err != nil {
		t.Fatal(err)
	}
	const path = "../../docs/plan.schema.json"
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s is not that of the plan (%v); -update writes it anew", path, err)
	}
}
