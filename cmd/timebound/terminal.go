package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// isTerminal says that w is a terminal that understands escapes.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colourful says that colours may be written to w.
func colourful(w io.Writer, noColor bool) bool {
	return !noColor && isTerminal(w) && os.Getenv("TERM") != "dumb"
}
