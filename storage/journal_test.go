package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
	"patchbay/storage"
)

// plainEvent is an accepted event with a number in its identity.
func plainEvent(n int) *engine.Event {
	return &engine.Event{
		ID: engine.ID{0: 2, 14: byte(n >> 8), 15: byte(n)}, Inbox: "github", Verdict: engine.Accepted, Body: []byte(`{}`),
		ReceivedAt: time.Date(2026, 5, 1, 12, 0, 0, n*1000, time.UTC),
	}
}

func acceptPlain(ctx context.Context, db *storage.DB, n int) error {
	_, err := db.Accept(ctx, plainEvent(n), engine.Claim{})
	return err
}

func TestJournal_FullDiskAcknowledgesNothingAndRecovers(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	require.NoError(t, acceptPlain(t.Context(), db, 1))
	require.NoError(t, db.LimitPages(t.Context(), 1)) // never below what there is
	n := 2
	var err error
	for ; err == nil; n++ {
		e := plainEvent(n)
		e.Body = []byte(randomText(8 << 10))
		_, err = db.Accept(t.Context(), e, engine.Claim{})
	}
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err), err)
	last := n - 1
	_, err = db.Event(t.Context(), plainEvent(last).ID)
	require.Equal(t, engine.KindNotFound, engine.KindOf(err))
	page, err := db.Events(t.Context(), engine.EventFilter{})
	require.NoError(t, err, "reading goes on")
	require.NotEmpty(t, page.Items)

	require.NoError(t, db.LimitPages(t.Context(), 0))
	require.NoError(t, acceptPlain(t.Context(), db, last))
	requireWhole(t, db)
}

// randomText cannot be compressed much.
func randomText(n int) string {
	b := make([]byte, n)
	x := uint32(n)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return string(b)
}

func TestJournal_ForeignLockIsUnavailable(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	cfg := in.config()
	cfg.BusyTimeout = 20 * time.Millisecond
	db, err := storage.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })

	other, err := sql.Open("sqlite3", filepath.Join(in.dir, storage.FileName)+"?_txlock=immediate")
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()
	tx, err := other.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	err = acceptPlain(t.Context(), db, 1)
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err), err)
	require.NoError(t, tx.Rollback())
	require.NoError(t, acceptPlain(t.Context(), db, 1))
	requireWhole(t, db)
}

func TestJournal_OneOperationDoesNotSpoilItsBatch(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	require.NoError(t, acceptPlain(t.Context(), db, 1))
	const mates = 20
	errs := make([]error, mates)
	var all sync.WaitGroup
	err := db.Together(t.Context(), mates, func() {
		for i := range mates {
			all.Go(func() {
				n := 100 + i
				if i%5 == 0 {
					n = 1 // the identity exists: SQLite refuses it in the middle of the batch
				}
				errs[i] = acceptPlain(t.Context(), db, n)
			})
		}
	})
	require.NoError(t, err)
	all.Wait()
	for i, err := range errs {
		if i%5 == 0 {
			require.Equal(t, engine.KindConflict, engine.KindOf(err), err)
			continue
		}
		require.NoError(t, err)
		_, err = db.Event(t.Context(), plainEvent(100+i).ID)
		require.NoError(t, err)
	}
	pending, err := db.Pending(t.Context(), 0, 100)
	require.NoError(t, err)
	require.Len(t, pending, 1+mates-mates/5)
	requireWhole(t, db)
}

func TestJournal_DropsWhatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	ctx, cancel := context.WithCancel(t.Context())
	var err error
	var waiting sync.WaitGroup
	require.NoError(t, db.Together(t.Context(), 1, func() {
		waiting.Go(func() { err = acceptPlain(ctx, db, 1) })
	}))
	waiting.Wait()
	require.NoError(t, err, "it was taken before the end")
	require.NoError(t, db.Change(t.Context(), func(*gorm.DB) error {
		waiting.Go(func() { err = acceptPlain(ctx, db, 2) })
		cancel()
		waiting.Wait()
		return nil
	}))
	require.ErrorIs(t, err, context.Canceled)
	_, err = db.Event(t.Context(), plainEvent(2).ID)
	require.Equal(t, engine.KindNotFound, engine.KindOf(err))
	require.ErrorIs(t, acceptPlain(ctx, db, 3), context.Canceled)
}

