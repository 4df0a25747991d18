// Package product builds the timebound command from the module beside this
// one, for scenarios and measurements that want the real program.
package product

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Version is what a program made by Build calls itself.
const Version = "e2e"

// Build makes the timebound command in dir, as a release is made, and gives
// its path. It must be called from inside this Go module.
func Build(ctx context.Context, dir string) (string, error) {
	source, err := goCommand(ctx, "", "list", "-m", "-f", "{{.Dir}}", "timebound")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "timebound")
	_, err = goCommand(ctx, source, "build", "-trimpath", "-ldflags", "-s -w -X main.version="+Version, "-o", path, "./cmd/timebound")
	return path, err
}

func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, &stderr)
	}
	return strings.TrimSpace(string(out)), nil
}
