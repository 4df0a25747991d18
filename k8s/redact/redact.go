// Package redact makes words from outside fit to be shown, logged or kept: what
// looks like a token is cut out of them. It is the last of several lines of
// defence, for where words are kept that anybody may have written; it must not
// know where they come from. Escaping for a terminal is model.Printable's.
package redact

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// jwt finds what looks like a signed token: three base64url parts, the first
// starting with eyJ, which is {" in base64. The signature may be cut off or
// carry any length; a header and payload alone already say too much.
var jwt = regexp.MustCompile(`eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?`)

// HoldsToken says whether s contains something that looks like a signed token.
// Most strings are let go after one fast scan.
func HoldsToken(s string) bool {
	return strings.Contains(s, "eyJ") && jwt.MatchString(s)
}

// maxMessage bounds how much of a server's own words goes into a message.
const maxMessage = 300

// Words makes a server's or plugin's words fit to be shown: anything like a
// token is cut out, and the rest is cut to size.
func Words(s string) string {
	if HoldsToken(s) {
		s = jwt.ReplaceAllString(s, "[token]")
	}
	if len(s) <= maxMessage {
		return s
	}
	end := maxMessage
	for end > maxMessage-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	// Nothing is taken out of the middle: what stood apart must not join to a
	// token.
	return s[:end] + "…"
}
