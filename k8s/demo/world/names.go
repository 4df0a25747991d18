package world

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/types"
)

// suffixLetters are those of Kubernetes' own generated names: no vowels, so no
// words (k8s.io/apimachinery pkg/util/rand).
const suffixLetters = "bcdfghjklmnpqrstvwxz2456789"

func digest(parts []string) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.Join(parts, "\x00")))
}

// UID makes an object's UID from what names it, so that the demo looks the same
// every time.
func UID(parts ...string) types.UID {
	d := digest(parts)
	d[6] = d[6]&0x0f | 0x40
	d[8] = d[8]&0x3f | 0x80
	return types.UID(fmt.Sprintf("%x-%x-%x-%x-%x", d[0:4], d[4:6], d[6:8], d[8:10], d[10:16]))
}

// Suffix makes the random-looking end of a generated name.
func Suffix(length int, parts ...string) string {
	d := digest(append([]string{"suffix"}, parts...))
	b := make([]byte, length)
	for i := range b {
		b[i] = suffixLetters[int(d[i])%len(suffixLetters)]
	}
	return string(b)
}

func number(salt string) uint32 {
	d := digest([]string{"number", salt})
	return binary.BigEndian.Uint32(d[:])
}
