// Package counted tells what API servers count of tokens: since each of them
// was started, and between two readings.
//
// It is a pure function of readings. It must not know which page shows it, or
// when they were read anew.
package counted
