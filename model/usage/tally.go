package usage

import (
	"bytes"
	"encoding/binary"
)

// tally counts under kinds and names, in one sorted string of bytes: a caller
// touches few kinds and few names, there may be hundreds of thousands of callers,
// and a map for each would be ten times as big. An entry is its kind (one byte),
// the length of its name, the name, and the count; lengths and counts are
// varints. It never comes from outside: documents are read entry by entry.
type tally []byte

// kind is what an entry counts.
type kind uint8

// The kinds. Those that have names are followed by one that says that there were
// more names than are kept.
const (
	kindStage          kind = 0 // and one for each further stage
	kindAnswer              = kindStage + kind(StageCount)
	kindVerb                = kindAnswer + kind(answers)
	kindMoreVerbs           = kindVerb + 1
	kindResource            = kindVerb + 2
	kindMoreResources       = kindVerb + 3
	kindNamespace           = kindVerb + 4
	kindMoreNamespaces      = kindVerb + 5
	kindNode                = kindVerb + 6
	kindMoreNodes           = kindVerb + 7
	kinds                   = kindVerb + 8
)

// mostNames bounds the names of a kind; 0 if it has none. Of more, the first in
// order are kept. Their counts are exact: a name that is kept in the end was
// never beyond the bound before, as names only get more.
var mostNames = [kinds]int{kindVerb: maxNames, kindResource: maxNames, kindNamespace: maxNames, kindNode: 1}

// A mark is there or not; its count means nothing.
var isMark = [kinds]bool{kindMoreVerbs: true, kindMoreResources: true, kindMoreNamespaces: true, kindMoreNodes: true}

// entry is a place in a tally.
type entry struct {
	kind    kind
	name    []byte
	countAt int
	end     int
}

func (t tally) at(i int) entry {
	size, from := int(t[i+1]), i+2
	if size >= 0x80 {
		long, n := binary.Uvarint(t[i+1:])
		size, from = int(long), i+1+n
	}
	countAt := from + size
	end := countAt + 1
	for t[end-1] >= 0x80 {
		end++
	}
	return entry{kind(t[i]), t[from:countAt], countAt, end}
}

func (t tally) count(e entry) uint64 {
	n, _ := binary.Uvarint(t[e.countAt:e.end])
	return n
}

// add counts n under kind and name. Entries before from are known to come before
// it; the place of the entry is given back, from which the next one in order can be
// looked for.
func (t *tally) add(from int, k kind, name []byte, n uint64) int {
	i := from
	for i < len(*t) {
		e := (*t).at(i)
		if e.kind > k {
			break
		}
		if e.kind == k {
			switch order := bytes.Compare(e.name, name); {
			case order == 0:
				t.raise(e, n)
				return i
			case order > 0:
				return t.insert(i, k, name, n)
			}
		}
		i = e.end
	}
	return t.insert(i, k, name, n)
}

// again adds n to an entry that is there and whose count takes no more bytes
// after it, and gives where the entry ends; 0, and nothing done, in all other cases.
// It is what add does most, without what that rarely needs.
func (t tally) again(from int, k kind, name []byte, n uint64) int {
	for i := from; i+1 < len(t) && kind(t[i]) <= k; {
		size := int(t[i+1])
		if size >= 0x80 {
			return 0
		}
		at := i + 2 + size
		if kind(t[i]) == k && size == len(name) && string(t[i+2:at]) == string(name) {
			return t.raiseInPlace(at, n)
		}
		for t[at] >= 0x80 {
			at++
		}
		i = at + 1
	}
	return 0
}

// raiseInPlace adds n to the count at at and gives where that ends; 0, and nothing
// done, if it would take more bytes.
func (t tally) raiseInPlace(at int, n uint64) int {
	old, size := uint64(t[at]), 1
	if old >= 0x80 {
		old, size = binary.Uvarint(t[at:])
	}
	sum := old + n
	if sum < old || sum>>(7*size) != 0 {
		return 0
	}
	for last := at + size - 1; at < last; at++ {
		t[at] = byte(sum) | 0x80
		sum >>= 7
	}
	t[at] = byte(sum)
	return at + 1
}

func (t *tally) raise(e entry, n uint64) {
	var count [binary.MaxVarintLen64]byte
	size := binary.PutUvarint(count[:], plus(t.count(e), n))
	if grows := size - (e.end - e.countAt); grows != 0 {
		t.splice(e.countAt, e.end-e.countAt, size)
	}
	copy((*t)[e.countAt:], count[:size])
}

// insert makes an entry at i, where it belongs, unless it is beyond the bound.
func (t *tally) insert(i int, k kind, name []byte, n uint64) int {
	if most := mostNames[k]; most > 0 {
		if count, last, end := t.names(k); count == most {
			t.add(end, k+1, nil, 1)
			if i == end {
				return i
			}
			t.splice(last, end-last, 0)
		}
	}
	var head, count [1 + binary.MaxVarintLen64]byte
	head[0] = byte(k)
	headSize := 1 + binary.PutUvarint(head[1:], uint64(len(name)))
	countSize := binary.PutUvarint(count[:], n)
	t.splice(i, 0, headSize+len(name)+countSize)
	at := i + copy((*t)[i:], head[:headSize])
	at += copy((*t)[at:], name)
	copy((*t)[at:], count[:countSize])
	return i
}

// names gives how many names of a kind there are, where the last of them begins,
// and where it ends.
func (t *tally) names(k kind) (count, last, end int) {
	for i := 0; i < len(*t); {
		e := (*t).at(i)
		if e.kind > k {
			break
		}
		if e.kind == k {
			count, last = count+1, i
		}
		i, end = e.end, e.end
	}
	return count, last, end
}

// spare is room for growth: counts take a byte more now and then.
const spare = 8

// splice makes room for size bytes at i, in place of drop bytes.
func (t *tally) splice(i, drop, size int) {
	old := *t
	n := len(old) - drop + size
	if n <= cap(old) {
		grown := old[:n]
		copy(grown[i+size:], old[i+drop:])
		*t = grown
		return
	}
	grown := make(tally, n, n+spare)
	copy(grown, old[:i])
	copy(grown[i+size:], old[i+drop:])
	*t = grown
}

// merge adds o's counts to t's.
func (t *tally) merge(o tally) {
	at := 0
	for i := 0; i < len(o); {
		e := o.at(i)
		at = t.add(at, e.kind, e.name, o.count(e))
		i = e.end
	}
}
