package audits

import (
	"encoding/json"
	"testing"
	"time"

	"timebound/model"
)

// report is as much of what "timebound audit -o json" prints as is checked here.
type report struct {
	Tokens      []reportedUse
	Accounts    []reportedUse
	Stale       []reportedUse
	Refused     []reportedUse
	Credentials []struct {
		ID, Namespace, Account string
		Requests               uint64
		Callers                []reportedCaller
	}
	Reviewers []struct {
		User, Agent string
		Requests    uint64
	}
}

type reportedUse struct {
	Namespace, Name, Account, Origin string
	First, Last                      time.Time
	Requests                         uint64
	Callers                          []reportedCaller
}

type reportedCaller struct {
	Agent, Address, Pod string
	First, Last         time.Time
	Requests            uint64
	Verbs               []string
}

func parseReport(t *testing.T, text string) report {
	t.Helper()
	var r report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("the report is not what these tests read: %v\n%.2000s", err, text)
	}
	return r
}

// tally is what the report says, by caller. Sums that do not agree with their
// callers are an error: nothing here has so many callers that some are dropped.
func (r report) tally(t *testing.T) tally {
	t.Helper()
	sum := tally{}
	for _, part := range []struct {
		class string
		uses  []reportedUse
	}{{legacy, r.Tokens}, {legacy, r.Accounts}, {stale, r.Stale}, {refused, r.Refused}} {
		for _, use := range part.uses {
			var requests uint64
			for _, c := range use.Callers {
				requests += c.Requests
				sum.add(row{part.class, model.Key{Namespace: use.Namespace, Name: use.Account}, use.Name, c.Agent, c.Address},
					count{c.Requests, c.First, c.Last})
			}
			if requests != use.Requests {
				t.Errorf("%s %s/%s %s: %d requests, and its callers made %d", part.class, use.Namespace, use.Account, use.Name, use.Requests, requests)
			}
		}
	}
	return sum
}
