package k8s

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"timebound/model/wire"
)

func statusBody(t *testing.T, code int, reason, message string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A refusal is told as it is, once, and only where the server may have acted
// all the same does it leave a doubt.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		code   int
		reason string
		unsure bool
	}{
		{400, "BadRequest", false}, {401, "Unauthorized", false}, {403, "Forbidden", false}, {404, "NotFound", false}, {405, "MethodNotAllowed", false},
		{406, "NotAcceptable", false}, {408, "", true}, {409, "Conflict", false}, {409, "AlreadyExists", false}, {410, "Gone", false}, {415, "UnsupportedMediaType", false},
		{422, "Invalid", false}, {429, "TooManyRequests", false}, {500, "InternalError", true}, {501, "", false}, {502, "", true},
		{503, "ServiceUnavailable", true}, {504, "Timeout", true}, {507, "", true}, {304, "", false}, {301, "", false},
	} {
		h, seen := handOn(t, says(c.code, statusBody(t, c.code, c.reason, "the server's words")))
		requests := []wire.Request{patchOf("a"), createOf("a"), deleteOf("a")}
		for _, r := range requests {
			_, err := h.Send(t.Context(), r)
			f := wire.FailureOf(err)
			if f == nil || f.Code != c.code || f.Unsure != c.unsure || f.Message == "" || f.RetryAfter != 0 {
				t.Errorf("%d on %s: %+v", c.code, r.Verb, f)
				continue
			}
			if c.code != 304 && f.Reason != c.reason {
				t.Errorf("%d: reason %s", c.code, f.Reason)
			}
			if !strings.HasPrefix(err.Error(), string(r.Verb)+" secrets shop/a: ") || c.unsure != strings.Contains(err.Error(), "; it may have been carried out; look at the object before trying again") {
				t.Errorf("%d: %v", c.code, err)
			}
		}
		if n := int(seen.Load()); n != len(requests) {
			t.Errorf("%d: the server saw %d requests for %d", c.code, n, len(requests))
		}
		// What changes nothing leaves no doubt.
		_, dry := h.Send(t.Context(), patchOf("a").Dry())
		_, read := h.Metadata(t.Context(), secretAt("a"))
		if wire.CodeOf(dry) != c.code || wire.FailureOf(dry).Unsure || wire.CodeOf(read) != c.code || wire.FailureOf(read).Unsure {
			t.Errorf("%d: %v; %v", c.code, dry, read)
		}
	}
}

// A busy server's wish is handed on at once: nobody waits or asks again here.
func TestRetryAfter(t *testing.T) {
	for what, c := range map[string]struct {
		header, body string
		want         time.Duration
	}{
		"header":            {"5", "Too many requests, please try again later.", 5 * time.Second},
		"status":            {"", `{"kind":"Status","code":429,"reason":"TooManyRequests","details":{"retryAfterSeconds":7}}`, 7 * time.Second},
		"a moment":          {"Tue, 03 Mar 2026 04:06:06 GMT", "", time.Minute},
		"a moment ago":      {"Tue, 03 Mar 2026 04:04:06 GMT", "", 0},
		"less than nothing": {"-3", "", 0},
		"forever":           {"9223372036854775807", "", (1<<31 - 1) * time.Second},
		"nonsense":          {"soon", "", 0},
	} {
		h, seen := handOn(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", "Tue, 03 Mar 2026 04:05:06 GMT")
			if c.header != "" {
				w.Header().Set("Retry-After", c.header)
			}
			says(http.StatusTooManyRequests, c.body)(w, r)
		})
		began := time.Now()
		_, err := h.Send(t.Context(), patchOf("a"))
		if f := wire.FailureOf(err); f == nil || f.Code != 429 || f.RetryAfter != c.want || f.Unsure || seen.Load() != 1 {
			t.Errorf("%s: %+v after %d requests", what, f, seen.Load())
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s: it took %s", what, took)
		}
	}
}

