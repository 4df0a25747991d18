package model

import "slices"

const gateNoAutoGeneration = "LegacyServiceAccountTokenNoAutoGeneration"

// ResolveSettings gives the value of every gate and flag that decides about
// tokens, with the way it is known: observed, locked by the version, default
// of the version, or unknown. Settings come in the order of the tables.
func ResolveSettings(c Cluster, know Knowledge) []Setting {
	oldest, known := c.Oldest()
	var settings []Setting
	for _, g := range know.Gates.Gates {
		if !known {
			readers := g.readers(know.Gates.Newest)
			settings = append(settings, observed(c, readers, Setting{Component: readers[0], Kind: SettingGate, Name: g.Name, Why: g.Why, Source: SourceUnknown}))
			continue
		}
		if s, applies := g.at(oldest.Minor, know.Gates.Newest); applies {
			settings = append(settings, observed(c, g.readers(oldest.Minor), s))
		}
	}
	for _, f := range know.Flags {
		s := Setting{Component: f.Component, Kind: SettingFlag, Name: f.Name, Why: f.Why, Source: SourceUnknown}
		if known {
			if !f.In(oldest.Minor) {
				continue
			}
			// Without a default the flag names a file or an address, which
			// every cluster sets in its own way.
			if f.Default != "" {
				s.Value, s.Source, s.Where = f.Default, SourceDefault, "not observed; it may be set otherwise"
			}
		}
		settings = append(settings, observed(c, []Component{f.Component}, s))
	}
	return settings
}

// at gives the gate as the version alone decides it. It does not apply before
// the name exists.
func (g GateHistory) at(minor, newest int) (Setting, bool) {
	s := Setting{Component: g.readers(minor)[0], Kind: SettingGate, Name: g.Name, Why: g.Why}
	if minor > newest {
		s.Source, s.Where = SourceUnknown, MinorName(minor)+" is newer than what is known here ("+MinorName(newest)+")"
		return s, true
	}
	state, registered := g.Minors[minor]
	if !registered {
		last := g.lastMinor()
		if minor < last || last == 0 {
			return s, false
		}
		// A gate leaves the code after it was locked: its behaviour stays.
		s.Value, s.Source, s.Where = boolText(g.Minors[last].Default), SourceLocked, "built in; the gate is gone since "+MinorName(last+1)
		return s, true
	}
	s.Value = boolText(state.Default)
	if state.Locked {
		s.Source, s.Where = SourceLocked, "locked in "+MinorName(minor)
		return s, true
	}
	s.Source, s.Where = SourceDefault, state.Stage+" in "+MinorName(minor)+"; not observed, it may be set otherwise"
	return s, true
}

func (g GateHistory) lastMinor() int {
	last := 0
	for m := range g.Minors {
		last = max(last, m)
	}
	return last
}

// readers names the components that read the gate in a minor, or read it
// last; never empty.
func (g GateHistory) readers(minor int) []Component {
	found, from := []Component{APIServer}, -1
	for _, r := range g.Readers {
		if len(r.Components) > 0 && r.From <= minor && r.From > from {
			found, from = r.Components, r.From
		}
	}
	return found
}

// observed lets what was seen outweigh what follows from the version, and
// keeps everything that disagrees.
func observed(c Cluster, readers []Component, s Setting) Setting {
	var seen []Observation
	for _, o := range c.Observed {
		if o.Kind == s.Kind && o.Name == s.Name && slices.Contains(readers, o.Component) {
			seen = append(seen, o)
		}
	}
	if len(seen) == 0 {
		return notGiven(c, s)
	}
	slices.SortStableFunc(seen, func(a, b Observation) int { return int(a.Source) - int(b.Source) })
	if best := seen[0]; best.Source <= s.Source {
		s.Component, s.Value, s.Source, s.Where = best.Component, best.Value, best.Source, best.Where
	}
	for _, o := range seen {
		if o.Value != s.Value {
			s.Others = append(s.Others, o)
		}
	}
	return s
}

// notGiven makes a gate's default certain where the whole command line of its
// reader was seen: then it was not given there.
func notGiven(c Cluster, s Setting) Setting {
	if s.Kind != SettingGate || s.Source != SourceDefault {
		return s
	}
	for _, o := range c.Observed {
		if o.NotGiven && o.Component == s.Component && (o.Source == SourceProcess || o.Source == SourceRendered) {
			s.Source, s.Where = o.Source, o.Where
			return s
		}
	}
	return s
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
