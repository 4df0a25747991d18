package agent

import "strings"

// versionLimit bounds a version that is shown.
const versionLimit = 40

// version cleans a version up: "v1.28.5" gives "1.28.5". "" for what is none,
// and for v0.0.0, which stands for not set.
func version(s string) string {
	if len(s) > 1 && (s[0] == 'v' || s[0] == 'V') {
		s = s[1:]
	}
	end := 0
	for end < len(s) && end < versionLimit && isVersionByte(s[end]) {
		end++
	}
	s = s[:end]
	if s == "" || s[0] < '0' || s[0] > '9' || s == "0.0.0" || strings.HasPrefix(s, "0.0.0-") || strings.HasPrefix(s, "0.0.0+") {
		return ""
	}
	return s
}

func isVersionByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte(".-+_~", c) >= 0
}

// number is a version to compare: major, minor, patch.
type number [3]int

// numberLimit is more than any part of a version; larger ones are taken for it.
const numberLimit = 1 << 20

// parseNumber reads the first three numbers of a version. early says that a
// name for what comes before a release follows ("-SNAPSHOT", "-rc1", "b2").
func parseNumber(s string) (n number, early, ok bool) {
	for i := range n {
		end := 0
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			n[i] = min(n[i]*10+int(s[end]-'0'), numberLimit)
			end++
		}
		if end == 0 {
			return n, true, i > 0
		}
		s = s[end:]
		if s == "" || s[0] != '.' {
			break
		}
		s = s[1:]
	}
	return n, s != "" && !later(s), true
}

// later says that a suffix is put on a release when somebody builds it again:
// "+k3s1", ".redhat-00001", ".Final", a fourth number.
func later(suffix string) bool {
	if suffix[0] == '+' || suffix[0] >= '0' && suffix[0] <= '9' {
		return true
	}
	word := strings.ToLower(strings.TrimLeft(suffix, ".-_"))
	return strings.HasPrefix(word, "redhat") || strings.HasPrefix(word, "fuse") || strings.HasPrefix(word, "final")
}

// less orders versions.
func (n number) less(o number) bool {
	for i := range n {
		if n[i] != o[i] {
			return n[i] < o[i]
		}
	}
	return false
}
