package storage_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

// unfinished is work of every kind that a backup may catch under way.
type unfinished struct {
	event                           engine.ID // not judged yet
	running, waiting, first, behind engine.ID
	done                            engine.ID
	due                             time.Time
}

const deadHost = "https://dead.example.com"

func route(t *testing.T, db *storage.DB, in *instance, epoch int64, run *engine.Run, attempts ...*engine.Attempt) engine.ID {
	t.Helper()
	e := accepted(in, "shop")
	accept(t, db, e, "")
	run.Inbox, run.RuleVersion, run.Trigger = "shop", 1, engine.TriggerLive
	_, err := db.Route(t.Context(), engine.Routing{
		Event: e.ID, Inbox: "shop", Route: engine.RouteMatched, Epoch: epoch, Runs: []engine.NewRun{{Run: run, Attempts: attempts, Max: 10}},
	})
	require.NoError(t, err)
	return run.ID
}

func leaveUnfinished(t *testing.T, db *storage.DB, in *instance) unfinished {
	t.Helper()
	putInbox(t, db, "shop")
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	w := unfinished{due: in.now.Add(time.Hour)}
	w.running = route(t, db, in, epoch, &engine.Run{RuleID: "a", State: engine.RunQueued},
		&engine.Attempt{Key: "post", Action: "http", Number: 1, State: engine.StepRunning, StartedAt: in.now})
	w.waiting = route(t, db, in, epoch, &engine.Run{RuleID: "b", State: engine.RunWaiting, DueAt: w.due, Destination: deadHost, Reason: "It is down."})
	w.first = route(t, db, in, epoch, &engine.Run{RuleID: "c", State: engine.RunQueued, Overlap: engine.OverlapQueue, OverlapKey: "k"})
	w.behind = route(t, db, in, epoch, &engine.Run{RuleID: "c", State: engine.RunQueued, Overlap: engine.OverlapQueue, OverlapKey: "k"})
	run := &engine.Run{RuleID: "d", State: engine.RunQueued}
	w.done = route(t, db, in, epoch, run)
	run.State, run.FinishedAt = engine.RunSucceeded, in.now
	_, err = db.Settle(t.Context(), engine.Settlement{Run: run, Epoch: epoch})
	require.NoError(t, err)
	w.event = accept(t, db, accepted(in, "shop"), "delivery 1").ID
	return w
}

// restored makes a backup of unfinished work and opens it elsewhere.
func restored(t *testing.T) (db *storage.DB, in *instance, work unfinished) {
	t.Helper()
	original := newInstance(t)
	backup := filepath.Join(t.TempDir(), "copy.db")
	original.use(t, func(db *storage.DB) {
		work = leaveUnfinished(t, db, original)
		require.NoError(t, db.Backup(t.Context(), backup))
	})
	in = newInstance(t)
	in.key = original.key
	in.ids.Store(1000)
	held, err := storage.RestoreFile(t.Context(), backup, in.dir)
	require.NoError(t, err)
	require.Equal(t, storage.Held{Runs: 3, Events: 1}, held)
	db = in.open(t)
	return db, in, work
}

func dueIDs(t *testing.T, db *storage.DB, epoch int64, now time.Time) []engine.ID {
	t.Helper()
	work, err := db.Due(t.Context(), epoch, now, 100)
	require.NoError(t, err)
	var ids []engine.ID
	for _, w := range work {
		ids = append(ids, w.Run.ID)
	}
	return ids
}

