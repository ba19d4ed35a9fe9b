package storagetest

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

const day = 24 * time.Hour

func retentionTests() []historyTest {
	return []historyTest{
		{"keeps what is young, matched or unfinished", retentionAge},
		{"keeps a number of events", retentionCount},
		{"keeps a number of bytes", retentionBytes},
		{"forgets claims after their window", retentionClaims},
		{"gives the space back", retentionShrinks},
		{"goes on in the background of others", retentionBusy},
	}
}

func (f *fixture) prune(t *testing.T, after time.Duration) int64 {
	t.Helper()
	n, err := f.s.Prune(t.Context(), f.start.Add(after))
	require.NoError(t, err)
	return n
}

func (f *fixture) there(t *testing.T, id engine.ID) bool {
	t.Helper()
	_, err := f.s.Event(t.Context(), id)
	if err != nil {
		requireKind(t, engine.KindNotFound, err)
	}
	return err == nil
}

func retentionAge(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	f.putInbox(t, "short", func(in *engine.Inbox) { in.Keep.Age = engine.Duration(day) })
	unmatched := f.accept(t)
	f.unmatched(t, unmatched)
	pending := f.accept(t)
	running := f.started(t)
	done := f.started(t)
	f.settle(t, done, engine.RunSucceeded)
	failed := f.started(t)
	f.fail(t, failed)
	held := f.accept(t, func(e *engine.Event) { e.Verdict = engine.Held })
	brief := f.accept(t, func(e *engine.Event) { e.Inbox = "short" })
	f.unmatched(t, brief)

	require.EqualValues(t, 1, f.prune(t, 2*day))
	require.False(t, f.there(t, brief.ID))
	require.EqualValues(t, 1, f.prune(t, 31*day))
	require.False(t, f.there(t, unmatched.ID))
	require.EqualValues(t, 3, f.prune(t, 91*day))
	for id, want := range map[engine.ID]bool{
		pending.ID: true, running.EventID: true, done.EventID: false, failed.EventID: false, held.ID: false,
	} {
		require.Equal(t, want, f.there(t, id))
	}
	require.Empty(t, f.problems(t, false), "they went with their runs")
	ledger, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.EqualValues(t, 6, ledger.Received)
	require.EqualValues(t, 3, ledger.Matched)
}

func retentionCount(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github", func(in *engine.Inbox) { in.Keep.Count = 3 })
	matched := f.started(t)
	f.settle(t, matched, engine.RunSucceeded)
	var list []*engine.Event
	for range 5 {
		e := f.accept(t)
		f.unmatched(t, e)
		list = append(list, e)
	}
	require.EqualValues(t, 3, f.prune(t, time.Hour))
	require.True(t, f.there(t, matched.EventID), "unmatched ones go first")
	require.False(t, f.there(t, list[2].ID))
	require.True(t, f.there(t, list[3].ID))
	require.Zero(t, f.prune(t, time.Hour))
}

func retentionBytes(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github", func(in *engine.Inbox) { in.Keep.Bytes = 5000 })
	var list []*engine.Event
	for range 4 {
		run := f.started(t)
		f.settle(t, run, engine.RunSucceeded)
		e := f.accept(t, func(e *engine.Event) { e.Body = bytes.Repeat([]byte("x"), 2000) })
		f.unmatched(t, e)
		list = append(list, e)
	}
	require.EqualValues(t, 2, f.prune(t, time.Hour))
	require.False(t, f.there(t, list[1].ID))
	require.True(t, f.there(t, list[2].ID))
}

func retentionClaims(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	short, long := engine.Claim{Key: "short", Window: time.Hour}, engine.Claim{Key: "long", Window: 60 * day}
	for _, c := range []engine.Claim{short, long} {
		r := f.claim(t, c)
		_, err := f.s.Route(t.Context(), engine.Routing{Event: r.ID, Inbox: "github", Route: engine.RouteUnmatched, Epoch: f.epoch})
		require.NoError(t, err)
	}
	require.EqualValues(t, 2, f.prune(t, 40*day))
	require.True(t, f.claim(t, long).Duplicate, "a claim outlives its event")
	require.False(t, f.claim(t, short).Duplicate)
}

func retentionShrinks(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	const bodies = 300
	body := randomBytes(64 << 10)
	for range bodies {
		f.unmatched(t, f.accept(t, func(e *engine.Event) { e.Body = body }))
	}
	require.Zero(t, f.prune(t, time.Hour))
	before, _, err := f.s.DiskUse(t.Context())
	require.NoError(t, err)
	require.Greater(t, before, int64(bodies*len(body)))
	require.EqualValues(t, bodies, f.prune(t, 31*day))
	after, free, err := f.s.DiskUse(t.Context())
	require.NoError(t, err)
	require.Less(t, after, before-int64(bodies*len(body))/2, "the file is shorter")
	require.Less(t, free, int64(1<<20))
}

// retentionBusy accepts while old events are deleted.
func retentionBusy(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	for range 300 {
		f.unmatched(t, f.accept(t))
	}
	errs := make(chan error, 1)
	go func() {
		for range 100 {
			e := f.event(func(e *engine.Event) { e.ReceivedAt = f.start.Add(40 * day) })
			if _, err := f.s.Accept(t.Context(), e, engine.Claim{}); err != nil {
				errs <- err
				return
			}
		}
		errs <- nil
	}()
	require.EqualValues(t, 300, f.prune(t, 31*day))
	require.NoError(t, <-errs)
	require.Equal(t, 100, f.count(t, engine.EventFilter{}))
}
