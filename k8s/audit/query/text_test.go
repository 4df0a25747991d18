package query

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

var someOptions = Options{
	Since:       time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
	Until:       time.Date(2026, 3, 8, 12, 30, 0, 5000, time.FixedZone("CET", 3600)),
	Credentials: []string{"61d67606-f53d-4798-a314-bcf804e3fe51", "JTI=0a1b2c3d-0000-4000-8000-00000000000f"},
}

// options are what an engine's full query is asked with.
func options(engine string, ask Question) Options {
	o := someOptions
	o.Ask = ask
	switch engine {
	case "athena", "spark-sql":
		o.Table = "lake.k8s-audit"
	case "bigquery":
		o.Table, o.Cluster, o.Credentials = "my-project.logs", "prod-1", nil
	case "opensearch":
		o.Table = "audit-2026.*"
	default:
		o.Cluster = "prod-1"
	}
	return o
}

func eachText(t *testing.T, f func(t *testing.T, e Engine, o Options, text string)) {
	t.Helper()
	for _, e := range engines {
		for _, ask := range []Question{Uses, Coverage} {
			for name, o := range map[string]Options{"full": options(e.Name, ask), "plain": {Ask: ask}} {
				if name == "plain" && e.Name == "cloudwatch-insights" {
					o.Cluster = "prod-1" // has to be told
				}
				if name == "plain" && e.Name == "loki" {
					o.Since, o.Until = someOptions.Since, someOptions.Until
				}
				t.Run(e.Name+"-"+ask.String()+"-"+name, func(t *testing.T) {
					text, err := Text(e.Name, o)
					if err != nil {
						t.Fatal(err)
					}
					f(t, e, o, text)
				})
			}
		}
	}
}

func TestGoldenTexts(t *testing.T) {
	eachText(t, func(t *testing.T, _ Engine, _ Options, text string) {
		t.Helper()
		_, name, _ := strings.Cut(t.Name(), "/")
		path := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if text != string(want) {
			t.Errorf("differs from %s (go test -update):\n%s", path, text)
		}
	})
}

// TestEveryColumn wants the columns of the row's shape in every query, or a word on why
// not.
func TestEveryColumn(t *testing.T) {
	missing := map[string]string{
		"bigquery":            "credential pod node server",
		"cloudwatch-insights": "verb stage", // of coverage
		"loki":                "verb stage server",
		"opensearch":          "verb stage server lines",       // the latter is doc_count
		"athena":              "server", "spark-sql": "server", // a line does not name its server
	}
	eachText(t, func(t *testing.T, e Engine, o Options, text string) {
		t.Helper()
		var names []string
		if o.Ask == Uses {
			for _, c := range useColumns {
				names = append(names, c.name)
			}
		} else {
			for _, c := range coverageColumns {
				names = append(names, c.name)
			}
		}
		for _, name := range names {
			if name == "credential" && len(o.Credentials) == 0 {
				continue
			}
			if strings.Contains(" "+missing[e.Name]+" ", " "+name+" ") && (o.Ask == Coverage || e.Name == "bigquery") {
				continue
			}
			if !regexp.MustCompile(`\b` + name + `\b`).MatchString(text) {
				t.Errorf("column %s is missing", name)
			}
		}
	})
}

// TestNothingThatMayHoldAToken wants no bodies, and URIs up to their query only.
func TestNothingThatMayHoldAToken(t *testing.T) {
	eachText(t, func(t *testing.T, _ Engine, _ Options, text string) {
		t.Helper()
		for _, word := range []string{"requestObject", "responseObject", "requestJson", "responseJson", "impersonated", "legacy-token-invalidated"} {
			if strings.Contains(text, word) {
				t.Errorf("it asks for %s", word)
			}
		}
		for line := range strings.Lines(text) {
			uri := strings.Contains(line, "requestURI") || strings.Contains(line, "RequestUri") || strings.Contains(line, "e_uri")
			cut := strings.Contains(line, "?") || strings.Contains(line, `e_uri="requestURI"`) || strings.Contains(line, "project AuditId")
			if uri && !cut {
				t.Errorf("a URI is taken with its query: %s", line)
			}
		}
	})
}

func TestOpenSearchIsJSON(t *testing.T) {
	for _, ask := range []Question{Uses, Coverage} {
		text, err := Text("opensearch", options("opensearch", ask))
		if err != nil {
			t.Fatal(err)
		}
		_, body, _ := strings.Cut(text, "/_search\n")
		if !json.Valid([]byte(body)) {
			t.Errorf("no JSON:\n%s", body)
		}
	}
}
