package usage

// bounds keep a Summary small, whoever writes the log. All but the numbers
// of uses and of spans bite in a way that does not depend on the order of events:
// what stays is decided by what there was, never by what came first.
type bounds struct {
	uses    int // then no new ones
	issues  int // the latest
	sources int // the first in order; the others are pooled
	spans   int // of a source; then its time is not known
	files   int // of a source, the first in order
	days    int // of a use, the latest
	// All uses together may have about callers callers, each of them fewestCallers
	// at least and mostCallers at most.
	callers, fewestCallers, mostCallers int
}

const (
	maxUses    = 1_000_000
	maxIssues  = 10_000
	maxSources = 256
	maxSpans   = 65_536
	maxFiles   = 4_096
	maxDays    = 800 // two years, and a while to look at them
	maxNames   = 16  // of verbs, resources and namespaces of a caller, each
)

var standard = bounds{
	uses: maxUses, issues: maxIssues, sources: maxSources, spans: maxSpans, files: maxFiles, days: maxDays,
	callers: 131_072, fewestCallers: 16, mostCallers: 256,
}

// callersOf gives how many callers each of so many uses may have. It never
// rises with their number: so a grain that was too fine once is too fine for good.
func (b bounds) callersOf(uses int) int {
	return max(b.fewestCallers, min(b.mostCallers, b.callers/max(uses, 1)))
}

// plus adds without running over: a count that has reached the top stays there,
// in whatever order it is added up.
func plus(a, b uint64) uint64 {
	if sum := a + b; sum >= a {
		return sum
	}
	return ^uint64(0)
}
