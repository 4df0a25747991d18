package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"timebound/model"
	"timebound/plan/knowledge"
)

// gates finds values that keep a component of a later version from starting.
func (b *builder) gates(h *Hop) Step {
	type trouble struct {
		where, what string
		minor       Minor
	}
	var found []trouble
	seen := map[model.Component]bool{}
	for _, o := range b.inv.Cluster.Observed {
		switch o.Source {
		case model.SourceProcess, model.SourceRendered:
			// /metrics tells the state of every gate, not what was given.
			seen[o.Component] = seen[o.Component] || !strings.Contains(o.Where, "/metrics")
		}
		if o.Kind != model.SettingGate || !givenThere(o) {
			continue
		}
		for m := h.From + 1; m <= h.To; m++ {
			if why := b.refuses(o.Name, o.Value, m); why != "" {
				found = append(found, trouble{string(o.Component) + " (" + o.Where + ")", o.Name + "=" + o.Value + ": " + why, m})
				break
			}
		}
	}
	slices.SortStableFunc(found, func(x, y trouble) int {
		return cmp.Or(strings.Compare(x.where, y.where), strings.Compare(x.what, y.what))
	})
	if len(found) > 0 {
		s := b.step(h, "TB-201", found[0].where, found[0].minor.String(), found[0].what)
		s.State = Blocked
		for i, t := range found {
			s.Facts = append(s.Facts, t.where+" has "+t.what)
			if i > 0 {
				continue
			}
			s.How = append(s.How, "# take it out of --feature-gates before the upgrade to "+t.minor.String())
		}
		if len(found) > 1 {
			s.Title += fmt.Sprintf(" (and %d more)", len(found)-1)
		}
		return s
	}
	if !seen[model.APIServer] || !seen[model.ControllerManager] {
		s := b.step(h, "TB-201")
		s.State = CannotTell
		if b.place.Form == knowledge.FormProvider {
			s.State = NotApplicable
		}
		s.Title = "gates that keep a component of " + h.To.String() + " from starting: look at the arguments"
		for _, c := range []model.Component{model.APIServer, model.ControllerManager} {
			if !seen[c] {
				s.Facts = append(s.Facts, "the arguments of "+string(c)+" could not be seen")
			}
		}
		if s.State == NotApplicable {
			s.Facts = append(s.Facts, "the provider starts the control plane")
			return s
		}
		s.Facts = append(s.Facts, b.gatesToLookFor(h)...)
		return b.plannedGate(h, s)
	}
	s := b.done(h, "TB-201", h.To.String())
	s.Facts = []string{"of the gates that decide about tokens; others have to be held against the changelog, and so have the arguments of kube-scheduler and kube-proxy, which refuse the same names"}
	return b.plannedGate(h, s)
}

// plannedGate reminds of the one gate that this plan asks to switch on against
// its default, tracking in 1.26, where a hop brings the version that does not
// know it any more.
func (b *builder) plannedGate(h *Hop, s Step) Step {
	const gone = 30
	asked := b.current <= minorTracking && b.policy.At(minorTracking).Tracking == "on"
	if !asked || h.From >= gone || h.To < gone {
		return s
	}
	open := b.step(h, "TB-201", string(model.APIServer), Minor(gone).String(), gateTracking+"=true, which this plan asks for in 1.26")
	open.Facts = append(s.Facts, "take it out once 1.27 runs, where it is the default")
	return open
}

// refuses says why a component of a minor does not start with a gate's value;
// "" if it does, or if the gate is not one that is known here.
func (b *builder) refuses(name, value string, minor Minor) string {
	for _, g := range b.know.Gates.Gates {
		if g.Name != name || int(minor) > b.know.Gates.Newest {
			continue
		}
		state, registered := g.Minors[int(minor)]
		switch need := b.know.Need(name, int(minor)); {
		case need != "" && value == "false":
			return need
		case !registered:
			return "unknown from " + minor.String() + " on"
		case state.Locked && value != fmt.Sprint(state.Default):
			return "locked to " + fmt.Sprint(state.Default) + " from " + minor.String() + " on"
		}
	}
	return ""
}

// gatesToLookFor names the values that would keep a component from starting.
func (b *builder) gatesToLookFor(h *Hop) []string {
	var out []string
	for _, g := range b.know.Gates.Gates {
		for m := h.From + 1; m <= h.To && int(m) <= b.know.Gates.Newest; m++ {
			before, was := g.Minors[int(m-1)]
			now, is := g.Minors[int(m)]
			switch {
			case was && !is:
				out = append(out, g.Name+" is unknown from "+m.String()+" on")
			case is && now.Locked && !(was && before.Locked):
				out = append(out, g.Name+"="+fmt.Sprint(!now.Default)+" is refused from "+m.String()+" on")
			}
		}
	}
	return out
}

// kubelets asks for a look at each node's gates, where a hop takes a name away.
func (b *builder) kubelets(h *Hop) (Step, bool) {
	look := b.gatesToLookFor(h)
	if len(look) == 0 || b.place.Form == knowledge.FormProvider || b.place.Form == knowledge.FormOpenShift {
		return Step{}, false
	}
	s := b.step(h, "TB-202", h.To.String())
	s.State = CannotTell
	s.Facts = append([]string{"kubelets' own configuration is not read"}, look...)
	versions := map[string]int{}
	for _, n := range b.inv.Nodes {
		versions[n.KubeletVersion]++
	}
	for v, n := range versions {
		s.Objects = append(s.Objects, Object{Kind: "Node", Name: count(n, "node", "nodes"), Note: "kubelet " + v})
	}
	slices.SortFunc(s.Objects, func(x, y Object) int { return strings.Compare(x.Note, y.Note) })
	return s, true
}

// outOfLimits tells the limits that an observed flag is out of; "" if it is not.
func outOfLimits(o model.Observation) string {
	d, err := time.ParseDuration(o.Value)
	switch {
	case err != nil:
	case o.Component == model.APIServer && o.Name == flagMaxExpiration && d != 0 && (d < knowledge.ShortestMaxExpiration || d > knowledge.LongestMaxExpiration):
		return "1 hour to 2^32 seconds"
	case o.Component == model.ControllerManager && o.Name == flagCleanUpPeriod && d <= 0:
		return "more than 0"
	}
	return ""
}

// flagLimits finds flag values that stop a component at its next start.
func (b *builder) flagLimits(h *Hop) Step {
	for _, o := range b.inv.Cluster.Observed {
		if limit := outOfLimits(o); limit != "" {
			step := b.step(h, "TB-203", string(o.Component), o.Name, o.Value, limit)
			step.State = Blocked
			step.Facts = []string{"--" + o.Name + " is " + o.Value + " (" + o.Source.String() + ": " + o.Where + ")"}
			if o.Source == model.SourceConfig {
				step.Facts = append(step.Facts, "the next upgrade starts the component with it")
			}
			return step
		}
	}
	s := b.done(h, "TB-203")
	for _, k := range []settingKey{{model.APIServer, flagMaxExpiration}, {model.ControllerManager, flagCleanUpPeriod}} {
		set := b.settings[k]
		if b.firm(set) {
			s.Facts = append(s.Facts, knownBy(set))
		} else if set != nil {
			info, _ := b.know.Step("TB-203")
			s.State, s.Verify = CannotTell, b.arguments(argumentsOf[info.Code])
			if b.place.Form == knowledge.FormProvider {
				s.State = NotApplicable
			}
			s.Title = "flags within their limits: look at the arguments"
			s.Facts = append(s.Facts, "--"+set.Name+" could not be seen")
		}
	}
	return s
}
