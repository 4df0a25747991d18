package journal

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkAppend is the bar: 16 goroutines, well above 3,000 records/s.
func BenchmarkAppend(b *testing.B) {
	for _, workers := range []int{1, 4, 16, 64} {
		b.Run(fmt.Sprintf("goroutines=%d", workers), func(b *testing.B) {
			j := begin1(b, openStore(b), "r1")
			var left atomic.Int64
			left.Store(int64(b.N))
			var wg sync.WaitGroup
			b.ResetTimer()
			for range workers {
				wg.Go(func() {
					for left.Add(-1) >= 0 {
						if err := j.Append(rec("intent", "payments/builder-token-x7f3q")); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkBatch is a batch of changes that take 2.5 ms each at the API server,
// 16 at once, with two records each, and without: the share is what the journal
// adds.
func BenchmarkBatch(b *testing.B) {
	const items, workers, call = 2_000, 16, 2500 * time.Microsecond
	batch := func(append func(Record) error) time.Duration {
		begun := time.Now()
		var left atomic.Int64
		left.Store(items)
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for left.Add(-1) >= 0 {
					err := append(rec("intent", "payments/builder-token-x7f3q"))
					time.Sleep(call)
					if err = errors.Join(err, append(rec("done", "payments/builder-token-x7f3q"))); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		return time.Since(begun)
	}
	j := begin1(b, openStore(b), "r1")
	var with, without time.Duration
	for b.Loop() {
		without += batch(func(Record) error { return nil })
		with += batch(func(r Record) error { return j.Append(r) })
	}
	b.ReportMetric(100*float64(with-without)/float64(without), "%wall")
	b.ReportMetric(float64(with-without)/float64(b.N*items)/1e3, "µs/item")
}

func BenchmarkRead(b *testing.B) {
	s := openStore(b)
	j := begin1(b, s, "r1")
	const records = 20_000
	for range records / 100 {
		batch := make([]Record, 100)
		for i := range batch {
			batch[i] = rec("intent", "payments/builder-token-x7f3q")
		}
		appendAll(b, j, batch...)
	}
	for b.Loop() {
		if _, err := s.Read("r1"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkRuns(b *testing.B) {
	s := openStore(b)
	for i := range 200 {
		j := begin1(b, s, fmt.Sprintf("r%d", i))
		j.Close()
	}
	for b.Loop() {
		if _, err := s.Runs(); err != nil {
			b.Fatal(err)
		}
	}
}
