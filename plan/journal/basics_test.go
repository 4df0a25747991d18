package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const cluster = "6c2c0a5e-3c9a-4a2b-8f57-0d3a3a1c9e11"

// openStore opens a store in a new folder, with its lock.
func openStore(tb testing.TB) *Store {
	tb.Helper()
	s := storeAt(tb, filepath.Join(tb.TempDir(), "state"))
	l, err := s.Lock()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { l.Unlock() })
	return s
}

func storeAt(tb testing.TB, root string) *Store {
	tb.Helper()
	s, err := Open(root, cluster)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	return s
}

func begin1(tb testing.TB, s *Store, id string) *Journal {
	tb.Helper()
	j, err := s.Begin(id, map[string]string{"plan": "p1"})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { j.Close() })
	return j
}

func rec(typ, item string) Record {
	return Record{Type: typ, Item: item, Body: json.RawMessage(`{"a":1}`)}
}

func appendAll(tb testing.TB, j *Journal, recs ...Record) {
	tb.Helper()
	if err := j.Append(recs...); err != nil {
		tb.Fatal(err)
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	s := openStore(t)
	j := begin1(t, s, "r1")
	at := time.Date(2026, 11, 24, 19, 15, 0, 5, time.FixedZone("", 3600))
	hostile := "a\"<&>\x1b[31m\u202e\n/\u2028"
	appendAll(t, j,
		Record{Type: "intent", Item: "ns/a", Time: at, Body: json.RawMessage("{ \"x\" :\n \"<\\u001b>\" }")},
		Record{Type: "sent", Item: hostile, Seq: 99, Prev: "no"})
	if err := j.End(map[string]int{"done": 1}); err != nil {
		t.Fatal(err)
	}
	log, err := s.Read("r1")
	if err != nil {
		t.Fatal(err)
	}
	if len(log.Records) != 4 || log.Head != HeadLevel || !log.Ended() || log.Torn != nil || log.Number != 1 || log.Previous != nil {
		t.Fatalf("%+v", log)
	}
	r := log.Records
	if r[0].Type != TypeRun || string(r[0].Body) != `{"plan":"p1"}` || r[0].Prev != "" {
		t.Errorf("first %+v", r[0])
	}
	if !r[1].Time.Equal(at) || r[1].Time.Location() != time.UTC || string(r[1].Body) != `{"x":"<\u001b>"}` {
		t.Errorf("second %+v", r[1])
	}
	if r[2].Item != hostile || r[2].Seq != 3 || r[2].Prev != r[1].Hash || r[2].Time.IsZero() {
		t.Errorf("third %+v", r[2])
	}
	if string(r[3].Body) != `{"done":1}` {
		t.Errorf("end %+v", r[3])
	}
	if err := j.Append(rec("x", "y")); !errors.Is(err, ErrClosed) {
		t.Errorf("append after the end: %v", err)
	}
}

func TestRunsAreListedNewestFirstAndChained(t *testing.T) {
	s := openStore(t)
	for i := range 4 {
		j := begin1(t, s, fmt.Sprintf("r%d", 9-i)) // names and clocks do not matter
		appendAll(t, j, rec("intent", "x"))
		if i == 1 {
			if err := j.End(nil); err != nil {
				t.Fatal(err)
			}
		}
		j.Close()
	}
	runs, err := s.Runs()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range runs {
		if r.ID != fmt.Sprintf("r%d", 6+i) || r.Number != 4-i || r.Problem != "" || r.Ended != (i == 2) || r.Last.Seq != 2 && i != 2 {
			t.Errorf("run %d: %+v", i, r)
		}
	}
	log, err := s.Read("r6")
	if err != nil {
		t.Fatal(err)
	}
	if log.Previous.ID != "r7" || log.Previous.Seq != 2 || log.Previous.Hash != runs[1].Last.Hash {
		t.Errorf("previous %+v", log.Previous)
	}
	// A run may grow after the next one has begun: an undo does that.
	j, err := s.Continue("r8")
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, j, rec("undo", "x"))
	j.Close()
	if _, err := s.Read("r8"); err != nil {
		t.Errorf("grown run: %v", err)
	}
	// Cut together with its head file, it is missed by the run after.
	dir := s.RunPath("r9")
	cutLines(t, filepath.Join(dir, recordsName), 1)
	os.Remove(filepath.Join(dir, headName))
	var corrupt *CorruptError
	if _, err := s.Read("r9"); !errors.As(err, &corrupt) || !strings.Contains(corrupt.Why, "run r8") {
		t.Errorf("cut run: %v", err)
	}
}

