package discover

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"k8s.io/client-go/rest"

	"timebound/model"
)

const (
	probeTimeout = 5 * time.Second
	// bodyLimit bounds every answer but /metrics. The largest that is asked
	// for, the list of control plane pods, is far below it.
	bodyLimit = 8 << 20
	// statusLimit bounds how much of a refusal is read.
	statusLimit = 64 << 10
	// politeTries is how often a request is made that the server turns away
	// with 429 and a Retry-After.
	politeTries = 3
)

// Client is a way to one cluster. NewClient makes one.
type Client struct {
	// HTTP carries credentials and shares connections.
	HTTP *http.Client
	// Fresh carries the same credentials over HTTP/1.1, so that each request
	// that asks for it can have a connection of its own: several API servers
	// behind one address are only seen that way. nil means HTTP.
	Fresh *http.Client
	// Direct carries the same credentials to API servers at addresses of their own,
	// having proved that they are this cluster's. nil if NotDirect says why nobody
	// but Base is asked.
	Direct    *http.Client
	NotDirect string
	// Base is the address of the API server, with the path prefix if it has one.
	Base *url.URL
	// Know gives the gates that are wanted, which component reads them in
	// which minor, and the defaults of flags. Without it no gate is read from
	// /metrics.
	Know model.Knowledge
	// Timeout is for one probe; 0 means 5 seconds.
	Timeout time.Duration
	// Now is our clock; nil means time.Now.
	Now func() time.Time

	loopback bool // API servers may be on this machine: in tests
}

// NewClient makes a Client from a REST configuration. The configuration's
// WrapTransport (a read-only transport, say) is kept; no request is made.
func NewClient(cfg *rest.Config, know model.Knowledge) (Client, error) {
	base, _, err := rest.DefaultServerUrlFor(cfg)
	if err != nil {
		return Client{}, fmt.Errorf("address of the API server: %w", err)
	}
	shared, err := rest.HTTPClientFor(cfg)
	if err != nil {
		return Client{}, fmt.Errorf("connection to %s: %w", base.Host, err)
	}
	// client-go keeps one transport per TLS configuration. Asking for HTTP/1.1
	// alone makes this one ours, and a connection closable after one request.
	alone := rest.CopyConfig(cfg)
	if alone.Transport == nil {
		alone.NextProtos = []string{"http/1.1"}
	}
	fresh, err := rest.HTTPClientFor(alone)
	if err != nil {
		return Client{}, fmt.Errorf("connection to %s: %w", base.Host, err)
	}
	client := Client{HTTP: stayHere(shared), Fresh: stayHere(fresh), Base: base, Know: know}
	client.Direct, client.NotDirect = direct(cfg, base)
	return client, nil
}

// stayHere makes a client that follows no redirect: client-go's transport
// would add the credentials to a request to any other host as well.
func stayHere(client *http.Client) *http.Client {
	still := *client
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &still
}

// address is Base without credentials.
func (c Client) address() string {
	shown := *c.Base
	shown.User = nil
	return shown.String()
}

func (c Client) timeout() time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	return probeTimeout
}

func (c Client) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

// ask is one GET.
type ask struct {
	path   string
	query  url.Values
	accept string
	fresh  bool // over a connection of its own
}

// String names the request for people.
func (a ask) String() string { return "GET " + a.path }

const acceptJSON = "application/json"

// body makes the request and reads the whole answer, up to bodyLimit.
func (c Client) body(ctx context.Context, a ask) ([]byte, error) {
	resp, err := c.open(ctx, a)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, bodyLimit+1))
	if err != nil {
		return nil, err
	}
	if len(body) > bodyLimit {
		return nil, malformed("the answer is larger than %d MB", bodyLimit>>20)
	}
	return body, nil
}

// open makes the request and gives an answer of status 200, whose body the
// caller closes. Any other status is a *refusal.
func (c Client) open(ctx context.Context, a ask) (*http.Response, error) {
	for try := 1; ; try++ {
		resp, err := c.send(ctx, a)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode == http.StatusOK {
			return resp, nil
		}
		refused := readRefusal(resp)
		wait, retry := retryAfter(resp)
		if !retry || try == politeTries {
			return nil, refused
		}
		select {
		case <-ctx.Done():
			return nil, refused
		case <-time.After(wait):
		}
	}
}

func (c Client) send(ctx context.Context, a ask) (*http.Response, error) {
	target := c.Base.JoinPath(a.path)
	target.RawQuery = a.query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", a.accept)
	client := c.HTTP
	if a.fresh {
		req.Close = true
		if c.Fresh != nil {
			client = c.Fresh
		}
	}
	return client.Do(req)
}

// retryAfter reads how long API priority and fairness asks to wait.
func retryAfter(resp *http.Response) (time.Duration, bool) {
	if resp.StatusCode != http.StatusTooManyRequests {
		return 0, false
	}
	seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 60 {
		return 0, false
	}
	return time.Duration(seconds) * time.Second, true
}
