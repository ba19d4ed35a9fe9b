package outbound

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"syscall"
	"time"
)

const (
	// plainBody is the largest request body that plain sends. A server may answer a larger
	// one without reading it to the end, and whoever waits to write does not read then.
	plainBody = 16 << 10
	// interims is how many answers of status 1xx are skipped.
	interims = 5
)

var (
	errLongHead = errors.New("the head of the answer is too long")
	errInterims = errors.New("too many interim answers")
	errStale    = errors.New("the kept connection is closed")
)

// plain is an [http.RoundTripper] for requests without TLS and with small bodies. It
// writes and reads in the goroutine of its caller, where [http.Transport] keeps two
// more for each connection: half the time of a call to a neighbouring machine. The
// messages are written and read by net/http. It never sends a request twice.
type plain struct {
	dial func(ctx context.Context, network, address string) (*countedConn, error)

	mu     sync.Mutex
	idle   map[string][]*plainConn // by host:port, the last used at the end
	kept   int                     // connections in idle
	closed bool                    // nothing is kept any more
	sweep  *time.Timer             // nil while nothing is kept
	sweeps int
}

// plainConn is a connection with its buffers. One call at a time uses it.
type plainConn struct {
	*countedConn

	key   string
	in    *bufio.Reader
	out   *bufio.Writer
	head  int64 // bytes that the head of an answer may still have; negative without limit
	since int   // the number of the sweep before it became idle
}

func newPlain(dial func(ctx context.Context, network, address string) (*countedConn, error)) *plain {
	return &plain{dial: dial, idle: make(map[string][]*plainConn)}
}

// RoundTrip implements [http.RoundTripper]. The body of the answer must be closed.
func (p *plain) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, key := req.Context(), hostPort(req.URL)
	trace := httptrace.ContextClientTrace(ctx)
	for {
		conn, reused, err := p.connect(ctx, key)
		if err != nil {
			return nil, err
		}
		if trace != nil && trace.GotConn != nil {
			trace.GotConn(httptrace.GotConnInfo{Conn: conn.countedConn, Reused: reused})
		}
		resp, err := p.exchange(ctx, conn, req, trace)
		if err == nil {
			return resp, nil
		}
		_ = conn.Close() // it has failed already
		if !reused || !errors.Is(err, errStale) || ctx.Err() != nil {
			return nil, err
		}
		if req.GetBody != nil {
			if req.Body, err = req.GetBody(); err != nil {
				return nil, fmt.Errorf("send again: %w", err)
			}
		}
	}
}

// exchange sends the request and reads the head of its answer. The error is errStale
// when not a byte of the request left.
func (p *plain) exchange(ctx context.Context, conn *plainConn, req *http.Request, trace *httptrace.ClientTrace) (*http.Response, error) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // a connection that takes none fails soon enough
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	resp, err := conn.roundTrip(req, trace)
	if err != nil {
		stop()
		return nil, err
	}
	resp.Body = &plainAnswer{ReadCloser: resp.Body, done: resp.Body == http.NoBody, end: func(whole bool) {
		if stop() && whole && !resp.Close && !req.Close && resp.StatusCode != http.StatusSwitchingProtocols {
			p.keep(conn)
			return
		}
		_ = conn.Close() // nothing more is wanted of it
	}}
	return resp, nil
}

func (c *plainConn) roundTrip(req *http.Request, trace *httptrace.ClientTrace) (*http.Response, error) {
	before := c.written.Load()
	err := req.Write(c.out)
	if err == nil {
		err = c.out.Flush()
	}
	if err != nil && c.written.Load() == before {
		return nil, fmt.Errorf("write request: %w", errors.Join(errStale, err))
	}
	resp, unread := c.answer(req, trace)
	if err != nil && unread != nil {
		return nil, fmt.Errorf("write request: %w", err)
	}
	if err != nil {
		resp.Close = true // it says why the rest was not wanted
	}
	return resp, unread
}

// answer reads the head of an answer.
func (c *plainConn) answer(req *http.Request, trace *httptrace.ClientTrace) (*http.Response, error) {
	c.head = maxHeader
	defer func() { c.head = -1 }()
	if _, err := c.in.Peek(1); err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if trace != nil && trace.GotFirstResponseByte != nil {
		trace.GotFirstResponseByte()
	}
	for range interims + 1 {
		resp, err := http.ReadResponse(c.in, req)
		if err != nil {
			return nil, fmt.Errorf("read answer: %w", err)
		}
		if resp.StatusCode < 100 || resp.StatusCode > 199 || resp.StatusCode == http.StatusSwitchingProtocols {
			return resp, nil
		}
	}
	return nil, errInterims
}

