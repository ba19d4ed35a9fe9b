package storagetest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func dedupeTests() []historyTest {
	return []historyTest{
		{"store one of many copies", dedupeCopies},
		{"apply to one inbox", dedupeScope},
		{"end with the window from first sight", dedupeWindow},
		{"are not taken by what is not accepted", dedupeRejected},
		{"outlive their event", dedupeOutlives},
		{"rerun what failed", dedupeRerun},
		{"do not rerun what went well in part", dedupeNoRerun},
	}
}

func dedupeCopies(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	const copies = 100
	receipts := make([]engine.Receipt, copies)
	events := make([]*engine.Event, copies)
	for i := range events {
		events[i] = f.event()
	}
	var all sync.WaitGroup
	for i := range copies {
		all.Go(func() {
			var err error
			receipts[i], err = f.s.Accept(t.Context(), events[i], engine.Claim{Key: "delivery", Window: time.Hour})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var first engine.ID
	for i, r := range receipts {
		if !r.Duplicate {
			require.True(t, first.IsZero(), "only one is accepted")
			first = events[i].ID
		}
	}
	for i, r := range receipts {
		require.Equal(t, first, r.ID)
		if r.Duplicate {
			require.Equal(t, engine.Duplicate, events[i].Verdict)
			require.Contains(t, events[i].Reason, first.String())
			require.Empty(t, events[i].Route)
		}
	}
	ledger, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.Equal(t, [4]int64{copies, 1, copies - 1, 1}, [4]int64{ledger.Received, ledger.Accepted, ledger.Duplicate, ledger.Pending})
}

func (f *fixture) claim(t *testing.T, claim engine.Claim, edit ...func(*engine.Event)) engine.Receipt {
	t.Helper()
	r, err := f.s.Accept(t.Context(), f.event(edit...), claim)
	require.NoError(t, err)
	return r
}

func dedupeScope(t *testing.T, f *fixture) {
	t.Helper()
	claim := engine.Claim{Key: "k"}
	require.False(t, f.claim(t, claim).Duplicate)
	require.False(t, f.claim(t, claim, func(e *engine.Event) { e.Inbox = "gitlab" }).Duplicate)
	require.True(t, f.claim(t, claim).Duplicate)
	require.False(t, f.claim(t, engine.Claim{}).Duplicate)
	require.False(t, f.claim(t, engine.Claim{}).Duplicate)
}

func dedupeWindow(t *testing.T, f *fixture) {
	t.Helper()
	claim := engine.Claim{Key: "k", Window: time.Hour}
	at := func(d time.Duration) func(*engine.Event) {
		return func(e *engine.Event) { e.ReceivedAt = f.start.Add(d) }
	}
	require.False(t, f.claim(t, claim, at(0)).Duplicate)
	require.True(t, f.claim(t, claim, at(59*time.Minute)).Duplicate)
	require.False(t, f.claim(t, claim, at(61*time.Minute)).Duplicate, "a repeat does not make the window longer")
	require.True(t, f.claim(t, claim, at(62*time.Minute)).Duplicate, "the new one holds the claim")
}

func dedupeRejected(t *testing.T, f *fixture) {
	t.Helper()
	claim := engine.Claim{Key: "k"}
	for _, verdict := range []engine.Verdict{engine.Rejected, engine.Held} {
		require.False(t, f.claim(t, claim, func(e *engine.Event) { e.Verdict = verdict }).Duplicate)
	}
	require.False(t, f.claim(t, claim).Duplicate)
}

func dedupeOutlives(t *testing.T, f *fixture) {
	t.Helper()
	claim := engine.Claim{Key: "k", Window: time.Hour}
	first := f.claim(t, claim)
	_, err := f.s.Route(t.Context(), engine.Routing{Event: first.ID, Inbox: "github", Route: engine.RouteUnmatched, Epoch: f.epoch})
	require.NoError(t, err)
	require.NoError(t, f.s.DeleteEvent(t.Context(), first.ID))
	again := f.claim(t, claim)
	require.True(t, again.Duplicate)
	require.Equal(t, first.ID, again.ID)
}

func dedupeRerun(t *testing.T, f *fixture) {
	t.Helper()
	claim := engine.Claim{Key: "k", RerunFailed: true}
	e := f.event()
	_, err := f.s.Accept(t.Context(), e, claim)
	require.NoError(t, err)
	require.False(t, f.claim(t, claim).Rerun, "nothing has run yet")
	one, two := f.newRun(e), f.newRun(e)
	f.route(t, e, one, two)
	one.Run.Step = 2
	f.fail(t, one.Run)
	require.False(t, f.claim(t, claim).Rerun, "one goes on")
	f.fail(t, two.Run)
	receipt := f.claim(t, claim)
	require.True(t, receipt.Rerun)
	require.Equal(t, e.ID, receipt.ID)
	work := f.due(t, 0, 10)
	require.ElementsMatch(t, []engine.ID{one.Run.ID, two.Run.ID}, idsOf(work))
	for _, w := range work {
		if w.Run.ID == one.Run.ID {
			require.Equal(t, 2, w.Run.Step, "where it stopped")
		}
	}
}

func dedupeNoRerun(t *testing.T, f *fixture) {
	t.Helper()
	claim := engine.Claim{Key: "k", RerunFailed: true}
	e := f.event()
	_, err := f.s.Accept(t.Context(), e, claim)
	require.NoError(t, err)
	one, two := f.newRun(e), f.newRun(e)
	f.route(t, e, one, two)
	f.fail(t, one.Run)
	f.settle(t, two.Run, engine.RunSucceeded)
	require.False(t, f.claim(t, claim).Rerun)
	require.Equal(t, engine.RunFailed, f.stateOf(t, one.Run.ID))
}
