package outbound_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

// saying is a server that reads a request, says something and closes.
func saying(t *testing.T, text string) (*outbound.Client, *outbound.Request) {
	t.Helper()
	c, u := rawServer(t, func(_ int, conn net.Conn) {
		readRequest(conn)
		_, _ = conn.Write([]byte(text))
	})
	return c, &outbound.Request{Method: http.MethodPost, URL: u, Body: []byte("payload")}
}

func TestDo_GivesTheHeadOfAnAnswerThatBreaksOff(t *testing.T) {
	t.Parallel()
	c, r := saying(t, "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 100\r\n\r\nlater")
	resp, err := c.Do(t.Context(), r)
	f := failure(t, err)
	require.Equal(t, engine.OutcomeUnknown, f.Outcome)
	require.NotNil(t, resp)
	require.Equal(t, http.StatusServiceUnavailable, resp.Status)
	require.Equal(t, 7*time.Second, c.RetryAfter(resp.Header))
	require.Equal(t, "later", string(resp.Body))
	require.True(t, resp.Truncated)
}

func TestDo_AnswersThatAreNotHTTP(t *testing.T) {
	t.Parallel()
	const notHTTP, brokeOff = " gave no proper HTTP answer; the request may have arrived: check the address and the port.",
		" broke off the connection; the request may have arrived: look there whether it did."
	for text, want := range map[string]string{
		"SSH-2.0-OpenSSH_9.6\r\n":                                           notHTTP,
		"HTTP/1.1 000 OK\r\n\r\n":                                           notHTTP,
		"HTTP/1.1 2x0 OK\r\n\r\n":                                           notHTTP,
		"HTTP/1.1 200 OK\r\nno colon\r\n\r\n":                               notHTTP,
		"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n":                     notHTTP,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n":       notHTTP,
		"HTTP/1.1 200 OK\r\nX: " + string(bytes.Repeat([]byte("a"), 1<<17)): notHTTP,
		"":                                    brokeOff,
		"HTTP/1.1 200 OK\r\nContent-":         brokeOff, // not a bad line: half a line
		"HTTP/1.1 200 OK\r\nContent-Type: te": brokeOff,
		"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc":               brokeOff,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nab": brokeOff,
	} {
		t.Run(text[:min(len(text), 60)], func(t *testing.T) {
			t.Parallel()
			c, r := saying(t, text)
			_, err := c.Do(t.Context(), r)
			f := failure(t, err)
			require.Equal(t, r.URL.Host+want, f.Message)
			require.Equal(t, engine.OutcomeUnknown, f.Outcome)
			require.True(t, f.Down, "who gives no answer is not there")
			require.False(t, f.Permanent)
		})
	}
}

// lateConn returns from a write long after the bytes have left.
type lateConn struct{ net.Conn }

func (c lateConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	time.Sleep(50 * time.Millisecond)
	return n, err
}

func TestDo_AnswerBeforeTheWriteReturns(t *testing.T) {
	t.Parallel()
	_, r := saying(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
	c := newClient(t, outbound.Options{
		Allow: []string{"127.0.0.1"},
		Connect: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			return lateConn{conn}, err
		},
	})
	_, err := c.Do(t.Context(), r)
	require.Equal(t, engine.OutcomeUnknown, failure(t, err).Outcome, "an answer proves that the request arrived")
}

// gradualConn writes on only after the other side has answered and hung up.
type gradualConn struct {
	net.Conn

	hungUp <-chan struct{}
	wrote  bool
}

func (c *gradualConn) Write(p []byte) (int, error) {
	if c.wrote {
		<-c.hungUp
	}
	c.wrote = true
	return c.Conn.Write(p)
}

func TestDo_AnswerBeforeTheRequestIsWritten(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	hungUp := make(chan struct{})
	go func() {
		defer close(hungUp)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 100))
		_, _ = conn.Write([]byte("HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nkey?"))
		_ = conn.Close() // resets: there was more to read
	}()
	c := newClient(t, outbound.Options{
		Allow: []string{"127.0.0.1"},
		Connect: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			return &gradualConn{Conn: conn, hungUp: hungUp}, err
		},
	})
	u := &url.URL{Scheme: "http", Host: listener.Addr().String()}
	resp, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodPost, URL: u, Body: make([]byte, 16<<10)})
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, resp.Status)
	require.Equal(t, "key?", string(resp.Body))
}

