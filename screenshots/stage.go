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

// A key's command is given this long before the next key is pressed. What
// takes longer is a timer: it goes on beside, as in a terminal.
const patience = 50 * time.Millisecond

// The picture is taken when the screen has been the same for this long. The one
// timer that takes longer counts the age of the data, on a clock that stands
// still; one that never ends asks a run how far it is.
const quiet = 300 * time.Millisecond

// play does what the scene says and gives the last frame.
func (s scene) play(c *cluster) (string, error) {
	feed := &feed{snapshots: make(chan model.Snapshot, 1), waits: make(chan struct{})}
	background := ui.BackgroundDark
	if s.light {
		background = ui.BackgroundLight
	}
	policy, err := c.knowledge.PolicyNamed("")
	if err != nil {
		return "", err
	}
	changer := &changer{cluster: c}
	root := ui.New(ui.Options{
		Feed: feed, Changes: changer, Knowledge: c.knowledge.Knowledge, Migration: c.knowledge, PlanPolicy: policy, Policy: c.policy,
		Clock: func() time.Time { return c.now }, Context: "demo", Version: "v0.1.0", Background: background, NoColor: s.noColor,
	})
	defer root.Close()
	st := &stage{root: root, feed: feed, changer: changer, late: make(chan tea.Msg, 1000)}
	st.send(tea.WindowSizeMsg{Width: s.width, Height: s.height})
	feed.snapshots <- s.snapshot(c)
	st.runFor(root.Init(), time.Minute)
	for _, k := range s.keys {
		if k == wait {
			st.settle()
			continue
		}
		before := changer.reviews.Load()
		if err := st.press(k); err != nil {
			return "", err
		}
		if changer.reviews.Load() > before {
			st.settle()
		}
	}
	st.settle()
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

// stage is the terminal and the runtime: every command but timers is run to
// its end before the next key is pressed.
type stage struct {
	root    *ui.Root
	feed    *feed
	changer *changer
	late    chan tea.Msg // what timers brought
}

// settle takes in what timers bring until the screen stands still and no
// review is under way.
func (s *stage) settle() {
	frame := s.root.View().Content
	still := time.NewTimer(quiet)
	defer still.Stop()
	was := s.changer.reviews.Load() > 0 // an answer may be on its way
	for {
		select {
		case msg := <-s.late:
			s.send(msg)
			if now := s.root.View().Content; now != frame {
				frame = now
				still.Reset(quiet)
			}
		case <-still.C:
			busy := s.changer.busy.Load() > 0
			if !busy && !was {
				return
			}
			was = busy
			still.Reset(quiet)
		}
	}
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
	s.root.View() // as a terminal asks after each message
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
		go func() { s.late <- <-done }()
	}
}

// wait is no key: nothing is pressed until the screen stands still.
const wait = ""

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
