package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"patchbay/engine"
)

// writeTimeout is how long a client may take for a piece of an answer. A client that
// reads nothing is let go after it; one that reads slowly is not.
const (
	writeTimeout = 30 * time.Second
	writePiece   = 64 << 10
)

// A connection on which a request was refused before it was read is kept for a
// while after the answer: closing it at once would throw away the answer together
// with what the client is still sending, and in a rush clients are slow to send.
const (
	lingerTime  = 10 * time.Second
	lingerBytes = 64 << 20
)

// acceptAgain is when a listener is asked again that could not take a connection.
const acceptAgain = 20 * time.Millisecond

// timedListener gives every connection a time-out for each write, and a place in a crowd.
type timedListener struct {
	net.Listener
	crowd *crowd
}

// Accept waits for the next connection. That the program is out of descriptors
// passes: whoever holds them is cut in the end, and the listener must live on.
func (l timedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		switch {
		case err == nil:
		case passing(err):
			l.crowd.log.WarnContext(context.Background(), "connections cannot be accepted", "error", err)
			time.Sleep(acceptAgain)
			continue
		default:
			return nil, err
		}
		timed := &timedConn{Conn: conn, crowd: l.crowd}
		if l.crowd.join(timed) {
			return timed, nil
		}
	}
}

func passing(err error) bool {
	for _, errno := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// past returns a moment that is over: who waits until then waits no longer.
func past() time.Time { return time.Unix(1, 0) }

type timedConn struct {
	net.Conn
	crowd   *crowd
	asked   atomic.Bool  // a request was begun on it
	late    atomic.Bool  // a part of a request was read when it had lost its place
	ended   atomic.Bool  // the client sends no more
	resting atomic.Int64 // since when no request is under way, in nanoseconds since 1970; 0 while one is, see [evicted]
	linger  atomic.Bool
}

// Read notes what begins a request, and when the client has come to its end. For who
// serves a connection that has lost its place, that is its end as well.
func (c *timedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if errors.Is(err, io.EOF) {
		c.ended.Store(true)
	}
	switch {
	case n > 0 && c.crowd.secure:
		c.stir()
	case n > 0 && !c.work():
		c.late.Store(true)
		return 0, io.EOF
	case n == 0 && c.resting.Load() == evicted:
		return 0, io.EOF
	}
	return n, err
}

// SetReadDeadline sets until when a read waits: not at all where the place is lost.
func (c *timedConn) SetReadDeadline(t time.Time) error {
	err := c.Conn.SetReadDeadline(t)
	if err == nil && c.resting.Load() == evicted {
		err = c.Conn.SetReadDeadline(past())
	}
	return err
}

// rest notes that no request is under way.
func (c *timedConn) rest() { c.resting.Store(c.crowd.now().UnixNano()) }

// work notes that a request is under way. It is false when the connection has lost
// its place just before.
func (c *timedConn) work() bool {
	if c.resting.Swap(0) != evicted {
		return true
	}
	c.resting.Store(evicted)
	return false
}

// stir notes what is no request yet, such as a handshake.
func (c *timedConn) stir() {
	if since := c.resting.Load(); since > 0 {
		c.resting.CompareAndSwap(since, c.crowd.now().UnixNano())
	}
}

// Write sends in pieces, each for at most writeTimeout: the server hands over a whole
// body at once, which takes a slow client longer.
func (c *timedConn) Write(b []byte) (int, error) {
	written := 0
	for {
		piece := b[written:min(len(b), written+writePiece)]
		if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(piece)
		written += n
		if err != nil || written >= len(b) {
			return written, err
		}
	}
}

// Close ends the connection, after a moment where it lingers. One that has lost its
// place is left to the crowd.
func (c *timedConn) Close() error {
	if c.resting.Load() == evicted && !c.ended.Load() {
		return c.crowd.dismiss(c.Conn, c.late.Load())
	}
	defer c.crowd.leave(c)
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if ok && c.linger.Swap(false) && half.CloseWrite() == nil && c.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
		_, _ = io.CopyN(io.Discard, c.Conn, lingerBytes) // whatever ends it, the connection is closed next
	}
	return c.Conn.Close()
}

// secureListener is [timedListener] with TLS.
type secureListener struct {
	net.Listener
}

// Accept waits for the next connection.
func (l secureListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	secure, ok := conn.(*tls.Conn)
	if !ok {
		return nil, errors.Join(errors.New("accept: not a connection with TLS"), conn.Close())
	}
	return &secureConn{Conn: secure}, nil
}

// secureConn is a connection whose client may end what it says within TLS.
type secureConn struct {
	*tls.Conn
}

// Read notes what begins a request, and when the client has come to its end. An end
// that is found behind the last bytes is told by the next read: a request that is
// complete must not seem cut off.
func (c *secureConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	below, ok := timed(c)
	switch {
	case !ok:
	case n > 0 && !below.work():
		return 0, net.ErrClosed
	case n == 0 && errors.Is(err, io.EOF):
		below.ended.Store(true)
	}
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// timed returns the connection below TLS, where it is one of a timed listener.
func timed(conn net.Conn) (*timedConn, bool) {
	if secure, ok := conn.(*secureConn); ok {
		conn = secure.NetConn()
	}
	c, ok := conn.(*timedConn)
	return c, ok
}

// lingerOn makes a connection linger when it is closed.
func lingerOn(conn net.Conn) {
	if c, ok := timed(conn); ok {
		c.linger.Store(true)
	}
}

// noteRequest notes that a request was begun on a connection.
func noteRequest(conn net.Conn) {
	if c, ok := timed(conn); ok {
		c.asked.Store(true)
	}
}

// hasEnded reports whether the client of a connection sends no more.
func hasEnded(conn net.Conn) bool {
	c, ok := timed(conn)
	return ok && c.ended.Load()
}

// listen opens an address for a crowd, with TLS when there is a certificate.
func listen(ctx context.Context, to *crowd, address, certFile, keyFile string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, listenError(address, err)
	}
	plain := timedListener{l, to}
	if certFile == "" {
		return plain, nil
	}
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		fault := &engine.Error{Kind: engine.KindInvalid, Message: fmt.Sprintf("The certificate %s and its key %s cannot be used: %v.", certFile, keyFile, err), Err: err}
		return nil, errors.Join(fault, l.Close())
	}
	to.secure = true
	return secureListener{tls.NewListener(plain, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})}, nil
}

func listenError(address string, err error) error {
	message := fmt.Sprintf("Cannot listen on %s (%v); name another address with --listen.", address, err)
	if errors.Is(err, syscall.EADDRINUSE) {
		message = fmt.Sprintf("The address %s is in use; stop the program that uses it or name another one with --listen.", address)
	}
	return &engine.Error{Kind: engine.KindUnavailable, Message: message, Err: err}
}

// listenSocket opens the socket in the data directory, for its owner alone. The
// caller holds the directory's lock, so that a socket that is there is a dead one.
func listenSocket(ctx context.Context, to *crowd, dir string) (net.Listener, error) {
	if err := os.Remove(filepath.Join(dir, socketName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove the old socket: %w", err)
	}
	path, done, err := socketAddress(dir)
	if err != nil {
		return nil, err
	}
	// The directory is 0700 too; the mask closes the moment before the chmod.
	old := syscall.Umask(0o177)
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	syscall.Umask(old)
	if done != nil {
		err = errors.Join(err, done())
	}
	if err != nil {
		return nil, fmt.Errorf("open the socket of the data directory: %w", err)
	}
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false) // the path may be one that is gone by then; see close
	}
	return timedListener{l, to}, nil
}
