package httpcall_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/actions/httpcall"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

// wired is the action over a network whose peers say one thing only.
func wired(tb testing.TB, wire *actiontest.Wire) engine.Action {
	tb.Helper()
	c, err := outbound.New(outbound.Options{Allow: []string{"10.1.1.1"}, Now: now, Connect: wire.Connect})
	require.NoError(tb, err)
	tb.Cleanup(c.Close)
	return httpcall.New(c, httpcall.NewConnection(c))
}

func guarded() *engine.Connection {
	c := basic()
	c.With["hosts"] = []any{"10.1.1.1"}
	return c
}

// Whatever comes out of a payload into an address, a header or a body, one request
// is sent, and it is the one that the preview shows.
func FuzzRequest(f *testing.F) {
	f.Add("x", "text/plain", "hello", "v")
	f.Add("?a=b&c=%zz#f", "a\r\nX-Evil: 1", "a\r\n\r\nGET / HTTP/1.1", "${secret:API_KEY}")
	f.Add("/../..//x\\y", "\x00", "\xff\xfe", "${secret:NONE}")
	f.Add("@evil.test/", "ü\t", strings.Repeat("x", 5000), "\"}")
	f.Fuzz(func(t *testing.T, path, value, body, data string) {
		wire := &actiontest.Wire{Answer: []byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}
		a := wired(t, wire)
		with := map[string]any{
			"method": "POST", "url": "http://10.1.1.1/" + path, "headers": map[string]any{"X-Data": value, "X-Key": "${secret:API_KEY}"},
			"query": map[string]any{"d": data}, "text": body,
		}
		template := map[string]any{
			"method": "POST", "url": "http://10.1.1.1/{{ payload.path }}", "headers": map[string]any{"X-Data": "{{ payload.value }}", "X-Key": "${secret:API_KEY}"},
			"query": map[string]any{"d": "{{ payload.data }}"}, "text": "{{ payload.body }}",
		}
		plan, err := a.Plan(t.Context(), engine.Call{With: with, Template: template, Connection: guarded(), Key: "key"})
		require.Empty(t, wire.Dialed(), "a plan does nothing")
		if err != nil {
			fault, ok := errors.AsType[*engine.Error](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, engine.KindInvalid, fault.Kind)
			return
		}
		require.NotContains(t, plan.Preview.URL+plan.Preview.Body, "k+y/1 23")
		_, err = a.Do(t.Context(), plan)
		require.NoError(t, err)
		require.Equal(t, []string{"10.1.1.1:80"}, wire.Dialed())
		sent := bufio.NewReader(bytes.NewReader(wire.Sent("10.1.1.1:80")))
		r, err := http.ReadRequest(sent)
		require.NoError(t, err)
		got, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		_, err = sent.Peek(1)
		require.ErrorIs(t, err, io.EOF, "more than one request was sent")
		require.Equal(t, body, string(got))
		require.Equal(t, "10.1.1.1", r.Host)
		require.Equal(t, textproto.TrimString(value), r.Header.Get("X-Data"))
		require.Equal(t, "k+y/1 23\"45", r.Header.Get("X-Key"), "what the author wrote is filled in")
		require.NotContains(t, r.URL.RawQuery, "k%2By", "what the payload says is not")
		for name := range r.Header {
			require.Contains(t, []string{"X-Data", "X-Key", "User-Agent", "Content-Type", "Content-Length", "Idempotency-Key", "Authorization", "Accept-Encoding", engine.HopHeader}, name)
		}
	})
}

// Whatever a service answers, the result is plain values without secrets.
func FuzzAnswer(f *testing.F) {
	const secret = "k+y/1 23\"45"
	f.Add(200, "application/json", "", []byte(`{"a":[1,2.5,null,"x",{"k+y/1 23\"45":"k+y\/1 23\u002245"}]}`))
	f.Add(429, "text/plain", "30", []byte("slow down k+y/1 23\"45"))
	f.Add(410, "", "x", []byte(`[`+strings.Repeat("[", 10_001)))
	f.Add(302, "application/json", "", bytes.Repeat([]byte("k+y/1 23\"45"), 10_000))
	f.Add(0, "a/b;c\xff", "-1", []byte("\xff\xfe\x00"))
	f.Fuzz(func(t *testing.T, status int, contentType, retryAfter string, body []byte) {
		answer := "HTTP/1.1 " + http.StatusText(status) + "\r\n\r\n"
		if status >= 200 && status <= 999 {
			word := func(s string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) }
			answer = "HTTP/1.1 " + string(rune('0'+status/100)) + string(rune('0'+status/10%10)) + string(rune('0'+status%10)) + " x\r\nContent-Type: " +
				word(contentType) + "\r\nX-Echo: " + secret + "\r\nRetry-After: " + word(retryAfter) + "\r\nConnection: close\r\n\r\n" + string(body)
		}
		wire := &actiontest.Wire{Answer: []byte(answer)}
		a := wired(t, wire)
		with := map[string]any{"url": "http://10.1.1.1/${secret:API_KEY}"}
		plan, err := a.Plan(t.Context(), engine.Call{With: with, Template: with, Connection: guarded()})
		require.NoError(t, err)
		result, err := a.Do(t.Context(), plan)
		shown := []any{result.Output, result.Log}
		if err != nil {
			failure, ok := errors.AsType[*engine.Failure](err)
			require.True(t, ok)
			require.NotEmpty(t, failure.Outcome)
			require.True(t, strings.HasSuffix(failure.Message, "."), failure.Message)
			shown = []any{failure.Output, failure.Message}
		}
		text, err := json.Marshal(shown)
		require.NoError(t, err)
		for _, form := range []string{secret, `k+y/1 23\"45`, "k%2By%2F1", "k+y%2F1%2023%2245"} {
			require.NotContains(t, string(text), form)
		}
		require.Less(t, len(text), 600<<10, "more is kept than is shown")
	})
}
