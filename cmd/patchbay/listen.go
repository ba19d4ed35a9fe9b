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

// writeTimeout is how long one write to a client may take. A client that reads
// nothing is let go after it; one that reads slowly is not.
const writeTimeout = 30 * time.Second

// A connection on which a request was refused before it was read is kept for a
// moment after the answer: closing it at once would throw away the answer together
// with what the client is still sending.
const (
	lingerTime  = 2 * time.Second
	lingerBytes = 64 << 20
)

// timedListener gives every connection a time-out for each write.
type timedListener struct {
	net.Listener
}

// Accept waits for the next connection.
func (l timedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &timedConn{Conn: conn}, nil
}

type timedConn struct {
	net.Conn
	linger atomic.Bool
}

// Write sends, for at most writeTimeout.
func (c *timedConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// Close ends the connection, after a moment where it lingers.
func (c *timedConn) Close() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if ok && c.linger.Swap(false) && half.CloseWrite() == nil && c.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
		_, _ = io.CopyN(io.Discard, c.Conn, lingerBytes) // whatever ends it, the connection is closed next
	}
	return c.Conn.Close()
}

// lingerOn makes a connection, with or without TLS, linger when it is closed.
func lingerOn(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if timed, ok := conn.(*timedConn); ok {
		timed.linger.Store(true)
	}
}

// listen opens an address, with TLS when there is a certificate.
func listen(ctx context.Context, address, certFile, keyFile string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, listenError(address, err)
	}
	timed := timedListener{l}
	if certFile == "" {
		return timed, nil
	}
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		fault := &engine.Error{Kind: engine.KindInvalid, Message: fmt.Sprintf("The certificate %s and its key %s cannot be used: %v.", certFile, keyFile, err), Err: err}
		return nil, errors.Join(fault, l.Close())
	}
	return tls.NewListener(timed, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}), nil
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
func listenSocket(ctx context.Context, dir string) (net.Listener, error) {
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
	return timedListener{l}, nil
}
