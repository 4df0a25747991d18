package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"timebound/k8s/audit"
	logs "timebound/k8s/audit/source"
	sums "timebound/model/usage"
)

// auditRead is what was read of logs and summaries.
type auditRead struct {
	sum      *sums.Summary
	files    int
	report   audit.Report
	troubles []logs.Trouble // what was found and not read
}

// hides says that uses may be missing because something was not read.
func (r *auditRead) hides() bool {
	for _, t := range r.troubles {
		if t.Hides() {
			return true
		}
	}
	return len(r.report.Troubles) > 0
}

// readAudit reads logs, and summaries among them, whatever their order.
func readAudit(ctx context.Context, paths []string, stdin io.Reader, o audit.Options) (*auditRead, error) {
	var plain []string
	got := &auditRead{sum: sums.New()}
	for _, path := range paths {
		if !isSummary(path) {
			plain = append(plain, path)
			continue
		}
		sum, err := loadSummary(path)
		if err != nil {
			return nil, err
		}
		if err := mergeInto(got.sum, sum, path); err != nil {
			return nil, err
		}
		got.files++
	}
	if len(plain) == 0 {
		return got, nil
	}
	streams, troubles, err := logs.Find(plain, stdin)
	got.troubles = troubles
	if err != nil {
		return nil, err
	}
	o.Report = &got.report
	sum, err := audit.Read(ctx, o, streams)
	if err != nil {
		return nil, err
	}
	if got.files += len(streams); got.files == len(streams) {
		got.sum = sum // as it is: merging it into nothing would hold all of it twice
		return got, nil
	}
	return got, mergeInto(got.sum, sum, "the logs")
}

// mergeInto adds b to a, unless both tell of one log.
func mergeInto(a, b *sums.Summary, name string) error {
	if twice := sums.Overlap(a, b); len(twice) > 0 {
		return fmt.Errorf("%s and what was read before both hold the log %s, which would count twice; leave one of them out", name, twice[0])
	}
	a.Merge(b)
	return nil
}

// summaryMark stands in the first bytes of a summary, and in no log.
const summaryMark = `"AuditSummary"`

// isSummary says whether a file is a saved summary.
func isSummary(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it is only read
	head := make([]byte, 256)
	n, _ := io.ReadFull(f, head)
	return bytes.Contains(head[:n], []byte(summaryMark))
}

func loadSummary(path string) (*sums.Summary, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read summary: %w", err)
	}
	defer func() { _ = f.Close() }() // it is only read
	sum, err := sums.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("read summary %s: %w", path, err)
	}
	return sum, nil
}

// saveSummary writes a summary so that there is a whole one or the old one: it
// names users and addresses, so it is for its owner alone.
func saveSummary(path string, sum *sums.Summary) error {
	fail := func(err error) error { return fmt.Errorf("save summary %s: %w", path, err) }
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return fail(err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already if all went well
	err = sums.Encode(f, sum)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fail(err)
	}
	return nil
}
