package ui

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"timebound/plan"
	"timebound/plan/run"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
)

func waitABit() { time.Sleep(time.Millisecond) }

func (c *fakeChanger) ordersNow() []run.Order {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.orders
}

// brokenChanger cannot review until it is fixed.
type brokenChanger struct {
	*fakeChanger
	fixed bool
}

func (c *brokenChanger) Review(ctx context.Context, o run.Order, progress func(int, int)) (*run.Review, error) {
	if !c.fixed {
		return nil, errors.New("no route to host")
	}
	return c.fakeChanger.Review(ctx, o, progress)
}

func TestARunAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		c := newFakeChanger()
		d := running(t, size[0], size[1], 120, c)
		c.runner.settle(45, run.PhaseWorking)
		d.pass()
		golden.Require(t, fmt.Sprintf("run-%dx%d", size[0], size[1]), ansi.Strip(d.content()))
		c.runner.settle(120, run.PhaseSettling)
		c.runner.end(nil)
		d.pass()
		golden.Require(t, fmt.Sprintf("results-%dx%d", size[0], size[1]), ansi.Strip(d.content()))
	}
	c := newFakeChanger()
	d := running(t, 120, 40, 120, c, func(o *Options) { o.NoColor, o.ASCII = true, true })
	c.runner.settle(45, run.PhaseWorking)
	d.pass()
	golden.Require(t, "run-ascii", d.content())
	requireASCII(t, d)
}

func TestARunShowsHowFarItIs(t *testing.T) {
	c := newFakeChanger()
	d := running(t, 120, 40, 120, c)
	d.sees("Run · "+runID, "switch tokens off")
	d.sees("0 %", "0 of 120")
	d.sees("canary: the first few")
	c.runner.settle(45, run.PhaseWorking)
	d.pass()
	d.sees("37 %", "45 of 120", "9.8/s", "8 s left")
	d.sees("run 37 %") // in the header
	d.sees("× failed", "admission webhook")
	d.sees("– 6 skipped", "× 3 failed", "◉ 4 in flight", "· 71 pending")
	d.press("enter")
	d.sees("What became of it")
	d.press("esc", "esc") // the view is left, and the run goes on
	d.sees("Nothing was run")
	d.press("esc")
	if d.root.current != PageStaged {
		t.Errorf("esc goes to %s", d.root.current)
	}
	c.runner.settle(90, run.PhaseWorking)
	d.pass()
	d.sees("run 75 %")
	c.runs = []RunSummary{{ID: runID, Head: run.Head{Name: "switch tokens off"}, Counts: map[run.State]int{run.Pending: 120}}}
	d.press("8", "r")
	d.sees("◉ 75 %", "switch tokens off")
	d.press("f")
	d.sees("the run is under way")
	d.press("enter")
	d.sees("75 %", "90 of 120")
	c.runner.settle(99, run.PhaseWorking)
	d.pass()
	d.sees("82 %", "99 of 120")
}

func TestARunIsSteered(t *testing.T) {
	c := newFakeChanger()
	d := running(t, 120, 40, 120, c)
	d.press("space")
	d.pass()
	d.sees("paused: space goes on")
	d.sees("run 0 % paused")
	d.press("space")
	d.pass()
	d.sees("canary: the first few")
	d.press("+", "+")
	d.sees("at most 50/s")
	d.press("-")
	if c.runner.rate != 20 {
		t.Errorf("the rate is %v", c.runner.rate)
	}
	for range 9 {
		d.press("+")
	}
	d.sees("as fast as it goes")
	if c.runner.rate != 0 {
		t.Errorf("the rate is %v", c.runner.rate)
	}
	d.press("x")
	d.sees("End the run? 120 of 120 are left")
	d.press("enter")
	if c.runner.aborted {
		t.Fatal("aborted without a yes")
	}
	d.press("x", "down", "enter")
	d.pass()
	if !c.runner.aborted {
		t.Fatal("not aborted")
	}
	d.sees("! stopping: aborted; what is under way is waited for")
	d.press("x")
	d.sees("it is stopping already")
	c.runner.end(run.ErrAborted)
	d.pass()
	d.sees("! stopped: aborted", "f finishes it, z puts back what was done")
	d.sees("run " + runID + " stopped: aborted; 120 pending")
	d.press("space")
	d.sees("the run is not under way")
}

func TestWhatFailedIsReviewedOnceMore(t *testing.T) {
	c := newFakeChanger()
	d := running(t, 120, 40, 20, c)
	d.press("R")
	d.sees("the run is under way")
	c.runner.settle(20, run.PhaseSettling)
	c.runner.end(nil)
	d.pass()
	d.press("R")
	d.sees("Review · retry of "+runID, "1 change")
	d.press("esc")
	d.sees("Run · " + runID)
}

