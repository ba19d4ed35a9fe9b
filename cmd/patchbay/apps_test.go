package main

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
)

// Whoever sends slowly, or nothing, is let go in the end.
func TestFiberConfig_LetsNobodyHoldAConnectionForEver(t *testing.T) {
	t.Parallel()
	config := fiberConfig(appOptions{})
	for _, limit := range []time.Duration{config.ReadTimeout, config.IdleTimeout, writeTimeout} {
		require.Positive(t, limit)
		require.LessOrEqual(t, limit, 2*time.Minute)
	}
	require.True(t, config.Immutable, "what is kept of a request must outlive it")
	require.LessOrEqual(t, config.ReadBufferSize, 16<<10)

	config.ReadTimeout, config.IdleTimeout = 300*time.Millisecond, 300*time.Millisecond // a test cannot wait for a minute
	app := fiber.New(config)
	app.Post("/", func(c *fiber.Ctx) error { return c.SendStatus(fiber.StatusOK) })
	listener, err := listen(t.Context(), newCrowd(slog.New(slog.DiscardHandler)), "127.0.0.1:0", "", "")
	require.NoError(t, err)
	server := newHTTPServer(app)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Shutdown())
		require.NoError(t, <-served)
	})
	for name, begin := range map[string]string{
		"nothing":       "",
		"half a line":   "POST / HT",
		"half a head":   "POST / HTTP/1.1\r\nHost: a\r\nX-A: ",
		"half a body":   "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx",
		"half a chunk":  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nx",
		"one and quiet": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp4", listener.Addr().String())
			require.NoError(t, err)
			defer func() { require.NoError(t, conn.Close()) }()
			_, err = conn.Write([]byte(begin))
			require.NoError(t, err)
			go drip(conn)
			require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
			_, err = io.Copy(io.Discard, conn)
			require.False(t, isTimeout(err), "the connection is still open")
		})
	}
}

// drip goes on sending, a byte at a time, until the other side has had enough.
func drip(conn net.Conn) {
	for range 1000 {
		time.Sleep(50 * time.Millisecond)
		if _, err := conn.Write([]byte("x")); err != nil {
			return
		}
	}
}

func isTimeout(err error) bool {
	timeout, ok := err.(net.Error) //nolint:errorlint // a connection returns it bare
	return ok && timeout.Timeout()
}

func TestFiberConfig_TellsTheAPIWhenThereIsNoRoom(t *testing.T) {
	t.Parallel()
	app := fiber.New(fiberConfig(appOptions{}))
	app.Post("/api/v1/apply", func(*fiber.Ctx) error { return errNoRoom })
	resp, err := app.Test(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/apply", http.NoBody))
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	require.Equal(t, retryAfter, resp.Header.Get("Retry-After"))
	require.Contains(t, string(text), "try again in a moment")
}
