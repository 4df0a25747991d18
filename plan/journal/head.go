package journal

import (
	"fmt"
	"hash/crc32"
)

// Head says how the file that tells where a journal ends compares with the
// journal. That file is written after the records and not synced, so that after a
// power failure it may lag behind or be empty. A journal that is shorter than it
// says was cut.
type Head string

// What the head file can be.
const (
	HeadLevel   Head = "level"   // it names the last record
	HeadBehind  Head = "behind"  // it names an earlier one: records at the end may be missing unnoticed
	HeadAbsent  Head = "absent"  // there is none: the same
	HeadDamaged Head = "damaged" // it cannot be read: the same
)

// encodeHead makes what the head file holds, always of the same length.
func encodeHead(seq int, hash string) []byte {
	text := fmt.Sprintf("%012d %64s ", seq, hash)
	return fmt.Appendf(nil, "%s%08x\n", text, crc32.ChecksumIEEE([]byte(text)))
}

func decodeHead(b []byte) (seq int, hash string, ok bool) {
	if _, err := fmt.Sscanf(string(b), "%d %64s", &seq, &hash); err != nil {
		return 0, "", false
	}
	return seq, hash, seq > 0 && string(encodeHead(seq, hash)) == string(b)
}
