//go:build unix

package source

import (
	"io"

	"github.com/klauspost/compress/gzip"
)

func gzipWriter(w io.Writer) io.WriteCloser {
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		panic(err)
	}
	return z
}
