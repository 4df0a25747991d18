package query

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Question is what a query asks for.
type Question int

// The questions. Their results are imported alike and then merged.
const (
	Uses     Question = iota // who presented which token: rows of Row
	Coverage                 // which time the log covers, and what is lost of it: rows of Span
)

// String gives the question as commands name it.
func (q Question) String() string {
	if q == Coverage {
		return "coverage"
	}
	return "uses"
}

func (q Question) title() string {
	if q == Coverage {
		return "which time the log covers, and what cannot be read of it"
	}
	return "who used which token"
}

// Options say which part of a log is asked for.
type Options struct {
	Ask Question
	// Since and Until bound the time at which requests arrived, both included. Zero is
	// no bound.
	Since, Until time.Time
	// Cluster is the cluster's name, where a log holds several.
	Cluster string
	// Table is where the log lies, in the engine's words (Engine.Table).
	Table string
	// Credentials are ids of bound tokens whose use is asked for, with or without
	// "JTI=".
	Credentials []string
}

// names compiles an expression when it is first asked for: no other command has to
// wait for it.
func names(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

var (
	clusterName  = names(`^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$`)
	credentialID = names(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	sqlName      = names(`^[A-Za-z0-9_-]{1,255}$`)
	plainName    = names(`^[A-Za-z_][A-Za-z0-9_]*$`)
	groupName    = names(`^[A-Za-z0-9_./#-]{1,512}$`)
	jobName      = names(`^[A-Za-z0-9_./:-]{1,255}$`)
	indexName    = names(`^[A-Za-z0-9*][A-Za-z0-9._*,-]{0,254}$`)
)

// maxCredentials keeps queries within what engines take as text.
const maxCredentials = 100

// check holds back whatever could leave the place in the query that it is meant
// for: names are checked against what engines allow in them rather than escaped.
func (o *Options) check() error {
	if !o.Since.IsZero() && !o.Until.IsZero() && o.Since.After(o.Until) {
		return errors.New("--since is after --until")
	}
	for _, t := range [...]time.Time{o.Since, o.Until} {
		if !t.IsZero() && (t.UTC().Year() < 2001 || t.UTC().Year() > 2095) {
			return fmt.Errorf("the year %d is out of reach: 2001 to 2095 can be asked for", t.UTC().Year())
		}
	}
	if o.Cluster != "" && !clusterName().MatchString(o.Cluster) {
		return fmt.Errorf("%.100q is no cluster's name: letters, digits, '.', '_' and '-' make one", o.Cluster)
	}
	if len(o.Credentials) > maxCredentials {
		return fmt.Errorf("%d credential ids are too many for one query; ask for %d at a time", len(o.Credentials), maxCredentials)
	}
	for _, id := range o.Credentials {
		if !credentialID().MatchString(credential(id)) {
			return fmt.Errorf("%.60q is no credential id: a UUID is expected", id)
		}
	}
	return nil
}

// jti gives the credential ids as events hold them.
func (o *Options) jti() []string {
	ids := make([]string, len(o.Credentials))
	for i, id := range o.Credentials {
		ids[i] = "JTI=" + credential(id)
	}
	return ids
}

// table gives the table, or what stands for it, if it is a name of that form.
func (o *Options) table(otherwise string, form func() *regexp.Regexp) (string, error) {
	if o.Table == "" {
		return otherwise, nil
	}
	if !form().MatchString(o.Table) {
		return "", fmt.Errorf("--table %.100q: only names of the form %s are taken", o.Table, form())
	}
	return o.Table, nil
}

// identifier quotes the parts of an SQL name. Each may be anything that needs no
// escape within the quotes.
func (o *Options) identifier(otherwise string, parts int, quote func(string) string) (string, error) {
	table := o.Table
	if table == "" {
		table = otherwise
	}
	names := strings.Split(table, ".")
	if len(names) > parts {
		return "", fmt.Errorf("--table %.100q has more than %d parts", table, parts)
	}
	for i, name := range names {
		if !sqlName().MatchString(name) {
			return "", fmt.Errorf("--table %.100q: a name is made of letters, digits, '_' and '-', with dots between names", table)
		}
		names[i] = quote(name)
	}
	return strings.Join(names, "."), nil
}

// micro is how API servers write a time (metav1.MicroTime): of one length and in
// UTC, so that texts sort as times do.
const micro = "2006-01-02T15:04:05.000000Z"

func written(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(micro)
}

// wholeCluster refuses a cluster's name where the log has no place for it.
func (o *Options) wholeCluster() error {
	if o.Cluster != "" {
		return errors.New("--cluster: events do not name their cluster; keep one cluster's log in a table of its own and name that (--table)")
	}
	return nil
}
