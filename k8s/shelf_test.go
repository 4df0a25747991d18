package k8s

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"timebound/k8s/stream"
	"timebound/k8s/trim"
	"timebound/model"
)

func tokenShelf() *shelfOf[model.Token] {
	return newShelves()[0].(*shelfOf[model.Token])
}

// Whatever lists and events come, in whatever order, the shelf shows what a
// plain map would hold, in the order of keys, and never touches a slice that it
// handed out.
func TestShelfShowsWhatCame(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		sh, want := tokenShelf(), map[model.Key]string{}
		object := func() *metav1.PartialObjectMetadata {
			return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
				Namespace: fmt.Sprintf("n%d", r.IntN(4)), Name: fmt.Sprintf("t%d", r.IntN(8)), ResourceVersion: fmt.Sprint(r.IntN(1000)),
			}}
		}
		var handed, copied []*model.Token
		for range 30 {
			switch r.IntN(6) {
			case 0: // a new list, in two parts
				sh.begin()
				clear(want)
				for part := range 2 {
					for range r.IntN(6) {
						o := object()
						o.Namespace = fmt.Sprintf("part%d", part)
						key := model.Key{Namespace: o.Namespace, Name: o.Name}
						sh.draft[o.Namespace] = append(sh.draft[o.Namespace], trim.Token(o))
						want[key] = o.ResourceVersion
					}
				}
				sh.adopt()
			case 1:
				o := object()
				sh.apply(watch.Deleted, o, form{})
				delete(want, model.Key{Namespace: o.Namespace, Name: o.Name})
			default:
				o := object()
				sh.apply(watch.Modified, o, form{})
				want[model.Key{Namespace: o.Namespace, Name: o.Name}] = o.ResourceVersion
			}
			sh.full = true
			if r.IntN(3) > 0 {
				continue
			}
			var inv model.Inventory
			sh.fill(&inv)
			if !slices.Equal(handed, copied) {
				t.Fatal("a slice that was handed out changed")
			}
			handed, copied = inv.Tokens, slices.Clone(inv.Tokens)
			if len(inv.Tokens) != len(want) {
				t.Fatalf("seed %d: %d tokens, want %d", seed, len(inv.Tokens), len(want))
			}
			for i, token := range inv.Tokens {
				if want[token.Key] != token.ResourceVersion {
					t.Fatalf("seed %d: %s at %s, want %s", seed, token.Key, token.ResourceVersion, want[token.Key])
				}
				if i > 0 && inv.Tokens[i-1].Key.Compare(token.Key) >= 0 {
					t.Fatalf("seed %d: out of order at %s", seed, token.Key)
				}
			}
		}
	}
}

// A second load does not show before it is whole; a first one does.
func TestShelfDrafts(t *testing.T) {
	item := []byte(`{"metadata":{"namespace":"shop","name":"a"}}`)
	sh := tokenShelf()
	read := func() {
		one, add := sh.page(form{}, "")
		if err := one(item, stream.JSON); err != nil {
			t.Fatal(err)
		}
		add()
	}
	shown := func() int {
		var inv model.Inventory
		sh.fill(&inv)
		return len(inv.Tokens)
	}
	sh.begin()
	read()
	if shown() != 1 {
		t.Error("the first load does not show while it grows")
	}
	sh.adopt()
	sh.begin()
	if shown() != 1 {
		t.Error("the second load took the first away")
	}
	sh.drop()
	if shown() != 1 || sh.count() != 1 {
		t.Error("a failed load took the data away")
	}
	if sh.apply(watch.Added, &metav1.Status{}, form{}) != effectForeign {
		t.Error("an event of another kind was taken")
	}
}