func TestDo_InterimAnswersAreSkipped(t *testing.T) {
	t.Parallel()
	const hint, done = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	c, r := saying(t, strings.Repeat(hint, 5)+done)
	resp, err := c.Do(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.Status)
	c, r = saying(t, strings.Repeat(hint, 6)+done)
	_, err = c.Do(t.Context(), r)
	require.Contains(t, failure(t, err).Message, " gave no proper HTTP answer")
}

func TestDo_KeepsOnlyWhatIsWanted(t *testing.T) {
	t.Parallel()
	var connections atomic.Int64
	body := bytes.Repeat([]byte("0123456789"), 30_000)
	_, u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/told" {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		}
		_, _ = w.Write(body)
	})
	c := newClient(t, outbound.Options{
		Allow: []string{"127.0.0.1"},
		Connect: func(ctx context.Context, network, address string) (net.Conn, error) {
			connections.Add(1)
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	})
	for keep, want := range map[int]int{1000: 1000, len(body): len(body), len(body) + 1: len(body), 0: len(body)} {
		for _, path := range []string{"/told", "/chunked"} {
			to := *u
			to.Path = path
			resp, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: &to, Keep: keep})
			require.NoError(t, err)
			require.True(t, bytes.Equal(body[:want], resp.Body), "%s, %d of %d", path, len(resp.Body), want)
			require.Equal(t, want < len(body), resp.Truncated)
		}
	}
	require.EqualValues(t, 1, connections.Load(), "what is dropped does not cost the connection")
}

func TestDo_RedirectAfterWhichTheRequestMayHaveDoneItsWork(t *testing.T) {
	t.Parallel()
	nothing := nobody(t)
	for _, tc := range []struct {
		method  string
		status  int
		unknown bool
	}{
		{http.MethodPost, http.StatusSeeOther, true},
		{http.MethodPost, http.StatusFound, true},
		{http.MethodDelete, http.StatusSeeOther, true},
		{http.MethodPost, http.StatusTemporaryRedirect, false},
		{http.MethodGet, http.StatusSeeOther, false},
	} {
		t.Run(tc.method+strconv.Itoa(tc.status), func(t *testing.T) {
			t.Parallel()
			c, u := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/dead":
					w.Header().Set("Location", "http://"+nothing)
					w.WriteHeader(tc.status)
				case "/":
					w.Header().Set("Location", "/end")
					w.WriteHeader(tc.status)
				}
			})
			u.Path = "/"
			resp, err := c.Do(t.Context(), &outbound.Request{Method: tc.method, URL: u, FollowRedirects: true})
			require.NoError(t, err)
			require.Equal(t, tc.unknown, resp.Rewritten)
			u.Path = "/dead"
			_, err = c.Do(t.Context(), &outbound.Request{Method: tc.method, URL: u, FollowRedirects: true})
			want := engine.OutcomeNotSent
			if tc.unknown {
				want = engine.OutcomeUnknown
			}
			require.Equal(t, want, failure(t, err).Outcome)
		})
	}
}

// nobody is an address where nothing listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

func TestDo_DeadAddressLeavesTimeForTheOthers(t *testing.T) {
	t.Parallel()
	const whole = 8 * time.Second
	_, u := serve(t, func(http.ResponseWriter, *http.Request) {})
	var share time.Duration
	c := newClient(t, outbound.Options{
		Allow: []string{"127.0.0.1", "::1"},
		Connect: func(ctx context.Context, network, address string) (net.Conn, error) {
			if host, _, err := net.SplitHostPort(address); err == nil && host == "127.0.0.1" {
				until, _ := ctx.Deadline()
				share = time.Until(until)
				return nil, context.DeadlineExceeded // as an address does that nothing comes back from
			}
			return (&net.Dialer{}).DialContext(ctx, network, u.Host)
		},
	})
	ctx, cancel := context.WithTimeout(t.Context(), whole)
	defer cancel()
	to := *u
	to.Host = "localhost:" + u.Port() // both 127.0.0.1 and ::1
	resp, err := c.Do(ctx, &outbound.Request{Method: http.MethodGet, URL: &to})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.Status)
	require.LessOrEqual(t, share, whole/2, "half of the time of the call, whatever net/http makes of its deadline")
	require.Positive(t, share)
}
