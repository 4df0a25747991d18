package sample

import (
	"testing"

	"timebound/model"
)

func TestEveryVerdictAndOriginOccurs(t *testing.T) {
	a := Assessment()
	for v, n := range a.Counts.ByVerdict {
		if n == 0 {
			t.Errorf("no token is %s", model.Verdict(v))
		}
	}
	for o, n := range a.Counts.ByOrigin {
		if n == 0 {
			t.Errorf("no token has origin %s", model.Origin(o))
		}
	}
	for _, f := range a.Findings {
		t.Logf("%-30q %-12s %-10s %d refs %d unseen %v", f.Token.Name, f.Verdict, f.Origin, len(f.References), f.UnseenDays, f.Reasons)
	}
}
