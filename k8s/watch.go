package k8s

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/watch"

	"timebound/k8s/stream"
	"timebound/model"
)

// A watch ends by itself after a while that differs from watch to watch, so
// that a server's watches do not all end together, and a stall that nothing
// else notices does not last.
const (
	watchAtLeast = 5 * time.Minute
	watchAtMost  = 9 * time.Minute
	// watchGrace is how much later we hang up than the server should.
	watchGrace = 30 * time.Second
	// watchFaults is how many watches in a row may fail before the list is
	// read again: after a restore of etcd a version may never come back.
	watchFaults = 3
)

// manyParts is from how many namespaces on a kind is read again every minute
// instead of being watched: each watch is a stream of its own on the server.
const (
	manyParts = 32
	readAgain = time.Minute
)

// watchParts keeps all parts of a kind current. It returns when the kind has
// to be read again, or ctx ended.
func (f *Feed) watchParts(ctx context.Context, sh shelf, parts []part) {
	if len(parts) > manyParts {
		sleep(ctx, readAgain+rand.N(readAgain/4))
		return
	}
	one, cancel := context.WithCancel(ctx)
	defer cancel()
	lost := make([]error, len(parts))
	var wg sync.WaitGroup
	for i, p := range parts {
		wg.Go(func() {
			lost[i] = f.watchPart(one, sh, p)
			cancel()
		})
	}
	wg.Wait()

	name := sh.about().name
	for _, err := range lost {
		if err == nil || ctx.Err() != nil {
			continue
		}
		before := false
		f.update(func() {
			before = f.watched[name]
			f.watched[name], f.unwatched[name] = false, err
		})
		// Not allowed to watch, though to list: reading again has to do. What
		// was allowed before may be soon again, so that does not wait.
		if !before {
			sleep(ctx, readAgain+rand.N(readAgain/4))
		}
		return
	}
}

// opened notes that a kind is watched, whatever was found out before.
func (f *Feed) opened(name model.ObjectKind) {
	f.mu.Lock()
	before := f.watched[name]
	f.watched[name] = true
	f.mu.Unlock()
	if !before {
		f.touch()
	}
}

// watchPart keeps one part of a kind current until the list has to be read
// again or ctx ends; an error says that watching is no use at all. It is a loop
// of our own because client-go's RetryWatcher and reflector want a client that
// falls back to whole objects as plain JSON, and the latter keeps them.
func (f *Feed) watchPart(ctx context.Context, sh shelf, p part) error {
	for faults := 0; ctx.Err() == nil; {
		version, err := f.watchOnce(ctx, sh, p)
		if version != p.version {
			faults = 0
		}
		p.version = version
		if err == nil {
			continue // ended as agreed
		}
		switch t := sortError(err); {
		case t == troubleExpired:
			return nil
		case t == troubleForbidden, t == troubleMissing:
			return err
		case t.wholeServer():
			f.link.broken(ctx, err)
			f.link.wait(ctx)
		default:
			if faults++; faults >= watchFaults {
				return nil
			}
			sleep(ctx, backoff(faults))
		}
	}
	return nil
}

// watchOnce opens one watch and follows it to its end. It gives the version
// that was reached.
func (f *Feed) watchOnce(ctx context.Context, sh shelf, p part) (version string, err error) {
	lasts := watchAtLeast + rand.N(watchAtMost-watchAtLeast)
	ctx, cancel := context.WithTimeout(ctx, lasts+watchGrace)
	defer cancel()
	opened := time.Now()
	w, err := f.s.watch(ctx, sh.about(), p, lasts)
	if err != nil {
		return p.version, err
	}
	defer w.Stop()
	f.opened(sh.about().name)
	version = p.version
	for event := range w.ResultChan() {
		if event.Type == watch.Error {
			return version, apierrors.FromObject(event.Object)
		}
		did := effectNone
		if event.Type != watch.Bookmark {
			did = sh.apply(event.Type, event.Object, p.form)
		}
		if did == effectForeign {
			return version, &stream.Error{Fault: stream.Unexpected, Detail: "a watch event of another kind"}
		}
		if m, merr := meta.Accessor(event.Object); merr == nil && m.GetResourceVersion() != "" {
			version = m.GetResourceVersion()
		}
		if did == effectChanged {
			f.update(func() { f.changed = f.s.now() })
		}
	}
	// A server that hangs up at once would be asked again at once, for ever.
	if time.Since(opened) < time.Second && version == p.version {
		return version, &stream.Error{Fault: stream.Truncated}
	}
	return version, nil
}

// watch opens a watch from the version that a list or an earlier watch left.
func (s *Session) watch(ctx context.Context, k *kind, p part, lasts time.Duration) (watch.Interface, error) {
	req := s.watcher.Get().AbsPath(k.path(p.form, p.namespace)...).
		SetHeader("Accept", k.acceptWatch()).
		Param("watch", "true").
		Param("allowWatchBookmarks", "true").
		Param("resourceVersion", p.version).
		Param("timeoutSeconds", strconv.Itoa(int(lasts.Seconds())))
	if k.selector != "" {
		req.Param("fieldSelector", k.selector)
	}
	// Without retries of its own client-go hides a broken connection only for
	// one try, and then behind a watch that is empty from the start.
	w, err := req.MaxRetries(0).Watch(ctx)
	if err != nil {
		return nil, err
	}
	if _, ok := w.(*watch.StreamWatcher); !ok {
		return nil, fmt.Errorf("open a watch: %w", io.ErrUnexpectedEOF)
	}
	return w, nil
}
