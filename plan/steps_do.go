package plan

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/plan/knowledge"
)

// doSteps are what is done to tokens and workloads. What can be done now is
// done here; switching off by label waits for the hop that brings it.
func (b *builder) doSteps(h *Hop) []Step {
	switch {
	case h.Position == Here:
		return b.doHere(h)
	case h.Position == Ahead && h.From < minorInvalidSince && h.To >= minorInvalidSince:
		s := b.idle(h)
		if s.State == ToDo {
			s.State = Blocked
			s.Facts = append([]string{"not before every API server runs 1.29"}, s.Facts...)
		}
		return []Step{s}
	}
	return nil
}

func (b *builder) doHere(h *Hop) []Step {
	s := b.findings
	steps := []Step{
		b.project(h), b.byHand(h), b.lone(h), b.others(h), b.idleHere(h), b.rotates(h),
		b.quiet(h),
		b.tokens(h, "TB-306", s.knocked, func(f *model.Finding) string {
			return "switched off since " + f.Token.InvalidSince.Raw + ", tried last on " + f.Token.LastUsed.Raw
		}),
		b.invalidated(h), b.dead(h), b.dangling(h),
		b.tokens(h, "TB-312", s.unknown, missing),
	}
	if len(s.pairs) > 0 || b.place.Form == knowledge.FormOpenShift {
		steps = append(steps, b.pairs(h), b.usedPairs(h))
	}
	keep := b.tokens(h, "TB-311", s.protected, func(f *model.Finding) string { return f.Keeper.Title + ": " + f.Keeper.SafePath })
	if keep.State == ToDo {
		keep.State = NotApplicable
	}
	return append(steps, keep)
}

// tokens makes a step about tokens that need somebody, and no action.
func (b *builder) tokens(h *Hop, code string, list []*model.Finding, note func(*model.Finding) string) Step {
	if len(list) == 0 {
		return b.nothing(h, code)
	}
	s := b.step(h, code, count(len(list), "token", "tokens"))
	s.Objects = make([]Object, 0, len(list))
	for _, f := range list {
		s.Objects = append(s.Objects, b.tokenObject(f, note(f)))
	}
	return s
}

func (b *builder) tokenObject(f *model.Finding, note string) Object {
	return Object{Kind: "Secret", Namespace: f.Token.Namespace, Name: f.Token.Name, Team: b.team(f.Token.Namespace), Note: note}
}

// quiet are tokens that were not watched for long enough: time will tell.
func (b *builder) quiet(h *Hop) Step {
	s := b.tokens(h, "TB-305", b.findings.quiet, b.waitsUntil)
	if s.State == ToDo {
		s.State = CannotTell
	}
	return s
}

// waitsUntil tells from when on a quiet token can be judged.
func (b *builder) waitsUntil(f *model.Finding) string {
	p := b.a.Policy
	from := model.DayOf(f.Token.Created)
	wait := model.Day(max(p.MinWatch, p.IdleAfter+1))
	if first, known := b.inv.Cluster.Tracking.FirstDay(); known && first > from {
		from, wait = first, model.Day(p.MinWatch)
	}
	return "can be judged from " + (from + wait).String() + " on, if nobody uses it until then"
}

// idleHere switches idle tokens off where API servers honour the label, and
// says why not where they do not.
func (b *builder) idleHere(h *Hop) Step {
	if b.current >= minorInvalidSince || len(b.findings.idle) == 0 {
		return b.idle(h)
	}
	s := b.step(h, "TB-304", count(len(b.findings.idle), "idle token", "idle tokens"))
	s.State = Blocked
	s.Facts = []string{
		"API servers before 1.29 ignore the label; " + b.current.String() + " runs",
		"what is safe here: move their users and note who owns them; delete only what somebody vouches for, with a backup",
	}
	return s
}

func (b *builder) idle(h *Hop) Step {
	list := b.findings.idle
	if len(list) == 0 {
		return b.nothing(h, "TB-304", referrers...)
	}
	s := b.step(h, "TB-304", count(len(list), "idle token", "idle tokens"))
	s.Actions = make([]Action, 0, len(list))
	for _, f := range list {
		s.Actions = append(s.Actions, b.tokenAction(Invalidate, f, "label kubernetes.io/legacy-token-invalid-since is set to the day"))
	}
	if manual := countOrigin(list, model.OriginManual); manual > 0 {
		s.Facts = append(s.Facts, count(manual, "is", "are")+" manual: upstream's cleaner would never touch them")
	}
	s.Facts = append(s.Facts, "deletion is offered after "+count(b.policy.SoakDays, "day", "days")+" without a knock")
	return s
}

func countOrigin(list []*model.Finding, o model.Origin) int {
	n := 0
	for _, f := range list {
		if f.Origin == o {
			n++
		}
	}
	return n
}

// rotates says whether deleting an auto-generated token removes anything.
func (b *builder) rotates(h *Hop) Step {
	switch s := b.findings; {
	case s.rotates > 0:
		step := b.step(h, "TB-313", count(s.rotates, "auto-generated token", "auto-generated tokens"))
		step.State = Blocked
		step.Facts = []string{"auto-generation is on"}
		return step
	case s.rotatesMaybe > 0:
		step := b.step(h, "TB-313", count(s.rotatesMaybe, "auto-generated token", "auto-generated tokens"))
		step.State = CannotTell
		step.Facts = append([]string{model.Reason{Code: model.CodeRotatesUnknown}.Text()}, b.placeFacts(b.current, "auto-generation")...)
		return step
	}
	return b.done(h, "TB-313")
}

