package usage

import (
	"slices"
	"time"
)

// GapAfter is how long nothing may be written to an audit log before that is
// taken for a gap. An API server's own components ask it several times a minute,
// unless the audit policy leaves them out.
const GapAfter = 10 * time.Minute

// Others is the source in which those beyond the bound are pooled. Which time it
// covers is not known, as it is of several servers.
const Others = "(others)"

// otherVerb stands for verbs that Kubernetes does not have.
const otherVerb = "(other)"

// knownVerbs are those of requests (k8s.io/apiserver
// pkg/endpoints/request/requestinfo.go); requests for no object have the HTTP
// method in small letters.
var knownVerbs = []string{
	"create", "delete", "deletecollection", "get", "head", "list", "options", "patch", "post", "proxy", "put", "update", "watch",
}

// readingVerbs are those of requests that only read.
var readingVerbs = []string{"get", "list", "watch"}

// Source is what was read of one API server's log.
type Source struct {
	// Spans is the time that was covered, sorted, with gaps longer than GapAfter
	// between them. Cover adds to it.
	Spans []Span
	// Fragmented says that there were more spans than are kept, or that this is of
	// several servers: then the time covered is not known.
	Fragmented bool
	Lines      uint64
	Bytes      uint64
	// What could not be used, and so may hide a use.
	Malformed, Truncated, Oversize, Unsupported uint64
	// Sampled verbs show what the policy writes down: a log without get and list
	// says nothing of readers. Verbs that Kubernetes does not have count as one.
	Verbs map[string]uint64
	// Stages sampled, likewise.
	Stages Stages
	// Files are what it was read from: to see that two summaries tell of the same.
	// Read adds to them.
	Files map[FileKey]File
	// MoreFiles says that there were more than are kept.
	MoreFiles bool

	mostSpans, mostFiles int
}

// Source gives the source of a name, made if it is new. It is good until Source is
// called with another name, or anything but Add and AddCounted on the Summary: the
// last names in order are pooled when there are too many.
func (s *Summary) Source(name string) *Source {
	name = s.texts.fit(name)
	if src := s.Sources[name]; src != nil {
		return src
	}
	if name != Others && len(s.Sources) >= s.bounds.sources {
		own, last := s.ownSources()
		if own >= s.bounds.sources {
			if name > last {
				return s.others()
			}
			s.pool(last)
		}
	}
	src := &Source{
		Fragmented: name == Others, Verbs: map[string]uint64{}, Files: map[FileKey]File{},
		mostSpans: s.bounds.spans, mostFiles: s.bounds.files,
	}
	s.Sources[s.texts.keep(name)] = src
	return src
}

func (s *Summary) others() *Source { return s.Source(Others) }

// ownSources counts the sources that have a name of their own, and gives the last
// in order.
func (s *Summary) ownSources() (count int, last string) {
	for name := range s.Sources {
		if name != Others {
			count, last = count+1, max(last, name)
		}
	}
	return count, last
}

// pool moves a source to the others. A name that is pooled once is pooled for
// good, as names only get more.
func (s *Summary) pool(name string) {
	src := s.Sources[name]
	delete(s.Sources, name)
	s.others().merge(src)
}

// Sample notes a line that was looked at whether or not it tells of a use: its
// verb and stage show what the policy writes down.
func (src *Source) Sample(e *Event) { src.SampleCounted(e.Verb, e.Stage, 1) }

// SampleCounted notes n such lines. A verb "" is not known.
func (src *Source) SampleCounted(verb string, stage Stage, n uint64) {
	stage = stage.row()
	src.Stages[stage] = plus(src.Stages[stage], n)
	src.sampleVerb(verb, n)
}

func (src *Source) sampleVerb(verb string, n uint64) {
	if verb == "" {
		return
	}
	known := otherVerb
	if i, found := slices.BinarySearch(knownVerbs, verb); found {
		known = knownVerbs[i] // verb may be borrowed
	}
	verb = known
	src.Verbs[verb] = plus(src.Verbs[verb], n)
}

// settleVerbs puts verbs in their place that were counted in Verbs directly.
func (src *Source) settleVerbs() {
	for verb, n := range src.Verbs {
		if _, found := slices.BinarySearch(knownVerbs, verb); !found && verb != otherVerb {
			delete(src.Verbs, verb)
			src.sampleVerb(verb, n)
		}
	}
}

// lost counts the lines that could not be used.
func (src *Source) lost() uint64 {
	return plus(plus(src.Malformed, src.Truncated), plus(src.Oversize, src.Unsupported))
}

// merge adds o to src.
func (src *Source) merge(o *Source) {
	for _, s := range o.Spans {
		src.Cover(s.From, s.Until)
	}
	if o.Fragmented {
		src.fragment()
	}
	mine, theirs := src.counters(), o.counters()
	for i := range mine {
		*mine[i] = plus(*mine[i], *theirs[i])
	}
	for verb, n := range o.Verbs {
		src.sampleVerb(verb, n)
	}
	src.Stages.add(o.Stages)
	for _, f := range o.Files {
		src.Read(f)
	}
	src.MoreFiles = src.MoreFiles || o.MoreFiles
}

func (src *Source) counters() [6]*uint64 {
	return [...]*uint64{&src.Lines, &src.Bytes, &src.Malformed, &src.Truncated, &src.Oversize, &src.Unsupported}
}
