package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"

	"timebound/k8s"
)

// openLog opens the log file, if one is asked for, and lets what libraries
// log flow into it. The file is for its owner only: it names servers and
// objects.
func (s *settings) openLog() error {
	if s.logFile == "" {
		return nil
	}
	f, err := os.OpenFile(s.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return usage(fmt.Errorf("open log: %w; give another file with --log-file", err))
	}
	// A file that was there before may be open to others.
	if err := f.Chmod(0o600); err != nil {
		_ = f.Close()
		return usage(fmt.Errorf("protect log: %w; give a file of your own with --log-file", err))
	}
	s.log = slog.New(slog.NewJSONHandler(f, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.onClose(func() {
		_ = k8s.Quiet(io.Discard)
		_ = f.Close()
	})
	return k8s.Quiet(&lineWriter{line: func(text string) { s.log.Info("library", "text", text) }})
}
