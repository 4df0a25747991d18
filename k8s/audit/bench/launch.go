package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

// launchWord as the first argument makes this program a launcher: it runs the
// rest as a command and writes the most memory which that held, in bytes, to
// file descriptor 3.
//
// A process of its own is needed because the kernel counts a child's peak from
// what its parent held when it was started, and the bench itself holds logs'
// truths and others' output.
const launchWord = "launch"

func launch(args []string) int {
	cmd := exec.CommandContext(context.Background(), args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "launch:", err)
		return 1
	}
	peak, err := peakOf(cmd.ProcessState)
	if err != nil {
		fmt.Fprintln(os.Stderr, "launch:", err)
		return 1
	}
	if _, err := os.NewFile(3, "peak").WriteString(strconv.FormatInt(peak, 10)); err != nil {
		fmt.Fprintln(os.Stderr, "launch:", err)
		return 1
	}
	return 0
}
