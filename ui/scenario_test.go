package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/internal/sample"
	"timebound/ui/theme"
)

func TestTheFirstFrameNeedsNothing(t *testing.T) {
	d := drive(t, 100, 30)
	d.sees("connecting to prod-eu-1")
	d.sees("1 Overview", "5 Cluster")
	d.sees("? help")
	d.press("2", "down", "space", "/", "x", "esc", "enter", "esc", "s", "a", "w", "?", "esc", "G")
	d.sees("connecting to prod-eu-1")
}

func TestRowsAppearWhileLoading(t *testing.T) {
	d := drive(t, 140, 30)
	d.press("2")
	loading := sample.Loading()
	d.push(model.Snapshot{Link: loading.Link, Progress: loading.Progress})
	d.sees("secrets", "12,000 of 20,000", "/s")
	loading.Inventory.Tokens = sample.Inventory().Tokens[:3]
	d.push(loading)
	d.sees("3/3")
	d.sees("2 of 4 kinds read", "secrets 12,000 of 20,000", "pods 1,500 so far")
	d.push(sample.Snapshot())
	d.sees("13/13")
	d.misses("kinds read")
	d.misses("loading")
}

func TestPagesByNumberAndTab(t *testing.T) {
	d := load(t, 120, 40, "1")
	for _, step := range []struct{ key, sees string }{
		{"2", "TOKEN"}, {"3", "TEMPLATES"}, {"4", "WORKLOAD"}, {"5", "SETTINGS"}, {"tab", "you are here"}, {"tab", "Nothing is staged"}, {"tab", "only be looked at"}, {"tab", "VERDICTS"}, {"shift+tab", "only be looked at"}, {"6", "you are here"}, {"1", "ORIGINS"},
	} {
		d.press(step.key)
		d.sees(step.sees)
	}
}

func TestMovingThroughTheList(t *testing.T) {
	d := load(t, 120, 16, "2") // nine rows
	for _, step := range []struct{ keys, want string }{
		{"j", "gone-token"}, {"down", "partner-feed"}, {"k", "gone-token"}, {"G", "hidden-token"}, {"g", "batch-token"}, {"end", "hidden-token"},
		{"home", "batch-token"}, {"pgdown", "fresh-token"}, {"pgup", "batch-token"}, {"ctrl+f", "fresh-token"}, {"ctrl+b", "batch-token"},
		{"ctrl+d", "odd-token"}, {"ctrl+u", "batch-token"}, {"up", "batch-token"},
	} {
		d.press(strings.Fields(step.keys)...)
		if got := d.selected(); !strings.Contains(got, step.want) {
			t.Errorf("after %s the cursor is on %q, want %s", step.keys, got, step.want)
		}
	}
}

func TestTheStoryStandsBesideTheListWhenThereIsRoom(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.sees("▌", "batch-token")
	d.sees("│ batch/batch-token-88sd")
	d.press("down")
	d.sees("│ batch/gone-token-1qaz")
	d.press("enter")
	d.sees("Tokens · 2 of 13")
	d.misses("NAMESPACE")
	d.press("n")
	d.sees("Tokens · 3 of 13")
	d.press("esc")
	d.sees("▌", "partner-feed")
}

func TestTheStoryOpensOnEnterWhenItIsNarrow(t *testing.T) {
	d := load(t, 80, 24, "2")
	d.misses("Leave it switched off")
	d.press("enter")
	d.sees("Leave it switched off")
	first := d.lines()[4]
	d.press("pgdown")
	if d.lines()[4] == first {
		t.Error("details do not scroll")
	}
	d.press("G", "g")
	if d.lines()[4] != first {
		t.Error("details do not go back to the beginning")
	}
}

