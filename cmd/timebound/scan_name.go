package main

import (
	"io"

	"timebound/model"
)

// writeNames writes namespace/name, one token per line.
func writeNames(w io.Writer, r report) error {
	out := newBuffer(w)
	for _, f := range r.findings {
		out.WriteString(model.Printable(f.Token.Key.String()))
		out.WriteByte('\n')
	}
	return out.Flush()
}
