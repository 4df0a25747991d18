package scenarios

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"
)

// outcome is how a run of the real program went.
type outcome struct {
	args           []string
	code           int
	stdout, stderr string
}

// want checks the exit code.
func (o outcome) want(t *testing.T, code int) {
	t.Helper()
	if o.code != code {
		t.Errorf("timebound %v exits with %d, want %d; it says\n%s", o.args, o.code, code, o.stderr)
	}
}

// run runs the real program as a user of the cluster.
func (s *stage) run(t *testing.T, user string, args ...string) outcome {
	t.Helper()
	kubeconfig, err := s.Kubeconfig(user)
	must(t, err)
	return s.runWith(t, kubeconfig, args...)
}

// runWith runs the real program with a kubeconfig. Nothing of whoever runs the
// tests gets in.
func (s *stage) runWith(t *testing.T, kubeconfig string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.binary, append(args, "--kubeconfig", kubeconfig)...)
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "KUBECONFIG=")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("timebound %v: %v", args, err)
	}
	return outcome{args: args, code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
}