// Read bounds the head of an answer; its body is bounded by whoever reads it.
func (c *plainConn) Read(b []byte) (int, error) {
	if c.head == 0 {
		return 0, errLongHead
	}
	if c.head > 0 && int64(len(b)) > c.head {
		b = b[:c.head]
	}
	n, err := c.countedConn.Read(b)
	if c.head > 0 {
		c.head -= int64(n)
	}
	return n, err //nolint:wrapcheck // a net.Conn passes errors on as they are
}

// connect returns a kept connection that is still open, or a new one.
func (p *plain) connect(ctx context.Context, key string) (conn *plainConn, reused bool, err error) {
	for conn := p.take(key); conn != nil; conn = p.take(key) {
		if conn.alive() == nil {
			return conn, true, nil
		}
		_ = conn.Close() // the other side has closed it
	}
	c, err := p.dial(ctx, "tcp", key)
	if err != nil {
		return nil, false, err
	}
	conn = &plainConn{countedConn: c, key: key, head: -1}
	conn.in, conn.out = bufio.NewReader(conn), bufio.NewWriter(conn)
	return conn, false, nil
}

// alive looks whether an idle connection was closed by the other side, or has
// something to read although nothing was asked.
func (c *plainConn) alive() error {
	sys, ok := c.Conn.(syscall.Conn)
	if !ok {
		return errStale // what cannot be looked at is not used again
	}
	raw, err := sys.SyscallConn()
	if err != nil {
		return fmt.Errorf("look at connection: %w", err)
	}
	found := errStale
	err = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, err := syscall.Read(int(fd), b[:])
		if errors.Is(err, syscall.EAGAIN) {
			found = nil
		}
		return true
	})
	return errors.Join(found, err)
}

func (p *plain) take(key string) *plainConn {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.idle[key]
	if len(list) == 0 {
		return nil
	}
	conn := list[len(list)-1]
	list[len(list)-1] = nil
	p.put(key, list[:len(list)-1])
	p.kept--
	return conn
}

func (p *plain) put(key string, list []*plainConn) {
	if len(list) == 0 {
		delete(p.idle, key)
		return
	}
	p.idle[key] = list
}

// keep keeps a connection for the next call.
func (p *plain) keep(conn *plainConn) {
	if conn.in.Buffered() > 0 || conn.SetDeadline(time.Time{}) != nil {
		_ = conn.Close() // it holds what nobody asked for, or is broken
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.kept >= maxIdle || len(p.idle[conn.key]) >= idlePerHost {
		_ = conn.Close() // one too many
		return
	}
	conn.since = p.sweeps
	p.idle[conn.key] = append(p.idle[conn.key], conn)
	p.kept++
	if p.sweep == nil {
		p.sweep = time.AfterFunc(idleTimeout/2, p.sweepIdle)
	}
}

// sweepIdle closes what was idle since the sweep before the last, and comes again
// while something is kept.
func (p *plain) sweepIdle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweeps++
	for key, list := range p.idle {
		old := 0
		for old < len(list) && list[old].since < p.sweeps-1 {
			_ = list[old].Close() // nobody uses it
			list[old] = nil
			old++
		}
		p.kept -= old
		p.put(key, list[old:])
	}
	p.sweep = nil
	if p.kept > 0 {
		p.sweep = time.AfterFunc(idleTimeout/2, p.sweepIdle)
	}
}

// CloseIdleConnections closes what is kept; what is in use now is not kept afterwards.
func (p *plain) CloseIdleConnections() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, list := range p.idle {
		for _, conn := range list {
			_ = conn.Close() // nobody uses it
		}
	}
	clear(p.idle)
	p.kept = 0
	if p.sweep != nil {
		p.sweep.Stop()
	}
}

// plainAnswer is the body of an answer. Once it is closed its connection is kept
// when it was read to its end.
type plainAnswer struct {
	io.ReadCloser

	done bool // read to its end
	end  func(whole bool)
}

// Read notes the end of the body.
func (a *plainAnswer) Read(b []byte) (int, error) {
	n, err := a.ReadCloser.Read(b)
	if errors.Is(err, io.EOF) {
		a.done = true
	}
	return n, err //nolint:wrapcheck // EOF must stay what it is
}

// Close gives the connection back. Nothing more is read of a body that was left.
func (a *plainAnswer) Close() error {
	if a.end != nil {
		a.end(a.done)
		a.end = nil
	}
	return nil
}

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	return net.JoinHostPort(u.Hostname(), "80")
}
