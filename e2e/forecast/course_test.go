package forecast

import (
	"strings"
	"time"

	"timebound/model"
	"timebound/plan/cleaner"
)

// leg is a version of Kubernetes and the day of the run on which it comes.
type leg struct {
	day     int
	version string
}

// recordedFor is for how many days uses have been recorded when a run begins:
// less than a period, so that nothing happens at first.
const recordedFor = 2

// courseOf is what the forecast is told of a run.
func courseOf(clock clock, period time.Duration, legs []leg) cleaner.Course {
	c := cleaner.Course{
		Since:  model.NewDayLabel((clock.today - recordedFor).String()),
		Today:  clock.today,
		PassAt: clock.passAt,
	}
	for _, l := range legs {
		c.Spans = append(c.Spans, cleaner.Span{From: clock.today + model.Day(l.day), Manner: mannerOf(l.version), Period: period})
	}
	return c
}

// mannerOf is what upstream's cleaner does in a version that has one.
func mannerOf(version string) cleaner.Manner {
	if strings.HasPrefix(version, "1.28.") {
		return cleaner.Deletes
	}
	return cleaner.Invalidates
}
