package forecast

import (
	"math/rand/v2"
	"testing"
	"time"

	"timebound/model"
)

// Whatever the seed and the time of day, all kinds of fates are among the
// generated tokens. This needs no cluster.
func TestEveryKindOfFateIsGenerated(t *testing.T) {
	today := model.DayOf(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		for _, period := range periods {
			for _, legs := range [][]leg{{{0, "1.28.15"}}, {{0, "1.37.1"}}, overAnUpgrade} {
				clock := clock{today: today, passAt: time.Duration(1+rng.IntN(86399)) * time.Second}
				course := courseOf(clock, period, legs)
				kinds := map[string]int{}
				for _, k := range newGenerator(seed, course, clock, period).tokens(howManyTokens) {
					kinds[told(within(k.fate(course), course.Today+howManyDays), k)]++
				}
				for _, kind := range wanted(course) {
					if kinds[kind] < enough {
						t.Errorf("seed %d, %s: %d tokens are %s", seed, describe(course), kinds[kind], kind)
					}
				}
			}
		}
	}
}
