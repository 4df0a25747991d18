// Package needle finds the few places of a chunk of log that may matter, at the
// speed at which memory is read, so that only those lines need to be understood.
//
// It looks for short texts of one length in one pass. It must not know what they
// mean, nor what a line of log looks like: a hit is a hint, never a finding.
package needle

import (
	"encoding/binary"
	"fmt"
)

// Length is the length of every needle in bytes. One length for all is what lets
// a single table tell how far the search may jump; the names that are searched
// for allow no more.
const Length = 11

// maxShift is how far the search jumps from a pair of bytes that no needle has:
// the second of them may still be the first of one.
const maxShift = Length - 1

// Finder searches for a set of needles. It is made once, never changed, and may
// be used by any number of goroutines.
type Finder struct {
	// shift tells, by the last two bytes of the window, how far the window may
	// move without missing a needle; 0 where a needle may end. The pairs that
	// really occur in a log fill a few kilobytes of it, which stay in the first
	// cache.
	shift [1 << 16]uint8
	// tails holds a bit per hash of the last four bytes of a needle: nearly all
	// windows that end like a needle, and are none, end here.
	tails   [1 << 12 / 64]uint64
	needles map[[Length]byte]struct{}
	// letters are the bytes that the needles consist of: one of them spelled
	// as \u00XX may hide a needle.
	letters [256]bool
}

// New makes a Finder of needles, each Length bytes of printable ASCII without
// quote, slash and backslash, which encoders are free to escape.
func New(needles ...string) (*Finder, error) {
	f := &Finder{needles: make(map[[Length]byte]struct{}, len(needles))}
	for i := range f.shift {
		f.shift[i] = maxShift
	}
	for _, n := range needles {
		if err := check(n); err != nil {
			return nil, err
		}
		f.add([Length]byte([]byte(n)))
	}
	// A backslash that is itself spelled \u005c may start the spelling of a
	// letter one layer further in.
	f.letters['\\'] = true
	return f, nil
}

func check(n string) error {
	if len(n) != Length {
		return fmt.Errorf("search for %q: it has %d bytes, needles have %d", n, len(n), Length)
	}
	for i := range len(n) {
		if c := n[i]; c < ' ' || c > '~' || c == '"' || c == '/' || c == '\\' {
			return fmt.Errorf("search for %q: encoders may escape %q; choose another part of the name", n, c)
		}
	}
	return nil
}

func (f *Finder) add(n [Length]byte) {
	f.needles[n] = struct{}{}
	for end := 1; end < Length; end++ {
		pair := binary.LittleEndian.Uint16(n[end-1:])
		f.shift[pair] = min(f.shift[pair], uint8(Length-1-end))
	}
	h := tailHash(n[:], Length-1)
	f.tails[h/64] |= 1 << (h % 64)
	for _, c := range n {
		f.letters[c] = true
	}
}

// tailHash hashes the four bytes of b that end at end.
func tailHash(b []byte, end int) uint32 {
	return binary.LittleEndian.Uint32(b[end-3:]) * 0x9E3779B1 >> 20
}

// isNeedle says whether a needle ends at end.
func (f *Finder) isNeedle(b []byte, end int) bool {
	h := tailHash(b, end)
	if f.tails[h/64]>>(h%64)&1 == 0 {
		return false
	}
	_, ok := f.needles[[Length]byte(b[end-Length+1:])]
	return ok
}
