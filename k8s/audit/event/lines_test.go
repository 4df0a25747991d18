package event

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// maker makes lines of all sorts: as an API server writes them, as other encoders
// write the same, with forged events inside, and broken.
type maker struct{ *rand.Rand }

func (m maker) one(of ...string) string { return of[m.IntN(len(of))] }
func (m maker) chance(percent int) bool { return m.IntN(100) < percent }

// usually gives the first, and any of the others where there is mischief.
func (m maker) usually(mischief int, first string, others ...string) string {
	if m.chance(mischief) {
		return m.one(others...)
	}
	return first
}

// member is a key with its value in JSON.
type member struct{ key, value string }

// line makes one. Mischief is how many percent of the places are odd.
func (m maker) line(mischief int) []byte {
	b := []byte(m.object(m.event(mischief), mischief))
	if m.chance(mischief) {
		b = m.hurt(b)
	}
	switch {
	case m.chance(mischief / 4):
		b = append(b, '\r')
	case m.chance(mischief / 4):
		b = append([]byte(" \t"), b...)
	}
	return b
}

func (m maker) event(mischief int) []member {
	refused := m.chance(10)
	user := []member{{"username", m.text(m.one("system:serviceaccount:shop:robot", "admin", "system:node:n1"), mischief)}, {"groups", `["a","b"]`}}
	if m.chance(40) {
		user = append(user, member{"extra", m.object([]member{
			{m.one("", "cloud.ibm.com/authn_") + keyCredential, `["JTI=01234567-89ab-cdef-0123-456789abcdef"]`},
			{keyPod, m.usually(mischief, `["web-0"]`, `["web-0","x"]`, `[]`, `null`)},
			{"example.org/other", m.one(`["x"]`, `7`)},
		}, mischief)})
	}
	status := []member{{"metadata", "{}"}, {"code", m.one("200", "201", "404", "401")}, {"message", m.text(m.one(`pods "x" not found`, "ok"), mischief)}}
	if refused {
		user = nil
		status = []member{{"metadata", "{}"}, {"status", `"Failure"`}, {"message", m.text(m.one("Unauthorized", "Authentication failed, attempted: bearer"), mischief)}, {"code", "401"}}
	}
	ms := []member{
		{"kind", m.usually(mischief/2, `"Event"`, `"EventList"`)},
		{"apiVersion", `"audit.k8s.io/` + m.one("v1", "v1beta1", "v1alpha1") + `"`},
		{"level", `"Metadata"`},
		{"auditID", m.text(fmt.Sprintf("%08x-%04x", m.Uint32(), m.Uint32N(1<<16)), mischief)},
		{"stage", m.text(m.one("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic", "Other"), mischief)},
		{"requestURI", m.text(m.usually(mischief, "/api/v1/pods?limit=5&watch=1", "/healthz", "/é?a", "api"), mischief)},
		{"verb", m.text(m.one("get", "create", "watch"), mischief)},
		{"user", m.object(user, mischief)},
		{"sourceIPs", m.usually(mischief, m.one(`["10.0.0.1"]`, `["1.2.3.4","10.0.0.1"]`, `["::1", "fe80::1","x"]`), `[]`, `null`, `[1]`, `[""]`)},
	}
	if m.chance(80) {
		ms = append(ms, member{"userAgent", m.text(m.usually(mischief, "kubectl/v1.30.1 (linux/amd64) kubernetes/abc", "a <b> & \"c\"", "é\u2028", ""), mischief)})
	}
	if m.chance(80) {
		ms = append(ms, member{"objectRef", m.object(m.reference(mischief), mischief)})
	}
	ms = append(ms, member{"responseStatus", m.object(status, mischief)})
	for _, key := range []string{"requestObject", "responseObject"} {
		if m.chance(30) {
			ms = append(ms, member{key, m.decoy(mischief)})
		}
	}
	ms = append(ms,
		member{"requestReceivedTimestamp", m.usually(mischief, `"2026-11-24T22:00:52.488709Z"`, `"2024-02-29T00:00:00Z"`, `"2026-02-30T22:00:52.488709Z"`, `"2026-11-24T22:00:52.488709123+02:00"`, `null`)},
		member{"stageTimestamp", `"2026-11-24T22:00:52.488709Z"`})
	if m.chance(70) {
		ms = append(ms, member{"annotations", m.object(m.notes(mischief), mischief)})
	}
	if m.chance(mischief) {
		ms = append(ms, ms[m.IntN(len(ms))]) // a member twice
	}
	if m.chance(mischief) {
		ms[m.IntN(len(ms))].value = m.one("7", "null", "{}", "[]", `""`, "tru", "-0.5e+7", "01", `"\ud800"`, `"\x"`, "[[[1]]]", `{"a":1,}`)
	}
	if m.chance(mischief) {
		m.Shuffle(len(ms), func(i, j int) { ms[i], ms[j] = ms[j], ms[i] })
	}
	return ms
}

