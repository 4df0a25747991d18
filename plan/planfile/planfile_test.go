package planfile

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"timebound/model"
	"timebound/plan"
)

func written(tb testing.TB, write func(io.Writer, *plan.Plan) error, p *plan.Plan) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := write(&out, p); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// TestRoundTripLosesNothing: what is read is what was written, in both forms,
// for any plan, and the hash still fits.
func TestRoundTripLosesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 400 {
		p := random(r)
		for name, write := range map[string]func(io.Writer, *plan.Plan) error{"yaml": WriteYAML, "json": WriteJSON} {
			text := written(t, write, p)
			got, err := Read(text)
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, text)
			}
			if err := CheckHash(got); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, text)
			}
			want := *p
			want.Hash = got.Hash
			if !reflect.DeepEqual(normal(got), normal(&want)) {
				t.Fatalf("%s: read\n%+v\nwant\n%+v\n%s", name, got, &want, text)
			}
		}
	}
}

// normal drops what a file cannot tell: whether a list is empty or not there.
func normal(p *plan.Plan) *plan.Plan {
	q := *p
	if len(q.Impact.Settings) == 0 {
		q.Impact.Settings = nil
	}
	if len(q.Hops) == 0 {
		q.Hops = nil
	}
	for i := range q.Policy.Teams {
		if len(q.Policy.Teams[i].Namespaces) == 0 {
			q.Policy.Teams[i].Namespaces = nil
		}
	}
	return &q
}

func TestARealPlanReadsBack(t *testing.T) {
	p := planOf(t, sample())
	for _, write := range []func(io.Writer, *plan.Plan) error{WriteYAML, WriteJSON} {
		got, err := Read(written(t, write, p))
		if err != nil {
			t.Fatal(err)
		}
		if len(Diff(p, got)) != 0 || CheckHash(got) != nil {
			t.Errorf("reads back otherwise: %v", Diff(p, got))
		}
	}
}

// TestNothingInvisibleIsWritten: files are looked at on terminals.
func TestNothingInvisibleIsWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	for range 100 {
		p := random(r)
		for name, write := range map[string]func(io.Writer, *plan.Plan) error{"yaml": WriteYAML, "json": WriteJSON, "markdown": WriteMarkdown} {
			for _, line := range strings.Split(string(written(t, write, p)), "\n") {
				if model.Printable(line) != line {
					t.Fatalf("%s has %q", name, line)
				}
			}
		}
	}
}

