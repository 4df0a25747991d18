// Package source finds audit logs: in files, folders, patterns and on standard
// input, compressed or not, rotated, or gathered by must-gather; and follows one
// that grows. It says what each is (its form, its API server) and gives its bytes.
//
// It must not know what the bytes mean: package wrap tells the forms apart. What
// cannot be read is a Trouble of its own and never keeps the rest from being read.
package source
