//go:build !unix

package source

// nonBlocking is nothing where pipes are no files.
const nonBlocking = 0
