package storage_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

// observed calls look whenever somebody asks whether it has ended, one at a time.
type observed struct {
	context.Context //nolint:containedctx // it is one
	mu              *sync.Mutex
	look            func()
}

func (o observed) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.look()
	return o.Context.Err()
}

// deleteAlmost deletes an inbox and leaves its history behind, as when the program ends.
func deleteAlmost(t *testing.T, db *storage.DB, name string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer db.WatchConfig(func(engine.ConfigChange) { cancel() })()
	require.NoError(t, db.DeleteInbox(ctx, name, 1))
}

// Retention comes to the history of one inbox after that of another, which takes long
// enough for somebody to make the inbox again.
func TestPrune_LeavesAnInboxAloneThatWasMadeAgain(t *testing.T) {
	t.Parallel()
	const long = 300 // more than one commit deletes
	in := newInstance(t)
	db := in.open(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	putInbox(t, db, "large")
	putInbox(t, db, "shop")
	for range long {
		accept(t, db, accepted(in, "large"), "")
	}
	old := accept(t, db, accepted(in, "shop"), "order 1").ID
	deleteAlmost(t, db, "large")
	deleteAlmost(t, db, "shop")

	var again engine.Receipt
	var run *engine.Run
	made := false
	_, err = db.Prune(observed{t.Context(), &sync.Mutex{}, func() {
		if made || countEvents(t, db, engine.EventFilter{Inbox: "large"}) == long {
			return
		}
		made = true
		putInbox(t, db, "shop")
		again = accept(t, db, accepted(in, "shop"), "order 1")
		run = ownedRun(t, db, epoch, 1, func(e *engine.Event, _ *engine.Run) { e.Inbox = "shop" })
	}}, in.now)
	require.NoError(t, err)
	require.True(t, made)

	require.Zero(t, countEvents(t, db, engine.EventFilter{Inbox: "large"}))
	_, err = db.Event(t.Context(), old)
	require.Equal(t, engine.KindNotFound, engine.KindOf(err))
	_, err = db.Event(t.Context(), again.ID)
	require.NoError(t, err, "it was acknowledged")
	stored, _, err := db.Run(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, engine.RunRunning, stored.State)
	require.True(t, accept(t, db, accepted(in, "shop"), "order 1").Duplicate, "its claims are kept too")
	requireWhole(t, db)
}
