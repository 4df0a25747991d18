package wrap

import (
	"bytes"
	"time"
)

// maxPrefix bounds what may stand before the JSON of a line.
const maxPrefix = 512

// podPrefix is how `kubectl logs --prefix` starts a line: [pod/NAME/CONTAINER].
var podPrefix = []byte("[pod/")

// prefixed reads a line that has something before its JSON:
//
//	cp-1 {…}                              oc adm node-logs (openshift/oc pkg/cli/admin/node)
//	2026-05-01T12:00:00Z {…}              CloudWatch's export to S3, kubectl logs --timestamps
//	2026-05-01T12:00:00Z stdout F {…}     a container runtime's file (CRI)
//	[pod/kube-apiserver-cp-1/apiserver] {…}
//	<134>1 2026-05-01T12:00:00Z cp-1 audit - - - {…}    and other syslog
//
// What comes before must be of such a form: in a log of another component a
// client may have had its own text quoted.
func (d *Decoder) prefixed(b []byte, p place) {
	start := bytes.IndexByte(b, '{')
	head := b
	if start >= 0 {
		head = b[:start]
	}
	words := bytes.Fields(head[:min(len(head), maxPrefix)])
	if d.runtime(b, words, p) {
		return
	}
	if start <= 0 || start > maxPrefix || b[start-1] != ' ' {
		d.unreadable(b, p)
		return
	}
	switch name, ok := serverOf(words); {
	case !ok:
		d.unreadable(b, p)
		return
	case name != nil:
		p.server = d.named(name)
	}
	d.values(b[start:], p)
}

// runtime reads a line of a container runtime's file. Long lines are split
// there; of the pieces only the first is counted, as one event that broke off.
func (d *Decoder) runtime(b []byte, words [][]byte, p place) bool {
	if len(words) < 3 || !isTime(words[0]) || string(words[1]) != "stdout" && string(words[1]) != "stderr" {
		return false
	}
	rest := bytes.TrimLeft(b[bytes.Index(b, words[1])+len(words[1]):], " ")
	payload := bytes.TrimLeft(rest[1:], " ") // after F, or P for a piece
	if len(payload) == 0 || payload[0] != '{' {
		d.out.Other++
		return true
	}
	d.values(payload, p)
	return true
}

// unreadable counts a line of no known form.
func (d *Decoder) unreadable(b []byte, p place) {
	if LegacyText(b) {
		d.out.Unsupported++
		return
	}
	d.unusable(b, p, &d.out.Malformed)
}

// LegacyText says whether a line is of the plain text format that kube-apiserver
// writes with --audit-log-format=legacy (k8s.io/apiserver pkg/audit/format.go):
//
//	2026-05-01T12:00:00.000000000Z AUDIT: id="…" stage="…" ip="…" …
func LegacyText(line []byte) bool {
	return bytes.Contains(line[:min(len(line), 128)], []byte(` AUDIT: id="`))
}

// serverOf reads the words before the JSON; name is nil if they name no server.
func serverOf(words [][]byte) (name []byte, ok bool) {
	first := words[0]
	if pod, found := bytes.CutPrefix(first, podPrefix); found {
		pod, _, found = bytes.Cut(pod, []byte("/"))
		return pod, found && len(words) == 1
	}
	if len(words) == 1 && isHost(first) {
		return first, true
	}
	if !isTime(first) && first[0] != '<' && !isMonth(first) {
		return nil, false
	}
	for _, w := range words[1:] {
		if isHost(w) {
			return w, true
		}
	}
	return nil, true
}

func isTime(w []byte) bool {
	if len(w) < len("2026-05-01T12:00:00Z") || len(w) > 40 || w[4] != '-' {
		return false
	}
	_, err := time.Parse(time.RFC3339Nano, string(w))
	return err == nil
}

func isMonth(w []byte) bool {
	const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
	return len(w) == 3 && bytes.Contains([]byte(months), w)
}

// isHost says whether a word may be the name of a node: lower case, as
// Kubernetes has them, and not a number.
func isHost(w []byte) bool {
	letter := false
	for _, c := range w {
		switch {
		case c >= 'a' && c <= 'z':
			letter = true
		case c >= '0' && c <= '9' || c == '-' || c == '.':
		default:
			return false
		}
	}
	return letter && len(w) <= 253
}
