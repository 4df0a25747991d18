package demo

import (
	"bytes"
	"net/http"
	"sort"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// bookmarkEvery is how often a quiet watch says how far it is, as a real
// server does.
const bookmarkEvery = time.Minute

// watcher is one running watch.
type watcher struct {
	call      *call
	accepted  media
	sel       selection
	position  uint64 // every event up to here was sent
	bookmarks bool
	nudged    int
	encode    func(metav1.WatchEvent) error
}

func (c *call) watch() {
	sh, st := c.target.shelf, c.server.store
	accepted, err := negotiate(c.r, sh.kind)
	if err == nil && accepted.info.StreamSerializer == nil {
		err = notAcceptable("watches are not served as " + accepted.info.MediaType)
	}
	if err == nil && accepted.as == asMetadataList {
		err = notAcceptable("you requested PartialObjectMetadataList, but the requested object is not a list")
	}
	if err != nil {
		c.refuse(err)
		return
	}
	opts, sel, err := c.listOptions()
	if err != nil {
		c.refuse(err)
		return
	}
	if c.target.name != "" {
		c.refuse(apierrors.NewBadRequest("watch one object by the field selector metadata.name"))
		return
	}
	if opts.SendInitialEvents != nil {
		c.refuse(invalidOption("sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"))
		return
	}
	from := uint64(0)
	if opts.ResourceVersion != "" {
		if from, err = strconv.ParseUint(opts.ResourceVersion, 10, 64); err != nil {
			c.refuse(apierrors.NewBadRequest("invalid resource version: " + err.Error()))
			return
		}
	}

	w := &watcher{call: c, accepted: accepted, sel: sel, bookmarks: opts.AllowWatchBookmarks, position: from}
	// The watch counts from here: what happens once the client has the header
	// is not missed.
	st.mu.Lock()
	w.nudged = sh.nudged
	tooOld := from > 0 && (from < st.oldest || from < sh.dropped)
	var present []*item
	if from == 0 {
		present, w.position = sh.all(), st.revision
	}
	st.mu.Unlock()
	w.start()
	if tooOld {
		w.expired()
		return
	}
	for _, it := range present {
		if sel.has(it) && w.sendItem(watch.Added, it) != nil {
			return
		}
	}
	var deadline <-chan time.Time
	if opts.TimeoutSeconds != nil && *opts.TimeoutSeconds > 0 {
		deadline = time.After(time.Duration(*opts.TimeoutSeconds) * time.Second)
	}
	w.run(sh, st, deadline)
}

// start sends the header and prepares the framing.
func (w *watcher) start() {
	mediaType, stream := w.accepted.info.MediaType, w.accepted.info.StreamSerializer
	if mediaType != runtime.ContentTypeJSON {
		mediaType += ";stream=watch"
	}
	out := w.call.w
	out.Header().Set("Content-Type", mediaType)
	out.WriteHeader(http.StatusOK)
	frame := stream.NewFrameWriter(out)
	w.encode = func(e metav1.WatchEvent) error {
		var b bytes.Buffer
		if err := stream.Encode(&e, &b); err != nil {
			return err
		}
		_, err := frame.Write(b.Bytes())
		return err
	}
	w.flush()
}

func (w *watcher) flush() { _ = http.NewResponseController(w.call.w).Flush() }

// run sends what happens until the client goes away, the time is over, or the
// watch has fallen too far behind.
func (w *watcher) run(sh *shelf, st *store, deadline <-chan time.Time) {
	ticker := time.NewTicker(bookmarkEvery)
	defer ticker.Stop()
	for {
		st.mu.Lock()
		behind := sh.dropped > w.position
		first := sort.Search(len(sh.events), func(i int) bool { return sh.events[i].revision > w.position })
		news, changed, nudged := sh.events[first:len(sh.events):len(sh.events)], sh.changed, sh.nudged
		now := max(st.revision, w.position)
		st.mu.Unlock()
		if behind {
			w.expired()
			return
		}
		for _, e := range news {
			if w.send(e) != nil {
				return
			}
		}
		w.position = now
		if nudged != w.nudged {
			w.nudged = nudged
			w.bookmark()
		}
		w.flush()
		select {
		case <-changed:
		case <-ticker.C:
			w.bookmark()
		case <-deadline:
			w.bookmark()
			return
		case <-w.call.r.Context().Done():
			return
		}
	}
}

// send tells the client what an event means for its selection: an object that
// begins to match is added, one that ceases to match is deleted.
func (w *watcher) send(e event) error {
	matched := e.before != nil && w.sel.has(e.before)
	matches := e.kind != watch.Deleted && w.sel.has(e.after)
	switch {
	case matched && matches:
		return w.sendItem(watch.Modified, e.after)
	case matches:
		return w.sendItem(watch.Added, e.after)
	case matched && e.kind == watch.Deleted:
		return w.sendItem(watch.Deleted, e.after)
	case matched:
		// The last state that matched, with the version of the change.
		last := e.before.object.DeepCopyObject()
		gone, err := itemOf(e.before.key, last)
		if err != nil {
			return err
		}
		gone.meta.SetResourceVersion(strconv.FormatUint(e.revision, 10))
		return w.sendItem(watch.Deleted, gone)
	}
	return nil
}

func (w *watcher) sendItem(kind watch.EventType, it *item) error {
	if w.accepted.as == asMetadata {
		return w.sendObject(kind, partial(it))
	}
	return w.sendObject(kind, it.object)
}

func (w *watcher) sendObject(kind watch.EventType, o runtime.Object) error {
	var b bytes.Buffer
	if err := w.accepted.info.Serializer.Encode(o, &b); err != nil {
		return err
	}
	return w.encode(metav1.WatchEvent{Type: string(kind), Object: runtime.RawExtension{Raw: b.Bytes()}})
}

// bookmark says up to which resourceVersion the client has seen everything.
func (w *watcher) bookmark() {
	if !w.bookmarks {
		return
	}
	o, err := w.call.target.shelf.kind.empty()
	if err != nil {
		return
	}
	it, err := itemOf(key{}, o)
	if err != nil {
		return
	}
	it.meta.SetResourceVersion(strconv.FormatUint(w.position, 10))
	o.GetObjectKind().SetGroupVersionKind(w.call.target.shelf.kind.gvk())
	_ = w.sendItem(watch.Bookmark, it)
	w.flush()
}

// expired ends the watch with the error event that a real server sends, after
// a header that promised success.
func (w *watcher) expired() {
	err := apierrors.NewResourceExpired("too old resource version: " + strconv.FormatUint(w.position, 10))
	err.ErrStatus.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
	_ = w.sendObject(watch.Error, &err.ErrStatus)
	w.flush()
}
