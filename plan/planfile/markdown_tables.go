package planfile

import (
	"cmp"
	"fmt"
	"slices"

	"timebound/model"
	"timebound/plan"
)

// task is one thing that a team has to see to.
type task struct {
	step, object, note string
}

// teams lists what each team has to do: every object of an open step, sorted by
// who owns it.
func (m *markdown) teams() {
	tasks := map[string][]task{}
	for i := range m.p.Hops {
		for j := range m.p.Hops[i].Steps {
			s := &m.p.Hops[i].Steps[j]
			if !s.State.Open() {
				continue
			}
			for _, a := range s.Actions {
				tasks[a.Team] = append(tasks[a.Team], task{s.Code, objectName(a.On.Kind, a.On.Namespace, a.On.Name), string(a.Kind)})
			}
			for _, o := range s.Objects {
				if o.Team != "" {
					tasks[o.Team] = append(tasks[o.Team], task{s.Code, objectName(o.Kind, o.Namespace, o.Name), o.Note})
				}
			}
		}
	}
	if len(tasks) == 0 {
		return
	}
	m.line("## Teams")
	m.line("")
	var names []string
	for name := range tasks {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		m.line("### %s", text(name))
		m.line("")
		for i, t := range tasks[name] {
			if i == listed {
				m.line("- … and %d more; the YAML file names them", len(tasks[name])-listed)
				break
			}
			m.line("- [ ] %s %s: %s", t.step, code(t.object), text(t.note))
		}
		m.line("")
	}
}

func (m *markdown) forecast() {
	f := m.p.Forecast
	if len(f.Assumptions)+len(f.Spared)+len(f.Items) == 0 {
		return // a plan of what was staged by hand looks no further
	}
	m.line("## If nobody acts")
	m.line("")
	m.line("What the cluster's own cleaner will do by itself.")
	m.line("")
	for _, a := range f.Assumptions {
		assumed := ""
		if a.Assumed {
			assumed = " (assumed)"
		}
		m.line("- %s%s", text(a.Text), assumed)
	}
	m.line("")
	if len(f.Spared) > 0 {
		m.line("| Left alone, because | Tokens |")
		m.line("|---|---:|")
		for _, s := range f.Spared {
			m.line("| %s | %d |", text(s.Why), s.Tokens)
		}
		m.line("")
	}
	wanted := slices.DeleteFunc(slices.Clone(f.Items), func(i plan.ForecastItem) bool { return i.Wanted == "" })
	m.items("Tokens that something in the cluster will want again", wanted)
	m.items("All tokens that the cleaner takes, the earliest first", f.Items)
}

func (m *markdown) items(title string, items []plan.ForecastItem) {
	if len(items) == 0 {
		return
	}
	m.line("%s (%d):", title, len(items))
	m.line("")
	m.line("| Token | Switched off | Deleted | Last used | Wanted by | Doubt |")
	m.line("|---|---|---|---|---|---|")
	for i, it := range items {
		if i == listed {
			m.line("| … and %d more | | | | | |", len(items)-listed)
			break
		}
		m.line("| %s | %s | %s | %s | %s | %s |", code(it.Namespace+"/"+it.Name), dayText(it.Invalidated), dayText(it.Deleted), dayText(it.LastUsed), text(it.Wanted), text(it.Doubt))
	}
	m.line("")
}

func dayText(d model.Day) string {
	if d == 0 {
		return "–"
	}
	return d.String()
}

// impact draws the table of what each setting does to each kind of token.
func (m *markdown) impact() {
	if len(m.p.Impact.Rows) == 0 {
		return
	}
	m.line("## What each setting does")
	m.line("")
	for _, row := range m.p.Impact.Rows {
		m.line("### %s (%s)", text(row.Title), text(row.Count))
		m.line("")
		m.line("| Setting | Now | Later |")
		m.line("|---|---|---|")
		var notes []string
		for i, c := range row.Cells {
			later := ""
			for _, l := range c.Later {
				if later != "" {
					later += "; "
				}
				later += fmt.Sprintf("from %s: %s", l.Minor, l.Text)
			}
			m.line("| %s | %s | %s |", text(m.p.Impact.Settings[i]), text(c.Now), text(cmp.Or(later, "as now")))
			if c.Told != "" {
				notes = append(notes, fmt.Sprintf("Often told of %s: %q. In fact %s.", m.p.Impact.Settings[i], c.Told, c.Why))
			}
		}
		m.line("")
		for _, n := range notes {
			m.line("%s", text(n))
			m.line("")
		}
	}
}

func (m *markdown) standsOn() {
	m.line("## What this stands on")
	m.line("")
	m.line("A token counts as idle after %d days without a use, watched for at least %d days.", m.p.Inputs.IdleAfterDays, m.p.Inputs.MinWatchDays)
	m.line("")
	m.line("Not seen:")
	m.line("")
	for _, e := range m.p.Inputs.NotSeen {
		m.line("- %s %s", e.Code, text(e.Text))
	}
}
