package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"timebound/k8s/audit/auditlog"
	"timebound/k8s/audit/event"
	"timebound/k8s/audit/source"
	"timebound/model/usage"
)

// benchSize is enough that what is read is in no cache of the processor.
const benchSize = 200 << 20

func logFile(b *testing.B, o auditlog.Options) (source.Stream, []byte) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "audit.log")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	o.Size = benchSize
	if _, err := auditlog.Write(f, o); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	return source.Stream{Name: path, Path: path, Size: int64(len(data)), Open: func() (io.ReadCloser, error) { return os.Open(path) }}, data
}

// minimal is what somebody would have encoding/json read.
type minimal struct {
	AuditID     string            `json:"auditID"`
	Stage       string            `json:"stage"`
	UserAgent   string            `json:"userAgent"`
	SourceIPs   []string          `json:"sourceIPs"`
	Annotations map[string]string `json:"annotations"`
}

// BenchmarkRead puts the reader beside its parts and what one would do instead:
// bytes.Count is the search of the standard library for two needles, json what
// encoding/json takes for the same lines.
func BenchmarkRead(b *testing.B) {
	for _, kind := range []struct {
		name   string
		shares auditlog.Shares
	}{{"usual", auditlog.UsualShares()}, {"legacy", auditlog.OnlyLegacy()}} {
		b.Run(kind.name, func(b *testing.B) {
			src, data := logFile(b, auditlog.Options{Seed: 1, Shares: kind.shares})
			piped := src
			piped.Path = ""
			read := func(o Options, s source.Stream) func() {
				return func() {
					if _, err := Read(b.Context(), o, []source.Stream{s}); err != nil {
						b.Fatal(err)
					}
				}
			}
			finder, err := finderFor(nil)
			if err != nil {
				b.Fatal(err)
			}
			var hits []int
			buf := make([]byte, blockSize)
			for _, contestant := range []struct {
				name string
				run  func()
			}{
				{"one-worker", read(Options{Workers: 1}, src)},
				{"workers", read(Options{}, src)},
				{"piped", read(Options{Workers: 1}, piped)},
				{"load", func() {
					f, err := os.Open(src.Path)
					if err != nil {
						b.Fatal(err)
					}
					for err == nil {
						_, err = f.Read(buf)
					}
					f.Close()
				}},
				{"search", func() {
					for at := 0; at < len(data); at += blockSize {
						hits = finder.Find(hits[:0], data[at:min(at+blockSize, len(data))])
					}
				}},
				{"bytes.Count", func() {
					bytes.Count(data, []byte("egacy-token"))
					bytes.Count(data, []byte("stale-token"))
				}},
				{"decode", func() {
					var e usage.Event
					eachLine(data, func(line []byte) {
						if err := event.Decode(line, &e); err != nil {
							b.Fatal(err)
						}
					})
				}},
				{"json", func() {
					eachLine(data, func(line []byte) {
						var m minimal
						if err := json.Unmarshal(line, &m); err != nil {
							b.Fatal(err)
						}
					})
				}},
			} {
				b.Run(contestant.name, func(b *testing.B) {
					b.SetBytes(int64(len(data)))
					for b.Loop() {
						contestant.run()
					}
				})
			}
		})
	}
}

func eachLine(data []byte, give func([]byte)) {
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		give(s.Bytes())
	}
}
