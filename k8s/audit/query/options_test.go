package query

import (
	"strings"
	"testing"
	"time"
)

// TestHostileNames gives names that would leave their place in a query. They have to be
// refused; no engine may print them.
func TestHostileNames(t *testing.T) {
	names := []string{
		"x'; DROP TABLE audit; --", `a"b`, "a`b", "a\nb", "a--b\n", "a*/b", "a b", "a\\", "{{.}}", "ü", "a;b", "a)", "a|b", "", "a,b'c",
		strings.Repeat("a", 2000), "\x00", "\u202eb",
	}
	for _, e := range engines {
		base := options(e.Name, Uses)
		for _, name := range names {
			for field, set := range map[string]func(*Options){
				"table":      func(o *Options) { o.Table, o.Cluster = name, "" },
				"cluster":    func(o *Options) { o.Cluster = name },
				"credential": func(o *Options) { o.Credentials = []string{name} },
			} {
				if name == "" && field != "credential" {
					continue // not given
				}
				o := base
				set(&o)
				if text, err := Text(e.Name, o); err == nil {
					t.Errorf("%s: %s %q is taken:\n%s", e.Name, field, name, text)
				} else if strings.ContainsAny(err.Error(), "\n\x00\u202e") {
					t.Errorf("%s: %s %q: the error holds it raw", e.Name, field, name)
				}
			}
		}
	}
}

func TestOptionsThatDoNotFit(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		engine string
		o      Options
		says   string
	}{
		"no engine":       {"mysql", Options{}, "choose one of athena"},
		"turned round":    {"athena", Options{Since: noon, Until: noon.Add(-1)}, "--since is after --until"},
		"year":            {"athena", Options{Since: noon.AddDate(900, 0, 0)}, "out of reach"},
		"no cluster":      {"athena", Options{Cluster: "prod"}, "--table"},
		"no group":        {"cloudwatch-insights", Options{}, "--cluster NAME"},
		"two groups":      {"cloudwatch-insights", Options{Cluster: "a", Table: "b"}, "one of them"},
		"window":          {"loki", Options{Since: noon}, "both --since and --until"},
		"kusto's tables":  {"kusto", Options{Table: "AKSAudit"}, "leave the table out"},
		"GKE has no ids":  {"bigquery", Options{Credentials: someOptions.Credentials}, "leave the credential ids out"},
		"many ids":        {"athena", Options{Credentials: make([]string, 101)}, "100 at a time"},
		"empty part":      {"athena", Options{Table: "a..b"}, "with dots between names"},
		"parts of a name": {"spark-sql", Options{Table: "a.b.c.d"}, "more than 3 parts"},
	} {
		text, err := Text(c.engine, c.o)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one with %q; text %q", name, err, c.says, text)
		}
	}
}

// TestBoundsAreUTC wants bounds as API servers write times, whatever zone they came in.
func TestBoundsAreUTC(t *testing.T) {
	text, err := Text("spark-sql", options("spark-sql", Uses))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"received >= '2026-03-01T00:00:00.000000Z'", "received <= '2026-03-08T11:30:00.000005Z'", "FROM `lake`.`k8s-audit`"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// TestEnginesSayWhatTheyAre keeps the notes that people choose by.
func TestEnginesSayWhatTheyAre(t *testing.T) {
	for _, e := range Engines() {
		if e.Name == "" || e.Title == "" || e.Table == "" || e.Tried == "" {
			t.Errorf("%+v is not complete", e)
		}
	}
	if len(Engines()) != 7 {
		t.Errorf("%d engines, want 7", len(Engines()))
	}
}
