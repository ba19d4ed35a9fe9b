package storage_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
	"patchbay/storage"
)

// requireCounted requires that the counters of what is stored are true.
func requireCounted(t *testing.T, db *storage.DB) {
	t.Helper()
	var wrong []struct {
		Inbox                       string
		Stored, Bytes, Rows, Bodies int64
	}
	require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw(`SELECT inbox, stored, bytes, (SELECT count(*) FROM events WHERE inbox = ledgers.inbox) AS rows,
			(SELECT coalesce(sum(size), 0) FROM events WHERE inbox = ledgers.inbox) AS bodies
			FROM ledgers WHERE stored <> rows OR bytes <> bodies`).Scan(&wrong).Error
	}))
	require.Empty(t, wrong)
}

func TestLedgers_CountWhatIsStored(t *testing.T) {
	t.Parallel()
	h := newHealthy(t)
	requireCounted(t, h.db)
	events, err := h.db.Events(t.Context(), engine.EventFilter{Limit: 200})
	require.NoError(t, err)
	deleted, held := 0, 0
	for _, e := range events.Items {
		if e.Verdict == engine.Held {
			_, err := h.db.Resolve(t.Context(), e.ID, engine.Rejected, "It is not signed.", "", engine.Claim{})
			require.NoError(t, err)
			held++
			continue
		}
		if h.db.DeleteEvent(t.Context(), e.ID) == nil {
			deleted++
		}
	}
	require.Positive(t, held)
	require.Positive(t, deleted)
	requireCounted(t, h.db)
	_, err = h.db.Prune(t.Context(), h.in.now.Add(1000*24*time.Hour))
	require.NoError(t, err)
	requireCounted(t, h.db)
}

// What retention passed over, because it was held or waited for its rules, goes before
// what rules have matched once it turns out that none of them wants it.
func TestPrune_DeletesWhatNoRuleWantedInTheEndFirst(t *testing.T) {
	t.Parallel()
	const limit = 5
	in := newInstance(t)
	db := in.open(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	require.NoError(t, db.PutInbox(t.Context(), &engine.Inbox{Name: "github", Keep: engine.Retention{Count: limit}}, 0))
	match := func(n int) {
		run := ownedRun(t, db, epoch, n, untouched)
		run.State = engine.RunSucceeded
		_, err := db.Settle(t.Context(), engine.Settlement{Run: run, Epoch: epoch})
		require.NoError(t, err)
	}
	requireLeft := func(want ...int) {
		t.Helper()
		_, err := db.Prune(t.Context(), in.now)
		require.NoError(t, err)
		page, err := db.Events(t.Context(), engine.EventFilter{})
		require.NoError(t, err)
		var left []int
		for _, e := range page.Items {
			left = append(left, int(e.ID[15]))
		}
		slices.Reverse(left)
		require.Equal(t, want, left)
	}
	match(1)
	match(2)
	held := plainEvent(3)
	held.Verdict = engine.Held
	accept(t, db, held, "")
	accept(t, db, plainEvent(4), "k")
	for n := range 3 {
		match(5 + n)
	}
	requireLeft(3, 4, 5, 6, 7)

	_, err = db.Route(t.Context(), engine.Routing{Event: plainEvent(4).ID, Inbox: "github", Route: engine.RouteUnmatched, Epoch: epoch})
	require.NoError(t, err)
	match(8)
	requireLeft(3, 5, 6, 7, 8)

	match(9)
	_, err = db.Resolve(t.Context(), held.ID, engine.Accepted, "", "", engine.Claim{Key: "k"})
	require.NoError(t, err)
	requireLeft(5, 6, 7, 8, 9)
}

// A file that other programs made need not be able to give space back.
func TestPrune_EndsWhereNoSpaceCanBeGivenBack(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.use(t, func(db *storage.DB) { putInbox(t, db, "github") })
	in.raw(t, "PRAGMA journal_mode = DELETE")
	in.raw(t, "PRAGMA auto_vacuum = NONE; VACUUM")
	in.use(t, func(db *storage.DB) {
		for n := range 40 {
			e := plainEvent(n)
			e.Verdict, e.Body = engine.Duplicate, []byte(randomText(64<<10))
			accept(t, db, e, "")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		deleted, err := db.Prune(ctx, in.now.Add(365*24*time.Hour))
		require.NoError(t, err)
		require.EqualValues(t, 40, deleted)
		_, free, err := db.DiskUse(t.Context())
		require.NoError(t, err)
		require.Greater(t, free, int64(2<<20))
	})
}
