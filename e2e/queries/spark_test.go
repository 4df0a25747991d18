package queries

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"modernc.org/sqlite"
)

// SQLite takes texts in double quotes and names in backticks, as Spark does. What
// follows are the functions of Spark that it does not have.
var sparkFunctions = sync.OnceValue(func() error {
	for name, f := range map[string]struct {
		args int32
		call func([]driver.Value) (driver.Value, error)
	}{
		"get_json_object": {2, func(a []driver.Value) (driver.Value, error) { return getJSONObject(a[0].(string), a[1].(string)) }},
		"regexp_extract": {3, func(a []driver.Value) (driver.Value, error) {
			re, err := regexp.Compile(a[1].(string))
			if err != nil {
				return nil, err
			}
			if m := re.FindStringSubmatch(a[0].(string)); m != nil {
				return m[a[2].(int64)], nil
			}
			return "", nil
		}},
		"split_part": {3, func(a []driver.Value) (driver.Value, error) {
			parts := strings.Split(a[0].(string), a[1].(string))
			if n := a[2].(int64); n >= 1 && int(n) <= len(parts) {
				return parts[n-1], nil
			}
			return "", nil
		}},
	} {
		call := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			for _, a := range args {
				if a == nil {
					return nil, nil
				}
			}
			return f.call(args)
		}
		if err := sqlite.RegisterDeterministicScalarFunction(name, f.args, call); err != nil {
			return err
		}
	}
	return nil
})

// sparkStep is a step of a path as Spark's JsonPathParser takes it: keys are quoted
// with single quotes only.
var sparkStep = regexp.MustCompile(`^(?:\.([^.\[]+)|\['([^'?]+)'\]|\[([0-9]+)\])`)

// getJSONObject gives a text, a number, or JSON; null if it is not there. It looks no
// further than to what it finds, as Trino does and Spark may: the queries must not
// rely on a cut line being noticed.
func getJSONObject(line, path string) (driver.Value, error) {
	rest, ok := strings.CutPrefix(path, "$")
	if !ok {
		return nil, fmt.Errorf("no path: %s", path)
	}
	d := json.NewDecoder(strings.NewReader(line))
	d.UseNumber()
	for rest != "" {
		m := sparkStep.FindStringSubmatch(rest)
		if m == nil {
			return nil, fmt.Errorf("no path: %s", path)
		}
		rest = rest[len(m[0]):]
		if !descend(d, m[1]+m[2], m[3]) {
			return nil, nil
		}
	}
	var v any
	err := d.Decode(&v)
	switch v := v.(type) {
	case nil: // also if it is cut
		return nil, nil
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	}
	b, encoding := json.Marshal(v)
	return string(b), errors.Join(err, encoding)
}

// descend moves to the value of a key, or of an index if there is one.
func descend(d *json.Decoder, key, index string) bool {
	want := json.Delim('{')
	if index != "" {
		want = '['
	}
	if token, err := d.Token(); err != nil || token != want {
		return false
	}
	for i := 0; d.More(); i++ {
		if index != "" {
			if strconv.Itoa(i) == index {
				return true
			}
		} else if token, err := d.Token(); err != nil || token == key {
			return err == nil
		}
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return false
		}
	}
	return false
}

// TestSpark runs the queries for Spark SQL in SQLite.
func TestSpark(t *testing.T) {
	if err := sparkFunctions(); err != nil {
		t.Fatal(err)
	}
	for _, minor := range []int{28, 37} {
		l := makeLog(t, minor)
		db, err := sql.Open("sqlite", ":memory:")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1) // each connection has a memory of its own
		fillTable(t, db, "audit", "value", l.lines)
		if _, err := db.ExecContext(t.Context(), "PRAGMA case_sensitive_like = ON"); err != nil {
			t.Fatal(err)
		}
		askAll(t, db, "spark-sql", minor, l)
	}
}

// fillTable makes a table with one column of lines.
func fillTable(t *testing.T, db *sql.DB, table, column string, lines []string) {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	if _, err := tx.ExecContext(t.Context(), fmt.Sprintf("CREATE TABLE %s (%s VARCHAR)", table, column)); err != nil {
		t.Fatal(err)
	}
	insert, err := tx.PrepareContext(t.Context(), fmt.Sprintf("INSERT INTO %s VALUES (?)", table))
	if err != nil {
		t.Fatal(err)
	}
	defer insert.Close()
	for _, line := range lines {
		if _, err := insert.ExecContext(t.Context(), line); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// askAll asks an engine over lines of JSON everything.
func askAll(t *testing.T, db *sql.DB, engine string, minor int, l log) {
	t.Helper()
	for name, o := range questions(t, l) {
		if name == "credentials" && len(o.Credentials) == 0 {
			continue // before 1.30 there are none
		}
		t.Run(fmt.Sprintf("1.%d/%s", minor, name), func(t *testing.T) {
			holdUses(t, db, engine, o, l.summary(o))
			if name != "credentials" {
				holdCoverage(t, db, engine, o, l.source(o))
			}
		})
	}
}
