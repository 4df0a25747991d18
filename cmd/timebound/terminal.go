package main

import (
	"cmp"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// isTerminal says that w is a terminal that understands escapes.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// asciiLocale says that the environment names a locale whose characters are
// not UTF-8: "C", "en_US", "de_DE.ISO-8859-1". The first variable that is set
// counts, as POSIX has it. Where none is, as in many containers and on Windows,
// nothing is known against the terminal.
func asciiLocale(getenv func(string) string) bool {
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG"))
	plain := strings.ReplaceAll(strings.ToLower(locale), "-", "")
	return locale != "" && !strings.Contains(plain, "utf8")
}

// helpWidth is how wide help is written: as wide as the terminal, within what
// is read with ease.
func helpWidth(w any) int {
	const least, most = 80, 120
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return min(max(columns, least), most)
		}
	}
	return most
}

// colourful says that colours may be written to w.
func colourful(w io.Writer, noColor bool) bool {
	return !noColor && isTerminal(w) && os.Getenv("TERM") != "dumb"
}
