package storage_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

func accepted(in *instance, inbox string) *engine.Event {
	return &engine.Event{
		ID: in.config().NewID(), Inbox: inbox, ReceivedAt: in.now, Origin: engine.OriginSender, Verdict: engine.Accepted,
		Method: "POST", Path: "/in/" + inbox, Headers: []engine.Header{{Name: "X-A", Value: "b"}}, Body: []byte(`{"n":1}`),
	}
}

func accept(t *testing.T, db *storage.DB, e *engine.Event, key string) engine.Receipt {
	t.Helper()
	receipt, err := db.Accept(t.Context(), e, engine.Claim{Key: key})
	require.NoError(t, err)
	return receipt
}

func putInbox(t *testing.T, db *storage.DB, name string) {
	t.Helper()
	require.NoError(t, db.PutInbox(t.Context(), &engine.Inbox{Name: name, Verify: engine.Verify{Scheme: "key", Key: "key of the address"}}, 0))
}

func TestBackup_IsOneConsistentStateWhileServing(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	putInbox(t, db, "shop")
	ctx, stop := context.WithCancel(t.Context())
	var stored atomic.Int64
	started := make(chan struct{})
	var once sync.Once
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for ctx.Err() == nil {
				e := accepted(in, "shop")
				if _, err := db.Accept(context.WithoutCancel(ctx), e, engine.Claim{Key: e.ID.String()}); err != nil {
					return
				}
				if stored.Add(1) == 200 {
					once.Do(func() { close(started) })
				}
			}
		})
	}
	<-started
	dir := t.TempDir()
	path := filepath.Join(dir, "copy.db")
	require.NoError(t, db.Backup(t.Context(), path))
	stop()
	writers.Wait()

	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	names, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, names, 1, "no partial file stays")

	copied := &instance{dir: t.TempDir(), key: in.key, now: in.now}
	held, err := storage.RestoreFile(t.Context(), path, copied.dir)
	require.NoError(t, err)
	copied.use(t, func(restored *storage.DB) {
		ledger, err := restored.Ledger(t.Context(), "shop")
		require.NoError(t, err)
		require.GreaterOrEqual(t, ledger.Received, int64(200))
		require.Equal(t, ledger.Received, ledger.Held, "none was judged")
		require.Equal(t, ledger.Held, held.Events)
		require.Equal(t, ledger.Received, countEvents(t, restored, engine.EventFilter{Inbox: "shop"}))
		requireWhole(t, restored)
		in, err := restored.Inbox(t.Context(), "shop")
		require.NoError(t, err)
		require.Equal(t, "key of the address", in.Verify.Key.Reveal())
	})
}

func countEvents(t *testing.T, db *storage.DB, f engine.EventFilter) int64 {
	t.Helper()
	f.Limit = 200
	var n int64
	for {
		page, err := db.Events(t.Context(), f)
		require.NoError(t, err)
		n += int64(len(page.Items))
		if page.NextCursor == "" {
			return n
		}
		f.Cursor = page.NextCursor
	}
}

func TestBackup_RefusesAFileThatExists(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	path := filepath.Join(t.TempDir(), "copy.db")
	require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
	require.Equal(t, engine.KindConflict, engine.KindOf(db.Backup(t.Context(), path)))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "precious", string(content))
	err = db.Backup(t.Context(), filepath.Join(t.TempDir(), "nowhere", "copy.db"))
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	require.ErrorContains(t, err, "nowhere")
}

func TestBackup_LeavesNothingWhenItIsCanceled(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	require.Error(t, db.Backup(ctx, filepath.Join(dir, "copy.db")))
	names, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, names)
}

func TestRestoreFile_RefusesWhatIsNoBackup(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	good := filepath.Join(t.TempDir(), "good.db")
	in.use(t, func(db *storage.DB) {
		putInbox(t, db, "shop")
		for range 50 {
			accept(t, db, accepted(in, "shop"), "")
		}
		require.NoError(t, db.Backup(t.Context(), good))
	})
	content, err := os.ReadFile(good)
	require.NoError(t, err)
	damaged := append([]byte{}, content...)
	for i := 8192; i < len(damaged); i += 512 {
		damaged[i] ^= 0xff
	}
	newer := append([]byte{}, content...)
	for name, c := range map[string]struct {
		content []byte
		change  string
		kind    engine.Kind
	}{
		"missing":           {nil, "", engine.KindNotFound},
		"text":              {[]byte("not a database at all, but long enough"), "", engine.KindInvalid},
		"empty":             {[]byte{}, "", engine.KindInvalid},
		"cut":               {content[:len(content)/2], "", engine.KindInvalid},
		"damaged":           {damaged, "", engine.KindInvalid},
		"other application": {content, "DROP TABLE held_runs", engine.KindInvalid},
		"newer":             {newer, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)", engine.KindUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := filepath.Join(t.TempDir(), storage.FileName)
			if c.content != nil {
				require.NoError(t, os.WriteFile(src, c.content, 0o600))
			}
			if c.change != "" {
				execFile(t, src, c.change)
			}
			dir := t.TempDir()
			_, err := storage.RestoreFile(t.Context(), src, dir)
			require.Equal(t, c.kind, engine.KindOf(err), err)
			require.NoFileExists(t, filepath.Join(dir, storage.FileName))
			partial, err := filepath.Glob(filepath.Join(dir, ".*"))
			require.NoError(t, err)
			require.Empty(t, partial)
		})
	}
}

