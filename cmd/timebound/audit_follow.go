package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"timebound/k8s/audit/event"
	logs "timebound/k8s/audit/source"
	"timebound/k8s/audit/wrap"
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
	if _, troubles, err := logs.Find(paths, std.in); err != nil {
		return err
	} else if len(troubles) > 0 {
		return troubles[0]
	}
	f := &follower{options: o, std: std, sum: sums.New(), met: map[string]bool{}}
	log := logs.Follow(ctx, paths[0], followPoll)
	defer func() { _ = log.Close() }() // it is only read
	err := f.run(log, paths[0])
	if ctx.Err() == nil {
		return err
	}
	if err := o.tell(std, &auditRead{sum: f.sum, files: 1}); err != nil {
		return err
	}
	return ctx.Err()
}

type follower struct {
	options *auditOptions
	std     streams
	sum     *sums.Summary
	met     map[string]bool // callers that were told of
	seen    repeats
}

// mostMet bounds how many callers are told of.
const mostMet = 100_000

func (f *follower) run(log io.Reader, name string) error {
	decoder := wrap.Decoder{Event: event.Decode}
	lines := bufio.NewReaderSize(log, 1<<20)
	src := f.sum.Source(name)
	for {
		line, err := wholeLine(lines)
		if len(line) > 0 {
			src.Lines++
			out := decoder.Record(line, "", func(e *sums.Event) { f.take(src, e) })
			src.Malformed, src.Truncated = src.Malformed+uint64(out.Malformed), src.Truncated+uint64(out.Truncated)
			src.Unsupported += uint64(out.Unsupported)
		}
		switch {
		case errors.Is(err, errLongLine):
			src.Oversize++
		case err != nil:
			return err
		}
	}
}

// repeats knows the last events by id and stage: a log that is rotated by copying
// may show some twice.
type repeats struct {
	known map[string]bool
	order []string
}

func (r *repeats) again(key string) bool {
	const kept = 10_000
	if r.known[key] {
		return true
	}
	if r.known == nil {
		r.known = map[string]bool{}
	}
	if len(r.order) == kept {
		delete(r.known, r.order[0])
		r.order = r.order[1:]
	}
	r.known[key] = true
	r.order = append(r.order, key)
	return false
}

func (f *follower) take(src *sums.Source, e *sums.Event) {
	if at := e.Staged; at > 0 {
		src.Cover(at, at)
	}
	src.Sample(e)
	o := f.options.read
	if e.Tells == 0 || e.When() < o.Since || o.Until != 0 && e.When() > o.Until || f.seen.again(e.ID+string(rune(e.Stage))) {
		return
	}
	f.sum.Add(e)
	f.tell(e)
}

// tell prints a line for a caller that was not met before.
func (f *follower) tell(e *sums.Event) {
	var what string
	switch {
	case e.Tells&sums.Legacy != 0 && e.Secret != "":
		what = "token " + e.Account.Namespace + "/" + e.Secret
		if !f.options.choice.token(model.Key{Namespace: e.Account.Namespace, Name: e.Secret}, e.Account) {
			return
		}
	case e.Tells&sums.Legacy != 0:
		what = "one of the tokens of account " + e.Account.String()
	case e.Tells&sums.Stale != 0:
		what = "stale bound token of account " + e.Account.String()
	case e.Tells&sums.Refused != 0:
		what = "refused"
	default:
		return
	}
	if e.Secret == "" && !f.options.choice.account(e.Account) {
		return
	}
	key := what + "\x00" + e.Agent + "\x00" + e.Peer + "\x00" + e.Pod.String()
	if f.met[key] || len(f.met) >= mostMet {
		return
	}
	f.met[key] = true
	resource := e.Resource
	if resource == "" {
		resource = e.Path
	}
	line := fmt.Sprintf("%s  %s: %s at %s, %s %s", e.When().Time().Format("2006-01-02 15:04:05"), what, agent.Parse(e.Agent).Title(), orNone(e.Peer), e.Verb, resource)
	if e.Namespace != "" {
		line += " in " + e.Namespace
	}
	fmt.Fprintln(f.std.err, model.Printable(line))
}

var errLongLine = errors.New("a line is too long to be looked at")

// wholeLine reads a line without its end; one of more than 64 MiB is passed over.
func wholeLine(r *bufio.Reader) ([]byte, error) {
	const most = 64 << 20
	var long []byte
	for {
		part, err := r.ReadSlice('\n')
		switch {
		case err == nil && long == nil:
			return part, nil
		case len(long)+len(part) > most:
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = r.ReadSlice('\n')
			}
			if err != nil {
				return nil, err
			}
			return nil, errLongLine
		}
		long = append(long, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return long, err
		}
	}
}
