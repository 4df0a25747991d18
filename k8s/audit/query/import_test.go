package query

import (
	"fmt"
	"strings"
	"testing"

	"timebound/model"
	"timebound/model/usage"
)

// The row of every shape below: three requests of one caller on one day.
const (
	firstSeen = "2026-03-01T10:00:00.000001Z"
	lastSeen  = "2026-03-01T11:00:00.000002Z"
)

func micros(t *testing.T, s string) usage.Micros {
	t.Helper()
	m, err := instant("", s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wanted is the summary of reading that row's events.
func wanted(t *testing.T) string {
	t.Helper()
	s := usage.New()
	e := usage.Event{
		Tells: usage.Legacy, Stage: usage.StageComplete, Account: model.Key{Namespace: "shop", Name: "robot"}, Secret: "robot-x", Origin: model.OriginAuto,
		User: "system:serviceaccount:shop:robot", Agent: `a, "b"`, Peer: "10.0.0.1", Verb: "list", Resource: "pods", Namespace: "shop", Code: 200,
	}
	for _, at := range []string{firstSeen, "2026-03-01T10:30:00Z", lastSeen} {
		e.Received = micros(t, at)
		s.Add(&e)
	}
	return encoded(t, s)
}

const jsonRow = `"legacy_token":"system:serviceaccount:shop:robot","auto_secret":"robot-x","username":"system:serviceaccount:shop:robot",` +
	`"agent":"a, \"b\"","address":"10.0.0.1","verb":"list","resource":"pods","namespace":"shop","code":"200","stage":"ResponseComplete","day":"2026-03-01"`

// shapes are results as each engine gives them: CSV and rows of JSON as the e2e tests
// have them from engines, the others made up from what the engines' manuals show.
func shapes() map[string]string {
	csv := "Legacy_Token,auto_secret,username,agent,address,verb,resource,namespace,code,stage,day,events,first_seen [UTC],last_seen\r\n" +
		`system:serviceaccount:shop:robot,robot-x,system:serviceaccount:shop:robot,"a, ""b""",10.0.0.1,list,pods,shop,200,ResponseComplete,2026-03-01,3,2026-03-01 10:00:00.000001,` + lastSeen + "\r\n"
	row := "{" + jsonRow + `,"events":3,"first_seen":"` + firstSeen + `","last_seen":"` + lastSeen + `"}`
	labels := func(stat string) string { return "{" + jsonRow + `,"stat":"` + stat + `"}` }
	var pairs []string
	for _, p := range strings.Split(strings.Trim(strings.ReplaceAll(row, `a, \"b\"`, `a@ \"b\"`), "{}"), ",") {
		name, value, _ := strings.Cut(p, ":")
		pairs = append(pairs, `{"field":`+name+`,"value":"`+strings.Trim(value, `"`)+`"}`)
	}
	insights := `[` + strings.ReplaceAll(strings.Join(pairs, ","), `a@ \"b\`, `a, \"b\"`) + `,{"field":"@ptr","value":"x"}]`
	return map[string]string{
		"CSV":                csv,
		"CSV with a mark":    "\ufeff" + csv,
		"JSON array":         "[" + row + "]",
		"JSON lines":         row + "\n",
		"two JSON arrays":    "[]\n[" + row + "]",
		"Insights":           `{"results":[` + insights + `],"statistics":{"recordsMatched":3.0},"status":"Complete"}`,
		"Insights, bare":     "[" + insights + "]",
		"Log Analytics":      `{"tables":[{"name":"PrimaryResult","columns":[{"name":"legacy_token","type":"string"},{"name":"auto_secret"},{"name":"username"},{"name":"agent"},{"name":"address"},{"name":"verb"},{"name":"resource"},{"name":"namespace"},{"name":"code"},{"name":"stage"},{"name":"events"},{"name":"first_seen"},{"name":"last_seen"},{"name":"past_warning"}],"rows":[["system:serviceaccount:shop:robot","robot-x","system:serviceaccount:shop:robot","a, \"b\"","10.0.0.1","list","pods","shop",200,"ResponseComplete",3,"2026-03-01 10:00:00.000001","2026-03-01 11:00:00.000002",null]]}]}`,
		"OpenSearch":         `{"took":5,"timed_out":false,"_shards":{"total":1,"failed":0},"hits":{"hits":[]},"aggregations":{"uses":{"after_key":{"x":1},"buckets":[{"key":{` + jsonRow + `},"doc_count":3,"first_seen":{"value":1.772359200000001E15},"last_seen":{"value":1.772362800000002E15},"past_warning":{"value":0.0}}]}}}`,
		"OpenSearch, 0 rows": `{"timed_out":false,"aggregations":{"uses":{"buckets":[]}}}` + "[" + row + "]",
		"Loki vector": `{"status":"success","data":{"resultType":"vector","result":[{"metric":` + labels("events") + `,"value":[1772366400,"3"]},{"metric":` +
			labels("first_seen") + `,"value":[1772366400,"1772359200000001000"]},{"metric":` + labels("last_seen") + `,"value":[1772366400,"1.772362800000002e+18"]}],"stats":{}}}`,
		"Loki matrix": `{"status":"success","data":{"resultType":"matrix","result":[{"metric":` + labels("events") + `,"values":[[1772366400,"3"]]},{"metric":` +
			labels("first_seen") + `,"values":[[1772366400,"1772359200000001000"]]},{"metric":` + labels("last_seen") + `,"values":[[1772366400,"1772362800000002000"]]}]}}`,
		"Loki by Grafana": "Time,legacy_token,auto_secret,username,agent,address,verb,resource,namespace,code,stage,stat,Value #A\n" +
			lokiLine("events", "3") + lokiLine("first_seen", "1772359200000001000") + lokiLine("last_seen", "1772362800000002000"),
	}
}

func lokiLine(stat, value string) string {
	return `2026-03-01,system:serviceaccount:shop:robot,robot-x,system:serviceaccount:shop:robot,"a, ""b""",10.0.0.1,list,pods,shop,200,ResponseComplete,` + stat + "," + value + "\n"
}

func TestEveryShapeIsTheSame(t *testing.T) {
	want := wanted(t)
	for name, text := range shapes() {
		t.Run(name, func(t *testing.T) {
			s, report, err := Import(strings.NewReader(text), ImportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if got := encoded(t, s); got != want {
				t.Errorf("%s\nis not\n%s", got, want)
			}
			if report.Events != 3 || len(report.Warnings) > 0 || len(report.Ignored) > 0 {
				t.Errorf("%+v", report)
			}
		})
	}
}

// TestClasses tells the classes apart.
func TestClasses(t *testing.T) {
	const id = "61d67606-f53d-4798-a314-bcf804e3fe51"
	for name, c := range map[string]struct {
		row  string
		want usage.Subject
	}{
		"secret not named": {`"legacy_token":"system:serviceaccount:a:b","username":"system:serviceaccount:a:b"`, usage.Subject{Class: usage.Legacy, Account: model.Key{Namespace: "a", Name: "b"}}},
		"manual":           {`"manual_secret":"m","username":"system:serviceaccount:a:b"`, usage.Subject{Class: usage.Legacy, Account: model.Key{Namespace: "a", Name: "b"}, Secret: "m"}},
		"stale":            {`"stale_token":"subject: system:serviceaccount:a:b","past_warning":7`, usage.Subject{Class: usage.Stale, Account: model.Key{Namespace: "a", Name: "b"}}},
		"refused":          {`"code":401,"username":null`, usage.Subject{Class: usage.Refused}},
		"reviewed":         {`"verb":"create","resource":"tokenreviews","api_group":"authentication.k8s.io","username":"vault"`, usage.Subject{Class: usage.Reviewed, Name: "vault"}},
		"presented":        {`"credential":"JTI=` + id + `","username":"x"`, usage.Subject{Class: usage.Presented, Name: id}},
	} {
		s, _, err := Import(strings.NewReader(`{"events":2,"first_seen":"`+firstSeen+`",`+c.row+`}`), ImportOptions{Credentials: []string{"JTI=" + id}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(s.Uses) != 1 || s.Uses[c.want] == nil {
			t.Errorf("%s: %s", name, encoded(t, s))
		}
	}
	s, report, err := Import(strings.NewReader(`[{"events":1,"first_seen":"`+firstSeen+`","issued":"JTI=`+id+`","issued_for":"b","namespace":"a","resource":"serviceaccounts","subresource":"token","username":"ci"},
		{"events":4,"username":"nobody of interest","surprise":"x"}]`), ImportOptions{})
	if err != nil || s.Issues[id].For != (model.Key{Namespace: "a", Name: "b"}) || s.Issues[id].By != "ci" {
		t.Errorf("issued: %v, %v", s, err)
	}
	if report.Silent != 1 || fmt.Sprint(report.Ignored) != "[surprise]" {
		t.Errorf("%+v", report)
	}
}

func TestCoverage(t *testing.T) {
	text := "server,window_start,verb,stage,lines,whole,first_seen,last_seen\n" +
		",2026-03-01T10:0,,,100,98,2026-03-01T10:00:01Z,2026-03-01T10:09:59Z\n" +
		",2026-03-01T10:1,,,50,50,2026-03-01T10:10:01Z,2026-03-01T10:12:00Z\n" +
		",2026-03-01T10:3,,,50,50,2026-03-01T10:30:00Z,2026-03-01T10:31:00Z\n" +
		",,list,ResponseComplete,120,120,,\n"
	s, report, err := Import(strings.NewReader(text), ImportOptions{Server: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	src := s.Sources["prod"]
	if src == nil || len(src.Spans) != 2 || src.Lines != 200 || src.Truncated != 2 || src.Verbs["list"] == 0 || len(src.Verbs) != 1 {
		t.Errorf("%+v", src)
	}
	if report.Lines != 200 || report.Unread != 2 {
		t.Errorf("%+v", report)
	}
}
