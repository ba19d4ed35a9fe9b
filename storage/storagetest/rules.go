package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func ruleTests() []subtest {
	return []subtest{
		{"keeps every field", ruleKeepsEveryField},
		{"is not there before it is made", ruleMissing},
		{"counts versions and keeps all of them", ruleVersions},
		{"makes no version of switching or taking over", ruleSwitch},
		{"is its draft until it is published", ruleDraftFirst},
		{"keeps or drops the draft when published", ruleKeepDraft},
		{"knows what a draft is based on", ruleDraftBase},
		{"forgets a discarded draft", ruleDiscard},
		{"keeps versions after it is deleted", ruleDeleted},
		{"lets one of many savers win", ruleOneWinner},
		{"lists by id", ruleList},
		{"announces every change", ruleAnnounced},
	}
}

func fullRule() *engine.Rule {
	return &engine.Rule{
		ID: "notify", Name: "Notify", Inbox: "shop", Inboxes: []string{"other"}, Enabled: new(true), When: `payload.n > 1`,
		Overlap:     &engine.Overlap{Mode: engine.OverlapQueue, Key: "payload.id", Max: 5, WhenFull: "dropOldest"},
		ExpireAfter: engine.Duration(time.Hour), Note: "Asked for by support", Owner: "ops@example.com", Tags: []string{"a", "b"},
		Steps: []engine.Step{
			{
				Key: "post", Action: "http", Name: "Post it", Enabled: new(false), Connection: "api", If: "true", ForEach: "payload.items",
				With:    map[string]any{"url": "https://example.com", "json": map[string]any{"n": int64(9007199254740993), "f": 0.5, "list": []any{int64(1), "x", nil, false}}},
				Timeout: engine.Duration(30 * time.Second), Retry: &engine.Retry{Attempts: 3, Over: engine.Duration(time.Hour)}, OnError: "continue", OnUnknown: "stop",
			},
			{Key: "note", Action: "note", With: map[string]any{"text": "{{ payload.title }} <b>"}},
		},
		Managed: "rules.yaml",
	}
}

func publish(t *testing.T, store ConfigStore, r *engine.Rule, ifRevision int64) {
	t.Helper()
	require.NoError(t, store.Publish(t.Context(), r, "ann", ifRevision, false))
}

func ruleKeepsEveryField(t *testing.T, store ConfigStore) {
	t.Helper()
	r := fullRule()
	publish(t, store, r, 0)
	require.Equal(t, 1, r.Version)
	require.Equal(t, int64(1), r.Revision)
	require.False(t, r.CreatedAt.IsZero())
	got, err := store.Rule(t.Context(), "notify")
	require.NoError(t, err)
	require.Equal(t, r, got)
}

func ruleMissing(t *testing.T, store ConfigStore) {
	t.Helper()
	_, err := store.Rule(t.Context(), "notify")
	requireKind(t, engine.KindNotFound, err)
	_, err = store.Draft(t.Context(), "notify")
	requireKind(t, engine.KindNotFound, err)
	_, err = store.Version(t.Context(), "notify", 1)
	requireKind(t, engine.KindNotFound, err)
	versions, err := store.Versions(t.Context(), "notify")
	require.NoError(t, err)
	require.Empty(t, versions)
	requireKind(t, engine.KindNotFound, store.DeleteRule(t.Context(), "notify", 1))
	requireKind(t, engine.KindNotFound, store.Publish(t.Context(), fullRule(), "ann", 4, false))
	requireKind(t, engine.KindNotFound, store.SaveDraft(t.Context(), "notify", &engine.Draft{Rule: *fullRule()}, 4))
	requireKind(t, engine.KindNotFound, store.SaveDraft(t.Context(), "notify", nil, 4))
}

func ruleVersions(t *testing.T, store ConfigStore) {
	t.Helper()
	r := fullRule()
	publish(t, store, r, 0)
	requireKind(t, engine.KindConflict, store.Publish(t.Context(), fullRule(), "ann", 0, false))
	r.When = "payload.n > 2"
	publish(t, store, r, 1)
	require.Equal(t, 2, r.Version)
	require.Equal(t, int64(2), r.Revision)
	stale := fullRule()
	requireKind(t, engine.KindConflict, store.Publish(t.Context(), stale, "bob", 1, false))
	require.Zero(t, stale.Version, "a lost race changes nothing")

	versions, err := store.Versions(t.Context(), "notify")
	require.NoError(t, err)
	require.Len(t, versions, 2)
	require.Equal(t, 2, versions[0].Version)
	require.Equal(t, "payload.n > 2", versions[0].Rule.When)
	require.Equal(t, "ann", versions[1].PublishedBy)
	require.False(t, versions[1].PublishedAt.IsZero())
	first, err := store.Version(t.Context(), "notify", 1)
	require.NoError(t, err)
	require.Equal(t, "payload.n > 1", first.When)
	require.Equal(t, 1, first.Version)
	require.Equal(t, fullRule().Steps, first.Steps)
	_, err = store.Version(t.Context(), "notify", 3)
	requireKind(t, engine.KindNotFound, err)
}

