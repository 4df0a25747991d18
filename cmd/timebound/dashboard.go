package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan/knowledge"
	"timebound/plan/run"
	"timebound/ui"
)

// dashboardFlags are those of the dashboard alone.
type dashboardFlags struct {
	write   bool
	sealing sealingFlags
}

func (f *dashboardFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.write, "write", false, "Open the dashboard unlocked; each run still has to be confirmed by the context's name")
	f.sealing.addFlags(cmd.Flags())
}

// options gives a function that sets up how backups are kept, once their folder
// is known. Then the screen owns the terminal: nobody can be asked.
func (f *dashboardFlags) options(std streams) func(folder string) (run.Options, error) {
	return func(folder string) (run.Options, error) {
		var o run.Options
		return o, f.sealing.apply(&o, streams{in: strings.NewReader(""), out: std.out, err: io.Discard}, folder, false)
	}
}

// runDashboard opens the dashboard. Nothing is asked of the cluster before the
// program runs, so the first frame waits for nobody. While it is up, whatever
// writes to stderr writes to the log; afterwards, whatever the way out, the
// terminal is as it was.
func runDashboard(cmd *cobra.Command, set *settings, std streams, flags *dashboardFlags) error {
	if err := flags.sealing.check(); err != nil {
		return err
	}
	if err := set.prepare(cmd); err != nil {
		return err
	}
	if !isTerminal(std.in) || !isTerminal(std.out) {
		return usagef("the dashboard needs a terminal to draw on; for pipes and files use %s scan", cmd.CommandPath())
	}
	know, err := knowledge.LoadMigration()
	if err != nil {
		return err
	}
	return withQuietStderr(set.log, std.err, func() error { return dashboard(cmd.Context(), set, know, std, flags) })
}

// dashboard opens the cluster and shows it.
func dashboard(parent context.Context, set *settings, know *knowledge.Migration, std streams, flags *dashboardFlags) error {
	policy, err := know.PolicyNamed("")
	if err != nil {
		return err
	}
	src, err := openSource(set, know.Knowledge, pluginsMustNotAsk)
	if err != nil {
		return err
	}
	defer src.close()
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	judging := func() model.Policy { return set.policy(src.now()) }
	facts := &liveFacts{session: src.session, know: know.Knowledge, policy: judging, since: time.Now()}
	changes := &changer{set: set, src: src, hand: src.session.Hand(), facts: facts, sealing: flags.options(std)}
	defer changes.close()
	if flags.write {
		changes.Unlock()
	}

	options := ui.Options{
		Feed:       &feedWithFacts{src.session.Follow(ctx), facts},
		Knowledge:  know.Knowledge,
		Migration:  know,
		PlanPolicy: policy,
		Policy:     judging,
		Clock:      src.now,
		Context:    src.context,
		Version:    buildVersion(),
		NoColor:    set.noColor,
		ASCII:      set.ascii || asciiLocale(os.Getenv),
		Audit:      &auditReader{session: src.session},
		AuditPaths: quotedPaths(set.audit),
	}
	if !set.asOf.set { // what is foretold is no evidence to change anything by
		options.Changes, options.Staged = changes, &stagedStore{ctx, changes}
	}
	root := ui.New(options)
	defer root.Close()
	return showScreen(ctx, std, root, options.ProgramOptions())
}

// showScreen runs the screen until somebody leaves it. Leaving because of a
// signal is no error: the exit code tells it.
func showScreen(ctx context.Context, std streams, root tea.Model, options []tea.ProgramOption) error {
	options = append(options, tea.WithContext(ctx), tea.WithInput(std.in), tea.WithOutput(std.out), tea.WithoutSignalHandler())
	if _, err := tea.NewProgram(root, options...).Run(); err != nil && bySignal(ctx) == nil {
		return fmt.Errorf("run the dashboard: %w", err)
	}
	return nil
}

// withQuietStderr runs f while everything that is written to the process's
// stderr goes to the log instead of over the screen. If the screen broke, the
// last of it is shown: the trace stands there.
func withQuietStderr(log *slog.Logger, stderr io.Writer, f func() error) error {
	tail := newStderrTail(log)
	restore, err := captureStderr(tail)
	if err != nil {
		return err
	}
	defer restore()
	err = f()
	if errors.Is(err, tea.ErrProgramPanic) {
		restore()
		fmt.Fprintln(stderr, printableLines(strings.Join(tail.last(), "\n")))
		err = fmt.Errorf("%w; please report it with the lines above", err)
	}
	return err
}
