package k8s

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/klog/v2"
)

// maxVerbosity is the highest klog level that is allowed: from 7 on client-go
// logs headers and from 8 on the bodies of answers (k8s.io/client-go
// transport/round_trippers.go), which may hold tokens.
const maxVerbosity = 6

// Quiet sends what the libraries log, through klog and the standard logger, to
// w instead of stderr, and lowers their verbosity to one that shows no bodies.
// io.Discard is fine for w. It is for the whole process; call it before Open.
func Quiet(w io.Writer) error {
	flags := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(flags)
	set := map[string]string{
		"logtostderr":     "false",
		"alsologtostderr": "false",
		// Without these, errors go to stderr as well, whatever the output is.
		"legacy_stderr_threshold_behavior": "false",
		"stderrthreshold":                  "FATAL",
		"one_output":                       "true", // not once per severity below
	}
	if klog.V(maxVerbosity + 1).Enabled() {
		set["v"] = fmt.Sprint(maxVerbosity)
	}
	for name, value := range set {
		if flags.Lookup(name) == nil {
			continue
		}
		if err := flags.Set(name, value); err != nil {
			return fmt.Errorf("redirect the libraries' log: %w", err)
		}
	}
	klog.SetOutput(w)
	// net/http complains about odd answers through the standard logger.
	log.SetOutput(w)
	return nil
}

// NoQuestions keeps a credential plugin from reading the terminal, for while a
// dashboard owns it. A plugin that may ask runs without asking; one that must
// ask fails, and the error says why.
func NoQuestions(cfg *rest.Config) {
	if cfg.ExecProvider == nil {
		return
	}
	plugin := *cfg.ExecProvider
	plugin.StdinUnavailable = true
	plugin.StdinUnavailableMessage = "the dashboard has the terminal; log in with the plugin or kubectl first"
	// A plugin that must ask keeps its mode: with Never it would be started
	// without a terminal and fail in its own, less helpful way.
	if plugin.InteractiveMode != clientcmdapi.AlwaysExecInteractiveMode {
		plugin.InteractiveMode = clientcmdapi.NeverExecInteractiveMode
	}
	cfg.ExecProvider = &plugin
}

// CaptureStderr makes everything that is written to os.Stderr from now on go
// to w, until restore is called. It is for credential plugins: client-go hands
// them os.Stderr as it is when the Session is opened (k8s.io/client-go
// plugin/pkg/client/auth/exec), so it has to be called before Open. Panics of
// the runtime still reach the real stderr. A plugin that opens /dev/tty by
// itself cannot be held back.
//
// After restore, os.Stderr is the real one again. A Session opened in between
// goes on writing to w.
func CaptureStderr(w io.Writer) (restore func(), err error) {
	r, pipe, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("capture stderr: %w", err)
	}
	before := os.Stderr
	os.Stderr = pipe
	go func() {
		// A writer that fails must not block whoever writes.
		if _, err := io.Copy(w, r); err != nil {
			_, _ = io.Copy(io.Discard, r)
		}
		_ = r.Close()
	}()
	// The pipe is not closed: an authenticator may use it at any later time,
	// and would fail on a closed file. When nobody holds it any more, the
	// runtime closes it, and the copying ends.
	return func() { os.Stderr = before }, nil
}
