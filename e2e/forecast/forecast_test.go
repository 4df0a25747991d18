package forecast

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"timebound/e2e/controlplane/controlplanetest"
)

// The periods: one of whole days, and one for which the time of day matters.
var periods = []time.Duration{72 * time.Hour, 60 * time.Hour}

// TestForecast holds the forecast against the cleaner of every version that has
// one and is to be tested.
func TestForecast(t *testing.T) {
	controlplanetest.Require(t)
	seed := seed(t)
	for _, version := range controlplanetest.Versions() {
		if slices.Contains(beforeTheCleaner, version) {
			continue
		}
		for _, period := range periods {
			t.Run(version+"/"+period.String(), func(t *testing.T) {
				hold(t, seed, period, []leg{{0, version}})
			})
		}
	}
}

// beforeTheCleaner are versions without a cleaner.
var beforeTheCleaner = []string{"1.24.17", "1.26.3"}

// overAnUpgrade crosses the one upgrade that changes the cleaner's manner, from
// deleting at once to labelling first, some days after it began to act.
var overAnUpgrade = []leg{{0, "1.28.15"}, {5, "1.30.14"}}

// TestForecastOverAnUpgrade upgrades the cluster between two days.
func TestForecastOverAnUpgrade(t *testing.T) {
	for _, l := range overAnUpgrade {
		controlplanetest.Require(t, l.version)
	}
	hold(t, seed(t), periods[0], overAnUpgrade)
}

// seed is another one every time, or that of a run to be repeated. Dates are
// counted from today, so a repeated run is alike, not the same.
func seed(t *testing.T) uint64 {
	t.Helper()
	const variable = "TIMEBOUND_E2E_SEED"
	s := rand.Uint64()
	if text := os.Getenv(variable); text != "" {
		var err error
		if s, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("%s: %v", variable, err)
		}
	}
	t.Logf("%s=%d", variable, s)
	return s
}
