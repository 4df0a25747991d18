package discover

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"timebound/model"
)

// refusal is an answer other than 200.
type refusal struct {
	code    int
	reason  string // Status.reason; "" if the answer is no Kubernetes Status
	message string // Status.message, shortened
}

func (r *refusal) Error() string {
	text := fmt.Sprintf("the server answered %d %s", r.code, http.StatusText(r.code))
	if r.message != "" {
		text += " (" + r.message + ")"
	}
	return text
}

func readRefusal(resp *http.Response) *refusal {
	defer func() { _ = resp.Body.Close() }()
	r := &refusal{code: resp.StatusCode}
	body, err := io.ReadAll(io.LimitReader(resp.Body, statusLimit))
	if err != nil {
		return r
	}
	var status struct{ Kind, Reason, Message string }
	if json.Unmarshal(body, &status) == nil && status.Kind == "Status" {
		r.reason, r.message = status.Reason, short(status.Message)
	}
	return r
}

// missing says that the API server itself says that the object or path is
// not there. A bare 404 may come from anything on the way, so it is only
// believed where nothing is concluded from it.
func missing(err error) bool {
	var r *refusal
	return errors.As(err, &r) && r.code == http.StatusNotFound && r.reason == "NotFound"
}

func answered(err error, codes ...int) bool {
	var r *refusal
	if !errors.As(err, &r) {
		return false
	}
	for _, code := range codes {
		if r.code == code {
			return true
		}
	}
	return false
}

// malformedError is an answer that is not what it should be.
type malformedError struct{ text string }

func (e *malformedError) Error() string { return e.text }

func malformed(format string, args ...any) error {
	return &malformedError{text: fmt.Sprintf(format, args...)}
}

// short makes one line from outside bounded and safe to show.
func short(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return bounded(s, 200)
}

// bounded cuts a text from outside to a number of bytes and makes it safe to
// show.
func bounded(s string, limit int) string {
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return model.Printable(s)
}

// loss is what a failed probe costs and how to get it.
type loss struct {
	what  string // the request: "GET /metrics"
	needs string // the permission: "get on /metrics"
	cost  string // what stays unknown: "which gates are on is not known"
	allow string // what gives the permission, if it is not our own manifest
}

// remedyRBAC is what to do about a missing permission.
const remedyRBAC = `run "timebound rbac --for read" for the manifest`

// problem tells a failure so that somebody can act on it; false if the
// failure is ours (we were told to stop).
func (c Client) problem(l loss, err error) (model.Problem, bool) {
	p := model.Problem{What: l.what}
	var r *refusal
	var m *malformedError
	switch {
	case errors.Is(err, context.Canceled):
		return p, false
	case errors.As(err, &r) && r.code == http.StatusForbidden:
		p.Why, p.Remedy = "forbidden, needs "+l.needs+", so "+l.cost, cmp.Or(l.allow, remedyRBAC)
	case errors.As(err, &r) && r.code == http.StatusUnauthorized:
		p.Why, p.Remedy = "the API server does not accept these credentials (401)", "log in again, or use another context"
	case errors.As(err, &r):
		p.Why, p.Remedy = r.Error(), "reload to try again"
	case errors.As(err, &m):
		p.Why, p.Remedy = m.Error()+", so "+l.cost, "check what stands between here and the API server"
	case errors.Is(err, context.DeadlineExceeded) || timedOut(err):
		p.Why, p.Remedy = "no answer within "+c.timeout().String(), "check the network to the API server, then reload"
	default:
		p.Why, p.Remedy = short(bare(err).Error()), "check address and network of the API server"
	}
	return p, true
}

func timedOut(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// bare takes method and address off an error of net/http, so that the same
// trouble on many paths reads the same.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// gather joins problems that have the same cause into one, in order: an
// unreachable server is one trouble and not ten.
func gather(problems []model.Problem) []model.Problem {
	type cause struct{ why, remedy string }
	at := map[cause]int{}
	var joined []model.Problem
	for _, p := range problems {
		key := cause{p.Why, p.Remedy}
		if i, ok := at[key]; ok {
			joined[i].What += ", " + p.What
			continue
		}
		at[key] = len(joined)
		joined = append(joined, p)
	}
	return joined
}
