package storagetest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func routingTests() []historyTest {
	return []historyTest{
		{"happens once", routedOnce},
		{"is done by one of many", routedByOne},
		{"keeps notes", routedNotes},
		{"belongs to the owner", routedByOwner},
		{"of a replay leaves the event alone", routedReplay},
		{"keeps whole runs and attempts", routedWhole},
		{"counts as settled when a run ends at once", routedFinished},
	}
}

func routedOnce(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	e := f.accept(t)
	n := f.newRun(e, func(n *engine.NewRun) { n.Run.State = engine.RunQueued })
	routed := f.route(t, e, n)
	require.Equal(t, engine.Routed{Started: []engine.ID{n.Run.ID}}, routed)
	require.Equal(t, engine.RunRunning, n.Run.State, "it is the caller's")
	require.Positive(t, n.Run.Seq)
	require.Empty(t, f.due(t, time.Hour, 10), "and nobody else's")

	_, err := f.s.Route(t.Context(), engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: f.epoch})
	requireKind(t, engine.KindConflict, err)
	_, err = f.s.Route(t.Context(), engine.Routing{Event: f.id(), Route: engine.RouteUnmatched, Epoch: f.epoch})
	requireKind(t, engine.KindNotFound, err)
	rejected := f.accept(t, func(e *engine.Event) { e.Verdict = engine.Rejected })
	_, err = f.s.Route(t.Context(), engine.Routing{Event: rejected.ID, Route: engine.RouteMatched, Epoch: f.epoch})
	requireKind(t, engine.KindConflict, err)
	got, err := f.s.Event(t.Context(), e.ID)
	require.NoError(t, err)
	require.Equal(t, engine.RouteMatched, got.Route)
}

func routedByOne(t *testing.T, f *fixture) {
	t.Helper()
	e := f.accept(t)
	runs := make([]engine.NewRun, 20)
	for i := range runs {
		runs[i] = f.newRun(e)
	}
	requireOneWinner(t, len(runs), func(i int) error {
		_, err := f.s.Route(t.Context(), engine.Routing{
			Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: f.epoch, Runs: runs[i : i+1],
		})
		return err
	})
	page, err := f.s.Runs(t.Context(), engine.RunFilter{Event: e.ID})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
}

func routedNotes(t *testing.T, f *fixture) {
	t.Helper()
	e := f.accept(t)
	notes := []engine.RuleNote{{Rule: "r", Version: 2, Note: "payload.a is text, not a number"}}
	_, err := f.s.Route(t.Context(), engine.Routing{
		Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: f.epoch, Notes: notes, DecodeError: "unexpected end of JSON",
	})
	require.NoError(t, err)
	got, err := f.s.Event(t.Context(), e.ID)
	require.NoError(t, err)
	require.Equal(t, notes, got.Notes)
	require.Equal(t, "unexpected end of JSON", got.DecodeError)
}

func routedByOwner(t *testing.T, f *fixture) {
	t.Helper()
	e := f.accept(t)
	_, err := f.s.Begin(t.Context())
	require.NoError(t, err)
	_, err = f.s.Route(t.Context(), engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: f.epoch})
	require.ErrorIs(t, err, engine.ErrLeaseLost)
	pending, err := f.s.Pending(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, pending, 1)
}

