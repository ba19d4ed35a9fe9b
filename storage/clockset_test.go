package storage_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
	"patchbay/storage"
)

// waitUntil makes a started run wait.
func waitUntil(t *testing.T, db *storage.DB, epoch int64, run *engine.Run, due time.Time) {
	t.Helper()
	run.State, run.DueAt = engine.RunWaiting, due
	_, err := db.Settle(t.Context(), engine.Settlement{Run: run, Epoch: epoch})
	require.NoError(t, err)
}

func untouched(*engine.Event, *engine.Run) {}

// When the clock was set back a day, what waits for an hour waits for an hour, also
// when the database takes nothing for a while just then.
func TestDue_FollowsAClockThatWasSetBackOnce(t *testing.T) {
	t.Parallel()
	const waiting, day = 1200, 24 * time.Hour
	in := newInstance(t)
	db := in.open(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	e := plainEvent(1)
	require.NoError(t, acceptPlain(t.Context(), db, 1))
	routing := engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: epoch}
	for n := range waiting {
		routing.Runs = append(routing.Runs, engine.NewRun{Run: &engine.Run{
			ID: in.config().NewID(), RuleID: "r", State: engine.RunWaiting, Overlap: engine.OverlapParallel,
			DueAt: in.now.Add(10*day + time.Duration(n)*time.Second),
		}})
	}
	_, err = db.Route(t.Context(), routing)
	require.NoError(t, err)
	work, err := db.Due(t.Context(), epoch, in.now, 10)
	require.NoError(t, err)
	require.Empty(t, work)

	db.SetClockBack(in.now, day)
	in.now = in.now.Add(-day)
	require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error {
		return tx.Exec(`CREATE TRIGGER full BEFORE UPDATE ON runs WHEN old.n > (SELECT max(n) - 600 FROM runs) BEGIN SELECT raise(ABORT, 'full'); END`).Error
	}))
	_, err = db.Due(t.Context(), epoch, in.now, 10)
	require.Error(t, err)
	require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error { return tx.Exec("DROP TRIGGER full").Error }))
	for range 2 {
		work, err = db.Due(t.Context(), epoch, in.now, 10)
		require.NoError(t, err)
		require.Empty(t, work)
		next, err := db.NextDue(t.Context())
		require.NoError(t, err)
		require.Equal(t, in.now.Add(10*day), next)
	}
	last, _, err := db.Run(t.Context(), routing.Runs[waiting-1].Run.ID)
	require.NoError(t, err)
	require.Equal(t, in.now.Add(10*day+(waiting-1)*time.Second), last.DueAt)
}

// What went on while the clock was set back waits later on. A restart must not take it
// for made in the future, and the clock for set back again.
func TestBegin_FollowsAClockThatWasSetBackOnce(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	in := newInstance(t)
	in.use(t, func(db *storage.DB) {
		epoch, err := db.Begin(t.Context())
		require.NoError(t, err)
		waits := ownedRun(t, db, epoch, 1, untouched)
		failed, goesOn := ownedRun(t, db, epoch, 2, untouched), ownedRun(t, db, epoch, 3, untouched)
		waitUntil(t, db, epoch, waits, in.now.Add(2*time.Hour))
		failed.State = engine.RunFailed
		_, err = db.Settle(t.Context(), engine.Settlement{Run: failed, Epoch: epoch})
		require.NoError(t, err)
		_, err = db.Due(t.Context(), epoch, in.now, 10)
		require.NoError(t, err)

		db.SetClockBack(in.now, day)
		in.now = in.now.Add(-day)
		work, err := db.Due(t.Context(), epoch, in.now, 10)
		require.NoError(t, err)
		require.Empty(t, work)
		waitUntil(t, db, epoch, goesOn, in.now.Add(time.Hour))
	})
	requireDueInAnHour := func(db *storage.DB) (epoch int64) {
		epoch, err := db.Begin(t.Context())
		require.NoError(t, err)
		work, err := db.Due(t.Context(), epoch, in.now.Add(time.Hour-1), 10)
		require.NoError(t, err)
		require.Empty(t, work)
		next, err := db.NextDue(t.Context())
		require.NoError(t, err)
		require.Equal(t, in.now.Add(time.Hour), next)
		return epoch
	}
	in.use(t, func(db *storage.DB) {
		epoch := requireDueInAnHour(db)
		// The newest waiting run is one that failed before, by the clock as it was.
		last := engine.ID{0: 3, 15: 3}
		_, err := db.Cancel(t.Context(), []engine.ID{last}, "")
		require.NoError(t, err)
		again := engine.ID{0: 3, 15: 2}
		require.NoError(t, db.Reopen(t.Context(), again, -1, 0))
		work, err := db.Due(t.Context(), epoch, in.now, 10)
		require.NoError(t, err)
		require.Len(t, work, 1)
		waitUntil(t, db, epoch, work[0].Run, in.now.Add(time.Hour))
	})
	in.use(t, func(db *storage.DB) { requireDueInAnHour(db) })
}
