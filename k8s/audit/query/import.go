package query

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"timebound/model"
	"timebound/model/usage"
)

// ImportOptions say what the result of a query does not.
type ImportOptions struct {
	// Server names the API servers whose log it was, where the rows do not: a
	// cluster's name will do.
	Server string
	// Credentials are the credential ids that the query asked for.
	Credentials []string
	// Rows are the rows that a file may have at most; 0 means 20 million.
	Rows uint64
}

const defaultRows = 20_000_000

// Report says what was read.
type Report struct {
	Shape    string // such as "CSV" or "CloudWatch Insights"; the first one of several
	Rows     uint64
	Events   uint64 // that the rows of uses count
	Lines    uint64 // that the rows of coverage count
	Unread   uint64 // of Lines: cut or broken, so that they may hide a use
	Silent   uint64 // rows that tell nothing of tokens
	Ignored  []string
	Warnings []string // what makes the result less than the whole
}

// ErrNoResult says that a file holds no rows of a query of Text.
var ErrNoResult = errors.New("this is no result of a query that timebound printed")

// Import reads what an engine gave for a query of Text, of uses or of coverage, and
// adds it up. It reads CSV with a header, rows of JSON (an array or one after
// another), and the answers of CloudWatch Logs Insights (get-query-results), the
// Log Analytics API, OpenSearch (composite aggregations) and Loki (instant
// queries); several may follow each other.
//
// A Summary of some rows would be taken for one of all, so that a row that is not
// understood ends the reading; the error names row and column. A file without rows
// is fine if it shows that it is a result: then nothing was found.
func Import(r io.Reader, o ImportOptions) (*usage.Summary, Report, error) {
	if o.Rows == 0 {
		o.Rows = defaultRows
	}
	in := &intake{options: o, asked: map[string]bool{}, summary: usage.New(), ignored: map[string]bool{}}
	for _, id := range o.Credentials {
		in.asked[credential(id)] = true
	}
	if err := read(r, in); err != nil {
		return nil, in.report, fmt.Errorf("import the result of a query: %w", err)
	}
	in.report.Ignored = slices.Sorted(maps.Keys(in.ignored))
	in.warnLimit()
	return in.summary, in.report, nil
}

// intake is where rows go, whatever they were wrapped in.
type intake struct {
	options ImportOptions
	asked   map[string]bool
	summary *usage.Summary
	report  Report
	ignored map[string]bool
	series  seriesJoin
}

func (in *intake) shape(name string) {
	if in.report.Shape == "" {
		in.report.Shape = name
	}
}

func (in *intake) warn(format string, args ...any) {
	const most = 20
	if len(in.report.Warnings) < most {
		in.report.Warnings = append(in.report.Warnings, fmt.Sprintf(format, args...))
	}
}

// warnLimit tells of a result that is as long as an engine's longest.
func (in *intake) warnLimit() {
	switch in.report.Rows {
	case 1_000, 10_000, 16_000, 30_000, 500_000:
		in.warn("exactly %d rows: engines stop there, so more may have been cut off; ask again with shorter stretches of time (--since, --until) and merge", in.report.Rows)
	}
}

// row takes one row, of uses or of coverage.
func (in *intake) row(c cells) error {
	if kind(c.has) == kindSeries {
		return in.series.add(c)
	}
	in.report.Rows++
	if in.report.Rows > in.options.Rows {
		return fmt.Errorf("more than %d rows; ask with shorter stretches of time (--since, --until) and merge", in.options.Rows)
	}
	if err := in.take(c); err != nil {
		return fmt.Errorf("row %d: %w", in.report.Rows, err)
	}
	return nil
}

func (in *intake) take(c cells) error {
	switch kind(c.has) {
	case kindUses:
		return in.use(c)
	case kindCoverage:
		return in.cover(c)
	}
	return fmt.Errorf("%w: it has the columns %s; run what \"timebound audit query\" prints and give its whole result",
		ErrNoResult, named(slices.Collect(maps.Keys(c))))
}

func (c cells) has(name string) bool { _, ok := c[name]; return ok }

type rowKind int

const (
	kindNone rowKind = iota
	kindUses
	kindCoverage
	kindSeries
)

// kind tells the kinds of rows apart by their columns.
func kind(has func(string) bool) rowKind {
	switch {
	case has("stat"):
		return kindSeries
	case has("events"):
		return kindUses
	case has("lines"):
		return kindCoverage
	}
	return kindNone
}

func (in *intake) use(c cells) error {
	ignore(in, useColumns, c)
	var r Row
	if err := fill(&r, useColumns, c); err != nil {
		return err
	}
	if r.Events == 0 {
		return fault("events", c["events"], "a number of 1 or more")
	}
	if r.LastSeen == 0 {
		r.LastSeen = r.FirstSeen
	}
	if r.LastSeen < r.FirstSeen {
		return fault("last_seen", c["last_seen"], "later than first_seen")
	}
	if dayOf(r.FirstSeen) != dayOf(r.LastSeen) {
		return fault("last_seen", c["last_seen"], "on the UTC day of first_seen")
	}
	e, err := r.event(in.asked)
	if err != nil {
		return err
	}
	in.report.Events += r.Events
	if e.Tells == 0 {
		in.report.Silent++
		return nil
	}
	in.summary.AddCounted(&e, r.Events, r.FirstSeen, r.LastSeen)
	return nil
}

func dayOf(t usage.Micros) usage.Micros { return t / 86_400_000_000 }

// ignore remembers, for the report, columns that nobody knows.
func ignore[T any](in *intake, known []column[T], c cells) {
	const most = 20
	for name := range c {
		if len(in.ignored) < most && !slices.ContainsFunc(known, func(k column[T]) bool { return k.name == name }) {
			in.ignored[model.Printable(name)] = true
		}
	}
}

// named lists columns for people.
func named(columns []string) string {
	const most = 12
	slices.Sort(columns)
	for i, c := range columns {
		columns[i] = fmt.Sprintf("%.40q", c)
	}
	if len(columns) > most {
		columns = append(columns[:most:most], "…")
	}
	if len(columns) == 0 {
		return "(none)"
	}
	return strings.Join(columns, ", ")
}
