package model

import (
	"slices"
	"strings"
	"time"
)

// auditView is what audit logs tell, with what judging asks of it again and
// again. Its usage is nil if no log was read.
type auditView struct {
	usage *Usage
	where addresses
	// placed says that pods and nodes were read, so that an address which none of
	// them has says something.
	placed bool
	// whole are the days that every log covers from end to end, sorted.
	whole map[Day]bool
	// span tells people which time was read.
	span string
	// siblings counts the tokens of each account; explained is the newest day in
	// their last-used labels.
	siblings  map[Key]int
	explained map[Key]Day
}

func auditViewOf(a *Assessment) auditView {
	inv := a.Inventory
	if inv.Usage == nil {
		return auditView{}
	}
	v := auditView{
		usage: inv.Usage, where: addressesOf(inv), whole: wholeDays(inv.Usage.Covered), span: inv.Usage.spanText(),
		siblings: map[Key]int{}, explained: map[Key]Day{},
	}
	v.placed = inv.Coverage.Kinds[KindPods].State == CoverageComplete && inv.Coverage.Namespaces == nil && len(inv.Nodes) > 0
	for _, t := range inv.Tokens {
		acc := Key{t.Namespace, t.Account}
		v.siblings[acc]++
		if t.LastUsed.Valid {
			v.explained[acc] = max(v.explained[acc], t.LastUsed.Day)
		}
	}
	return v
}

// attach finds what the logs say of a token, before it is judged.
func (j *judge) attach(f *Finding) {
	u := j.audit.usage
	if u == nil {
		return
	}
	acc := Key{f.Token.Namespace, f.Token.Account}
	f.Use, f.AccountUse = u.Tokens[f.Token.Key], u.Accounts[acc]
	if f.Use == nil && f.AccountUse != nil && j.audit.siblings[acc] == 1 && !f.Orphan {
		// It was one of the account's tokens, and the account has this one.
		f.Use, f.AccountUse = f.AccountUse, nil
	}
}

// recorded: the audit log names who presented it.
func (j *judge) recorded(f *Finding) (Verdict, bool) {
	if j.audit.usage == nil {
		return 0, false
	}
	defer j.unattributed(f)
	switch {
	case f.Use != nil:
		return j.recordedUse(f)
	case f.AccountUse != nil:
		j.oneOf(f)
	case j.audit.span != "":
		f.because(CodeAuditSilent, j.audit.span)
	}
	return 0, false
}

func (j *judge) recordedUse(f *Finding) (Verdict, bool) {
	use := f.Use
	last := DayOf(use.Last)
	code, verdict := CodeAuditUsedLongAgo, Verdict(0)
	if last >= j.a.Policy.AsOf-Day(j.a.Policy.IdleAfter) {
		code, verdict = CodeAuditUsed, VerdictInUse
	}
	f.because(code, use.Who(), count(int(use.Requests), "request", "requests"), last.String())
	var only *Workload
	if f.From, only = j.audit.where.of(use.Callers); !j.audit.placed && f.From != FromInside {
		f.From = FromUnknown // an address that nobody has may be a pod's that was not read
	}
	switch {
	case only != nil:
		f.because(CodeAuditOnePod, only.Key.String())
	case f.From == FromElsewhere:
		f.because(CodeAuditOutside, use.from())
	}
	return verdict, code == CodeAuditUsed
}

// oneOf: the account was used, with one of its tokens. It is a doubt about this
// one unless the labels say which it was: they are written on the same occasion.
func (j *judge) oneOf(f *Finding) {
	acc := Key{f.Token.Namespace, f.Token.Account}
	last := DayOf(f.AccountUse.Last)
	if last < j.a.Policy.AsOf-Day(j.a.Policy.IdleAfter) {
		return
	}
	if j.watch.doubt == nil && j.audit.explained[acc] >= last {
		return
	}
	f.notSeen(CodeAuditOneOf, f.AccountUse.Who(), last.String(), grouped(j.audit.siblings[acc]))
}

