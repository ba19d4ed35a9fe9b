package storagetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func ruleDiscard(t *testing.T, store ConfigStore) {
	t.Helper()
	r := fullRule()
	publish(t, store, r, 0)
	requireKind(t, engine.KindNotFound, store.SaveDraft(t.Context(), "notify", nil, 1))
	require.NoError(t, store.SaveDraft(t.Context(), "notify", &engine.Draft{Rule: *r}, 1))
	requireKind(t, engine.KindConflict, store.SaveDraft(t.Context(), "notify", nil, 1))
	require.NoError(t, store.SaveDraft(t.Context(), "notify", nil, 2))
	_, err := store.Draft(t.Context(), "notify")
	requireKind(t, engine.KindNotFound, err)
	got, err := store.Rule(t.Context(), "notify")
	require.NoError(t, err)
	require.Equal(t, int64(3), got.Revision)

	require.NoError(t, store.SaveDraft(t.Context(), "fresh", &engine.Draft{Rule: engine.Rule{Name: "Fresh"}}, 0))
	require.NoError(t, store.SaveDraft(t.Context(), "fresh", nil, 1))
	_, err = store.Rule(t.Context(), "fresh")
	requireKind(t, engine.KindNotFound, err)
}

func ruleDeleted(t *testing.T, store ConfigStore) {
	t.Helper()
	r := fullRule()
	publish(t, store, r, 0)
	requireKind(t, engine.KindConflict, store.DeleteRule(t.Context(), "notify", 2))
	require.NoError(t, store.DeleteRule(t.Context(), "notify", 1))
	_, err := store.Rule(t.Context(), "notify")
	requireKind(t, engine.KindNotFound, err)
	versions, err := store.Versions(t.Context(), "notify")
	require.NoError(t, err)
	require.Len(t, versions, 1)
	old, err := store.Version(t.Context(), "notify", 1)
	require.NoError(t, err)
	require.Equal(t, "Notify", old.Name)

	again := fullRule()
	again.Name = "Another rule"
	publish(t, store, again, 0)
	require.Equal(t, 2, again.Version, "runs of the old rule name version 1")
	require.Equal(t, int64(1), again.Revision)
}

func ruleOneWinner(t *testing.T, store ConfigStore) {
	t.Helper()
	requireOneWinner(t, 8, func(int) error { return store.Publish(t.Context(), fullRule(), "ann", 0, false) })
	requireOneWinner(t, 8, func(i int) error {
		if i%2 == 0 {
			return store.SaveDraft(t.Context(), "notify", &engine.Draft{Rule: *fullRule()}, 1)
		}
		r := fullRule()
		r.Name = "Changed"
		return store.Publish(t.Context(), r, "ann", 1, false)
	})
	got, err := store.Rule(t.Context(), "notify")
	require.NoError(t, err)
	require.Equal(t, int64(2), got.Revision)
}

func ruleList(t *testing.T, store ConfigStore) {
	t.Helper()
	b, a := fullRule(), fullRule()
	b.ID, a.ID = "b", "a"
	publish(t, store, b, 0)
	require.NoError(t, store.SaveDraft(t.Context(), "a", &engine.Draft{Rule: *a}, 0))
	list, err := store.Rules(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, "a", list[0].ID)
	require.Zero(t, list[0].Version)
	require.Equal(t, b, list[1])
}

func ruleAnnounced(t *testing.T, store ConfigStore) {
	t.Helper()
	next := watch(t, store)
	want := engine.ConfigChange{Kind: "rule", Name: "notify"}
	r := fullRule()
	publish(t, store, r, 0)
	require.Equal(t, want, next())
	require.NoError(t, store.SaveDraft(t.Context(), "notify", &engine.Draft{Rule: *r}, 1))
	require.Equal(t, want, next())
	require.NoError(t, store.DeleteRule(t.Context(), "notify", 2))
	require.Equal(t, want, next())
}
