package main

import (
	"bufio"
	"fmt"
	"io"

	"timebound/model"
)

// writeNames writes namespace/name, one token per line.
func writeNames(w io.Writer, r report) error {
	out := bufio.NewWriter(w)
	for _, f := range r.findings {
		fmt.Fprintln(out, model.Printable(f.Token.Key.String()))
	}
	return out.Flush()
}
