package audits

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"timebound/e2e/product"
)

var buildOnce = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "timebound-audits-")
	if err != nil {
		return "", err
	}
	builtIn = dir
	return product.Build(context.Background(), dir)
})

// builtIn is removed when all tests are done.
var builtIn string

func TestMain(m *testing.M) {
	code := m.Run()
	if builtIn != "" {
		os.RemoveAll(builtIn)
	}
	os.Exit(code)
}

// audit has the real program read logs.
func audit(t *testing.T, paths ...string) report {
	t.Helper()
	return auditFrom(t, nil, paths...)
}

// auditFrom does so with something on its standard input.
func auditFrom(t *testing.T, stdin []byte, paths ...string) report {
	t.Helper()
	binary, err := buildOnce()
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, append([]string{"audit", "-o", "json"}, paths...)...)
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "KUBECONFIG=")
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("timebound audit %v: %v\n%s", paths, err, &stderr)
	}
	return parseReport(t, stdout.String())
}
