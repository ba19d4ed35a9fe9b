package storage_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
	"patchbay/storage"
)

func heldEvent(n int, verified string, size int64) *engine.Event {
	e := plainEvent(n)
	e.Verdict, e.Route, e.Reason = engine.Held, "", "The sender check is not finished."
	e.Verified, e.Size = verified, size
	return e
}

func TestAccept_HoldsOnlySoMuchOfStrangers(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	hold := func(db *storage.DB, n int, verified string, size int64) error {
		_, err := db.Accept(t.Context(), heldEvent(n, verified, size), engine.Claim{})
		return err
	}
	in.use(t, func(db *storage.DB) {
		require.NoError(t, db.PutInbox(t.Context(), &engine.Inbox{Name: "github"}, 0))
		require.NoError(t, hold(db, 1, "", 60<<20))
		require.NoError(t, hold(db, 2, "", 30<<20))
		require.Equal(t, engine.KindUnavailable, engine.KindOf(hold(db, 3, "", 20<<20)))
		require.NoError(t, hold(db, 4, "", 10<<20), "a smaller one has room")
		require.NoError(t, hold(db, 5, "github", 60<<20), "its sender is known")
	})
	in.use(t, func(db *storage.DB) {
		var refused, stored error
		var all sync.WaitGroup
		require.NoError(t, db.Together(t.Context(), 2, func() {
			all.Go(func() { refused = hold(db, 6, "", 1<<20) })
			all.Go(func() { stored = acceptPlain(t.Context(), db, 7) })
		}))
		all.Wait()
		require.Equal(t, engine.KindUnavailable, engine.KindOf(refused), "also after a restart")
		require.NoError(t, stored, "others are not refused with it")
		ledger, err := db.Ledger(t.Context(), "github")
		require.NoError(t, err)
		require.Equal(t, [3]int64{5, 4, 1}, [3]int64{ledger.Received, ledger.Held, ledger.Accepted}, "what is refused does not count")
		_, err = db.Resolve(t.Context(), plainEvent(2).ID, engine.Accepted, "", "github", engine.Claim{})
		require.NoError(t, err)
		require.NoError(t, hold(db, 8, "", 30<<20))
		require.Equal(t, engine.KindUnavailable, engine.KindOf(hold(db, 9, "", 30<<20)))
		require.NoError(t, db.DeleteEvent(t.Context(), plainEvent(8).ID))
		require.NoError(t, hold(db, 10, "", 30<<20))
		requireWhole(t, db)
	})
}

// ownedRun accepts event n and starts a run of it.
func ownedRun(t *testing.T, db *storage.DB, epoch int64, n int, edit func(e *engine.Event, r *engine.Run)) *engine.Run {
	t.Helper()
	e := plainEvent(n)
	run := &engine.Run{ID: engine.ID{0: 3, 14: byte(n >> 8), 15: byte(n)}, RuleID: "r", RuleVersion: 1, State: engine.RunRunning, Overlap: engine.OverlapParallel}
	edit(e, run)
	run.Inbox = e.Inbox
	_, err := db.Accept(t.Context(), e, engine.Claim{})
	require.NoError(t, err)
	_, err = db.Route(t.Context(), engine.Routing{
		Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: epoch, Runs: []engine.NewRun{{Run: run}},
	})
	require.NoError(t, err)
	return run
}

// What cannot be read again would stop all runs that are due, not just its own.
func TestSettle_KeepsWhatIsNestedTooDeepAsText(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	run := ownedRun(t, db, epoch, 1, func(*engine.Event, *engine.Run) {})
	var deep any = "[{\"\\"
	for range 10_001 {
		deep = []any{deep}
	}
	run.State, run.DueAt = engine.RunWaiting, plainEvent(1).ReceivedAt
	_, err = db.Settle(t.Context(), engine.Settlement{Run: run, Epoch: epoch, Attempts: []*engine.Attempt{
		{Key: "deep", Number: 1, State: engine.StepSucceeded, Output: map[string]any{"body": deep}},
		{Key: "flat", Step: 1, Number: 1, State: engine.StepSucceeded, Output: map[string]any{"body": strings.Repeat("[", 20_000)}},
	}})
	require.NoError(t, err)
	work, err := db.Due(t.Context(), epoch, plainEvent(2).ReceivedAt, 10)
	require.NoError(t, err)
	require.Len(t, work, 1)
	text, ok := work[0].Attempts[0].Output.(string)
	require.True(t, ok)
	require.True(t, strings.HasPrefix(text, `{"body":[[[`))
	require.Equal(t, map[string]any{"body": strings.Repeat("[", 20_000)}, work[0].Attempts[1].Output)
}

