package query

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"timebound/model/usage"
)

// cells is one row of a result before it is understood: texts by column.
type cells map[string]string

// column says how a column fills a row of either kind.
type column[T any] struct {
	name string
	set  func(row *T, text string) error
}

// useColumns are those of Row, in the order in which queries give them.
var useColumns = []column[Row]{
	{"legacy_token", text(func(r *Row) *string { return &r.LegacyToken })},
	{"auto_secret", text(func(r *Row) *string { return &r.AutoSecret })},
	{"manual_secret", text(func(r *Row) *string { return &r.ManualSecret })},
	{"stale_token", text(func(r *Row) *string { return &r.StaleToken })},
	{"issued", text(func(r *Row) *string { return &r.Issued })},
	{"issued_for", text(func(r *Row) *string { return &r.IssuedFor })},
	{"credential", text(func(r *Row) *string { return &r.Credential })},
	{"username", text(func(r *Row) *string { return &r.Username })},
	{"pod", text(func(r *Row) *string { return &r.Pod })},
	{"node", text(func(r *Row) *string { return &r.Node })},
	{"agent", text(func(r *Row) *string { return &r.Agent })},
	{"address", text(func(r *Row) *string { return &r.Address })},
	{"verb", text(func(r *Row) *string { return &r.Verb })},
	{"resource", text(func(r *Row) *string { return &r.Resource })},
	{"api_group", text(func(r *Row) *string { return &r.APIGroup })},
	{"subresource", text(func(r *Row) *string { return &r.Subresource })},
	{"namespace", text(func(r *Row) *string { return &r.Namespace })},
	{"code", func(r *Row, s string) (err error) {
		n, err := count("code", s)
		if r.Code = int(n); err == nil && n > 999 {
			err = fault("code", s, "an HTTP status")
		}
		return err
	}},
	{"stage", stage(func(r *Row) *string { return &r.Stage })},
	// The day only keeps rows apart; it is that of first_seen.
	{"day", func(*Row, string) error { return nil }},
	{"events", func(r *Row, s string) (err error) { r.Events, err = count("events", s); return err }},
	{"first_seen", func(r *Row, s string) (err error) { r.FirstSeen, err = instant("first_seen", s); return err }},
	{"last_seen", func(r *Row, s string) (err error) { r.LastSeen, err = instant("last_seen", s); return err }},
	{"past_warning", func(r *Row, s string) error {
		n, err := count("past_warning", s)
		r.PastWarning = int64(min(n, math.MaxInt64))
		return err
	}},
}

// coverageColumns are those of Span.
var coverageColumns = []column[Span]{
	{"server", text(func(s *Span) *string { return &s.Server })},
	// The window only keeps rows apart.
	{"window_start", func(*Span, string) error { return nil }},
	{"verb", text(func(s *Span) *string { return &s.Verb })},
	{"stage", stage(func(s *Span) *string { return &s.Stage })},
	{"lines", func(s *Span, v string) (err error) { s.Lines, err = count("lines", v); return err }},
	{"whole", func(s *Span, v string) (err error) { s.Whole, err = count("whole", v); return err }},
	{"first_seen", func(s *Span, v string) (err error) { s.FirstSeen, err = instant("first_seen", v); return err }},
	{"last_seen", func(s *Span, v string) (err error) { s.LastSeen, err = instant("last_seen", v); return err }},
}

// fill reads a row's cells; what is not there stays zero.
func fill[T any](row *T, columns []column[T], c cells) error {
	for _, column := range columns {
		if s, ok := c[column.name]; ok {
			if err := column.set(row, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func text[T any](place func(*T) *string) func(*T, string) error {
	return func(row *T, s string) error { *place(row) = s; return nil }
}

func stage[T any](place func(*T) *string) func(*T, string) error {
	return func(row *T, s string) error {
		if _, ok := stages[s]; !ok && s != "" {
			return fault("stage", s, "RequestReceived, ResponseStarted, ResponseComplete or Panic")
		}
		*place(row) = s
		return nil
	}
}

// maxCount is the largest number that every engine's floating point still counts
// to; it also keeps sums of rows within 64 bits.
const maxCount = 1 << 53

// count reads a whole number that is not negative. Engines that count in floating
// point write 17.0 or 1.7e+01.
func count(column, s string) (uint64, error) {
	if s == "" {
		return 0, nil
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil && n <= maxCount {
		return n, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f > maxCount || f != math.Trunc(f) {
		return 0, fault(column, s, "a number of 0 or more")
	}
	return uint64(f), nil
}

// layouts are the ways in which engines write a time; one without a zone is UTC.
var layouts = [...]string{
	time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 MST",
}

// instant reads a time as text, or as seconds, milli-, micro- or nanoseconds since
// 1970, which the size of the number tells apart: audit logs are of this century.
func instant(column, s string) (usage.Micros, error) {
	if s == "" {
		return 0, nil
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return numeric(column, s, f)
	}
	for _, layout := range layouts {
		t, err := time.Parse(layout, s)
		if err == nil && t.Year() >= 2000 && t.Year() < 2100 && isUTC(layout, s) {
			return usage.Micros(t.UnixMicro()), nil
		}
	}
	return 0, fault(column, s, "a time such as 2026-03-01T00:00:00.000000Z")
}

// isUTC refuses abbreviations of zones, which Go takes for UTC whatever they mean.
func isUTC(layout, s string) bool {
	return !strings.HasSuffix(layout, " MST") || strings.HasSuffix(s, " UTC")
}

// numeric reads a number since 1970. Since 2001 and until 2096 the units' ranges do
// not touch.
func numeric(column, s string, f float64) (usage.Micros, error) {
	for _, unit := range [...]float64{1e6, 1e3, 1, 1e-3} {
		if micros := f * unit; micros >= 1e15 && micros < 4e15 {
			return usage.Micros(math.Round(micros)), nil
		}
	}
	return 0, fault(column, s, "a time between 2001 and 2096")
}

// fault says what is wrong with a cell.
func fault(column, got, want string) error {
	return fmt.Errorf("column %s: %.100q is not %s", column, got, want)
}
