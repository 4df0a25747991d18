package k8s

import (
	"bytes"
	"context"
	"log"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/klog/v2"
)

// sink collects what is written to it.
type sink struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data.Write(p)
}

func (s *sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data.String()
}

// throughFile puts a file in the place of stderr, as a terminal would be, and
// gives what was written to it.
func throughFile(t *testing.T, do func()) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "stderr")
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = file
	defer func() { os.Stderr = before }()
	do()
	data, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

const noisyPlugin = `echo "please log in" >&2
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"abc"}}'`

// A credential plugin's words do not reach the screen, and its credential
// works.
func TestCaptureStderrOfPlugin(t *testing.T) {
	api := newFakeAPI(t)
	var captured sink
	screen := throughFile(t, func() {
		restore, err := CaptureStderr(&captured)
		if err != nil {
			t.Fatal(err)
		}
		cfg := &rest.Config{Host: api.URL, ExecProvider: plugin(t, noisyPlugin)}
		NoQuestions(cfg)
		s := open(t, Config{REST: cfg})
		if err := s.getJSON(context.Background(), &struct{}{}, "version"); err != nil {
			t.Fatal(err)
		}
		restore()
		_, _ = os.Stderr.WriteString("after")
	})
	for deadline := time.Now().Add(5 * time.Second); captured.String() == "" && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	if got := captured.String(); got != "please log in\n" {
		t.Errorf("captured %q", got)
	}
	if screen != "after" {
		t.Errorf("on the screen: %q", screen)
	}
}

// Without capturing the plugin does write: the test above can fail.
func TestPluginWritesOtherwise(t *testing.T) {
	api := newFakeAPI(t)
	screen := throughFile(t, func() {
		s := open(t, Config{REST: &rest.Config{Host: api.URL, ExecProvider: plugin(t, noisyPlugin)}})
		if err := s.getJSON(context.Background(), &struct{}{}, "version"); err != nil {
			t.Fatal(err)
		}
	})
	if screen != "please log in\n" {
		t.Errorf("on the screen: %q", screen)
	}
}

func TestNoQuestions(t *testing.T) {
	for mode, want := range map[clientcmdapi.ExecInteractiveMode]clientcmdapi.ExecInteractiveMode{
		clientcmdapi.IfAvailableExecInteractiveMode: clientcmdapi.NeverExecInteractiveMode,
		clientcmdapi.NeverExecInteractiveMode:       clientcmdapi.NeverExecInteractiveMode,
		clientcmdapi.AlwaysExecInteractiveMode:      clientcmdapi.AlwaysExecInteractiveMode,
	} {
		given := &clientcmdapi.ExecConfig{InteractiveMode: mode}
		cfg := &rest.Config{ExecProvider: given}
		NoQuestions(cfg)
		if got := cfg.ExecProvider; got.InteractiveMode != want || !got.StdinUnavailable || got.StdinUnavailableMessage == "" {
			t.Errorf("%s: %+v", mode, got)
		}
		if given.StdinUnavailable {
			t.Error("the caller's plugin was changed")
		}
	}
	NoQuestions(&rest.Config{}) // no plugin, nothing to do
}

// The libraries' logs go to the writer, once each, and never show bodies.
func TestQuiet(t *testing.T) {
	var got sink
	screen := throughFile(t, func() {
		var level klog.Level
		if err := level.Set("9"); err != nil {
			t.Fatal(err)
		}
		if err := Quiet(&got); err != nil {
			t.Fatal(err)
		}
		klog.Error("from klog")
		klog.V(maxVerbosity).Info("at the level")
		klog.V(maxVerbosity + 1).Info("a body")
		log.Print("from log")
		klog.Flush()
	})
	t.Cleanup(func() {
		var level klog.Level
		_ = level.Set("0")
		log.SetOutput(os.Stderr)
	})
	if screen != "" {
		t.Errorf("on the screen: %q", screen)
	}
	text := got.String()
	for part, n := range map[string]int{"from klog": 1, "at the level": 1, "from log": 1, "a body": 0} {
		if strings.Count(text, part) != n {
			t.Errorf("%q stands %d times, want %d, in:\n%s", part, strings.Count(text, part), n, text)
		}
	}
}
