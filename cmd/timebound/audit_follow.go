package main

import (
	"context"
	"fmt"
	"time"

	"timebound/k8s/audit"
	logs "timebound/k8s/audit/source"
	"timebound/model"
	"timebound/model/agent"
	sums "timebound/model/usage"
)

// followPoll is the time between two looks at a log that is followed.
const followPoll = 250 * time.Millisecond

// followAudit reads a log as it grows and tells of every caller when it is first
// seen with a token, until it is interrupted. Then it tells all, as without -f.
func followAudit(ctx context.Context, std streams, o *auditOptions, paths []string) error {
	if len(paths) != 1 || paths[0] == "-" {
		return usagef("--follow reads one plain file: the log that the API server writes now")
	}
	found, troubles, err := logs.Find(paths, std.in)
	switch {
	case err != nil:
		return err
	case len(troubles) > 0:
		return troubles[0]
	case len(found) != 1 || found[0].Path == "":
		return usagef("--follow reads one plain file of lines; read %s without it", paths[0])
	}
	log := logs.Follow(ctx, found[0].Path, followPoll)
	defer func() { _ = log.Close() }() // it is only read
	got := &auditRead{files: 1}
	o.read.Report = &got.report
	tell := teller{options: o, std: std, met: map[string]bool{}}
	if got.sum, err = audit.Follow(ctx, o.read, found[0], log, tell.tell); ctx.Err() == nil {
		return err
	}
	if err := o.tell(std, got); err != nil {
		return err
	}
	return ctx.Err()
}

// teller prints a line for each caller that was not met before.
type teller struct {
	options *auditOptions
	std     streams
	met     map[string]bool
}

// mostMet bounds how many callers are told of.
const mostMet = 100_000

func (t *teller) tell(e *sums.Event) {
	what := t.what(e)
	if what == "" {
		return
	}
	key := what + "\x00" + e.Agent + "\x00" + e.Peer + "\x00" + e.Pod.String()
	if t.met[key] || len(t.met) >= mostMet {
		return
	}
	t.met[key] = true
	resource := e.Resource
	if resource == "" {
		resource = e.Path
	}
	line := fmt.Sprintf("%s  %s: %s at %s, %s %s", e.When().Time().Format("2006-01-02 15:04:05"), what, agent.Parse(e.Agent).Title(), orNone(e.Peer), e.Verb, resource)
	if e.Namespace != "" {
		line += " in " + e.Namespace
	}
	fmt.Fprintln(t.std.err, model.Printable(line))
}

// what says what was presented; "" if nobody asked for it.
func (t *teller) what(e *sums.Event) string {
	choose := t.options.choice
	switch {
	case e.Tells&sums.Legacy != 0 && e.Secret != "":
		if token := (model.Key{Namespace: e.Account.Namespace, Name: e.Secret}); choose.token(token, e.Account) {
			return "token " + token.String()
		}
		return ""
	case e.Tells&sums.Presented != 0:
		return "bound token " + e.Credential
	case e.Tells&sums.Refused != 0 && choose.all():
		return "refused"
	case !choose.account(e.Account):
		return ""
	case e.Tells&sums.Legacy != 0:
		return "one of the tokens of account " + e.Account.String()
	case e.Tells&sums.Stale != 0:
		return "stale bound token of account " + e.Account.String()
	}
	return ""
}
