//go:build unix

package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
)

// peakOf is the most memory that a process held, in bytes.
func peakOf(state *os.ProcessState) (int64, error) {
	usage, known := state.SysUsage().(*syscall.Rusage)
	if !known {
		return 0, fmt.Errorf("%s says nothing of the memory of processes", runtime.GOOS)
	}
	peak := int64(usage.Maxrss)   //nolint:unconvert // an int32 where addresses have 32 bits
	if runtime.GOOS == "darwin" { // which alone counts bytes
		return peak, nil
	}
	return peak << 10, nil
}
