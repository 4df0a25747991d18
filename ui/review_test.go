package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"timebound/plan/run"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
)

// reviewed drives to the review of what stageSome stages.
func reviewed(t *testing.T, width, height int, c *fakeChanger, more ...func(*Options)) *driver {
	t.Helper()
	d := load(t, width, height, "2", append(more, withChanger(c))...)
	stageSome(d)
	d.press("v")
	return d
}

func pickyChanger() *fakeChanger {
	c := newFakeChanger()
	c.problems[sample.Idle] = "used since it was staged: last used on 2026-11-22, was never"
	return c
}

func TestTheReviewAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		d := reviewed(t, size[0], size[1], pickyChanger())
		golden.Require(t, fmt.Sprintf("review-%dx%d", size[0], size[1]), ansi.Strip(d.content()))
		d.press("enter")
		golden.Require(t, fmt.Sprintf("confirm-%dx%d", size[0], size[1]), ansi.Strip(d.content()))
	}
	d := reviewed(t, 120, 40, pickyChanger(), func(o *Options) { o.NoColor, o.ASCII = true, true })
	d.press("k")
	golden.Require(t, "review-ascii", d.content())
	requireASCII(t, d)
	d.press("o")
	golden.Require(t, "review-options", d.content())
	requireASCII(t, d)
}

func TestTheReviewShowsEverythingAndWhatIsLeftOutFirst(t *testing.T) {
	c := pickyChanger()
	d := reviewed(t, 120, 60, c)
	d.sees("Review · staged changes · 7 changes", "unchanged since")
	d.sees("invalidate", "3 of 4")
	d.sees("6 of 7 tried out by the server as a dry run: ok; 1 left out")
	d.sees("LEFT OUT", "1, and nothing is done to it")
	d.sees("! used since it was staged")
	d.sees("in spite of it, because: owner moved to OIDC, ticket 4711")
	d.sees("! made by Helm release legacy-app")
	d.sees("undo class A: RS256")
	d.sees("You have every right that it takes.")
	d.sees("Canary 2, 15 s later the rest: 4 at once, at 10/s. Stops after 1 failure.")
	d.misses("$ kubectl")
	d.press("k")
	d.sees("$ kubectl label secret -n payments export-token-x2m1")
	d.push(drifting())
	d.sees("unchanged since") // what drifted was left out before
	next := drifting()
	next.Inventory.Tokens[6].ResourceVersion = "918274"
	d.push(next)
	d.sees("! 1 moved since it was tried out: v reviews again")
	d.press("esc")
	d.sees("7/7")
	if len(c.began) > 0 || c.unlocked {
		t.Error("a review changed something")
	}
}

func TestAReviewUnderWayShowsHowFarItIsAndCanBeStopped(t *testing.T) {
	c := newFakeChanger()
	c.gate = make(chan struct{})
	d := load(t, 120, 40, "2", withChanger(c))
	stageSome(d)
	_, review := d.root.Update(keyOf("v"))
	answer := make(chan tea.Msg, 1)
	go func() { answer <- review() }()
	for d.root.stagedPage.review.so.done.Load() == 0 {
		waitABit()
	}
	d.pass()
	d.sees("The server tries every change out. Nothing is changed.")
	d.sees("2 of 7", "esc stops")
	d.press("enter")
	d.sees("the review is not over yet")
	d.press("esc")
	d.sees("7/7")
	late := <-answer
	if msg, ok := late.(reviewedMsg); !ok || msg.err == nil {
		t.Errorf("the review went on: %+v", late)
	}
	d.send(late) // nothing happens
	d.sees("7/7")
}

func TestAReviewThatFailsSaysWhyAndIsTriedAgain(t *testing.T) {
	c := &brokenChanger{fakeChanger: newFakeChanger()}
	d := load(t, 120, 40, "2", func(o *Options) { o.Changes = c })
	stageSome(d)
	d.press("v")
	d.sees("× The review was not finished: no route to host")
	d.press("enter")
	d.sees("the review was not finished: v tries again")
	c.fixed = true
	d.press("v")
	d.sees("7 of 7 tried out")
}

func TestMissingRightsStopARun(t *testing.T) {
	c := newFakeChanger()
	c.missing = []string{"patch secrets in payments"}
	d := reviewed(t, 120, 40, c)
	d.sees("× You lack the right to: patch secrets in payments.")
	d.press("enter")
	d.sees("you lack rights that it takes")
	if d.root.overlay != nil {
		t.Error("the name is asked for all the same")
	}
}

func TestTheOptionsAreChangedAndShownInWords(t *testing.T) {
	c := newFakeChanger()
	d := reviewed(t, 120, 50, c)
	d.press("o", "right", "down", "down", "right", "down", "left", "left", "down", "left", "esc")
	d.sees("Canary 5, 15 s later the rest: 8 at once, at 2/s. Never stops for failures.")
	if len(c.ordersNow()) != 1 {
		t.Error("options that change no item had everything tried out again")
	}
	d.press("o", "up", "up", "j", "j", "j", "j", "j", "right", "enter")
	d.sees("May delete undo class A, B and C.")
	if orders := c.ordersNow(); len(orders) != 2 || orders[1].Options.Classes != "ABC" {
		t.Errorf("%d reviews", len(orders))
	}
	d.press("esc", "v")
	d.sees("Canary 5,", "at 2/s") // the next review begins with them
}

