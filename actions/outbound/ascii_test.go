package outbound_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

// abroad is a server that a name server knows by a name with an umlaut, and a client for it.
func abroad(t *testing.T, secure bool) (c *outbound.Client, port string) {
	t.Helper()
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/moved" {
			w.Header().Set("Location", "//BÜCHER.example:"+port+"/new")
			w.WriteHeader(http.StatusTemporaryRedirect)
			return
		}
		_, _ = io.WriteString(w, r.Host+" "+string(body[:min(len(body), 2)]))
	})
	server := httptest.NewUnstartedServer(echo)
	names := &nameServer{answers: map[string][][]netip.Addr{"xn--bcher-kva.example": {{netip.MustParseAddr("127.0.0.1")}}}}
	o := outbound.Options{Resolver: names.resolver(t), Allow: []string{"Bücher.example"}}
	if secure {
		server.StartTLS()
		o.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs //nolint:errcheck,forcetypeassert // it is one
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	return newClient(t, o), port
}

func TestDo_NamesWithLettersOfOtherLanguages(t *testing.T) {
	t.Parallel()
	c, port := abroad(t, false)
	want := "xn--bcher-kva.example:" + port + " "
	for _, address := range []string{
		"http://bücher.example:" + port + "/", "http://BÜCHER.example:" + port + "/", "http://b%C3%BCcher.example:" + port + "/",
		"http://xn--bcher-kva.example:" + port + "/", "http://bücher.example:" + port + "/moved",
	} {
		for _, size := range []int{0, 2, 17 << 10} {
			u, err := outbound.ParseURL(address)
			require.NoError(t, err)
			body := bytes.Repeat([]byte("x"), size)
			resp, err := c.Do(t.Context(), &outbound.Request{Method: http.MethodPost, URL: u, Body: body, FollowRedirects: true})
			require.NoError(t, err, "%s, %d bytes", address, size)
			require.Equal(t, want+string(body[:min(size, 2)]), string(resp.Body))
		}
	}
}

func TestDo_NamesWithLettersOfOtherLanguagesOverTLS(t *testing.T) {
	t.Parallel()
	c, port := abroad(t, true)
	u, err := outbound.ParseURL("https://bücher.example:" + port + "/")
	require.NoError(t, err)
	_, err = c.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: u})
	require.Equal(t, "The certificate of "+u.Host+" is made out to another name; use that name.", failure(t, err).Message, "it was reached")

	conn, err := c.Dial(t.Context(), "tcp", "bücher.example:"+port)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.Equal(t, "xn--bcher-kva.example", c.TLS("bücher.example").ServerName)
}

func TestClient_TakesAllSpellingsOfAHostForOne(t *testing.T) {
	t.Parallel()
	c := newClient(t, outbound.Options{
		Allow: []string{"0.0.0.0/0"}, Self: func() []string { return []string{"bücher.example"} },
		Connect: func(_ context.Context, _, address string) (net.Conn, error) {
			return nil, &net.AddrError{Err: "must not be dialled", Addr: address}
		},
	})
	for _, address := range []string{"http://bücher.example/", "https://BÜCHER.example/", "http://xn--bcher-kva.example/", "https://bücher。example./"} {
		_, err := get(t, c, address)
		require.Contains(t, failure(t, err).Message, "Patchbay's own address", address)
		u, err := url.Parse(address)
		require.NoError(t, err)
		u.Scheme = "https"
		require.Equal(t, "https://xn--bcher-kva.example:443", outbound.Destination(u))
	}
	c = newClient(t, outbound.Options{})
	for _, address := range []string{"http://１２７.0.0.1/", "https://１２７.0.0.1/", "http://127。0。0。1/", "https://ｌｏｃａｌｈｏｓｔ/"} {
		_, err := get(t, c, address)
		require.Contains(t, failure(t, err).Message, " is a private address and may not be called", address)
	}
	for _, address := range []string{"http://bü_cher.example/", "https://a℀.example/", "http://[fe80::1%25ü]/"} {
		_, err := outbound.ParseURL(address)
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), address)
		require.EqualError(t, err, "The address has a host that cannot be the name of one; check its spelling.")
	}
	require.Error(t, c.SetAllow([]string{"bü_cher.example"}))
}

func TestDestination_IsOneForAllSpellings(t *testing.T) {
	t.Parallel()
	for want, addresses := range map[string][]string{
		"http://[2001:db8::1]:80":  {"http://[2001:db8::1]/a", "http://[2001:DB8::1]:80/b"},
		"https://example.com:443":  {"https://example.com", "https://EXAMPLE.com.:443/x?y"},
		"https://example.com:8443": {"https://example.com:8443/"},
	} {
		for _, address := range addresses {
			u, err := outbound.ParseURL(address)
			require.NoError(t, err)
			require.Equal(t, want, outbound.Destination(u), address)
		}
	}
}
