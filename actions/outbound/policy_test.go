package outbound_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

func newClient(t *testing.T, o outbound.Options) *outbound.Client {
	t.Helper()
	c, err := outbound.New(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func get(t *testing.T, c *outbound.Client, address string) (*outbound.Response, error) {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u})
}

func failure(t *testing.T, err error) *engine.Failure {
	t.Helper()
	require.Error(t, err)
	f := engine.AsFailure(err)
	require.Same(t, err, error(f), "every error is a failure")
	return f
}

func TestClient_RefusesClosedAddresses(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	dialled := func(_ context.Context, _, address string) (net.Conn, error) {
		return nil, &net.AddrError{Err: "must not be dialled", Addr: address}
	}
	c := newClient(t, outbound.Options{Connect: dialled})
	for _, host := range []string{
		"127.0.0.1", "127.8.9.10", "[::1]", "0.0.0.0", "[::]", "0.1.2.3",
		"169.254.169.254", "169.254.1.1", "168.63.129.16", "[fd00::1]", "[fc00::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]",
		"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "100.127.255.255",
		"[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]",
		"[64:ff9b::7f00:1]", "[64:ff9b::a00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]", "[100::1]",
		"224.0.0.1", "239.255.255.255", "[ff02::1]", "255.255.255.255", "240.0.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
		"2130706433", "017700000001", "0x7f000001", "0177.0.0.1", "0x7f.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "1.2.3.4.5",
		"localhost", "LOCALHOST", "localhost.", "api.localhost", "api.localhost.",
	} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			_, err := get(t, c, "http://"+host+":"+port+"/")
			f := failure(t, err)
			require.True(t, f.Permanent, f.Message)
			require.False(t, f.Down)
			require.Equal(t, engine.OutcomeNotSent, f.Outcome)
			require.Contains(t, f.Message, strings.ReplaceAll(host, "%25", "%"))
		})
	}
}

func TestClient_TellsHowToAllow(t *testing.T) {
	t.Parallel()
	_, err := get(t, newClient(t, outbound.Options{}), "http://10.0.0.7:8080/x")
	require.EqualError(t, err, "10.0.0.7:8080 is a private address and may not be called; to allow it, start Patchbay with --allow-private 10.0.0.7 or add it under Settings, Programs and private addresses.")
}

func TestClient_CallsWhatIsAllowed(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	for _, tc := range []struct {
		name, allow, host string
		ok                bool
	}{
		{"address", "127.0.0.1", "127.0.0.1", true},
		{"address with port", "127.0.0.1:" + port, "127.0.0.1", true},
		{"address with another port", "127.0.0.1:1", "127.0.0.1", false},
		{"range", "127.0.0.0/8", "127.0.0.1", true},
		{"range for a mapped address", "127.0.0.0/8", "[::ffff:127.0.0.1]", true},
		{"another range", "10.0.0.0/8", "127.0.0.1", false},
		{"name", "LocalHost", "localhost", true},
		{"name with port", "localhost:" + port, "localhost", true},
		{"name with another port", "localhost:1", "localhost", false},
		{"name does not allow its address", "localhost", "127.0.0.1", false},
		{"no spelling tricks", "127.0.0.0/8", "2130706433", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, outbound.Options{Allow: []string{tc.allow}})
			_, err := get(t, c, "http://"+tc.host+":"+port+"/")
			if tc.ok {
				require.NoError(t, err)
				return
			}
			require.True(t, failure(t, err).Permanent)
		})
	}
}

func TestClient_RefusesListsItCannotRead(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{"", "http://x", "10.0.0.0/99", "host:99999", "host:0", "a b", "*", "127.1", "0x7f.1"} {
		_, err := outbound.New(outbound.Options{Allow: []string{entry}})
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), entry)
	}
}

func TestClient_SetAllowHoldsForOpenConnections(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	c := newClient(t, outbound.Options{})
	_, err := get(t, c, server.URL)
	require.True(t, failure(t, err).Permanent)
	require.NoError(t, c.SetAllow([]string{"127.0.0.1"}))
	_, err = get(t, c, server.URL)
	require.NoError(t, err)
	require.Error(t, c.SetAllow([]string{"not a host"}))
	_, err = get(t, c, server.URL)
	require.NoError(t, err, "a list that cannot be read changes nothing")
	require.NoError(t, c.SetAllow(nil))
	_, err = get(t, c, server.URL)
	require.True(t, failure(t, err).Permanent, "a connection kept open is not used any more")
}