// A routing that was under way when its inbox was deleted begins runs after those
// of the inbox were canceled.
func TestDeleteInbox_BlocksNoRunOfOthers(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	queue := func(inbox string) func(*engine.Event, *engine.Run) {
		return func(e *engine.Event, r *engine.Run) {
			e.Inbox, r.Overlap, r.OverlapKey = inbox, engine.OverlapQueue, "k"
		}
	}
	ownedRun(t, db, epoch, 1, queue("gone"))
	waits := ownedRun(t, db, epoch, 2, queue("stays"))
	require.NoError(t, db.RemoveSome(t.Context(), "gone"))
	work, err := db.Due(t.Context(), epoch, plainEvent(3).ReceivedAt, 10)
	require.NoError(t, err)
	require.Len(t, work, 1)
	require.Equal(t, waits.ID, work[0].Run.ID)
	requireWhole(t, db)
}

func TestWake_GoesOnOverManyCommits(t *testing.T) {
	t.Parallel()
	const waiting = 1300
	in := newInstance(t)
	db := in.open(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	_, err = db.Accept(t.Context(), plainEvent(1), engine.Claim{})
	require.NoError(t, err)
	routing := engine.Routing{Event: plainEvent(1).ID, Inbox: "github", Route: engine.RouteMatched, Epoch: epoch}
	for range waiting {
		routing.Runs = append(routing.Runs, engine.NewRun{Run: &engine.Run{
			ID: in.config().NewID(), RuleID: "r", State: engine.RunWaiting, Overlap: engine.OverlapParallel, Destination: "d", DueAt: in.now.Add(time.Hour),
		}})
	}
	_, err = db.Route(t.Context(), routing)
	require.NoError(t, err)
	n, err := db.Wake(t.Context(), "d", in.now, time.Millisecond, waiting-100)
	require.NoError(t, err)
	require.Equal(t, waiting-100, n)
	var due []int64
	require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error {
		return tx.Table("runs").Order("n").Pluck("due_at", &due).Error
	}))
	for i, at := range due {
		want := in.now.Add(time.Duration(i) * time.Millisecond)
		if i >= waiting-100 {
			want = in.now.Add(time.Hour)
		}
		require.Equal(t, want.UnixMicro(), at, i)
	}
}

func TestPrune_WalksClaimsSeldom(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	for n, key := range []string{"a", "b"} {
		claimed(t, db, n, key)
	}
	_, err := db.FileClaims(t.Context())
	require.NoError(t, err)
	left := func(after time.Duration) (n int64) {
		_, err := db.Prune(t.Context(), in.now.Add(after))
		require.NoError(t, err)
		require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error { return tx.Table("claims").Count(&n).Error }))
		return n
	}
	require.EqualValues(t, 2, left(50*time.Minute))
	require.EqualValues(t, 2, left(70*time.Minute), "expired, but looked at not long ago")
	require.Zero(t, left(2*time.Hour))
}

func TestAcceptRouted_RefusesWhatIsNoRoutingOfTheEvent(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	for name, edit := range map[string]func(*engine.Event, *engine.Routing){
		"no identity": func(e *engine.Event, r *engine.Routing) { e.ID, r.Event = engine.ID{}, engine.ID{} },
		"another":     func(_ *engine.Event, r *engine.Routing) { r.Event = plainEvent(2).ID },
		"no route":    func(_ *engine.Event, r *engine.Routing) { r.Route = "" },
		"pending":     func(_ *engine.Event, r *engine.Routing) { r.Route = engine.RoutePending },
		"a replay":    func(_ *engine.Event, r *engine.Routing) { r.Replay = true },
	} {
		e := plainEvent(1)
		r := engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: epoch}
		edit(e, &r)
		_, _, err := db.AcceptRouted(t.Context(), e, engine.Claim{}, r)
		require.Error(t, err, name)
	}
	require.Zero(t, countEvents(t, db, engine.EventFilter{}))
}
