package outbound

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func (p *plain) get(t *testing.T, address string) int {
	t.Helper()
	u, err := url.Parse(address)
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
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
	}))
	t.Cleanup(server.Close)
	synctest.Test(t, func(t *testing.T) {
		dialled := 0
		p := newPlain(func(ctx context.Context, network, address string) (*countedConn, error) {
			dialled++
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			return &countedConn{Conn: conn}, err
		})
		for _, path := range []string{"/", "/chunks", "/early", "/"} {
			require.Equal(t, http.StatusOK, p.get(t, server.URL+path))
		}
		require.Equal(t, 1, dialled, "one connection does")
		p.get(t, server.URL+"/close")
		require.Zero(t, p.idleConns(), "it was closed as announced")
		p.get(t, server.URL+"/")
		require.Equal(t, 2, dialled)
		time.Sleep(idleTimeout / 3)
		p.get(t, server.URL+"/")
		require.Equal(t, 2, dialled)
		time.Sleep(2 * idleTimeout)
		synctest.Wait()
		require.Zero(t, p.idleConns(), "what nobody uses is closed")
		p.get(t, server.URL+"/")
		require.Equal(t, 3, dialled)
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
