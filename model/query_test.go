package model

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func queryWorld() *Assessment {
	w := newWorld()
	w.token("idle")
	w.token("used").LastUsed = label(today - 1)
	w.token("listed").LastUsed = label(today - 120)
	w.Accounts[0].Secrets = []string{"listed"}
	w.token("mounted").Created = (today - 10).Time()
	w.workload("CronJob", "report", WorkloadSuspended, "mounted")
	far := w.token("far")
	far.Namespace = "team-search"
	return w.assess()
}

func TestQueryTerms(t *testing.T) {
	a := queryWorld()
	for query, want := range map[string]string{
		"":                            "far idle listed mounted used",
		"verdict:idle":                "idle listed",
		"verdict:idle,in-use":         "idle listed used",
		"!verdict:idle":               "far mounted used",
		"-verdict:idle -verdict:dead": "mounted used",
		"origin:auto":                 "listed",
		"origin:auto-generated":       "listed",
		"ns:team-*":                   "far",
		"namespace:*search*":          "far",
		"NS:PAY*":                     "idle listed mounted used",
		"idle:>200d":                  "far idle",
		"idle:>=17w":                  "far idle listed",
		"idle:<1d":                    "",
		"age:<30":                     "mounted",
		"used:never":                  "far idle mounted",
		"used:<1w":                    "used",
		"used:>3mo":                   "listed",
		"used:=120":                   "listed",
		"refs:>0":                     "mounted",
		"refs:0":                      "far idle listed used",
		"ref:cronjob":                 "mounted",
		"ref:rep*":                    "mounted",
		"code:tb-13*":                 "far idle listed mounted used",
		"name:*ed":                    "listed mounted used",
		"!listed":                     "far idle mounted used",
		"sa:ci":                       "far idle listed mounted used",
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
}

func TestQueryWordsAreLeftToTheCaller(t *testing.T) {
	q, err := ParseQuery("Pay verdict:idle LEDGER -")
	if err != nil || !slices.Equal(q.Words, []string{"pay", "ledger", "-"}) {
		t.Fatalf("words are %v, %v", q.Words, err)
	}
	if q.MatchWords("payments/x") || !q.MatchWords("PAYMENTS/ledger-token") {
		t.Error("every word must occur")
	}
}

func TestQueryErrorsSayWhatToDo(t *testing.T) {
	for query, want := range map[string]string{
		"verdikt:idle":          "no field",
		"verd:idle":             "did you mean verdict?",
		"verdict:lazy":          `no verdict "lazy"`,
		"origin:alien":          "auto, manual and unknown",
		"verdict:":              "needs a value",
		"idle:>soon":            "number of days",
		"idle:>99999999999999d": "number of days",
		"age:5h":                "no whole number of days",
		"refs:many":             "wants a number",
	} {
		_, err := ParseQuery(query)
		var qe *QueryError
		if !errors.As(err, &qe) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error is %v, want it to say %q", query, err, want)
		}
	}
}

func TestQueryOnAccountsAndWorkloads(t *testing.T) {
	a := queryWorld()
	q, _ := ParseQuery("verdict:referenced")
	if !q.MatchAccount(a.Account(Key{"payments", "ci"}), today) {
		t.Error("an account fits if one of its tokens does")
	}
	if !q.MatchWorkload(a.Workloads[0], today) {
		t.Error("a workload fits if one of its tokens does")
	}
	for query, want := range map[string]bool{"kind:cronjob": true, "state:suspended": true, "kind:pod": false, "name:report": true, "ns:x": false} {
		q, err := ParseQuery(query)
		if err != nil || q.MatchWorkload(a.Workloads[0], today) != want {
			t.Errorf("%q fits the workload: want %v (%v)", query, want, err)
		}
	}
}

func TestSort(t *testing.T) {
	a := queryWorld()
	for keys, want := range map[string]string{
		"name":          "far idle listed mounted used",
		"-name":         "used mounted listed idle far",
		"used":          "idle mounted far listed used",
		"-used,name":    "used listed far idle mounted",
		"verdict,-name": "used mounted listed idle far",
		"ns,used":       "idle mounted listed used far",
		"created,-refs": "idle listed used far mounted",
		"":              "idle listed mounted used far",
	} {
		parsed, err := ParseSort(keys)
		if err != nil {
			t.Fatal(err)
		}
		list := slices.Clone(a.Findings)
		slices.Reverse(list)
		SortTokens(list, parsed)
		var got []string
		for _, f := range list {
			got = append(got, f.Token.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q sorts to %v, want %q", keys, got, want)
		}
	}
	if _, err := ParseSort("sise"); err == nil || !strings.Contains(err.Error(), "there are account") {
		t.Errorf("error is %v", err)
	}
}

func FuzzParseQuery(f *testing.F) {
	f.Add("verdict:idle ns:team-* idle:>90d !x")
	f.Add("a:b:c ::: -- !! idle:>=")
	a := queryWorld()
	f.Fuzz(func(t *testing.T, s string) {
		q, err := ParseQuery(s)
		if err != nil {
			return
		}
		for _, finding := range a.Findings {
			q.MatchToken(finding, today)
		}
		if q.Empty() && strings.TrimSpace(s) != "" {
			t.Errorf("%q asks for everything", s)
		}
	})
}
