package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func judgedTests() []historyTest {
	return []historyTest{
		{"is one commit with its runs", judgedWhole},
		{"keeps notes", judgedNotes},
		{"of a duplicate stores nothing", judgedDuplicate},
		{"belongs to the owner", judgedByOwner},
		{"keeps to overlap modes in commit order", judgedOverlap},
		{"fits the event", judgedMisfit},
	}
}

// judged accepts an event with what its rules made of it.
func (f *fixture) judged(t *testing.T, claim engine.Claim, e *engine.Event, runs ...engine.NewRun) (engine.Receipt, engine.Routed) {
	t.Helper()
	r := engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: f.epoch, Runs: runs}
	if len(runs) > 0 {
		r.Route = engine.RouteMatched
	}
	receipt, routed, err := f.s.AcceptRouted(t.Context(), e, claim, r)
	require.NoError(t, err)
	return receipt, routed
}

func judgedWhole(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	e, other := f.event(), f.event()
	n := f.newRun(e, func(n *engine.NewRun) { n.Run.State = engine.RunQueued })
	n.Attempts = []*engine.Attempt{{RunID: n.Run.ID, Key: "post", Action: "http", Number: 1, State: engine.StepRunning, StartedAt: f.start}}
	done := f.newRun(e, func(n *engine.NewRun) { n.Run.State, n.Run.FinishedAt = engine.RunFiltered, f.start })
	receipt, routed := f.judged(t, engine.Claim{Key: "k", Window: time.Hour}, e, n, done)
	require.Equal(t, engine.Receipt{ID: e.ID, Seq: e.Seq}, receipt)
	require.Equal(t, engine.Routed{Started: []engine.ID{n.Run.ID}}, routed)
	require.Equal(t, engine.RouteMatched, e.Route)
	require.Equal(t, engine.RunRunning, n.Run.State)
	require.Greater(t, n.Run.Seq, e.Seq)
	f.judged(t, engine.Claim{}, other)
	require.Equal(t, engine.RouteUnmatched, other.Route)

	run, attempts, err := f.s.Run(t.Context(), n.Run.ID)
	require.NoError(t, err)
	require.Equal(t, n.Run, run)
	require.Equal(t, n.Attempts, attempts)
	pending, err := f.s.Pending(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Empty(t, pending)
	got, err := f.s.Event(t.Context(), e.ID)
	require.NoError(t, err)
	require.Equal(t, engine.RouteMatched, got.Route)
	require.Equal(t, e.Body, got.Body)
	ledger, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.Equal(t, []int64{2, 2, 1, 1, 0}, []int64{ledger.Received, ledger.Accepted, ledger.Matched, ledger.Unmatched, ledger.Pending})
	_, err = f.s.Route(t.Context(), engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: f.epoch})
	requireKind(t, engine.KindConflict, err)
	f.settle(t, n.Run, engine.RunSucceeded, attempted(n.Run, 1, engine.StepSucceeded))
}

func judgedNotes(t *testing.T, f *fixture) {
	t.Helper()
	e, notes := f.event(), []engine.RuleNote{{Rule: "r", Version: 2, Note: "payload.a is text, not a number"}}
	_, _, err := f.s.AcceptRouted(t.Context(), e, engine.Claim{}, engine.Routing{
		Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: f.epoch, Notes: notes, DecodeError: "unexpected end of JSON",
	})
	require.NoError(t, err)
	got, err := f.s.Event(t.Context(), e.ID)
	require.NoError(t, err)
	require.Equal(t, notes, got.Notes)
	require.Equal(t, "unexpected end of JSON", got.DecodeError)
}

func judgedDuplicate(t *testing.T, f *fixture) {
	t.Helper()
	claim := engine.Claim{Key: "k", Window: time.Hour}
	first, second := f.event(), f.event()
	f.judged(t, claim, first)
	n := f.newRun(second)
	receipt, routed := f.judged(t, claim, second, n)
	require.True(t, receipt.Duplicate)
	require.Equal(t, first.ID, receipt.ID)
	require.Equal(t, engine.Routed{}, routed)
	require.Equal(t, engine.Duplicate, second.Verdict)
	require.Empty(t, second.Route)
	_, _, err := f.s.Run(t.Context(), n.Run.ID)
	requireKind(t, engine.KindNotFound, err)
}

func judgedByOwner(t *testing.T, f *fixture) {
	t.Helper()
	_, err := f.s.Begin(t.Context())
	require.NoError(t, err)
	e := f.event()
	_, _, err = f.s.AcceptRouted(t.Context(), e, engine.Claim{}, engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: f.epoch})
	require.ErrorIs(t, err, engine.ErrLeaseLost)
	_, err = f.s.Event(t.Context(), e.ID)
	requireKind(t, engine.KindNotFound, err)
	_, err = f.s.Accept(t.Context(), e, engine.Claim{})
	require.NoError(t, err, "it can be stored for its owner")
}

func judgedOverlap(t *testing.T, f *fixture) {
	t.Helper()
	queue := func(n *engine.NewRun) {
		n.Run.State, n.Run.Overlap, n.Run.OverlapKey, n.Max = engine.RunQueued, engine.OverlapQueue, "k", 10
	}
	e, next := f.event(), f.event()
	first := f.newRun(e, queue)
	_, routed := f.judged(t, engine.Claim{}, e, first)
	require.Equal(t, []engine.ID{first.Run.ID}, routed.Started)
	second := f.newRun(next, queue)
	_, routed = f.judged(t, engine.Claim{}, next, second)
	require.Equal(t, []engine.ID{second.Run.ID}, routed.Blocked)
	require.Equal(t, []engine.ID{second.Run.ID}, f.settle(t, first.Run, engine.RunSucceeded))
}

func judgedMisfit(t *testing.T, f *fixture) {
	t.Helper()
	e, other := f.event(), f.event()
	rejected := f.event(func(e *engine.Event) { e.Verdict = engine.Rejected })
	for _, misfit := range []struct {
		e *engine.Event
		r engine.Routing
	}{
		{e, engine.Routing{Event: other.ID, Epoch: f.epoch, Route: engine.RouteUnmatched}},
		{rejected, engine.Routing{Event: rejected.ID, Epoch: f.epoch, Route: engine.RouteUnmatched}},
		{e, engine.Routing{Event: e.ID, Epoch: f.epoch, Route: engine.RouteUnmatched, Replay: true}},
	} {
		_, _, err := f.s.AcceptRouted(context.WithoutCancel(t.Context()), misfit.e, engine.Claim{}, misfit.r)
		require.Error(t, err)
		_, err = f.s.Event(t.Context(), misfit.e.ID)
		requireKind(t, engine.KindNotFound, err)
	}
}
