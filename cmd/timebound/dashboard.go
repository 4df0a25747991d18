package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan/knowledge"
	"timebound/ui"
)

// runDashboard opens the dashboard. Nothing is asked of the cluster before the
// program runs, so the first frame waits for nobody. While it is up, whatever
// writes to stderr writes to the log; afterwards, whatever the way out, the
// terminal is as it was.
func runDashboard(cmd *cobra.Command, set *settings, std streams) error {
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
	return withQuietStderr(set.log, std.err, func() error { return dashboard(cmd.Context(), set, know, std) })
}

// dashboard opens the cluster and shows it.
func dashboard(parent context.Context, set *settings, know *knowledge.Migration, std streams) error {
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

	options := ui.Options{
		Feed:       src.session.Follow(ctx),
		Knowledge:  know.Knowledge,
		Migration:  know,
		PlanPolicy: policy,
		Policy:     func() model.Policy { return set.policy(src.now()) },
		Clock:      src.now,
		Context:    src.context,
		Version:    buildVersion(),
		NoColor:    set.noColor,
		ASCII:      set.ascii || asciiLocale(os.Getenv),
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
