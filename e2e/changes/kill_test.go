package changes

import (
	"bufio"
	"context"
	"io"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
)

// Fault 9: kube-apiserver is killed in the middle of a batch and comes back some
// seconds later. The run waits, looks at what was under way, and does the rest.
// It has the control plane to itself: it is not parallel.
func TestServerKilled(t *testing.T) {
	forVersions(t, differing, func(t *testing.T, s *stage) {
		t.Helper()
		c := s.scene(t)
		o := c.operator(t)
		names := c.many(t, 80)
		o.look(t)
		options := quick()
		options.Rate, options.Patience = 40, time.Minute
		u := o.begin(t, o.stageTokens(t, plan.Invalidate, names...), options)
		for u.Progress().Counts[run.Done] < 20 {
			time.Sleep(5 * time.Millisecond)
		}
		s.KillAPIServer()
		time.Sleep(2 * time.Second)
		must(t, s.RestartAPIServer(t.Context()))
		e := u.wait(t)
		e.wantAll(t, run.Done)
		if e.Err() != nil {
			t.Errorf("the run stopped: %v", e.Err())
		}
		t.Logf("%d of %d done, %s in all", e.counts()[run.Done], len(names), e.took.Round(time.Second))
	})
}

// Fault 11: the program is killed at a random instant of a batch. What it was
// about is finished, or put back, and both are right.
func TestProgramKilled(t *testing.T) {
	s := newest(t)
	t.Parallel()
	random := dice(t)
	for round := range rounds(6) {
		c := s.scene(t)
		o := c.operator(t)
		names := c.many(t, 30)
		args := applyArgs(o.planFile(t), "--rate", "60")
		// Its start, the review and the run take about a second and a half.
		o.killed(t, random, args)
		h := o.newestRun(t)
		if h == nil {
			t.Log("killed before the run began")
			continue
		}
		counts := h.Counts()
		t.Logf("round %d: killed with %v, ready %t", round, counts, h.Ready)
		if round%2 == 0 {
			o.finishes(t, h)
			continue
		}
		o.putsBack(t, h, names)
	}
}

// killed starts a call and kills it at a random instant after its run began.
func (o *operator) killed(t *testing.T, random *rand.Rand, args []string) {
	t.Helper()
	cmd, out := o.command(t, args...)
	cmd.Stderr = nil
	pipe, err := cmd.StderrPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewReader(pipe)
	for {
		line, err := lines.ReadString('\n')
		out.stderr.WriteString(line)
		if err != nil || strings.HasPrefix(line, "run 2") {
			break
		}
	}
	time.Sleep(time.Duration(random.IntN(600)) * time.Millisecond)
	_ = cmd.Process.Kill()
	_, _ = io.Copy(&out.stderr, lines)
	err = cmd.Wait()
	o.ended(t, cmd, out, args, err)
}

// finishes has the program finish a run that was cut off.
func (o *operator) finishes(t *testing.T, h *run.History) {
	t.Helper()
	if h.Ended {
		return
	}
	// Nothing else may begin before.
	o.timebound(t, applyArgs(o.planFile(t))...).want(t, 7)
	args := []string{"runs", "finish", h.ID, "--yes", "--rate", "0", "--canary", "0", "--settle", "0s"}
	call := o.timebound(t, args...)
	if !h.Ready { // nothing of it was sent
		call.want(t, 1)
		o.timebound(t, "undo", h.ID, "--yes").want(t, 0)
		return
	}
	call.want(t, 0)
	o.tellsByCode(t, call)
	after := o.history(t, h.ID)
	if !after.Ended || !run.Complete(after.Results) {
		t.Errorf("finished, the journal says ended %t, %v", after.Ended, after.Counts())
	}
}

// putsBack has the program undo a run that was cut off.
func (o *operator) putsBack(t *testing.T, h *run.History, names []string) {
	t.Helper()
	call := o.timebound(t, "undo", h.ID, "--yes", "--rate", "0", "--settle", "0s")
	items, _ := run.Inverses(h.Results, h.ID)
	if call.code != 6 || len(items) == 0 { // 6: an intent was not carried out, and all is as it was
		call.want(t, 0)
	}
	for _, name := range names {
		now := o.secret(t, name)
		if now.Labels[model.LabelInvalidSince] != "" || now.Annotations[change.RunAnnotation] != "" {
			t.Errorf("put back, and %s has labels %v, annotations %v", name, now.Labels, now.Annotations)
		}
	}
	// Others may begin now.
	o.timebound(t, applyArgs(o.planFile(t))...).want(t, 0)
}

// Fault 12: a signal in the middle of a batch. What is under way ends, the
// journal is closed, what is left is told, and the exit code names the signal.
func TestSignals(t *testing.T) {
	s := newest(t)
	t.Parallel()
	for _, signal := range []struct {
		syscall.Signal
		code int
	}{{syscall.SIGINT, 130}, {syscall.SIGTERM, 143}, {syscall.SIGHUP, 129}} {
		t.Run(signal.String(), func(t *testing.T) {
			c := s.scene(t)
			o := c.operator(t)
			c.many(t, 30)
			args := applyArgs(o.planFile(t), "--rate", "10")
			cmd, out := o.command(t, args...)
			must(t, cmd.Start())
			await(t, 20*time.Second, "some of it is done", func(context.Context) (bool, error) {
				h := o.newestRun(t)
				return h != nil && h.Counts()[run.Done] > 3, nil
			})
			sent := time.Now()
			must(t, cmd.Process.Signal(signal.Signal))
			err := cmd.Wait()
			took := time.Since(sent)
			call := o.ended(t, cmd, out, args, err)
			call.want(t, signal.code)
			if took > 2*time.Second {
				t.Errorf("it took %s to end", took)
			}
			h := o.newestRun(t)
			left := h.Counts()
			if last := h.Log.Records[len(h.Log.Records)-1]; last.Type != "stopped" || len(h.Log.Torn) > 0 {
				t.Errorf("the journal ends with %q, torn %q", last.Type, h.Log.Torn)
			}
			if left[run.Pending] == 0 || left[run.Doing] > 0 {
				t.Errorf("the journal says %v", left)
			}
			if !strings.Contains(call.stdout, "pending") || !strings.Contains(call.stderr, "runs finish") {
				t.Errorf("what is left is not told: %q", call.stderr)
			}
			t.Logf("ended %s after the signal with %v", took.Round(time.Millisecond), left)
			o.timebound(t, "runs", "finish", "--yes", "--rate", "0", "--canary", "0", "--settle", "0s").want(t, 0)
		})
	}
}
