package outbound_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

func TestDo_RedirectsOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	c, u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/end" {
			http.Redirect(w, r, "/end", http.StatusFound)
		}
	})
	resp, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u})
	require.NoError(t, err)
	require.Equal(t, http.StatusFound, resp.Status)
	resp, err = c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u, FollowRedirects: true})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.Status)
}

func TestDo_RedirectKeepsOrChangesTheMethod(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{301: "POST hello", 302: "GET ", 303: "GET ", 307: "POST hello", 308: "POST hello"} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			c, u := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/end" {
					http.Redirect(w, r, "/end", status)
					return
				}
				body, _ := io.ReadAll(r.Body)
				_, _ = io.WriteString(w, r.Method+" "+string(body))
			})
			resp, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodPost, URL: u, Body: []byte("hello"), FollowRedirects: true})
			require.NoError(t, err)
			require.Equal(t, want, string(resp.Body))
		})
	}
}

func TestDo_RedirectCircle(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	c, u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/"+strconv.FormatInt(asked.Add(1), 10), http.StatusTemporaryRedirect)
	})
	_, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodPost, URL: u, Body: []byte("x"), FollowRedirects: true})
	f := failure(t, err)
	require.True(t, f.Permanent)
	require.Equal(t, u.Host+" redirects too often; check the address.", f.Message)
	require.EqualValues(t, 6, asked.Load())
}

func TestDo_RedirectIsCheckedAgain(t *testing.T) {
	t.Parallel()
	for _, to := range []string{
		"http://10.0.0.1/", "http://169.254.169.254/latest", "http://localhost:1/", "file:///etc/passwd", "http://2130706433/", "ftp://example.com/",
		"http://u:p@example.com/",
	} {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			c, u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", to)
				w.WriteHeader(http.StatusFound)
			})
			_, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u, FollowRedirects: true})
			require.True(t, failure(t, err).Permanent)
		})
	}
}

func TestDo_RedirectToWhatCannotBeCalled(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ to, want string }{
		{"ftp://example.com/", " redirects to an address that cannot be called: it must begin with https:// or http://; use another address."},
		{"http:///x", " redirects to an address that cannot be called: it names no host; use another address."},
		{"http://u:p@example.com/", " redirects to an address that cannot be called: it holds a user name or password; use another address."},
		{"http://example.com:0/", " redirects to an address that cannot be called: it has no proper port; use another address."},
		{"http://a_ü.example/", " redirects to an address that cannot be called: it has a host that cannot be the name of one; use another address."},
		{"http://%zz/", " redirects to an address that cannot be read; use another address."},
	} {
		for status, outcome := range map[int]engine.Outcome{
			http.StatusTemporaryRedirect: engine.OutcomeNotSent,
			// So a form answers that has done what it was asked.
			http.StatusSeeOther: engine.OutcomeUnknown,
		} {
			t.Run(tc.to+strconv.Itoa(status), func(t *testing.T) {
				t.Parallel()
				c, u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Location", tc.to)
					w.WriteHeader(status)
				})
				_, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodPost, URL: u, FollowRedirects: true})
				f := failure(t, err)
				require.Equal(t, u.Host+tc.want, f.Message)
				require.True(t, f.Permanent)
				require.Equal(t, outcome, f.Outcome)
			})
		}
	}
}

func TestDo_RedirectWithSpacesInItsQuery(t *testing.T) {
	t.Parallel()
	c, u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/end" {
			w.Header().Set("Location", "/end?q=a b")
			w.WriteHeader(http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, r.URL.Query().Get("q"))
	})
	resp, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u, FollowRedirects: true})
	require.NoError(t, err)
	require.Equal(t, "a b", string(resp.Body))
}

func TestDo_RedirectToAnotherHostDropsCredentials(t *testing.T) {
	t.Parallel()
	var got http.Header
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header }))
	t.Cleanup(other.Close)
	c, u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/same" {
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
			return
		}
		http.Redirect(w, r, "/same", http.StatusTemporaryRedirect)
	})
	request := func(private bool) *outbound.Request {
		return &outbound.Request{
			Method: http.MethodPost, URL: u, Body: []byte("x"), FollowRedirects: true, PrivateBody: private,
			Private: []string{"Accept"},
			Header: http.Header{
				"Authorization": {"Bearer s"}, "Cookie": {"a=b"}, "X-Api-Key": {"s"}, "Accept": {"s"},
				"Content-Type": {"text/plain"}, "Idempotency-Key": {"k"},
			},
		}
	}
	_, err := c.Do(t.Context(), request(false))
	require.NoError(t, err)
	for _, name := range []string{"Authorization", "Cookie", "X-Api-Key", "Accept"} {
		require.Empty(t, got.Get(name), name)
	}
	require.Equal(t, "text/plain", got.Get("Content-Type"))
	require.Equal(t, "k", got.Get("Idempotency-Key"))

	got = nil
	_, err = c.Do(t.Context(), request(true))
	f := failure(t, err)
	require.True(t, f.Permanent)
	require.Contains(t, f.Message, "must not get the secrets")
	require.Nil(t, got, "the other host was not called")
}

func TestDo_RedirectWithoutLocation(t *testing.T) {
	t.Parallel()
	c, u := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })
	resp, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u, FollowRedirects: true})
	require.NoError(t, err)
	require.Equal(t, http.StatusFound, resp.Status)
}
