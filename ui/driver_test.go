package ui

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"timebound/model"
	"timebound/plan/knowledge"
	"timebound/ui/internal/sample"
)

// fakeFeed gives snapshots that a test pushes. When there is none, Next says
// that it waits, so that the driver knows that nothing more will happen.
type fakeFeed struct {
	snapshots chan model.Snapshot
	failures  chan error
	waits     chan struct{}
	reloads   int
}

func newFakeFeed() *fakeFeed {
	return &fakeFeed{snapshots: make(chan model.Snapshot, 1), failures: make(chan error, 1), waits: make(chan struct{})}
}

func (f *fakeFeed) Next(ctx context.Context) (model.Snapshot, error) {
	select {
	case s := <-f.snapshots:
		return s, nil
	default:
	}
	select {
	case f.waits <- struct{}{}:
	case <-ctx.Done():
		return model.Snapshot{}, ctx.Err()
	}
	select {
	case s := <-f.snapshots:
		return s, nil
	case err := <-f.failures:
		return model.Snapshot{}, err
	case <-ctx.Done():
		return model.Snapshot{}, ctx.Err()
	}
}

func (f *fakeFeed) Reload() { f.reloads++ }

// driver uses the dashboard as somebody at a terminal would, one thing after
// the other: after each step every command has been run to its end.
type driver struct {
	t       testing.TB
	root    *Root
	feed    *fakeFeed
	now     time.Time
	waiting chan tea.Msg // the pull that waits for the feed
	ticks   []tickMsg
	wakeups []time.Duration
	rests   []restedMsg // rests of the cursor that are not over
	hasty   bool        // the next key comes before the cursor has rested
	pauses  int         // between two builds of a plan
	heard   []heardMsg  // boxes that opened by themselves, and hear no key yet
	due     []tea.Msg   // times at which a run, a review or a reading is to be asked
	logs    *fakeLogs   // nil where no audit log can be read
	quit    bool
}

func drive(tb testing.TB, width, height int, change ...func(*Options)) *driver {
	tb.Helper()
	d := &driver{t: tb, feed: newFakeFeed(), now: sample.Now.Add(4 * time.Second)}
	o := Options{
		Feed: d.feed, Knowledge: sample.Knowledge(), Policy: func() model.Policy { return model.DefaultPolicy(d.now) },
		Clock: func() time.Time { return d.now }, Context: "prod-eu-1", Version: "v0.1.0", Background: BackgroundDark,
	}
	o.Migration, o.PlanPolicy = migration(tb)
	for _, c := range change {
		c(&o)
	}
	d.root = New(o)
	tb.Cleanup(d.root.Close)
	d.root.after = func(after time.Duration, msg tea.Msg) tea.Cmd {
		if rest, ok := msg.(restedMsg); ok {
			d.rests = append(d.rests, rest)
			if d.hasty {
				return nil
			}
			return func() tea.Msg { return rest }
		}
		if pause, ok := msg.(pausedMsg); ok {
			d.pauses++
			if d.hasty {
				return nil
			}
			return func() tea.Msg { return pause }
		}
		if heard, ok := msg.(heardMsg); ok {
			if d.hasty {
				d.heard = append(d.heard, heard)
				return nil
			}
			return func() tea.Msg { return heard }
		}
		switch msg.(type) {
		case pollDueMsg, reviewTickMsg, readingDueMsg:
			d.due = append(d.due, msg)
			return nil
		}
		d.ticks, d.wakeups = append(d.ticks, msg.(tickMsg)), append(d.wakeups, after)
		return nil
	}
	d.run(d.root.Init())
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
	return d
}

// migration is what the dashboard's plans are made from.
func migration(tb testing.TB) (*knowledge.Migration, knowledge.Policy) {
	tb.Helper()
	know, err := knowledge.LoadMigration()
	if err != nil {
		tb.Fatal(err)
	}
	policy, err := know.PolicyNamed("")
	if err != nil {
		tb.Fatal(err)
	}
	return know, policy
}

