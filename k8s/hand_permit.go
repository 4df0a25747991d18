package k8s

import (
	"context"
	"crypto/sha256"
	"io"
	"net/http"
	"sync/atomic"

	"timebound/model/wire"
)

// gate says whether a session lets confirmed changes through.
type gate struct{ open atomic.Bool }

// permit lets one change through the read-only transport: this one, once.
// Only a Hand makes them.
type permit struct {
	method, path, query, contentType string
	body                             [sha256.Size]byte
	used                             atomic.Bool
}

type permitKey struct{}

func withPermit(ctx context.Context, p *permit) context.Context {
	return context.WithValue(ctx, permitKey{}, p)
}

// permitFor gives the permit for a call that changes a target; nil for targets
// that are never changed, and for whatever is not the change of one object.
func permitFor(verb wire.Verb, t wire.Target, c *call) *permit {
	if t.Kind() == "" || !plainName(t.Namespace) || !plainName(t.Name) {
		return nil
	}
	method, path := http.MethodPost, t.Collection()
	switch {
	case verb == wire.Create && t.Kind() == "ServiceAccount" && t.Subresource == "token":
		path = t.Path()
	case t.Subresource != "":
		return nil
	case verb == wire.Create:
	case verb == wire.Patch:
		method, path = http.MethodPatch, t.Path()
	case verb == wire.Delete:
		method, path = http.MethodDelete, t.Path()
	default:
		return nil
	}
	if c.method != method || c.path != path {
		return nil
	}
	body := c.body
	if c.sealed != nil {
		body = c.sealed.bytes
	}
	return &permit{method: method, path: path, query: c.query, contentType: c.contentType, body: sha256.Sum256(body)}
}

// plainName says that a name is one segment of a path and reads the same to
// everybody. The names of all objects of Kubernetes are of these characters.
func plainName(s string) bool {
	if s == "" || s == "." || s == ".." {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == ':':
		default:
			return false
		}
	}
	return true
}

// refuse gives the reason against a request that changes the cluster, or ""
// if it has a permit. The permit is used up then.
func (g *gate) refuse(req *http.Request, path, reason string) string {
	if !g.unlocked() {
		return reason
	}
	p, ok := req.Context().Value(permitKey{}).(*permit)
	switch {
	case !ok:
		return reason
	case !p.fits(req, path):
		return "it is another request than the confirmed one"
	case p.used.Swap(true):
		return "it was sent before"
	}
	return ""
}

func (g *gate) unlocked() bool { return g != nil && g.open.Load() }

// fits compares a request, path being the one below the server's address, with
// the permitted one.
func (p *permit) fits(req *http.Request, path string) bool {
	if req.Method != p.method || path != p.path || req.URL.RawQuery != p.query ||
		req.Header.Get("Content-Type") != p.contentType || req.GetBody == nil {
		return false
	}
	body, err := req.GetBody()
	if err != nil {
		return false
	}
	defer func() { _ = body.Close() }()
	sum, chunk := sha256.New(), make([]byte, 1<<10)
	defer clear(chunk)
	if _, err := io.CopyBuffer(sum, body, chunk); err != nil {
		return false
	}
	return [sha256.Size]byte(sum.Sum(nil)) == p.body
}
