package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"timebound/model"
)

// writeTree writes a plain value through a document.
func writeTree(d Writer, v any) {
	switch v := v.(type) {
	case nil:
		d.Null()
	case string:
		d.Text(v)
	case bool:
		d.Bool(v)
	case []any:
		d.BeginList()
		for _, item := range v {
			writeTree(d, item)
		}
		d.EndList()
	case []pair:
		d.BeginObject()
		for _, p := range v {
			d.Key(p.key)
			writeTree(d, p.value)
		}
		d.EndObject()
	}
}

type pair struct {
	key   string
	value any
}

// plain gives the tree as a decoder would.
func plain(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = plain(item)
		}
		return out
	case []pair:
		out := map[string]any{}
		for _, p := range v {
			out[p.key] = plain(p.value)
		}
		return out
	case string:
		return strings.ToValidUTF8(v, "\ufffd")
	}
	return v
}

var awkward = []string{
	"", "plain", "two words", "yes", "No", "null", "~", "true", "1.5", "0x10", "2026-01-02", "2026-01-02T03:04:05Z",
	"a: b", "a #b", "- x", "{}", "[]", "'", `"`, `\`, "#", "&a", "*a", "!x", "%", "@", "`", "|", ">", "?", ":", ",",
	"tab\there", "line\nbreak", " lead", "trail ", "\x1b[31mred\x1b[0m", "\u202eevil", "\u200b", "\u0085", "\u009b31m", "\x7f",
	"ä", "日本", "😀", "\U000e0041tag", "e\u0301", "\u2028", "\ufeff", "=1+1", "kubernetes.io/x-y_z", "\r", "\x00",
}

func randomTree(r *rand.Rand, depth int) any {
	switch n := r.IntN(10); {
	case n < 3 && depth > 0:
		var items []any
		for range r.IntN(4) {
			// A document of ours never holds a list in a list.
			item := randomTree(r, depth-1)
			if _, nested := item.([]any); nested {
				item = "flat"
			}
			items = append(items, item)
		}
		if items == nil {
			items = []any{}
		}
		return items
	case n < 6 && depth > 0:
		object := []pair{}
		for i := range r.IntN(5) {
			object = append(object, pair{fmt.Sprintf("key%d", i), randomTree(r, depth-1)})
		}
		return object
	case n == 6:
		return nil
	case n == 7:
		return r.IntN(2) == 0
	}
	return awkward[r.IntN(len(awkward))]
}

func TestJSONAndYAMLSayTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		tree := []pair{{"a", randomTree(r, 4)}, {"b", randomTree(r, 4)}}
		want := plain(tree)

		var out bytes.Buffer
		d := NewJSON(&out)
		writeTree(d, tree)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("JSON does not parse: %v\n%s", err, out.String())
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("JSON says %#v, want %#v\n%s", got, want, out.String())
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, out.Bytes(), "", "  "); err != nil || indented.String() != out.String() {
			t.Fatalf("JSON is not indented as everybody does:\n%s", out.String())
		}

		out.Reset()
		y := NewYAML(&out)
		writeTree(y, tree)
		if err := y.Close(); err != nil {
			t.Fatal(err)
		}
		got = nil
		if err := yaml.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("YAML does not parse: %v\n%s", err, out.String())
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("YAML says %#v, want %#v\n%s", got, want, out.String())
		}
	}
}

func FuzzStringsAreSafeAndWhole(f *testing.F) {
	for _, s := range awkward {
		f.Add(s)
	}
	f.Add("bad \xff\xc3 bytes")
	f.Fuzz(func(t *testing.T, s string) {
		want := strings.ToValidUTF8(s, "\ufffd")
		if s != want {
			// Every bad byte counts for itself, as in encoding/json.
			quoted, _ := json.Marshal(s)
			_ = json.Unmarshal(quoted, &want)
		}
		for name, out := range map[string][]byte{"JSON": appendJSONString(nil, s), "YAML": appendYAMLString(nil, s)} {
			if !utf8.Valid(out) {
				t.Fatalf("%s of %q is not UTF-8: %q", name, s, out)
			}
			if text := string(out); model.Printable(text) != text {
				t.Fatalf("%s of %q would reach a terminal raw: %q", name, s, out)
			}
		}
		var got string
		if err := json.Unmarshal(appendJSONString(nil, s), &got); err != nil || got != want {
			t.Fatalf("JSON of %q reads as %q (%v)", s, got, err)
		}
		if err := yaml.Unmarshal(appendYAMLString(nil, s), &got); err != nil || got != want {
			t.Fatalf("YAML of %q reads as %q (%v)", s, got, err)
		}
		if plainYAML(s) {
			var got any
			if err := yaml.Unmarshal([]byte(s), &got); err != nil || got != s {
				t.Fatalf("%q without quotes reads as %#v (%v)", s, got, err)
			}
		}
	})
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left on device") }

func TestWriteErrorsAreTold(t *testing.T) {
	for _, d := range []Writer{NewJSON(brokenPipe{}), NewYAML(brokenPipe{})} {
		writeTree(d, []pair{{"a", strings.Repeat("x", 2*BufferSize)}})
		if err := d.Close(); err == nil {
			t.Errorf("%T: a full disk went unnoticed", d)
		}
	}
}