// unattributed: the label says a day on which the logs show no use. TokenReview
// moves the label and leaves no trace in the log (k8s.io/kubernetes
// pkg/registry/authentication/tokenreview/storage.go).
func (j *judge) unattributed(f *Finding) {
	label := f.Token.LastUsed
	if !label.Valid || !j.audit.whole[label.Day] {
		return
	}
	if since := f.Token.InvalidSince; !since.Absent() && (!since.Valid || label.Day >= since.Day) {
		return // a refused use moves the label, and its event names nobody
	}
	for _, use := range []*TokenUse{f.Use, f.AccountUse} {
		if use != nil && use.on(label.Day) {
			return
		}
	}
	f.because(CodeAuditUnattributed, label.Raw)
}

// knockedInLog: whoever presented the token before was refused after it was
// switched off. A refused request names no token, so it is a match of address and
// agent.
func (j *judge) knockedInLog(f *Finding) bool {
	u := j.audit.usage
	before := f.Use
	if u == nil || u.Refused == nil || before == nil {
		return false
	}
	for i := range u.Refused.Callers {
		r := &u.Refused.Callers[i]
		if !r.Last.After(before.Last) || r.Address == "" {
			continue
		}
		same := func(c Caller) bool { return c.Agent == r.Agent && c.Address == r.Address }
		if slices.ContainsFunc(before.Callers, same) {
			f.because(CodeAuditKnock, r.who(), DayOf(r.Last).String())
			return true
		}
	}
	return false
}

// auditBlindSpots says what the logs do not tell.
func auditBlindSpots(a *Assessment) []Reason {
	u := a.Inventory.Usage
	if u == nil {
		return []Reason{{Code: CodeNoAudit}}
	}
	spots := slices.Clone(u.Doubts)
	if _, until, known := u.Span(); known && DayOf(until) < a.Policy.Today-1 {
		spots = append(spots, Reason{CodeAuditEnds, []string{DayOf(until).String()}})
	}
	return spots
}

// Span is the time from the first to the last thing that was read of any server;
// false if it is not known. There may be gaps in it.
func (u *Usage) Span() (from, until time.Time, known bool) {
	for _, server := range u.Covered {
		for _, s := range server.Spans {
			if !known || s.From.Before(from) {
				from = s.From
			}
			if !known || s.Until.After(until) {
				until = s.Until
			}
			known = true
		}
	}
	return from, until, known
}

func (u *Usage) spanText() string {
	from, until, known := u.Span()
	if !known {
		return ""
	}
	return DayOf(from).String() + " to " + DayOf(until).String()
}

// wholeDays are the days that lie in a span of every server.
func wholeDays(servers []CoveredServer) map[Day]bool {
	counts := map[Day]int{}
	for _, server := range servers {
		for _, s := range server.Spans {
			first, last := DayOf(s.From.Add(day-1)), DayOf(s.Until)
			for d := first; d < last; d++ {
				counts[d]++
			}
		}
	}
	whole := map[Day]bool{}
	for d, n := range counts {
		if n == len(servers) {
			whole[d] = true
		}
	}
	return whole
}

const day = 24 * time.Hour

// Who names the callers for a sentence: the busiest, and how many others.
func (u *TokenUse) Who() string {
	if len(u.Callers) == 0 {
		return "somebody"
	}
	who := u.Callers[0].who()
	if n := len(u.Callers) - 1; n > 0 {
		who += " and " + count(n, "other", "others")
	}
	return who
}

func (c *Caller) who() string {
	agent := c.Agent
	if agent == "" {
		agent = "a client without a name"
	}
	if c.Address == "" {
		return agent
	}
	return agent + " at " + c.Address
}

// from lists the addresses of the callers for a sentence, up to three.
func (u *TokenUse) from() string {
	const named = 3
	var list []string
	for i := range u.Callers {
		if a := u.Callers[i].Address; !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	if more := len(list) - named; more > 0 {
		list = append(list[:named], count(more, "other", "others"))
	}
	return strings.Join(list, ", ")
}

// on says whether it was used that day.
func (u *TokenUse) on(d Day) bool {
	_, found := slices.BinarySearchFunc(u.Days, d, func(u DayUse, d Day) int { return int(u.Day - d) })
	return found
}
