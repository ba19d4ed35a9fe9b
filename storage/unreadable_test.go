package storage_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
	"patchbay/storage"
)

// damage makes a stored value unreadable.
func damage(t *testing.T, db *storage.DB, query string, args ...any) {
	t.Helper()
	require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error { return tx.Exec(query, args...).Error }))
}

func TestPending_PassesOverWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	_, err := db.Begin(t.Context())
	require.NoError(t, err)
	var seqs []int64
	for n := range 5 {
		seqs = append(seqs, accept(t, db, plainEvent(n), "").Seq)
	}
	damage(t, db, "UPDATE bodies SET data = x'01ff' WHERE seq IN ?", seqs[:2])
	damage(t, db, "UPDATE bodies SET request = x'07' WHERE seq = ?", seqs[3])
	for range 2 {
		list, err := db.Pending(t.Context(), 0, 2)
		require.NoError(t, err)
		require.Len(t, list, 2, "a short page would mean that this is all")
		require.Equal(t, plainEvent(2).ID, list[0].ID)
		require.Equal(t, plainEvent(4).ID, list[1].ID)
	}
	page, err := db.Events(t.Context(), engine.EventFilter{Route: engine.RoutePending})
	require.NoError(t, err)
	require.Len(t, page.Items, 2)
	damage(t, db, "UPDATE bodies SET data = (SELECT data FROM bodies WHERE seq = ?)", seqs[4])
	mended, err := db.Event(t.Context(), plainEvent(1).ID)
	require.NoError(t, err)
	require.Equal(t, engine.RouteUnmatched, mended.Route)
	require.Contains(t, mended.DecodeError, "damaged")
	requireWhole(t, db)
}

func TestDue_FailsWhatCannotBeReadAlone(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	queue := func(_ *engine.Event, r *engine.Run) { r.Overlap, r.OverlapKey = engine.OverlapQueue, "k" }
	var runs []*engine.Run
	for n := range 3 {
		runs = append(runs, ownedRun(t, db, epoch, n, untouched))
	}
	runs = append(runs, ownedRun(t, db, epoch, 3, queue), ownedRun(t, db, epoch, 4, queue))
	for _, run := range runs[:4] {
		run.State, run.DueAt = engine.RunWaiting, in.now
		_, err := db.Settle(t.Context(), engine.Settlement{
			Run: run, Epoch: epoch, Problem: &engine.Cause{Destination: "d", Reason: run.ID.String()},
			Attempts: []*engine.Attempt{{Key: "post", Number: 1, State: engine.StepWaiting, RetryAt: in.now, With: map[string]any{"a": "b"}}},
		})
		require.NoError(t, err)
	}
	damage(t, db, "UPDATE bodies SET data = x'01ff' WHERE seq = (SELECT seq FROM events WHERE id = ?)", runs[0].EventID[:])
	damage(t, db, "UPDATE attempts SET rendered = x'01ff' WHERE run = (SELECT n FROM runs WHERE id = ?)", runs[1].ID[:])
	damage(t, db, "UPDATE runs SET warnings = '[' WHERE id = ?", runs[3].ID[:])

	work, err := db.Due(t.Context(), epoch, in.now, 4)
	require.NoError(t, err)
	require.Len(t, work, 1)
	require.Equal(t, runs[2].ID, work[0].Run.ID)
	next, err := db.Due(t.Context(), epoch, in.now, 4)
	require.NoError(t, err)
	require.Len(t, next, 1, "what waited for a damaged one goes on")
	require.Equal(t, runs[4].ID, next[0].Run.ID)
	failed, _, err := db.Run(t.Context(), runs[0].ID)
	require.NoError(t, err)
	require.Equal(t, engine.RunFailed, failed.State)
	require.Contains(t, failed.Reason, "damaged")
	problems, err := db.Problems(t.Context(), false)
	require.NoError(t, err)
	require.Len(t, problems, 1, "of the run that is well")
	requireWhole(t, db)
}

func TestDue_GivesNothingBackThatWasCanceledMeanwhile(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	run, other := ownedRun(t, db, epoch, 1, untouched), ownedRun(t, db, epoch, 2, untouched)
	_, err = db.Cancel(t.Context(), []engine.ID{run.ID}, "Enough.")
	require.NoError(t, err)
	require.NoError(t, db.GiveBack(t.Context(), epoch, run))
	require.NoError(t, db.GiveBack(t.Context(), epoch, other))
	work, err := db.Due(t.Context(), epoch, in.now, 10)
	require.NoError(t, err)
	require.Len(t, work, 1)
	require.Equal(t, other.ID, work[0].Run.ID)
	requireWhole(t, db)
}

func TestEvents_ListsWhatCannotBeReadBesideTheOthers(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	var seqs []int64
	for n := range 4 {
		e := plainEvent(n)
		e.Body = []byte(`{"fruit":"pear"}`)
		seqs = append(seqs, accept(t, db, e, "").Seq)
	}
	damage(t, db, "UPDATE bodies SET request = x'07' WHERE seq = ?", seqs[1])
	damage(t, db, "UPDATE bodies SET data = x'01ff' WHERE seq = ?", seqs[2])
	page, err := db.Events(t.Context(), engine.EventFilter{})
	require.NoError(t, err)
	require.Len(t, page.Items, 4)
	require.Equal(t, plainEvent(1).ID, page.Items[2].ID)
	require.Contains(t, page.Items[2].DecodeError, "damaged")
	page, err = db.Events(t.Context(), engine.EventFilter{Query: "pear"})
	require.NoError(t, err)
	require.Len(t, page.Items, 3)
}