func (m maker) reference(mischief int) []member {
	if m.chance(20) {
		return []member{{"resource", `"tokenreviews"`}, {"apiGroup", `"authentication.k8s.io"`}, {"apiVersion", `"v1"`}}
	}
	return []member{
		{"resource", m.text(m.one("pods", "serviceaccounts"), mischief)},
		{"namespace", m.text("shop", mischief)},
		{"name", m.text("robot", mischief)},
		{"apiVersion", m.text(m.one("v1", "apps/v1"), mischief)},
		{"subresource", m.text(m.one("token", "scale"), mischief)},
	}
}

func (m maker) notes(mischief int) []member {
	ms := []member{{"authorization.k8s.io/decision", `"allow"`}, {"authorization.k8s.io/reason", `""`}}
	for _, n := range []member{
		{keyLegacy, "system:serviceaccount:shop:robot"},
		{keyAuto, "robot-token-abcde"},
		{keyManual, "robot-by-hand"},
		{keyInvalidated, "robot-token-abcde/shop"},
		{keyStale, "subject: system:serviceaccount:shop:robot, seconds after warning threshold: 77"},
		{keyIssued, "JTI=01234567-89ab-cdef-0123-456789abcdef"},
	} {
		if m.chance(35) {
			ms = append(ms, member{n.key, m.text(n.value, mischief)})
		}
	}
	return ms
}

// decoy makes a logged object that looks like an event.
func (m maker) decoy(mischief int) string {
	inner := m.object(m.notes(mischief), mischief)
	return m.object([]member{
		{"metadata", m.object([]member{{"annotations", inner}}, mischief)},
		{"annotations", inner},
		{"data", m.object([]member{{"event.json", m.text(inner, 0)}}, mischief)},
		{"user", `{"username":"system:serviceaccount:decoy:nobody"}`},
	}, mischief)
}

func (m maker) object(ms []member, mischief int) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, each := range ms {
		if i > 0 {
			b.WriteByte(',')
		}
		if m.chance(mischief / 4) {
			b.WriteString(" \n")
		}
		b.WriteString(m.text(each.key, mischief/4))
		b.WriteByte(':')
		if m.chance(mischief / 4) {
			b.WriteByte(' ')
		}
		b.WriteString(each.value)
	}
	b.WriteByte('}')
	return b.String()
}

// text spells a string in JSON, with more escapes than needed if there is
// mischief.
func (m maker) text(s string, mischief int) string {
	odd := m.chance(mischief)
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '<' || r == '>' || r == '&' || r == '\u2028' || r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		case r == '/' && odd:
			b.WriteString(`\/`)
		case odd && m.chance(10):
			fmt.Fprintf(&b, m.one(`\u%04x`, `\u%04X`), r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// hurt breaks bytes here and there.
func (m maker) hurt(b []byte) []byte {
	at := m.IntN(len(b))
	switch m.IntN(5) {
	case 0:
		return b[:at]
	case 1:
		b[at] = m.one("\x00", "\xff", "\"", "\\", "{", "}", ",", ":", "\n", "7")[0]
	case 2:
		return append(b[:at:at], b[at+1:]...)
	case 3:
		return append(append(b[:at:at], b[m.IntN(len(b)):]...), b[at:]...)
	case 4:
		b[at] ^= 1 << m.IntN(8)
	}
	return b
}
