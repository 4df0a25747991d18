package main

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui"
)

// patience is how long a command may take before it is left alone: timers
// (the age of the data, a blinking cursor) never end on a clock that stands
// still. Everything else that the demo's few hundred tokens ask for is done
// in a fraction of it.
const patience = 300 * time.Millisecond

// play does what the scene says and gives the last frame.
func (s scene) play(c *cluster) (string, error) {
	feed := &feed{snapshots: make(chan model.Snapshot, 1), waits: make(chan struct{})}
	background := ui.BackgroundDark
	if s.light {
		background = ui.BackgroundLight
	}
	root := ui.New(ui.Options{
		Feed: feed, Knowledge: c.knowledge, Policy: func() model.Policy { return model.DefaultPolicy(c.now) },
		Clock: func() time.Time { return c.now }, Context: "demo", Version: "v0.1.0", Background: background, NoColor: s.noColor,
	})
	defer root.Close()
	st := &stage{root: root, feed: feed}
	st.send(tea.WindowSizeMsg{Width: s.width, Height: s.height})
	feed.snapshots <- c.snapshot
	st.runFor(root.Init(), time.Minute)
	for _, k := range s.keys {
		if err := st.press(k); err != nil {
			return "", err
		}
	}
	return root.View().Content, nil
}

// feed gives one snapshot and then nothing more.
type feed struct {
	snapshots chan model.Snapshot
	waits     chan struct{}
}

func (f *feed) Next(ctx context.Context) (model.Snapshot, error) {
	select {
	case snap := <-f.snapshots:
		return snap, nil
	default:
	}
	select {
	case f.waits <- struct{}{}: // nothing more will happen
	case <-ctx.Done():
	}
	<-ctx.Done()
	return model.Snapshot{}, ctx.Err()
}

func (f *feed) Reload() {}

// stage is the terminal and the runtime: every command is run to its end
// before the next key is pressed.
type stage struct {
	root *ui.Root
	feed *feed
}

func (s *stage) send(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
		return
	}
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
		for i := range v.Len() { // tea.Sequence has no exported type
			s.run(v.Index(i).Interface().(tea.Cmd))
		}
		return
	}
	_, cmd := s.root.Update(msg)
	s.run(cmd)
}

func (s *stage) run(cmd tea.Cmd) { s.runFor(cmd, patience) }

func (s *stage) runFor(cmd tea.Cmd, patience time.Duration) {
	if cmd == nil {
		return
	}
	done := make(chan tea.Msg, 1)
	go func() { done <- cmd() }()
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case msg := <-done:
		s.send(msg)
	case <-s.feed.waits:
	case <-wait.C:
	}
}

var named = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace,
	"up": tea.KeyUp, "down": tea.KeyDown, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
}

// press presses a named key, or types a text.
func (s *stage) press(name string) error {
	if code, ok := named[name]; ok {
		text := ""
		if name == "space" {
			text = " "
		}
		s.send(tea.KeyPressMsg{Code: code, Text: text})
		return nil
	}
	if strings.Contains(name, "+") {
		return fmt.Errorf("no key %q is known here", name)
	}
	for _, r := range name {
		s.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return nil
}
