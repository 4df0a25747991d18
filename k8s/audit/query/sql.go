package query

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"text/template"
)

// The queries' texts, one file an engine, with a template for each question.
//
//go:embed text/*.tmpl
var texts embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{"script": script}).ParseFS(texts, "text/*.tmpl"))
})

// dialect is how an engine of the SQL family reads lines of JSON.
type dialect struct {
	column string // that holds the line
	quote  string // around names
	// scalar and list are calls that give a field as text, and an array as JSON.
	scalar, list string
	key          string // one step of a path that is no plain name
	path         string // the quotes around paths
}

var athena = dialect{
	column: "line", quote: `"`,
	scalar: "json_extract_scalar(line, %s)",
	list:   "json_format(json_extract(line, %s))",
	key:    `["%s"]`, path: "'",
}

// In Spark's paths only single quotes hold a key, so that the path as a whole stands
// in double ones, which are texts there (spark.sql.ansi.doubleQuotedIdentifiers is
// off unless somebody turned it on).
var spark = dialect{
	column: "value", quote: "`",
	scalar: "get_json_object(value, %s)",
	list:   "get_json_object(value, %s)",
	key:    `['%s']`, path: `"`,
}

// lines fills the templates for lines of JSON.
type lines struct {
	dialect
	Table, Since, Until string
	Credentials         []string
}

func (d dialect) fill(o Options) (any, error) {
	if err := o.wholeCluster(); err != nil {
		return nil, err
	}
	table, err := o.identifier("audit", 3, func(s string) string { return d.quote + s + d.quote })
	if err != nil {
		return nil, err
	}
	return lines{d, table, written(o.Since), written(o.Until), o.jti()}, nil
}

// Column is the column that holds the line.
func (d dialect) Column() string { return d.column }

// Field gives a field as text. Steps that are no plain names are quoted: the keys of
// annotations hold dots and slashes.
func (d dialect) Field(steps ...string) string { return fmt.Sprintf(d.scalar, d.at(steps, "")) }

// First gives the first element of a list of texts.
func (d dialect) First(steps ...string) string { return fmt.Sprintf(d.scalar, d.at(steps, "[0]")) }

// List gives an array as JSON.
func (d dialect) List(steps ...string) string { return fmt.Sprintf(d.list, d.at(steps, "")) }

func (d dialect) at(steps []string, end string) string {
	var b strings.Builder
	b.WriteString(d.path + "$")
	for _, s := range steps {
		if plainName().MatchString(s) {
			b.WriteString("." + s)
		} else {
			fmt.Fprintf(&b, d.key, s)
		}
	}
	b.WriteString(end + d.path)
	return b.String()
}

// IDs gives the credential ids that were asked for, as a list of SQL texts.
func (l lines) IDs() string { return "'" + strings.Join(l.Credentials, "', '") + "'" }
