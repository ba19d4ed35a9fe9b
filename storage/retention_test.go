package storage_test

import (
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
