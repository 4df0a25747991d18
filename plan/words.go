package plan

import (
	"strconv"
	"strings"

	"timebound/model"
)

// count writes a number with its noun: "1 token", "1,204 tokens".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s + " " + many
}

// fits matches a text with a pattern in which a trailing * stands for any
// ending; an empty pattern fits everything.
func fits(pattern, s string) bool {
	if prefix, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(s, prefix)
	}
	return pattern == "" || pattern == s
}

// quote makes a name safe to paste into a shell. Names that Kubernetes accepts
// need nothing; those of a dump may be anything.
func quote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/:") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(model.Printable(s), "'", `'\''`) + "'"
}
