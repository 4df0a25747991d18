package planfile

import (
	"crypto/sha256"
	"encoding/hex"
	"io"

	"timebound/model/document"
	"timebound/plan"
)

// WriteYAML writes a plan as YAML, with its hash.
func WriteYAML(w io.Writer, p *plan.Plan) error { return write(document.NewYAML(w), p) }

// WriteJSON writes a plan as JSON, with its hash.
func WriteJSON(w io.Writer, p *plan.Plan) error { return write(document.NewJSON(w), p) }

func write(d document.Writer, p *plan.Plan) error {
	whole := *p
	whole.Hash = Hash(p)
	document.Encode(d, &whole)
	return d.Close()
}

// Hash gives the hash of everything in a plan but the hash itself: "sha256:"
// and 64 hexadecimal digits. It is taken over the plan's JSON, so that comments
// and the form of a file do not count.
func Hash(p *plan.Plan) string {
	bare := *p
	bare.Hash = ""
	sum := sha256.New()
	d := document.NewJSON(sum)
	document.Encode(d, &bare)
	_ = d.Close() // a hash never fails to take bytes
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}
