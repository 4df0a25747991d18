package plan

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/plan/knowledge"
)

// beforeSteps are what has to be seen to before an upgrade, or, of the version
// that runs, what everything else stands on.
func (b *builder) beforeSteps(h *Hop) []Step {
	switch h.Position {
	case Here:
		steps := []Step{b.oneVersion(h), b.usesRecorded(h), b.lookup(h)}
		if extend := b.policy.At(h.To).ExtendTokenExpiration; extend != nil && !*extend {
			steps = append(steps, b.reloadStep(h))
		}
		return append(steps, b.cleanerTakes(h))
	case Ahead:
		steps := []Step{b.gates(h), b.flagLimits(h)}
		if s, applies := b.kubelets(h); applies {
			steps = append(steps, s)
		}
		steps = append(steps, b.cleanerTakes(h))
		if s, applies := b.secretReaders(h); applies {
			steps = append(steps, s)
		}
		if s, applies := b.reloading(h); applies {
			steps = append(steps, s)
		}
		if newest := Minor(b.know.Gates.Newest); h.To > newest {
			s := b.step(h, "TB-210", h.To.String(), strings.TrimPrefix(newest.String(), "1."))
			s.State = CannotTell
			steps = append(steps, s)
		}
		return steps
	}
	return nil
}

// oneVersion asks for one version behind the address.
func (b *builder) oneVersion(h *Hop) Step {
	minors := map[int]bool{}
	var names []string
	for _, s := range b.inv.Cluster.Servers {
		if !minors[s.Version.Minor] {
			minors[s.Version.Minor] = true
			names = append(names, s.Version.String())
		}
	}
	if len(minors) < 2 {
		s := b.done(h, "TB-204")
		s.Facts = []string{strings.Join(names, ", ") + " answered"}
		return s
	}
	return b.step(h, "TB-204", strings.Join(names, ", "))
}

// usesRecorded asks for tracking, without which silence means nothing.
func (b *builder) usesRecorded(h *Hop) Step {
	t := b.inv.Cluster.Tracking
	if b.lookupOff() && t.State == model.TrackingPresent {
		s := b.step(h, "TB-205")
		s.State = Blocked
		s.Facts = []string{"with --service-account-lookup=false no use is recorded: see TB-211"}
		return s
	}
	if t.State == model.TrackingPresent && t.Since.Valid {
		s := b.done(h, "TB-205", t.Since.Raw)
		first, _ := t.FirstDay()
		s.Facts = []string{"silence means something from " + (first + model.Day(b.a.Policy.MinWatch)).String() + " on, " + count(b.a.Policy.MinWatch, "day", "days") + " after the first whole day"}
		return s
	}
	s := b.step(h, "TB-205")
	switch {
	case b.current < minorTracking:
		s.State = Blocked
		s.Facts = []string{"API servers write uses down from 1.26 on, by default from 1.27 on; until then the audit log is the only witness"}
	case t.State == model.TrackingAbsent && b.current >= minorTracksAlways:
		s.State = Blocked
		s.Facts = []string{"there is no tracking configmap: somebody took it away; API servers write it again by themselves within 12 hours, and every wait starts anew from that day"}
	case t.State == model.TrackingAbsent:
		s.Facts = []string{"there is no tracking configmap"}
		how, reason := b.gateForm(model.APIServer, gateTracking, true, h.To)
		if s.How = how; reason != "" {
			s.Facts = append(s.Facts, reason)
		}
	default:
		s.State = CannotTell
		s.Facts = []string{"the tracking configmap could not be read; timebound rbac --for read prints what is missing"}
	}
	return s
}

// lookupOff says that an API server was seen that does not look secrets up.
func (b *builder) lookupOff() bool {
	return slices.ContainsFunc(b.inv.Cluster.Observed, func(o model.Observation) bool {
		return o.Component == model.APIServer && o.Name == flagLookup && o.Value == "false"
	})
}

// lookup asks for API servers that look secrets up.
func (b *builder) lookup(h *Hop) Step {
	s := b.setting(model.APIServer, flagLookup)
	switch {
	case b.lookupOff():
		step := b.step(h, "TB-211")
		if s != nil {
			step.Facts = append([]string{knownBy(s)}, otherwise(s)...)
		}
		var reason string
		if step.How, reason = b.form(model.APIServer, model.SettingFlag, flagLookup, "true", h.To); reason != "" {
			step.Facts = append(step.Facts, reason)
		}
		return step
	case b.firm(s):
		step := b.done(h, "TB-211")
		step.Facts = []string{knownBy(s)}
		return step
	}
	step := b.step(h, "TB-211")
	step.State = CannotTell
	if b.place.Form == knowledge.FormProvider {
		step.State = NotApplicable
	}
	step.Facts = []string{"the flag could not be seen; its default is true"}
	return step
}

