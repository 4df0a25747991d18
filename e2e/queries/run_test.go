package queries

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"timebound/k8s/audit/query"
	"timebound/model/usage"
)

// result runs a query and gives its result as CSV and as lines of JSON.
func result(t *testing.T, db *sql.DB, text string) (asCSV, asJSON []byte) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var c, j bytes.Buffer
	w := csv.NewWriter(&c)
	_ = w.Write(names)
	values := make([]any, len(names))
	places := make([]any, len(names))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			t.Fatal(err)
		}
		record, row := make([]string, len(names)), map[string]any{}
		for i, v := range values {
			if v != nil {
				record[i] = fmt.Sprint(v)
			}
			row[names[i]] = v
		}
		_ = w.Write(record)
		if err := json.NewEncoder(&j).Encode(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	return c.Bytes(), j.Bytes()
}

func imported(t *testing.T, b []byte, o query.Options) (*usage.Summary, query.Report) {
	t.Helper()
	s, report, err := query.Import(bytes.NewReader(b), query.ImportOptions{Server: "prod", Credentials: o.Credentials})
	if err != nil {
		t.Fatal(err)
	}
	if report.Silent > 0 || len(report.Ignored) > 0 {
		t.Errorf("the query gave rows or columns for nothing: %+v", report)
	}
	return s, report
}

// holdUses asks who used which token, and wants what reading the log says.
func holdUses(t *testing.T, db *sql.DB, engine string, o query.Options, want *usage.Summary) {
	t.Helper()
	text, err := query.Text(engine, o)
	if err != nil {
		t.Fatal(err)
	}
	asCSV, asJSON := result(t, db, text)
	for shape, b := range map[string][]byte{"CSV": asCSV, "JSON rows": asJSON} {
		s, report := imported(t, b, o)
		if report.Shape != shape {
			t.Errorf("read as %s, is %s", report.Shape, shape)
		}
		got, want := strings.Split(encoded(t, s), "\n"), strings.Split(encoded(t, want), "\n")
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Errorf("%s: the result of the query differs from the log from line %d on:\n%.1000q\nis not\n%.1000q", shape, i, got[min(i, len(got)):], want[min(i, len(want)):])
				break
			}
		}
	}
	if len(want.Uses) == 0 {
		t.Error("the log tells nothing: this proves nothing")
	}
}

// holdCoverage asks which time is covered.
func holdCoverage(t *testing.T, db *sql.DB, engine string, o query.Options, want *usage.Source) {
	t.Helper()
	o.Ask = query.Coverage
	text, err := query.Text(engine, o)
	if err != nil {
		t.Fatal(err)
	}
	asCSV, _ := result(t, db, text)
	s, _ := imported(t, asCSV, o)
	got := s.Source("prod")
	if !reflect.DeepEqual(got.Spans, want.Spans) {
		t.Errorf("spans %v, want %v", got.Spans, want.Spans)
	}
	if got.Lines != want.Lines || got.Truncated != want.Truncated {
		t.Errorf("%d lines and %d cut, want %d and %d", got.Lines, got.Truncated, want.Lines, want.Truncated)
	}
	for verb := range want.Verbs {
		if got.Verbs[verb] == 0 {
			t.Errorf("verb %s is missing", verb)
		}
	}
	if len(got.Verbs) != len(want.Verbs) || len(want.Spans) == 0 {
		t.Errorf("verbs %v, want %v", got.Verbs, want.Verbs)
	}
}

// source is what reading the log says of the time it covers.
func (l log) source(o query.Options) *usage.Source {
	s := usage.New().Source("prod")
	for _, e := range l.events {
		if within(e.Received, o) {
			s.Cover(e.Received, e.Received)
			s.Sample(&e)
			s.Lines++
		}
	}
	s.Truncated = uint64(len(l.lines) - len(l.events))
	s.Lines += s.Truncated
	return s
}
