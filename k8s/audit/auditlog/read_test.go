package auditlog

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/model/usage"
)

// line is what the tests read of an event, slowly and by the book.
type line struct {
	AuditID, Stage, Level, Verb, UserAgent string
	User                                   struct {
		Username string
		Extra    map[string][]string
	}
	SourceIPs []string
	ObjectRef struct{ Resource, Subresource, Namespace, Name string }

	ResponseStatus           struct{ Code int }
	RequestReceivedTimestamp time.Time
	StageTimestamp           time.Time
	Annotations              map[string]string
}

func read(t *testing.T, log []byte, prefix string) []line {
	t.Helper()
	var lines []line
	for text := range bytes.Lines(log) {
		text, ok := bytes.CutPrefix(text, []byte(prefix))
		if !ok {
			t.Fatalf("no prefix in %.80s", text)
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		lines = append(lines, l)
	}
	return lines
}

// sum adds up a log in the way that its readers must come to by themselves:
// every request once, whatever its stages.
func sum(t *testing.T, lines []line) Truth {
	t.Helper()
	truth := newTruth()
	seen := map[string]bool{}
	issuedTo := map[string]bool{}
	for _, l := range lines { // a token may be presented in front of where its issue stands
		if id := l.Annotations[keyIssued]; id != "" && !strings.HasPrefix(l.User.Username, "system:node:") {
			issuedTo[id] = true
		}
	}
	for _, l := range lines {
		id := l.Annotations[keyIssued]
		if id != "" && seen[l.AuditID] && l.Stage == string(complete) {
			note(t, &truth, l, id)
		}
		if seen[l.AuditID] {
			continue
		}
		seen[l.AuditID] = true
		at := usage.Micros(l.RequestReceivedTimestamp.UnixMicro())
		all := Use{Requests: truth.Requests, First: truth.First, Last: truth.Last}
		all.add(&Use{Requests: 1, First: at, Last: at})
		truth.Requests, truth.First, truth.Last = all.Requests, all.First, all.Last
		if id != "" {
			note(t, &truth, l, id)
		}
		who := Caller{Agent: l.UserAgent, Address: l.SourceIPs[len(l.SourceIPs)-1]}
		if pods := l.User.Extra["authentication.kubernetes.io/pod-name"]; len(pods) > 0 {
			who.Pod = model.Key{Namespace: keyOf(l.User.Username).Namespace, Name: pods[0]}
		}
		one := &Use{Requests: 1, First: at, Last: at, Callers: map[Caller]uint64{who: 1}}
		if subject := l.Annotations[keyLegacy]; subject != "" {
			name := Token{Account: keyOf(subject)}
			if secret := l.Annotations[keyAuto]; secret != "" {
				name.Secret, one.Origin = secret, model.OriginAuto
			}
			if secret := l.Annotations[keyManual]; secret != "" {
				name.Secret, one.Origin = secret, model.OriginManual
			}
			useOf(truth.Legacy, name).add(one)
		}
		if text := l.Annotations[keyStale]; text != "" {
			subject, after, _ := strings.Cut(strings.TrimPrefix(text, "subject: "), ", ")
			if _, err := strconv.Atoi(strings.TrimPrefix(after, "seconds after warning threshold: ")); err != nil {
				t.Errorf("stale: %s", text)
			}
			useOf(truth.Stale, keyOf(subject)).add(one)
		}
		if l.ResponseStatus.Code == 401 {
			truth.Refused.add(one)
		}
		if l.ObjectRef.Resource == "tokenreviews" {
			useOf(truth.Reviewed, l.User.Username).add(one)
		}
		if ids := l.User.Extra["authentication.kubernetes.io/credential-id"]; len(ids) > 0 && issuedTo[ids[0]] {
			useOf(truth.Presented, strings.TrimPrefix(ids[0], "JTI=")).add(one)
		}
	}
	return truth
}

func note(t *testing.T, truth *Truth, l line, id string) {
	t.Helper()
	if strings.HasPrefix(l.User.Username, "system:node:") {
		truth.KubeletIssues++
		return
	}
	truth.Issued[strings.TrimPrefix(id, "JTI=")] = Issue{
		For: model.Key{Namespace: l.ObjectRef.Namespace, Name: l.ObjectRef.Name}, By: l.User.Username,
		At: usage.Micros(l.RequestReceivedTimestamp.UnixMicro()),
	}
}

func keyOf(user string) model.Key {
	parts := strings.Split(user, ":")
	return model.Key{Namespace: parts[2], Name: parts[3]}
}