func TestARunIsPutBack(t *testing.T) {
	c := newFakeChanger()
	h := historyOf("20261101-080000-aaaa", 3, 0)
	c.history[h.ID] = h
	c.runs = []RunSummary{summaryOf(h, sample.Now.AddDate(0, 0, -21))}
	d := load(t, 120, 40, "8", withChanger(c))
	d.sees("2026-11-01 09:30", "✓ finished", "switch tokens off", "3 done", "ada@laptop")
	d.press("enter")
	d.sees("Run · 20261101-080000-aaaa")
	d.sees("✓ finished")
	d.press("z")
	d.sees("Review · undo of 20261101-080000-aaaa", "3 changes")
	o := c.ordersNow()[0]
	if o.Purpose != run.Undo || o.Undoes != h.ID || !o.Whole || o.Options.Canary != 0 || o.Items[0].Kind != plan.Reactivate {
		t.Errorf("%+v", o)
	}
	d.press("esc")
	d.sees("Run · 20261101-080000-aaaa")
	d.press("esc")
	d.sees("CHANGES")
	d.press("z", "enter")
	d.write("prod-eu-1")
	d.press("enter")
	if len(c.began) != 1 {
		t.Fatal("the undo does not run")
	}
	d.press("z")
	d.sees("the run is under way: x ends it first")
}

func TestASoakIsWatchedAndKnockedTokensComeBackByOneKey(t *testing.T) {
	c := newFakeChanger()
	h := historyOf("20261101-080000-aaaa", 2, 0)
	c.history[h.ID] = h
	c.runs = []RunSummary{summaryOf(h, sample.Now)}
	d := load(t, 120, 40, "8", withChanger(c))
	d.press("enter")
	d.sees("! 1 knocked: o stages it to be switched on again   somebody tried batch/partner-feed-token since")
	d.press("o")
	d.sees("batch/partner-feed-token staged to reactivate")
	if got := d.staged(); got != "reactivate Secret batch/partner-feed-token" {
		t.Error(got)
	}
	quiet := historyOf("20261102-080000-bbbb", 2, 0)
	quiet.Results = quiet.Results[1:]
	c.history[h.ID] = quiet
	d.press("esc", "enter")
	d.sees("1 switched off; each API server goes by it within about 10 s")
	d.sees("no knock until 2026-09-08: deleting is offered now")
	d.press("o")
	d.sees("nobody tried a token that this run switched off")
}

func TestARunThatWasCutOffIsOfferedAtTheStart(t *testing.T) {
	c := newFakeChanger()
	h := historyOf("20261121-080000-cccc", 6, 4)
	c.history[h.ID] = h
	c.runs = []RunSummary{summaryOf(h, sample.Now.AddDate(0, 0, -1))}
	d := drive(t, 120, 40, withChanger(c))
	d.hasty = true
	d.push(sample.Snapshot())
	d.sees("Cut off: switch tokens off, 2 done, 4 pending")
	d.press("down", "enter")
	if d.root.overlay == nil || !d.root.overlay.deaf {
		t.Fatal("keys that came too early answered the dialog")
	}
	d.hasty = false
	d.send(d.heard[0])
	golden.Require(t, "cut-off", ansi.Strip(d.content()))
	d.press("enter") // later
	d.misses("Cut off")
	d.press("8")
	d.sees("! open", "2 done, 4 pending")
	d.press("f")
	d.sees("Finish run 20261121-080000-cccc on prod-eu-1?")
	d.sees("4 changes are left; so far 2 done, 4 pending.")
	d.press("enter")
	d.sees("That is not prod-eu-1")
	d.write("prod-eu-1")
	d.press("enter")
	if len(c.resumed) != 1 || c.resumed[0] != h.ID {
		t.Errorf("resumed %v", c.resumed)
	}
	d.sees("Run · " + h.ID)
}

