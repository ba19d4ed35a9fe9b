package outbound_test

import (
	"errors"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

// Whatever a destination says about when to come back, it is at most a day.
func FuzzRetryAfter(f *testing.F) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, text := range []string{"", "30", "-1", "1.5", "1e309", "NaN", "0x1p4", "Fri, 02 Jan 2026 03:05:05 GMT", "Friday, 02-Jan-26 03:05:05 GMT", "Mon, 01 Jan 0000 00:00:00 GMT", " 7 ", "99999999999999999999"} {
		f.Add(text, "")
	}
	f.Add("5", "7")
	client, err := outbound.New(outbound.Options{Now: func() time.Time { return now }})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text, second string) {
		h := http.Header{"Retry-After": {text, second}}
		wait := client.RetryAfter(h)
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.LessOrEqual(t, wait, 24*time.Hour)
		if n, err := time.ParseDuration(strings.TrimSpace(text) + "s"); err == nil && n > 0 && n < 24*time.Hour && !strings.ContainsAny(text, "smhunµμ") {
			require.InDelta(t, n.Seconds(), wait.Seconds(), math.Max(1e-6, 1e-9*n.Seconds()), "seconds are taken as they are")
		}
	})
}

// Whatever address is written and whatever a name server answers, no connection is
// made to where none may go.
func FuzzDestination(f *testing.F) {
	for _, s := range []string{
		"http://127.0.0.1/", "https://[::ffff:10.0.0.1]:8443/x", "http://2130706433/", "http://0x7f.1/", "http://localhost./", "http://a.localhost:80", "http://[fe80::1%25eth0]/",
		"http://user:pass@example.com/", "http://example.com@127.0.0.1/", "http://example.com\\@127.0.0.1/", "//127.0.0.1/", "http:127.0.0.1", "HTTP://EXAMPLE.COM:0/",
		"http://①②⑦.⓪.⓪.①/", "http://example.com:80#@127.0.0.1/", "http://127。0。0。1/", "http://[64:ff9b::7f00:1]/", "http://good.test/", "http://%31%32%37.0.0.1/",
	} {
		f.Add(s, []byte{93, 184, 216, 34, 127, 0, 0, 1})
	}
	f.Add("http://good.test/", []byte{93, 184, 216, 34})
	f.Add("http://good.test:8080/", []byte{169, 254, 169, 254})
	names := &nameServer{answers: map[string][][]netip.Addr{}}
	resolver := names.resolver(f)
	f.Fuzz(func(t *testing.T, text string, addresses []byte) {
		names.everywhere(addresses)
		wire := &actiontest.Wire{Answer: []byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}
		client, err := outbound.New(outbound.Options{Resolver: resolver, Connect: wire.Connect})
		require.NoError(t, err)
		defer client.Close()
		u, err := outbound.ParseURL(text)
		if err != nil {
			require.Equal(t, engine.KindInvalid, engine.KindOf(err))
			if u, err = url.Parse(text); err != nil {
				return
			}
		}
		if u.Scheme == "https" {
			u.Scheme = "http" // no handshake can be made with this peer
		}
		if strings.HasSuffix(strings.TrimSuffix(u.Hostname(), "."), ".test") || net.ParseIP(u.Hostname()) != nil || !asksDNS(u.Hostname()) {
			_, err = client.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u})
			if err != nil {
				failure, ok := errors.AsType[*engine.Failure](err)
				require.True(t, ok)
				require.NotEqual(t, engine.OutcomeNone, failure.Outcome)
			}
		}
		for _, address := range wire.Dialed() {
			mayBeCalled(t, address)
		}
	})
}

// mayBeCalled requires a public address, by a judgement of its own.
func mayBeCalled(t *testing.T, address string) {
	t.Helper()
	at, err := netip.ParseAddrPort(address)
	require.NoError(t, err, "what is dialled is an address that was looked at")
	ip := at.Addr().Unmap()
	require.True(t, ip.IsGlobalUnicast() && !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && ip.Zone() == "", address)
	require.False(t, netip.MustParsePrefix("100.64.0.0/10").Contains(ip) || netip.MustParsePrefix("64:ff9b::/96").Contains(ip), address)
}

// asksDNS reports whether a name would be looked up at length: search lists and
// retries make that slow, and what is not under .test says nothing more.
func asksDNS(host string) bool {
	return strings.IndexFunc(strings.TrimSuffix(host, "."), func(r rune) bool {
		return r != '.' && (r < '0' || r > '9') && r != 'x' && r != 'X' && (r < 'a' || r > 'f') && (r < 'A' || r > 'F')
	}) >= 0 && !strings.Contains(host, "localhost")
}

// Whatever a destination answers, the call ends with an answer within bounds or with
// a failure in words.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 307 T\r\nLocation: //evil.test\\@x/\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
		"HTTP/1.0 200\r\n\r\nuntil the end", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "SSH-2.0-OpenSSH\r\n", "", "HTTP/1.1 999 ?\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b",
		"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nx", "HTTP/1.1 000 x\r\n\r\n", "HTTP/1.1 301 \nLocation://1.0.0.0\n\n", "HTTP/1.1 307 T\r\nLocation: http://10.1.1.1:8080/\r\n\r\n", "HTTP/1.1 303 See\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n",
	} {
		f.Add([]byte(s), "POST", true)
		f.Add([]byte(s), "HEAD", false)
	}
	f.Fuzz(func(t *testing.T, answer []byte, method string, follow bool) {
		wire := &actiontest.Wire{Answer: answer}
		client, err := outbound.New(outbound.Options{Connect: wire.Connect, Allow: []string{"10.1.1.1"}})
		require.NoError(t, err)
		defer client.Close()
		u, err := url.Parse("http://10.1.1.1/hook")
		require.NoError(t, err)
		if strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || method == "" || method == http.MethodConnect {
			method = http.MethodPost
		}
		resp, err := client.Do(t.Context(), &outbound.Request{
			Method: method, URL: u, FollowRedirects: follow, Body: []byte("secret-body"), PrivateBody: true,
			Header: http.Header{"Authorization": {"very-secret"}}, Private: []string{"Authorization"},
		})
		if err != nil {
			failure, ok := errors.AsType[*engine.Failure](err)
			require.True(t, ok)
			require.NotEmpty(t, failure.Message)
		}
		if resp != nil {
			require.LessOrEqual(t, len(resp.Body), 1<<20)
			require.GreaterOrEqual(t, resp.Status, 0)
		}
		require.LessOrEqual(t, len(wire.Dialed()), 7)
		for _, address := range wire.Dialed() {
			if address == "10.1.1.1:80" {
				continue
			}
			if !strings.HasPrefix(address, "10.1.1.1:") {
				mayBeCalled(t, address)
			}
			require.NotContains(t, string(wire.Sent(address)), "very-secret", "credentials went to another host")
			require.NotContains(t, string(wire.Sent(address)), "secret-body")
		}
	})
}
