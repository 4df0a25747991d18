package plan

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/plan/knowledge"
)

// milestones are the behaviours whose changes cut a way into hops.
var milestones = []string{"auto-generation", "tracking", "cleaner", "invalid-since"}

// stations gives the minors at which the way is cut: where the policy asks for
// something else, where the treatment of long-lived tokens changes, and the
// target.
func (b *builder) stations() []Minor {
	at := map[Minor]bool{b.target: true}
	for _, p := range b.policy.Phases {
		at[p.Minor] = true
	}
	for _, id := range milestones {
		for _, s := range b.know.Behaviour(id).States[1:] {
			at[Minor(s.From)] = true
		}
	}
	var out []Minor
	for m := range at {
		if m <= b.target {
			out = append(out, m)
		}
	}
	slices.Sort(out)
	return out
}

// hops cuts the way from the policy's first phase to the target. Hops behind
// the cluster stand for the phases that it went through.
func (b *builder) hops() []Hop {
	var hops []Hop
	asked := map[Minor]bool{}
	for _, p := range b.policy.Phases {
		asked[p.Minor] = true
	}
	from := Minor(0)
	for _, m := range b.stations() {
		if m >= b.current {
			break
		}
		if asked[m] {
			if from == 0 {
				from = m - 1
			}
			hops = append(hops, b.hop(from, m, Past))
			from = m
		}
	}
	hops = append(hops, b.hop(b.current, b.current, Here))
	from = b.current
	for _, m := range b.stations() {
		if m > b.current {
			hops = append(hops, b.hop(from, m, Ahead))
			from = m
		}
	}
	return hops
}

func (b *builder) hop(from, to Minor, position Position) Hop {
	h := Hop{From: from, To: to, Position: position, Name: b.platformName(to)}
	if position == Ahead {
		h.Date, h.DateAssumed = b.dates[to].day, b.dates[to].assumed
	}
	h.Changes = b.changes(from, to)
	for _, write := range stepWriters {
		h.Steps = append(h.Steps, write(b, &h)...)
	}
	slices.SortStableFunc(h.Steps, func(x, y Step) int {
		if x.Phase != y.Phase {
			return slices.Index(Phases(), x.Phase) - slices.Index(Phases(), y.Phase)
		}
		return strings.Compare(x.ID, y.ID)
	})
	return h
}

// stepWriters write the steps of a hop, phase by phase.
var stepWriters = []func(*builder, *Hop) []Step{
	(*builder).beforeSteps, (*builder).setSteps, (*builder).doSteps, (*builder).outsideSteps, (*builder).afterSteps,
}

// platformName gives the platform's own name of a minor; "" if it has none.
func (b *builder) platformName(minor Minor) string {
	for version, m := range b.place.Versions {
		if m == int(minor) {
			return model.Platform{ID: b.place.Platform, Version: version}.Title()
		}
	}
	return ""
}

// changes tells what the minors after from, up to to, bring by themselves. The
// version that runs tells nothing new.
func (b *builder) changes(from, to Minor) []Change {
	var out []Change
	for m := from + 1; m <= to; m++ {
		for _, behaviour := range b.know.Behaviours {
			if s := behaviour.At(int(m)); s.From == int(m) && s.Change != "" {
				out = append(out, Change{Minor: m, Text: s.Change, Proof: unproven(s.Proof), Source: s.Cite})
			}
		}
		for _, f := range b.place.Facts {
			if f.From == int(m) {
				out = append(out, Change{Minor: m, Text: f.Text, Proof: unproven(f.Proof), Source: f.Source})
			}
		}
		for _, n := range b.policy.Notes {
			if n.Minor == m {
				out = append(out, Change{Minor: m, Text: n.Text, Source: n.Cite})
			}
		}
	}
	return out
}

// unproven keeps a proof only where it is a reservation.
func unproven(p knowledge.Proof) knowledge.Proof {
	if p.Proven() {
		return ""
	}
	return p
}

// step begins a step from what is always true of its code.
func (b *builder) step(h *Hop, code string, args ...string) Step {
	info, _ := b.know.Step(code)
	s := Step{
		ID: h.To.String() + "/" + code, Code: code, Phase: Phase(info.Phase), State: ToDo,
		Title: model.Fill(info.Title, args...), Why: info.Why, Verify: info.Verify, Undo: info.Undo,
	}
	if what, looks := argumentsOf[code]; looks {
		s.Verify = b.arguments(what)
	}
	return s
}

// argumentsOf are the steps that are verified by a look at the arguments of the
// control plane, with what to look for.
var argumentsOf = map[string]string{
	"TB-201": "feature-gates", "TB-203": "token-", "TB-211": "service-account-lookup", "TB-406": gateCleanUp,
}

// done begins a step that asks for nothing.
func (b *builder) done(h *Hop, code string, args ...string) Step {
	s := b.step(h, code)
	info, _ := b.know.Step(code)
	s.State, s.Title = Done, model.Fill(info.Done, args...)
	s.Verify, s.Undo = nil, ""
	return s
}
