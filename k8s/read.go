package k8s

import (
	"context"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/stream"
	"timebound/model"
)

// Bounds on what is asked for at the same time. A person shares about 49 seats
// of an API server with all others (API priority and fairness, global-default);
// a list takes up to ten.
const (
	listsAtOnce      = 6
	namespacesAtOnce = 8
)

// reader reads everything once: the whole inventory for scan, one load of a
// feed. Its helpers are shared by the kinds that are read at the same time.
type reader struct {
	s          *Session
	slots      chan struct{}
	report     func(model.Progress)
	groups     func() ([]string, error)
	namespaces func() ([]string, error)
}

// newReader makes a reader whose shared requests end with ctx.
func (s *Session) newReader(ctx context.Context, report func(model.Progress)) *reader {
	r := &reader{s: s, slots: make(chan struct{}, listsAtOnce), report: report}
	r.groups = sync.OnceValues(func() ([]string, error) { return s.apiGroups(ctx) })
	r.namespaces = sync.OnceValues(func() ([]string, error) { return s.namespaceNames(ctx) })
	return r
}

// part is a piece of a kind that was read and can be watched on.
type part struct {
	namespace string // "" for all
	form      form
	version   string
}

// reading is how the reading of one kind went.
type reading struct {
	coverage model.KindCoverage
	parts    []part
	problems []model.Problem
	// broken is set if the connection failed and not the kind: asking again
	// later is worth it, and everything else fails as well.
	broken error
}

// read reads one kind into the shelf's draft and adopts it if anything could
// be read. version is as in Session.list.
func (r *reader) read(ctx context.Context, sh shelf, version string) reading {
	k := sh.about()
	track := &tracker{kind: k.name, started: time.Now(), report: r.report, total: -1}
	track.send(false, false)
	sh.begin()

	result := r.readForms(ctx, sh, version, track)
	failed := result.coverage.State == model.CoverageFailed
	if failed {
		sh.drop()
	} else {
		sh.adopt()
		result.coverage.Count = sh.count()
	}
	result.coverage.Cached = version == "0" && !failed
	track.send(true, failed)
	return result
}

func (r *reader) readForms(ctx context.Context, sh shelf, version string, track *tracker) reading {
	k := sh.about()
	if k.openShift {
		// If the groups cannot be read, the kind is asked for all the same.
		if groups, err := r.groups(); err == nil && !openShiftGroups(groups) {
			return reading{coverage: model.KindCoverage{State: model.CoverageNotServed}}
		}
	}
	for i, f := range k.served {
		result, missing := r.readForm(ctx, sh, f, version, track)
		if !missing {
			return result
		}
		if i == len(k.served)-1 && !k.optional {
			return result
		}
	}
	return reading{coverage: model.KindCoverage{State: model.CoverageNotServed}}
}

// readForm reads a kind in one of its versions; missing says that the server
// does not know that version.
func (r *reader) readForm(ctx context.Context, sh shelf, f form, version string, track *tracker) (_ reading, missing bool) {
	k := sh.about()
	if r.s.only != nil && !k.clustered {
		return r.readEach(ctx, sh, f, r.s.only, version, track)
	}
	l, err := r.list(ctx, sh, f, "", version, track)
	switch {
	case err == nil:
		return reading{
			coverage: model.KindCoverage{State: model.CoverageComplete, Started: l.began, Mixed: l.mixed},
			parts:    []part{{form: f, version: l.version}},
		}, false
	case sortError(err) == troubleForbidden && !k.clustered:
		// Perhaps some namespaces may be read by themselves.
		names, nerr := r.namespaces()
		if nerr != nil || len(names) == 0 {
			failed := r.failed(k, "", err)
			failed.problems[0].Remedy += ", or name the namespaces that you may read with -n"
			return failed, false
		}
		each, missing := r.readEach(ctx, sh, f, names, version, track)
		if each.coverage.State == model.CoverageFailed && each.broken == nil && !missing {
			// Not in one of them: that is told once, and not a thousand times.
			return r.failed(k, "", err), false
		}
		return each, missing
	}
	return r.failed(k, "", err), sortError(err) == troubleMissing
}

// list takes its turn among all lists.
func (r *reader) list(ctx context.Context, sh shelf, f form, namespace, version string, track *tracker) (listing, error) {
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return listing{}, ctx.Err()
	}
	return r.s.list(ctx, sh, f, namespace, version, track.page)
}

// failed makes the reading of a kind of which nothing could be read.
func (r *reader) failed(k *kind, namespace string, err error) reading {
	result := reading{
		coverage: model.KindCoverage{State: model.CoverageFailed, Gaps: []model.Gap{r.gap(k, namespace, err)}},
		problems: []model.Problem{r.s.explainUnread(k, nil, err)},
	}
	if sortError(err).wholeServer() {
		result.broken = err
	}
	return result
}

func (r *reader) gap(k *kind, namespace string, err error) model.Gap {
	var where []string
	if namespace != "" {
		where = []string{namespace}
	}
	g := model.Gap{Kind: k.name, Namespace: namespace, Reason: model.GapFailed, Message: r.s.explainUnread(k, where, err).String()}
	switch sortError(err) {
	case troubleForbidden:
		g.Reason, g.Rule = model.GapForbidden, k.rule()
	case troubleAnswer:
		g.Reason = model.GapTruncated
	}
	return g
}

// apiGroups asks which API groups are served. Every authenticated user may
// (system:discovery).
func (s *Session) apiGroups(ctx context.Context) ([]string, error) {
	var list metav1.APIGroupList
	if err := s.getJSON(ctx, &list, "apis"); err != nil {
		return nil, err
	}
	names := make([]string, len(list.Groups))
	for i := range list.Groups {
		names[i] = list.Groups[i].Name
	}
	return names, nil
}

// getJSON reads one small JSON document.
func (s *Session) getJSON(ctx context.Context, into any, path ...string) error {
	body, err := s.client.Get().AbsPath(path...).SetHeader("Accept", acceptJSON).Stream(ctx)
	if err != nil {
		return err
	}
	return stream.ReadDocument(body, into)
}
