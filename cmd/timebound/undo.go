package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan/journal"
	"timebound/plan/run"
)

const undoLong = `Put back what a run changed: all of it, or one object.

Labels are taken off again, deleted secrets are created again from their backup,
workloads get their old volumes, accounts their old entries. Nobody's newer change
is overwritten: where an object was changed since, it is left as it is, and told.

Without an argument the newest run is put back.`

const undoExample = `  # The newest run
  %[1]s undo

  # One token of whichever run changed it last
  %[1]s undo payments/ledger-token-7bbc

  # In a pipeline
  %[1]s undo 20261124-181500-x7f3 --yes --context prod-eu-1`

func newUndo(set *settings, std streams, name string) *cobra.Command {
	o := &runFlags{}
	cmd := &cobra.Command{
		Use:     "undo [RUN|NAMESPACE/NAME]",
		Short:   "Put back what a run changed",
		Long:    undoLong,
		Example: examples(undoExample, name),
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.begin(cmd, set, std); err != nil {
				return err
			}
			return o.undo(cmd, set, std, strings.Join(args, ""))
		},
	}
	o.addFlags(cmd, run.UndoDefaults())
	return cmd
}

func (o *runFlags) undo(cmd *cobra.Command, set *settings, std streams, what string) error {
	d, done, err := openLocked(cmd.Context(), set, std, o.dryRun)
	if err != nil {
		return err
	}
	defer done()
	h, results, err := findRun(d.store, what)
	if err != nil {
		return err
	}
	if err := o.sealing.apply(&o.options, std, d.store.Path(), true); err != nil {
		return err
	}
	items, kept := run.Inverses(results, h.ID)
	if len(items) == 0 {
		for _, k := range kept {
			fmt.Fprintf(std.err, "%s: %s\n", model.Printable(k.Item.ID()), model.Printable(k.Why))
		}
		if !h.Ended && len(results) == len(h.Results) && !o.dryRun {
			return d.abandon(std, h.ID)
		}
		return fmt.Errorf("run %s has nothing to put back; timebound runs show %s tells what became of it", h.ID, h.ID)
	}
	refused := keptBack(kept)
	order := run.Order{Name: "undo of " + h.ID, Purpose: run.Undo, Undoes: h.ID, Whole: len(results) == len(h.Results), Items: items, Options: o.options}
	return o.carryOut(cmd, std, d, order, refused)
}

// keptBack names what was changed and is not put back.
func keptBack(kept []run.Kept) []refusal {
	var refused []refusal
	for _, k := range kept {
		if k.Changed {
			refused = append(refused, refusal{Action: k.Item.ID(), Why: k.Why})
		}
	}
	return refused
}

// findRun finds what is to be put back: a run by its id, the newest that changed
// something, or the newest that changed an object.
func findRun(store *journal.Store, what string) (*run.History, []run.Result, error) {
	summaries, err := store.Runs()
	if err != nil {
		return nil, nil, err
	}
	for _, s := range summaries {
		if s.ID == what {
			h, err := run.Read(store, s.ID)
			if err != nil {
				return nil, nil, err
			}
			return h, h.Find(""), nil
		}
	}
	for _, s := range summaries {
		h, err := run.Read(store, s.ID)
		if err != nil {
			if what == "" {
				return nil, nil, err
			}
			continue // another run may have it, and this one is told by runs
		}
		if h.Head.Purpose == run.Undo {
			continue
		}
		if found := h.Find(what); len(found) > 0 {
			return h, found, nil
		}
	}
	if what == "" {
		return nil, nil, errors.New("there is no run to put back on this cluster; timebound runs lists what was run from here")
	}
	return nil, nil, fmt.Errorf("no run of this cluster is called %s or changed it; see timebound runs", model.Printable(what))
}
