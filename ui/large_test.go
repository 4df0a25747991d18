package ui

import (
	"context"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
)

// Lists above syncRows are sorted and filtered in commands. What comes out
// must be what the short way gives.
func TestLongListsShowTheSameAsShortOnes(t *testing.T) {
	d := loadLarge(t, 3*syncRows, 140, 30)
	p := d.root.tokens
	for _, filter := range []string{"", "builder-000123", "tm3bld", "team-01 origin:manual", "idle:>30d bld", "nothing-like-this"} {
		d.press("esc", "/")
		d.send(tea.PasteMsg{Content: filter})
		d.press("enter")
		query, err := model.ParseQuery(filter)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := p.spec.derive(context.Background(), wanted[*model.Finding]{assessment: d.root.assessment, rows: p.spec.all(d.root.assessment), sort: p.sort, query: query}, true)
		got := make([]*model.Finding, p.table.Len())
		for i := range got {
			got[i] = p.table.Row(i)
		}
		if !slices.Equal(got, want.rows) {
			t.Errorf("%q shows %d rows, want %d", filter, len(got), len(want.rows))
		}
		if p.looking || p.busy {
			t.Errorf("%q: work is left", filter)
		}
	}
}

func TestAnAnswerThatComesLateIsDropped(t *testing.T) {
	d := loadLarge(t, 3*syncRows, 140, 30)
	d.press("/")
	_, first := d.root.Update(keyOf("b"))
	_, second := d.root.Update(keyOf("x"))
	d.run(second)
	rows := d.root.tokens.table.Len()
	d.run(first)
	if got := d.root.tokens.table.Len(); got != rows {
		t.Fatalf("the answer to an older question changed %d rows to %d", rows, got)
	}
}

func TestFactsThatComeWhileSortingAreTakenInAfterwards(t *testing.T) {
	d := loadLarge(t, 3*syncRows, 140, 30)
	_, sorting := d.root.Update(keyOf("s"))
	next := large(3*syncRows + 5)
	d.root.Update(snapshotMsg{gen: d.root.feedGen, snapshot: next, assessment: model.Assess(next.Inventory, d.root.options.Knowledge, d.root.asked), asked: d.root.asked})
	if !d.root.tokens.stale {
		t.Fatal("the newer facts interrupted the sorting")
	}
	d.run(sorting)
	if got, want := d.root.tokens.table.Len(), len(next.Inventory.Tokens); got != want {
		t.Fatalf("%d rows, want %d", got, want)
	}
	d.sees("TOKEN ↑")
}

func TestTheCursorStaysWithItsTokenWhenEventsArrive(t *testing.T) {
	d := loadLarge(t, 3*syncRows, 140, 30)
	d.press("pgdown", "pgdown", "space")
	name := strings.Fields(d.selected())[1]
	next := large(3 * syncRows)
	next.Inventory.Tokens = slices.Clone(next.Inventory.Tokens[15:])
	d.push(next)
	if got := strings.Fields(d.selected())[1]; got != name {
		t.Errorf("the cursor went from %s to %s", name, got)
	}
	d.sees("1 marked")
}
