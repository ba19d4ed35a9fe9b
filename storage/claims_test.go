package storage_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
	"patchbay/storage"
)

func claimed(t *testing.T, db *storage.DB, n int, key string) engine.Receipt {
	t.Helper()
	r, err := db.Accept(t.Context(), plainEvent(n), engine.Claim{Key: key, Window: time.Hour})
	require.NoError(t, err)
	return r
}

func TestClaims_HoldWhereverTheyStand(t *testing.T) {
	t.Parallel()
	const keys = 200
	in := newInstance(t)
	requireHeld := func(db *storage.DB, round int) {
		for i := range keys {
			r := claimed(t, db, 1000*round+i, "key "+strconv.Itoa(i))
			require.True(t, r.Duplicate, i)
			require.Equal(t, plainEvent(i).ID, r.ID)
		}
	}
	in.use(t, func(db *storage.DB) {
		for i := range keys {
			require.False(t, claimed(t, db, i, "key "+strconv.Itoa(i)).Duplicate)
		}
		requireHeld(db, 1)
	})
	in.use(t, func(db *storage.DB) {
		requireHeld(db, 2) // read back from the events
		filed, err := db.FileClaims(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, keys, filed)
		requireHeld(db, 3)
		require.False(t, claimed(t, db, 5000, "new").Duplicate)
	})
	in.use(t, func(db *storage.DB) {
		requireHeld(db, 4)
		require.True(t, claimed(t, db, 5001, "new").Duplicate)
		filed, err := db.FileClaims(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, keys+1, filed)
		requireWhole(t, db)
	})
}

func TestClaims_LaterOneWinsWhenFiled(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	first, second := plainEvent(1), plainEvent(2)
	second.ReceivedAt = first.ReceivedAt.Add(2 * time.Hour)
	claim := engine.Claim{Key: "k", Window: time.Hour}
	for _, e := range []*engine.Event{first, second} {
		r, err := db.Accept(t.Context(), e, claim)
		require.NoError(t, err)
		require.False(t, r.Duplicate)
	}
	filed, err := db.FileClaims(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, filed)
	third := plainEvent(3)
	third.ReceivedAt = second.ReceivedAt.Add(time.Minute)
	r, err := db.Accept(t.Context(), third, claim)
	require.NoError(t, err)
	require.Equal(t, second.ID, r.ID)
}

func TestClaims_AreTakenBackWithTheirCommit(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	require.NoError(t, acceptPlain(t.Context(), db, 1))
	_, err := db.Accept(t.Context(), plainEvent(1), engine.Claim{Key: "k"}) // the identity exists
	require.Equal(t, engine.KindConflict, engine.KindOf(err))
	require.False(t, claimed(t, db, 2, "k").Duplicate)
	require.True(t, claimed(t, db, 3, "k").Duplicate)
}

func TestClaims_AreFiledWhenManyHaveGathered(t *testing.T) {
	t.Parallel()
	const events, senders = 10_000, 64
	in := newInstance(t)
	db := in.open(t)
	require.NoError(t, db.GatherClaims(t.Context(), 2000))
	var all sync.WaitGroup
	for s := range senders {
		all.Go(func() {
			for n := s; n < events; n += senders {
				if _, err := db.Accept(t.Context(), plainEvent(n), engine.Claim{Key: strconv.Itoa(n)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	var filed int64
	require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error { return tx.Table("claims").Count(&filed).Error }))
	require.Positive(t, filed)
	for n := 0; n < events; n += 97 {
		r := claimed(t, db, 20_000+n, strconv.Itoa(n))
		require.True(t, r.Duplicate)
		require.Equal(t, plainEvent(n).ID, r.ID)
	}
}
