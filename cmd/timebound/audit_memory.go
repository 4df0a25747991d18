package main

import (
	"os"
	"runtime/debug"
)

// auditGarbage is how much garbage, in percent of what is in use, may lie about
// while logs are read. Reading makes little of it, so collecting more often costs
// little; with the usual 100 a sixth more memory is taken where every line is
// legacy, and on a control-plane node memory is for others.
const auditGarbage = 25

// spareMemory has garbage collected early until what it gives is called, unless
// GOGC says what the user wants.
func spareMemory() (restore func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(auditGarbage)
	return func() { debug.SetGCPercent(before) }
}