func ruleSwitch(t *testing.T, store ConfigStore) {
	t.Helper()
	r := fullRule()
	publish(t, store, r, 0)
	r.Enabled = new(false)
	publish(t, store, r, 1)
	require.Equal(t, 1, r.Version)
	require.Equal(t, int64(2), r.Revision)
	r.Managed = ""
	publish(t, store, r, 2)
	require.Equal(t, 1, r.Version)
	got, err := store.Rule(t.Context(), "notify")
	require.NoError(t, err)
	require.False(t, got.On())
	require.Empty(t, got.Managed)
	require.Equal(t, int64(3), got.Revision)
	versions, err := store.Versions(t.Context(), "notify")
	require.NoError(t, err)
	require.Len(t, versions, 1)
	got.Enabled, got.Name = new(true), "Notify all"
	publish(t, store, got, 3)
	require.Equal(t, 2, got.Version, "switching along with another change is a version")
}

func ruleDraftFirst(t *testing.T, store ConfigStore) {
	t.Helper()
	d := &engine.Draft{Rule: *fullRule(), UpdatedBy: "ann"}
	require.NoError(t, store.SaveDraft(t.Context(), "notify", d, 0))
	require.Equal(t, int64(1), d.Rule.Revision)
	requireKind(t, engine.KindConflict, store.SaveDraft(t.Context(), "notify", &engine.Draft{Rule: *fullRule()}, 0))
	got, err := store.Rule(t.Context(), "notify")
	require.NoError(t, err)
	require.Zero(t, got.Version)
	require.Equal(t, d.Rule, *got)
	draft, err := store.Draft(t.Context(), "notify")
	require.NoError(t, err)
	require.Equal(t, d, draft)
	require.False(t, draft.UpdatedAt.IsZero())
	publish(t, store, got, 1)
	require.Equal(t, 1, got.Version)
	_, err = store.Draft(t.Context(), "notify")
	requireKind(t, engine.KindNotFound, err)
}

func ruleKeepDraft(t *testing.T, store ConfigStore) {
	t.Helper()
	r := fullRule()
	publish(t, store, r, 0)
	draft := &engine.Draft{Rule: *fullRule(), BasedOn: 1}
	draft.Rule.When = "draft"
	require.NoError(t, store.SaveDraft(t.Context(), "notify", draft, 1))
	published, err := store.Rule(t.Context(), "notify")
	require.NoError(t, err)
	require.Equal(t, "payload.n > 1", published.When, "a draft does not act")
	require.Equal(t, int64(2), published.Revision)

	r.When = "from file"
	require.NoError(t, store.Publish(t.Context(), r, "apply", 2, true))
	got, err := store.Draft(t.Context(), "notify")
	require.NoError(t, err)
	require.Equal(t, "draft", got.Rule.When)
	require.Equal(t, 1, got.BasedOn, "the draft is known to be outdated")
	require.Equal(t, 2, got.Rule.Version)
	require.Equal(t, int64(3), got.Rule.Revision)
	publish(t, store, &got.Rule, 3)
	_, err = store.Draft(t.Context(), "notify")
	requireKind(t, engine.KindNotFound, err)
}

func ruleDraftBase(t *testing.T, store ConfigStore) {
	t.Helper()
	r := fullRule()
	publish(t, store, r, 0)
	d := &engine.Draft{Rule: *r}
	require.NoError(t, store.SaveDraft(t.Context(), "notify", d, 1))
	require.Equal(t, 1, d.BasedOn)
	r.When = "other"
	require.NoError(t, store.Publish(t.Context(), r, "apply", 2, true))
	d.BasedOn = 0
	require.NoError(t, store.SaveDraft(t.Context(), "notify", d, 3))
	require.Equal(t, 1, d.BasedOn, "going on with a draft does not bring it up to date")
	d.BasedOn = 2
	require.NoError(t, store.SaveDraft(t.Context(), "notify", d, 4))
	got, err := store.Draft(t.Context(), "notify")
	require.NoError(t, err)
	require.Equal(t, 2, got.BasedOn)
}
