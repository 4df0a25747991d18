package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"timebound/model"
	sums "timebound/model/usage"
)

// auditDocument is what audit logs tell, in its documented shape
// (docs/audit.schema.json). The order of the fields is part of it.
type auditDocument struct {
	APIVersion  string            `json:"apiVersion"`
	Kind        string            `json:"kind"`
	Covered     []auditServer     `json:"covered"`
	Doubts      []auditReason     `json:"doubts"`
	Tokens      []auditUse        `json:"tokens"`
	Accounts    []auditUse        `json:"accounts"`
	Stale       []auditUse        `json:"stale"`
	Refused     []auditUse        `json:"refused"`
	Credentials []auditCredential `json:"credentials"`
	Reviewers   []auditReviewer   `json:"reviewers"`
}

type auditServer struct {
	Server string      `json:"server"`
	Spans  []auditSpan `json:"spans"`
}

type auditSpan struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

type auditReason struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// auditUse is how one token, or one of an account's tokens, was used.
type auditUse struct {
	Namespace string        `json:"namespace,omitempty"`
	Name      string        `json:"name,omitempty"` // of the secret; left out where only the account is known
	Account   string        `json:"account,omitempty"`
	Origin    string        `json:"origin,omitempty"`
	First     string        `json:"first"`
	Last      string        `json:"last"`
	Requests  uint64        `json:"requests"`
	Days      []auditDay    `json:"days"`
	Grain     string        `json:"grain,omitempty"`
	Callers   []auditCaller `json:"callers"`
}

type auditDay struct {
	Day      string `json:"day"`
	Requests uint64 `json:"requests"`
}

type auditCaller struct {
	Agent      string   `json:"agent"`
	Title      string   `json:"title"`
	Address    string   `json:"address"`
	Pod        string   `json:"pod,omitempty"`
	Node       string   `json:"node,omitempty"`
	First      string   `json:"first"`
	Last       string   `json:"last"`
	Requests   uint64   `json:"requests"`
	Refused    uint64   `json:"refused"`
	Verbs      []string `json:"verbs"`
	Resources  []string `json:"resources"`
	Namespaces []string `json:"namespaces"`
	Reload     string   `json:"reload"`
	// StaleSince is when the newest token that it presented passed its warning
	// threshold.
	StaleSince string        `json:"staleSince,omitempty"`
	Why        []auditReason `json:"why"`
}

// auditCredential is a bound token that was issued or asked for, and who
// presented it.
type auditCredential struct {
	ID        string `json:"id"`
	Namespace string `json:"namespace,omitempty"`
	Account   string `json:"account,omitempty"`
	IssuedBy  string `json:"issuedBy,omitempty"`
	Issued    string `json:"issued,omitempty"`
	First     string `json:"first,omitempty"`
	Last      string `json:"last,omitempty"`
	// Requests is nil if nobody asked for this id, and none was seen.
	Requests *uint64       `json:"requests"`
	Callers  []auditCaller `json:"callers"`
}

type auditReviewer struct {
	User     string `json:"user"`
	Agent    string `json:"agent"`
	Last     string `json:"last"`
	Requests uint64 `json:"requests"`
}

// documentOf gives what a summary tells of the chosen tokens and accounts.
func documentOf(sum *sums.Summary, choose auditChoice) auditDocument {
	u, words := sum.Usage(), agentWords{}
	d := auditDocument{APIVersion: "timebound/v1", Kind: "Audit", Credentials: credentialsOf(sum, words, choose)}
	for _, server := range u.Covered {
		out := auditServer{Server: server.Name}
		for _, s := range server.Spans {
			out.Spans = append(out.Spans, auditSpan{timeText(s.From), timeText(s.Until)})
		}
		d.Covered = append(d.Covered, out)
	}
	for _, r := range u.Doubts {
		d.Doubts = append(d.Doubts, auditReason{string(r.Code), r.Text()})
	}
	for key, use := range u.Tokens {
		if account := sum.AccountOf(key); choose.token(key, account) {
			out := words.useOf(use, key.Namespace, account.Name)
			out.Name, out.Origin = key.Name, sum.OriginOf(key).String()
			d.Tokens = append(d.Tokens, out)
		}
	}
	for key, use := range u.Accounts {
		if choose.account(key) {
			d.Accounts = append(d.Accounts, words.useOf(use, key.Namespace, key.Name))
		}
	}
	for key, use := range u.Stale {
		if choose.account(key) {
			d.Stale = append(d.Stale, words.useOf(use, key.Namespace, key.Name))
		}
	}
	for _, list := range [][]auditUse{d.Tokens, d.Accounts, d.Stale} {
		slices.SortFunc(list, func(a, b auditUse) int {
			return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name), strings.Compare(a.Account, b.Account))
		})
	}
	if !choose.all() {
		return d
	}
	if u.Refused != nil {
		d.Refused = append(d.Refused, words.useOf(u.Refused, "", ""))
	}
	for _, r := range u.Reviewers {
		d.Reviewers = append(d.Reviewers, auditReviewer{r.User, r.Agent, timeText(r.Last), r.Requests})
	}
	return d
}

func useOf(u *model.TokenUse, namespace, account string) auditUse {
	return agentWords{}.useOf(u, namespace, account)
}

// credentialsOf tells of bound tokens: those that somebody other than a kubelet
// asked for, and those whose ids were asked about.
func credentialsOf(sum *sums.Summary, words agentWords, choose auditChoice) []auditCredential {
	found := map[string]*auditCredential{}
	get := func(id string) *auditCredential {
		if found[id] == nil {
			found[id] = &auditCredential{ID: id}
		}
		return found[id]
	}
	for id, issue := range sum.Issues {
		if choose.account(issue.For) {
			c := get(id)
			c.Namespace, c.Account, c.IssuedBy, c.Issued = issue.For.Namespace, issue.For.Name, issue.By, timeText(issue.At.Time())
		}
	}
	for id, account := range choose.issued {
		if choose.account(account) {
			if c := get(id); c.Account == "" {
				c.Namespace, c.Account = account.Namespace, account.Name
			}
		}
	}
	for subject := range sum.Uses {
		id := subject.Name
		if subject.Class != sums.Presented || found[id] == nil && !choose.all() {
			continue
		}
		c, use := get(id), sum.Presented(id)
		c.First, c.Last, c.Requests, c.Callers = timeText(use.First), timeText(use.Last), &use.Requests, words.callersOf(use.Callers)
	}
	for _, id := range choose.credentials {
		if found[id] == nil && !choose.all() {
			continue
		}
		if c := get(id); c.Requests == nil {
			c.Requests = new(uint64)
		}
	}
	list := make([]auditCredential, 0, len(found))
	for _, c := range found {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b auditCredential) int { return strings.Compare(a.Issued+a.ID, b.Issued+b.ID) })
	return list
}

// spanText words a span for people, in UTC to the minute.
func spanText(s auditSpan) string {
	short := func(text string) string {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return text
		}
		return at.Format("2006-01-02 15:04")
	}
	return short(s.From) + " to " + short(s.Until)
}
