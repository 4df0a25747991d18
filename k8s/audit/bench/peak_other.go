//go:build !unix

package main

import (
	"errors"
	"os"
)

// peakOf is the most memory that a process held, in bytes.
func peakOf(*os.ProcessState) (int64, error) {
	return 0, errors.New("the memory of processes is only measured on Unix systems")
}
