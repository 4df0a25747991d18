package event

import (
	"encoding/binary"
	"math/bits"
)

// maxDepth is how deep a value may be nested for skip; what is deeper is left to
// parse, which goes to 10,000.
const maxDepth = 256

// skip gives where the value that begins at i ends, or -1 if it is no sound JSON
// or too deep. It judges syntax as encoding/json does: otherwise a broken event
// would be good or bad depending on who reads it.
func skip(b []byte, i int) int {
	// objects has a bit per level of nesting: whether it is an object.
	var objects [maxDepth / 64]uint64
	depth := 0

value:
	if i = space(b, i); i >= len(b) {
		return -1
	}
	switch c := b[i]; {
	case c == '"':
		if i, _ = quoted(b, i+1); i < 0 {
			return -1
		}
		i++
	case c == '{' || c == '[':
		if i = space(b, i+1); i >= len(b) {
			return -1
		}
		if b[i] == c+2 { // '}' and ']' are two further than '{' and '['
			i++
			break
		}
		if depth == maxDepth {
			return -1
		}
		bit := uint64(1) << (depth % 64)
		if c == '{' {
			objects[depth/64] |= bit
			depth++
			goto key
		}
		objects[depth/64] &^= bit
		depth++
		goto value
	default:
		if i = bare(b, i); i < 0 {
			return -1
		}
	}

	for depth > 0 {
		if i = space(b, i); i >= len(b) {
			return -1
		}
		isObject := objects[(depth-1)/64]>>((depth-1)%64)&1 == 1
		switch c := b[i]; {
		case c == ',':
			i++
			if isObject {
				goto key
			}
			goto value
		case isObject && c == '}', !isObject && c == ']':
			i++
			depth--
		default:
			return -1
		}
	}
	return i

key:
	if i = space(b, i); i >= len(b) || b[i] != '"' {
		return -1
	}
	if i, _ = quoted(b, i+1); i < 0 {
		return -1
	}
	if i = space(b, i+1); i >= len(b) || b[i] != ':' {
		return -1
	}
	i++
	goto value
}

// space gives the place of the first byte from i on that is not white.
func space(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// quoted gives where the string ends whose inside begins at i: the place of its
// closing quote, or -1 if it is not sound. Plain says that its bytes are its
// characters, all of them ASCII.
func quoted(b []byte, i int) (end int, plain bool) {
	var used uint64 // all bytes of the string, or-ed
	plain = true
	for {
		for i+8 <= len(b) {
			word := binary.LittleEndian.Uint64(b[i:])
			// The lowest byte that is a quote, a backslash or below space has its
			// high bit set in stops, and none below it has.
			quote, backslash := word^(ones*'"'), word^(ones*'\\')
			stops := ((quote-ones)&^quote | (backslash-ones)&^backslash | (word-ones*' ')&^word) & highs
			if stops != 0 {
				n := bits.TrailingZeros64(stops) / 8
				used |= word & (1<<(8*n) - 1)
				i += n
				break
			}
			used |= word
			i += 8
		}
		for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= ' ' { // the last few
			used |= uint64(b[i])
			i++
		}
		if i >= len(b) {
			return -1, false
		}
		switch b[i] {
		case '"':
			return i, plain && used&highs == 0
		case '\\':
			if i = escaped(b, i+1); i < 0 {
				return -1, false
			}
			plain = false
		default:
			return -1, false
		}
	}
}

// escaped gives where the escape ends of which i is the byte after the backslash.
func escaped(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		if i+5 > len(b) {
			return -1
		}
		for _, c := range b[i+1 : i+5] {
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
				return -1
			}
		}
		return i + 5
	}
	return -1
}

// bare gives where the number, true, false or null at i ends.
func bare(b []byte, i int) int {
	for _, word := range [...]string{"true", "false", "null"} {
		if len(b)-i >= len(word) && string(b[i:i+len(word)]) == word {
			return i + len(word)
		}
	}
	if b[i] == '-' {
		i++
	}
	switch {
	case i >= len(b):
		return -1
	case b[i] == '0':
		i++
	default:
		if i = digits(b, i); i < 0 {
			return -1
		}
	}
	if i < len(b) && b[i] == '.' {
		if i = digits(b, i+1); i < 0 {
			return -1
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		return digits(b, i)
	}
	return i
}

// digits gives where the digits from i on end; there has to be one.
func digits(b []byte, i int) int {
	from := i
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	if i == from {
		return -1
	}
	return i
}