// load drives with the sample loaded, on a page.
func load(tb testing.TB, width, height int, page string, change ...func(*Options)) *driver {
	tb.Helper()
	d := drive(tb, width, height, change...)
	d.push(sample.Snapshot())
	d.press(page)
	return d
}

func (d *driver) send(msg tea.Msg) {
	d.t.Helper()
	switch msg := msg.(type) {
	case nil:
		return
	case tea.QuitMsg:
		d.quit = true
		return
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
		return
	}
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
		for i := range v.Len() { // a tea.Sequence
			d.run(v.Index(i).Interface().(tea.Cmd))
		}
		return
	}
	_, cmd := d.root.Update(msg)
	d.root.View()
	d.run(cmd)
}

func (d *driver) run(cmd tea.Cmd) {
	d.t.Helper()
	if cmd == nil {
		return
	}
	done := make(chan tea.Msg, 1)
	go func() { done <- cmd() }()
	select {
	case msg := <-done:
		d.send(msg)
	case <-d.feed.waits:
		d.waiting = done
	case <-d.logs.busy():
		d.logs.result = done
	case <-time.After(20 * time.Second):
		d.t.Fatal("a command does not end")
	}
}

func (d *driver) push(s model.Snapshot) {
	d.t.Helper()
	d.feed.snapshots <- s
	d.send(<-d.waiting)
}

func (d *driver) press(keys ...string) {
	d.t.Helper()
	for _, k := range keys {
		d.send(keyOf(k))
	}
}

func (d *driver) write(text string) {
	d.t.Helper()
	for _, r := range text {
		d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

var namedKeys = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "up": tea.KeyUp, "down": tea.KeyDown,
	"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "space": tea.KeySpace,
}

func keyOf(name string) tea.KeyPressMsg {
	var k tea.KeyPressMsg
	rest := name
	if r, ok := strings.CutPrefix(rest, "ctrl+"); ok {
		k.Mod, rest = k.Mod|tea.ModCtrl, r
	}
	if r, ok := strings.CutPrefix(rest, "shift+"); ok {
		k.Mod, rest = k.Mod|tea.ModShift, r
	}
	if code, ok := namedKeys[rest]; ok {
		k.Code = code
		if rest == "space" {
			k.Text = " "
		}
		return k
	}
	k.Code = []rune(rest)[0]
	if k.Mod == 0 {
		k.Text = rest
	}
	return k
}

// pass lets the time pass until runs and reviews are asked again.
func (d *driver) pass() {
	d.t.Helper()
	due := d.due
	d.due = nil
	for _, msg := range due {
		d.send(msg)
	}
}

func (d *driver) content() string { return d.root.View().Content }

func (d *driver) lines() []string { return strings.Split(ansi.Strip(d.content()), "\n") }

// sees fails unless some line holds all of the texts.
func (d *driver) sees(texts ...string) {
	d.t.Helper()
	if !d.shows(texts...) {
		d.t.Fatalf("no line shows %q:\n%s", texts, strings.Join(d.lines(), "\n"))
	}
}

// misses fails if some line holds all of the texts.
func (d *driver) misses(texts ...string) {
	d.t.Helper()
	if d.shows(texts...) {
		d.t.Fatalf("a line shows %q:\n%s", texts, strings.Join(d.lines(), "\n"))
	}
}

func (d *driver) shows(texts ...string) bool {
	for _, line := range d.lines() {
		all := true
		for _, text := range texts {
			all = all && strings.Contains(line, text)
		}
		if all {
			return true
		}
	}
	return false
}

// selected is the text of the row under the cursor, in the list.
func (d *driver) selected() string {
	d.t.Helper()
	for _, line := range d.lines() {
		if strings.HasPrefix(line, "▌") {
			row, _, _ := strings.Cut(line, "│")
			return strings.TrimSpace(strings.TrimPrefix(row, "▌"))
		}
	}
	d.t.Fatalf("no row is selected:\n%s", strings.Join(d.lines(), "\n"))
	return ""
}

func resize(d *driver, width, height int) {
	d.t.Helper()
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
}