// TestClient_Rebinding lets a name server change its answer between questions.
func TestClient_Rebinding(t *testing.T) {
	t.Parallel()
	public, private := netip.MustParseAddr("93.184.216.34"), netip.MustParseAddr("127.0.0.1")
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("inside"))
	}))
	t.Cleanup(inside.Close)
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		_, _ = w.Write([]byte("outside"))
	}))
	t.Cleanup(outside.Close)
	_, port, err := net.SplitHostPort(inside.Listener.Addr().String())
	require.NoError(t, err)

	dns := &nameServer{answers: map[string][][]netip.Addr{
		"rebind.example": {{public}, {private}},
		"both.example":   {{public, private}},
	}}
	var mu sync.Mutex
	var dialled []string
	c := newClient(t, outbound.Options{
		Resolver: dns.resolver(t),
		Connect: func(ctx context.Context, network, address string) (net.Conn, error) {
			mu.Lock()
			dialled = append(dialled, address)
			mu.Unlock()
			var d net.Dialer
			if strings.HasPrefix(address, public.String()) {
				// The public server stands on loopback in this test.
				address = outside.Listener.Addr().String()
			}
			return d.DialContext(ctx, network, address)
		},
	})
	resp, err := get(t, c, "http://rebind.example:"+port+"/")
	require.NoError(t, err)
	require.Equal(t, "outside", string(resp.Body), "the address that was checked is the one that is dialled")
	require.Equal(t, 1, dns.questions(), "the name server is asked once")

	_, err = get(t, c, "http://rebind.example:"+port+"/")
	require.True(t, failure(t, err).Permanent)
	_, err = get(t, c, "http://both.example:"+port+"/")
	require.True(t, failure(t, err).Permanent, "one closed address among several is enough")
	require.Equal(t, []string{net.JoinHostPort(public.String(), port)}, dialled)
}

func TestClient_UnknownName(t *testing.T) {
	t.Parallel()
	dns := &nameServer{answers: map[string][][]netip.Addr{}}
	c := newClient(t, outbound.Options{Resolver: dns.resolver(t)})
	_, err := get(t, c, "https://nowhere.example./hook")
	f := failure(t, err)
	require.Equal(t, "nowhere.example. was not found by the name server; check the spelling.", f.Message)
	require.False(t, f.Permanent)
	require.True(t, f.Down)
	require.Equal(t, engine.OutcomeNotSent, f.Outcome)
}

func TestClient_RefusesItself(t *testing.T) {
	t.Parallel()
	c := newClient(t, outbound.Options{
		Allow: []string{"0.0.0.0/0"},
		Self:  func() []string { return []string{"Hooks.Example.com", "127.0.0.1:8080"} },
	})
	for _, address := range []string{"https://hooks.example.com/in/a", "http://hooks.example.com./in/a", "http://127.0.0.1:8080/in/a"} {
		_, err := get(t, c, address)
		f := failure(t, err)
		require.True(t, f.Permanent)
		require.Contains(t, f.Message, "Patchbay's own address")
	}
}

func TestClient_CountsHops(t *testing.T) {
	t.Parallel()
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get(engine.HopHeader))
	}))
	t.Cleanup(server.Close)
	c := newClient(t, outbound.Options{Allow: []string{"127.0.0.1"}})
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	for hops := range engine.MaxHops {
		_, err = c.Do(t.Context(), &outbound.Request{Method: http.MethodPost, URL: u, Hops: hops})
		require.NoError(t, err)
	}
	require.Equal(t, []string{"1", "2", "3", "4", "5", "6", "7", "8"}, got)
	_, err = c.Do(t.Context(), &outbound.Request{Method: http.MethodPost, URL: u, Hops: engine.MaxHops})
	require.True(t, failure(t, err).Permanent)
}

func TestParseURL_Refuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "example.com", "ftp://example.com", "file:///etc/passwd", "gopher://x", "http://", "http:///x", "//example.com",
		"http://user:pass@example.com/", "http://user@example.com/", "http://exa mple.com/", "http://example.com/a\r\nX: y",
		"http://example.com/\n", "http://example.com\\@127.0.0.1/", "http://[::1", "http://example.com:port/", "http://example.com:65536/", "http://example.com:0/", "javascript:alert(1)",
	} {
		_, err := outbound.ParseURL(text)
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), text)
	}
}
