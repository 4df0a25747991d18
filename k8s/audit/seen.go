package audit

import (
	"encoding/binary"
	"hash/maphash"

	"timebound/model/usage"
)

// seen is the set of events that were counted, so that copies of a log count
// once. It keeps hashes of 64 bits: of 1.6 million events, two have the same in
// one of ten million runs.
type seen struct {
	slots []uint64 // 0 is free; their number is a power of two
	used  int
	most  int // slots
}

const (
	firstSlots = 1 << 12
	// mostSlots takes 16 MB.
	mostSlots = 1 << 21
)

func newSeen(most int) *seen {
	return &seen{slots: make([]uint64, min(firstSlots, most)), most: most}
}

type novelty uint8

const (
	isNew novelty = iota
	isRepeat
	unchecked // there was no room to remember more
)

// add notes the hash of an event and says whether it was there before.
func (s *seen) add(hash uint64) novelty {
	at := s.find(hash)
	if s.slots[at] == hash {
		return isRepeat
	}
	// Four fifths is as full as a table may be before the walk to a free slot
	// grows long.
	if s.used >= len(s.slots)/5*4 {
		if len(s.slots) >= s.most {
			return unchecked
		}
		s.grow()
		at = s.find(hash)
	}
	s.slots[at] = hash
	s.used++
	return isNew
}

// fetch reads the slots of hashes that are about to be added. The table is larger
// than the processor's caches: read one after the other, between other work, each
// would be waited for; read at once, all are waited for together. What it gives
// means nothing, but has to be used, lest the reading be left out.
func (s *seen) fetch(entries []entry) (any uint64) {
	mask := uint64(len(s.slots) - 1)
	for i := range entries {
		any |= s.slots[entries[i].hash&mask]
	}
	return any
}

// find gives the slot of a hash, or the free one where it belongs.
func (s *seen) find(hash uint64) int {
	mask := len(s.slots) - 1
	at := int(hash) & mask
	for s.slots[at] != 0 && s.slots[at] != hash {
		at = (at + 1) & mask
	}
	return at
}

func (s *seen) grow() {
	old := s.slots
	s.slots = make([]uint64, 2*len(old))
	for _, hash := range old {
		if hash != 0 {
			s.slots[s.find(hash)] = hash
		}
	}
}

// hashOf tells events apart: by auditID and stage, and by their times, as clients
// may choose the auditID (header Audit-ID, k8s.io/apiserver
// pkg/endpoints/filters/audit_init.go): one that always sends the same must not
// pass for one request. It is never 0.
func hashOf(seed maphash.Seed, e *usage.Event) uint64 {
	var text [64]byte // of an ID as API servers make them: 36 bytes
	b := append(text[:0], e.ID...)
	b = append(b, byte(e.Stage))
	b = binary.LittleEndian.AppendUint64(b, uint64(e.Received))
	b = binary.LittleEndian.AppendUint64(b, uint64(e.Staged))
	return max(maphash.Bytes(seed, b), 1)
}
