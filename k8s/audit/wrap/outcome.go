package wrap

import "errors"

// Outcome counts what became of the events in a record. The zero Outcome is
// that of an empty record.
type Outcome struct {
	Events int // decoded and given
	// Other are records that hold no audit event by their nature: logs of other
	// components that share a stream. They hide nothing; but if there is nothing
	// else, the input was not an audit log.
	Other int
	// The rest could not be used, and may hide a use.
	Malformed   int // does not follow its format
	Truncated   int // broke off: annotations are the last key of an event, and so lost
	Oversize    int // larger, or inflates to more, than may be held
	Unsupported int // well formed, but of no known form
}

// Add adds the counts of another outcome.
func (o *Outcome) Add(p Outcome) {
	o.Events += p.Events
	o.Other += p.Other
	o.Malformed += p.Malformed
	o.Truncated += p.Truncated
	o.Oversize += p.Oversize
	o.Unsupported += p.Unsupported
}

// Lost is how many could not be used.
func (o Outcome) Lost() int { return o.Malformed + o.Truncated + o.Oversize + o.Unsupported }

// What can be wrong with JSON. They stay inside the package, as counts.
var (
	errShort  = errors.New("the JSON ends too early")
	errSyntax = errors.New("this is not JSON")
)
