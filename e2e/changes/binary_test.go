package changes

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"timebound/e2e/product"
	"timebound/model"
	"timebound/plan/planfile"
	"timebound/plan/run"
)

// contextName is what the program wants to hear before it changes anything.
const contextName = "e2e"

// outcome is how a run of the real program went.
type outcome struct {
	args           []string
	code           int // -1 if it was killed
	stdout, stderr string
}

func (o outcome) want(t *testing.T, code int) {
	t.Helper()
	if o.code != code {
		t.Errorf("timebound %v exits with %d, want %d; it says\n%s%s", o.args, o.code, code, o.stdout, o.stderr)
	}
}

// binary gives the path of the timebound command.
func binary(t *testing.T) string {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.binary != "" {
		return shared.binary
	}
	dir, err := os.MkdirTemp("", "timebound-changes-")
	must(t, err)
	shared.dir = dir
	if given := os.Getenv("TIMEBOUND_E2E_BINARY"); given != "" {
		shared.binary = given
		return given
	}
	shared.binary, err = product.Build(t.Context(), dir)
	must(t, err)
	return shared.binary
}

// kubeconfig writes a kubeconfig that leads an operator to the cluster as his
// engine goes.
func (o *operator) kubeconfig(t *testing.T) string {
	t.Helper()
	config, err := o.RESTConfig(o.user)
	must(t, err)
	ca := o.ca
	if o.via != nil {
		config = o.via.config(config)
		ca = config.CAData
	}
	k := clientcmdapi.NewConfig()
	k.Clusters["e2e"] = &clientcmdapi.Cluster{Server: config.Host, CertificateAuthorityData: ca}
	k.AuthInfos["e2e"] = &clientcmdapi.AuthInfo{Token: config.BearerToken}
	k.Contexts[contextName] = &clientcmdapi.Context{Cluster: "e2e", AuthInfo: "e2e"}
	k.CurrentContext = contextName
	path := filepath.Join(o.dir, o.user+".kubeconfig")
	must(t, clientcmd.WriteToFile(*k, path))
	return path
}

// command is a call of the real program that is not started yet.
func (o *operator) command(t *testing.T, args ...string) (*exec.Cmd, *output) {
	t.Helper()
	all := append(slices.Clone(args), "--kubeconfig", o.kubeconfig(t), "--context", contextName, "-n", o.ns)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, binary(t), all...)
	cmd.Env = append(os.Environ(), "HOME="+o.dir, "XDG_CONFIG_HOME="+o.dir, "XDG_STATE_HOME="+o.home, "KUBECONFIG=")
	out := &output{}
	cmd.Stdout, cmd.Stderr = &out.stdout, &out.stderr
	return cmd, out
}

// output is what a call writes.
type output struct{ stdout, stderr bytes.Buffer }

// timebound runs the real program to its end.
func (o *operator) timebound(t *testing.T, args ...string) outcome {
	t.Helper()
	cmd, out := o.command(t, args...)
	err := cmd.Run()
	return o.ended(t, cmd, out, args, err)
}

func (o *operator) ended(t *testing.T, cmd *exec.Cmd, out *output, args []string, err error) outcome {
	t.Helper()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("timebound %v: %v", args, err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.said.Write(out.stdout.Bytes())
	o.said.Write(out.stderr.Bytes())
	return outcome{args: args, code: cmd.ProcessState.ExitCode(), stdout: out.stdout.String(), stderr: out.stderr.String()}
}

var runLine = regexp.MustCompile(`(?m)^run (\d{8}-\d{6}-[a-z0-9]+)$`)

// runOf gives the run that a call began; "" if it began none.
func (o outcome) runOf() string {
	m := runLine.FindStringSubmatch(o.stderr)
	if m == nil {
		return ""
	}
	return m[1]
}

// history reads a run.
func (o *operator) history(t *testing.T, id string) *run.History {
	t.Helper()
	h, err := run.Read(o.store, id)
	must(t, err)
	return h
}

// newestRun gives the newest run that can be read; nil without one.
func (o *operator) newestRun(t *testing.T) *run.History {
	t.Helper()
	summaries, err := o.store.Runs()
	must(t, err)
	for _, s := range summaries {
		if s.Number > 0 && s.Problem == "" {
			return o.history(t, s.ID)
		}
	}
	return nil
}

// tellsByCode checks I7: a call that was not killed exits with 0 if, and only
// if, everything was done and stands.
func (o *operator) tellsByCode(t *testing.T, call outcome) {
	t.Helper()
	id := call.runOf()
	if id == "" || call.code < 0 {
		return
	}
	h := o.history(t, id)
	if complete := run.Complete(h.Results); complete != (call.code == 0) {
		t.Errorf("I7: timebound %v exits with %d, and all is done: %t\n%s", call.args, call.code, complete, call.stderr)
	}
}

// planFile has the program write a plan of the scene. It looks ahead, to when
// nobody will have used the tokens for long; but changes go by what is known
// today, so today's day and verdicts are put in.
func (o *operator) planFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(o.dir, o.user+"-plan.yaml")
	_ = os.Remove(path) // of an earlier call
	ahead := (model.DayOf(time.Now()) + longAfter).String()
	o.timebound(t, "plan", "-f", path, "--as-of", ahead).want(t, 0)
	p, err := planfile.ReadFile(path, nil)
	must(t, err)
	inv, _, err := o.facts.session.Load(t.Context(), nil)
	must(t, err)
	today := model.Assess(inv, o.know, model.DefaultPolicy(time.Now()))
	p.Inputs.AsOf = today.Policy.Today
	for h := range p.Hops {
		for s := range p.Hops[h].Steps {
			for i := range p.Hops[h].Steps[s].Actions {
				a := &p.Hops[h].Steps[s].Actions[i]
				if f := today.Token(model.Key{Namespace: a.On.Namespace, Name: a.On.Name}); f != nil && a.Verdict != "" {
					a.Verdict = f.Verdict.Slug()
				}
			}
		}
	}
	var text bytes.Buffer
	must(t, planfile.WriteYAML(&text, p))
	must(t, os.WriteFile(path, text.Bytes(), 0o600))
	return path
}

// applyArgs are a call that switches off what a plan says, without questions.
func applyArgs(plan string, more ...string) []string {
	return append([]string{"apply", plan, "--action", "invalidate", "--yes", "--canary", "0", "--rate", "0", "--settle", "0s", "--stop-after", "0"}, more...)
}
