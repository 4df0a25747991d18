package planfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"timebound/model"
)

func told(all []Difference) string {
	var parts []string
	for _, d := range all {
		parts = append(parts, fmt.Sprintf("%s %s %s (%s > %s)", d.Kind, d.What, d.Name, d.From, d.To))
	}
	return strings.Join(parts, "\n")
}

func TestTheSameClusterShowsNoDifference(t *testing.T) {
	before, after := planOf(t, sample()), planOf(t, sample())
	after.Inputs.Taken = after.Inputs.Taken.AddDate(0, 0, 1)
	if d := Diff(before, after); len(d) > 0 {
		t.Errorf("differences:\n%s", told(d))
	}
}

func TestDiffTellsWhatMoved(t *testing.T) {
	before := planOf(t, sample())
	inv := sample()
	inv.Tokens[3].LastUsed = model.NewDayLabel(model.DayOf(now).String()) // somebody used it
	inv.Tokens = append(inv.Tokens[:4], inv.Tokens[5:]...)                // one is gone
	fresh := *inv.Tokens[0]
	fresh.Key.Name, fresh.UID = "new-token", "uid-new"
	inv.Tokens = append(inv.Tokens, &fresh)
	got := told(Diff(before, planOf(t, inv)))
	for _, want := range []string{
		"changed token payments/app-3-token (idle > in use)",
		"vanished token payments/app-4-token (idle > )",
		"appeared token payments/new-token ( > idle)",
		"vanished action invalidate Secret payments/app-3-token",
		"changed forecast payments/app-3-token", "vanished forecast payments/app-4-token",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("not told: %s\n%s", want, got)
		}
	}
	if strings.Contains(got, "app-0-token") {
		t.Errorf("what stayed is told:\n%s", got)
	}
}

// TestDiffTellsWhatVerifyTells: an object that was made anew, or changed, is
// another one than the plan is about.
func TestDiffTellsWhatVerifyTells(t *testing.T) {
	before := planOf(t, sample())
	inv := sample()
	inv.Tokens[0].UID, inv.Tokens[3].ResourceVersion, inv.Workloads[0].Generation = "another", "43", 5
	got := told(Diff(before, planOf(t, inv)))
	for _, want := range []string{"uid another", "resourceVersion 43", "generation 5"} {
		if !strings.Contains(got, want) {
			t.Errorf("not told: %s\n%s", want, got)
		}
	}
}

func TestDriftOfActions(t *testing.T) {
	p := planOf(t, sample())
	if d := DriftOf(p, judge(t, sample())); len(d) > 0 {
		t.Errorf("drift on the same cluster: %v", d)
	}
	inv := sample()
	inv.Tokens[0].ResourceVersion = "43"
	inv.Tokens[3].UID = "another"
	inv.Tokens[4].LastUsed = model.NewDayLabel(model.DayOf(now).String())
	inv.Tokens = inv.Tokens[:5]
	inv.Workloads[0].Generation = 5
	got := map[string]string{}
	for _, d := range DriftOf(p, judge(t, inv)) {
		got[d.Action] = d.Why
	}
	for action, want := range map[string]string{
		"invalidate Secret payments/app-0-token": "changed: resourceVersion was 42, is 43",
		"invalidate Secret payments/app-3-token": "made anew: UID was uid-app-3, is another",
		"invalidate Secret payments/app-4-token": "was idle, is in-use",
		"invalidate Secret payments/app-5-token": "gone, or not readable",
		"project Deployment payments/app-2":      "changed: generation was 4, is 5",
	} {
		if got[action] != want {
			t.Errorf("%s: %q, want %q", action, got[action], want)
		}
		delete(got, action)
	}
	if len(got) > 0 {
		t.Errorf("more drift: %v", got)
	}
}

func TestAPlanBelongsToOneCluster(t *testing.T) {
	p := planOf(t, sample())
	c := sample().Cluster
	if err := SameCluster(p, c); err != nil {
		t.Error(err)
	}
	c.UID = "other"
	if err := SameCluster(p, c); !errors.Is(err, ErrOtherCluster) {
		t.Errorf("another cluster: %v", err)
	}
	c.UID = ""
	if err := SameCluster(p, c); !errors.Is(err, ErrNoIdentity) {
		t.Errorf("a cluster that hides: %v", err)
	}
	p.Cluster.UID = ""
	if err := SameCluster(p, sample().Cluster); !errors.Is(err, ErrNoIdentity) {
		t.Errorf("a plan without identity: %v", err)
	}
}