// invalidated offers deletion of what was switched off for the soak time.
func (b *builder) invalidated(h *Hop) Step {
	list := b.findings.invalidated
	if len(list) == 0 {
		return b.nothing(h, "TB-307")
	}
	var ready []*model.Finding
	var waiting []Object
	today := b.a.Policy.Today
	for _, f := range list {
		since := f.Token.InvalidSince
		if why := b.needed(f); why != "" {
			waiting = append(waiting, b.tokenObject(f, why))
			continue
		}
		if since.Valid && since.Day+model.Day(b.policy.SoakDays) <= today {
			ready = append(ready, f)
			continue
		}
		note := "since when is not known: its label is " + since.Raw
		if since.Valid {
			note = "switched off since " + since.Raw + "; soaks until " + (since.Day + model.Day(b.policy.SoakDays)).String()
		}
		waiting = append(waiting, b.tokenObject(f, note))
	}
	s := b.step(h, "TB-307", count(len(ready), "token", "tokens"))
	s.Objects = waiting
	if len(waiting) > 0 {
		s.Facts = append(s.Facts, count(len(waiting), "more has to wait", "more have to wait"))
	}
	if len(ready) == 0 {
		s.State, s.Title = Blocked, "wait with "+count(len(waiting), "token", "tokens")+" that are switched off, before anybody deletes"
	}
	for _, f := range ready {
		s.Actions = append(s.Actions, b.tokenAction(Delete, f, "the secret is deleted, after a backup"))
	}
	return s
}

// dead removes what cannot authenticate any more.
func (b *builder) dead(h *Hop) Step {
	s := b.step(h, "TB-308", count(len(b.findings.dead), "token", "tokens"))
	for _, f := range b.findings.dead {
		if !f.Token.Deleting.IsZero() {
			s.Objects = append(s.Objects, b.tokenObject(f, "being deleted since "+model.DayOf(f.Token.Deleting).String()+finalizers(f.Token.Finalizers)))
			continue
		}
		if why := b.needed(f); why != "" {
			s.Objects = append(s.Objects, b.tokenObject(f, why))
			continue
		}
		s.Actions = append(s.Actions, b.tokenAction(Delete, f, "the secret is deleted, after a backup"))
	}
	if s.Count() == 0 {
		return b.nothing(h, "TB-308", model.KindAccounts)
	}
	return s
}

func finalizers(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return ", held by " + strings.Join(names, ", ")
}

// dangling names what accounts list and nobody has seen.
func (b *builder) dangling(h *Hop) Step {
	s := b.step(h, "TB-309")
	names := 0
	for _, row := range b.a.Accounts {
		acc := row.Account
		if len(row.Unmatched) == 0 || !b.inv.Coverage.Reads(model.KindTokens, acc.Namespace) || !PullSecretsRead(b.inv.Coverage, acc.Namespace) {
			continue
		}
		names += len(row.Unmatched)
		a := Action{
			Kind: Detach, Team: b.team(acc.Namespace),
			On: Pin{Kind: "ServiceAccount", Namespace: acc.Namespace, Name: acc.Name, UID: acc.UID, ResourceVersion: acc.ResourceVersion},
		}
		a.Names = row.Unmatched
		for _, name := range row.Unmatched {
			a.Change = append(a.Change, "drop "+name+" from .secrets, if no secret of that name exists")
		}
		if acc.EnforceMountable {
			a.Warn = append(a.Warn, "the account enforces mountable secrets: pods that mount what is dropped are refused")
		}
		s.Actions = append(s.Actions, a)
	}
	if names == 0 {
		return b.nothing(h, "TB-309", model.KindAccounts, model.KindPullSecrets)
	}
	s.State = CannotTell
	s.Title = model.Fill(mustTitle(b, "TB-309"), count(names, "name", "names"))
	s.Facts = []string{"secrets of other types are never listed: each name has to be looked up first"}
	return s
}

func mustTitle(b *builder, code string) string {
	info, _ := b.know.Step(code)
	return info.Title
}

// tokenAction makes an action on a token secret, with what it stands on.
func (b *builder) tokenAction(kind ActionKind, f *model.Finding, change string) Action {
	t := f.Token
	a := Action{
		Kind: kind, On: Pin{Kind: "Secret", Namespace: t.Namespace, Name: t.Name, UID: t.UID, ResourceVersion: t.ResourceVersion}, Team: b.team(t.Namespace),
		Verdict: f.Verdict.Slug(), Change: []string{change}, Evidence: b.evidenceOf(f), NotSeen: evidence(f.BlindSpots),
	}
	if kind == Issue {
		// It changes nothing of the secret, whose last-used label moves every day.
		a.On.ResourceVersion = ""
	}
	return a
}

// evidenceOf words what a verdict stands on, with days in place of ages: a plan
// must not read otherwise tomorrow because a day went by.
func (b *builder) evidenceOf(f *model.Finding) []Evidence {
	out := evidence(f.Reasons)
	for i, r := range f.Reasons {
		switch r.Code {
		case model.CodeUsed, model.CodeUsedLongAgo:
			out[i].Text = "presented last on " + r.Args[0]
		case model.CodeWatchedLong, model.CodeWatchedShort:
			out[i].Text = "uses have been recorded since " + b.inv.Cluster.Tracking.Since.Raw
		case model.CodeCreatedLately:
			out[i].Text = "it was made on " + model.DayOf(f.Token.Created).String()
		}
	}
	return out
}

// missing tells what keeps a token from being judged.
func missing(f *model.Finding) string {
	var parts []string
	for _, r := range append(slices.Clone(f.Reasons), f.BlindSpots...) {
		if s := r.Severity(); s == model.SeverityDoubt || s == model.SeverityWarn {
			parts = append(parts, r.Text())
		}
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "; ")
}

// needed names what still names a token's secret and cannot start without it;
// "" if nothing does.
func (b *builder) needed(f *model.Finding) string {
	why, _ := Needed(f, b.inv.Coverage)
	return why
}
