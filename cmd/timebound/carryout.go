package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan/change"
	"timebound/plan/run"
)

// carryOut reviews an order, asks, and runs it. The exit code tells whether all
// of it was done.
func (o *runFlags) carryOut(cmd *cobra.Command, std streams, d *desk, order run.Order, refused []refusal) error {
	ctx := cmd.Context()
	if len(order.Items) == 0 {
		writeRefused(std.err, refused)
		if len(refused) > 0 {
			return &outcome{exitRefused, fmt.Errorf("nothing of it may be done, for the reasons above; nothing was changed")}
		}
		return fmt.Errorf("there is nothing to do: no action of the plan was chosen; look at it, and at --step and --action")
	}
	show := newRunMeter(std.err)
	review, err := d.engine.Review(ctx, order, func(done, of int) {
		show.line(fmt.Sprintf("review: %d of %d tried out", done, of))
	})
	show.clear()
	if err != nil {
		return err
	}
	if o.dryRun && o.output == "json" {
		if err := writeReviewJSON(std.out, review, refused); err != nil {
			return err
		}
	} else {
		to := std.err
		if o.dryRun {
			to = std.out
		}
		writeReview(to, d.name(), order, review, refused, o.kubectl)
	}
	switch {
	case len(review.Missing) > 0:
		return &outcome{exitRefused, fmt.Errorf("you lack the right to %s; nothing was changed; run \"timebound rbac --for write\" for the manifest", strings.Join(review.Missing, ", "))}
	case review.OK() == 0 && order.Whole && allAlready(review) && !o.dryRun:
		return d.putBack(std, order.Undoes)
	case review.OK() == 0:
		return &outcome{exitPartly, fmt.Errorf("nothing of it can be done now, for the reasons above; nothing was changed; plan again, or leave it")}
	case o.dryRun && (review.OK() < len(order.Items) || len(refused) > 0):
		return &outcome{code: exitPartly}
	case o.dryRun:
		return nil
	}
	if err := o.confirm(ctx, std, d.name()); err != nil {
		return err
	}
	order.Items, refused = withoutProblems(order.Items, review, refused)
	return o.execute(ctx, std, d, order, refused)
}

// allAlready says that everything is as the order would make it.
func allAlready(v *run.Review) bool {
	return !slices.ContainsFunc(v.Items, func(i run.Reviewed) bool { return i.Code != string(change.SkipAlready) })
}

// withoutProblems leaves out what the review found something against.
func withoutProblems(items []*change.Item, v *run.Review, refused []refusal) ([]*change.Item, []refusal) {
	problems := map[*change.Item]bool{}
	for _, i := range v.Items {
		if i.Problem == "" {
			continue
		}
		problems[i.Item] = true
		if i.Item.Inverse == nil || i.Code != string(change.SkipAlready) {
			refused = append(refused, refusal{Action: i.Item.ID(), Why: i.Problem})
		}
	}
	return slices.DeleteFunc(items, func(i *change.Item) bool { return problems[i] }), refused
}

// execute runs what was confirmed.
func (o *runFlags) execute(ctx context.Context, std streams, d *desk, order run.Order, refused []refusal) error {
	return d.changing(func() (*run.Run, error) { return d.engine.Begin(ctx, order) }, func(r *run.Run) error {
		o.watch(std.err, r)
		return o.report(std, r, refused)
	})
}

// changing unlocks the session for one run.
func (d *desk) changing(begin func() (*run.Run, error), then func(*run.Run) error) error {
	d.hand.Unlock()
	defer d.hand.Lock()
	r, err := begin()
	if err != nil {
		return err
	}
	return then(r)
}

// watch shows how a run goes until it ends.
func (o *runFlags) watch(w io.Writer, r *run.Run) {
	fmt.Fprintf(w, "run %s\n", r.ID)
	show := newRunMeter(w)
	tick := time.NewTicker(meterEvery)
	defer tick.Stop()
	for {
		select {
		case <-r.Done():
			show.clear()
			return
		case <-tick.C:
			show.line(progressLine(r.Progress()))
		}
	}
}

// progressLine says in one line how a run goes.
func progressLine(p run.Progress) string {
	parts := []string{fmt.Sprintf("%s: %d of %d", p.Phase, p.Settled(), p.Total)}
	for _, s := range []run.State{run.Skipped, run.Failed, run.Unsure} {
		if n := p.Counts[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	if p.Rate > 0 && p.Settled() < p.Total {
		parts = append(parts, fmt.Sprintf("%.0f/s", p.Rate), p.Left.Round(time.Second).String()+" left")
	}
	if p.Held > 0 {
		parts = append(parts, "the server asked to wait "+p.Held.Round(time.Second).String())
	}
	if p.Stopping != "" {
		parts = append(parts, "stopping: "+model.Printable(p.Stopping))
	}
	return strings.Join(parts, ", ")
}

// runMeter is a line that rewrites itself; silent where there is no terminal.
type runMeter struct {
	out  io.Writer
	last time.Time
}

func newRunMeter(w io.Writer) *runMeter {
	if isTerminal(w) && os.Getenv("TERM") != "dumb" {
		return &runMeter{out: w}
	}
	return &runMeter{}
}

func (m *runMeter) line(text string) {
	if m.out == nil || time.Since(m.last) < meterEvery {
		return
	}
	m.last = time.Now()
	fmt.Fprintf(m.out, "\r\x1b[K%s", text)
}

func (m *runMeter) clear() {
	if m.out != nil {
		fmt.Fprint(m.out, "\r\x1b[K")
	}
}