// RBAC's refusal names the right that is missing; admission's keeps its words.
func TestForbidden(t *testing.T) {
	for message, want := range map[string]string{
		`secrets "a" is forbidden: User "eve" cannot patch resource "secrets" in API group "" in the namespace "shop": no such role`: `patch secrets shop/a: forbidden: user eve needs verb patch on secrets in shop: no such role (403); run "timebound rbac --for write" for the manifest`,
		``: `patch secrets shop/a: forbidden: needs verb patch on secrets in shop (403); run "timebound rbac --for write" for the manifest`,
		`admission webhook "policy" denied the request: not on a Friday`: `patch secrets shop/a: admission webhook "policy" denied the request: not on a Friday (403)`,
	} {
		h, _ := handOn(t, says(http.StatusForbidden, statusBody(t, 403, "Forbidden", message)))
		if _, err := h.Send(t.Context(), patchOf("a")); err == nil || err.Error() != want {
			t.Errorf("\ngot  %v\nwant %s", err, want)
		}
	}
	h, _ := handOn(t, says(http.StatusForbidden, ""))
	if _, err := h.Metadata(t.Context(), secretAt("a")); err == nil || !strings.Contains(err.Error(), "needs verb get on secrets in shop (403); run \"timebound rbac --for read\"") {
		t.Error(err)
	}
}

// A server's words are data: no escape sequences, no tokens, no pages.
func TestHostileWords(t *testing.T) {
	h, _ := handOn(t, says(http.StatusConflict, statusBody(t, 409, "\x1b[2JConflict", "\x1b]0;title\x07\u202e"+sampleJWT+strings.Repeat("x", 10_000))))
	_, err := h.Send(t.Context(), patchOf("a"))
	f := wire.FailureOf(err)
	if f == nil || strings.ContainsAny(err.Error()+f.Message+f.Reason, "\x1b\x07\u202e") || strings.Contains(err.Error(), "eyJ") || len(f.Message) > 1000 {
		t.Errorf("%q", f)
	}
	page := `<html>` + sampleJWT + strings.Repeat("<p>no</p>", 100_000)
	h, _ = handOn(t, says(http.StatusBadGateway, page))
	_, err = h.Send(t.Context(), patchOf("a"))
	if f := wire.FailureOf(err); f == nil || f.Code != 502 || !f.Unsure || strings.ContainsAny(err.Error(), "<>") || strings.Contains(err.Error(), "eyJ") {
		t.Error(err)
	}
}

// An answer without end does not fill the memory.
func TestHugeAnswers(t *testing.T) {
	h, _ := handOn(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"kind":"PartialObjectMetadata","metadata":{"name":"`)
		for chunk := strings.Repeat("a", 1<<16); ; {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
	})
	_, err := h.Send(t.Context(), patchOf("a"))
	if f := wire.FailureOf(err); f == nil || f.Code != 200 || !f.Unsure || !strings.Contains(f.Message, "too large") {
		t.Error(err)
	}
	h, _ = handOn(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "99999999999") })
	if _, err := h.Metadata(t.Context(), secretAt("a")); wire.FailureOf(err) == nil || !strings.Contains(err.Error(), "too large") {
		t.Error(err)
	}
}

// A request that was sent, and whose answer does not come, may have been
// carried out.
func TestAnswersThatDoNotCome(t *testing.T) {
	hangUp := func(reset bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			if tcp, ok := conn.(*net.TCPConn); ok && reset {
				_ = tcp.SetLinger(0)
			}
			_ = conn.Close()
		}
	}
	for what, answer := range map[string]http.HandlerFunc{
		"end":   hangUp(false),
		"reset": hangUp(true),
		"half an answer": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "500")
			_, _ = io.WriteString(w, metadataOf("a")[:80])
			panic(http.ErrAbortHandler)
		},
	} {
		h, seen := handOn(t, answer)
		_, err := h.Send(t.Context(), patchOf("a"))
		if f := wire.FailureOf(err); f == nil || !f.Unsure || f.Message == "" || seen.Load() != 1 {
			t.Errorf("%s: %v after %d requests", what, err, seen.Load())
		}
		_, err = h.Metadata(t.Context(), secretAt("a"))
		if f := wire.FailureOf(err); f == nil || f.Unsure {
			t.Errorf("%s: reading: %v", what, err)
		}
	}
}

// A change that was made while we gave up waiting is not called a failure for
// sure, whether the time was up or somebody stopped us.
func TestGivingUp(t *testing.T) {
	for what, end := range map[string]error{"time is up": context.DeadlineExceeded, "stopped": context.Canceled} {
		arrived, done := make(chan struct{}), make(chan struct{})
		var applied atomic.Bool
		h, _ := handOn(t, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			applied.Store(true)
			close(arrived)
			<-done
		})
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if errors.Is(end, context.Canceled) {
			ctx, cancel = context.WithCancel(t.Context())
			go func() {
				<-arrived
				cancel()
			}()
		}
		_, err := h.Send(ctx, patchOf("a"))
		cancel()
		close(done)
		if f := wire.FailureOf(err); f == nil || !f.Unsure || !applied.Load() || !errors.Is(err, end) {
			t.Errorf("%s: %v", what, err)
		}
	}
	h, seen := handOn(t, says(http.StatusOK, metadataOf("a")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := h.Send(ctx, patchOf("a"))
	if f := wire.FailureOf(err); f == nil || f.Unsure || seen.Load() != 0 {
		t.Errorf("stopped before: %v", err)
	}
}

// deaf is a connection that cannot be written to.
type deaf struct{ net.Conn }

func (deaf) Write([]byte) (int, error) {
	return 0, &net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE}
}

