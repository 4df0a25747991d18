package usage

import (
	"cmp"
	"slices"
	"strings"

	"timebound/model"
)

// doubts says what lowers the worth of silence.
func (s *Summary) doubts() []model.Reason {
	var all, blind, deaf []string
	var gappy []gappyServer
	first, last := s.span()
	for _, c := range s.covered() {
		src, name := s.Sources[c.Name], serverWord(c.Name)
		all = append(all, name)
		if len(src.Spans) == 0 {
			blind = append(blind, name)
		}
		if len(src.Verbs) > 0 && !slices.ContainsFunc(readingVerbs, func(v string) bool { return src.Verbs[v] > 0 }) {
			deaf = append(deaf, name)
		}
		if gaps := src.gaps(first, last); len(gaps) > 0 {
			gappy = append(gappy, gappyServer{name, gaps})
		}
	}
	reasons := gapReasons(gappy)
	for _, list := range []struct {
		code    model.Code
		servers []string
	}{{model.CodeAuditNoReads, deaf}, {model.CodeAuditNoSpan, blind}, {model.CodeAuditServers, all}} {
		if len(list.servers) > 0 {
			reasons = append(reasons, model.Reason{Code: list.code, Args: []string{listed(list.servers)}})
		}
	}
	if len(all) == 0 {
		reasons = append(reasons, model.Reason{Code: model.CodeAuditNoSpan, Args: []string{"every API server"}})
	}
	return append(reasons, s.lostReasons()...)
}

type gappyServer struct {
	name string
	gaps []Span // the longest first
}

// gapReasons tells of each server by itself while they are few.
func gapReasons(servers []gappyServer) (reasons []model.Reason) {
	named := servers[:min(len(servers), mostNamed)]
	for _, g := range named {
		reasons = append(reasons, model.Reason{Code: model.CodeAuditGap, Args: []string{g.name, gapsWords(g.gaps)}})
	}
	if rest := servers[len(named):]; len(rest) > 0 {
		var longest Micros
		for _, g := range rest {
			longest = max(longest, g.gaps[0].length())
		}
		args := []string{counted(uint64(len(rest)), "other server", "other servers"), long(longest) + " at most"}
		reasons = append(reasons, model.Reason{Code: model.CodeAuditGap, Args: args})
	}
	return reasons
}

// span is the time from the first to the last thing that was read of any server.
func (s *Summary) span() (first, last Micros) {
	for _, src := range s.Sources {
		for _, span := range src.Spans {
			widen(&first, &last, span.From, span.Until)
		}
	}
	return first, last
}

// gaps lists the times that were not read of a server, of the time from first to
// last that was read of any, the longest first. A server that was added later, or
// whose log begins later, has one at its beginning.
func (src *Source) gaps(first, last Micros) (gaps []Span) {
	if len(src.Spans) == 0 {
		return nil
	}
	at := first
	for _, s := range append(slices.Clone(src.Spans), Span{last, last}) {
		if s.From-at > gap {
			gaps = append(gaps, Span{at, s.From})
		}
		at = s.Until
	}
	slices.SortStableFunc(gaps, func(a, b Span) int { return cmp.Compare(b.length(), a.length()) })
	return gaps
}

// lostReasons tells of what could not be used.
func (s *Summary) lostReasons() (reasons []model.Reason) {
	var sum Source
	for _, src := range s.Sources {
		mine, theirs := sum.counters(), src.counters()
		for i := range mine {
			*mine[i] = plus(*mine[i], *theirs[i])
		}
	}
	if lost := sum.lost(); lost > 0 {
		var kinds []string
		for _, k := range []struct {
			n    uint64
			word string
		}{{sum.Truncated, "cut off"}, {sum.Malformed, "malformed"}, {sum.Oversize, "too long"}, {sum.Unsupported, "of an unknown form"}} {
			if k.n > 0 {
				kinds = append(kinds, grouped(k.n)+" "+k.word)
			}
		}
		what := counted(lost, "line", "lines") + " (" + strings.Join(kinds, ", ") + ")"
		reasons = append(reasons, model.Reason{Code: model.CodeAuditLost, Args: []string{what}})
	}
	if s.Unkept > 0 {
		what := counted(s.Unkept, "event", "events") + " of others than the first " + grouped(uint64(s.bounds.uses)) + " tokens and users"
		reasons = append(reasons, model.Reason{Code: model.CodeAuditLost, Args: []string{what}})
	}
	return reasons
}
