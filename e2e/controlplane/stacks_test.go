package controlplane

import "testing"

// The stacks of the cleaner's goroutine, shortened, as 1.28 (where Run starts
// another goroutine for the passes) and 1.37 show them.
func TestCleanerSleeps(t *testing.T) {
	const (
		run     = "k8s.io/kubernetes/pkg/controller/serviceaccount.(*LegacySATokenCleaner).Run(0x0)\n\tcleaner.go:106\n"
		begun   = "created by k8s.io/kubernetes/pkg/controller/serviceaccount.(*LegacySATokenCleaner).Run in goroutine 7\n\tcleaner.go:108"
		sleeps  = "goroutine 8 [select]:\nk8s.io/apimachinery/pkg/util/wait.BackoffUntil(0x0)\n\tbackoff.go:238\n"
		pass    = "k8s.io/kubernetes/pkg/controller/serviceaccount.(*LegacySATokenCleaner).evaluateSATokens(0x0)\n\tcleaner.go:187\n"
		within  = "k8s.io/apimachinery/pkg/util/wait.BackoffUntil(0x0)\n\tbackoff.go:227\n"
		deletes = "goroutine 8 [select]:\ngolang.org/x/net/http2.(*ClientConn).roundTrip(0x0)\n\ttransport.go:1406\n"
		caches  = "goroutine 8 [select]:\nk8s.io/apimachinery/pkg/util/wait.waitForWithContext(0x0)\n\twait.go:205\n"
		other   = "goroutine 9 [select]:\nk8s.io/apimachinery/pkg/util/wait.BackoffUntil(0x0)\n\tbackoff.go:238\ncreated by main.main in goroutine 1\n\tmain.go:1"
		waits   = "goroutine 7 [chan receive]:\n" + run
	)
	for _, c := range []struct {
		name   string
		stacks string
		want   bool
	}{
		{"asleep, 1.28", other + "\n\n" + waits + "\n" + sleeps + begun, true},
		{"asleep, 1.37", other + "\n\n" + sleeps + run, true},
		{"asleep for minutes", "goroutine 8 [select, 3 minutes]:" + sleeps[len("goroutine 8 [select]:"):] + run, true},
		{"deleting, 1.28", waits + "\n" + deletes + pass + within + begun, false},
		{"deleting, 1.37", deletes + pass + within + run, false},
		{"about to go round", "goroutine 8 [runnable]:\n" + within + run, false},
		{"filling its caches", caches + run + "\n" + other, false},
		{"not begun", other, false},
	} {
		if got := cleanerSleeps(c.stacks); got != c.want {
			t.Errorf("%s: sleeps is %t", c.name, got)
		}
	}
}
