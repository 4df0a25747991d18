package usage

import (
	"cmp"
	"math"
	"slices"

	"timebound/model"
)

// DayCount is how many events fell on one UTC day, per stage. A count stops at
// 4,294,967,295, which no API server can reach in a day.
type DayCount struct {
	Day    model.Day
	events [StageCount]uint32
}

// Stages gives the day's counts.
func (d DayCount) Stages() (s Stages) {
	for i, n := range d.events {
		s[i] = uint64(n)
	}
	return s
}

func (d *DayCount) count(stage Stage, n uint64) {
	d.events[stage] = uint32(min(plus(uint64(d.events[stage]), n), math.MaxUint32))
}

// day gives the row of a day, made if it is new; nil if it is older than the
// latest ones that are kept. A day that had to go never comes back, as there are
// only ever more that are later.
func (u *Use) day(d model.Day, most int) *DayCount {
	if n := len(u.Days); n > 0 && u.Days[n-1].Day == d {
		return &u.Days[n-1] // logs are in order, mostly
	}
	i, found := slices.BinarySearchFunc(u.Days, d, func(c DayCount, d model.Day) int { return cmp.Compare(c.Day, d) })
	switch {
	case found:
		return &u.Days[i]
	case len(u.Days) < most:
		u.Days = slices.Insert(u.Days, i, DayCount{Day: d})
		return &u.Days[i]
	case i == 0:
		return nil
	}
	copy(u.Days, u.Days[1:i])
	u.Days[i-1] = DayCount{Day: d}
	return &u.Days[i-1]
}

// Earlier counts the events before Days, and those that say no time.
func (u *Use) Earlier() Stages {
	rest := u.Stages
	for _, d := range u.Days {
		for i, n := range d.events {
			rest[i] -= min(rest[i], uint64(n))
		}
	}
	return rest
}
