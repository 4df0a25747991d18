package usage

import (
	"cmp"
	"slices"
)

// Span is a stretch of time, both ends included.
type Span struct{ From, Until Micros }

func (s Span) length() Micros { return s.Until - s.From }

const gap = Micros(GapAfter / 1000)

// Cover says that the log was read from the one to the other instant. Spans that
// are no further apart than GapAfter become one, in whatever order they come:
// what is in one span in the end is what can be walked without a wider step.
func (src *Source) Cover(from, until Micros) {
	if src.Fragmented || !from.known() || !until.known() {
		return
	}
	from, until = min(from, until), max(from, until)
	spans := src.Spans
	// The first that is not too far before, and the first that is too far after.
	i := len(spans)
	if i > 0 && spans[i-1].From <= from {
		if spans[i-1].Until+gap >= from {
			i-- // logs are in order, mostly
		}
	} else {
		i, _ = slices.BinarySearchFunc(spans, from-gap, func(s Span, at Micros) int { return cmp.Compare(s.Until, at) })
	}
	j := i
	for j < len(spans) && spans[j].From <= until+gap {
		from, until = min(from, spans[j].From), max(until, spans[j].Until)
		j++
	}
	if j == i+1 {
		spans[i] = Span{from, until}
		return
	}
	src.Spans = slices.Replace(spans, i, j, Span{from, until})
	if src.mostSpans > 0 && len(src.Spans) > src.mostSpans {
		src.fragment()
	}
}

// fragment gives up telling which time was covered. Whether it comes to that may
// depend on the order, unlike all else, as spans grow together: but 65,536 gaps
// are more than a year of nothing else.
func (src *Source) fragment() { src.Spans, src.Fragmented = nil, true }
