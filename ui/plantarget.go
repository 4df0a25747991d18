package ui

import (
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
)

// chooseTarget offers the versions that a plan can be made for: from the one
// that runs to the newest that is known.
func (m *Root) chooseTarget() tea.Cmd {
	p := m.planner
	current, _ := p.current()
	newest := max(current, plan.Minor(p.know.Gates.Newest))
	names := p.platformNames()
	aimed := p.target
	if aimed == 0 {
		aimed = newest
	}
	c := &choice{}
	var targets []plan.Minor
	for minor := current; minor <= newest; minor++ {
		note := names[minor]
		for _, remark := range []struct {
			holds bool
			text  string
		}{{minor == current, "runs now"}, {minor == newest, "newest known"}, {minor == aimed, m.env.styles.Glyphs.Check + " planned for"}} {
			if !remark.holds {
				continue
			}
			if note != "" {
				note += "   "
			}
			note += remark.text
		}
		if minor == aimed {
			c.at = len(targets)
		}
		targets = append(targets, minor)
		c.items = append(c.items, choiceItem{minor.String(), note})
	}
	c.pick = func(at int) tea.Cmd {
		target := targets[at]
		if target == newest && p.target == 0 {
			return nil
		}
		return p.aim(target)
	}
	return m.open(newChoice(m, "Plan for which version?", c))
}

// platformNames gives the platform's own name of each minor that has one.
func (p *planner) platformNames() map[plan.Minor]string {
	id := p.env.assessment.Inventory.Cluster.Platform.ID
	versions := p.know.Provider(id).Versions
	names := map[plan.Minor]string{}
	for _, v := range slices.Sorted(maps.Keys(versions)) {
		names[plan.Minor(versions[v])] = model.Platform{ID: id, Version: v}.Title()
	}
	return names
}
