package main

import (
	"bytes"
	stdlog "log" //nolint:depguard // it is what others use
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/outbound"
	"patchbay/storage"
)

func TestWorkspace_KeepsConnectionsWhenOtherSettingsChange(t *testing.T) {
	t.Parallel()
	var opened atomic.Int64
	to := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	to.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	to.Start()
	t.Cleanup(to.Close)
	at, err := url.Parse(to.URL)
	require.NoError(t, err)

	dir := t.TempDir()
	key, err := storage.LoadKey(dir, "")
	require.NoError(t, err)
	quiet := slog.New(slog.DiscardHandler)
	db, err := storage.Open(t.Context(), storage.Config{Dir: dir, Key: key, Now: now, NewID: newID, Log: quiet})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	flags := settings{AllowPrivate: []string{"127.0.0.1"}, Log: quiet}
	client, err := outbound.New(outbound.Options{Allow: flags.AllowPrivate, Now: now})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	w := &workspace{store: db, client: client, flags: flags, log: quiet, allowed: flags.AllowPrivate}
	change := func(name string, allow ...string) {
		t.Helper()
		stored, err := db.Settings(t.Context())
		require.NoError(t, err)
		stored.Name, stored.AllowPrivate = name, allow
		require.NoError(t, db.PutSettings(t.Context(), stored))
		require.NoError(t, w.load(t.Context()))
		_, err = client.Do(t.Context(), &outbound.Request{Method: http.MethodGet, URL: at})
		require.NoError(t, err)
	}
	change("one")
	change("two")
	require.EqualValues(t, 1, opened.Load())
	change("three", "db.internal")
	require.EqualValues(t, 2, opened.Load(), "a connection must not outlive what allowed it")
	change("four", "db.internal")
	require.EqualValues(t, 2, opened.Load())
}

func TestStandardLog_GoesIntoOurs(t *testing.T) { //nolint:paralleltest // there is one standard log
	before, flags, standard := stdlog.Writer(), stdlog.Flags(), slog.Default()
	t.Cleanup(func() {
		slog.SetDefault(standard)
		stdlog.SetOutput(before)
		stdlog.SetFlags(flags)
	})
	var written bytes.Buffer
	takeStandardLog(slog.New(slog.NewJSONHandler(&written, &slog.HandlerOptions{Level: slog.LevelDebug})))
	stdlog.Printf("Unsolicited response")
	require.Contains(t, written.String(), `"level":"DEBUG","msg":"Unsolicited response"`)
	written.Reset()
	takeStandardLog(slog.New(slog.NewJSONHandler(&written, nil)))
	stdlog.Printf("Unsolicited response")
	require.Empty(t, written.String())
}
