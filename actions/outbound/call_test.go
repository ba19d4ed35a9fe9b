package outbound_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

func serve(t *testing.T, h http.HandlerFunc) (*outbound.Client, *url.URL) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	return newClient(t, outbound.Options{Allow: []string{"127.0.0.0/8"}}), u
}

func TestDo_SendsAndReads(t *testing.T) {
	t.Parallel()
	c, u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %s %s %s", r.Method, r.URL.Path, r.Header.Get("X-A"), body)
	})
	u.Path = "/p"
	resp, err := c.Do(t.Context(), &outbound.Request{
		Method: http.MethodPut, URL: u, Header: http.Header{"X-A": {"b"}}, Body: []byte("hello"),
	})
	require.NoError(t, err)
	require.Equal(t, "PUT /p b hello", string(resp.Body))
	require.Equal(t, u.Host, resp.Host)
}

func TestDo_CutsHugeAnswers(t *testing.T) {
	t.Parallel()
	var wrote atomic.Int64
	c, u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		chunk := bytes.Repeat([]byte("x"), 64<<10)
		for range int64(10) << 30 / int64(len(chunk)) { // 10 GiB, if somebody took them
			n, err := w.Write(chunk)
			wrote.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	resp, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u})
	require.NoError(t, err)
	require.True(t, resp.Truncated)
	require.Len(t, resp.Body, 1<<20)
	require.Less(t, wrote.Load(), int64(64<<20), "the rest is not fetched")
}

func TestDo_StopsSlowAnswers(t *testing.T) {
	t.Parallel()
	c, u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-r.Context().Done():
				return
			case <-tick.C:
				_, _ = w.Write([]byte("x"))
				_ = http.NewResponseController(w).Flush()
			}
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := c.Do(ctx, &outbound.Request{Method: http.MethodPost, URL: u, Body: []byte("x")})
	f := failure(t, err)
	require.Equal(t, u.Host+" did not answer in time; the request may have arrived: look there, or give the step more time.", f.Message)
	require.Equal(t, engine.OutcomeUnknown, f.Outcome)
	require.False(t, f.Permanent)
}

func TestDo_StopsWhenCanceled(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	c, u := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		close(arrived)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-arrived
		cancel()
	}()
	_, err := c.Do(ctx, &outbound.Request{Method: http.MethodPost, URL: u, Body: []byte("x")})
	f := failure(t, err)
	require.Equal(t, engine.OutcomeUnknown, f.Outcome)
	require.False(t, f.Down)
}

func TestDo_NothingListens(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	c := newClient(t, outbound.Options{Allow: []string{"127.0.0.1"}})
	_, err = get(t, c, "http://"+l.Addr().String())
	f := failure(t, err)
	require.Equal(t, l.Addr().String()+" refused the connection; check the port, and whether the service runs.", f.Message)
	require.True(t, f.Down)
	require.Equal(t, engine.OutcomeNotSent, f.Outcome)
}

// rawServer accepts connections and hands them to h, one at a time.
func rawServer(t *testing.T, h func(n int, conn net.Conn)) (*outbound.Client, *url.URL) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			h(n, conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	u, err := url.Parse("http://" + l.Addr().String())
	require.NoError(t, err)
	return newClient(t, outbound.Options{Allow: []string{"127.0.0.1"}}), u
}

func readRequest(conn net.Conn) {
	buf := make([]byte, 4096)
	var got []byte
	for !bytes.Contains(got, []byte("payload")) {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		got = append(got, buf[:n]...)
	}
}

func TestDo_BrokenOffAfterItWasWritten(t *testing.T) {
	t.Parallel()
	var connections atomic.Int64
	c, u := rawServer(t, func(n int, conn net.Conn) {
		connections.Add(1)
		readRequest(conn)
		if n == 0 {
			// The first answer keeps the connection, the second request on it gets none.
			_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
			readRequest(conn)
		}
	})
	request := func() *outbound.Request {
		return &outbound.Request{
			Method: http.MethodPost, URL: u, Body: []byte("payload"), Header: http.Header{"Idempotency-Key": {"k"}},
		}
	}
	_, err := c.Do(t.Context(), request())
	require.NoError(t, err)
	_, err = c.Do(t.Context(), request())
	f := failure(t, err)
	require.Equal(t, u.Host+" broke off the connection; the request may have arrived: look there whether it did.", f.Message)
	require.Equal(t, engine.OutcomeUnknown, f.Outcome)
	require.EqualValues(t, 1, connections.Load(), "what may have arrived is not sent again behind the back of the runner")
}

func TestDo_BrokenOffWithoutBodyIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			brokenOffWithoutBody(t, name)
		})
	}
}

func brokenOffWithoutBody(t *testing.T, name string) {
	t.Helper()
	var connections atomic.Int64
	c, u := rawServer(t, func(n int, conn net.Conn) {
		connections.Add(1)
		buf := make([]byte, 4096)
		_, _ = conn.Read(buf)
		if n == 0 {
			_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
			_, _ = conn.Read(buf)
		}
	})
	request := func() *outbound.Request {
		return &outbound.Request{Method: http.MethodPost, URL: u, Header: http.Header{name: {"k"}}}
	}
	_, err := c.Do(t.Context(), request())
	require.NoError(t, err)
	_, err = c.Do(t.Context(), request())
	require.Equal(t, engine.OutcomeUnknown, failure(t, err).Outcome)
	require.EqualValues(t, 1, connections.Load())
}

func TestDo_TLSFaults(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	host := server.Listener.Addr().String()
	c := newClient(t, outbound.Options{Allow: []string{"127.0.0.1"}})
	_, err := get(t, c, server.URL)
	f := failure(t, err)
	require.Equal(t, "The certificate of "+host+" is not trusted; add its authority to those that this machine trusts.", f.Message)
	require.Equal(t, engine.OutcomeNotSent, f.Outcome)
	require.True(t, f.Down)

	_, plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	_, err = get(t, c, "https://"+plain.Host)
	require.Equal(t, plain.Host+" does not speak TLS on this port; check the port, or connect without TLS.", failure(t, err).Message)
}

func TestDo_SpeaksTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%d %s", r.ProtoMajor, body)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs //nolint:errcheck,forcetypeassert // it is one
	c := newClient(t, outbound.Options{Allow: []string{"127.0.0.1"}, RootCAs: roots})
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	for range 3 {
		resp, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodPost, URL: u, Body: []byte("hi")})
		require.NoError(t, err)
		require.Equal(t, "2 hi", string(resp.Body))
	}
}

func TestDo_IgnoresProxyOfTheEnvironment(t *testing.T) {
	asked := false
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	t.Cleanup(proxy.Close)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	c, u := serve(t, func(http.ResponseWriter, *http.Request) {})
	_, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u})
	require.NoError(t, err)
	require.False(t, asked)
}

func TestRetryAfter_ReadsSecondsAndDates(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := newClient(t, outbound.Options{Now: func() time.Time { return now }})
	for text, want := range map[string]time.Duration{
		"":                     0,
		"30":                   30 * time.Second,
		"1.5":                  1500 * time.Millisecond,
		"-5":                   0,
		"0":                    0,
		"NaN":                  0,
		"Inf":                  24 * time.Hour,
		"99999999999999999999": 24 * time.Hour,
		"soon":                 0,
		now.Add(time.Minute).Format(http.TimeFormat):      time.Minute,
		now.Add(-time.Minute).Format(http.TimeFormat):     0,
		now.Add(1000 * time.Hour).Format(http.TimeFormat): 24 * time.Hour,
	} {
		require.Equal(t, want, c.RetryAfter(http.Header{"Retry-After": {text}}), text)
	}
}

func TestDo_ReadsNoBodyAfterHead(t *testing.T) {
	t.Parallel()
	c, u := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "5") })
	for range 2 {
		resp, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodHead, URL: u})
		require.NoError(t, err)
		require.Empty(t, resp.Body)
		require.Equal(t, "5", resp.Header.Get("Content-Length"))
	}
}

func TestSetAllow_HoldsForConnectionsInUse(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}, 1), make(chan struct{})
	c, u := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			arrived <- struct{}{}
			<-release
		}
	})
	slow := *u
	slow.Path = "/slow"
	done := make(chan error, 1)
	go func() {
		_, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: &slow})
		done <- err
	}()
	<-arrived
	require.NoError(t, c.SetAllow(nil))
	_, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u})
	require.True(t, failure(t, err).Permanent)
	close(release)
	require.NoError(t, <-done, "what is under way goes on")
	_, err = c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u})
	require.True(t, failure(t, err).Permanent)
}
