package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func inboxTests() []subtest {
	return []subtest{
		{"keeps every field", inboxKeepsEveryField},
		{"is not there before it is made", inboxMissing},
		{"counts versions and refuses stale ones", inboxVersions},
		{"lets one of many savers win", inboxOneWinner},
		{"lists by name", inboxList},
		{"goes with its version only", inboxDelete},
		{"announces every change", inboxAnnounced},
	}
}

func fullInbox() *engine.Inbox {
	tolerance, rate, rerun := engine.Duration(0), engine.Rate(0), true
	return &engine.Inbox{
		Name: "shop", Title: "The shop",
		Verify: engine.Verify{
			Scheme: "hmac", Secret: "first-secret-value", Secrets: []engine.Secret{"second", "third"}, Key: "address-key",
			Username: "u", Header: "X-Sig", Tolerance: &tolerance, URL: "https://example.com/in/shop",
			HMAC: &engine.HMACShape{
				Header: "X-Sig", Algorithm: "sha256", Encoding: "hex", Prefix: "sha256=", Format: "kv", Separator: ",",
				SigKeys: []string{"v1", "v0"}, ItemPrefix: "p", Key: "base64:whsec_", Message: "{ts}.{body}", Timestamp: "kv:t", Unit: "ms",
			},
		},
		Dedupe:  engine.Dedupe{Key: `headers["x-id"]`, Window: engine.Duration(72 * time.Hour), RerunFailed: &rerun},
		Respond: engine.Respond{Mode: "rule", Within: engine.Duration(3 * time.Second), Status: 201, Headers: map[string]string{"X-A": "b"}, JSON: map[string]any{"n": int64(9007199254740993), "ok": true, "f": 1.5}},
		Limits:  engine.Limits{Body: 2 << 20, Rate: &rate},
		Methods: []string{"GET", "POST"}, Paused: true,
		Keep:    engine.Retention{Age: engine.Duration(time.Hour), Matched: engine.Duration(2 * time.Hour), Count: 10, Bytes: 1 << 30},
		Managed: "patchbay.yaml",
	}
}

func inboxKeepsEveryField(t *testing.T, store ConfigStore) {
	t.Helper()
	in := fullInbox()
	require.NoError(t, store.PutInbox(t.Context(), in, 0))
	require.Equal(t, int64(1), in.Version)
	require.False(t, in.CreatedAt.IsZero())
	got, err := store.Inbox(t.Context(), "shop")
	require.NoError(t, err)
	require.Equal(t, in, got)
	require.NotEmpty(t, in.Verify.Secret.Reveal(), "storing leaves the caller's copy whole")

	plain := &engine.Inbox{Name: "plain", Verify: engine.Verify{Scheme: "none"}}
	require.NoError(t, store.PutInbox(t.Context(), plain, 0))
	got, err = store.Inbox(t.Context(), "plain")
	require.NoError(t, err)
	require.Equal(t, plain, got)
}

func inboxMissing(t *testing.T, store ConfigStore) {
	t.Helper()
	_, err := store.Inbox(t.Context(), "shop")
	requireKind(t, engine.KindNotFound, err)
	_, err = store.Ledger(t.Context(), "shop")
	requireKind(t, engine.KindNotFound, err)
	requireKind(t, engine.KindNotFound, store.DeleteInbox(t.Context(), "shop", 1))
	requireKind(t, engine.KindConflict, store.PutInbox(t.Context(), fullInbox(), 3))
	requireKind(t, engine.KindInvalid, store.PutInbox(t.Context(), &engine.Inbox{Name: "No Name"}, 0))
}

func inboxVersions(t *testing.T, store ConfigStore) {
	t.Helper()
	in := fullInbox()
	require.NoError(t, store.PutInbox(t.Context(), in, 0))
	requireKind(t, engine.KindConflict, store.PutInbox(t.Context(), fullInbox(), 0))
	created := in.CreatedAt
	in.Title, in.Verify.Secret = "Renamed", "rotated-secret"
	require.NoError(t, store.PutInbox(t.Context(), in, 1))
	require.Equal(t, int64(2), in.Version)
	require.Equal(t, created, in.CreatedAt)
	stale := fullInbox()
	requireKind(t, engine.KindConflict, store.PutInbox(t.Context(), stale, 1))
	require.Zero(t, stale.Version, "a lost race changes nothing")
	got, err := store.Inbox(t.Context(), "shop")
	require.NoError(t, err)
	require.Equal(t, in, got)
}

func inboxOneWinner(t *testing.T, store ConfigStore) {
	t.Helper()
	requireOneWinner(t, 8, func(int) error { return store.PutInbox(t.Context(), fullInbox(), 0) })
	requireOneWinner(t, 8, func(int) error { return store.PutInbox(t.Context(), fullInbox(), 1) })
	got, err := store.Inbox(t.Context(), "shop")
	require.NoError(t, err)
	require.Equal(t, int64(2), got.Version)
}

func inboxList(t *testing.T, store ConfigStore) {
	t.Helper()
	list, err := store.Inboxes(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)
	for _, name := range []string{"b", "a", "c"} {
		require.NoError(t, store.PutInbox(t.Context(), &engine.Inbox{Name: name, Verify: engine.Verify{Scheme: "key", Key: engine.Secret("key of " + name)}}, 0))
	}
	list, err = store.Inboxes(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 3)
	for i, name := range []string{"a", "b", "c"} {
		require.Equal(t, name, list[i].Name)
		require.Equal(t, "key of "+name, list[i].Verify.Key.Reveal())
	}
	ledgers, err := store.Ledgers(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]engine.Ledger{"a": {}, "b": {}, "c": {}}, ledgers)
}

func inboxDelete(t *testing.T, store ConfigStore) {
	t.Helper()
	in := fullInbox()
	require.NoError(t, store.PutInbox(t.Context(), in, 0))
	requireKind(t, engine.KindConflict, store.DeleteInbox(t.Context(), "shop", 2))
	require.NoError(t, store.DeleteInbox(t.Context(), "shop", 1))
	_, err := store.Inbox(t.Context(), "shop")
	requireKind(t, engine.KindNotFound, err)
	require.NoError(t, store.PutInbox(t.Context(), fullInbox(), 0), "the name is free again")
}

func inboxAnnounced(t *testing.T, store ConfigStore) {
	t.Helper()
	next := watch(t, store)
	want := engine.ConfigChange{Kind: "inbox", Name: "shop"}
	in := fullInbox()
	require.NoError(t, store.PutInbox(t.Context(), in, 0))
	require.Equal(t, want, next())
	require.NoError(t, store.PutInbox(t.Context(), in, 1))
	require.Equal(t, want, next())
	requireKind(t, engine.KindConflict, store.PutInbox(t.Context(), in, 1))
	require.NoError(t, store.DeleteInbox(t.Context(), "shop", 2))
	require.Equal(t, want, next())
	require.NoError(t, store.PutVars(t.Context(), nil, 0))
	require.Equal(t, engine.ConfigChange{Kind: "vars"}, next(), "what failed is not announced")
}
