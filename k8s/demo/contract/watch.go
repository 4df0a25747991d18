package contract

import (
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// opener starts a watch on the secrets of a namespace, in one of the forms.
type opener func(ns string, o metav1.ListOptions) (watch.Interface, error)

func (s *server) watches(t *testing.T) {
	for name, open := range map[string]opener{
		"JSON": func(ns string, o metav1.ListOptions) (watch.Interface, error) {
			return s.typed.CoreV1().Secrets(ns).Watch(t.Context(), o)
		},
		"protobuf": func(ns string, o metav1.ListOptions) (watch.Interface, error) {
			return s.protobuf.CoreV1().Secrets(ns).Watch(t.Context(), o)
		},
		"metadata": func(ns string, o metav1.ListOptions) (watch.Interface, error) {
			return s.metadata.Resource(secrets).Namespace(ns).Watch(t.Context(), o)
		},
		"dynamic": func(ns string, o metav1.ListOptions) (watch.Interface, error) {
			return s.dynamic.Resource(secrets).Namespace(ns).Watch(t.Context(), o)
		},
	} {
		t.Run(name, func(t *testing.T) { s.watched(t, open) })
	}
	t.Run("ends in time", s.watchEnds)
	t.Run("on the wire", s.watchWire)
}

func (s *server) watched(t *testing.T, open opener) {
	t.Helper()
	ns := s.newNamespace(t)
	client := s.typed.CoreV1().Secrets(ns)
	before := s.create(t, ns, opaque("before"))
	list, err := client.List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := open(ns, metav1.ListOptions{ResourceVersion: list.ResourceVersion, AllowWatchBookmarks: true})
	if err != nil {
		t.Fatal(err)
	}
	defer all.Stop()
	marked, err := open(ns, metav1.ListOptions{ResourceVersion: list.ResourceVersion, LabelSelector: "mark"})
	if err != nil {
		t.Fatal(err)
	}
	defer marked.Stop()

	one := s.create(t, ns, opaque("one"))
	expect(t, all, watch.Added, "one", one.ResourceVersion)
	for _, body := range []string{`{"metadata":{"labels":{"mark":"1"}}}`, `{"metadata":{"labels":{"mark":"2"}}}`, `{"metadata":{"labels":{"mark":null}}}`} {
		if one, err = client.Patch(t.Context(), "one", types.MergePatchType, []byte(body), metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
		expect(t, all, watch.Modified, "one", one.ResourceVersion)
		switch one.Labels["mark"] {
		case "1":
			expect(t, marked, watch.Added, "one", one.ResourceVersion)
		case "2":
			expect(t, marked, watch.Modified, "one", one.ResourceVersion)
		default:
			// What ceases to match is deleted for this watch.
			expect(t, marked, watch.Deleted, "one", one.ResourceVersion)
		}
	}
	if err := client.Delete(t.Context(), "before", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	gone := expect(t, all, watch.Deleted, "before", "")
	if gone.GetUID() != before.UID || gone.GetResourceVersion() == before.ResourceVersion {
		t.Errorf("deleted: UID %s, version %s", gone.GetUID(), gone.GetResourceVersion())
	}

	// From an earlier version everything since then is told again.
	replay, err := open(ns, metav1.ListOptions{ResourceVersion: list.ResourceVersion})
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Stop()
	for _, kind := range []watch.EventType{watch.Added, watch.Modified, watch.Modified, watch.Modified, watch.Deleted} {
		next(t, replay, kind)
	}
	// Without a version what is there comes first.
	fresh, err := open(ns, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Stop()
	expect(t, fresh, watch.Added, "one", one.ResourceVersion)
}

func (s *server) watchEnds(t *testing.T) {
	seconds := int64(1)
	w, err := s.typed.CoreV1().Secrets(s.newNamespace(t)).Watch(t.Context(), metav1.ListOptions{TimeoutSeconds: &seconds})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case e, open := <-w.ResultChan():
			if !open {
				return
			}
			if e.Type != watch.Bookmark && e.Type != watch.Added {
				t.Fatalf("%s: %v", e.Type, e.Object)
			}
		case <-deadline:
			t.Fatal("timeoutSeconds=1 did not end the watch")
		}
	}
}

// watchWire looks at the header and the bytes of a watch.
func (s *server) watchWire(t *testing.T) {
	ns := s.newNamespace(t)
	s.create(t, ns, opaque("one"))
	path := "/api/v1/namespaces/" + ns + "/secrets?watch=1&timeoutSeconds=1"
	const asMetadata = ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
	for _, c := range []struct {
		accept, contentType string
		reveals             bool
	}{
		{"application/json", "application/json", true},
		{"application/json" + asMetadata, "application/json", false},
		{"application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf;stream=watch", true},
		{"application/vnd.kubernetes.protobuf" + asMetadata, "application/vnd.kubernetes.protobuf;stream=watch", false},
	} {
		got := s.raw(t, http.MethodGet, path, "", "Accept: "+c.accept)
		if got.code != http.StatusOK || got.contentType != c.contentType {
			t.Errorf("%s: %d %s", c.accept, got.code, got.contentType)
		}
		if !strings.Contains(string(got.body), "ADDED") || reveals(got.body) != c.reveals {
			t.Errorf("%s: reveals %v, body %q", c.accept, reveals(got.body), got.body)
		}
	}
	if got := s.raw(t, http.MethodGet, path, "", "Accept: application/yaml"); got.code != http.StatusNotAcceptable {
		t.Errorf("a watch as YAML: %d", got.code)
	}
}

// next waits for the next event that is no bookmark.
func next(t *testing.T, w watch.Interface, want watch.EventType) watch.Event {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case e, open := <-w.ResultChan():
			if !open {
				t.Fatalf("the watch ended, want %s", want)
			}
			if e.Type == watch.Bookmark || skip(e) {
				continue
			}
			if e.Type != want {
				t.Fatalf("want %s, got %s: %v", want, e.Type, e.Object)
			}
			return e
		case <-deadline:
			t.Fatalf("no event within 10 s, want %s", want)
		}
	}
}

// skip passes over what controllers of a real cluster make on their own.
func skip(e watch.Event) bool {
	m, err := meta.Accessor(e.Object)
	return err == nil && strings.HasPrefix(m.GetAnnotations()[corev1.ServiceAccountNameKey], "default")
}

func expect(t *testing.T, w watch.Interface, kind watch.EventType, name, version string) metav1.Object {
	t.Helper()
	e := next(t, w, kind)
	m, err := meta.Accessor(e.Object)
	if err != nil {
		t.Fatal(err)
	}
	if m.GetName() != name || version != "" && m.GetResourceVersion() != version {
		t.Errorf("%s: want %s at %s, got %s at %s", kind, name, version, m.GetName(), m.GetResourceVersion())
	}
	return m
}
