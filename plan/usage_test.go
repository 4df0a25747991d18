package plan

import (
	"testing"
	"time"

	"timebound/model"
)

// logs gives the world the logs of the last 30 days.
func (w *world) logs() *model.Usage {
	w.Usage = &model.Usage{
		Tokens: map[model.Key]*model.TokenUse{}, Accounts: map[model.Key]*model.TokenUse{}, Stale: map[model.Key]*model.TokenUse{},
		Covered: []model.CoveredServer{{Name: "cp-1", Spans: []model.CoveredSpan{{From: (today - 30).Time(), Until: now}}}},
	}
	return w.Usage
}

func usedBy(c ...model.Caller) *model.TokenUse {
	return &model.TokenUse{First: now, Last: now, Requests: 5, Days: []model.DayUse{{Day: today, Requests: 5}}, Callers: c}
}

func TestStaleTokensAreNamedWithTheDayOnWhichTheyFail(t *testing.T) {
	w := newWorld("v1.30.14").seen()
	u := w.logs()
	w.plan(t, 30).wants(t, 30, "TB-208", CannotTell)
	// Issued 100 days ago, they live for a year here.
	threshold := now.Add(-100*24*time.Hour + 3607*time.Second)
	for _, pod := range []string{"web-0", "web-1", "web-2", "web-3", "web-4"} {
		key := model.Key{Namespace: "shop", Name: "web"}
		if u.Stale[key] == nil {
			u.Stale[key] = usedBy()
		}
		u.Stale[key].Callers = append(u.Stale[key].Callers, model.Caller{Agent: "x", Pod: model.Key{Namespace: "shop", Name: pod}, Stale: threshold})
	}
	s := w.plan(t, 30).wants(t, 30, "TB-208", ToDo)
	want := "a stale token of account shop/web was presented by pods web-0, web-1, web-2 and 2 others; refused from " + (today - 100 + 365).String() + " on"
	if !contains(s.Facts, want) || contains(s.Facts, "no audit log") {
		t.Errorf("facts are %q, want %q", s.Facts, want)
	}
}

func TestThePlanNamesWhoPresentsTokens(t *testing.T) {
	w := newWorld("v1.30.14").seen()
	w.token("ci-token", false).LastUsed = label(today)
	if s := w.plan(t, 30).wants(t, 30, "TB-505", CannotTell); !contains(s.Facts, "no audit log was read") {
		t.Errorf("facts are %q", s.Facts)
	}
	u := w.logs()
	w.plan(t, 30).wants(t, 30, "TB-505", Done)
	u.Doubts = []model.Reason{{Code: model.CodeAuditGap, Args: []string{"cp-1", "3 h"}}}
	if s := w.plan(t, 30).wants(t, 30, "TB-505", CannotTell); !contains(s.Facts, "has gaps: 3 h") {
		t.Errorf("a gap is not told: %q", s.Facts)
	}
	u.Tokens[model.Key{Namespace: "payments", Name: "ci-token"}] = usedBy(model.Caller{Agent: "curl/8", Address: "203.0.113.9"})
	p := w.plan(t, 30)
	if s := p.wants(t, 30, "TB-505", ToDo); !contains(s.Facts, "presented in that time: 1 long-lived token of this cluster") {
		t.Errorf("facts are %q", s.Facts)
	}
	s := p.wants(t, 30, "TB-320", ToDo)
	said := ""
	for _, e := range s.Actions[0].Evidence {
		said += e.Text + "\n"
	}
	if !contains([]string{said}, "presented by curl/8 at 203.0.113.9: 5 requests, last on "+today.String()) {
		t.Errorf("actions are %+v", s.Actions)
	}
}