func TestLinksKeepTheSubjectAndBackReturns(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.press("/")
	d.write("legacy-app")
	d.press("enter")
	d.press("a")
	d.sees("TEMPLATES")
	d.sees("▌", "legacy-app")
	d.press("t")
	d.sees("of account payments/legacy-app", "1/1")
	d.press("w")
	d.sees("referencing payments/legacy-app-token-p0q9", "10/10")
	d.press("esc")
	d.sees("of account payments/legacy-app", "1/1")
	d.press("esc")
	d.sees("▌", "legacy-app")
	d.sees("TEMPLATES")
	d.press("[")
	d.sees("/ legacy-app", "1/13")
	d.sees("▌", "legacy-app-token")
	d.press("[")
	d.sees("there is nothing to go back to")
}

func TestARefusedActionSaysWhy(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.press("down", "a") // the token whose account is gone
	d.sees("its account is gone, or was not readable")
	d.press("down")
	d.misses("its account is gone, or was not readable")
	d.press("g", "down", "?")
	d.sees("a ", "not now: its account is gone")
}

func TestHelpIsMadeFromTheActions(t *testing.T) {
	d := load(t, 120, 60, "2")
	d.press("?")
	for _, a := range append(append(tokenActions(), listActions()...), globalActions()...)[:12] {
		d.sees(strings.Fields(a.Keys.Help().Key)[0], a.Title)
	}
	d.press("2", "j") // the help alone gets the keys
	d.sees("/ 2j")
	d.press("esc", "esc")
	d.misses("Keys on Tokens")
}

func TestProblemsAreABannerAndTheDataStays(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.press("!")
	d.sees("nothing went wrong")
	snap := sample.Snapshot()
	snap.Problems = []model.Problem{
		{What: "list pods", Why: "forbidden: needs verb list on pods", Remedy: `run "timebound rbac"`},
		{What: "the connection broke", Why: "EOF", Remedy: "wait", Fatal: true},
	}
	snap.Link = model.Link{State: model.LinkRetrying, Since: d.now, Retry: d.now.Add(7 * time.Second)}
	d.push(snap)
	d.sees("× the connection broke: EOF", "! all 2")
	d.sees("retrying in 7s, data 4s old")
	d.sees("13/13")
	d.press("!")
	d.sees("needs verb list on pods")
	d.sees("→", `run "timebound rbac"`)
	d.press("esc")
	d.misses("needs verb list on pods")
}

func TestAFatalProblemBeforeAnyDataTellsWhatToDo(t *testing.T) {
	d := drive(t, 100, 30)
	d.push(model.Snapshot{Problems: []model.Problem{{What: "connect to https://10.0.0.1:6443", Why: "x509: certificate signed by unknown authority",
		Remedy: "check certificate-authority in the kubeconfig", Fatal: true}}})
	d.sees("× cannot connect to https://10.0.0.1:6443")
	d.sees("x509")
	d.sees("→ check certificate-authority")
	d.sees("r try at once")
}

func TestReloadAsksTheFeedAndAnEndedFeedIsTakenUpAgain(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.press("r")
	if d.feed.reloads != 1 {
		t.Fatalf("%d reloads", d.feed.reloads)
	}
	d.feed.failures <- errors.New("the dump ended")
	d.send(<-d.waiting)
	d.sees("no more data: the dump ended")
	d.sees("13/13")
	d.waiting = nil
	d.press("r")
	if d.waiting == nil {
		t.Fatal("nobody waits for the feed")
	}
	d.misses("no more data")
	d.push(sample.Snapshot())
}

func TestTheAgeTicksOnlyWhenItsTextChanges(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.sees("live, changed 4s ago")
	if n := len(d.ticks); n != 1 || d.wakeups[0] != time.Second {
		t.Fatalf("wakeups %v", d.wakeups)
	}
	d.now = d.now.Add(time.Second)
	d.send(d.ticks[0])
	d.sees("changed 5s ago")
	d.now = d.now.Add(2 * time.Minute)
	d.send(d.ticks[1])
	d.sees("changed 2m ago")
	if last := d.wakeups[len(d.wakeups)-1]; last != 55*time.Second {
		t.Errorf("the next wakeup comes in %v", last)
	}
	d.send(d.ticks[0]) // a tick from before changes nothing
	if len(d.ticks) != 3 {
		t.Errorf("an old tick asked for another: %v", d.wakeups)
	}
}

