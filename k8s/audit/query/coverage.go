package query

import "timebound/model/usage"

// cover adds a row of coverage to what was read of a server's log.
func (in *intake) cover(c cells) error {
	ignore(in, coverageColumns, c)
	var s Span
	if err := fill(&s, coverageColumns, c); err != nil {
		return err
	}
	if s.Whole > s.Lines {
		return fault("whole", c["whole"], "at most as many as lines")
	}
	if s.Server == "" {
		s.Server = in.options.Server
	}
	source := in.summary.Source(s.Server)
	if s.Verb != "" || s.Stage != "" {
		// The same lines stand in the rows with times: here they only show what the
		// audit policy writes down, for which once is enough.
		source.Sample(&usage.Event{Verb: s.Verb, Stage: stages[s.Stage]})
		return nil
	}
	if s.LastSeen < s.FirstSeen {
		return fault("last_seen", c["last_seen"], "later than first_seen")
	}
	const window = 600_000_000 // within it, no gap is long enough to be one
	if s.LastSeen-s.FirstSeen > window {
		return fault("last_seen", c["last_seen"], "within ten minutes of first_seen")
	}
	if s.FirstSeen != 0 {
		source.Cover(s.FirstSeen, s.LastSeen)
	}
	source.Lines += s.Lines
	source.Truncated += s.Lines - s.Whole
	in.report.Lines += s.Lines
	in.report.Unread += s.Lines - s.Whole
	return nil
}
