package needle

import (
	"encoding/binary"
	"math/bits"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
	// step is how many bytes are looked at before it is asked whether an escape was
	// among them: logs have a backslash every few dozen bytes and rarely one before
	// a u. A search for the first byte alone, as bytes.Index does, stops at each.
	step = 32
)

// findEscaped adds the lines in which a letter of a needle is spelled by its
// number: \u00 and two digits. Numbers that begin otherwise are of no letter of
// ASCII, and those of the characters which the API server escapes, <, > and &, hide
// no letter of a needle.
func (f *Finder) findEscaped(hits []int, chunk []byte) []int {
	at := 0
	for ; at+step < len(chunk); at += step {
		w := chunk[at : at+step+1 : at+step+1]
		a, b, c, d := pairs(w[0:9]), pairs(w[8:17]), pairs(w[16:25]), pairs(w[24:33])
		if ((a-ones)&^a|(b-ones)&^b|(c-ones)&^c|(d-ones)&^d)&highs == 0 {
			continue
		}
		for i, word := range [step / 8]uint64{a, b, c, d} {
			for z := zeros(word); z != 0; z &= z - 1 {
				hits = f.escaped(hits, chunk, at+8*i+bits.TrailingZeros64(z)/8)
			}
		}
	}
	for ; at+1 < len(chunk); at++ {
		if chunk[at] == '\\' && chunk[at+1] == 'u' {
			hits = f.escaped(hits, chunk, at)
		}
	}
	return hits
}

// escaped adds a hit if the escape at at may spell a letter of a needle.
func (f *Finder) escaped(hits []int, chunk []byte, at int) []int {
	if at+6 > len(chunk) || chunk[at+2] != '0' || chunk[at+3] != '0' {
		return hits
	}
	if hi, lo := unhex(chunk[at+4]), unhex(chunk[at+5]); hi|lo < 16 && f.letters[hi<<4|lo] {
		hits = append(hits, at+4)
	}
	return hits
}

// pairs has a byte of 0 where a backslash and a u begin in the first eight of
// nine bytes.
func pairs(b []byte) uint64 {
	_ = b[8]
	return (binary.LittleEndian.Uint64(b) ^ ones*'\\') | (binary.LittleEndian.Uint64(b[1:]) ^ ones*'u')
}

// zeros has the high bit set of every byte of w that is 0, and no other.
func zeros(w uint64) uint64 {
	return ^((w&^highs + ^uint64(highs)) | w | ^uint64(highs))
}

// unhex gives a hexadecimal digit's value, and more than 15 for other bytes.
func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 0x80
}
