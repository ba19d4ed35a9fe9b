package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func connectionTests() []subtest {
	return []subtest{
		{"keeps every field", connectionKeepsEveryField},
		{"is not there before it is made", connectionMissing},
		{"counts versions and refuses stale ones", connectionVersions},
		{"lets one of many savers win", connectionOneWinner},
		{"notes uses without a new version", connectionUse},
		{"goes with its version only", connectionDelete},
		{"announces changes but not uses", connectionAnnounced},
	}
}

func fullConnection() *engine.Connection {
	return &engine.Connection{
		Name: "ops-mail", Title: "Mail of the team", Type: "smtp",
		With:    map[string]any{"host": "smtp.example.com", "port": int64(587), "hosts": []any{"a", "b"}, "deep": map[string]any{"on": true, "n": nil}},
		Secrets: map[string]engine.Secret{"password": "smtp-password-1", "secrets.API_KEY": "ключ"},
		Managed: "patchbay.yaml",
	}
}

func connectionKeepsEveryField(t *testing.T, store ConfigStore) {
	t.Helper()
	c := fullConnection()
	require.NoError(t, store.PutConnection(t.Context(), c, 0))
	require.Equal(t, int64(1), c.Version)
	require.False(t, c.CreatedAt.IsZero())
	got, err := store.Connection(t.Context(), "ops-mail")
	require.NoError(t, err)
	require.Equal(t, c, got)
	require.Equal(t, "smtp-password-1", got.Secrets["password"].Reveal())

	bare := &engine.Connection{Name: "bare", Type: "slack"}
	require.NoError(t, store.PutConnection(t.Context(), bare, 0))
	list, err := store.Connections(t.Context())
	require.NoError(t, err)
	require.Equal(t, []*engine.Connection{bare, c}, list)
}

func connectionMissing(t *testing.T, store ConfigStore) {
	t.Helper()
	_, err := store.Connection(t.Context(), "ops-mail")
	requireKind(t, engine.KindNotFound, err)
	requireKind(t, engine.KindNotFound, store.DeleteConnection(t.Context(), "ops-mail", 1))
	requireKind(t, engine.KindConflict, store.PutConnection(t.Context(), fullConnection(), 2))
	requireKind(t, engine.KindInvalid, store.PutConnection(t.Context(), &engine.Connection{Name: "Ops Mail"}, 0))
	require.NoError(t, store.NoteUse(t.Context(), "ops-mail", time.UnixMicro(1).UTC(), ""))
}

func connectionVersions(t *testing.T, store ConfigStore) {
	t.Helper()
	c := fullConnection()
	require.NoError(t, store.PutConnection(t.Context(), c, 0))
	requireKind(t, engine.KindConflict, store.PutConnection(t.Context(), fullConnection(), 0))
	created := c.CreatedAt
	c.Secrets = map[string]engine.Secret{"password": "new"}
	require.NoError(t, store.PutConnection(t.Context(), c, 1))
	require.Equal(t, int64(2), c.Version)
	require.Equal(t, created, c.CreatedAt)
	requireKind(t, engine.KindConflict, store.PutConnection(t.Context(), fullConnection(), 1))
	got, err := store.Connection(t.Context(), "ops-mail")
	require.NoError(t, err)
	require.Equal(t, c, got)
}

func connectionOneWinner(t *testing.T, store ConfigStore) {
	t.Helper()
	requireOneWinner(t, 8, func(int) error { return store.PutConnection(t.Context(), fullConnection(), 0) })
	requireOneWinner(t, 8, func(int) error { return store.PutConnection(t.Context(), fullConnection(), 1) })
}

func connectionUse(t *testing.T, store ConfigStore) {
	t.Helper()
	c := fullConnection()
	require.NoError(t, store.PutConnection(t.Context(), c, 0))
	start := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for i, lastError := range []string{"", "The server refused the password.", "", "It is down."} {
		at := start.Add(time.Duration(i) * time.Second)
		require.NoError(t, store.NoteUse(t.Context(), "ops-mail", at, lastError))
		got, err := store.Connection(t.Context(), "ops-mail")
		require.NoError(t, err)
		require.Equal(t, at, *got.LastUsed)
		require.Equal(t, lastError, got.LastError)
		require.Equal(t, int64(1), got.Version)
	}
	require.NoError(t, store.NoteUse(t.Context(), "ops-mail", start, "an older use that was told late"))
	list, err := store.Connections(t.Context())
	require.NoError(t, err)
	require.Equal(t, "It is down.", list[0].LastError)
	require.NoError(t, store.PutConnection(t.Context(), c, 1), "uses do not spoil an edit")
}

func connectionDelete(t *testing.T, store ConfigStore) {
	t.Helper()
	require.NoError(t, store.PutConnection(t.Context(), fullConnection(), 0))
	require.NoError(t, store.NoteUse(t.Context(), "ops-mail", time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), "old"))
	requireKind(t, engine.KindConflict, store.DeleteConnection(t.Context(), "ops-mail", 2))
	require.NoError(t, store.DeleteConnection(t.Context(), "ops-mail", 1))
	_, err := store.Connection(t.Context(), "ops-mail")
	requireKind(t, engine.KindNotFound, err)
	require.NoError(t, store.PutConnection(t.Context(), fullConnection(), 0))
	got, err := store.Connection(t.Context(), "ops-mail")
	require.NoError(t, err)
	require.Nil(t, got.LastUsed, "a new connection was never used")
	require.Empty(t, got.LastError)
}

func connectionAnnounced(t *testing.T, store ConfigStore) {
	t.Helper()
	next := watch(t, store)
	want := engine.ConfigChange{Kind: "connection", Name: "ops-mail"}
	require.NoError(t, store.PutConnection(t.Context(), fullConnection(), 0))
	require.Equal(t, want, next())
	require.NoError(t, store.NoteUse(t.Context(), "ops-mail", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), ""))
	require.NoError(t, store.PutSettings(t.Context(), &engine.Settings{}))
	require.Equal(t, engine.ConfigChange{Kind: "settings"}, next())
	require.NoError(t, store.DeleteConnection(t.Context(), "ops-mail", 1))
	require.Equal(t, want, next())
}
