package main_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

func TestServe_RemovesCopiesThatAKilledProgramLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	left := filepath.Join(dir, "patchbay-scratch-2718281828")
	mine := []string{filepath.Join(dir, "patchbay-scratch-mine"), filepath.Join(dir, "patchbay-scratch-2026.db")}
	for _, folder := range []string{left, mine[0]} {
		require.NoError(t, os.Mkdir(folder, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "patchbay.db"), []byte("x"), 0o600))
	}
	require.NoError(t, os.WriteFile(mine[1], []byte("x"), 0o600))
	serve(t, dir, nil)
	require.NoDirExists(t, left)
	require.FileExists(t, filepath.Join(mine[0], "patchbay.db"))
	require.FileExists(t, mine[1])
}

// Settings may have been stored by a version that knew other rules.
func TestServe_StartsWithSettingsThatItCannotRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key, err := storage.LoadKey(dir, "")
	require.NoError(t, err)
	db, err := storage.Open(t.Context(), storage.Config{
		Dir: dir, Key: key, Now: time.Now, NewID: func() engine.ID { return engine.ID(uuid.Must(uuid.NewV7())) }, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	stored, err := db.Settings(t.Context())
	require.NoError(t, err)
	stored.AllowPrivate = []string{"192.168.1", "127.0.0.1"}
	require.NoError(t, db.PutSettings(t.Context(), stored))
	require.NoError(t, db.Close())

	to := newDestination(t, nil)
	p := serve(t, dir, nil)
	require.Contains(t, p.logged(), `\"192.168.1\" is not a host`)
	apply(t, dir, `version: 1
inboxes: [{ name: open, verify: { scheme: none } }]
rules: [{ name: Tell, inbox: open, steps: [{ key: a, action: http, with: { method: POST, url: "`+to.URL+`/x" } }] }]
`)
	p.accepted(delivery{path: "/in/open", body: []byte("x")})
	require.Equal(t, "succeeded", p.client().settled("", 1)[0].State, "the other entries count")
}

func TestServe_RecordsWhereARefusedRequestCameFrom(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir, nil, "--trusted-proxy", "127.0.0.1", "--max-body", "64KiB")
	apply(t, dir, "version: 1\ninboxes: [{ name: open, verify: { scheme: none }, limits: { body: 64KiB } }]\n")
	got, err := p.deliver(t.Context(), delivery{
		path: "/in/open", body: []byte(strings.Repeat("x", 64<<10+1)), header: map[string]string{"X-Forwarded-For": "6.6.6.6, 203.0.113.7"},
	})
	require.NoError(t, err)
	require.Equal(t, http.StatusRequestEntityTooLarge, got.status)
	refused := p.client().events("inbox=open&verdict=rejected")
	require.Len(t, refused, 1)
	require.Equal(t, "203.0.113.7", refused[0].IP)

	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/api/v1/inboxes", strings.NewReader(strings.Repeat("x", 64<<10+1)))
	require.NoError(t, err)
	got, err = send(req)
	require.NoError(t, err)
	require.Equal(t, http.StatusRequestEntityTooLarge, got.status)
	require.Contains(t, got.body, "The body is too large; send less at a time.")
}

func TestDoctor_KnowsTheProgramBehindAnAddress(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir, nil)
	require.Contains(t, must(t, "doctor", "--data", dir, "--public-url", p.url), p.url+" answers")
	for _, body := range []string{"hello", `{"status":"ok"}`, `{"status":"ok","version":"0.0.0-other"}`} {
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(body)) // the client may have gone
		}))
		require.Contains(t, must(t, "doctor", "--data", dir, "--public-url", other.URL), other.URL+"/healthz is answered by something else", body)
		other.Close()
	}
}
