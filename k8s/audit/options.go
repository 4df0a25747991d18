package audit

import (
	"fmt"
	"runtime"

	"timebound/model/usage"
)

// Options say how logs are read. The zero value is fine.
type Options struct {
	// Since and Until are the time of which requests are counted, by their arrival,
	// both ends included; 0 is no bound. An event that says no time is counted.
	Since, Until usage.Micros
	// Workers is how many blocks or streams are read at the same time; 0 is one per
	// processor, 16 at most.
	Workers int
	// MaxLine is the longest line that is held, in bytes; 0 is 64 MiB. Longer ones
	// are counted as oversize and passed over.
	MaxLine int
	// Credentials are the ids of bound tokens whose uses are counted (Presented),
	// without "JTI=".
	Credentials []string
	// Progress, if not nil, is told now and then how much of how much was read, in
	// bytes as they are stored. It is called by one goroutine at a time.
	Progress func(read, total int64)
	// Report, if not nil, is filled with what does not belong in a Summary.
	Report *Report
}

// Report is how the reading went.
type Report struct {
	// Records are lines, or elements of documents; Decoded those that were
	// understood, the others held nothing that is looked for.
	Records, Decoded uint64
	// Repeats are events that were read before, of overlapping files.
	Repeats uint64
	// Unchecked are events beyond the first 1.6 million or so that tell something:
	// whether they were read before was not checked, as it would need memory without
	// bound. If logs overlap, these may count twice.
	Unchecked uint64
	// Troubles are sources that could not be read, or not to their end.
	Troubles []Trouble
}

// Trouble is what went wrong with a source, by its name.
type Trouble struct {
	Source string
	Err    error
}

const (
	defaultMaxLine = 64 << 20
	mostWorkers    = 16
)

func (o Options) settled() (Options, error) {
	switch {
	case o.Workers < 0 || o.MaxLine < 0:
		return o, fmt.Errorf("read audit logs: %d workers, lines of %d bytes: neither can be negative", o.Workers, o.MaxLine)
	case o.Since > o.Until && o.Until != 0:
		return o, fmt.Errorf("read audit logs: the time asked for ends before it begins; swap since and until")
	}
	if o.Workers == 0 {
		o.Workers = min(runtime.GOMAXPROCS(0), mostWorkers)
	}
	if o.MaxLine == 0 {
		o.MaxLine = defaultMaxLine
	}
	return o, nil
}

// covers says whether an instant is in the time asked for.
func (o *Options) covers(at usage.Micros) bool {
	return at == 0 || at >= o.Since && (o.Until == 0 || at <= o.Until)
}
