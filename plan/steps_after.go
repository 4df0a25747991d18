package plan

import "timebound/model"

// afterSteps are checks that anybody may run once a version runs.
func (b *builder) afterSteps(h *Hop) []Step {
	if h.Position == Past {
		return nil
	}
	var steps []Step
	for _, check := range checks {
		// A hop ahead checks what it brings; the version that runs, all it has.
		brings := check.from > h.From || check.always
		if h.To < check.from || h.Position == Ahead && !brings {
			continue
		}
		code := check.code
		s := b.step(h, code, h.To.String())
		if h.Position == Here {
			b.checked(code, &s)
		}
		steps = append(steps, s)
	}
	return steps
}

// checks are the codes of checks, with the minor that brings what is checked.
var checks = []struct {
	code   string
	from   Minor
	always bool // worth a look after every upgrade
}{
	{"TB-501", 0, true}, {"TB-502", minorTracking, false}, {"TB-503", minorNoAutoGen, false},
	{"TB-504", 0, true}, {"TB-505", 0, true}, {"TB-506", minorCleans, false},
}

// checked fills in what was seen of a check on the version that runs.
func (b *builder) checked(code string, s *Step) {
	s.State = CannotTell
	switch code {
	case "TB-501":
		s.State = Done
		for _, server := range b.inv.Cluster.Servers {
			s.Facts = append(s.Facts, server.Version.String()+" answered "+count(server.Answers, "time", "times"))
			if Minor(server.Version.Minor) != b.current {
				s.State = ToDo
			}
		}
	case "TB-502":
		newest := model.DayLabel{}
		for _, f := range b.a.Findings {
			if last := f.Token.LastUsed; last.Valid && last.Day > newest.Day {
				newest = last
			}
		}
		const lately = 7
		if newest.Valid {
			if newest.Day >= b.a.Policy.Today-lately {
				s.State = Done
			}
			s.Facts = []string{"the newest last-used label says " + newest.Raw}
		} else {
			s.Facts = []string{"no token bears the label: none was used, or uses are not recorded"}
		}
	case "TB-503":
		if b.current > 26 {
			s.State, s.Facts = Done, []string{"built in from 1.27 on"}
		} else if set := b.setting(model.ControllerManager, gateNoAutoGeneration); b.firm(set) {
			s.State, s.Facts = map[string]State{"true": Done, "false": ToDo}[set.Value], []string{knownBy(set)}
		}
	case "TB-504":
		s.Facts = append([]string{"one reading tells nothing: compare two of the same server"}, b.placeFacts(b.current, "metrics")...)
	case "TB-505":
		b.stillPresented(s)
	case "TB-506":
		n := len(b.findings.invalidated) + len(b.findings.knocked)
		if n == 0 {
			s.State = Done
		}
		s.Facts = []string{count(n, "token is", "tokens are") + " switched off, by the cleaner or by hand; TB-306 and TB-307 tell of them"}
	}
}
