package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"k8s.io/client-go/rest"

	"timebound/k8s/demo/world"
)

// Server is a running demo cluster. Its methods may be called from any
// goroutine while clients talk to it.
type Server struct {
	now      time.Time
	listener net.Listener
	http     http.Server
	stop     context.CancelFunc
	done     chan struct{}

	// ready is closed when the world is there; before that, the three below
	// must not be touched.
	ready  chan struct{}
	world  *world.World
	store  *store
	broken error // why there is no world

	signer *signer

	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	faults []*fault
}

// Start serves the embedded demo world on a free port of 127.0.0.1. It does
// not wait for the world to be put together, so that a dashboard can draw
// meanwhile; clients that come earlier wait.
func Start() (*Server, error) {
	now, err := world.Now()
	if err != nil {
		return nil, fmt.Errorf("start the demo cluster: %w", err)
	}
	s, err := listen(now)
	if err != nil {
		return nil, err
	}
	go s.run(func() (*world.World, *store, error) {
		w, err := world.Load()
		if err != nil {
			return nil, nil, err
		}
		st, err := newStore(w)
		return w, st, err
	})
	return s, nil
}

// StartWith serves a world of one's own. The server takes the objects over:
// they must not be changed afterwards except through the server.
func StartWith(w *world.World) (*Server, error) {
	st, err := newStore(w)
	if err != nil {
		return nil, fmt.Errorf("start the demo cluster: %w", err)
	}
	s, err := listen(w.Now)
	if err != nil {
		return nil, err
	}
	go s.run(func() (*world.World, *store, error) { return w, st, nil })
	<-s.ready
	return s, nil
}

// listen opens the port. Connections wait there until run accepts them.
func listen(now time.Time) (*Server, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the demo cluster: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{
		now: now, listener: listener, stop: stop, signer: newSigner(),
		done: make(chan struct{}), ready: make(chan struct{}), conns: map[net.Conn]struct{}{},
	}
	s.http = http.Server{
		Handler:     http.HandlerFunc(s.serve),
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnState:   s.track,
		// A client that hangs up is normal here, and nothing may write over
		// the dashboard.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	return s, nil
}

// run gets the world and serves it until Close. A world that cannot be had is
// what every client is told.
func (s *Server) run(get func() (*world.World, *store, error)) {
	defer close(s.done)
	w, st, err := get()
	if err != nil {
		w, st, s.broken = &world.World{}, &store{}, fmt.Errorf("load the demo world: %w", err)
	}
	s.world, s.store = w, st
	close(s.ready)
	if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		// The listener broke; clients see refused connections.
		s.stop()
	}
}

// awaited gives the store, when it is there.
func (s *Server) awaited() *store {
	<-s.ready
	return s.store
}

// REST is a client configuration for the server, without client-go's limit of
// five requests a second.
func (s *Server) REST() *rest.Config {
	return &rest.Config{Host: "http://" + s.listener.Addr().String(), QPS: -1}
}

// Now is the fixed clock of the world; the Date header of every answer follows
// it.
func (s *Server) Now() time.Time { return s.now }

// Close ends every request and frees the port.
func (s *Server) Close() {
	s.stop()
	_ = s.http.Close()
	<-s.done
}

// DropConnections cuts every open connection, running watches too, as a
// restarting server or a load balancer does.
func (s *Server) DropConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

func (s *Server) track(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateClosed, http.StateHijacked:
		delete(s.conns, c)
	default:
		s.conns[c] = struct{}{}
	}
}
