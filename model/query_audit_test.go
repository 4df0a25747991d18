package model

import (
	"slices"
	"strings"
	"testing"
)

func TestQueriesAskForCallers(t *testing.T) {
	w := newWorld()
	u := w.watch()
	w.workload("Pod", "p", WorkloadActive).Address = "10.1.0.7"
	for name, callers := range map[string][]Caller{"out": {curl}, "in": {inPod}, "both": {curl, inPod}} {
		w.token(name)
		u.Tokens[Key{"payments", name}] = use(today, callers...)
	}
	u.Tokens[Key{"payments", "out"}].Requests = 7
	w.token("none")
	a := w.assess()
	for query, want := range map[string]string{
		"from:outside":       "out",
		"from:outside,both":  "both out",
		"from:unknown":       "none",
		"!from:inside":       "both none out",
		"caller:CURL":        "both out",
		"caller:curl/8*":     "both out",
		"caller:8.5":         "both out",
		"caller:10.1.*":      "both in",
		"caller:203.0.113.9": "both out",
		"caller:203.0":       "",
		"!caller:*":          "none",
	} {
		q, err := ParseQuery(query)
		if err != nil {
			t.Errorf("%q: %v", query, err)
			continue
		}
		var got []string
		for _, f := range a.Findings {
			if q.MatchToken(f, today) {
				got = append(got, f.Token.Name)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %v, want %q", query, got, want)
		}
	}
	if _, err := ParseQuery("from:space"); err == nil || !strings.Contains(err.Error(), "inside, outside, both") {
		t.Errorf("from:space gives %v", err)
	}
	order, err := ParseSort("requests")
	if err != nil {
		t.Fatal(err)
	}
	SortTokens(a.Findings, order)
	if a.Findings[0].Token.Name != "none" || a.Findings[1].Token.Name != "out" {
		t.Errorf("by requests come %s, %s first", a.Findings[0].Token.Name, a.Findings[1].Token.Name)
	}
}
