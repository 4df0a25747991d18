package overview

import (
	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// group is a set of verdicts that ask for the same next step.
type group struct {
	role     theme.Role
	verdicts []model.Verdict
	one      string // behind "1 token"
	many     string // behind "12 tokens"
}

// open are the tokens that still ask for something, in the order of the work.
func open(canSwitchOff bool) []group {
	idle := group{theme.Good, []model.Verdict{model.VerdictIdle}, "is idle", "are idle"}
	if canSwitchOff {
		idle.one, idle.many = "can be switched off", "can be switched off"
	}
	return []group{
		idle,
		{theme.Warn, []model.Verdict{model.VerdictInUse, model.VerdictReferenced}, "needs its users moved first", "need their users moved first"},
		{theme.Bad, []model.Verdict{model.VerdictKnocked}, "is switched off but still tried", "are switched off but still tried"},
		{theme.Doubt, []model.Verdict{model.VerdictQuiet, model.VerdictUnknown}, "cannot be judged yet", "cannot be judged yet"},
	}
}

// settled are the tokens that ask for nothing now.
var settled = []group{
	{theme.Dim, []model.Verdict{model.VerdictInvalidated}, "is switched off already", "are switched off already"},
	{theme.Dim, []model.Verdict{model.VerdictDead}, "cannot authenticate any more", "cannot authenticate any more"},
	{theme.Dim, []model.Verdict{model.VerdictProtected}, "is kept for the system that needs it", "are kept for the systems that need them"},
}

func (g group) count(a *model.Assessment) int {
	n := 0
	for _, v := range g.verdicts {
		n += a.Counts.ByVerdict[v]
	}
	return n
}

// minorInvalidSince is the first minor whose API servers honour the
// invalid-since label (k8s.io/kubernetes pkg/serviceaccount/legacy.go).
const minorInvalidSince = 29

// readiness says in one sentence where the cluster stands, and in a second
// one what is settled.
func readiness(b *lines.Block, a *model.Assessment, snap model.Snapshot) {
	b.Gap()
	oldest, known := a.Inventory.Cluster.Oldest()
	canSwitchOff := known && oldest.Minor >= minorInvalidSince
	tokens, asked := a.Inventory.Coverage.Kinds[model.KindTokens]
	loading := snap.Link.State == model.LinkConnecting || snap.Link.State == model.LinkLoading ||
		asked && tokens.State == model.CoveragePending
	todo, done := enumerate(open(canSwitchOff), a), enumerate(settled, a)
	switch {
	case len(todo) > 0:
		b.Say(0, 0, todo...)
	case loading:
		b.Say(0, 0, lines.Text("Reading the cluster: no token has been judged so far."))
	case a.Counts.Tokens > 0:
		b.Say(0, 0, lines.Of(theme.Good, "No token asks for anything now."))
	case a.Inventory.Coverage.Kinds[model.KindTokens].State == model.CoverageComplete:
		b.Say(0, 0, lines.Of(theme.Good, "There is no long-lived token here: nothing has to be moved."))
	default:
		b.Say(0, 0, lines.Of(theme.Doubt, "No long-lived token was seen, but not everything could be read."))
	}
	if len(done) > 0 {
		for i := range done {
			done[i].Role = theme.Dim
		}
		b.Say(0, 0, done...)
	}
	if n := a.Counts.ByVerdict[model.VerdictIdle]; n > 0 && known && !canSwitchOff {
		b.Say(0, 0, lines.Dim("Switching off by label takes API servers of 1.29 or later; here "+oldest.String()+" answers."))
	}
}

// enumerate makes a sentence of the groups that are not empty; nothing if all
// are.
func enumerate(groups []group, a *model.Assessment) []lines.Span {
	var spans []lines.Span
	for _, g := range groups {
		n := g.count(a)
		if n == 0 {
			continue
		}
		phrase := g.many
		if n == 1 {
			phrase = g.one
		}
		number := lines.Number(n)
		if len(spans) == 0 {
			number = lines.Count(n, "token", "tokens")
		} else {
			spans = append(spans, lines.Text(", "))
		}
		spans = append(spans, lines.Of(g.role, number), lines.Text(" "+phrase))
	}
	if len(spans) > 0 {
		spans = append(spans, lines.Text("."))
	}
	return spans
}
