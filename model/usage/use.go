package usage

import "timebound/model"

// spell is what is counted: an event, n times between first and last.
type spell struct {
	*Event
	n           uint64
	first, last Micros
}

// threshold gives the hour in which a stale token passed its warning threshold; 0 if
// the event says no fair time. Events say it in whole seconds, so that each of a
// token's events tells an instant a little other.
func (s *spell) threshold() Micros {
	const most = int64(lastInstant / 1_000_000)
	if s.PastWarning < 0 || s.PastWarning > most || !s.last.known() {
		return 0
	}
	const hour = 3_600_000_000
	if at := s.last - Micros(s.PastWarning)*1_000_000; at.known() {
		return at - at%hour
	}
	return 0
}

// count adds everything but the caller.
func (u *Use) count(s *spell, days int) {
	u.sawOrigin(s.last, s.Origin)
	widen(&u.First, &u.Last, s.first, s.last)
	stage := s.place()
	u.Stages[stage] = plus(u.Stages[stage], s.n)
	if at := s.When(); at != 0 {
		if d := u.day(at.Day(), days); d != nil {
			d.count(stage, s.n)
		}
	}
	if a, counts := answerOf(s.Event); counts {
		*u.Codes.row(a) = plus(*u.Codes.row(a), s.n)
	}
	u.PastWarning = max(u.PastWarning, s.PastWarning)
}

// sawOrigin keeps the latest word on the origin; of two at the same time the
// higher one, so that their order does not matter.
func (u *Use) sawOrigin(at Micros, o model.Origin) {
	if o == model.OriginUnknown {
		return
	}
	if at > u.OriginAt || at == u.OriginAt && o > u.Origin {
		u.Origin, u.OriginAt = o, at
	}
}

// merge adds o to u. Nothing of o is kept but strings.
func (u *Use) merge(o *Use, b bounds, t *texts) {
	u.sawOrigin(o.OriginAt, o.Origin)
	widen(&u.First, &u.Last, o.First, o.Last)
	u.Stages.add(o.Stages)
	for _, d := range o.Days {
		if mine := u.day(d.Day, b.days); mine != nil {
			for stage, n := range d.events {
				mine.count(Stage(stage), uint64(n))
			}
		}
	}
	u.Codes.add(&o.Codes)
	u.PastWarning = max(u.PastWarning, o.PastWarning)
	u.coarsen(o.Grain, t)
	for k, c := range o.Callers {
		u.take(t.coarser(k, o.Grain, u.Grain), c)
	}
}

// take adds a caller under its key at the use's grain.
func (u *Use) take(k CallerKey, c *Caller) {
	if mine := u.Callers[k]; mine != nil {
		mine.merge(c)
		return
	}
	u.Callers[k] = c.clone()
}

// fit makes the grain coarser until there are no more than limit callers.
func (u *Use) fit(limit int, t *texts) {
	for len(u.Callers) > limit && u.Grain < GrainEverybody {
		u.coarsen(u.Grain+1, t)
	}
}

func (u *Use) coarsen(to Grain, t *texts) {
	if to <= u.Grain {
		return
	}
	fine := u.Callers
	u.Callers = make(map[CallerKey]*Caller, min(len(fine), 8))
	for k, c := range fine {
		k = t.coarser(k, u.Grain, to)
		if mine := u.Callers[k]; mine != nil {
			mine.merge(c)
			continue
		}
		u.Callers[k] = c
	}
	u.Grain = to
}
