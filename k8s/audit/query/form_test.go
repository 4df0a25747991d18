package query

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// These are checks of form, for engines that cannot run here: quotes and brackets that
// close, stages that the language has, no word as a name that it reserves. They were
// never run by the engines themselves.

// form is how an engine's language is written, as far as it matters here.
type form struct {
	quotes   string
	escape   bool // a backslash keeps a quote from closing
	comments string
	stage    string // what stands in front of a stage's name
	stages   []string
}

var sqlReserved = strings.Fields(`all alter and any array as asc at between by case cast collate contains create cross cube current default
	define deallocate delete desc describe distinct drop else end enum escape except exclude execute exists extract false fetch following for
	from full group grouping groups hash having if ignore in inner insert intersect interval into is join lateral left like limit lookup merge
	natural new no normalize not null nulls of on or order outer over partition preceding prepare proto qualify range recursive respect right
	rollup rows select set skip some struct table tablesample then to treat trim true unbounded union unnest user using values when where
	window with within`)

var forms = map[string]form{
	"athena":              {quotes: `'"`, comments: "--"},
	"spark-sql":           {quotes: "'\"`", comments: "--"},
	"bigquery":            {quotes: "'\"`", comments: "--"},
	"cloudwatch-insights": {quotes: `"/`, escape: true, comments: "#", stage: "\n| ", stages: strings.Fields("filter parse stats limit")},
	"kusto":               {quotes: `"`, escape: true, comments: "//", stage: "| ", stages: strings.Fields("where extend project project-away summarize union")},
	"loki":                {quotes: "\"`", escape: true, comments: "#", stage: "| ", stages: strings.Fields("json label_format unwrap received_at __error__ e_legacy e_id seconds")},
	"opensearch":          {quotes: `"`, escape: true, comments: "#"},
}

func TestForm(t *testing.T) {
	eachText(t, func(t *testing.T, e Engine, _ Options, text string) {
		t.Helper()
		f := forms[e.Name]
		code, err := f.code(text)
		if err != nil {
			t.Fatal(err)
		}
		if f.stage != "" {
			stages := regexp.MustCompile(regexp.QuoteMeta(f.stage)+`([a-z_-]+)`).FindAllStringSubmatch(code, -1)
			if len(stages) < 2 {
				t.Error("no stages found: this proves nothing")
			}
			for _, m := range stages {
				if !slices.Contains(f.stages, m[1]) {
					t.Errorf("the language has no stage %s", m[1])
				}
			}
		}
		if f.comments == "--" {
			for _, m := range regexp.MustCompile(`(?i)\bAS ([a-z_]+)`).FindAllStringSubmatch(code, -1) {
				if m[1] != "bigint" && slices.Contains(sqlReserved, strings.ToLower(m[1])) {
					t.Errorf("the name %s is reserved", m[1])
				}
			}
		}
	})
}

// code gives a text without comments and with empty quotes, after it looked that
// quotes and brackets close.
func (f form) code(text string) (string, error) {
	var b strings.Builder
	var open []byte
	pairs := map[byte]byte{')': '(', ']': '[', '}': '{'}
	for line := range strings.Lines(text) {
		quote := byte(0)
		for i := 0; i < len(line); i++ {
			c := line[i]
			switch {
			case quote != 0 && f.escape && c == '\\' && quote != '`':
				i++
			case quote != 0:
				if c == quote {
					quote = 0
					b.WriteByte(c)
				}
			case strings.HasPrefix(line[i:], f.comments):
				i = len(line)
				b.WriteByte('\n')
			case strings.IndexByte(f.quotes, c) >= 0:
				quote = c
				b.WriteByte(c)
			case strings.IndexByte("([{", c) >= 0:
				open = append(open, c)
				b.WriteByte(c)
			case pairs[c] != 0:
				if len(open) == 0 || open[len(open)-1] != pairs[c] {
					return "", fmt.Errorf("a bracket closes that is not open: %s", line)
				}
				open = open[:len(open)-1]
				b.WriteByte(c)
			default:
				b.WriteByte(c)
			}
		}
		if quote != 0 {
			return "", fmt.Errorf("a quote does not close: %s", line)
		}
	}
	if len(open) > 0 {
		return "", fmt.Errorf("%d brackets do not close", len(open))
	}
	return b.String(), nil
}

// TestFormIsChecked breaks a text in each way that TestForm should see.
func TestFormIsChecked(t *testing.T) {
	text, err := Text("kusto", options("kusto", Uses))
	if err != nil {
		t.Fatal(err)
	}
	for name, broken := range map[string]string{
		"quote":   strings.Replace(text, `"legacy-token"`, `"legacy-token`, 1),
		"bracket": strings.Replace(text, `isnotempty(AuditId)`, `isnotempty(AuditId`, 1),
	} {
		if broken == text {
			t.Fatalf("%s: nothing was broken", name)
		}
		if _, err := forms["kusto"].code(broken); err == nil {
			t.Errorf("%s: it was not seen", name)
		}
	}
}
