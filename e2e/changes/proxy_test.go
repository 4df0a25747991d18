package changes

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
)

// fate is what becomes of a request on its way.
type fate uint8

const (
	passes      fate = iota
	resetBefore      // the connection breaks before the server has it
	resetAfter       // it breaks after the server did it
	hangBefore       // nobody answers, and the server never has it
	hangAfter        // nobody answers, though the server did it
	cutBody          // the answer breaks off in the middle
	answers          // something in between answers instead
	answerAfter      // the same, though the server did it
)

// ruling is a fate with the answer that belongs to it.
type ruling struct {
	fate
	code       int
	retryAfter int // seconds; 0: not told
}

// passing is one request as the proxy saw it.
type passing struct {
	method, path string
	at, done     time.Time
	ruling
}

// proxy stands between the product and the API server and does harm.
type proxy struct {
	server  *httptest.Server
	target  *url.URL // the API server
	forward *httputil.ReverseProxy
	direct  http.RoundTripper

	mu     sync.Mutex
	decide func(r *http.Request) ruling // nil: everything passes
	seen   []*passing
	busy   sync.WaitGroup
}

// proxy starts a proxy, with HTTP/2 or without.
func (s *stage) proxy(t *testing.T, http2 bool) *proxy {
	t.Helper()
	target, err := url.Parse(s.Server())
	must(t, err)
	p := &proxy{target: target}
	plain := rest.AnonymousClientConfig(s.config)
	p.direct, err = rest.TransportFor(plain)
	must(t, err)
	p.forward = &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     p.direct,
		FlushInterval: -1, // watches
		ErrorHandler:  func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		ErrorLog:      log.New(io.Discard, "", 0),
	}
	p.server = httptest.NewUnstartedServer(p)
	p.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	p.server.EnableHTTP2 = http2
	p.server.StartTLS()
	t.Cleanup(func() {
		p.server.CloseClientConnections()
		p.server.Close()
	})
	return p
}

// config leads a client to the proxy.
func (p *proxy) config(of *rest.Config) *rest.Config {
	c := rest.CopyConfig(of)
	c.Host = p.server.URL
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.server.Certificate().Raw})
	c.TLSClientConfig = rest.TLSClientConfig{CAData: ca}
	return c
}

// harm says what becomes of the requests from now on.
func (p *proxy) harm(decide func(r *http.Request) ruling) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.decide = decide
}

// changes says that a request changes something, and is no dry run.
func changes(r *http.Request) bool {
	switch r.Method {
	case http.MethodPatch, http.MethodDelete:
	case http.MethodPost:
		if strings.Contains(r.URL.Path, "selfsubject") {
			return false
		}
	default:
		return false
	}
	if r.URL.Query().Get("dryRun") != "" {
		return false
	}
	text := bodyOf(r)
	return !bytes.Contains(text, []byte(`"dryRun"`))
}

// bodyOf reads a body and puts it back.
func bodyOf(r *http.Request) []byte {
	text, _ := io.ReadAll(r.Body) // what is missing shows at the server
	r.Body = io.NopCloser(bytes.NewReader(text))
	return text
}

// ServeHTTP makes each request meet its fate.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.busy.Add(1)
	defer p.busy.Done()
	p.mu.Lock()
	decide := p.decide
	p.mu.Unlock()
	one := &passing{method: r.Method, path: r.URL.Path, at: time.Now()}
	if decide != nil {
		one.ruling = decide(r)
	}
	p.mu.Lock()
	p.seen = append(p.seen, one)
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		one.done = time.Now()
	}()
	switch one.fate {
	case passes:
		p.forward.ServeHTTP(w, r)
	case resetBefore:
		panic(http.ErrAbortHandler)
	case hangBefore:
		_ = bodyOf(r)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case answers:
		one.answer(w)
	default:
		p.after(w, r, one.ruling)
	}
}

// after lets the server do it, whatever becomes of the client, and then does
// harm to the answer.
func (p *proxy) after(w http.ResponseWriter, r *http.Request, how ruling) {
	text := bodyOf(r)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), time.Minute)
	defer cancel()
	out := r.Clone(ctx)
	out.RequestURI, out.Host, out.Body = "", "", io.NopCloser(bytes.NewReader(text))
	out.URL.Scheme, out.URL.Host = p.target.Scheme, p.target.Host
	resp, err := p.direct.RoundTrip(out)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	answer, _ := io.ReadAll(resp.Body) // half of it is thrown away anyhow
	_ = resp.Body.Close()
	switch how.fate {
	case hangAfter:
		<-r.Context().Done()
	case answerAfter:
		how.answer(w)
		return
	case cutBody:
		w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		w.WriteHeader(resp.StatusCode)
		_, _ = w.Write(answer[:len(answer)/2])
		_ = http.NewResponseController(w).Flush()
	}
	panic(http.ErrAbortHandler)
}

// answer is one that no API server gave: some are in its form, some are not.
func (r ruling) answer(w http.ResponseWriter) {
	if r.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(r.retryAfter))
	}
	if r.code == http.StatusBadGateway || r.code == http.StatusGatewayTimeout {
		http.Error(w, "<html>upstream is not there</html>", r.code)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.code)
	_ = json.NewEncoder(w).Encode(map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": r.code, "message": fmt.Sprintf("made up: %d", r.code)})
}

// passed are the requests so far.
func (p *proxy) passed() []passing {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]passing, len(p.seen))
	for i, one := range p.seen {
		out[i] = *one
	}
	return out
}