func TestARunThatNeverBeganIsNoHarm(t *testing.T) {
	s := openStore(t)
	begin1(t, s, "a1").Close()
	dir := s.RunPath("b2")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		log, err := s.Read("b2")
		if err != nil || len(log.Records) != 0 {
			t.Errorf("read: %+v %v", log, err)
		}
		if _, err := s.Continue("b2"); err == nil || !strings.Contains(err.Error(), "begin a new run") {
			t.Errorf("continue: %v", err)
		}
		runs, err := s.Runs()
		if err != nil || len(runs) != 2 || runs[1].ID != "b2" || runs[1].Problem == "" {
			t.Errorf("runs: %+v %v", runs, err)
		}
	}
	check()
	for _, text := range []string{"", `{"seq":1,"ti`, "\x00\x00\x00"} {
		if err := os.WriteFile(filepath.Join(dir, recordsName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		check()
	}
	begin1(t, s, "c3")
	if log, err := s.Read("c3"); err != nil || log.Number != 2 || log.Previous.ID != "a1" {
		t.Errorf("next run: %+v %v", log, err)
	}
}

func TestBrokenRunsAreListedWithTheirProblem(t *testing.T) {
	s := openStore(t)
	for _, id := range []string{"a", "b", "c"} {
		j := begin1(t, s, id)
		appendAll(t, j, rec("x", "y"))
		j.Close()
	}
	overwrite(t, filepath.Join(s.RunPath("a"), recordsName), func(b []byte) []byte { b[3] ^= 1; return b })
	overwrite(t, filepath.Join(s.RunPath("b"), recordsName), func(b []byte) []byte { b[len(b)-90] ^= 1; return b })
	cutLines(t, filepath.Join(s.RunPath("c"), recordsName), 1)
	runs, err := s.Runs()
	if err != nil || len(runs) != 3 {
		t.Fatal(runs, err)
	}
	for _, r := range runs {
		if r.Problem == "" {
			t.Errorf("%s: no problem", r.ID)
		}
	}
	// A new run begins all the same.
	begin1(t, s, "d")
}

func TestRefusals(t *testing.T) {
	s := openStore(t)
	j := begin1(t, s, "r1")
	if _, err := s.Begin("r1", nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("same id: %v", err)
	}
	if _, err := s.Begin("r2", func() {}); err == nil {
		t.Error("head that is no JSON")
	}
	for _, id := range []string{"", ".", "..", "a/b", "-x", "a b", "a\x00", strings.Repeat("a", 65), "ä"} {
		if _, err := s.Begin(id, nil); err == nil {
			t.Errorf("begin %q", id)
		}
		if _, err := s.Read(id); err == nil {
			t.Errorf("read %q", id)
		}
		if _, err := s.Continue(id); err == nil {
			t.Errorf("continue %q", id)
		}
		if _, err := Open(t.TempDir(), id); err == nil {
			t.Errorf("open %q", id)
		}
	}
	for _, r := range []Record{{}, {Type: TypeRun}, {Type: TypeEnd}, {Type: "x", Item: "\xff"}, {Type: "x", Body: json.RawMessage("{")},
		{Type: "x", Item: strings.Repeat("a", longestLine)}} {
		if err := j.Append(rec("before", "x"), r); err == nil {
			t.Errorf("append %.40v", r)
		}
	}
	appendAll(t, j, rec("good", "x"))
	log, err := s.Read("r1")
	if err != nil || len(log.Records) != 2 {
		t.Errorf("after refusals: %+v %v", log, err)
	}
	if _, err := s.Read("nope"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no such run: %v", err)
	}
}

func TestTheLongestLineIsReadBack(t *testing.T) {
	s := openStore(t)
	j := begin1(t, s, "r1")
	long := Record{Type: "x", Item: strings.Repeat("a", longestLine-400)}
	appendAll(t, j, long, rec("y", "z"), long)
	if log, err := s.Read("r1"); err != nil || len(log.Records) != 4 {
		t.Error(err)
	}
	if runs, err := s.Runs(); err != nil || runs[0].Last.Seq != 4 || runs[0].Problem != "" {
		t.Errorf("%.300v %v", runs, err)
	}
}

func TestSmallFiles(t *testing.T) {
	s := openStore(t)
	if _, err := s.Load("staged.json"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing saved: %v", err)
	}
	for _, text := range []string{"one", "", "three"} {
		if err := s.Save("staged.json", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Load("staged.json"); err != nil || string(got) != text {
			t.Errorf("%q %v", got, err)
		}
	}
	for _, name := range []string{"", "lock", "runs", "../x.json", "a/b.json", ".x.json", "A.json", "x.txt"} {
		if err := s.Save(name, nil); err == nil {
			t.Errorf("save %q", name)
		}
		if _, err := s.Load(name); err == nil {
			t.Errorf("load %q", name)
		}
	}
	if entries, _ := os.ReadDir(s.Path()); len(entries) != 3 { // lock, runs, staged.json
		t.Errorf("left over: %v", entries)
	}
}

func TestNamesAndRoots(t *testing.T) {
	at := time.Date(2026, 11, 24, 19, 15, 0, 0, time.FixedZone("", 3600))
	if got := NewID(at); !strings.HasPrefix(got, "20261124-181500-") || len(got) != 20 || !goodID(got) {
		t.Error(got)
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	for state, want := range map[string]string{
		"":         filepath.Join(home, ".local/state/timebound"),
		"relative": filepath.Join(home, ".local/state/timebound"),
		"/x/y":     "/x/y/timebound",
	} {
		t.Setenv("XDG_STATE_HOME", state)
		if got, err := DefaultRoot(); err != nil || got != want {
			t.Errorf("%q: %q %v", state, got, err)
		}
	}
}

func overwrite(tb testing.TB, path string, change func([]byte) []byte) {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(b), 0o600)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// cutLines removes n lines from the end of a file.
func cutLines(tb testing.TB, path string, n int) {
	tb.Helper()
	overwrite(tb, path, func(b []byte) []byte {
		lines := strings.SplitAfter(string(b), "\n")
		return []byte(strings.Join(lines[:len(lines)-1-n], ""))
	})
}
