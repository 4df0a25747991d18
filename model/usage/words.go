package usage

import (
	"strconv"
	"strings"
)

// mostNamed is how many things a sentence names before it counts the others.
const mostNamed = 3

func counted(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// grouped writes a number with a comma between thousands.
func grouped(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// listed names the first few, and counts the others.
func listed(names []string) string {
	if more := len(names) - mostNamed; more > 0 {
		return strings.Join(names[:mostNamed], ", ") + " and " + counted(uint64(more), "other", "others")
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// serverWord names a server for a sentence.
func serverWord(name string) string {
	switch name {
	case "":
		return "a server that the log does not name"
	case Others:
		return "other servers"
	}
	return name
}

// gapsWords tells of gaps: "3 h 20 min after 2026-11-24 10:00, 11 min after
// 2026-11-22 09:15".
func gapsWords(gaps []Span) string {
	words := make([]string, len(gaps))
	for i, g := range gaps {
		words[i] = long(g.length()) + " after " + g.From.Time().Format("2006-01-02 15:04")
	}
	return listed(words)
}

// long gives a stretch of ten minutes or more in its two largest units.
func long(m Micros) string {
	minutes := int64(m) / 60_000_000
	for _, u := range []struct {
		minutes     int64
		large, rest string
		restMinutes int64
	}{{24 * 60, " d", " h", 60}, {60, " h", " min", 1}} {
		if minutes < u.minutes {
			continue
		}
		words := strconv.FormatInt(minutes/u.minutes, 10) + u.large
		if rest := minutes % u.minutes / u.restMinutes; rest > 0 {
			words += " " + strconv.FormatInt(rest, 10) + u.rest
		}
		return words
	}
	return strconv.FormatInt(minutes, 10) + " min"
}
