package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// process is a running component of a control plane.
type process struct {
	name string
	log  string // path; appended to, so that a restart keeps what came before
	args []string
	pid  int
	done chan struct{} // closed when the process has been reaped
	err  error         // why it ended; read after done
}

// startProcess runs binary with args and sends its output to the log file.
//
// The child is tied to us three ways: it leads its own process group, so that
// one signal ends it and whatever it starts; on Linux the kernel kills it when
// we die; and stop waits until it is gone.
func startProcess(binary, log string, args ...string) (*process, error) {
	p := &process{name: filepath.Base(binary), log: log, args: args, done: make(chan struct{})}
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	// Its life is not that of any call's context: it ends by stop.
	cmd := exec.CommandContext(context.Background(), binary, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = tiedToParent()
	fmt.Fprintf(out, "+ %s\n", cmd)

	started := make(chan error, 1)
	go func() {
		// "When the parent dies" means, to Linux, when the thread that started
		// the child ends. Go ends and reuses threads as it likes, so this one
		// is held until the child is gone.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		_ = out.Close() // the child has its own copy
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	p.pid = cmd.Process.Pid
	return p, nil
}

// stop ends the process and returns when it is gone. With a grace it asks
// first. It may be called on a nil or ended process.
func (p *process) stop(grace time.Duration) {
	if p == nil {
		return
	}
	if grace > 0 {
		p.signal(syscall.SIGTERM)
		select {
		case <-p.done:
			return
		case <-time.After(grace):
		}
	}
	p.signal(syscall.SIGKILL)
	<-p.done
}

func (p *process) signal(s syscall.Signal) {
	select {
	case <-p.done: // its number may belong to somebody else by now
	default:
		_ = syscall.Kill(-p.pid, s) // fails only when it is already gone
	}
}

// alive returns nil while the process runs, and afterwards an error with the
// end of its log.
func (p *process) alive() error {
	select {
	case <-p.done:
		return fmt.Errorf("%s ended: %w", p.name, errors.Join(p.exit(), errors.New(p.logTail())))
	default:
		return nil
	}
}

func (p *process) exit() error {
	if p.err == nil {
		return errors.New("exit status 0")
	}
	return p.err
}

// logTail is the end of the log, for error messages.
func (p *process) logTail() string {
	const lines = 15
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	last := strings.Split(strings.TrimSpace(string(text)), "\n")
	last = last[max(0, len(last)-lines):]
	return fmt.Sprintf("last lines of %s:\n%s", p.log, strings.Join(last, "\n"))
}