// A change lets others go first after another one, but not those that nobody waits for
// any more: there may be nothing that makes the writer look again.
func TestJournal_ClosesWithAllChangesMade(t *testing.T) {
	t.Parallel()
	db, err := storage.Open(t.Context(), newInstance(t).config())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	second, closed := make(chan error, 1), make(chan error, 1)
	put, end := make(chan struct{}), make(chan struct{})
	go func() {
		<-put
		second <- db.PutInbox(t.Context(), &engine.Inbox{Name: "shop"}, 0)
	}()
	go func() {
		<-end
		closed <- db.Close()
	}()
	require.NoError(t, db.Change(t.Context(), func(*gorm.DB) error {
		var dropped sync.WaitGroup
		dropped.Go(func() {
			if err := acceptPlain(ctx, db, 1); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
		for waiting := 0; waiting == 0; {
			waiting, _, _ = db.Waiting()
		}
		cancel()
		dropped.Wait()
		close(put)
		for waiting := 0; waiting == 0; {
			_, waiting, _ = db.Waiting()
		}
		close(end)
		for over := false; !over; {
			_, _, over = db.Waiting()
		}
		return nil
	}))
	for what, done := range map[string]chan error{"the inbox is stored": second, "the database is closed": closed} {
		select {
		case err := <-done:
			require.NoError(t, err, what)
		case <-time.After(20 * time.Second):
			require.Fail(t, what)
		}
	}
}

func TestJournal_ChangeThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	refused := errors.New("refused")
	for name, end := range map[string]error{"plain": refused, "for people": engine.Conflict("No.")} {
		err := db.Change(t.Context(), func(tx *gorm.DB) error {
			if err := tx.Exec("INSERT INTO problems (destination, reason, since) VALUES ('d', 'r', 1)").Error; err != nil {
				return err
			}
			return end
		})
		require.ErrorIs(t, err, end, name)
	}
	list, err := db.Problems(t.Context(), true)
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestJournal_OpensABrokenConnectionAnew(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	require.NoError(t, acceptPlain(t.Context(), db, 1))
	err := db.Change(t.Context(), func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM events").Error; err != nil {
			return err
		}
		return sqlite3.Error{Code: sqlite3.ErrIoErr}
	})
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err), err)
	require.NoError(t, acceptPlain(t.Context(), db, 2))
	pending, err := db.Pending(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, pending, 2)
	requireWhole(t, db)
}

func TestJournal_ResultsAreNotStarvedByNewEvents(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	first := plainEvent(1)
	_, err = db.Accept(t.Context(), first, engine.Claim{})
	require.NoError(t, err)
	const accepts = 900
	var all sync.WaitGroup
	require.NoError(t, db.Together(t.Context(), accepts+1, func() {
		for i := range accepts {
			all.Go(func() {
				if err := acceptPlain(t.Context(), db, 10+i); err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			_, err := db.Route(t.Context(), engine.Routing{Event: first.ID, Inbox: "github", Route: engine.RouteUnmatched, Epoch: epoch})
			if err != nil {
				t.Error(err)
			}
			pending, err := db.Depth(t.Context())
			if err != nil || pending.Pending > 2*512 {
				t.Errorf("routed after %d events: %v", pending.Pending, err)
			}
		})
	}))
	all.Wait()
}

func TestDB_ClosedRefuses(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db, err := storage.Open(t.Context(), in.config())
	require.NoError(t, err)
	require.NoError(t, db.Close())
	require.Equal(t, engine.KindUnavailable, engine.KindOf(acceptPlain(t.Context(), db, 1)))
}

func TestDB_IsOwnedByOne(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	locked, err := storage.Locked(in.dir)
	require.NoError(t, err)
	require.False(t, locked)
	in.use(t, func(*storage.DB) {
		locked, err := storage.Locked(in.dir)
		require.NoError(t, err)
		require.True(t, locked)
		_, err = storage.Open(t.Context(), in.config())
		require.Equal(t, engine.KindConflict, engine.KindOf(err), err)
	})
	locked, err = storage.Locked(in.dir)
	require.NoError(t, err)
	require.False(t, locked)
	in.use(t, func(*storage.DB) {})
}

func TestDB_RefusesANewerDatabase(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.use(t, func(db *storage.DB) {
		require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error {
			return tx.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)").Error
		}))
	})
	_, err := storage.Open(t.Context(), in.config())
	require.Equal(t, engine.KindUnsupported, engine.KindOf(err), err)
	locked, err := storage.Locked(in.dir)
	require.NoError(t, err)
	require.False(t, locked, "a refused start leaves no lock")
}

func TestDB_GoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	var last int64
	for n := range 3 {
		in.use(t, func(db *storage.DB) {
			before := last
			_, err := db.Begin(t.Context())
			require.NoError(t, err)
			for i := range 5 {
				e := plainEvent(n*10 + i)
				_, err := db.Accept(t.Context(), e, engine.Claim{Key: "k" + e.ID.String()})
				require.NoError(t, err)
				require.Greater(t, e.Seq, last)
				last = e.Seq
			}
			pending, err := db.Pending(t.Context(), 0, 100)
			require.NoError(t, err)
			require.Len(t, pending, 5*(n+1))
			if before > 0 {
				_, reset, err := db.Changes(t.Context(), before, 10)
				require.NoError(t, err)
				require.False(t, reset)
			}
			requireWhole(t, db)
		})
	}
	in.use(t, func(db *storage.DB) {
		e := plainEvent(0)
		again := plainEvent(50)
		receipt, err := db.Accept(t.Context(), again, engine.Claim{Key: "k" + e.ID.String()})
		require.NoError(t, err)
		require.True(t, receipt.Duplicate)
		require.Equal(t, e.ID, receipt.ID)
	})
}

func TestDB_FileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.open(t)
	for _, name := range []string{storage.FileName, storage.FileName + "-wal"} {
		info, err := os.Stat(filepath.Join(in.dir, name))
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, name)
	}
}

func TestDB_DriverErrorsNeverReachPeople(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	require.NoError(t, acceptPlain(t.Context(), db, 1))
	err := acceptPlain(t.Context(), db, 1)
	e, ok := errors.AsType[*engine.Error](err)
	require.True(t, ok)
	require.NotContains(t, e.Message, "constraint")
	_, ok = errors.AsType[sqlite3.Error](err)
	require.True(t, ok, "the cause is there for the log")
}
