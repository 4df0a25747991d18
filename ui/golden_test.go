package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
	"timebound/ui/planpage"
)

// planSample shows the plan that was written by hand: pictures must not change
// with what is known about versions.
func planSample(d *driver) {
	p := d.root.planner
	d.send(plannedMsg{gen: p.gen, sheet: planpage.Make(sample.Plan()), basis: d.root.assessment, goal: p.target})
}

// The words of every page at every size; where things stand is checked here.
func TestPagesAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		for p := range pageCount {
			d := load(t, size[0], size[1], itoa(int(p)+1))
			planSample(d)
			golden.Require(t, fmt.Sprintf("%s-%dx%d", strings.ToLower(p.String()), size[0], size[1]), strings.Join(d.lines(), "\n"))
		}
	}
}

// How it is painted: every look, on every page, with marks and a filter where
// there are lists.
func TestPagesInEveryLook(t *testing.T) {
	looks := map[string]func(*Options){
		"dark":     func(o *Options) { o.Background = BackgroundDark },
		"light":    func(o *Options) { o.Background = BackgroundLight },
		"nocolour": func(o *Options) { o.NoColor = true },
	}
	for name, look := range looks {
		for p := range pageCount {
			d := load(t, 120, 40, itoa(int(p)+1), look)
			planSample(d)
			if _, ok := d.root.page().(lister); ok {
				d.press("space", "/")
				d.write("pay")
			}
			golden.Require(t, fmt.Sprintf("%s-%s", strings.ToLower(p.String()), name), d.content())
		}
	}
}

func TestASCIIUsesNothingElse(t *testing.T) {
	for p := range pageCount {
		d := load(t, 120, 40, itoa(int(p)+1), func(o *Options) { o.ASCII = true })
		if p == PagePlan {
			for _, keys := range []string{"f", "x", "x d", "d t"} {
				requireASCII(t, d)
				d.press(strings.Fields(keys)...)
			}
		}
		requireASCII(t, d)
	}
}

func requireASCII(t *testing.T, d *driver) {
	t.Helper()
	for _, line := range d.lines() {
		for _, r := range strings.ReplaceAll(line, "日本語", "") { // a name, not ours
			if r > 0x7e {
				t.Errorf("%s: %q in %q", d.root.current, r, line)
				break
			}
		}
	}
}

func TestOtherScreens(t *testing.T) {
	for name, keys := range map[string]string{
		"help": "2 ?", "plan-forecast": "6 f", "plan-impact": "6 x", "plan-story": "6 j d", "plan-target": "6 t", "token-details": "2 down enter", "account-details": "3 enter", "workload-details": "4 enter",
	} {
		d := load(t, 100, 30, strings.Fields(keys)[0])
		planSample(d)
		d.press(strings.Fields(keys)[1:]...)
		golden.Require(t, name, ansi.Strip(d.content()))
	}
}
