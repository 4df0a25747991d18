//go:build cgo && (linux || darwin)

package queries

import (
	"database/sql"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2" // registers the driver
)

// trino are the functions of Trino 4xx that DuckDB does not have, or has otherwise:
// in paths a key is quoted as ["key"], and what is not JSON gives null.
var trino = []string{
	`CREATE MACRO trino_path(p) AS replace(replace(p, '["', '."'), '"]', '"')`,
	`CREATE MACRO json_extract_scalar(j, p) AS CASE WHEN json_valid(j) THEN json_extract_string(j, trino_path(p)) END`,
	`CREATE MACRO json_extract(j, p) AS CASE WHEN json_valid(j) THEN system.main.json_extract(j, trino_path(p)) END`,
	`CREATE MACRO json_format(j) AS j::VARCHAR`,
	`CREATE MACRO regexp_extract(s, p, n) AS CASE WHEN regexp_matches(s, p) THEN system.main.regexp_extract(s, p, n) END`,
}

// duck opens a DuckDB of its own that knows some functions more.
func duck(t *testing.T, functions []string) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	for _, f := range append([]string{"SET threads = 2"}, functions...) {
		if _, err := db.ExecContext(t.Context(), f); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
	}
	return db
}

// TestAthena runs the queries for Athena in DuckDB.
func TestAthena(t *testing.T) {
	for _, minor := range []int{28, 37} {
		l := makeLog(t, minor)
		db := duck(t, trino)
		fillTable(t, db, "audit", "line", l.lines)
		askAll(t, db, "athena", minor, l)
	}
}