func TestNothingRunsUnlessTheNameIsTyped(t *testing.T) {
	c := newFakeChanger()
	d := reviewed(t, 120, 40, c)
	d.sees("read-only")
	d.press("enter")
	d.sees("Make 7 changes on prod-eu-1?")
	d.sees("This unlocks the session for writing.")
	for _, wrong := range []string{"", "y", "yes", "PROD-EU-1", "prod-eu-1 ", "prod-eu-10"} {
		d.write(wrong)
		d.press("enter")
		d.sees("That is not prod-eu-1. Nothing was done.")
		for range wrong {
			d.press("backspace")
		}
	}
	d.write("prod-eu-1")
	d.press("esc")
	if len(c.began) > 0 || c.unlocked {
		t.Fatal("it ran without the name")
	}
	d.press("enter")
	d.write("prod-eu-1")
	d.press("enter")
	if len(c.began) != 1 || !c.unlocked {
		t.Fatal("the name was typed, and nothing runs")
	}
	if o := c.began[0]; o.Purpose != run.Apply || len(o.Items) != 7 {
		t.Errorf("%+v", o)
	}
	d.sees("WRITE")
	d.misses("read-only")
	d.misses("Staged·") // its journal has it from here on
}

func TestWhatIsLeftOutStaysStaged(t *testing.T) {
	c := pickyChanger()
	d := reviewed(t, 120, 40, c)
	d.press("enter")
	d.sees("1 change is left out; the review says why.")
	d.write("prod-eu-1")
	d.press("enter")
	if len(c.began[0].Items) != 6 {
		t.Errorf("%d items run", len(c.began[0].Items))
	}
	if got := d.staged(); got != "invalidate Secret payments/"+sample.Idle {
		t.Errorf("staged is %q", got)
	}
}

func TestARunThatDoesNotBeginLocksAgain(t *testing.T) {
	c := newFakeChanger()
	c.failing = errors.New("another process works on this cluster")
	d := reviewed(t, 120, 40, c)
	d.press("enter")
	d.write("prod-eu-1")
	d.press("enter")
	d.sees("Not begun: another process works on this cluster")
	if c.unlocked || c.locks != 1 || d.root.env.staging.len() != 7 {
		t.Error("something is left of a run that never was")
	}
	c.failing = nil
	d.press("enter")
	if len(c.began) != 1 {
		t.Error("enter does not try again")
	}
}

func TestTheLockIsPutBackByKey(t *testing.T) {
	c := newFakeChanger()
	d := load(t, 120, 40, "2", withChanger(c))
	d.press("L")
	d.sees("the session is read-only")
	c.Unlock()
	d.press("j")
	d.sees("WRITE")
	resize(d, 60, 15)
	d.sees("WRITE") // whatever else has to go
	d.press("L")
	d.sees("read-only again")
	if c.unlocked {
		t.Error("it is not locked")
	}
}

func TestAHostileContextIsTypedAsItIsShown(t *testing.T) {
	c := newFakeChanger()
	d := reviewed(t, 120, 40, c, func(o *Options) { o.Context = "p\x1b[31mrod" })
	d.press("enter")
	shown := d.root.confirmName()
	if strings.ContainsRune(shown, 0x1b) {
		t.Fatal("raw")
	}
	d.write(shown)
	d.press("enter")
	if len(c.began) != 1 {
		t.Error("what is shown cannot be typed")
	}
}

func TestEqualReasonsAreToldOnceAndCounted(t *testing.T) {
	c := newFakeChanger()
	c.problems[sample.Idle], c.problems[sample.IdleOnce], c.problems[sample.Dead] = "used since", "used since", "gone"
	d := reviewed(t, 120, 60, c)
	d.sees("LEFT OUT", "3, and nothing is done to them")
	d.sees("! used since. 2 changes:")
	if n := strings.Count(d.content(), "used since."); n != 1 {
		t.Errorf("the reason stands there %d times", n)
	}
}

// What the head says stays where it is, however far down somebody looks.
func TestTheHeadOfTheReviewDoesNotJump(t *testing.T) {
	d := reviewed(t, 80, 24, pickyChanger())
	at := func() int { return strings.Index(ansi.Strip(d.lines()[3]), "evidence unchanged") }
	first := at()
	for _, key := range strings.Fields("j pgdown k pgdown G k g o esc") {
		if d.press(key); at() != first || first < 0 {
			t.Fatalf("after %s it stands at %d, and stood at %d", key, at(), first)
		}
	}
}

func TestWhatMayBeDeletedIsSaidOfDeletionsAlone(t *testing.T) {
	d := load(t, 120, 40, "2", withChanger(newFakeChanger()))
	d.onto(sample.Idle)
	d.press("i", "7", "v")
	d.sees("Stops after 1 failure.")
	d.misses("undo class")
	d.press("enter")
	d.sees("Stops after 1 failure.")
	d.misses("undo class")
}