func TestRestoreFile_HoldsWhatWasUnfinished(t *testing.T) {
	t.Parallel()
	db, in, work := restored(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	require.Empty(t, dueIDs(t, db, epoch, in.now.AddDate(50, 0, 0)))
	pending, err := db.Pending(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Empty(t, pending)
	woken, err := db.Wake(t.Context(), deadHost, in.now, 0, 10)
	require.NoError(t, err)
	require.Zero(t, woken, "a destination that answers again does not release")

	for _, id := range []engine.ID{work.running, work.waiting, work.first} {
		run, _, err := db.Run(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, engine.RunWaiting, run.State)
		require.Contains(t, run.Reason, "Restored")
		require.True(t, run.DueAt.IsZero(), "nobody knows when")
	}
	_, attempts, err := db.Run(t.Context(), work.running)
	require.NoError(t, err)
	require.Equal(t, engine.OutcomeUnknown, attempts[0].Outcome, "it may have happened after the backup")
	require.True(t, attempts[0].Uncounted)
	run, _, err := db.Run(t.Context(), work.done)
	require.NoError(t, err)
	require.Equal(t, engine.RunSucceeded, run.State)

	e, err := db.Event(t.Context(), work.event)
	require.NoError(t, err)
	require.Equal(t, engine.Held, e.Verdict)
	ledger, err := db.Ledger(t.Context(), "shop")
	require.NoError(t, err)
	require.Equal(t, int64(1), ledger.Held)
	requireBalanced(t, ledger)
	held, err := db.HeldWork(t.Context())
	require.NoError(t, err)
	require.Equal(t, storage.Held{Runs: 3, Events: 1}, held)
	requireWhole(t, db)
}

func requireBalanced(t *testing.T, l engine.Ledger) {
	t.Helper()
	require.Equal(t, l.Received, l.Accepted+l.Duplicate+l.Rejected+l.Held)
	require.Equal(t, l.Accepted, l.Matched+l.Unmatched+l.Pending)
}

func requireWhole(t *testing.T, db *storage.DB) {
	t.Helper()
	faults, err := db.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, faults)
}

func TestReleaseRestored_LetsRunsGoOn(t *testing.T) {
	t.Parallel()
	db, in, work := restored(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	released, err := db.ReleaseRestored(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, released)
	held, err := db.HeldWork(t.Context())
	require.NoError(t, err)
	require.Equal(t, storage.Held{Events: 1}, held)
	require.ElementsMatch(t, []engine.ID{work.running, work.first}, dueIDs(t, db, epoch, in.now))
	run, _, err := db.Run(t.Context(), work.waiting)
	require.NoError(t, err)
	require.Equal(t, work.due, run.DueAt, "a delay is not cut short")
	require.Equal(t, "It is down.", run.Reason)
	require.Equal(t, deadHost, run.Destination)
	require.Equal(t, []engine.ID{work.waiting}, dueIDs(t, db, epoch, work.due))
	run, _, err = db.Run(t.Context(), work.behind)
	require.NoError(t, err)
	require.Equal(t, engine.RunQueued, run.State, "its turn comes after the run before it")

	released, err = db.ReleaseRestored(t.Context())
	require.NoError(t, err)
	require.Zero(t, released)
	requireWhole(t, db)
}

func TestReleaseRestored_LeavesWhatPeopleDecidedMeanwhile(t *testing.T) {
	t.Parallel()
	db, _, work := restored(t)
	_, err := db.Cancel(t.Context(), []engine.ID{work.waiting}, "not needed")
	require.NoError(t, err)
	released, err := db.ReleaseRestored(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, released)
	run, _, err := db.Run(t.Context(), work.waiting)
	require.NoError(t, err)
	require.Equal(t, engine.RunCanceled, run.State)
	requireWhole(t, db)
}

func TestRestoreFile_LeavesEventsToTheReleaseOfTheirInbox(t *testing.T) {
	t.Parallel()
	db, in, work := restored(t)
	receipt, err := db.Resolve(t.Context(), work.event, engine.Accepted, "", "key", engine.Claim{Key: "delivery 1"})
	require.NoError(t, err)
	require.False(t, receipt.Duplicate, "it is not a duplicate of itself")
	again := accept(t, db, accepted(in, "shop"), "delivery 1")
	require.True(t, again.Duplicate)
	require.Equal(t, work.event, again.ID)
	ledger, err := db.Ledger(t.Context(), "shop")
	require.NoError(t, err)
	require.Zero(t, ledger.Held)
	require.Equal(t, int64(1), ledger.Pending)
	requireBalanced(t, ledger)
	held, err := db.HeldWork(t.Context())
	require.NoError(t, err)
	require.Equal(t, storage.Held{Runs: 3}, held)
	requireWhole(t, db)
}