// cleanerTakes finds tokens that the cleaner would take between this upgrade
// and the next one, though something may still want them.
func (b *builder) cleanerTakes(h *Hop) Step {
	from, to := model.Day(0), model.Day(0)
	if h.Position == Ahead {
		from = b.dates[h.From+1].day
	}
	if next, more := b.dates[h.To+1]; more {
		to = next.day
	}
	var objects []Object
	for i, f := range b.a.Findings {
		fate := b.fates[i]
		day := fate.Invalidated
		verb := "switched off on "
		if day == 0 {
			day, verb = fate.Deleted, "deleted on "
		}
		if day == 0 || f.Origin != model.OriginAuto || day < from || to != 0 && day >= to || !f.Token.InvalidSince.Absent() {
			continue
		}
		wanted := wantedBy(f)
		if wanted == "" || f.Verdict == model.VerdictInUse && !onlyDormant(f) {
			continue // nothing seen; or used so often that each use puts the day off
		}
		objects = append(objects, b.tokenObject(f, verb+day.String()+"; wanted by "+wanted+usedText(f)))
	}
	if len(objects) == 0 {
		s := b.nothing(h, "TB-206", append(slices.Clone(referrers), model.KindAccounts)...)
		if b.course.Since.Absent() {
			s.State, s.Facts = CannotTell, []string{"since when uses are recorded is not known: no day can be told"}
		}
		return s
	}
	s := b.step(h, "TB-206", count(len(objects), "token", "tokens"))
	s.Objects = objects
	s.Facts = []string{"days are told in the forecast, with what they stand on"}
	return s
}

// onlyDormant says that everything that points at a token sleeps.
func onlyDormant(f *model.Finding) bool {
	for _, r := range f.References {
		if r.State == model.WorkloadActive {
			return false
		}
	}
	return len(f.References) > 0
}

// secretReaders finds accounts of tools that read .secrets, on the way to
// where no token is put there any more.
func (b *builder) secretReaders(h *Hop) (Step, bool) {
	if h.From >= minorTracks {
		return Step{}, false
	}
	var objects []Object
	for _, acc := range b.inv.Accounts {
		for _, r := range b.know.Readers {
			if fits(r.Namespace, acc.Namespace) && fits(r.Account, acc.Name) {
				objects = append(objects, Object{Kind: "ServiceAccount", Namespace: acc.Namespace, Name: acc.Name, Team: b.team(acc.Namespace), Note: r.Title + ": " + r.Why})
				break
			}
		}
	}
	if len(objects) > 0 {
		s := b.step(h, "TB-207", count(len(objects), "account", "accounts"))
		s.Objects = objects
		return s, true
	}
	s := b.done(h, "TB-207")
	s.Facts = []string{"scripts and pipelines outside of the cluster cannot be seen"}
	return s, true
}

// reloading asks for clients that read their token once, where the policy ends
// extension in this hop.
func (b *builder) reloading(h *Hop) (Step, bool) {
	before, then := b.policy.At(h.From).ExtendTokenExpiration, b.policy.At(h.To).ExtendTokenExpiration
	if then == nil || *then || before != nil && !*before {
		return Step{}, false
	}
	return b.reloadStep(h), true
}

func (b *builder) reloadStep(h *Hop) Step {
	if s := b.setting(model.APIServer, flagExtend); b.firm(s) && s.Value == "false" && len(s.Others) == 0 {
		step := b.done(h, "TB-208")
		step.Facts = []string{knownBy(s)}
		return step
	}
	s := b.step(h, "TB-208")
	s.State = CannotTell
	if u := b.inv.Usage; u != nil && len(u.Stale) > 0 {
		s.State = ToDo
	}
	s.Facts = append(append(b.logFacts(": which clients present stale tokens is not known", b.staleFacts),
		"extended tokens live for "+periodText(b.place.ExtendedLife())+" here: who never reloads fails that long after its pod began",
	), b.placeFacts(h.To, flagExtend, "metrics")...)
	return s
}