func TestTheHashIsOfTheContentOnly(t *testing.T) {
	text := string(written(t, WriteYAML, planOf(t, sample())))
	commented, err := Read([]byte("# reviewed by anna\n" + strings.Replace(text, "kind: Plan\n", "kind: \"Plan\"   # ours\n", 1)))
	if err != nil || CheckHash(commented) != nil {
		t.Errorf("a comment changed the hash: %v, %v", err, CheckHash(commented))
	}
	for old, other := range map[string]string{"uid: uid-app-0": "uid: uid-app-9", "state: blocked": "state: \"to do\"", "soakDays: 7": "soakDays: 0"} {
		if !strings.Contains(text, old) {
			t.Fatalf("the sample has no %q", old)
		}
		p, err := Read([]byte(strings.Replace(text, old, other, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckHash(p); !errors.Is(err, ErrHash) {
			t.Errorf("%s to %s goes unnoticed: %v", old, other, err)
		}
	}
	p, _ := Read([]byte(text))
	p.Hash = ""
	if err := CheckHash(p); !errors.Is(err, ErrHash) {
		t.Errorf("no hash: %v", err)
	}
}

// TestBadFilesAreToldWithLineAndField.
func TestBadFilesAreToldWithLineAndField(t *testing.T) {
	good := string(written(t, WriteYAML, planOf(t, sample())))
	const head = "apiVersion: timebound/v1\nkind: Plan\n"
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"blank", "\n\n", "the file is empty"},
		{"another kind", "apiVersion: v1\nkind: Secret\ndata: {}\n", `it is kind "Secret" of apiVersion "v1"`},
		{"a later version", "apiVersion: timebound/v2\nkind: Plan\n", `of apiVersion "timebound/v2"`},
		{"not a file of fields", "- 1\n", "line 1: a list where fields belong"},
		{"a broken line", head + "from: [\n", "line 3"},
		{"an unknown field", head + "clutser: {}\n", "line 3: clutser: no such field; there are apiVersion, kind, hash, cluster"},
		{"a field twice", head + "from: \"1.24\"\nfrom: \"1.25\"\n", "line 4: from: stands twice"},
		{"a list where a text belongs", head + "cluster:\n  name: [a]\n", "line 4: cluster.name: a list where a value belongs"},
		{"no version", head + "from: soon\n", `line 3: from: "soon" is no minor version`},
		{"no day", head + "inputs: {asOf: today}\n", `line 3: inputs.asOf: "today" is not a day`},
		{"no time", head + "inputs: {taken: noon}\n", `line 3: inputs.taken: "noon" is no time`},
		{"no number", head + "inputs: {tokens: many}\n", `line 3: inputs.tokens: "many" is no whole number`},
		{"no yes or no", head + "hops:\n- {from: 1.29, to: 1.30, position: ahead, dateAssumed: maybe}\n", `line 4: hops[0].dateAssumed: "maybe" is neither true nor false`},
		{"no verdict", head + "tokens: [a/b fine]\n", `line 3: tokens[0]: "fine" is no verdict`},
		{"aliases", head + "cluster: &a {name: x}\nhops: [*a]\n", "anchors and aliases are not read"},
		{"two documents", good + "---\n" + good, "something follows after the plan"},
		{"a target behind", strings.Replace(good, `target: "1.30"`, `target: "1.20"`, 1), "the target is behind"},
		{"an odd state", strings.Replace(good, "state: blocked", "state: fine", 1), `state: "fine" is no state`},
		{"an odd phase", strings.Replace(good, "phase: before", "phase: never", 1), `phase: "never" is no phase`},
		{"an odd position", strings.Replace(good, "position: here", "position: there", 1), `position: "there" is no position`},
		{"an odd action", strings.Replace(good, "kind: project", "kind: destroy", 1), `actions[0].kind: "destroy" is no action`},
		{"an action without UID", strings.Replace(good, "uid: w\n", "uid: \"\"\n", 1), "on.uid: without it another object of the same name could be meant"},
		{"JSON, cut", string(written(t, WriteJSON, planOf(t, sample()))[:900]), "the file ends in the middle"},
		{"JSON, unknown field", "{\n\"apiVersion\":\"timebound/v1\",\"kind\":\"Plan\",\n\"x\":1}", "line 3: x: no such field"},
		{"JSON, another type", "{\n\"apiVersion\":\"timebound/v1\",\"kind\":\"Plan\",\n\"inputs\":{\"tokens\":\"many\"}}", `line 3: inputs.tokens: "many" is no whole number`},
		{"JSON, field twice", "{\"kind\":\"Plan\",\n\"kind\":\"Plan\"}", "line 2: kind: stands twice"},
		{"JSON, other letters", "{\"ApiVersion\":\"timebound/v1\",\"kind\":\"Plan\"}", `of apiVersion ""`},
		{"JSON, broken", "{\n\"kind\": nope}", "line 2: invalid character"},
		{"JSON, deep", strings.Repeat("{\"a\":", 200) + "1", "nests more than 100 deep"},
		{"no minor", head + "from: 1.29\ntarget: 1.30\npolicy: {phases: [{}]}\n", "policy.phases[0].minor: is missing"},
		{"impact without cells", head + "from: 1.29\ntarget: 1.30\nimpact: {settings: [a], rows: [{}]}\n", "impact.rows[0]: 0 cells for 1 settings"},
		{"JSON, twice", "{\"apiVersion\":\"timebound/v1\",\"kind\":\"Plan\",\"from\":\"1.29\",\"target\":\"1.30\"} {}", "something follows"},
	} {
		_, err := Read([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	cut := good[:strings.Index(good, "state: blocked")+len("state: b")]
	if _, err := Read([]byte(cut)); err == nil {
		t.Error("a file that was cut is read")
	}
}

func TestReadFile(t *testing.T) {
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none.yaml"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	text := written(t, WriteYAML, planOf(t, sample()))
	if p, err := ReadFile("-", bytes.NewReader(text)); err != nil || p.Target != 30 {
		t.Errorf("standard input: %v", err)
	}
	if _, err := readAll(neverEnding('x'), 1000); !errors.Is(err, ErrTooLarge) {
		t.Errorf("an endless file: %v", err)
	}
}

type neverEnding byte

func (b neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

func TestReplaceWritesAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "plan.yaml")
	if err := Replace(name, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Replace(name, []byte("two")); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(name)
	info, _ := os.Stat(name)
	if string(text) != "two" || info.Mode().Perm() != 0o600 {
		t.Errorf("holds %q with mode %v", text, info.Mode())
	}
	if err := Replace(filepath.Join(dir, "none", "plan.yaml"), nil); err == nil {
		t.Error("a folder that is not there went unnoticed")
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("files are left behind: %v", left)
	}
}

func FuzzRead(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 4 {
		p := random(r)
		var y, j bytes.Buffer
		_ = WriteYAML(&y, p)
		_ = WriteJSON(&j, p)
		f.Add(y.Bytes())
		f.Add(j.Bytes())
	}
	f.Add([]byte("apiVersion: timebound/v1\nkind: Plan\nhops: [{steps: [{}]}]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Read(text)
		if err != nil {
			return
		}
		// What is read can be written, read again, and shown.
		again, err := Read(written(t, WriteYAML, p))
		if err != nil {
			t.Fatalf("reads %q, but not what it writes: %v", text, err)
		}
		if len(Diff(p, again)) > 0 {
			t.Fatalf("%q changes on the way: %v", text, Diff(p, again))
		}
		written(t, WriteMarkdown, p)
	})
}
