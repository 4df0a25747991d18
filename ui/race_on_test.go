//go:build race

package ui

// raceDetector says that the race detector is compiled in. It makes programs
// about ten times slower (go.dev/doc/articles/race_detector).
const raceDetector = true
