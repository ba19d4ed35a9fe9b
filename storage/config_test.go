package storage_test

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
	"patchbay/storage/storagetest"
)

func TestDB_KeepsConfiguration(t *testing.T) {
	t.Parallel()
	storagetest.Config(t, func(t *testing.T) storagetest.ConfigStore {
		t.Helper()
		return newInstance(t).open(t)
	})
}

func TestDB_IsCopiedWhileItServes(t *testing.T) {
	t.Parallel()
	in, copied := newInstance(t), newInstance(t)
	copied.key = in.key
	storagetest.Backup(t,
		func(t *testing.T) storagetest.BackupStore {
			t.Helper()
			return in.open(t)
		},
		func(t *testing.T, path string) storagetest.ConfigStore {
			t.Helper()
			held, err := storage.RestoreFile(t.Context(), path, copied.dir)
			require.NoError(t, err)
			require.Zero(t, held)
			return copied.open(t)
		})
}

// instance is a data directory with its key, to be opened again and again.
type instance struct {
	dir string
	key []byte
	now time.Time
	ids atomic.Uint64
}

func newInstance(tb testing.TB) *instance {
	tb.Helper()
	return &instance{dir: tb.TempDir(), key: storage.NewKey(), now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
}

func (in *instance) config() storage.Config {
	return storage.Config{
		Dir: in.dir, Key: in.key, Now: func() time.Time { return in.now }, Log: slog.New(slog.DiscardHandler),
		NewID: func() engine.ID {
			n := in.ids.Add(1)
			return engine.ID{0: 1, 14: byte(n >> 8), 15: byte(n)}
		},
	}
}

// open opens the database and closes it with the test.
func (in *instance) open(tb testing.TB) *storage.DB {
	tb.Helper()
	db, err := storage.Open(tb.Context(), in.config())
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	return db
}

// use opens the database for the length of fn.
func (in *instance) use(t *testing.T, fn func(db *storage.DB)) {
	t.Helper()
	db, err := storage.Open(t.Context(), in.config())
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	fn(db)
}
