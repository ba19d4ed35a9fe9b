package storagetest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// BackupStore is a store that can be copied while it serves.
type BackupStore interface {
	ConfigStore
	engine.Housekeeper
}

// Backup exercises [engine.Housekeeper]'s backup. open returns a new, empty store;
// restore opens the copy at a path that Backup wrote, with the key of the store
// that open returned last.
func Backup(t *testing.T, open func(t *testing.T) BackupStore, restore func(t *testing.T, path string) ConfigStore) {
	t.Helper()
	store := open(t)
	in, rule, c := fullInbox(), fullRule(), fullConnection()
	require.NoError(t, store.PutInbox(t.Context(), in, 0))
	require.NoError(t, store.Publish(t.Context(), rule, "ann", 0, false))
	require.NoError(t, store.PutConnection(t.Context(), c, 0))
	require.NoError(t, store.PutUser(t.Context(), user(1, "a@example.com", engine.RoleAdmin)))

	path := filepath.Join(t.TempDir(), "copy")
	require.NoError(t, store.Backup(t.Context(), path))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "only its owner reads it")
	requireKind(t, engine.KindConflict, store.Backup(t.Context(), path))
	require.NoError(t, store.DeleteInbox(t.Context(), in.Name, 1), "the original goes on")

	restored := restore(t, path)
	gotInbox, err := restored.Inbox(t.Context(), in.Name)
	require.NoError(t, err)
	require.Equal(t, in, gotInbox)
	gotRule, err := restored.Rule(t.Context(), rule.ID)
	require.NoError(t, err)
	require.Equal(t, rule, gotRule)
	gotConnection, err := restored.Connection(t.Context(), c.Name)
	require.NoError(t, err)
	require.Equal(t, c, gotConnection)
	users, err := restored.Users(t.Context())
	require.NoError(t, err)
	require.Len(t, users, 1)
}
