package power

import "slices"

// Extent says on how many of the objects in question.
type Extent uint8

// The extents.
const (
	None  Extent = iota
	Named        // only objects that the rules name
	Whole        // objects of any name
)

// reach is how far each ability goes.
type reach [AbilityCount]Extent

// reachOf says what rules are worth at an API server of a minor version, bound to
// the whole cluster and bound in one namespace. Each ability needs one rule only, so what several roles are worth
// is the most that one of them is.
func reachOf(rules []Rule, minor int) (cluster, local reach) {
	for i := range rules {
		rule := &rules[i]
		for a := range abilities {
			ability := &abilities[a]
			if ability.fits != nil {
				extent := ability.fits(rule)
				cluster[a], local[a] = max(cluster[a], extent), max(local[a], extent)
			}
			for j := range ability.acts {
				if until := ability.acts[j].until; until > 0 && minor > until {
					continue
				}
				extent := ability.acts[j].extent(rule)
				cluster[a] = max(cluster[a], extent)
				if !ability.acts[j].clustered {
					local[a] = max(local[a], extent)
				}
			}
		}
	}
	for a := range abilities {
		if abilities[a].Way {
			cluster[Escalates], local[Escalates] = max(cluster[Escalates], cluster[a]), max(local[Escalates], local[a])
		}
	}
	return cluster, local
}

// extent says on how many objects a rule allows the act.
func (a *act) extent(rule *Rule) Extent {
	allowed := slices.ContainsFunc(a.verbs, func(verb string) bool {
		return slices.ContainsFunc(a.resources, func(resource string) bool { return rule.speaksOf(verb, a.group, resource) })
	})
	switch {
	case !allowed:
		return None
	case len(rule.Names) == 0:
		return Whole
	case a.nameless, a.names != nil && !overlap(rule.Names, a.names):
		return None
	}
	return Named
}