func TestTheDayChangesWhileItRuns(t *testing.T) {
	d := drive(t, 120, 30)
	snap := sample.Snapshot()
	snap.Inventory.Cluster.ClockSkew = 0
	d.push(snap)
	d.press("2")
	d.sees("ci-deployer", "yesterday")
	d.now = d.now.Add(24 * time.Hour)
	d.send(d.ticks[len(d.ticks)-1])
	d.sees("ci-deployer", "2d ago")
}

func TestQuitStopsWhatWaits(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.press("q")
	if !d.quit {
		t.Fatal("q does not quit")
	}
	select {
	case <-d.waiting:
	case <-time.After(200 * time.Millisecond):
		t.Fatal("the pull still waits for the feed")
	}
}

func TestASmallTerminalGetsANotice(t *testing.T) {
	for _, size := range [][2]int{{59, 24}, {80, 14}, {1, 1}, {0, 0}, {20, 2}} {
		d := load(t, size[0], size[1], "2")
		if got := d.lines(); len(got) > max(1, size[1]) {
			t.Errorf("%v: %d lines", size, len(got))
		}
	}
	d := load(t, 50, 24, "2")
	d.sees("needs 60×15")
	d.press("q")
	if !d.quit {
		t.Error("q does not quit")
	}
}

func TestTheLookFollowsTheTerminal(t *testing.T) {
	d := load(t, 120, 30, "2", func(o *Options) { o.Background = BackgroundAsk })
	neutral := d.content()
	if strings.Contains(neutral, "38;2;") {
		t.Error("before the background is known, colours of our own are used")
	}
	d.send(tea.BackgroundColorMsg{Color: darkColor{}})
	dark := d.content()
	if !strings.Contains(dark, "38;2;") || dark == neutral {
		t.Error("the answer changed nothing")
	}
	plain := load(t, 120, 30, "2", func(o *Options) { o.NoColor = true }).content()
	if strings.Contains(plain, "38;2") || strings.Contains(plain, "\x1b[3") {
		t.Error("there is colour without colour")
	}
}

type darkColor struct{}

func (darkColor) RGBA() (r, g, b, a uint32) { return 0x1000, 0x1000, 0x1000, 0xffff }

func TestViewIsGivenAgainUnlessSomethingChanged(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.root.View()
	d.send(tea.KeyReleaseMsg{Code: 'j'})
	if d.root.dirty {
		t.Error("a message that says nothing made a new frame")
	}
	d.press("j")
	if !strings.Contains(d.selected(), "gone-token") {
		t.Error("the frame is old")
	}
}

func TestAnAccountsVerdictsHaveTheirOwnColours(t *testing.T) {
	d := load(t, 140, 30, "3")
	inv := sample.Inventory()
	for i, name := range []string{"ledger-a", "ledger-b"} {
		inv.Tokens = append(inv.Tokens, &model.Token{Key: model.Key{Namespace: "payments", Name: name}, Account: "ledger", Created: sample.Now.AddDate(-4, 0, 0),
			LastUsed: model.NewDayLabel([]string{"2026-11-20", "2025-12-24"}[i])})
	}
	snap := sample.Snapshot()
	snap.Inventory = inv
	d.push(snap)
	d.sees("ledger", "● 1  ○ 2")
	st := d.root.env.styles
	for v, n := range map[model.Verdict]string{model.VerdictInUse: " 1", model.VerdictIdle: " 2"} {
		want := st.Glyphs.Verdict(v) + n
		if content := d.content(); !strings.Contains(content, st.Paint(theme.VerdictRole(v), want)) && !strings.Contains(content, string(st.AppendSelected(nil, theme.VerdictRole(v), want))) {
			t.Errorf("%q is not in the colour of its verdict", want)
		}
	}
}
