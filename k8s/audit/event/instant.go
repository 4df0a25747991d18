package event

import (
	"fmt"
	"time"

	"timebound/model/usage"
)

// instant reads a time of RFC 3339; "" is 0.
func instant(s string) (usage.Micros, error) {
	if s == "" {
		return 0, nil
	}
	if t, ok := utc(s); ok {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, fmt.Errorf("%w: a time is not understood: %.100q", ErrMalformed, s)
	}
	return usage.Micros(t.UnixMicro()), nil
}

// layout is what API servers write (metav1.MicroTime): '0' is any digit.
const layout = "0000-00-00T00:00:00.000000Z"

// utc reads that layout without time's generality, which costs more than the rest
// of a short event. It declines whatever it is not sure of.
func utc(s string) (usage.Micros, bool) {
	if len(s) != len(layout) {
		return 0, false
	}
	for i := range len(layout) {
		if c := s[i]; layout[i] == '0' {
			if c < '0' || c > '9' {
				return 0, false
			}
		} else if c != layout[i] {
			return 0, false
		}
	}
	two := func(i int) int64 { return int64(s[i]-'0')*10 + int64(s[i+1]-'0') }
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, second := two(11), two(14), two(17)
	if month < 1 || month > 12 || day < 1 || day > 28 && day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	micros := two(20)*10000 + two(22)*100 + two(24)
	return usage.Micros(((daysSince1970(year, month, day)*24+hour)*60+minute)*60+second)*1e6 + usage.Micros(micros), true
}

func daysIn(year, month int64) int64 {
	if month == 2 {
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 30 + (month+month/8)%2
}

// daysSince1970 counts days of the Gregorian calendar. Years are counted from
// March, so that the leap day is a year's last.
func daysSince1970(year, month, day int64) int64 {
	if month < 3 {
		year, month = year-1, month+12
	}
	year += 400 // keeps the divisions below from going negative in the year 0
	sinceMarch := (153*(month-3) + 2) / 5
	return 365*year + year/4 - year/100 + year/400 + sinceMarch + day - 1 - 719468 - 146097
}