// A request that was never sent has not been carried out.
func TestRequestsThatAreNotSent(t *testing.T) {
	server := httptest.NewTLSServer(says(http.StatusOK, metadataOf("a")))
	server.Config.ErrorLog = quietLog()
	defer server.Close()
	plain := httptest.NewServer(says(http.StatusOK, metadataOf("a")))
	defer plain.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	var dialer net.Dialer
	mute := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		return deaf{conn}, err
	}
	for what, config := range map[string]*rest.Config{
		"refused":     {Host: closed.URL},
		"no such":     {Host: "http://no-such-host.invalid"},
		"no trust":    {Host: server.URL},
		"no TLS":      {Host: strings.Replace(plain.URL, "http:", "https:", 1)},
		"unwritable":  {Host: plain.URL, Dial: mute},
		"no dialling": {Host: plain.URL, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no route") }},
	} {
		h := open(t, Config{REST: config}).Hand()
		h.Unlock()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		for _, send := range []func() (*wire.Object, error){
			func() (*wire.Object, error) { return h.Send(ctx, patchOf("a")) },
			func() (*wire.Object, error) { return h.Send(ctx, deleteOf("a")) },
			func() (*wire.Object, error) { return h.Metadata(ctx, secretAt("a")) },
		} {
			_, err := send()
			if f := wire.FailureOf(err); f == nil || f.Unsure || f.Code != 0 || f.Message == "" {
				t.Errorf("%s: %v", what, err)
			}
		}
		cancel()
	}
}

// spoken is a connection over which a protocol was agreed on.
type spoken struct {
	net.Conn
	protocol string
}

func (s spoken) ConnectionState() tls.ConnectionState {
	return tls.ConnectionState{NegotiatedProtocol: s.protocol}
}

// A failed write means that a request was not sent only where it was this
// request's own.
func TestFailedWrites(t *testing.T) {
	write := &net.OpError{Op: "write", Err: syscall.EPIPE}
	read := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	for _, c := range []struct {
		conn net.Conn
		err  error
		sent bool
	}{
		{spoken{protocol: "h2"}, write, true}, {spoken{protocol: "h2"}, read, true},
		{spoken{}, write, false}, {spoken{}, read, true}, {&net.TCPConn{}, write, false}, {&net.TCPConn{}, read, true},
	} {
		var p progress
		p.trace().GotConn(httptrace.GotConnInfo{Conn: c.conn})
		if p.sent(c.err) != c.sent {
			t.Errorf("%T %v: %v", c.conn, c.err, !c.sent)
		}
		p.trace().WroteRequest(httptrace.WroteRequestInfo{Err: c.err})
		if p.sent(c.err) {
			t.Errorf("%T %v: sent, though it was not written", c.conn, c.err)
		}
	}
}

// Over HTTP/2 a stream that is reset, and a connection that is lost, leave a
// doubt as well.
func TestHTTP2(t *testing.T) {
	var answer atomic.Pointer[http.HandlerFunc]
	var versions atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		versions.Store(int32(r.ProtoMajor))
		_, _ = io.Copy(io.Discard, r.Body)
		(*answer.Load())(w, r)
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = quietLog()
	server.StartTLS()
	defer server.Close()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	h := open(t, Config{REST: &rest.Config{Host: server.URL, TLSClientConfig: rest.TLSClientConfig{CAData: ca}}}).Hand()
	h.Unlock()
	for what, end := range map[string]http.HandlerFunc{
		"stream":     func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"connection": func(http.ResponseWriter, *http.Request) { server.CloseClientConnections() },
	} {
		answer.Store(&end)
		_, err := h.Send(t.Context(), patchOf("a"))
		if f := wire.FailureOf(err); f == nil || !f.Unsure || versions.Load() != 2 {
			t.Errorf("%s: %v over HTTP/%d", what, err, versions.Load())
		}
	}
	fine := says(http.StatusOK, metadataOf("a"))
	answer.Store(&fine)
	if _, err := h.Send(t.Context(), patchOf("a")); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
