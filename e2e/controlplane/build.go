package controlplane

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// Binaries are the absolute paths of one control plane's programs.
type Binaries struct {
	Version           string // Kubernetes version, such as "1.37.1"
	Etcd              string
	APIServer         string
	ControllerManager string
}

// Build makes kube-apiserver and kube-controller-manager of the given version
// (such as "1.37.1") and the etcd that serves them, or finds them in the cache.
// A first build takes minutes and needs the Go module proxy; the error of a
// failed one names the log of the Go command.
func Build(ctx context.Context, version string) (Binaries, error) {
	r, err := parseRelease(version)
	if err != nil {
		return Binaries{}, err
	}
	etcd, err := build(ctx, etcdRecipe())
	if err != nil {
		return Binaries{}, err
	}
	servers, err := build(ctx, serverRecipe(r))
	if err != nil {
		return Binaries{}, err
	}
	return Binaries{
		Version:           r.String(),
		Etcd:              filepath.Join(etcd, "etcd"),
		APIServer:         filepath.Join(servers, "kube-apiserver"),
		ControllerManager: filepath.Join(servers, "kube-controller-manager"),
	}, nil
}

// BuildKubectl makes kubectl of the given version, or finds it in the cache,
// and returns its path.
func BuildKubectl(ctx context.Context, version string) (string, error) {
	r, err := parseRelease(version)
	if err != nil {
		return "", err
	}
	dir, err := build(ctx, kubectlRecipe(r))
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "kubectl"), nil
}

// build returns the folder that holds the recipe's binaries. They are built
// aside and renamed into place as one, so a reader sees all of them or none.
func build(ctx context.Context, r recipe) (string, error) {
	w, err := openWorkspace(r)
	if err != nil {
		return "", err
	}
	if w.holds(r) {
		return w.bin, nil
	}
	unlock, err := lockFile(ctx, w.lock)
	if err != nil {
		return "", fmt.Errorf("build %s %s: %w", r.name, r.version, err)
	}
	defer unlock()
	if w.holds(r) { // somebody else built it while we waited
		return w.bin, nil
	}

	log, err := os.Create(w.log)
	if err != nil {
		return "", fmt.Errorf("build %s %s: %w", r.name, r.version, err)
	}
	err = compile(ctx, r, w, log)
	if err != nil {
		fmt.Fprintln(log, err)
	}
	if err := errors.Join(err, log.Close()); err != nil {
		return "", fmt.Errorf("build %s %s: %w; the whole log is in %s", r.name, r.version, err, w.log)
	}
	return w.bin, nil
}

func compile(ctx context.Context, r recipe, w workspace, log io.Writer) error {
	if err := writeModule(ctx, r, w.src, log); err != nil {
		return err
	}
	fresh := w.bin + ".building"
	if err := os.RemoveAll(fresh); err != nil { // left by a killed build
		return err
	}
	for name, pkg := range r.commands {
		out := filepath.Join(fresh, name)
		if err := goCommand(ctx, w.src, log, log, "build", "-trimpath", "-ldflags", r.ldflags, "-o", out, pkg); err != nil {
			return fmt.Errorf("go build %s: %w", pkg, err)
		}
	}
	if err := os.RemoveAll(w.bin); err != nil { // incomplete, or holds() would have been true
		return err
	}
	return os.Rename(fresh, w.bin)
}

// goCommand runs the Go command in dir, politely where the system has nice: a
// build keeps every core busy for minutes and tests may be running beside it.
func goCommand(ctx context.Context, dir string, stdout, stderr io.Writer, args ...string) error {
	words := append([]string{"go"}, args...)
	if nice, err := exec.LookPath("nice"); err == nil {
		words = append([]string{nice, "-n", "15"}, words...)
	}
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = stdout, stderr
	// The generated module has no go.sum and no complete requirements, hence
	// -mod=mod; a workspace or flags of the caller must not leak into it.
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "CGO_ENABLED=0")
	// The Go command's compilers are its children: end them together. It must
	// also not outlive us, for it would write where the next holder of the lock
	// builds; why the thread is held is told in startProcess.
	cmd.SysProcAttr = tiedToParent()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 10 * time.Second
	fmt.Fprintf(stderr, "+ %s\n", cmd)
	err := cmd.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
