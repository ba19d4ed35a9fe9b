package outbound

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// pipes is a network of one server, on in-memory connections.
type pipes struct {
	dialled atomic.Int32
	servers sync.Map
	handler http.Handler
}

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	p.dialled.Add(1)
	near, far := net.Pipe()
	server := &http.Server{Handler: p.handler, ReadHeaderTimeout: time.Hour}
	p.servers.Store(server, true)
	go func() {
		_ = server.Serve(&oneConn{conn: far, closed: make(chan struct{})}) // ends with its connection
	}()
	return near, nil
}

func (p *pipes) close() {
	p.servers.Range(func(server, _ any) bool {
		_ = server.(*http.Server).Close() //nolint:forcetypeassert,errcheck // nothing else is in it
		return true
	})
}

// oneConn is a listener of one connection.
type oneConn struct {
	conn   net.Conn
	closed chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error   { close(l.closed); return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

func (p *plain) get(t *testing.T, path string) int {
	t.Helper()
	u, err := url.Parse("http://example.com" + path)
	require.NoError(t, err)
	resp, err := p.RoundTrip((&http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: http.Header{}}).WithContext(t.Context()))
	require.NoError(t, err)
	_, _, err = readBody(resp, maxBody)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}

func (p *plain) idleConns() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept
}

func TestPlain_KeepsConnectionsForSomeTime(t *testing.T) {
	t.Parallel()
	network := &pipes{handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/close":
			w.Header().Set("Connection", "close")
		case "/chunks":
			_, _ = w.Write([]byte(strings.Repeat("x", 10_000)))
			w.(http.Flusher).Flush() //nolint:forcetypeassert,errcheck // net/http's can
		case "/early":
			w.WriteHeader(http.StatusEarlyHints)
		}
		_, _ = w.Write([]byte("ok"))
	})}
	synctest.Test(t, func(t *testing.T) {
		defer network.close()
		p := newPlain(network.dial)
		for _, path := range []string{"/", "/chunks", "/early", "/"} {
			require.Equal(t, http.StatusOK, p.get(t, path))
		}
		require.Equal(t, int32(1), network.dialled.Load(), "one connection does")
		p.get(t, "/close")
		require.Zero(t, p.idleConns(), "it was closed as announced")
		p.get(t, "/")
		require.Equal(t, int32(2), network.dialled.Load())
		time.Sleep(idleTimeout / 3)
		p.get(t, "/")
		require.Equal(t, int32(2), network.dialled.Load())
		time.Sleep(2 * idleTimeout)
		synctest.Wait()
		require.Zero(t, p.idleConns(), "what nobody uses is closed")
		p.get(t, "/")
		require.Equal(t, int32(3), network.dialled.Load())
		p.CloseIdleConnections()
		require.Zero(t, p.idleConns())
	})
}

func TestPlain_DoesNotUseWhatTheOtherSideClosed(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	var requests atomic.Int32
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { requests.Add(1); w.WriteHeader(http.StatusNoContent) }),
		ReadHeaderTimeout: time.Minute, IdleTimeout: 20 * time.Millisecond,
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	c, err := New(Options{Allow: []string{"127.0.0.1"}})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	u, err := url.Parse("http://" + listener.Addr().String() + "/")
	require.NoError(t, err)
	for range 5 {
		resp, err := c.Do(t.Context(), &Request{Method: http.MethodPost, URL: u, Body: []byte("x")})
		require.NoError(t, err)
		require.Equal(t, http.StatusNoContent, resp.Status)
		conn := c.plain.Load().take(hostPort(u))
		require.NotNil(t, conn, "it was kept")
		// The server's end of the connection is what this waits for.
		require.Eventually(t, func() bool { return conn.alive() != nil }, 10*time.Second, 5*time.Millisecond)
		c.plain.Load().keep(conn)
	}
	require.Equal(t, int32(5), requests.Load())
}
