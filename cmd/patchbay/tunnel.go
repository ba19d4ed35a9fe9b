package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"patchbay/engine"
)

const (
	tunnelDial  = 20 * time.Second // for the connection and its handshake
	tunnelAlive = 15 * time.Second // between two looks whether the other side is there

	firstPause   = time.Second // before the tunnel is opened again; doubled each time
	longestPause = time.Minute
)

// tunnelServer is who opens an address that the internet can reach.
type tunnelServer interface {
	// host names the server.
	host() string
	// connect opens an address there. What no second try can mend is an error of the
	// kinds forbidden and invalid.
	connect(ctx context.Context, log *slog.Logger) (tunnelSession, error)
}

// tunnelSession is an address that was opened at a server.
type tunnelSession interface {
	// run tells the tunnel its address and hands over what comes to it, until the
	// session breaks or the tunnel is over.
	run(t *tunnel) error
}

// tunnel brings requests in from a server that the internet can reach. It opens an
// address there, and is a listener for what comes to that address: whoever serves it is
// reached through it, and nothing else is.
//
// Its connections are pipes, as those of SSH know no deadlines, and a deadline of ngrok's
// breaks more than its connection.
type tunnel struct {
	to    tunnelServer
	log   *slog.Logger
	pause time.Duration // the first one
	told  func(address string)

	conns   chan net.Conn
	ended   chan struct{} // nothing more is accepted
	closes  sync.Once
	over    chan struct{} // what came through is answered: the session may end
	done    chan struct{} // the last session is over
	started bool
}

// newTunnel makes a tunnel. told is called with its public address, and with "" when it
// has none any more.
func newTunnel(to tunnelServer, log *slog.Logger, told func(address string)) *tunnel {
	return &tunnel{
		to: to, log: log, pause: firstPause, told: told,
		conns: make(chan net.Conn), ended: make(chan struct{}), over: make(chan struct{}), done: make(chan struct{}),
	}
}

// start opens the tunnel and keeps it open until it is closed. What no second try can
// mend is an error: a host key that is not known, or a server that lets nobody in.
// Where the server cannot be reached it is tried again.
func (t *tunnel) start(ctx context.Context) error {
	first, err := t.connect(ctx)
	if kind := engine.KindOf(err); kind == engine.KindForbidden || kind == engine.KindInvalid {
		return err
	}
	if err != nil {
		t.log.WarnContext(ctx, "the tunnel could not be opened and is tried again", "server", t.to.host(), "error", err)
	}
	t.started = true
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		<-t.ended
		cancel() // nothing is opened any more
	}()
	go t.keep(ctx, first)
	return nil
}

// keep opens the tunnel again whenever it breaks.
func (t *tunnel) keep(ctx context.Context, session tunnelSession) {
	defer close(t.done)
	pause := t.pause
	for {
		if session != nil {
			began := time.Now()
			err := session.run(t)
			t.told("")
			if t.isClosed() {
				return
			}
			t.log.WarnContext(ctx, "the tunnel broke and is opened again", "server", t.to.host(), "error", err)
			if time.Since(began) > longestPause {
				pause = t.pause
			}
		}
		select {
		case <-t.ended:
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
		var err error
		if session, err = t.connect(ctx); err != nil && !t.isClosed() {
			t.log.WarnContext(ctx, "the tunnel could not be opened and is tried again", "server", t.to.host(), "wait", pause.String(), "error", err)
		}
	}
}

func (t *tunnel) connect(ctx context.Context) (tunnelSession, error) {
	ctx, cancel := context.WithTimeout(ctx, tunnelDial)
	defer cancel()
	return t.to.connect(ctx, t.log)
}

// Accept implements [net.Listener].
func (t *tunnel) Accept() (net.Conn, error) {
	select {
	case conn := <-t.conns:
		return conn, nil
	case <-t.ended:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener]: nothing more comes. What has come can be answered
// until [tunnel.hangUp].
func (t *tunnel) Close() error {
	t.closes.Do(func() { close(t.ended) })
	return nil
}

// hangUp ends the tunnel for good.
func (t *tunnel) hangUp() {
	_ = t.Close() // it never fails
	close(t.over)
	if t.started {
		<-t.done
	}
}

// Addr implements [net.Listener].
func (t *tunnel) Addr() net.Addr { return tunnelAddr(t.to.host()) }

func (t *tunnel) isClosed() bool {
	select {
	case <-t.ended:
		return true
	default:
		return false
	}
}

type tunnelAddr string

// Network implements [net.Addr].
func (tunnelAddr) Network() string { return "tunnel" }

// String implements [net.Addr].
func (a tunnelAddr) String() string { return string(a) }

// pipedConn is one end of a pipe that says who is at the other end of the tunnel.
type pipedConn struct {
	net.Conn
	remote net.Addr
}

// RemoteAddr implements [net.Conn].
func (c pipedConn) RemoteAddr() net.Addr { return c.remote }

// hand gives a connection that came through the tunnel to whoever serves it.
func (t *tunnel) hand(from net.Conn) {
	ours, theirs := net.Pipe()
	go func() {
		_, _ = io.Copy(theirs, from)
		_ = theirs.Close()
	}()
	go func() {
		_, _ = io.Copy(from, theirs)
		_ = from.Close()
	}()
	select {
	case t.conns <- pipedConn{ours, from.RemoteAddr()}:
	case <-t.ended:
		_ = ours.Close()
		_ = from.Close()
	}
}
