package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"timebound/k8s/audit/auditlog"
	"timebound/k8s/audit/source"
	"timebound/model/usage"
)

// made gives a log as an API server writes it, and what it tells.
func made(tb testing.TB, o auditlog.Options) ([]byte, auditlog.Truth) {
	tb.Helper()
	var b bytes.Buffer
	truth, err := auditlog.Write(&b, o)
	if err != nil {
		tb.Fatal(err)
	}
	return b.Bytes(), truth
}

// file puts a log into a plain file.
func file(tb testing.TB, name string, log []byte) source.Stream {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, log, 0o600); err != nil {
		tb.Fatal(err)
	}
	return source.Stream{Name: name, Path: path, Size: int64(len(log))}
}

// pipe gives a log as what can be read only once, in odd portions.
func pipe(name string, log []byte) source.Stream {
	return source.Stream{Name: name, Size: int64(len(log)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(iotest.DataErrReader(&portions{log, 1})), nil
	}}
}

// portions reads a few bytes, then more, then few again.
type portions struct {
	rest []byte
	next int
}

func (p *portions) Read(to []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(to, p.rest[:min(p.next, len(p.rest))])
	p.rest = p.rest[n:]
	p.next = p.next*7%400_009 + 1
	return n, nil
}

// read reads sources, which must not fail.
func read(tb testing.TB, o Options, sources ...source.Stream) (*usage.Summary, Report) {
	tb.Helper()
	var r Report
	o.Report = &r
	sum, err := Read(tb.Context(), o, sources)
	if err != nil {
		tb.Fatal(err)
	}
	return sum, r
}

// encoded gives a summary in its one spelling.
func encoded(tb testing.TB, sum *usage.Summary) string {
	tb.Helper()
	var b strings.Builder
	if err := usage.Encode(&b, sum); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// lost gives what of a source could not be used.
func lost(sum *usage.Summary, server string) [4]uint64 {
	s := sum.Source(server)
	return [4]uint64{s.Malformed, s.Truncated, s.Oversize, s.Unsupported}
}

// legacyLine makes a line of a legacy token's use, padded to about a size.
func legacyLine(id string, padding int) string {
	return fmt.Sprintf(`{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":%q,"stage":"ResponseComplete","requestURI":"/","verb":"get",`+
		`"user":{"username":"system:serviceaccount:a:b"},"sourceIPs":["10.0.0.1"],"requestObject":{"pad":%q},`+
		`"requestReceivedTimestamp":"2026-11-24T22:00:52.488709Z","stageTimestamp":"2026-11-24T22:00:52.488709Z",`+
		`"annotations":{"authentication.k8s.io/legacy-token":"system:serviceaccount:a:b"}}`, id, strings.Repeat("x", padding))
}

// uses counts the requests of a:b's legacy tokens.
func uses(sum *usage.Summary) uint64 {
	u := sum.Uses[usage.Subject{Class: usage.Legacy, Account: modelKey("a", "b")}]
	if u == nil {
		return 0
	}
	return u.Stages.Requests()
}

// endless blocks until its time is over.
type endless struct {
	ctx context.Context
}

func (e endless) Read([]byte) (int, error) {
	<-e.ctx.Done()
	return 0, errors.New("too late")
}

func (endless) Close() error { return nil }
