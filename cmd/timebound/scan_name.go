package main

import (
	"fmt"
	"io"

	"timebound/model"
)

// writeNames writes namespace/name, one token per line.
func writeNames(w io.Writer, r report) error {
	out := newBuffer(w)
	for _, f := range r.findings {
		fmt.Fprintln(out, model.Printable(f.Token.Key.String()))
	}
	return out.Flush()
}
