package ui

import (
	"context"
	"time"

	"timebound/model"
)

// AuditReader reads audit logs. What it has read becomes part of the facts: the
// feed gives a new snapshot, whose Inventory.Usage tells it.
type AuditReader interface {
	// Read reads files, folders and patterns, separated by spaces as in a shell. It
	// is called from a command and takes its time; progress may be called from any
	// goroutine. When ctx ends, nothing of what was read is kept. Its error says
	// what to do.
	Read(ctx context.Context, paths string, progress func(AuditProgress)) (AuditSummary, error)
}

// AuditProgress is how far a reading has come.
type AuditProgress struct {
	Files, FilesOf int
	// Bytes are those read of the files, as they lie there; Size is how many they
	// have together, 0 if that is not known.
	Bytes, Size int64
	Lost        uint64 // lines that could not be used
}

// AuditSummary is what a reading brought.
type AuditSummary struct {
	Files           int
	Bytes           int64
	Uses            uint64 // requests made with long-lived tokens
	Tokens, Callers int
	// From and Until are the time that the logs cover; zero if that is not known.
	From, Until time.Time
	Gaps        int
	// Problems are what was lost on the way.
	Problems []model.Problem
}
