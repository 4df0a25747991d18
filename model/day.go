package model

import (
	"fmt"
	"time"
)

// Day is a UTC calendar day, counted from 1970-01-01. The API server writes
// its token labels with day granularity in UTC (k8s.io/kubernetes
// pkg/serviceaccount/legacy.go), so everything that is compared with them is
// compared as a Day and never as an instant.
type Day int32

const dayLayout = "2006-01-02"

// DayOf gives the UTC day that t falls on.
func DayOf(t time.Time) Day {
	seconds := t.Unix()
	day := seconds / 86400
	if seconds%86400 < 0 {
		day--
	}
	return Day(day)
}

// ParseDay reads a day as upstream writes it, YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(dayLayout, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day of the form YYYY-MM-DD", s)
	}
	return DayOf(t), nil
}

// Time gives the first instant of the day.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String gives the day as YYYY-MM-DD.
func (d Day) String() string { return d.Time().Format(dayLayout) }

// MarshalText gives the day as YYYY-MM-DD.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a day as MarshalText writes it.
func (d *Day) UnmarshalText(text []byte) error {
	day, err := ParseDay(string(text))
	*d = day
	return err
}

// DayLabel is a label whose value should be a day. Other writers than the API
// server put other things there (RFC 3339 timestamps, expiry dates, garbage),
// so the raw value is kept beside the parsed one.
type DayLabel struct {
	Raw   string // the label's value as found; "" when the label is absent or empty
	Day   Day    // valid only if Valid
	Valid bool   // Raw parses as YYYY-MM-DD
	// Empty says that the label is there, with an empty value. To upstream's
	// cleaner an empty last-used label is a date that it cannot read; an empty
	// invalid-since label is none.
	Empty bool
}

// NewDayLabel parses raw; an empty raw gives the zero DayLabel (absent).
func NewDayLabel(raw string) DayLabel {
	if raw == "" { // most are, and an error costs more than a day
		return DayLabel{}
	}
	day, err := ParseDay(raw)
	return DayLabel{Raw: raw, Day: day, Valid: err == nil}
}

// EmptyDayLabel is a label that is there and empty.
func EmptyDayLabel() DayLabel { return DayLabel{Empty: true} }

// Absent says that the label is missing.
func (l DayLabel) Absent() bool { return l.Raw == "" && !l.Empty }

// Unparsable says that there is a value which is not a day.
func (l DayLabel) Unparsable() bool { return !l.Absent() && !l.Valid }

// Text gives the value for people; an empty one in quotes, so that it shows.
func (l DayLabel) Text() string {
	if l.Empty {
		return `""`
	}
	return l.Raw
}
