package usage

import (
	"bytes"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"timebound/model"
)

func TestGrains(t *testing.T) {
	pod := model.Key{Namespace: "ns", Name: "p"}
	for _, c := range []struct {
		agent, peer            string
		product, network, wide string
	}{
		{"kubectl/v1.30.1 (linux/amd64) kubernetes/6911225", "10.1.2.3", "kubectl", "10.1.2.0/24", "10.1.0.0/16"},
		{"argocd-application-controller", "2001:db8:1:2:3::4", "argocd-application-controller", "2001:db8:1:2::/64", "2001:db8:1::/48"},
		{"Go http client", "::ffff:192.168.7.9", "Go", "192.168.7.0/24", "192.168.0.0/16"},
		{"", "fe80::1%eth0", "", "fe80::/64", "fe80::/48"},
		{"/x", "10.1.2.0/24", "", elsewhere, elsewhere},
		{strings.Repeat("a", 300), "", strings.Repeat("a", 253) + cutMark, elsewhere, elsewhere},
		{"a\xffb/1", "\xff", "a\ufffdb", elsewhere, elsewhere},
	} {
		texts := newTexts()
		e := &Event{Agent: c.agent, Peer: c.peer, Pod: pod}
		want := [grains]CallerKey{
			{texts.keep(texts.fit(c.agent)), texts.keep(texts.fit(c.peer)), pod},
			{c.product, texts.keep(texts.fit(c.peer)), pod}, {c.product, c.network, model.Key{}}, {c.product, c.wide, model.Key{}}, {},
		}
		for to := range Grain(grains) {
			if got := texts.callerOf(e, to); got != want[to] {
				t.Errorf("%q at %q at grain %d: %q; want %q", c.agent, c.peer, to, got, want[to])
			}
			for from := range to + 1 {
				if got := texts.coarser(want[from], from, to); got != want[to] {
					t.Errorf("%q from grain %d to %d: %q; want %q", want[from], from, to, got, want[to])
				}
			}
		}
	}
}

func FuzzGrainsAreNested(f *testing.F) {
	f.Add("kubectl/v1", "10.0.0.1", "ns", "p")
	f.Add(strings.Repeat("ä", 200), "::ffff:10.0.0.1", "", "")
	f.Add("a b", "fe80::1%eth0", "\xff", "x")
	f.Fuzz(func(t *testing.T, agent, peer, namespace, pod string) {
		texts := newTexts()
		e := &Event{Agent: agent, Peer: peer, Pod: model.Key{Namespace: namespace, Name: pod}}
		for from := range Grain(grains) {
			key := texts.keepCaller(texts.callerOf(e, from))
			if len(key.Agent) > maxText || !utf8.ValidString(key.Agent+key.Address+key.Pod.Name) {
				t.Fatalf("%q is not fit to be kept", key)
			}
			for to := from; int(to) < grains; to++ {
				if got, want := texts.coarser(key, from, to), texts.callerOf(e, to); got != want {
					t.Fatalf("%q from grain %d to %d: %q; want %q", key, from, to, got, want)
				}
			}
		}
	})
}

func TestTextsAreCutBetweenRunes(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{strings.Repeat("a", 256), strings.Repeat("a", 256)},
		{strings.Repeat("a", 257), strings.Repeat("a", 253) + cutMark},
		{strings.Repeat("ä", 128), strings.Repeat("ä", 128)},
		{strings.Repeat("ä", 129), strings.Repeat("ä", 126) + cutMark},
		{strings.Repeat("日", 10_000), strings.Repeat("日", 84) + cutMark},
		{"a\xff\xfeb", "a\ufffdb"},
	} {
		texts := newTexts()
		got := texts.fit(c.in)
		if got != c.want {
			t.Errorf("%.20q… (%d bytes) becomes %q", c.in, len(c.in), got)
		}
		if again := texts.fit(got); again != got {
			t.Errorf("%q is cut again to %q", got, again)
		}
	}
}

// A reader hands out strings that lie in a buffer which is read into again.
func TestNothingBorrowedIsKept(t *testing.T) {
	long := "kubectl/" + strings.Repeat("v", 300)
	buffer := []byte("kubectl/v1 10.0.0.1 default pods " + long)
	before := bytes.Clone(buffer)
	borrow := func(from, to int) string { return unsafe.String(&buffer[from], to-from) }
	s := New()
	for _, secret := range []string{"", borrow(0, 7)} {
		e := Event{
			Tells: Legacy | Stale | Refused | Presented | Issued | Reviewed, Received: 1, Account: model.Key{Namespace: borrow(20, 27), Name: borrow(28, 32)},
			Secret: secret, Agent: borrow(0, 10), Peer: borrow(11, 19), Pod: model.Key{Namespace: borrow(0, 3), Name: borrow(4, 7)}, Node: borrow(0, 2),
			IssuedID: borrow(0, 3), IssuedFor: model.Key{Namespace: borrow(0, 4), Name: borrow(0, 5)}, User: borrow(3, 7), Credential: borrow(1, 4),
			Verb: borrow(0, 2), Resource: borrow(28, 32), Namespace: borrow(20, 27),
		}
		s.Add(&e)
		e.Agent = borrow(33, len(buffer))
		s.Add(&e)
	}
	s.Source(borrow(0, 7)).Read(File{Name: borrow(0, 7), First: borrow(0, 3)})
	s.Source(borrow(0, 7)).Sample(&Event{Verb: borrow(0, 3)})
	want := encoded(t, s)
	for i := range buffer {
		buffer[i] = '#'
	}
	if got := encoded(t, s); !bytes.Equal(got, want) {
		t.Errorf("the buffer is used again, and %s", differ(got, want))
	}
	copy(buffer, before)
	runtime.KeepAlive(buffer)
}

func TestFewStringsAreShared(t *testing.T) {
	texts := newTexts()
	for i := range 3 * maxShared {
		texts.keep(strconv.Itoa(i))
	}
	if len(texts.shared) > maxShared {
		t.Errorf("%d strings are known", len(texts.shared))
	}
}
