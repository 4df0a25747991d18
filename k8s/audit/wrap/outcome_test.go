package wrap

import (
	"strings"
	"testing"
)

// What is not an event is counted as what it is.
func TestOutcomes(t *testing.T) {
	cut := canonicalEvent[:len(canonicalEvent)-200]
	for _, c := range []struct {
		name, text string
		want       Outcome
	}{
		{"nothing", " \r\n\x00", Outcome{}},
		{"half an event", cut, Outcome{Truncated: 1}},
		{"CloudWatch's cut", cut + "[Truncated...]", Outcome{Truncated: 1}},
		{"CloudWatch's cut, exported", "2026-05-01T12:00:00Z " + cut + "[Truncated...]", Outcome{Truncated: 1}},
		{"CloudWatch's cut, wrapped", `{"events":[{"message":` + quoted(cut+"[Truncated...]") + `},{"message":` + quoted(canonicalEvent) + `}]}`, Outcome{Truncated: 1, Events: 1}},
		{"half an event of a node", "cp-1 " + cut, Outcome{Truncated: 1}},
		{"a piece of a long line", "2026-05-01T12:00:00Z stdout P " + cut, Outcome{Truncated: 1}},
		{"the end of a long line", `2026-05-01T12:00:00Z stdout F "annotations":{}}`, Outcome{Other: 1}},
		{"the end of a line", `"annotations":{}}`, Outcome{Malformed: 1}},
		{"an event and a piece", canonicalEvent + canonicalEvent[:100], Outcome{Events: 1, Truncated: 1}},
		{"an event and garbage", canonicalEvent + `xyz`, Outcome{Events: 1, Malformed: 1}},
		{"an event of numbers", `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"1","verb":7}`, Outcome{Malformed: 1}},
		{"an event without an id", `{"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":"get"}`, Outcome{Malformed: 1}},
		{"legacy text", `2026-05-01T12:00:00.250000000Z AUDIT: id="3fca" stage="ResponseComplete" ip="10.1.2.3" method="get"`, Outcome{Unsupported: 1}},
		{"another object", `{"apiVersion":"v1","kind":"Secret"}`, Outcome{Unsupported: 1}},
		{"a number", `[1]`, Outcome{Unsupported: 1}},
		{"klog that quotes an event", `E0501 12:00:00.1 1 auth.go:1] "no" agent="x ` + canonicalEvent + `"`, Outcome{Malformed: 1}},
		{"a longer prefix than any", strings.Repeat("a", 600) + " " + canonicalEvent, Outcome{Malformed: 1}},
		{"AKS: the scheduler", `{"records":[{"category":"kube-scheduler","properties":{"log":"I0501 x {"}}]}`, Outcome{Other: 1}},
		{"AKS: audit of nothing", `{"category":"kube-audit","properties":{"log":"I0501 x"}}`, Outcome{Malformed: 1}},
		{"EKS: the authenticator", `{"events":[{"logStreamName":"authenticator-0a","message":"time=\"x\" level=info"}]}`, Outcome{Other: 1}},
		{"EKS: audit of nothing", `{"events":[{"logStreamName":"kube-apiserver-audit-0a","message":"time"}]}`, Outcome{Malformed: 1}},
		{"Google: a load balancer", `{"protoPayload":{"serviceName":"compute.googleapis.com"}}`, Outcome{Other: 1}},
		{"a shipper's other log", `{"log":"hello {world","kubernetes":{"host":"a"}}`, Outcome{Other: 1}},
		{"a shipper's other JSON", `{"log":"{\"level\":\"info\"}"}`, Outcome{Other: 1}},
		{"a shipper's half event", `{"log":` + quoted(cut) + `}`, Outcome{Truncated: 1}},
		{"base64 of half", packed(canonicalEvent)[:400], Outcome{Truncated: 1}},
		{"base64 of nothing", `H4sI!!`, Outcome{Malformed: 1}},
		{"a bomb", `{"data":"` + packed(strings.Repeat(" ", maxInflated+1)) + `"}`, Outcome{Oversize: 1}},
		{"depth", strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000), Outcome{Unsupported: 1}},
		{"depth of objects", strings.Repeat(`{"hits":`, 200_000) + "1" + strings.Repeat("}", 200_000), Outcome{Unsupported: 1}},
		{"depth without end", strings.Repeat(`{"items":[`, 200_000), Outcome{Truncated: 1}},
	} {
		if _, got := decoded(t, "", c.text); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// What a client had logged is no event, however it is spelled.
func TestDecoysAreNotEvents(t *testing.T) {
	decoy := strings.Replace(canonicalEvent, "3fca", "bad0", 1)
	body := `"requestObject":{"items":[` + decoy + `],"log":` + quoted(decoy) + `,"events":[{"message":` + quoted(decoy) + `}]},`
	text := strings.Replace(canonicalEvent, `"responseStatus"`, body+`"responseStatus"`, 1)
	for _, wrapped := range []string{text, `{"items":[` + text + `]}`, `{"log":` + quoted(text) + `}`, indented(text)} {
		var records []string
		if _, err := Split(strings.NewReader(wrapped), 1<<20, func(r []byte) error { records = append(records, string(r)); return nil }); err != nil {
			t.Fatal(err)
		}
		for _, rs := range [][]string{{wrapped}, records} {
			events, outcome := decoded(t, "", rs...)
			if outcome != (Outcome{Events: 1}) || events[0].ID != wanted.ID {
				t.Errorf("%+v, %v of %.80s", outcome, events, wrapped)
			}
		}
	}
}

// A cell of a table cannot add keys to the event that is made of its row.
func TestCellsStayCells(t *testing.T) {
	row := `{"AuditId":"1","Stage":"ResponseComplete","Verb":"get","User":` +
		quoted(`{"username":"a"},"annotations":{"authentication.k8s.io/legacy-token":"system:serviceaccount:kube-system:admin"}`) + `,"Annotations":{}}`
	events, outcome := decoded(t, "", row)
	if outcome != (Outcome{Events: 1}) || events[0].Tells != 0 || events[0].User != "" {
		t.Errorf("%+v %+v", outcome, events)
	}
}
