package storagetest

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func ledgerTests() []historyTest {
	return []historyTest{
		{"adds up", ledgerAddsUp},
		{"stays exact when rejected requests are dropped", ledgerRejectedCap},
		{"bounds the bytes of rejected requests", ledgerRejectedBytes},
		{"does not count what people made", ledgerOrigins},
		{"starts at zero", ledgerZero},
		{"adds up while many write", ledgerRace},
	}
}

func (f *fixture) putInbox(t *testing.T, name string, edit ...func(*engine.Inbox)) {
	t.Helper()
	in := &engine.Inbox{Name: name, Verify: engine.Verify{Scheme: "none"}}
	for _, change := range edit {
		change(in)
	}
	require.NoError(t, f.s.PutInbox(t.Context(), in, 0))
}

func (f *fixture) unmatched(t *testing.T, e *engine.Event) {
	t.Helper()
	_, err := f.s.Route(t.Context(), engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: f.epoch})
	require.NoError(t, err)
}

func ledgerAddsUp(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	first := f.event()
	claim := engine.Claim{Key: "k"}
	_, err := f.s.Accept(t.Context(), first, claim)
	require.NoError(t, err)
	f.claim(t, claim)
	f.route(t, first, f.newRun(first))
	f.unmatched(t, f.accept(t))
	f.accept(t)
	f.accept(t, func(e *engine.Event) { e.Verdict, e.Verified = engine.Rejected, "" })
	last := f.accept(t, func(e *engine.Event) { e.Verdict, e.Verified = engine.Held, "" })
	ledger, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.Equal(t, last.ReceivedAt, *ledger.LastAt)
	require.True(t, ledger.LastVerified.Before(*ledger.LastAt))
	ledger.LastAt, ledger.LastVerified = nil, nil
	want := engine.Ledger{Received: 6, Accepted: 3, Duplicate: 1, Rejected: 1, Held: 1, Matched: 1, Unmatched: 1, Pending: 1}
	require.Equal(t, want, ledger)
	all, err := f.s.Ledgers(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1)
}

func ledgerRejectedCap(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	const rejected, kept = 1050, 1000
	var all sync.WaitGroup
	events := make(chan *engine.Event, rejected)
	for range rejected {
		events <- f.event(func(e *engine.Event) { e.Verdict = engine.Rejected })
	}
	close(events)
	for range 8 {
		all.Go(func() {
			for e := range events {
				if _, err := f.s.Accept(t.Context(), e, engine.Claim{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	ledger, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.EqualValues(t, rejected, ledger.Rejected)
	require.EqualValues(t, rejected, ledger.Received)
	require.Equal(t, kept, f.count(t, engine.EventFilter{Verdict: engine.Rejected}))
	oldest, err := f.s.Events(t.Context(), engine.EventFilter{Verdict: engine.Rejected, Until: f.start})
	require.NoError(t, err)
	require.Empty(t, oldest.Items)
}

// count walks all pages of a list.
func (f *fixture) count(t *testing.T, filter engine.EventFilter) int {
	t.Helper()
	return len(f.all(t, filter))
}

func (f *fixture) all(t *testing.T, filter engine.EventFilter) []*engine.Event {
	t.Helper()
	var list []*engine.Event
	for more := true; more; more = filter.Cursor != "" {
		page, err := f.s.Events(t.Context(), filter)
		require.NoError(t, err)
		list = append(list, page.Items...)
		filter.Cursor = page.NextCursor
	}
	return list
}

func ledgerRejectedBytes(t *testing.T, f *fixture) {
	t.Helper()
	const size, rejected = 64 << 10, 170 // 160 of them are 10 MiB
	var first *engine.Event
	for i := range rejected {
		e := f.accept(t, func(e *engine.Event) { e.Verdict, e.Body = engine.Rejected, make([]byte, 2*size) })
		if i == 0 {
			first = e
		}
	}
	require.Equal(t, 160, f.count(t, engine.EventFilter{Verdict: engine.Rejected}))
	_, err := f.s.Event(t.Context(), first.ID)
	requireKind(t, engine.KindNotFound, err)
}

func ledgerOrigins(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	for _, origin := range []engine.Origin{engine.OriginSample, engine.OriginEdited} {
		e := f.accept(t, func(e *engine.Event) { e.Origin = origin })
		f.route(t, e, f.newRun(e))
		f.accept(t, func(e *engine.Event) { e.Origin, e.Verdict = origin, engine.Rejected })
	}
	ledger, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.Equal(t, engine.Ledger{}, ledger)
}

func ledgerZero(t *testing.T, f *fixture) {
	t.Helper()
	_, err := f.s.Ledger(t.Context(), "none")
	requireKind(t, engine.KindNotFound, err)
	f.putInbox(t, "quiet")
	ledger, err := f.s.Ledger(t.Context(), "quiet")
	require.NoError(t, err)
	require.Equal(t, engine.Ledger{}, ledger)
	all, err := f.s.Ledgers(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]engine.Ledger{"quiet": {}}, all)
}

// ledgerRace lets senders, owners and a reader meet: at every moment the counters
// that are read belong together.
func ledgerRace(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	const senders, each = 16, 25
	var done atomic.Bool
	var readers, writers sync.WaitGroup
	readers.Go(func() {
		for !done.Load() {
			l, err := f.s.Ledger(t.Context(), "github")
			if err != nil || l.Received != l.Accepted+l.Duplicate+l.Rejected+l.Held || l.Accepted != l.Matched+l.Unmatched+l.Pending {
				t.Errorf("counters do not add up: %+v, %v", l, err)
				return
			}
		}
	})
	for s := range senders {
		writers.Go(func() {
			for i := range each {
				if err := f.sendOne(t.Context(), strconv.Itoa((s+i)%7)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	done.Store(true)
	readers.Wait()
	ledger, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.EqualValues(t, senders*each, ledger.Received)
	require.EqualValues(t, 7, ledger.Accepted)
	require.EqualValues(t, 7, ledger.Matched)
}

// sendOne accepts one event and routes it when it is the first of its key.
func (f *fixture) sendOne(ctx context.Context, key string) error {
	e := f.event()
	receipt, err := f.s.Accept(ctx, e, engine.Claim{Key: key, Window: time.Hour})
	if err != nil || receipt.Duplicate {
		return err
	}
	_, err = f.s.Route(ctx, engine.Routing{
		Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: f.epoch, Runs: []engine.NewRun{f.newRun(e)},
	})
	return err
}
