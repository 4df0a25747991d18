package needle

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// lanes is how many parts of a chunk are searched at the same time. Each jump
// waits for the table to tell how far it may go; meanwhile the others jump.
const lanes = 4

// smallest is the length below which lanes are not worth their while.
const smallest = 1 << 10

// Find appends to hits, in rising order, a position in every line of chunk that
// holds a needle, or a spelling that may hide one. A line may have several hits;
// no line with a needle has none. Needles do not reach across newlines.
func (f *Finder) Find(hits []int, chunk []byte) []int {
	from := len(hits)
	hits = f.find(hits, chunk)
	plain := len(hits)
	hits = f.findEscaped(hits, chunk)
	if len(hits) > plain {
		slices.Sort(hits[from:])
	}
	return hits
}

// find does so for needles that are spelled as they are.
func (f *Finder) find(hits []int, chunk []byte) []int {
	if len(chunk) < smallest {
		return f.lane(hits, chunk, Length-1, len(chunk))
	}
	// A lane searches for needles that end in its part, so parts need no overlap.
	var at, end [lanes]int
	for i := range lanes {
		at[i] = max(len(chunk)*i/lanes, Length-1)
		end[i] = len(chunk) * (i + 1) / lanes
	}
	var found [lanes][]int
	a, b, c, d := at[0], at[1], at[2], at[3]
	for a < end[0] && b < end[1] && c < end[2] && d < end[3] {
		sa := int(f.shift[binary.LittleEndian.Uint16(chunk[a-1:])])
		sb := int(f.shift[binary.LittleEndian.Uint16(chunk[b-1:])])
		sc := int(f.shift[binary.LittleEndian.Uint16(chunk[c-1:])])
		sd := int(f.shift[binary.LittleEndian.Uint16(chunk[d-1:])])
		if (sa-1)|(sb-1)|(sc-1)|(sd-1) < 0 { // one of them is 0
			if sa == 0 {
				found[0], sa = f.ends(found[0], chunk, a)
			}
			if sb == 0 {
				found[1], sb = f.ends(found[1], chunk, b)
			}
			if sc == 0 {
				found[2], sc = f.ends(found[2], chunk, c)
			}
			if sd == 0 {
				found[3], sd = f.ends(found[3], chunk, d)
			}
		}
		a, b, c, d = a+sa, b+sb, c+sc, d+sd
	}
	for i, p := range [lanes]int{a, b, c, d} {
		hits = append(hits, found[i]...)
		hits = f.lane(hits, chunk, p, end[i])
	}
	return hits
}

// lane searches for needles that end in chunk[at:end].
func (f *Finder) lane(hits []int, chunk []byte, at, end int) []int {
	for at < end {
		shift := int(f.shift[binary.LittleEndian.Uint16(chunk[at-1:])])
		if shift == 0 {
			hits, shift = f.ends(hits, chunk, at)
		}
		at += shift
	}
	return hits
}

// ends adds a hit if a needle ends at at, and says how far the window may move:
// past the line, of which nothing more needs to be known, if so.
func (f *Finder) ends(hits []int, chunk []byte, at int) ([]int, int) {
	if !f.isNeedle(chunk, at) {
		return hits, 1
	}
	hits = append(hits, at)
	rest := bytes.IndexByte(chunk[at:], '\n')
	if rest < 0 {
		rest = len(chunk) - at
	}
	return hits, rest + Length
}
