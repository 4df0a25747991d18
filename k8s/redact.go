package k8s

import (
	"regexp"
	"strings"
)

// jwt finds what looks like a signed token: three base64url parts, the first
// starting with eyJ, which is {" in base64. The signature may be cut off or
// carry any length; a header and payload alone already say too much.
var jwt = regexp.MustCompile(`eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?`)

// holdsToken says whether s contains something that looks like a signed token.
// Most strings are let go after one fast scan.
func holdsToken(s string) bool {
	return strings.Contains(s, "eyJ") && jwt.MatchString(s)
}

// maxMessage bounds how much of a server's own words goes into a message.
const maxMessage = 300

// redact makes a server's or plugin's words fit to be shown: anything like a
// token is cut out, and the rest is cut to size.
func redact(s string) string {
	if holdsToken(s) {
		s = jwt.ReplaceAllString(s, "[token]")
	}
	if len(s) > maxMessage {
		s = strings.ToValidUTF8(s[:maxMessage], "") + "…"
	}
	return s
}
