package k8s

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"

	"timebound/model/wire"
)

// Hand reads single objects of a cluster and changes them. It tries nothing
// twice: every request is sent once, and its Failure says whether it may have
// been carried out. It is safe for concurrent use.
//
// Every error of its methods carries a *wire.Failure, but for those of the
// functions given to Token and Issue, which come back as they are.
type Hand struct {
	session *Session
	client  *http.Client // follows no redirects
	base    string       // the API server's address, without trailing slash
}

// Hand gives the session's hand. All hands of a session are locked and
// unlocked together.
func (s *Session) Hand() *Hand { return s.hand }

// newHand makes a hand that shares connections and credentials with client.
func newHand(s *Session, client *http.Client, base string) *Hand {
	still := *client
	// A redirect could lead a confirmed change somewhere else.
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Hand{session: s, client: &still, base: strings.TrimRight(base, "/")}
}

// Unlock lets real changes through: those made with Send, SendWith and Issue,
// and no others.
func (h *Hand) Unlock() { h.session.gate.open.Store(true) }

// Lock makes the session read-only again. What was sent already is not called
// back.
func (h *Hand) Lock() { h.session.gate.open.Store(false) }

// Unlocked says whether real changes pass.
func (h *Hand) Unlocked() bool { return h.session.gate.open.Load() }

// answerWithin bounds a request whose context has no deadline. API servers give
// up after 60 s themselves.
const answerWithin = 90 * time.Second

// call is one request.
type call struct {
	what   string // for messages: "patch secrets payments/a"
	needs  wire.Right
	method string
	path   string // below the API server's address
	query  string
	accept string
	// contentType and body are what is sent; sealed is a body with bytes of a
	// secret, in place of body.
	contentType string
	body        []byte
	sealed      *sealed
	bytes       map[string][]byte // those in sealed, which no message may repeat
	// permit goes with a real change; nil for anything that changes nothing.
	permit *permit
}

// changes says that the cluster is another one afterwards.
func (c *call) changes() bool { return c.permit != nil }

// do makes a request and hands the body of a successful answer over. The bytes
// are overwritten when read returns. Errors are failures.
func (h *Hand) do(ctx context.Context, c call, read func(body []byte) error) error {
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, answerWithin)
		defer cancel()
	}
	var way progress
	if c.changes() {
		ctx = httptrace.WithClientTrace(withPermit(ctx, c.permit), way.trace())
	}
	req, err := h.request(ctx, &c)
	if err != nil {
		return refuse(c.what, "it cannot be put into words for the server")
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return h.noAnswer(&c, err, way.sent(err))
	}
	defer func() { _ = resp.Body.Close() }()
	h.session.warnings.take(resp.Header)

	limit := maxAnswer
	if resp.StatusCode > 299 {
		limit = maxStatus
	}
	body := takeBuffer()
	defer body.release()
	if err := body.fill(resp, limit); err != nil && resp.StatusCode <= 299 {
		return h.badAnswer(&c, resp.StatusCode, err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return h.refusal(&c, resp, body.bytes)
	}
	if err := read(body.bytes); err != nil {
		return h.badAnswer(&c, resp.StatusCode, err)
	}
	return nil
}

func (h *Hand) request(ctx context.Context, c *call) (*http.Request, error) {
	url := h.base + c.path
	if c.query != "" {
		url += "?" + c.query
	}
	req, err := newRequest(ctx, c, url)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", c.accept)
	// No compression: a decompressor would keep bytes that cannot be
	// overwritten, and one object is small.
	req.Header.Set("Accept-Encoding", "identity")
	if c.contentType != "" {
		req.Header.Set("Content-Type", c.contentType)
	}
	return req, nil
}