func TestRestoreFile_NeverWritesOverADatabase(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	backup := filepath.Join(t.TempDir(), "copy.db")
	in.use(t, func(db *storage.DB) {
		require.NoError(t, db.Backup(t.Context(), backup))
		_, err := storage.RestoreFile(t.Context(), backup, in.dir)
		require.Equal(t, engine.KindConflict, engine.KindOf(err), "the directory is in use")
	})
	_, err := storage.RestoreFile(t.Context(), backup, in.dir)
	require.Equal(t, engine.KindConflict, engine.KindOf(err))
}

func TestRestoreFile_NeedsTheKeyOfTheOriginal(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	backup := filepath.Join(t.TempDir(), "copy.db")
	in.use(t, func(db *storage.DB) { require.NoError(t, db.Backup(t.Context(), backup)) })
	copied := newInstance(t)
	_, err := storage.RestoreFile(t.Context(), backup, copied.dir)
	require.NoError(t, err)
	_, err = storage.LoadKey(copied.dir, "")
	require.Equal(t, engine.KindInvalid, engine.KindOf(err), "a new key would lose the secrets")
	_, err = storage.Open(t.Context(), copied.config())
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	require.NoError(t, storage.WriteKey(copied.dir, in.key))
	copied.key, err = storage.LoadKey(copied.dir, "")
	require.NoError(t, err)
	copied.use(t, func(*storage.DB) {})
}

func TestDeleteInbox_TakesItsHistoryAndNoOther(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	putInbox(t, db, "shop")
	putInbox(t, db, "other")
	var kept engine.ID
	for i := range 450 {
		accept(t, db, accepted(in, "shop"), "key "+strconv.Itoa(i))
		kept = accept(t, db, accepted(in, "other"), "key "+strconv.Itoa(i)).ID
	}
	require.NoError(t, db.DeleteInbox(t.Context(), "shop", 1))
	require.Zero(t, countEvents(t, db, engine.EventFilter{Inbox: "shop"}))
	require.Equal(t, int64(450), countEvents(t, db, engine.EventFilter{Inbox: "other"}))
	_, err := db.Event(t.Context(), kept)
	require.NoError(t, err)
	depth, err := db.Depth(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(450), depth.Pending)

	// A request that was under way while the inbox was deleted.
	accept(t, db, accepted(in, "shop"), "late")
	putInbox(t, db, "shop")
	ledger, err := db.Ledger(t.Context(), "shop")
	require.NoError(t, err)
	require.Equal(t, engine.Ledger{}, ledger)
	require.False(t, accept(t, db, accepted(in, "shop"), "key 1").Duplicate, "claims of the old inbox are gone")
	requireWhole(t, db)
}

func TestDeleteInbox_GoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.use(t, func(db *storage.DB) {
		putInbox(t, db, "shop")
		for range 10 {
			accept(t, db, accepted(in, "shop"), "")
		}
	})
	// As after a crash between the first commit of a removal and the second.
	in.raw(t, "INSERT INTO inbox_removals (name, started_at) SELECT name, 1 FROM inboxes")
	in.raw(t, "DELETE FROM inboxes")
	in.use(t, func(db *storage.DB) {
		require.Equal(t, int64(10), countEvents(t, db, engine.EventFilter{}))
		_, err := db.Prune(t.Context(), in.now)
		require.NoError(t, err)
		require.Zero(t, countEvents(t, db, engine.EventFilter{}))
		requireWhole(t, db)
	})
}

func TestNoteUse_IsWrittenRarelyAndAtClose(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	start := in.now
	in.use(t, func(db *storage.DB) {
		require.NoError(t, db.PutConnection(t.Context(), &engine.Connection{Name: "api", Type: "http"}, 0))
		for i := range 100 {
			require.NoError(t, db.NoteUse(t.Context(), "api", start.Add(time.Duration(i)*100*time.Millisecond), ""))
		}
		require.NoError(t, db.NoteUse(t.Context(), "api", start.Add(11*time.Second), "It is down."))
	})
	in.use(t, func(db *storage.DB) {
		c, err := db.Connection(t.Context(), "api")
		require.NoError(t, err)
		require.Equal(t, start.Add(11*time.Second), *c.LastUsed)
		require.Equal(t, "It is down.", c.LastError)
		require.Equal(t, int64(1), c.Version)
	})
}

func TestAudit_CannotBeChangedInTheDatabase(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.use(t, func(db *storage.DB) {
		require.NoError(t, db.Audit(t.Context(), engine.AuditEntry{Who: "ann", Action: "rule.delete", Object: "notify"}))
	})
	path := filepath.Join(in.dir, storage.FileName)
	require.Error(t, tryFile(t, path, "UPDATE audit_entries SET who = 'bob'"))
	require.Error(t, tryFile(t, path, "DELETE FROM audit_entries"))
}
