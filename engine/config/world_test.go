package config_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"patchbay/actions/builtin"
	"patchbay/actions/outbound"
	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/engine/rules"
	"patchbay/storage"
)

// world is an empty instance: a real database and the built-in actions.
type world struct {
	db      *storage.DB
	checker *config.Checker
	applier *config.Applier
	lookup  config.Lookup
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	db, err := storage.Open(tb.Context(), storage.Config{
		Dir: tb.TempDir(), Key: storage.NewKey(), Now: time.Now, Log: slog.New(slog.DiscardHandler),
		NewID: func() engine.ID { return engine.ID(uuid.Must(uuid.NewV7())) },
	})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	client, err := outbound.New(outbound.Options{Now: time.Now})
	require.NoError(tb, err)
	actions, err := builtin.New(builtin.Options{Client: client})
	require.NoError(tb, err)
	w := &world{db: db}
	w.checker = config.NewChecker(config.CheckerDeps{
		Inboxes: db, Connections: db, Actions: actions, Rules: rules.New(rules.Options{Actions: actions}), MaxBody: 16 << 20,
	})
	w.applier = config.NewApplier(config.ApplierDeps{Inboxes: db, Rules: db, Connections: db, Settings: db, Checker: w.checker})
	w.lookup = lookup()
	w.lookup.Secrets = func(typ string) ([]string, bool) {
		for _, t := range actions.ConnectionTypes() {
			if t.Type == typ {
				return t.Secrets, true
			}
		}
		return nil, false
	}
	return w
}

func (w *world) parse(t *testing.T, yaml string) *config.Source {
	t.Helper()
	src, err := config.Parse("f.yaml", []byte(yaml), w.lookup)
	require.NoError(t, err, "%s", yaml)
	return src
}

func (w *world) apply(t *testing.T, yaml string, opt engine.ApplyOptions) []engine.ApplyChange {
	t.Helper()
	if opt.Source == "" {
		opt.Source = "f.yaml"
	}
	opt.By = "test"
	src := w.parse(t, yaml)
	changes, err := w.applier.Apply(t.Context(), src.Document, opt)
	require.NoError(t, src.Locate(err))
	return changes
}

// changed returns "action kind name" of everything that differs.
func changed(changes []engine.ApplyChange) []string {
	var out []string
	for _, c := range changes {
		if c.Action != "unchanged" {
			out = append(out, c.Action+" "+c.Kind+" "+c.Name)
		}
	}
	return out
}
