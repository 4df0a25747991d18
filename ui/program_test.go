package ui

import (
	"context"
	"io"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"timebound/model"
	"timebound/ui/internal/sample"
)

// counter is a terminal that only counts.
type counter struct{ n atomic.Int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n.Add(int64(len(p)))
	return len(p), nil
}

// settle waits until nothing was written for a while and gives the bytes
// written since before.
func (c *counter) settle(before int64) int64 {
	last, quiet := c.n.Load(), 0
	for quiet < 6 {
		time.Sleep(20 * time.Millisecond)
		if now := c.n.Load(); now != last {
			last, quiet = now, 0
		} else {
			quiet++
		}
	}
	return last - before
}

// onceFeed gives one snapshot and then waits for ever.
type onceFeed struct{ snapshots chan model.Snapshot }

func (f *onceFeed) Next(ctx context.Context) (model.Snapshot, error) {
	select {
	case s := <-f.snapshots:
		return s, nil
	case <-ctx.Done():
		return model.Snapshot{}, ctx.Err()
	}
}

func (f *onceFeed) Reload() {}

// The real program on a terminal that counts: what the renderer writes, and
// that it ends when asked.
func TestTheRealProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second or two")
	}
	feed := &onceFeed{snapshots: make(chan model.Snapshot, 1)}
	snap := large(100_000)
	snap.Link.State = model.LinkFixed // nothing ticks
	feed.snapshots <- snap
	root := New(Options{Feed: feed, Knowledge: sample.Knowledge(), Policy: func() model.Policy { return model.DefaultPolicy(sample.Now) },
		Clock: func() time.Time { return sample.Now }, Context: "prod-eu-1", Background: BackgroundDark})
	// A cursor rests when this test says so: what a move itself writes and what
	// the story writes afterwards are two budgets.
	rested := make(chan struct{})
	root.after = func(d time.Duration, msg tea.Msg) tea.Cmd {
		if _, ok := msg.(restedMsg); !ok {
			return after(d, msg)
		}
		return func() tea.Msg {
			<-rested
			return msg
		}
	}
	out := &counter{}
	input, keys := io.Pipe()
	defer keys.Close()
	p := tea.NewProgram(root, tea.WithInput(input), tea.WithOutput(out), tea.WithWindowSize(120, 40),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithoutSignals(), tea.WithEnvironment([]string{"TERM=xterm-256color"}))
	ended := make(chan error, 1)
	go func() {
		_, err := p.Run()
		ended <- err
	}()

	began := time.Now()
	for out.n.Load() < 500 && time.Since(began) < 5*time.Second {
		time.Sleep(time.Millisecond)
	}
	if first := time.Since(began); first > 500*time.Millisecond { // 100 ms, with slack
		t.Errorf("the first frame took %v", first)
	}
	press := func(k string) int64 {
		before := out.n.Load()
		p.Send(keyOf(k))
		return out.settle(before)
	}
	out.settle(0)
	press("2")
	for deadline := time.Now().Add(20 * time.Second); press("G") < 1000 && time.Now().Before(deadline); {
		press("g") // until the rows are there
	}
	press("g")
	press("enter")
	press("esc")
	beside := press("down")
	before := out.n.Load()
	close(rested)
	told := out.settle(before)
	p.Send(tea.WindowSizeMsg{Width: 90, Height: 40}) // the list alone
	out.settle(0)
	press("g")
	alone := press("down")
	t.Logf("a move of the cursor writes %d bytes with a story beside it, %d without; the story follows with %d", beside, alone, told)
	for _, n := range []int64{beside, alone} {
		if n == 0 || n > 1000 {
			t.Errorf("%d bytes for a move: too much, or nothing", n)
		}
	}
	if told == 0 || told > 2500 {
		t.Errorf("%d bytes for a story: too much, or nothing", told)
	}
	if n := out.settle(out.n.Load()); n > 0 {
		t.Errorf("idle, it writes %d bytes", n)
	}

	began = time.Now()
	p.Send(keyOf("q"))
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("it does not end")
	}
	if took := time.Since(began); took > time.Second { // 200 ms, with slack
		t.Errorf("quitting took %v", took)
	}
}
