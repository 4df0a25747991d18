//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/xpty"

	"timebound/k8s/demo"
)

// These tests run the real program on a real pseudo-terminal. The program is
// this test binary, started again as roleEnv says.
const roleEnv = "TIMEBOUND_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "program":
		main()
	case "panic":
		err := withQuietStderr(slog.New(slog.DiscardHandler), os.Stderr, func() error {
			return showScreen(context.Background(), streams{os.Stdin, os.Stdout, os.Stderr}, broken{}, nil)
		})
		fmt.Fprintln(os.Stderr, err)
		os.Exit(codeOf(err))
	}
	os.Exit(m.Run())
}

// broken is a screen that breaks when a key is pressed.
type broken struct{}

func (broken) Init() tea.Cmd { return nil }
func (b broken) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tea.KeyPressMsg); ok {
		panic("the screen broke in a test")
	}
	return b, nil
}
func (broken) View() tea.View { return tea.View{Content: "whole", AltScreen: true} }

// screen is a program on a pseudo-terminal.
type screen struct {
	t       *testing.T
	cmd     *exec.Cmd
	pty     xpty.Pty
	started time.Time

	mu  sync.Mutex
	raw bytes.Buffer
}

func onScreen(t *testing.T, role string, args ...string) *screen {
	t.Helper()
	ownHome(t)
	pty, err := xpty.NewPty(120, 40)
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	s := &screen{t: t, pty: pty, cmd: exec.Command(os.Args[0], args...)}
	s.cmd.Env = append(os.Environ(), roleEnv+"="+role, "TERM=xterm-256color", "SSH_TTY=/dev/pts/0")
	s.started = time.Now()
	if err := pty.Start(s.cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = pty.Close()
	})
	go func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := pty.Read(buf)
			s.mu.Lock()
			s.raw.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return s
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.raw.String()
}

// sees waits until the program wrote something.
func (s *screen) sees(what string) time.Duration {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if strings.Contains(s.text(), what) {
			return time.Since(s.started)
		}
	}
	s.t.Fatalf("the screen never showed %q; it wrote %.3000q", what, s.text())
	return 0
}

// ends waits for the end of the program and gives its exit code.
func (s *screen) ends() int {
	s.t.Helper()
	done := make(chan error, 1)
	go func() { done <- xpty.WaitProcess(context.Background(), s.cmd) }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		s.t.Fatal("the program does not end")
	}
	return s.cmd.ProcessState.ExitCode()
}

const leavesScreen = "\x1b[?1049l"

func TestDashboardOnATerminal(t *testing.T) {
	s := onScreen(t, "program", "--demo")
	t.Logf("first frame after %v, tokens after %v", s.sees("read-only"), s.sees("long-lived tokens"))
	s.sees("OpenShift 4.16.8")
	if _, err := s.pty.Write([]byte("q")); err != nil {
		t.Fatal(err)
	}
	if code := s.ends(); code != exitDone {
		t.Errorf("exit code %d", code)
	}
	s.sees(leavesScreen)
	if strings.Contains(s.text(), canary) {
		t.Error("secret data on the screen")
	}
}

func TestDashboardInASCII(t *testing.T) {
	for what, start := range map[string]func(t *testing.T) *screen{
		"asked for": func(t *testing.T) *screen { t.Helper(); return onScreen(t, "program", "--demo", "--ascii") },
		"by the locale": func(t *testing.T) *screen {
			t.Helper()
			t.Setenv("LC_ALL", "C")
			return onScreen(t, "program", "--demo")
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := start(t)
			s.sees("OpenShift 4.16.8")
			for _, r := range s.text() {
				if r > unicode.MaxASCII {
					t.Fatalf("%q is on the screen", r)
				}
			}
		})
	}
}

func TestDashboardEndsOnSignals(t *testing.T) {
	for sig, code := range map[syscall.Signal]int{syscall.SIGTERM: exitTerminated, syscall.SIGINT: exitInterrupted, syscall.SIGHUP: exitHungUp} {
		s := onScreen(t, "program", "--demo")
		s.sees("OpenShift 4.16.8")
		if err := s.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		if got := s.ends(); got != code {
			t.Errorf("%v: exit code %d, want %d", sig, got, code)
		}
		s.sees(leavesScreen)
	}
}

func TestBrokenScreenGivesTheTerminalBack(t *testing.T) {
	s := onScreen(t, "panic")
	s.sees("whole")
	if _, err := s.pty.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if code := s.ends(); code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	s.sees("please report it")
	left := strings.LastIndex(s.text(), leavesScreen)
	trace := strings.LastIndex(s.text(), "the screen broke in a test")
	if left < 0 || trace < left {
		t.Errorf("the trace must stand on the terminal that was given back: %q", s.text())
	}
}

func TestCredentialPluginCannotWriteOverTheScreen(t *testing.T) {
	server, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	// Credentials are only sent to a server with TLS.
	address, err := url.Parse(server.REST().Host)
	if err != nil {
		t.Fatal(err)
	}
	secure := httptest.NewTLSServer(httputil.NewSingleHostReverseProxy(address))
	defer secure.Close()
	plugin := file(t, "plugin", `#!/bin/sh
echo "noise of a plugin" >&2
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'
`)
	if err := os.Chmod(plugin, 0o755); err != nil {
		t.Fatal(err)
	}
	config := file(t, "kubeconfig", fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: %q, insecure-skip-tls-verify: true}}]
users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: %q, interactiveMode: IfAvailable}}}]
`, secure.URL, plugin))
	log := filepath.Join(filepath.Dir(config), "log")
	s := onScreen(t, "program", "--kubeconfig", config, "--log-file", log)
	s.sees("OpenShift 4.16.8")
	if _, err := s.pty.Write([]byte("q")); err != nil {
		t.Fatal(err)
	}
	if code := s.ends(); code != exitDone {
		t.Errorf("exit code %d", code)
	}
	if strings.Contains(s.text(), "noise") {
		t.Error("the plugin wrote over the screen")
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "noise of a plugin") {
		t.Errorf("what the plugin wrote is lost; the log says:\n%s", text)
	}
}

func TestStderrIsGivenBack(t *testing.T) {
	tail := newStderrTail(slog.New(slog.DiscardHandler))
	restore, err := captureStderr(tail)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(os.Stderr, "from Go")
	child := exec.Command("sh", "-c", "echo from a child >&2; sleep 5 >/dev/null & printf 'no end' >&2")
	child.Stderr = os.Stderr
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	restore()
	restore()
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("waited %v for a child that lives on", took)
	}
	if got := strings.Join(tail.last(), "|"); got != "from Go|from a child|no end" {
		t.Errorf("captured %q", got)
	}
	io.WriteString(os.Stderr, "") // would fail the test binary if fd 2 were gone
}