func routedReplay(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	e := f.accept(t)
	f.unmatched(t, e)
	rejected := f.accept(t, func(e *engine.Event) { e.Verdict = engine.Rejected })
	before, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	for _, e := range []*engine.Event{e, rejected} {
		n := f.newRun(e, func(n *engine.NewRun) { n.Run.Trigger = engine.TriggerReplay })
		_, err := f.s.Route(t.Context(), engine.Routing{
			Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: f.epoch, Replay: true, Runs: []engine.NewRun{n},
		})
		require.NoError(t, err)
		got, err := f.s.Event(t.Context(), e.ID)
		require.NoError(t, err)
		require.NotEqual(t, engine.RouteMatched, got.Route)
		run, _, err := f.s.Run(t.Context(), n.Run.ID)
		require.NoError(t, err)
		require.Equal(t, engine.TriggerReplay, run.Trigger)
	}
	after, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func routedWhole(t *testing.T, f *fixture) {
	t.Helper()
	e := f.accept(t)
	at := f.start.Add(time.Second)
	n := f.newRun(e, func(n *engine.NewRun) {
		n.Run.Reason, n.Run.Warnings = "because", []string{"step a failed", "…"}
		n.Run.Overlap, n.Run.OverlapKey, n.Run.Step, n.Run.StartedAt = engine.OverlapParallel, "", 1, at
	})
	preview := &engine.Preview{Kind: "request", Method: "POST", URL: "https://example.com", Headers: []engine.Header{{Name: "A", Value: "<b>"}}, Body: "{}"}
	n.Attempts = []*engine.Attempt{
		{RunID: n.Run.ID, Step: 0, Key: "each", Action: "http", Item: engine.WholeStep, State: engine.StepRunning, With: []any{int64(1), "two", 2.5, nil}},
		{RunID: n.Run.ID, Step: 0, Key: "each", Action: "http", Item: 0, State: engine.StepSkipped},
		{
			RunID: n.Run.ID, Step: 0, Key: "each", Action: "http", Item: 1, Number: 1, State: engine.StepFailed, Outcome: engine.OutcomeNotSent,
			StartedAt: at, Duration: 1234 * time.Microsecond, With: map[string]any{"n": int64(9007199254740993), "deep": map[string]any{"list": []any{true}}},
			Preview: preview, Output: map[string]any{"status": int64(503)}, Error: "It is down.", RetryAt: at.Add(time.Minute), Uncounted: true,
		},
	}
	f.route(t, e, n)
	run, attempts, err := f.s.Run(t.Context(), n.Run.ID)
	require.NoError(t, err)
	require.Equal(t, n.Run, run)
	require.Equal(t, n.Attempts, attempts)
	_, _, err = f.s.Run(t.Context(), f.id())
	requireKind(t, engine.KindNotFound, err)
}

func routedFinished(t *testing.T, f *fixture) {
	t.Helper()
	e := f.accept(t)
	n := f.newRun(e, func(n *engine.NewRun) { n.Run.State, n.Run.FinishedAt = engine.RunFiltered, f.start })
	n.Attempts = []*engine.Attempt{{RunID: n.Run.ID, Key: "only", Action: "filter", State: engine.StepSucceeded, Number: 1}}
	require.Equal(t, engine.Routed{}, f.route(t, e, n))
	run, attempts, err := f.s.Run(t.Context(), n.Run.ID)
	require.NoError(t, err)
	require.Equal(t, engine.RunFiltered, run.State)
	require.Len(t, attempts, 1)
	require.NoError(t, f.s.DeleteEvent(t.Context(), e.ID))
}

func settlingTests() []historyTest {
	return []historyTest{
		{"goes on step by step", settledSteps},
		{"is refused to who has lost the run", settledLost},
		{"gives a run back", settledBack},
		{"leaves batch mates alone", settledMates},
	}
}

func settledSteps(t *testing.T, f *fixture) {
	t.Helper()
	run := f.started(t)
	intent := &engine.Attempt{
		RunID: run.ID, Key: "post", Action: "http", Number: 1, State: engine.StepRunning, StartedAt: f.start,
		With: map[string]any{"url": "https://example.com"}, Preview: &engine.Preview{Kind: "request"},
	}
	f.settle(t, run, engine.RunRunning, func(s *engine.Settlement) { s.Attempts = []*engine.Attempt{intent} })
	done := &engine.Attempt{
		RunID: run.ID, Key: "post", Action: "http", Number: 1, State: engine.StepSucceeded, Outcome: engine.OutcomeSent, StartedAt: f.start,
		Output: []any{"out"},
	}
	before := run.Seq
	run.Step, run.Warnings = 1, []string{"slow"}
	f.settle(t, run, engine.RunSucceeded, func(s *engine.Settlement) { s.Attempts = []*engine.Attempt{done} })
	require.Greater(t, run.Seq, before)
	got, attempts, err := f.s.Run(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, run, got)
	done.With, done.Preview = intent.With, intent.Preview // what was written first stays
	require.Equal(t, []*engine.Attempt{done}, attempts)
}

func settledLost(t *testing.T, f *fixture) {
	t.Helper()
	settle := func(run *engine.Run) error {
		run.State = engine.RunSucceeded
		run.FinishedAt = f.start
		_, err := f.s.Settle(t.Context(), engine.Settlement{Run: run, Epoch: f.epoch})
		return err
	}
	canceled := f.started(t)
	_, err := f.s.Cancel(t.Context(), []engine.ID{canceled.ID}, "not wanted")
	require.NoError(t, err)
	require.ErrorIs(t, settle(canceled), engine.ErrLeaseLost)
	require.Equal(t, engine.RunCanceled, f.stateOf(t, canceled.ID))

	done := f.started(t)
	require.NoError(t, settle(done))
	require.ErrorIs(t, settle(done), engine.ErrLeaseLost)
	require.ErrorIs(t, settle(&engine.Run{ID: f.id()}), engine.ErrLeaseLost)

	taken := f.started(t)
	_, err = f.s.Begin(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, settle(taken), engine.ErrLeaseLost)
	require.Equal(t, engine.RunQueued, f.stateOf(t, taken.ID))
}

func settledBack(t *testing.T, f *fixture) {
	t.Helper()
	run := f.started(t)
	f.settle(t, run, engine.RunQueued)
	require.Equal(t, []engine.ID{run.ID}, idsOf(f.due(t, 0, 10)))
	f.settle(t, run, engine.RunSucceeded)
}

// settledMates mixes operations that are refused with others in the same commits.
func settledMates(t *testing.T, f *fixture) {
	t.Helper()
	const n = 60
	runs := make([]*engine.Run, n)
	for i := range runs {
		runs[i] = f.started(t)
	}
	var refused, stored atomic.Int32
	errs := make(chan error, 2*n)
	for i, run := range runs {
		go func() {
			stale := *run
			stale.State = engine.RunSucceeded
			_, err := f.s.Settle(t.Context(), engine.Settlement{Run: &stale, Epoch: f.epoch - 1})
			if errors.Is(err, engine.ErrLeaseLost) {
				refused.Add(1)
				err = nil
			}
			errs <- err
		}()
		go func() {
			copied := *run
			copied.State, copied.FinishedAt = engine.RunSucceeded, f.start
			_, err := f.s.Settle(context.WithoutCancel(t.Context()), engine.Settlement{Run: &copied, Epoch: f.epoch})
			if err == nil {
				stored.Add(1)
			}
			errs <- err
		}()
		if i%10 == 0 {
			again := f.event(func(e *engine.Event) { e.ID = run.EventID })
			_, err := f.s.Accept(t.Context(), again, engine.Claim{})
			requireKind(t, engine.KindConflict, err)
		}
	}
	for range 2 * n {
		require.NoError(t, <-errs)
	}
	require.EqualValues(t, n, refused.Load())
	require.EqualValues(t, n, stored.Load())
}
