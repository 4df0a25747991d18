package stream

import "encoding/binary"

// nextField measures the first field of a message: its number, its wire type,
// where its value begins and where it ends. ok is false if the bytes are no
// protobuf.
func nextField(message []byte) (number, kind uint64, value, end int, ok bool) {
	key, n := binary.Uvarint(message)
	if n <= 0 {
		return 0, 0, 0, 0, false
	}
	number, kind, value = key>>3, key&7, n
	switch kind {
	case wireVarint:
		_, m := binary.Uvarint(message[n:])
		if m <= 0 {
			return 0, 0, 0, 0, false
		}
		end = n + m
	case wireFixed64:
		end = n + 8
	case wireFixed32:
		end = n + 4
	case wireBytes:
		length, m := binary.Uvarint(message[n:])
		if m <= 0 || length > uint64(len(message)-n-m) {
			return 0, 0, 0, 0, false
		}
		value, end = n+m, n+m+int(length)
	default:
		return 0, 0, 0, 0, false
	}
	return number, kind, value, end, end <= len(message)
}

// field gives the value of the first length-delimited field of that number,
// or nil. Kubernetes writes each at most once.
func field(message []byte, number uint64) []byte {
	for len(message) > 0 {
		n, kind, value, end, ok := nextField(message)
		if !ok {
			return nil
		}
		if n == number && kind == wireBytes {
			return message[value:end]
		}
		message = message[end:]
	}
	return nil
}

// withoutField copies a message to dst[:0] without one of its fields. It keeps
// the decoder from building what would be thrown away at once: managedFields
// are half of most objects' metadata, and the server cannot leave them out. A
// message that cannot be read is handed on as it is, for the decoder to refuse.
func withoutField(dst, message []byte, drop uint64) []byte {
	dst = dst[:0]
	for rest := message; len(rest) > 0; {
		number, _, _, end, ok := nextField(rest)
		if !ok {
			return message
		}
		if number != drop {
			dst = append(dst, rest[:end]...)
		}
		rest = rest[end:]
	}
	return dst
}
