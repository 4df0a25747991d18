package demo_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"timebound/k8s/demo"
)

func TestWatchesSeeWhatHappensToTheWorld(t *testing.T) {
	s := demoWorld(t)
	list, err := partial(t, s).Resource(secrets).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w, err := partial(t, s).Resource(secrets).Watch(t.Context(), metav1.ListOptions{
		ResourceVersion: list.ResourceVersion, AllowWatchBookmarks: true,
		FieldSelector: "type=kubernetes.io/service-account-token",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	put := func(objects ...*corev1.Secret) {
		t.Helper()
		for _, o := range objects {
			if err := s.Put(o); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(secret("fresh", nil))
	put(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "not-a-token"}, Type: corev1.SecretTypeOpaque})
	put(secret("fresh", map[string]string{"kubernetes.io/legacy-token-last-used": "2026-11-22"}))
	if err := s.Remove(secret("fresh", nil)); err != nil {
		t.Fatal(err)
	}
	s.Bookmark()
	var uid string
	for _, want := range []watch.EventType{watch.Added, watch.Modified, watch.Deleted, watch.Bookmark} {
		e := receive(t, w)
		o, ok := e.Object.(*metav1.PartialObjectMetadata)
		if !ok || e.Type != want {
			t.Fatalf("want %s, got %s: %v", want, e.Type, e.Object)
		}
		if want != watch.Bookmark {
			if o.Name != "fresh" || uid != "" && string(o.UID) != uid || o.CreationTimestamp.IsZero() {
				t.Errorf("%s: %+v", want, o.ObjectMeta)
			}
			uid = string(o.UID)
		} else if o.ResourceVersion <= list.ResourceVersion {
			t.Errorf("bookmark at %s", o.ResourceVersion)
		}
	}
	if err := s.Remove(secret("fresh", nil)); err == nil {
		t.Error("removed what is not there")
	}
}

func receive(t *testing.T, w watch.Interface) watch.Event {
	t.Helper()
	select {
	case e, open := <-w.ResultChan():
		if !open {
			t.Fatal("the watch ended")
		}
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("no event within 10 s")
	}
	return watch.Event{}
}

func TestExpireForgetsThePastButRunningWatchesGoOn(t *testing.T) {
	s := demoWorld(t)
	client := typed(t, s).CoreV1().Secrets("")
	first, err := client.List(t.Context(), metav1.ListOptions{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	running, err := client.Watch(t.Context(), metav1.ListOptions{ResourceVersion: first.ResourceVersion})
	if err != nil {
		t.Fatal(err)
	}
	defer running.Stop()
	s.Expire()

	// The next page is gone, but the refusal offers to go on with what is there now.
	_, err = client.List(t.Context(), metav1.ListOptions{Limit: 50, Continue: first.Continue})
	if !apierrors.IsResourceExpired(err) {
		t.Fatalf("second page: %v", err)
	}
	next := err.(apierrors.APIStatus).Status().Continue
	seen := len(first.Items)
	for next != "" {
		page, err := client.List(t.Context(), metav1.ListOptions{Limit: 50, Continue: next})
		if err != nil {
			t.Fatal(err)
		}
		seen, next = seen+len(page.Items), page.Continue
	}
	if want := len(first.Items) + int(*first.RemainingItemCount); seen != want {
		t.Errorf("the inconsistent rest gives %d in sum, want %d", seen, want)
	}

	late, err := client.Watch(t.Context(), metav1.ListOptions{ResourceVersion: first.ResourceVersion})
	if err != nil {
		t.Fatal(err)
	}
	defer late.Stop()
	if e := receive(t, late); e.Type != watch.Error || !apierrors.IsResourceExpired(apierrors.FromObject(e.Object)) {
		t.Errorf("a watch from the forgotten past: %s %v", e.Type, e.Object)
	}
	if err := s.Put(secret("fresh", nil)); err != nil {
		t.Fatal(err)
	}
	if e := receive(t, running); e.Type != watch.Added {
		t.Errorf("the running watch: %s %v", e.Type, e.Object)
	}
}

func TestDroppedConnectionsEndWatchesAndNewRequestsWork(t *testing.T) {
	s := demoWorld(t)
	w, err := partial(t, s).Resource(secrets).Watch(t.Context(), metav1.ListOptions{ResourceVersion: "900000000000"})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	s.DropConnections()
	deadline := time.After(10 * time.Second)
	for open := true; open; {
		select {
		case _, open = <-w.ResultChan():
		case <-deadline:
			t.Fatal("the watch goes on")
		}
	}
	if _, err := typed(t, s).CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{}); err != nil {
		t.Error(err)
	}
}

func TestCloseEndsRunningWatches(t *testing.T) {
	s, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	w, err := partial(t, s).Resource(secrets).Watch(t.Context(), metav1.ListOptions{ResourceVersion: "900000000000"})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	closed := make(chan struct{})
	go func() { s.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Fatal("Close waits for the watch")
	}
}
