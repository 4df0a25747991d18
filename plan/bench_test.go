package plan

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"timebound/model"
)

// crowd is a cluster of n tokens, a fifth of which is mounted by deployments
// with a pod each.
func crowd(n int) *world {
	w := newWorld("v1.28.15").seen()
	for i := range n {
		t := w.token(fmt.Sprintf("app-%06d-token", i), i%3 != 0)
		t.Namespace = fmt.Sprintf("team-%03d", i%200)
		w.Accounts[len(w.Accounts)-1].Namespace = t.Namespace
		switch i % 5 {
		case 0:
			account := fmt.Sprintf("app-%06d", i)
			w.workload("Deployment", account, account, model.WorkloadActive, model.RefVolume, t.Name).Namespace = t.Namespace
			pod := w.workload("Pod", account+"-7f9c-x2k4p", account, model.WorkloadActive, model.RefVolume, t.Name)
			pod.Namespace = t.Namespace
			pod.Owner = model.Owner{Kind: "ReplicaSet", Name: account + "-7f9c", Controller: true}
		case 1:
			t.LastUsed = label(today - model.Day(i%400))
		}
	}
	return w
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		w := crowd(n)
		a := w.assess(b)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Build(a, know(b), Options{Target: 30, Policy: gradual(b)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestBuildingCostsAboutAsMuchAsJudging holds the time of a build against that of
// the verdicts it stands on, in one run: the faster of several tries each, so
// that what else the machine does falls out.
func TestBuildingCostsAboutAsMuchAsJudging(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	w := crowd(30_000)
	a := w.assess(t)
	best := func(do func()) time.Duration {
		least := time.Hour
		for range 5 {
			began := time.Now()
			do()
			least = min(least, time.Since(began))
		}
		return least
	}
	judging := best(func() { w.assess(t) })
	building := best(func() {
		if _, err := Build(a, know(t), Options{Target: 30, Policy: gradual(t)}); err != nil {
			t.Fatal(err)
		}
	})
	const budget = 5.0
	ratio := float64(building) / float64(judging)
	t.Logf("building costs %.2f times the judging", ratio)
	if ratio > budget {
		t.Errorf("building costs %.2f times the judging, the budget is %.1f", ratio, budget)
	}
}

// TestAPlanOf100000TokensFitsItsMemory: building allocates less than 300 MB in
// all, and what stays is less than that.
func TestAPlanOf100000TokensFitsItsMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a large plan")
	}
	a := crowd(100_000).assess(t)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	p, err := Build(a, know(t), Options{Target: 30, Policy: gradual(t)})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	const budget = 300 << 20
	if got := after.TotalAlloc - before.TotalAlloc; got > budget {
		t.Errorf("building allocates %d MB, the budget is %d MB", got>>20, budget>>20)
	}
	runtime.KeepAlive(p)
}