// A pod's status changes all the time and is not kept: such an event must not
// cause everything to be judged anew. What was listed and what is watched must
// compare equal for that.
func TestEventsThatChangeNothingKeptAreNoChange(t *testing.T) {
	var pods shelf
	for _, sh := range newShelves() {
		if sh.about().name == model.KindPods {
			pods = sh
		}
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "1", ResourceVersion: "5", CreationTimestamp: metav1.Unix(1_700_000_000, 0)},
		Spec: corev1.PodSpec{Volumes: []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{
			Secret: &corev1.SecretVolumeSource{SecretName: "s"},
		}}}},
	}
	list, err := json.Marshal(corev1.PodList{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"}, Items: []corev1.Pod{*pod},
	})
	if err != nil {
		t.Fatal(err)
	}
	pods.begin()
	item, add := pods.page(form{}, "")
	if _, err := stream.ReadList(bytes.NewReader(list), pods.about().listKind, item); err != nil {
		t.Fatal(err)
	}
	add()
	pods.adopt()
	before := pods.version()

	pod.ResourceVersion, pod.Status.Message = "6", "ready"
	if did := pods.apply(watch.Modified, pod, form{}); did != effectNone || pods.version() != before {
		t.Errorf("a new status counts as %v", did)
	}
	pod.Status.PodIP = "10.0.0.7" // once in a pod's life
	if did := pods.apply(watch.Modified, pod, form{}); did != effectChanged {
		t.Errorf("its first address counts as %v", did)
	}
	pod.Spec.Volumes[0].Secret.SecretName = "other"
	if did := pods.apply(watch.Modified, pod, form{}); did != effectChanged {
		t.Errorf("another secret counts as %v", did)
	}
	if did := pods.apply(watch.Modified, pod, form{}); did != effectNone {
		t.Errorf("the same once more counts as %v", did)
	}
	if did := pods.apply(watch.Deleted, pod, form{}); did != effectChanged {
		t.Errorf("deletion counts as %v", did)
	}
	if did := pods.apply(watch.Deleted, pod, form{}); did != effectNone {
		t.Errorf("deletion of what is gone counts as %v", did)
	}
}

func TestBackoff(t *testing.T) {
	for n := range 100 {
		d := backoff(n)
		if d < firstRetry/2 || d > lastRetry {
			t.Errorf("attempt %d waits %s", n, d)
		}
	}
	if backoff(0) > time.Second || backoff(50) < lastRetry/2 {
		t.Error("waits do not grow")
	}
}

// A change in one of 100,000 objects costs little more than copying pointers.
func BenchmarkShelfOneChange(b *testing.B) {
	sh := tokenShelf()
	for i := range 100_000 {
		key := fmt.Sprintf("token-%06d", i)
		sh.draft[""] = append(sh.draft[""], &model.Token{Key: model.Key{Namespace: "shop", Name: key}})
	}
	sh.adopt()
	o := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "token-050000"}}
	for i := 0; b.Loop(); i++ {
		o.ResourceVersion = fmt.Sprint(i)
		sh.apply(watch.Modified, o, form{})
		var inv model.Inventory
		sh.fill(&inv)
	}
}

// Whatever an answer holds, reading it into a shelf ends with rows or an error.
func FuzzShelfPage(f *testing.F) {
	f.Add(byte(1), []byte(`{"kind":"PodList","metadata":{},"items":[{"metadata":{"name":"web"},"spec":{"volumes":[{"secret":{"secretName":"s"}}]}}]}`))
	f.Add(byte(0), []byte(`{"kind":"PartialObjectMetadataList","metadata":{},"items":[{"metadata":{"name":"t","labels":{"a":"b"}}}]}`))
	f.Add(byte(11), []byte(`{"kind":"DeploymentConfigList","metadata":{},"items":[{"metadata":{"name":"d"},"spec":{"template":null}}]}`))
	f.Add(byte(3), []byte("k8s\x00\x0a\x00"))
	f.Fuzz(func(t *testing.T, which byte, answer []byte) {
		shelves := newShelves()
		sh := shelves[int(which)%len(shelves)]
		sh.begin()
		item, add := sh.page(form{}, "")
		if _, err := stream.ReadList(bytes.NewReader(answer), sh.about().listKind, item); err != nil {
			return
		}
		added := add()
		sh.adopt()
		if sh.count() > added {
			t.Errorf("%d rows of %d objects", sh.count(), added)
		}
		sh.fill(&model.Inventory{})
	})
}
