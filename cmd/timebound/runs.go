package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/journal"
	"timebound/plan/knowledge"
	"timebound/plan/run"
)

const runsLong = `List what was run on this cluster from this machine, the newest first.

The journal of each run lies below $XDG_STATE_HOME/timebound, one folder per
cluster, readable by you alone. Its records are chained: what was changed or cut
away afterwards shows.`

const runsExample = `  # All runs
  %[1]s runs

  # What became of each object
  %[1]s runs show 20261124-181500-x7f3

  # Go on with a run that was cut off
  %[1]s runs finish 20261124-181500-x7f3`

func newRuns(set *settings, std streams, name string) *cobra.Command {
	output := "text"
	cmd := &cobra.Command{
		Use:     "runs",
		Short:   "List what was run on this cluster, show or finish a run",
		Long:    runsLong,
		Example: examples(runsExample, name),
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd, set, &output, func(store *journal.Store) error { return listRuns(std.out, store, output) })
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", output, "Format: text or json")
	cmd.AddCommand(newRunsShow(set, std), newRunsFinish(set, std))
	return cmd
}

func newRunsShow(set *settings, std streams) *cobra.Command {
	output := "text"
	cmd := &cobra.Command{
		Use:   "show RUN",
		Short: "Show what became of each object of a run",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd, set, &output, func(store *journal.Store) error { return showRun(std, store, args[0], output) })
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", output, "Format: text or json")
	return cmd
}

func newRunsFinish(set *settings, std streams) *cobra.Command {
	o := &runFlags{}
	cmd := &cobra.Command{
		Use:   "finish [RUN]",
		Short: "Finish a run that was cut off",
		Long: `Finish a run that was cut off: by kill -9, a lost terminal, a failure.

Changes that were about to be sent are looked at first: what was made is not made
again. What moved since is skipped and told. Without an argument the newest run that
was cut off is finished.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.begin(cmd, set, std); err != nil {
				return err
			}
			return o.finish(cmd, set, std, strings.Join(args, ""))
		},
	}
	o.addFlags(cmd, run.Defaults())
	return cmd
}

// withStore opens the journal of the cluster that the flags name.
func withStore(cmd *cobra.Command, set *settings, output *string, then func(*journal.Store) error) error {
	if *output != "text" && *output != "json" {
		return usagef("--output %q: %s", *output, meant(*output, []string{"json", "text"}))
	}
	if err := set.prepare(cmd); err != nil {
		return err
	}
	know, err := knowledge.Load()
	if err != nil {
		return err
	}
	src, err := openSource(set, know, pluginsMayAsk)
	if err != nil {
		return err
	}
	defer src.close()
	identity, err := src.session.Hand().Identity(cmd.Context())
	if err != nil {
		return err
	}
	store, err := openJournal(set, identity)
	if err != nil {
		return err
	}
	return then(store)
}

// runLine is a run in a list.
type runLine struct {
	ID       string            `json:"id"`
	Began    time.Time         `json:"began"`
	Purpose  run.Purpose       `json:"purpose"`
	Undoes   string            `json:"undoes,omitempty"`
	Name     string            `json:"name"`
	User     string            `json:"user"`
	Host     string            `json:"host"`
	Items    int               `json:"items"`
	Finished bool              `json:"finished"`
	Counts   map[run.State]int `json:"counts,omitempty"`
	Why      string            `json:"why,omitempty"`
	Problem  string            `json:"problem,omitempty"`
}

func lineOf(s journal.Summary) runLine {
	head, end := run.HeadOf(s)
	return runLine{
		s.ID, s.First.Time, head.Purpose, head.Undoes, head.Name, head.User, head.Host, head.Items, s.Ended, end.Counts, end.Why, s.Problem,
	}
}

func listRuns(w io.Writer, store *journal.Store, output string) error {
	summaries, err := store.Runs()
	if err != nil {
		return err
	}
	lines := []runLine{}
	for _, s := range summaries {
		lines = append(lines, lineOf(s))
	}
	if output == "json" {
		return writeJSON(w, map[string]any{"apiVersion": plan.APIVersion, "kind": "Runs", "runs": lines})
	}
	if len(lines) == 0 {
		fmt.Fprintln(w, "nothing was run on this cluster from here")
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "RUN\tBEGAN\tBY\tWHAT\tSTATE")
	for _, l := range lines {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", l.ID, l.Began.UTC().Format("2006-01-02 15:04 UTC"),
			model.Printable(l.User+"@"+l.Host), model.Printable(l.Name), model.Printable(l.state()))
	}
	return table.Flush()
}

// state says in words how a run stands.
func (l runLine) state() string {
	var parts []string
	for _, s := range run.States() {
		if l.Counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", l.Counts[s], s))
		}
	}
	switch {
	case l.Problem != "":
		return "broken journal: " + l.Problem
	case !l.Finished:
		return "cut off: " + strings.Join(append(parts, fmt.Sprintf("%d staged", l.Items)), ", ")
	}
	return strings.Join(parts, ", ")
}

func showRun(std streams, store *journal.Store, id, output string) error {
	h, err := run.Read(store, id)
	if err != nil {
		return err
	}
	if output == "json" {
		var stopped error
		if h.Why != "" && h.Why != "finished" {
			stopped = errors.New(h.Why)
		}
		return writeRunJSON(std.out, h.ID, h.Counts(), h.Results, stopped, nil)
	}
	fmt.Fprintf(std.out, "run %s: %s, by %s on %s\n", h.ID, model.Printable(h.Head.Name), model.Printable(h.Head.User), model.Printable(h.Head.Host))
	if len(h.Log.Torn) > 0 {
		fmt.Fprintln(std.out, "its last record was cut off by a crash")
	}
	writeResults(std.out, h.Results)
	for _, n := range h.Notes {
		fmt.Fprintln(std.out, model.Printable(n))
	}
	return nil
}

func (o *runFlags) finish(cmd *cobra.Command, set *settings, std streams, id string) error {
	d, done, err := openLocked(cmd.Context(), set, std, o.dryRun)
	if err != nil {
		return err
	}
	defer done()
	if id == "" {
		if id, err = run.Unfinished(d.store); err != nil {
			return err
		}
		if id == "" {
			return errors.New("no run was cut off on this cluster; timebound runs lists them all")
		}
	}
	h, err := run.Read(d.store, id)
	if err != nil {
		return err
	}
	if err := o.sealing.apply(&o.options, std, d.store.Path(), h.Head.Purpose == run.Undo); err != nil {
		return err
	}
	o.options = o.confirmed(cmd, h.Head.Options)
	o.options.HandOver = (&handOver{folder: kubeconfigFolder, config: d.src.config, name: d.name()}).keep
	counts := h.Counts()
	fmt.Fprintf(std.err, "run %s: %s; %d of %d are open\n", id, model.Printable(h.Head.Name), counts[run.Pending]+counts[run.Doing]+counts[run.Unsure], len(h.Results))
	if o.dryRun {
		writeResults(std.out, h.Results)
		return nil
	}
	if err := o.confirm(cmd.Context(), std, d.name()); err != nil {
		return err
	}
	return d.changing(func() (*run.Run, error) { return d.engine.Continue(cmd.Context(), id, o.options) }, func(r *run.Run) error {
		o.watch(std.err, r)
		return o.report(std, r, nil)
	})
}
