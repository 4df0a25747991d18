//go:build !race

package ui

// raceDetector says that the race detector is compiled in.
const raceDetector = false
