package model

import "strings"

// Empty says that the query asks for everything.
func (q Query) Empty() bool { return len(q.Words) == 0 && len(q.Not) == 0 && len(q.terms) == 0 }

// MatchToken says whether the key:value terms and the negated words fit a
// token. Free words are the caller's: see MatchWords.
func (q Query) MatchToken(f *Finding, asOf Day) bool {
	t := f.Token
	return q.match(subject{
		key: t.Key, finding: f, tokens: []*Finding{f}, account: t.Account, created: DayOf(t.Created), asOf: asOf,
	})
}

// MatchAccount says whether the terms fit an account. Terms about tokens fit
// if they fit one of the account's tokens.
func (q Query) MatchAccount(a *AccountFinding, asOf Day) bool {
	return q.match(subject{
		key: a.Account.Key, account: a.Account.Name, kind: "ServiceAccount",
		tokens: a.Tokens, created: DayOf(a.Account.Created), asOf: asOf,
	})
}

// MatchWorkload says whether the terms fit a workload. Terms about tokens fit
// if they fit one of the tokens that it references.
func (q Query) MatchWorkload(w *WorkloadFinding, asOf Day) bool {
	return q.match(subject{
		key: w.Workload.Key, account: w.Workload.Account, kind: w.Workload.Kind, state: w.Workload.State.String(),
		owner: w.Workload.ManagedBy, tokens: w.Tokens, created: DayOf(w.Workload.Created), asOf: asOf,
	})
}

// MatchWords says whether every free word occurs in text, letter case aside.
func (q Query) MatchWords(text string) bool {
	if len(q.Words) == 0 {
		return true
	}
	text = strings.ToLower(text)
	for _, w := range q.Words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// TokenText is what free words are looked up in, for a token.
func TokenText(f *Finding) string {
	return f.Token.Namespace + "/" + f.Token.Name + " " + f.Token.Account
}

// subject is what the terms of a query look at.
type subject struct {
	key                         Key
	account, kind, state, owner string
	finding                     *Finding
	tokens                      []*Finding
	created, asOf               Day
}

func (q Query) match(s subject) bool {
	if len(q.Not) > 0 {
		text := strings.ToLower(s.key.String() + " " + s.account)
		for _, w := range q.Not {
			if strings.Contains(text, w) {
				return false
			}
		}
	}
	for _, t := range q.terms {
		if t.match(s) == t.negate {
			return false
		}
	}
	return true
}

func (t term) match(s subject) bool {
	switch t.field {
	case "ns":
		return t.any(s.key.Namespace)
	case "account":
		return t.any(s.account)
	case "kind":
		return t.any(s.kind)
	case "state":
		return t.any(s.state)
	case "owner":
		return t.any(s.owner)
	case "age":
		return t.compare(int(s.asOf - s.created))
	case "name":
		if s.finding == nil {
			return t.any(s.key.Name)
		}
	}
	for _, f := range s.tokens {
		if t.matchFinding(f, s.asOf) {
			return true
		}
	}
	return false
}

func (t term) matchFinding(f *Finding, asOf Day) bool {
	last := f.Token.LastUsed
	switch t.field {
	case "name":
		return t.any(f.Token.Name)
	case "verdict":
		return t.any(f.Verdict.Slug())
	case "origin":
		return t.any(f.Origin.Short())
	case "keeper":
		return f.Keeper != nil && t.any(f.Keeper.ID)
	case "from":
		return t.any(f.From.String())
	case "caller":
		return t.anyCaller(f)
	case "refs":
		return t.compare(f.Referrers)
	case "idle":
		return f.UnseenDays >= 0 && t.compare(f.UnseenDays)
	case "used":
		if t.op == "never" {
			return last.Absent()
		}
		return last.Valid && t.compare(int(asOf-last.Day))
	case "code":
		for _, r := range f.Reasons {
			if t.any(string(r.Code)) {
				return true
			}
		}
	case "ref":
		for _, r := range f.References {
			if t.any(r.By.Kind) || t.any(r.By.Name) {
				return true
			}
		}
	}
	return false
}

func (t term) any(value string) bool {
	value = strings.ToLower(value)
	for _, pattern := range t.values {
		if glob(pattern, value) {
			return true
		}
	}
	return false
}

func (t term) compare(n int) bool {
	switch t.op {
	case ">":
		return n > t.days
	case ">=":
		return n >= t.days
	case "<":
		return n < t.days
	case "<=":
		return n <= t.days
	}
	return n == t.days
}

// glob matches a pattern in which * stands for any run of characters.
func glob(pattern, s string) bool {
	first, rest, open := strings.Cut(pattern, "*")
	if !open {
		return pattern == s
	}
	if !strings.HasPrefix(s, first) {
		return false
	}
	s = s[len(first):]
	for {
		var part string
		part, rest, open = strings.Cut(rest, "*")
		if !open {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
}

// anyCaller says whether a caller's agent or address fits. An agent is a long
// line, so a part of it is enough.
func (t term) anyCaller(f *Finding) bool {
	for _, use := range []*TokenUse{f.Use, f.AccountUse} {
		if use == nil {
			continue
		}
		for i := range use.Callers {
			c := &use.Callers[i]
			agent := strings.ToLower(c.Agent)
			if t.any(c.Address) || t.any(agent) {
				return true
			}
			for _, v := range t.values {
				if !strings.Contains(v, "*") && strings.Contains(agent, v) {
					return true
				}
			}
		}
	}
	return false
}
