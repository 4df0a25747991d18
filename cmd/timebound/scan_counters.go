package main

import "timebound/model"

// scanCounters is what one API server counts of token uses since it was started;
// null is not known.
type scanCounters struct {
	Server  string `json:"server"`
	Version string `json:"version"`
	Started string `json:"started"`
	Legacy  *int64 `json:"legacy"`
	Stale   *int64 `json:"stale"`
	Valid   *int64 `json:"valid"`
	Auto    *int64 `json:"autoUses"`
	Manual  *int64 `json:"manualUses"`
	Refused *int64 `json:"refusedUses"`
}

func countersOf(c model.Counters) []scanCounters {
	list := make([]scanCounters, len(c.Servers))
	for i, s := range c.Servers {
		t := s.Tokens
		list[i] = scanCounters{
			Server: s.Server, Version: s.Version.String(), Started: timeText(s.Started),
			Legacy: knownCount(t.Legacy), Stale: knownCount(t.Stale), Valid: knownCount(t.Valid),
			Auto: knownCount(t.Auto), Manual: knownCount(t.Manual), Refused: knownCount(t.Refused),
		}
	}
	return list
}

func knownCount(c model.Counter) *int64 {
	if !c.Known {
		return nil
	}
	return &c.Value
}
