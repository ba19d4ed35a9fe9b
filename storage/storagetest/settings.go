package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func settingsTests() []subtest {
	return []subtest{
		{"begins with the defaults", settingsDefaults},
		{"keeps every field", settingsKeepEveryField},
		{"lets one of many savers win", settingsOneWinner},
		{"keeps shared values", settingsVars},
		{"keeps lists", settingsTables},
	}
}

func settingsDefaults(t *testing.T, store ConfigStore) {
	t.Helper()
	got, err := store.Settings(t.Context())
	require.NoError(t, err)
	const day = 24 * time.Hour
	require.Equal(t, &engine.Settings{
		Keep:   engine.Retention{Age: engine.Duration(30 * day), Matched: engine.Duration(90 * day)},
		Alerts: engine.Alerts{Window: engine.Duration(10 * time.Minute), Cap: 10},
	}, got)
	got.Name, got.Keep.Age = "Acme", engine.Duration(day)
	require.NoError(t, store.PutSettings(t.Context(), got))
	got.Alerts.Cap = 0
	require.NoError(t, store.PutSettings(t.Context(), got))
	again, err := store.Settings(t.Context())
	require.NoError(t, err)
	require.Equal(t, engine.Duration(day), again.Keep.Age)
	require.Equal(t, engine.Duration(90*day), again.Keep.Matched)
	require.Equal(t, 10, again.Alerts.Cap, "zero means the default")
}

func settingsKeepEveryField(t *testing.T, store ConfigStore) {
	t.Helper()
	s := &engine.Settings{
		Name: "Acme", PublicURL: "https://hooks.example.com", Timezone: "Europe/Berlin", Money: engine.MoneyPoint, AllowPrivate: []string{"10.0.0.0/8", "nas"},
		Keep: engine.Retention{Age: engine.Duration(time.Hour), Matched: engine.Duration(2 * time.Hour), Count: 7, Bytes: 1 << 20},
		Alerts: engine.Alerts{
			On: []string{"run.failed"}, Via: "ops-mail", To: "ops@example.com", Fallback: "ops-slack", FallbackTo: "#ops",
			Window: engine.Duration(time.Minute), Cap: 3,
		},
	}
	require.NoError(t, store.PutSettings(t.Context(), s))
	require.Equal(t, int64(1), s.Version)
	got, err := store.Settings(t.Context())
	require.NoError(t, err)
	require.Equal(t, s, got)
}

func settingsOneWinner(t *testing.T, store ConfigStore) {
	t.Helper()
	requireOneWinner(t, 8, func(int) error { return store.PutSettings(t.Context(), &engine.Settings{Name: "a"}) })
	requireOneWinner(t, 8, func(int) error { return store.PutSettings(t.Context(), &engine.Settings{Name: "b", Version: 1}) })
	requireOneWinner(t, 8, func(int) error { return store.PutVars(t.Context(), map[string]any{"a": "b"}, 0) })
	requireKind(t, engine.KindConflict, store.PutVars(t.Context(), nil, 5))
}

func settingsVars(t *testing.T, store ConfigStore) {
	t.Helper()
	vars, version, err := store.Vars(t.Context())
	require.NoError(t, err)
	require.Empty(t, vars)
	require.Zero(t, version)
	want := map[string]any{"team": "core", "limit": int64(9007199254740993), "ratio": 0.25, "on": true, "list": []any{"a", int64(1)}, "deep": map[string]any{"x": nil}}
	require.NoError(t, store.PutVars(t.Context(), want, 0))
	vars, version, err = store.Vars(t.Context())
	require.NoError(t, err)
	require.Equal(t, want, vars)
	require.Equal(t, int64(1), version)
	require.NoError(t, store.PutVars(t.Context(), nil, 1))
	vars, version, err = store.Vars(t.Context())
	require.NoError(t, err)
	require.Empty(t, vars)
	require.Equal(t, int64(2), version)
}

func settingsTables(t *testing.T, store ConfigStore) {
	t.Helper()
	next := watch(t, store)
	tables, err := store.Tables(t.Context())
	require.NoError(t, err)
	require.Empty(t, tables)
	people := map[string]any{"ann": "U1", "bob": map[string]any{"slack": "U2", "age": int64(4)}}
	require.NoError(t, store.PutTable(t.Context(), "people", people))
	require.Equal(t, engine.ConfigChange{Kind: "vars", Name: "people"}, next())
	require.NoError(t, store.PutTable(t.Context(), "empty", map[string]any{}))
	tables, err = store.Tables(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]map[string]any{"people": people, "empty": {}}, tables)
	require.NoError(t, store.PutTable(t.Context(), "people", nil))
	require.NoError(t, store.PutTable(t.Context(), "people", nil), "deleting what is gone is no error")
	tables, err = store.Tables(t.Context())
	require.NoError(t, err)
	require.Len(t, tables, 1)
	requireKind(t, engine.KindInvalid, store.PutTable(t.Context(), "", people))
}
