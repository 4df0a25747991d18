package k8s

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// progress follows a request on its way. An answer that does not come leaves it
// open whether the server acted, unless the request was never sent whole.
type progress struct {
	begun  atomic.Bool // it has a connection
	shared atomic.Bool // with other requests: HTTP/2
}

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		// net/http begins anew only where nothing was sent, or the server says
		// that it did not look at it.
		GetConn: func(string) { p.begun.Store(false) },
		GotConn: func(i httptrace.GotConnInfo) {
			secure, ok := i.Conn.(interface{ ConnectionState() tls.ConnectionState })
			p.shared.Store(ok && secure.ConnectionState().NegotiatedProtocol == "h2")
			p.begun.Store(true)
		},
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			if i.Err != nil {
				p.begun.Store(false)
			}
		},
	}
}

// sent says that the server may have the whole request, though err came in
// place of an answer. A write that fails leaves a part of it unsent. Over
// HTTP/1 the trace does not tell that if it only shows when buffers are flushed,
// but the error does; over HTTP/2 the write may have been somebody else's.
func (p *progress) sent(err error) bool {
	var op *net.OpError
	unwritten := errors.As(err, &op) && op.Op == "write"
	return p.begun.Load() && (p.shared.Load() || !unwritten)
}
