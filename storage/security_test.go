package storage_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"patchbay/engine"
	"patchbay/storage"
)

// What waits for the writer while retention deletes waits for one small batch. The
// clock here moves only by being looked at, a millisecond each time, so that the
// machine's own pace does not matter.
func TestPrune_HoldsTheWriterForLessThanATenthOfASecond(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	begin := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	var looks atomic.Int64
	var slow atomic.Bool
	config := in.config()
	config.Now = func() time.Time {
		if slow.Load() {
			looks.Add(1)
		}
		return begin.Add(time.Duration(looks.Load()) * time.Millisecond)
	}
	db, err := storage.Open(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	const old = 500
	var filling errgroup.Group
	filling.SetLimit(50)
	for n := range old {
		filling.Go(func() error {
			e := plainEvent(n)
			e.ReceivedAt, e.Verdict = begin.Add(-365*24*time.Hour), engine.Duplicate
			_, err := db.Accept(t.Context(), e, engine.Claim{})
			return err
		})
	}
	require.NoError(t, filling.Wait())
	slow.Store(true)
	deleted := make(chan int64, 1)
	go func() {
		n, err := db.Prune(t.Context(), begin)
		if err != nil {
			n = -1
		}
		deleted <- n
	}()
	longest, accepted := int64(0), 0
	for n := old; ; n++ {
		select {
		case gone := <-deleted:
			require.EqualValues(t, old, gone)
			require.Positive(t, accepted, "nobody was let in between")
			require.Less(t, longest, int64(100), "an event waited for more than 100 ms of deleting")
			return
		default:
		}
		before := looks.Load()
		require.NoError(t, acceptPlain(t.Context(), db, n))
		longest, accepted = max(longest, looks.Load()-before), accepted+1
	}
}
