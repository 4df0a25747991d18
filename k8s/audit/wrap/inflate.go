package wrap

import (
	"bytes"
	"encoding/base64"
	"io"

	"github.com/klauspost/compress/gzip"
)

// gzipInBase64 is how the first three bytes of every gzip stream look in base64.
// CloudWatch hands subscriptions on like that (EKS user guide, control plane logs).
var gzipInBase64 = []byte("H4sI")

// maxInflated bounds what the parts of one record may inflate to, together.
const maxInflated = 32 << 20

// inflate finds events in base64 of gzip.
func (d *Decoder) inflate(b []byte, p place) {
	s := &d.buffers[p.level]
	unpacked, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(b)))
	if err != nil {
		d.out.Malformed++
		return
	}
	grown := bytes.NewBuffer(s.inflated[:0])
	_, err = grown.ReadFrom(io.LimitReader(unpacked, int64(d.budget)+1))
	s.inflated = grown.Bytes()
	if d.budget -= len(s.inflated); d.budget < 0 {
		d.budget = 0
		d.out.Oversize++
		return
	}
	before := d.out.Truncated
	p.level++
	d.text(s.inflated, p) // what came before it broke off may hold whole events
	if err != nil && d.out.Truncated == before {
		d.out.Truncated++
	}
}
