package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/internal/sample"
)

func TestWithoutAVersionThereIsNoPlanAndThePageSaysWhy(t *testing.T) {
	d := drive(t, 100, 30)
	snap := sample.Snapshot()
	snap.Inventory.Cluster.Servers = nil
	d.push(snap)
	d.press("6")
	d.sees("! No plan: the version of the API servers is not known.")
	for _, k := range []string{"f", "x", "w", "t", "m", "enter", "d", "right"} {
		d.press(k)
		d.sees("the version of the API servers is not known")
	}
	d.press("j", "G", "pgdown", "esc")
	d.push(sample.Snapshot())
	d.sees("you are here")
}

func TestUntilThereIsAPlanThePageSaysSo(t *testing.T) {
	d := drive(t, 100, 30)
	d.press("2") // where no plan is seen
	d.push(sample.Snapshot())
	_, build := d.root.Update(keyOf("6"))
	d.sees("The plan is being built.")
	for _, k := range []string{"w", "f", "enter", "m", "l"} {
		d.press(k)
		d.sees(" the plan is being built")
	}
	d.press("down", "G", "pgup", "?", "esc")
	d.run(build)
	d.sees("you are here")
}

func TestATargetThatWasOvertakenIsSaid(t *testing.T) {
	d := load(t, 120, 40, "6")
	d.press("t", "g", "enter") // 1.29
	snap := sample.Snapshot()
	snap.Inventory.Cluster.Servers = snap.Inventory.Cluster.Servers[:1] // 1.30
	d.push(snap)
	d.sees("! an older plan: the target 1.29 is behind the cluster")
	d.press("t", "G", "enter")
	d.sees("1.37 target")
	d.misses("an older plan")
}

func TestThePlanIsBuiltOnlyWhileItIsSeen(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.root.planner.basis = nil
	d.push(sample.Snapshot())
	if d.root.planner.basis != nil {
		t.Fatal("nobody sees the plan, and it was built")
	}
	for _, page := range []string{"6", "1"} {
		d.press("2")
		d.push(sample.Snapshot())
		d.press(page)
		if d.root.planner.basis != d.root.assessment {
			t.Errorf("page %s shows a plan of older facts", page)
		}
	}
}

func TestOnePlanIsBuiltAtATimeAndTheNewestFactsWin(t *testing.T) {
	d := load(t, 120, 40, "6")
	var builds []tea.Cmd
	for range 3 {
		a := model.Assess(sample.Inventory(), d.root.options.Knowledge, d.root.asked)
		if build := d.root.setAssessment(a, d.root.asked); build != nil {
			builds = append(builds, build)
		}
	}
	if len(builds) != 1 || !d.root.planner.busy {
		t.Fatalf("%d builds at a time", len(builds))
	}
	d.run(builds[0])
	if d.root.planner.busy || d.root.planner.basis != d.root.assessment {
		t.Error("the newest facts were not planned")
	}
}

func TestALongBuildIsFollowedByAPause(t *testing.T) {
	d := load(t, 120, 40, "6")
	d.hasty = true
	p := d.root.planner
	d.send(plannedMsg{gen: p.gen, sheet: p.sheet, basis: d.root.assessment, goal: p.target, took: longBuild})
	if d.pauses != 1 {
		t.Fatalf("%d pauses", d.pauses)
	}
	d.push(sample.Snapshot())
	if p.basis == d.root.assessment {
		t.Fatal("the next build did not wait")
	}
	d.press("t", "g", "enter") // somebody waits for this one
	if p.sheet.Plan.Target != 29 {
		t.Error("another target waits for the pause")
	}
	d.push(sample.Snapshot())
	d.send(pausedMsg{})
	if p.basis != d.root.assessment {
		t.Error("after the pause nothing was built")
	}
}

func TestAPlanForAnotherTargetIsDropped(t *testing.T) {
	d := load(t, 120, 40, "6")
	build := d.root.planner.aim(31)
	if again := d.root.planner.aim(32); again != nil {
		t.Fatal("two builds at a time")
	}
	d.run(build)
	if got := d.root.planner.sheet.Plan.Target; got != 32 {
		t.Errorf("the plan is for %s", got)
	}
}

func TestWithoutKnowledgeThereIsNoPlan(t *testing.T) {
	d := load(t, 120, 40, "6", func(o *Options) { o.Migration = nil })
	d.sees("No plan can be made")
	d.press("f", "x", "t", "w", "m", "enter", "d", "right", "j", "esc", "1")
	d.misses("READY FOR")
}
