package k8s

import (
	"fmt"
	"net/http"
	"runtime"
	"time"

	"k8s.io/client-go/rest"

	"timebound/model"
)

// Config says which cluster to open, and how much of it.
type Config struct {
	// REST is how to reach the API server, as kubeconfig flags or the pod's
	// own service account give it. It is copied, never changed.
	REST *rest.Config
	// Context is the kubeconfig context's name; "" in-cluster.
	Context string
	// Namespaces narrows everything that has a namespace; nil means all.
	Namespaces []string
	// Version is Timebound's own version, for the user agent.
	Version string
	// Knowledge says which gates and flags are worth looking for. Without it,
	// fewer settings of the control plane are found.
	Knowledge model.Knowledge
	// Now is the clock to compare with the server's; nil means the machine's.
	Now func() time.Time
}

// Session is one cluster, opened read-only until its Hand is unlocked. It is
// safe for concurrent use.
type Session struct {
	config    *rest.Config // read-only transport installed
	context   string
	only      []string // Config.Namespaces
	client    *rest.RESTClient
	watcher   *rest.RESTClient // as client, without the timeout of a request
	warnings  *warnings
	gate      *gate
	hand      *Hand
	knowledge model.Knowledge
	discover  discoverFunc
	now       func() time.Time
	patience  time.Duration // see the constant
	usage     usage
}

// Open prepares a Session. It does no I/O: a server that cannot be reached
// shows with the first request. It fails only for a configuration that makes
// no client: a bad address, unreadable certificate files, a nil Config.REST.
func Open(cfg Config) (*Session, error) {
	if cfg.REST == nil {
		return nil, fmt.Errorf("open cluster: no client configuration was given; set --kubeconfig or run inside a cluster")
	}
	s := &Session{context: cfg.Context, only: cfg.Namespaces, warnings: &warnings{}, gate: &gate{}, knowledge: cfg.Knowledge, now: cfg.Now, patience: patience}
	if s.now == nil {
		s.now = time.Now
	}
	s.config = s.clientConfig(cfg)

	hc, err := rest.HTTPClientFor(s.config)
	if err != nil {
		return nil, fmt.Errorf("open cluster %s: %w; check the kubeconfig's certificates and user", s.where(), err)
	}
	// --request-timeout is for answers; a watch has none but its own.
	endless := *hc
	endless.Timeout = 0
	for client, hc := range map[**rest.RESTClient]*http.Client{&s.client: hc, &s.watcher: &endless} {
		if *client, err = rest.RESTClientForConfigAndClient(s.config, hc); err != nil {
			return nil, fmt.Errorf("open cluster %s: %w; check the kubeconfig's server address", s.where(), err)
		}
	}
	base, _, err := rest.DefaultServerUrlFor(s.config)
	if err != nil {
		return nil, fmt.Errorf("open cluster %s: %w; check the kubeconfig's server address", s.where(), err)
	}
	s.hand = newHand(s, hc, base.String())
	if len(s.only) == 0 {
		s.only = nil
	}
	s.discover = s.discoverCluster
	return s, nil
}

// clientConfig copies cfg.REST and makes it ours: read-only transport, user
// agent, no client-side rate limit (client-go's default of 5 requests a second
// turns 100,000 objects into 40 s; the server's own fairness answers with 429
// and Retry-After, which client-go honours by itself), warnings kept instead of
// printed. DisableCompression stays as given: over a WAN gzip shrinks metadata
// twelvefold, on loopback it only costs.
func (s *Session) clientConfig(cfg Config) *rest.Config {
	c := rest.CopyConfig(cfg.REST)
	version := cfg.Version
	if version == "" {
		version = "devel"
	}
	c.UserAgent = fmt.Sprintf("timebound/%s (%s/%s)", version, runtime.GOOS, runtime.GOARCH)
	c.QPS = -1
	c.RateLimiter = nil
	c.WarningHandler = s.warnings
	c.WarningHandlerWithContext = nil
	c.APIPath = "/"
	c.GroupVersion = &metaVersion
	c.NegotiatedSerializer = codecs.WithoutConversion()
	c.AcceptContentTypes = acceptTyped
	c.ContentType = "application/json"
	c.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return &readOnly{base: basePath(c.Host), gate: s.gate, next: &clocked{next: next}}
	})
	return c
}

// where names the cluster for messages: its context, else its address.
func (s *Session) where() string {
	if s.context != "" {
		return s.context
	}
	return s.config.Host
}

// Server is the address of the API server, as configured.
func (s *Session) Server() string { return s.config.Host }

// Warnings gives the warnings that the API server sent so far, each once.
func (s *Session) Warnings() []string { return s.warnings.list() }
