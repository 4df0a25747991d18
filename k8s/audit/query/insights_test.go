package query

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"timebound/k8s/audit/auditlog"
	"timebound/k8s/audit/event"
	"timebound/model/usage"
)

// parseStage is a stage such as: parse FIELD /EXPRESSION/
var parseStage = regexp.MustCompile(`(?m)^\| parse (\S+) /(.*)/$`)

// TestInsightsExpressions runs the regular expressions of the CloudWatch query, as they
// stand in it, on a log with cut lines and with bodies that hold forged annotations, and
// imports what they find. What Insights does besides (its own fields, grouping) is
// done here in its place and was not run there.
func TestInsightsExpressions(t *testing.T) {
	text, err := Text("cloudwatch-insights", Options{Cluster: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	stages := parseStage.FindAllStringSubmatch(text, -1)
	var b bytes.Buffer
	_, err = auditlog.Write(&b, auditlog.Options{
		Requests: 800, Gap: 5 * time.Minute, AllStages: true, Accounts: 20, Tokens: 30, Pods: 20,
		Shares: auditlog.Shares{Legacy: 250, Stale: 100, Refused: 60, Reviewed: 40, Issued: 40, Decoys: 200},
	})
	if err != nil {
		t.Fatal(err)
	}
	// What a TokenReview finds out is not of who asked.
	b.WriteString(`{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"r","stage":"ResponseComplete",` +
		`"requestURI":"/apis/authentication.k8s.io/v1/tokenreviews","verb":"create","user":{"username":"system:serviceaccount:vault:vault"},"sourceIPs":["10.0.0.9"],` +
		`"objectRef":{"resource":"tokenreviews","apiGroup":"authentication.k8s.io","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":201},` +
		`"responseObject":{"status":{"user":{"username":"x","extra":{"authentication.kubernetes.io/pod-name":["decoy"],"authentication.kubernetes.io/node-name":["decoy"]}}}},` +
		`"requestReceivedTimestamp":"2026-03-01T00:00:00.000001Z","stageTimestamp":"2026-03-01T00:00:00.000002Z"}`)
	want := usage.New()
	var rows [][]map[string]string
	n := 0
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		if n++; n%7 == 0 {
			line = line[:len(line)*9/10] + "[Truncated...]"
		}
		found := insightsFields(t, line)
		for _, s := range stages {
			re := regexp.MustCompile(s[2])
			if m := re.FindStringSubmatch(found[s[1]]); m != nil {
				for i, name := range re.SubexpNames() {
					if name != "" && m[i] != "" {
						found[name] = m[i]
					}
				}
			}
		}
		var e usage.Event
		if event.Decode([]byte(line), &e) == nil {
			want.Add(&e)
		}
		if found["received"] == "" {
			continue // cut
		}
		rows = append(rows, insightsColumns(found))
	}
	answer, err := json.Marshal(map[string]any{"results": rows, "status": "Complete"})
	if err != nil {
		t.Fatal(err)
	}
	got, report, err := Import(bytes.NewReader(answer), ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := encoded(t, got), encoded(t, want); got != want {
		t.Errorf("%.2000s\nis not\n%.2000s", got, want)
	}
	if len(want.Uses) < 20 || report.Shape != "CloudWatch Insights" {
		t.Errorf("%d uses, %+v: this proves nothing", len(want.Uses), report)
	}
}

// insightsFields gives the fields that Insights would find in a message.
func insightsFields(t *testing.T, line string) map[string]string {
	t.Helper()
	fields := map[string]string{"@message": line}
	var e struct {
		Verb, Stage, RequestURI, UserAgent string
		User                               struct{ Username string }
		ObjectRef                          struct{ Resource, APIGroup, Subresource, Namespace string }
		ResponseStatus                     struct{ Code int }
	}
	if json.Unmarshal([]byte(line), &e) != nil {
		return fields
	}
	for name, value := range map[string]string{
		"requestURI": e.RequestURI, "username": e.User.Username, "agent": e.UserAgent, "verb": e.Verb, "stage": e.Stage,
		"object": e.ObjectRef.Resource, "api_group": e.ObjectRef.APIGroup, "subresource": e.ObjectRef.Subresource,
		"namespace": e.ObjectRef.Namespace, "code": strconv.Itoa(e.ResponseStatus.Code),
	} {
		fields[name] = value
	}
	return fields
}

// insightsColumns does what the query's stats stage does with one message.
func insightsColumns(found map[string]string) (row []map[string]string) {
	put := func(field, value string) { row = append(row, map[string]string{"field": field, "value": value}) }
	for _, name := range []string{
		"legacy_token", "auto_secret", "manual_secret", "stale_token", "issued", "issued_for", "username", "pod", "node",
		"agent", "address", "verb", "api_group", "subresource", "namespace", "code", "stage",
	} {
		put(name, found[name])
	}
	resource := found["object"]
	if resource == "" {
		resource = found["path"]
	}
	put("resource", resource)
	put("events", "1")
	put("first_seen", found["received"])
	put("last_seen", found["received"])
	put("past_warning", found["seconds"])
	put("@ptr", "CmcKJgoi")
	return row
}

func encoded(t *testing.T, s *usage.Summary) string {
	t.Helper()
	var b bytes.Buffer
	if err := usage.Encode(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
