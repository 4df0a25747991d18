package ui

import (
	"fmt"
	"testing"
	"time"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
	"timebound/ui/changes"
	"timebound/ui/internal/sample"
	"timebound/ui/theme"
)

// manyItems are n staged invalidations, of tokens that need not exist.
func manyItems(n int) []*change.Item {
	items := make([]*change.Item, n)
	for i := range items {
		items[i] = &change.Item{Action: plan.Action{Kind: plan.Invalidate, Verdict: "idle", Change: []string{"+ label " + model.LabelInvalidSince + "=2026-11-22"},
			On:       plan.Pin{Kind: "Secret", Namespace: fmt.Sprintf("team-%03d", i%377), Name: fmt.Sprintf("builder-%05d-token-%05x", i, i*7919%1048573), UID: fmt.Sprint(i), ResourceVersion: "7"},
			Evidence: []plan.Evidence{{Code: "TB-167", Text: "uses have been recorded for 399 days; this token was not seen"}, {Code: "TB-142", Text: "nothing points at it"}}}}
	}
	return items
}

// running drives to a run of n items that is under way.
func running(tb testing.TB, width, height, n int, c *fakeChanger, more ...func(*Options)) *driver {
	tb.Helper()
	d := load(tb, width, height, "7", append(more, withChanger(c))...)
	d.root.env.staging.batch.Add(manyItems(n)...)
	d.run(d.root.staged())
	d.press("v", "enter")
	d.write("prod-eu-1")
	d.press("enter")
	if c.runner == nil {
		tb.Fatal("nothing runs")
	}
	return d
}

// While ten thousand changes run, a frame costs little more than an idle one.
func benchmarkRun(b *testing.B, n int, live bool) {
	b.Helper()
	c := newFakeChanger()
	d := running(b, 120, 40, n, c)
	c.runner.settle(n/3, run.PhaseWorking)
	d.pass()
	// Two answers in turn: what follows from results is kept while they are the
	// same.
	var msgs [2]polledMsg
	for i := range msgs {
		msgs[i] = polledMsg{gen: d.root.live.gen, progress: c.runner.Progress(), results: c.runner.Results()}
	}
	b.ReportAllocs()
	turn := 0
	for b.Loop() {
		if turn++; live {
			d.root.Update(msgs[turn%2])
		} else {
			d.root.dirty = true
		}
		d.root.View()
	}
}

func BenchmarkRunFrame(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("idle/%d", n), func(b *testing.B) { benchmarkRun(b, n, false) })
		b.Run(fmt.Sprintf("polled/%d", n), func(b *testing.B) { benchmarkRun(b, n, true) })
	}
}

func TestTheBudgetOfARun(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	limit := 16 * time.Millisecond
	if raceDetector {
		limit *= 10
	}
	frame := testing.Benchmark(func(b *testing.B) {
		b.Helper()
		benchmarkRun(b, 10_000, true)
	})
	if got := time.Duration(frame.NsPerOp()); got > limit {
		t.Errorf("a frame while 10,000 changes run takes %v, more than %v", got, limit)
	}
}

// BenchmarkStagedFacts is what new facts cost on the screen's thread while ten
// thousand staged changes are shown; sorting is done in a command.
func BenchmarkStagedFacts(b *testing.B) {
	d := load(b, 120, 40, "7")
	d.root.env.staging.batch.Add(manyItems(10_000)...)
	d.run(d.root.staged())
	facts := [2]*model.Assessment{sample.Assessment(), sample.Assessment()}
	b.ReportAllocs()
	turn := 0
	for b.Loop() {
		turn++
		d.root.setAssessment(facts[turn%2], d.root.asked)
		d.root.dirty = true
		d.root.View()
	}
}

// BenchmarkReviewText is what the text of a review of ten thousand changes
// costs. It is made in a command.
func BenchmarkReviewText(b *testing.B) {
	o := run.Order{Items: manyItems(10_000)}
	v, err := newFakeChanger().Review(b.Context(), o, func(int, int) {})
	if err != nil {
		b.Fatal(err)
	}
	st := theme.New(theme.Options{Dark: true})
	for b.Loop() {
		changes.Review(o, v, st, 116, true)
	}
}
