package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Query is what people type to ask for a part of the inventory:
//
//	payments verdict:idle ns:team-* -origin:manual idle:>90d
//
// Words without a colon are free words. key:value terms compare one field;
// several values are separated by commas and any may match; * matches any
// run of characters; ! or - in front negates. Day counts (idle, age, used)
// take <, <=, >, >= and a number of days, weeks (w), months (mo, 30 days) or
// years (y, 365 days).
type Query struct {
	// Words are the free words; every one must match. Callers choose how:
	// scan by substring, the dashboard by fuzzy match.
	Words []string
	// Not are the negated free words; none may occur.
	Not   []string
	terms []term
}

type term struct {
	field  string
	negate bool
	values []string
	// op and days are set for the fields that count days.
	op   string
	days int
}

// QueryError says what of a query was not understood.
type QueryError struct {
	Term string
	Why  string
}

// Error gives the term and the reason.
func (e *QueryError) Error() string { return fmt.Sprintf("%q: %s", e.Term, e.Why) }

// queryFields maps every name and short name of a field to the field.
var queryFields = map[string]string{
	"ns": "ns", "namespace": "ns", "name": "name", "token": "name", "account": "account", "sa": "account",
	"verdict": "verdict", "origin": "origin", "code": "code", "ref": "ref", "refs": "refs", "keeper": "keeper",
	"from": "from", "caller": "caller", "idle": "idle", "age": "age", "used": "used", "kind": "kind", "state": "state", "owner": "owner",
}

// QueryFields lists the names of the fields, for help and completion.
func QueryFields() []string {
	names := make([]string, 0, len(queryFields))
	for name := range queryFields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ParseQuery reads a query. The error is a *QueryError.
func ParseQuery(s string) (Query, error) {
	var q Query
	for _, word := range strings.Fields(s) {
		rest, negate := cutNegation(word)
		name, value, isTerm := strings.Cut(rest, ":")
		if !isTerm {
			switch {
			case rest == "":
			case negate:
				q.Not = append(q.Not, strings.ToLower(rest))
			default:
				q.Words = append(q.Words, strings.ToLower(rest))
			}
			continue
		}
		field, ok := queryFields[strings.ToLower(name)]
		if !ok {
			return Query{}, &QueryError{word, "no field " + strconv.Quote(name) + nearest(name)}
		}
		t, err := parseTerm(field, value)
		if err != nil {
			return Query{}, &QueryError{word, err.Error()}
		}
		t.negate = negate
		q.terms = append(q.terms, t)
	}
	return q, nil
}

// cutNegation takes a leading ! or - off. A lone - is a word.
func cutNegation(word string) (string, bool) {
	if len(word) > 1 && (word[0] == '!' || word[0] == '-') {
		return word[1:], true
	}
	return word, false
}

func parseTerm(field, value string) (term, error) {
	t := term{field: field}
	if value == "" {
		return t, fmt.Errorf("needs a value")
	}
	switch field {
	case "idle", "age", "used", "refs":
		return parseCount(t, value)
	}
	t.values = strings.Split(strings.ToLower(value), ",")
	for i, v := range t.values {
		switch field {
		case "verdict":
			verdict, ok := ParseVerdict(v)
			if !ok {
				return t, fmt.Errorf("no verdict %q", v)
			}
			t.values[i] = verdict.Slug()
		case "origin":
			origin, ok := ParseOrigin(v)
			if !ok {
				return t, fmt.Errorf("no origin %q; there are auto, manual and unknown", v)
			}
			t.values[i] = origin.Short()
		case "from":
			if !slices.Contains(whereaboutsWords[:], v) {
				return t, fmt.Errorf("no whereabouts %q; there are %s", v, strings.Join(whereaboutsWords[:], ", "))
			}
		}
	}
	return t, nil
}

// parseCount reads "never", or a comparison such as >90d, <=2w, 3.
func parseCount(t term, value string) (term, error) {
	if value == "never" && t.field == "used" {
		t.op = "never"
		return t, nil
	}
	t.op = "="
	for _, op := range []string{">=", "<=", ">", "<", "="} {
		if rest, ok := strings.CutPrefix(value, op); ok {
			t.op, value = op, rest
			break
		}
	}
	if t.field == "refs" {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return t, fmt.Errorf("wants a number, as in refs:>0")
		}
		t.days = n
		return t, nil
	}
	n, err := ParseDays(value)
	if err != nil {
		return t, err
	}
	t.days = n
	return t, nil
}

// ParseDays reads a span of days: 90d, 12w, 3mo (30 days each), 1y (365
// days), or hours that make whole days (2160h). A bare number counts days.
func ParseDays(s string) (int, error) {
	digits := leadingDigits(s)
	n, err := strconv.Atoi(digits)
	if err != nil || n > 100_000 {
		return 0, fmt.Errorf("wants a number of days, as in 90d, 12w or 1y")
	}
	switch s[len(digits):] {
	case "", "d":
		return n, nil
	case "w":
		return n * 7, nil
	case "mo":
		return n * 30, nil
	case "y":
		return n * 365, nil
	case "h":
		if n%24 == 0 {
			return n / 24, nil
		}
		return 0, fmt.Errorf("%dh is no whole number of days", n)
	}
	return 0, fmt.Errorf("wants a number of days, as in 90d, 12w or 1y")
}

// nearest suggests the field that was probably meant.
func nearest(name string) string {
	name = strings.ToLower(name)
	for _, f := range QueryFields() {
		if name != "" && (strings.HasPrefix(f, name) || strings.HasPrefix(name, f)) {
			return ", did you mean " + f + "?"
		}
	}
	return "; there are " + strings.Join(QueryFields(), ", ")
}
