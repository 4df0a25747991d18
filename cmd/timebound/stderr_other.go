//go:build !unix

package main

import (
	"io"

	"timebound/k8s"
)

// captureStderr does what can be done where file descriptors cannot be
// redirected: credential plugins are handed the pipe.
func captureStderr(w io.Writer) (restore func(), err error) { return k8s.CaptureStderr(w) }
