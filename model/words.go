package model

import (
	"strconv"
	"time"
)

// tellSkewFrom is the smallest difference between two clocks worth a word.
const tellSkewFrom = 2 * time.Minute

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// grouped writes a number of none or more with a comma between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func days(n int) string { return count(n, "day", "days") }

// Ago says how long before today a day lies: "today", "yesterday", "212 days
// ago", "in 3 days".
func (d Day) Ago(today Day) string {
	switch n := int(today - d); {
	case n == 0:
		return "today"
	case n == 1:
		return "yesterday"
	case n > 1:
		return days(n) + " ago"
	case n == -1:
		return "tomorrow"
	default:
		return "in " + days(-n)
	}
}
