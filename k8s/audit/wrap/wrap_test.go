package wrap

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"timebound/k8s/audit/event"
	"timebound/model"
	"timebound/model/usage"
)

// canonicalEvent is what every fixture wraps: a legacy token, listed by name,
// with what needs an escape in its agent.
const canonicalEvent = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"3fca8a4b-8b0a-4d1f-9c56-6f0f3f1f2a77","stage":"ResponseComplete",` +
	`"requestURI":"/apis/apps/v1/namespaces/pay/deployments/web/scale","verb":"update",` +
	`"user":{"username":"system:serviceaccount:ci:robot","uid":"b7d4","groups":["system:serviceaccounts","system:authenticated"]},` +
	`"sourceIPs":["10.1.2.3"],"userAgent":"deploy \"er\"/1.0 \u003clinux\u003e",` +
	`"objectRef":{"resource":"deployments","namespace":"pay","name":"web","apiGroup":"apps","apiVersion":"v1","subresource":"scale"},` +
	`"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-05-01T12:00:00.250000Z","stageTimestamp":"2026-05-01T12:00:00.250000Z",` +
	`"annotations":{"authentication.k8s.io/legacy-token":"system:serviceaccount:ci:robot","authentication.k8s.io/legacy-token-manual-secret":"robot-token","authorization.k8s.io/decision":"allow"}}`

// wanted is what it says.
var wanted = usage.Event{
	Tells: usage.Legacy, ID: "3fca8a4b-8b0a-4d1f-9c56-6f0f3f1f2a77", Stage: usage.StageComplete,
	Received: 1777636800250000, Staged: 1777636800250000,
	Account: model.Key{Namespace: "ci", Name: "robot"}, Secret: "robot-token", Origin: model.OriginManual,
	User: "system:serviceaccount:ci:robot", Agent: `deploy "er"/1.0 <linux>`, Peer: "10.1.2.3",
	Verb: "update", Group: "apps", Resource: "deployments", Subresource: "scale", Namespace: "pay", Code: 200,
}

// quoted is a text as a JSON string.
func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func packed(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func indented(text string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "    "); err != nil {
		panic(err)
	}
	return b.String()
}

// item is the event as it stands in a list that a webhook got: without a kind.
var item = strings.Replace(canonicalEvent, `"kind":"Event","apiVersion":"audit.k8s.io/v1",`, "", 1)

var subscription = `{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/aws/eks/prod/cluster","logStream":"kube-apiserver-audit-0a1b",` +
	`"subscriptionFilters":["all"],"logEvents":[{"id":"1","timestamp":1777636800250,"message":` + quoted(canonicalEvent) + `}]}`

const aksColumns = `"TenantId":"t","TimeGenerated":"2026-05-01T12:00:01Z","Level":"Metadata","AuditId":"3fca8a4b-8b0a-4d1f-9c56-6f0f3f1f2a77","Stage":"ResponseComplete",` +
	`"RequestUri":"/apis/apps/v1/namespaces/pay/deployments/web/scale","Verb":"update","UserAgent":"deploy \"er\"/1.0 <linux>","PodName":"kube-apiserver-7d","Type":"AKSAudit",` +
	`"RequestObject":null,`

// fixtures are one of each form. None was taken from a live system: those of the
// API server, fluent-bit, a container runtime and syslog follow formats that are
// written down; those of Amazon, Google, Azure and the log stores follow their
// documents and the programs that read them.
var fixtures = []struct {
	name, server, text string
	count              int // of the event; 0 is one
}{
	{name: "line", text: canonicalEvent},
	{name: "line of CRLF with NULs and a mark", text: "\x00\x00\xef\xbb\xbf" + canonicalEvent + "\r\n"},
	{name: "pretty", text: indented(canonicalEvent)},
	{name: "two in a line", text: canonicalEvent + canonicalEvent, count: 2},
	{name: "webhook", text: `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[` + item + "," + item + `]}`, count: 2},
	{name: "array", text: `[` + canonicalEvent + `, ` + canonicalEvent + `]`, count: 2},
	{name: "line of an array", text: canonicalEvent + ","},
	{name: "oc adm node-logs", server: "cp-1.example.com", text: "cp-1.example.com " + canonicalEvent},
	{name: "kubectl logs --prefix", server: "kube-apiserver-cp-1", text: "[pod/kube-apiserver-cp-1/kube-apiserver] " + canonicalEvent},
	{name: "S3 export", text: "2026-05-01T12:00:00.250Z " + canonicalEvent},
	{name: "container runtime", text: "2026-05-01T12:00:00.250000001+02:00 stdout F " + canonicalEvent},
	{name: "syslog of 2009", server: "cp-2", text: "<134>1 2026-05-01T12:00:00Z cp-2 audit - - - " + canonicalEvent},
	{name: "syslog of 2001", server: "cp-2", text: "<134>May  1 12:00:00 cp-2 audit: " + canonicalEvent},
	{name: "docker", text: `{"log":` + quoted(canonicalEvent+"\n") + `,"stream":"stdout","time":"2026-05-01T12:00:00.25Z"}`},

	{name: "filter-log-events", server: "kube-apiserver-audit-0a1b", text: `{"events":[{"logStreamName":"kube-apiserver-audit-0a1b","timestamp":1777636800250,"message":` +
		quoted(canonicalEvent) + `,"ingestionTime":1777636801000,"eventId":"36"}],"searchedLogStreams":[]}`},
	{name: "get-log-events", text: `{"events":[{"timestamp":1777636800250,"message":` + quoted(canonicalEvent) + `,"ingestionTime":1}],"nextForwardToken":"f/3"}`},
	{name: "Insights", server: "kube-apiserver-audit-0a1b", text: `{"results":[[{"field":"@timestamp","value":"2026-05-01 12:00:00.250"},{"field":"@message","value":` +
		quoted(canonicalEvent) + `},{"field":"@logStream","value":"kube-apiserver-audit-0a1b"},{"field":"@ptr","value":"C"}]],"status":"Complete"}`},
	{name: "Insights in the console", server: "kube-apiserver-audit-0a1b", text: `[{"@timestamp":"2026-05-01 12:00:00.250","@message":` + canonicalEvent + `,"@logStream":"kube-apiserver-audit-0a1b"}]`},
	{name: "subscription", server: "kube-apiserver-audit-0a1b", text: subscription},
	{name: "Firehose", server: "kube-apiserver-audit-0a1b", text: subscription + subscription, count: 2},
	{name: "Lambda", server: "kube-apiserver-audit-0a1b", text: `{"awslogs":{"data":"` + packed(subscription) + `"}}`},
	{name: "Kinesis", server: "kube-apiserver-audit-0a1b", text: `{"Records":[{"kinesis":{"partitionKey":"p","data":"` + packed(subscription) + `"}}]}`},
	{name: "get-records", server: "kube-apiserver-audit-0a1b", text: `{"Records":[{"SequenceNumber":"4","Data":"` + packed(subscription) + `"}],"MillisBehindLatest":0}`},
	{name: "base64 alone", server: "kube-apiserver-audit-0a1b", text: packed(subscription)},

	{name: "GKE", server: "prod", text: gkeEntry},
	{name: "GKE in an array", server: "prod", text: "[\n" + indented(gkeEntry) + "\n]"},
	{name: "fluentd to Google", text: `{"logName":"projects/p/logs/audit","jsonPayload":` + canonicalEvent + `}`},

	{name: "Event Hub", server: "kube-apiserver-7d", text: `{"records":[{"time":"2026-05-01T12:00:01Z","category":"kube-audit","operationName":"Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",` +
		`"properties":{"log":` + quoted(canonicalEvent+"\n") + `,"stream":"stdout","pod":"kube-apiserver-7d"}}]}`},
	{name: "Storage", server: "kube-apiserver-7d", text: "\xef\xbb\xbf" + `{"time":"2026-05-01T12:00:01Z","category":"kube-audit-admin","properties":{"log":` + quoted(canonicalEvent) + `,"pod":"kube-apiserver-7d"}}`},
	{name: "AzureDiagnostics", server: "kube-apiserver-7d", text: `[{"Category":"kube-audit","log_s":` + quoted(canonicalEvent) + `,"pod_s":"kube-apiserver-7d","stream_s":"stdout"}]`},
	{name: "AKSAudit", server: "kube-apiserver-7d", text: `{` + aksColumns + `"User":{"username":"system:serviceaccount:ci:robot"},"SourceIps":["10.1.2.3"],` +
		`"ObjectRef":{"resource":"deployments","namespace":"pay","name":"web","apiGroup":"apps","apiVersion":"v1","subresource":"scale"},"ResponseStatus":{"code":200},` +
		`"Annotations":{"authentication.k8s.io/legacy-token":"system:serviceaccount:ci:robot","authentication.k8s.io/legacy-token-manual-secret":"robot-token"},` +
		`"RequestReceivedTime":"2026-05-01T12:00:00.25Z","StageReceivedTime":"2026-05-01T12:00:00.2500000Z"}`},
	{name: "AKSAudit with strings", server: "kube-apiserver-7d", text: `{` + aksColumns + `"User":` + quoted(`{"username":"system:serviceaccount:ci:robot"}`) + `,"SourceIps":` + quoted(`["10.1.2.3"]`) + `,` +
		`"ObjectRef":` + quoted(`{"resource":"deployments","namespace":"pay","name":"web","apiGroup":"apps","apiVersion":"v1","subresource":"scale"}`) + `,"ResponseStatus":` + quoted(`{"code":200}`) + `,` +
		`"Annotations":` + quoted(` {"authentication.k8s.io/legacy-token":"system:serviceaccount:ci:robot","authentication.k8s.io/legacy-token-manual-secret":"robot-token"}`) + `,` +
		`"RequestReceivedTime":"5/1/2026, 12:00:00.250 PM","StageReceivedTime":"2026-05-01T12:00:00.250Z"}`},

	{name: "Elasticsearch", server: "cp-3", text: `{"took":1,"hits":{"total":{"value":1},"hits":[{"_index":"audit","_id":"x","_source":{"@timestamp":"2026-05-01T12:00:00Z","message":` + quoted(canonicalEvent) + `,"host":"cp-3"}}]}}`},
	{name: "elasticdump", text: `{"_index":"audit","_source":` + canonicalEvent + `}`},
	{name: "Elastic Agent", text: `{"message":"text","kubernetes":{"audit":` + canonicalEvent + `}}`},
	{name: "Splunk", text: `{"preview":false,"offset":0,"result":{"_raw":` + quoted(canonicalEvent) + `,"source":"audit.log"}}`},
	{name: "Splunk's collector", server: "cp-3", text: `{"host":"cp-3","sourcetype":"kube:audit","event":` + canonicalEvent + `}`},
	{name: "fluent-bit", server: "cp-3", text: `{"@timestamp":"2026-05-01T12:00:00Z","log":` + quoted(canonicalEvent) + `,"kubernetes":{"host":"cp-3"}}`},
	{name: "Loki", server: "cp-3", text: `{"status":"success","data":{"resultType":"streams","result":[{"stream":{"job":"audit","node":"cp-3"},"values":[["1777636800250000000",` + quoted(canonicalEvent) + `]]}]}}`},
	{name: "logcli", text: `{"labels":{"job":"audit"},"line":` + quoted(canonicalEvent) + `,"timestamp":"2026-05-01T12:00:00Z"}`},
	{name: "Alibaba SLS", text: `{"__time__":1777636800,"content":` + quoted(canonicalEvent) + `}`},
	{name: "envelope in an envelope", text: `{"message":` + quoted(`{"log":`+quoted(canonicalEvent)+`}`) + `}`},
}

// gkeEntry tells the same in Google's words. That annotations of tokens are in
// the labels is concluded from the others being there; none was seen.
const gkeEntry = `{"insertId":"x1","labels":{"authentication.k8s.io/legacy-token":"system:serviceaccount:ci:robot","authentication.k8s.io/legacy-token-manual-secret":"robot-token","authorization.k8s.io/decision":"allow"},` +
	`"logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity","operation":{"first":true,"id":"3fca8a4b-8b0a-4d1f-9c56-6f0f3f1f2a77","last":true,"producer":"k8s.io"},` +
	`"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","authenticationInfo":{"principalEmail":"system:serviceaccount:ci:robot"},` +
	`"methodName":"io.k8s.apps.v1.deployments.scale.update","requestMetadata":{"callerIp":"10.1.2.3","callerSuppliedUserAgent":"deploy \"er\"/1.0 <linux>"},` +
	`"resourceName":"apps/v1/namespaces/pay/deployments/web/scale","serviceName":"k8s.io","status":{"code":0}},"receiveTimestamp":"2026-05-01T12:00:02Z",` +
	`"resource":{"labels":{"cluster_name":"prod","location":"europe-west1","project_id":"p"},"type":"k8s_cluster"},"timestamp":"2026-05-01T12:00:00.250Z"}`

// decoded gives the events of records, cloned, and the outcome.
func decoded(t *testing.T, server string, records ...string) ([]usage.Event, Outcome) {
	t.Helper()
	d := Decoder{Event: event.Decode}
	var all Outcome
	var events []usage.Event
	for _, r := range records {
		all.Add(d.Record([]byte(r), server, func(e *usage.Event) { events = append(events, owned(e)) }))
	}
	return events, all
}

// owned is an event that keeps its strings when buffers are used again.
func owned(e *usage.Event) usage.Event {
	c := *e
	for _, s := range []*string{&c.ID, &c.Server, &c.Account.Namespace, &c.Account.Name, &c.Secret, &c.User, &c.Pod.Namespace, &c.Pod.Name,
		&c.Node, &c.Credential, &c.IssuedID, &c.IssuedFor.Namespace, &c.IssuedFor.Name, &c.Agent, &c.Peer, &c.Forwarded,
		&c.Verb, &c.Group, &c.Resource, &c.Subresource, &c.Namespace, &c.Path} {
		*s = strings.Clone(*s)
	}
	return c
}

func TestEveryFormGivesTheSameEvent(t *testing.T) {
	for _, f := range fixtures {
		t.Run(f.name, func(t *testing.T) {
			whole, outcome := decoded(t, "told", f.text)
			check(t, f.server, max(f.count, 1), whole, outcome)

			var records []string
			split, err := Split(strings.NewReader(f.text), 1<<20, func(r []byte) error {
				records = append(records, string(r))
				return nil
			})
			if err != nil || split != (Outcome{}) {
				t.Errorf("Split: %+v, %v", split, err)
			}
			parts, outcome := decoded(t, "told", records...)
			check(t, f.server, max(f.count, 1), parts, outcome)
		})
	}
}

func check(t *testing.T, server string, count int, events []usage.Event, outcome Outcome) {
	t.Helper()
	if outcome != (Outcome{Events: count}) {
		t.Errorf("outcome is %+v, want %d events", outcome, count)
	}
	want := wanted
	if want.Server = server; server == "" {
		want.Server = "told"
	}
	for _, e := range events {
		if e != want {
			t.Errorf("got  %+v\nwant %+v", e, want)
		}
	}
}

func TestFormsMayBeMixed(t *testing.T) {
	var text strings.Builder
	count := 0
	for _, f := range fixtures {
		if strings.Contains(f.text, "\n") {
			continue
		}
		text.WriteString(f.text + "\n")
		count += max(f.count, 1)
	}
	var records []string
	out, err := Split(strings.NewReader(text.String()), 1<<20, func(r []byte) error {
		records = append(records, string(r))
		return nil
	})
	if err != nil || out != (Outcome{}) {
		t.Fatalf("%+v, %v", out, err)
	}
	events, outcome := decoded(t, "", records...)
	if len(events) != count || outcome != (Outcome{Events: count}) {
		t.Errorf("%d events, %+v; want %d", len(events), outcome, count)
	}
}

func TestGoogleStatusesStagesAndPaths(t *testing.T) {
	for _, c := range []struct {
		old, new string
		want     func(*usage.Event)
	}{
		{`"status":{"code":0}`, `"status":{}`, func(*usage.Event) {}},
		{`"status":{"code":0}`, `"status":{"code":7,"message":"no"}`, func(e *usage.Event) { e.Code = 403 }},
		{`"status":{"code":0}`, `"status":{"code":5}`, func(e *usage.Event) { e.Code = 404 }},
		{`"last":true`, `"last":false`, func(e *usage.Event) { e.Stage = usage.StageStarted }},
		{`"first":true`, `"first":false`, func(*usage.Event) {}},
		{`"resourceName":"apps/v1/namespaces/pay/deployments/web/scale"`, `"resourceName":"apps\/v1\/namespaces\/p\"y\/deployments"`, func(e *usage.Event) { e.Namespace = `p"y` }},
		{`"methodName":"io.k8s.apps.v1.deployments.scale.update"`, `"methodName":"io.k8s.apps.v1.deployments.list"`, func(e *usage.Event) { e.Verb, e.Subresource = "list", "" }},
		{`"methodName":"io.k8s.apps.v1.deployments.scale.update"`, `"methodName":"io.k8s.get"`, func(e *usage.Event) {
			e.Verb, e.Group, e.Resource, e.Subresource, e.Namespace = "get", "", "", "", ""
			e.Path = "/apps/v1/namespaces/pay/deployments/web/scale"
		}},
		{`"resourceName":"apps/v1/namespaces/pay/deployments/web/scale"`, `"resourceName":"core/v1/namespaces/pay"`, func(e *usage.Event) { e.Group = "" }},
	} {
		text := strings.Replace(gkeEntry, c.old, c.new, 1)
		if text == gkeEntry {
			t.Fatalf("%s is not there", c.old)
		}
		events, outcome := decoded(t, "", text)
		if outcome != (Outcome{Events: 1}) {
			t.Errorf("%s: %+v", c.new, outcome)
			continue
		}
		want := wanted
		want.Server = "prod"
		if c.want(&want); events[0] != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.new, events[0], want)
		}
	}
}