func TestTheRunsAtEverySize(t *testing.T) {
	c := newFakeChanger()
	undo := historyOf("20261120-101500-dddd", 4, 0)
	undo.Head.Purpose, undo.Head.Undoes, undo.Head.Name = run.Undo, "20261120-100000-bbbb", "undo of 20261120-100000-bbbb"
	c.runs = []RunSummary{
		summaryOf(historyOf("20261121-080000-cccc", 6, 4), sample.Now.Add(-20*time.Hour)),
		summaryOf(undo, sample.Now.Add(-40*time.Hour)),
		summaryOf(historyOf("20261120-100000-bbbb", 4, 0), sample.Now.Add(-41*time.Hour)),
		summaryOf(historyOf("20261101-080000-aaaa", 12, 0), sample.Now.AddDate(0, 0, -21)),
		{ID: "20261031-070000-eeee", Problem: "journal.jsonl, line 7: its hash is not that of what stands there \x1b]52;"},
	}
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		d := load(t, size[0], size[1], "1", withChanger(c))
		d.press("enter", "8")
		d.sees("– undone", "4 done")
		golden.Require(t, fmt.Sprintf("runs-%dx%d", size[0], size[1]), ansi.Strip(d.content()))
		d.press("G", "z")
		d.sees("its journal cannot be relied on")
		d.press("g", "j", "z")
		d.sees("it put back another run itself")
		d.press("f")
		d.sees("it has nothing left to do")
		d.press("enter")
		d.sees("× there is no run 20261120-101500-dddd")
	}
}

func TestQuittingARunAsks(t *testing.T) {
	c := newFakeChanger()
	d := running(t, 120, 40, 20, c)
	d.press("q")
	d.sees("A run is under way: 20 of 20 left")
	d.press("enter")
	if d.quit || c.runner.aborted {
		t.Fatal("it did not stay")
	}
	d.press("ctrl+c", "ctrl+c")
	if d.quit || !c.runner.aborted {
		t.Fatal("it should finish what is in flight first")
	}
	d.sees("run 0 % stopping")
	c.runner.end(run.ErrAborted)
	d.pass()
	if !d.quit {
		t.Error("the run has ended, and it does not quit")
	}
	c = newFakeChanger()
	d = running(t, 120, 40, 20, c)
	d.press("ctrl+c", "ctrl+c", "ctrl+c")
	if !d.quit {
		t.Error("the third ctrl+c does not quit at once")
	}
}

func TestOnlyOneRunAtATime(t *testing.T) {
	c := newFakeChanger()
	d := running(t, 120, 40, 20, c)
	d.press("2")
	d.onto(sample.Idle)
	d.press("i", "7", "v", "enter")
	d.sees("a run is under way: 8 shows it")
	d.press("L")
	d.sees("a run is under way")
}

// Whatever a run and a review bring, nothing breaks the screen.
func TestNoRunBreaksTheScreen(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	keys := strings.Fields("v enter esc k o left right up down x space + - R z f o G g pgdown 7 8 2 i d u p U q")
	rounds := 25
	if testing.Short() {
		rounds = 3
	}
	for range rounds {
		c := newFakeChanger()
		width, height := 60+r.IntN(140), 15+r.IntN(40)
		d := load(t, width, height, "7", withChanger(c), func(o *Options) { o.ASCII, o.NoColor = r.IntN(3) == 0, r.IntN(3) == 0 })
		items := manyItems(30)
		for _, i := range items {
			i.On.Namespace, i.On.Name, i.Override = hostileText(r, 12)+"n", hostileText(r, 30)+fmt.Sprint(r.Int()), hostileText(r, 20)
			i.Verdict, i.Warn, i.Change = hostileText(r, 8), []string{hostileText(r, 60)}, []string{hostileText(r, 60), "+ " + hostileText(r, 90)}
			i.Evidence[0] = plan.Evidence{Code: hostileText(r, 6), Text: hostileText(r, 80)}
			if r.IntN(3) == 0 {
				c.problems[i.On.Name] = hostileText(r, 70)
			}
		}
		c.missing = []string{hostileText(r, 30)}[:r.IntN(2)]
		d.root.env.staging.batch.Add(items...)
		d.run(d.root.staged())
		checkScreen(t, d, width, height, "staged")
		d.press("v")
		checkScreen(t, d, width, height, "review")
		d.press("enter")
		d.write("prod-eu-1")
		d.press("enter")
		for range 60 {
			doing := keys[r.IntN(len(keys))]
			switch {
			case r.IntN(8) == 0:
				width, height = 1+r.IntN(200), 1+r.IntN(60)
				d.send(tea.WindowSizeMsg{Width: width, Height: height})
			case c.runner != nil && r.IntN(5) == 0 && len(c.runner.results) > 0:
				c.runner.settle(r.IntN(len(c.runner.results)), run.Phase(hostileText(r, 9)))
				c.runner.with(func() {
					c.runner.results[0].Outcome = run.Outcome{State: run.Failed, Code: hostileText(r, 9), Why: hostileText(r, 90)}
					c.runner.p.Notes, c.runner.p.Stopping = []string{hostileText(r, 40)}, hostileText(r, 20)
				})
				d.pass()
			default:
				d.press(doing)
			}
			checkScreen(t, d, width, height, doing+" on "+d.root.current.String())
		}
	}
}
