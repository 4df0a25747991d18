package world

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// dayLayout is how the API server writes days into labels.
const dayLayout = "2006-01-02"

// span reads "412d" or any span of time.ParseDuration.
func span(s string) (time.Duration, bool) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(n) * day, err == nil && n >= 0
	}
	d, err := time.ParseDuration(s)
	return d, err == nil && d >= 0
}

// moment reads an age or a date. Ages in whole days get a time of day that
// depends on salt, so that not everything happened at the same minute.
func moment(now time.Time, s, salt string) (time.Time, error) {
	if d, ok := span(s); ok {
		t := now.Add(-d)
		if d%day == 0 && d > 0 {
			t = t.Add(-time.Duration(number(salt)%(9*3600)) * time.Second)
		}
		return t, nil
	}
	t, err := time.Parse(dayLayout, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is neither an age (412d, 6h) nor a date (2024-03-05)", s)
	}
	return t.Add(time.Duration(number(salt)%(16*3600)) * time.Second), nil
}

// dayLabel reads what a day label shall say: an age in days becomes a date,
// "never" and "" no label, and everything else stands as it is.
func dayLabel(now time.Time, s string) string {
	if s == "never" {
		return ""
	}
	if d, ok := span(s); ok && strings.HasSuffix(s, "d") {
		return now.UTC().Add(-d).Format(dayLayout)
	}
	return s
}
