package usage

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"timebound/model"
)

const (
	// maxText is the longest string that is kept, in bytes, its mark included. API
	// servers cut agents at 1024 (k8s.io/apiserver pkg/audit/request.go).
	maxText = 256
	cutMark = "…"
	// maxShared bounds the strings that are known to be kept already. When there
	// are more it starts over, which costs memory for a second copy, no more.
	maxShared = 16_384
)

// texts makes strings fit to be kept: bounded, valid UTF-8 (or two that differ
// would be one after a saved summary is read again), and not borrowed.
type texts struct {
	shared  map[string]string
	scratch []byte
}

func newTexts() texts { return texts{shared: map[string]string{}} }

// fit gives s as it would be kept. It may still be borrowed.
func (t *texts) fit(s string) string {
	if len(s) <= maxText && utf8.ValidString(s) {
		return s
	}
	t.scratch = appendFit(t.scratch[:0], s)
	return t.keepBytes(t.scratch)
}

// fitKey gives k as it would be kept. It may still be borrowed.
func (t *texts) fitKey(k model.Key) model.Key {
	return model.Key{Namespace: t.fit(k.Namespace), Name: t.fit(k.Name)}
}

// keep gives a copy of s that nobody writes to, the same for equal strings.
func (t *texts) keep(s string) string {
	if kept, ok := t.shared[s]; ok {
		return kept
	}
	return t.share(strings.Clone(s))
}

func (t *texts) keepBytes(b []byte) string {
	if kept, ok := t.shared[string(b)]; ok {
		return kept
	}
	return t.share(string(b))
}

func (t *texts) keepKey(k model.Key) model.Key {
	return model.Key{Namespace: t.keep(k.Namespace), Name: t.keep(k.Name)}
}

func (t *texts) share(s string) string {
	if len(t.shared) >= maxShared {
		clear(t.shared)
	}
	t.shared[s] = s
	return s
}

// appendFit appends the parts, together at most maxText bytes of valid UTF-8. What
// was cut ends with a mark.
func appendFit(dst []byte, parts ...string) []byte {
	from := len(dst)
	for _, p := range parts {
		dst = append(dst, p[:min(len(p), 2*maxText)]...)
	}
	text := dst[from:]
	if len(text) <= maxText && utf8.Valid(text) {
		return dst
	}
	if !utf8.Valid(text) {
		dst = append(dst[:from], bytes.ToValidUTF8(text, []byte("\ufffd"))...)
		text = dst[from:]
	}
	if len(text) <= maxText {
		return dst
	}
	end := maxText - len(cutMark)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return append(dst[:from+end], cutMark...)
}
