package model

import "time"

// Counters is what API servers count of tokens: each for itself, since it was
// started, and without saying of which token. They count less than was asked,
// because a token that was accepted is remembered for ten seconds and counted
// once in that time, and they count what was asked of a server by TokenReview
// (k8s.io/kubernetes pkg/serviceaccount/metrics.go, k8s.io/apiserver
// pkg/authentication/token/cache).
type Counters struct {
	// Servers are the readings, in order of Server.
	Servers []ServerCounters
	// Endpoints is how many addresses of API servers the cluster names; 0 if it did
	// not say. Behind one address there may be several servers where a provider
	// runs them.
	Endpoints int
	// Missing are the addresses that could not be asked one by one, in order.
	Missing []MissingServer
	// Why says why the servers were not asked one by one, if they were not: then
	// there is at most one reading, of whichever server answered. "" otherwise.
	Why string
}

// ServerCounters is one reading of one API server.
type ServerCounters struct {
	// Server is its address and port, "10.0.0.11:6443"; "" for whichever answered
	// at the cluster's own address.
	Server  string
	Version Version   // zero if the reading does not say
	Started time.Time // when its process began, which is when it counted from 0; zero if not said
	Read    time.Time // when it was read, by our clock
	Tokens  TokenCounters
}

// TokenCounters are uses of tokens.
type TokenCounters struct {
	// Legacy are tokens without audience whose signature was right, those that were
	// then refused too.
	Legacy Counter
	// Stale are extended tokens past their warning threshold; Valid are extended
	// tokens before it. Tokens that are not extended are in neither.
	Stale, Valid Counter
	// Auto and Manual are accepted legacy tokens that the account's .secrets names
	// or does not name; Refused are those with the invalid-since label, of either
	// kind. All three exist from 1.29.0 on, and are unknown before.
	Auto, Manual, Refused Counter
}

// MissingServer is an API server that could not be asked by itself.
type MissingServer struct {
	Server string
	Why    string // for people, one line
}

// each gives the counters, always in the same order.
func (t *TokenCounters) each() [6]*Counter {
	return [6]*Counter{&t.Legacy, &t.Stale, &t.Valid, &t.Auto, &t.Manual, &t.Refused}
}

// Total adds the readings up. A counter is known if every reading knows it: a
// server that does not count would hide uses otherwise. What servers counted
// that were not read is missing in any case.
func (c Counters) Total() TokenCounters {
	var total TokenCounters
	for i := range c.Servers {
		of := c.Servers[i].Tokens.each()
		for j, sum := range total.each() {
			sum.Known = of[j].Known && (i == 0 || sum.Known)
			sum.Value = sum.Value + of[j].Value
		}
	}
	for _, sum := range total.each() {
		if !sum.Known {
			*sum = Counter{}
		}
	}
	return total
}

// Rates is what one API server counted between two readings.
type Rates struct {
	Server string
	// Over is the time in which Tokens were counted.
	Over time.Duration
	// Restarted says that another process answered than before: the server was
	// started again, or another one stands behind the address. Over then begins
	// with that process, and what the other one counted since is not known. Over is
	// 0, and nothing is known, if it does not say when it began.
	Restarted bool
	// Tokens are the uses in that time; unknown where one of the two readings is.
	Tokens TokenCounters
}

// PerHour gives the uses in an hour; 0 if the counter is not known.
func (r Rates) PerHour(c Counter) float64 {
	if !c.Known || r.Over <= 0 {
		return 0
	}
	return float64(c.Value) / r.Over.Hours()
}

// Since compares two readings of the same servers. A server that was read only
// once is left out, and so is one that cannot be told from its neighbours: one
// behind the cluster's own address that does not say when it was started.
func (c Counters) Since(before Counters) []Rates {
	earlier := make(map[string]ServerCounters, len(before.Servers))
	for _, s := range before.Servers {
		earlier[s.Server] = s
	}
	var rates []Rates
	for _, now := range c.Servers {
		if old, ok := earlier[now.Server]; ok && now.Read.After(old.Read) {
			if r, ok := now.since(old); ok {
				rates = append(rates, r)
			}
		}
	}
	return rates
}

func (s ServerCounters) since(old ServerCounters) (Rates, bool) {
	r := Rates{Server: s.Server, Over: s.Read.Sub(old.Read), Tokens: s.Tokens}
	said := !s.Started.IsZero() && !old.Started.IsZero()
	switch {
	case said:
		r.Restarted = !s.Started.Equal(old.Started)
	case s.Server == "":
		return r, false
	default:
		r.Restarted = s.Tokens.fellBelow(old.Tokens)
	}
	if r.Restarted {
		// What this process counted, it counted since it began.
		r.Over = max(0, s.Read.Sub(s.Started))
		if !said || r.Over == 0 {
			r.Over, r.Tokens = 0, TokenCounters{}
		}
		return r, true
	}
	of := old.Tokens.each()
	for i, counter := range r.Tokens.each() {
		if !counter.Known || !of[i].Known || counter.Value < of[i].Value {
			*counter = Counter{}
			continue
		}
		counter.Value -= of[i].Value
	}
	return r, true
}

// fellBelow says that some counter went down, which none does while a process
// runs.
func (t TokenCounters) fellBelow(old TokenCounters) bool {
	of := old.each()
	for i, counter := range t.each() {
		if counter.Known && of[i].Known && counter.Value < of[i].Value {
			return true
		}
	}
	return false
}
