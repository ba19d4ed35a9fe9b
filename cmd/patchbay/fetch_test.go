package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

func TestFetcher_TakesOnlyAWholeAnswerFromWhereItMayAsk(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("12345678")) })
	mux.Handle("/moved", http.RedirectHandler("/keys", http.StatusFound))
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(time.Minute):
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	made := func(allow ...string) fetcher {
		client, err := outbound.New(outbound.Options{Allow: allow, Now: now})
		require.NoError(t, err)
		t.Cleanup(client.Close)
		return fetcher{client}
	}
	f := made(host)
	body, err := f.Fetch(t.Context(), server.URL+"/keys", 8)
	require.NoError(t, err)
	require.Equal(t, "12345678", string(body))
	for name, tt := range map[string]struct {
		from     fetcher
		address  string
		limit    int64
		sentence string
	}{
		"larger than asked for": {f, server.URL + "/keys", 7, "more than"},
		"redirected":            {f, server.URL + "/moved", 8, "status 302"},
		"not there":             {f, server.URL + "/none", 8, "status 404"},
		"private":               {made(), server.URL + "/keys", 8, "127.0.0.1"},
		"with a password":       {f, "https://user:pw@" + host + "/keys", 8, "no usable address"},
		"another scheme":        {f, "file:///etc/passwd", 8, "no usable address"},
	} {
		_, err := tt.from.Fetch(t.Context(), tt.address, tt.limit)
		require.Equal(t, engine.KindUnavailable, engine.KindOf(err), name)
		require.ErrorContains(t, err, tt.sentence, name)
	}
	_, err = f.Fetch(t.Context(), "https://certificates.invalid/key.pem", 8)
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
	require.ErrorContains(t, err, "certificates.invalid")
	require.ErrorContains(t, err, "network")
	require.NotContains(t, err.Error(), "spelling")
	if testing.Short() {
		return
	}
	start := time.Now()
	_, err = f.Fetch(t.Context(), server.URL+"/slow", 8)
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
	require.Less(t, time.Since(start), fetchTimeout+5*time.Second)
}
