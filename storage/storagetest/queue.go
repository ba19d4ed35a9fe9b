package storagetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func queueTests() []historyTest {
	return []historyTest{
		{"returns pending events in commit order", queuePending},
		{"hands out what is due, oldest first", queueDue},
		{"hands a run to one of many", queueRace},
		{"takes over what an earlier owner left", queueTakeover},
		{"gives what is needed to go on", queueWork},
		{"wakes what waits for a destination", queueWake},
		{"counts its depth", queueDepth},
	}
}

func queuePending(t *testing.T, f *fixture) {
	t.Helper()
	first, second, third := f.accept(t), f.accept(t), f.accept(t)
	f.accept(t, func(e *engine.Event) { e.Verdict = engine.Held })
	f.unmatched(t, second)
	list, err := f.s.Pending(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, first.ID, list[0].ID)
	require.Equal(t, first.Body, list[0].Body)
	list, err = f.s.Pending(t.Context(), first.Seq, 1)
	require.NoError(t, err)
	require.Equal(t, third.ID, list[0].ID)
	list, err = f.s.Pending(t.Context(), third.Seq, 1)
	require.NoError(t, err)
	require.Empty(t, list)
}

// waiting starts a run that waits until a time after the start.
func (f *fixture) waiting(t *testing.T, after time.Duration, destination string) *engine.Run {
	t.Helper()
	run := f.started(t)
	run.DueAt, run.Destination = f.start.Add(after), destination
	f.settle(t, run, engine.RunWaiting)
	return run
}

func queueDue(t *testing.T, f *fixture) {
	t.Helper()
	late, early, never := f.waiting(t, 2*time.Minute, ""), f.waiting(t, time.Minute, ""), f.waiting(t, time.Hour, "")
	next, err := f.s.NextDue(t.Context())
	require.NoError(t, err)
	require.Equal(t, early.DueAt, next)
	require.Empty(t, f.due(t, 59*time.Second, 10))
	require.Equal(t, []engine.ID{early.ID}, idsOf(f.due(t, 10*time.Minute, 1)))
	require.Equal(t, []engine.ID{late.ID}, idsOf(f.due(t, 10*time.Minute, 10)))
	require.Empty(t, f.due(t, 10*time.Minute, 10))
	next, err = f.s.NextDue(t.Context())
	require.NoError(t, err)
	require.Equal(t, never.DueAt, next)
	_, err = f.s.Due(t.Context(), f.epoch+1, f.start, 1)
	require.ErrorIs(t, err, engine.ErrLeaseLost)
	f.due(t, 2*time.Hour, 10)
	next, err = f.s.NextDue(t.Context())
	require.NoError(t, err)
	require.Zero(t, next)
}

func queueRace(t *testing.T, f *fixture) {
	t.Helper()
	const runs = 40
	for range runs {
		f.waiting(t, time.Second, "")
	}
	var mu sync.Mutex
	seen := make(map[engine.ID]int)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for {
				work, err := f.s.Due(t.Context(), f.epoch, f.start.Add(time.Minute), 3)
				if err != nil {
					t.Error(err)
				}
				if len(work) == 0 {
					return
				}
				mu.Lock()
				for _, w := range work {
					seen[w.Run.ID]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	require.Len(t, seen, runs)
	for id, n := range seen {
		require.Equal(t, 1, n, id)
	}
}

func queueTakeover(t *testing.T, f *fixture) {
	t.Helper()
	cut := f.started(t, func(n *engine.NewRun) {
		n.Run.Step = 1
		n.Attempts = []*engine.Attempt{
			{RunID: n.Run.ID, Key: "a", Action: "http", Number: 1, State: engine.StepSucceeded, Outcome: engine.OutcomeSent},
			{RunID: n.Run.ID, Step: 1, Key: "b", Action: "http", Number: 1, State: engine.StepRunning, With: map[string]any{"url": "x"}},
		}
	})
	waits := f.waiting(t, time.Minute, "")
	pending := f.accept(t)
	old := f.epoch
	epoch, err := f.s.Begin(t.Context())
	require.NoError(t, err)
	require.Greater(t, epoch, old)
	_, err = f.s.Due(t.Context(), old, f.start, 1)
	require.ErrorIs(t, err, engine.ErrLeaseLost)
	f.epoch = epoch
	work := f.due(t, time.Hour, 10)
	require.ElementsMatch(t, []engine.ID{cut.ID, waits.ID}, idsOf(work))
	_, attempts, err := f.s.Run(t.Context(), cut.ID)
	require.NoError(t, err)
	require.Equal(t, engine.StepSucceeded, attempts[0].State)
	last := attempts[1]
	require.Equal(t, engine.OutcomeUnknown, last.Outcome)
	require.True(t, last.Uncounted)
	require.NotEqual(t, engine.StepRunning, last.State)
	require.NotEmpty(t, last.Error)
	list, err := f.s.Pending(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Equal(t, pending.ID, list[0].ID)
	f.settle(t, cut, engine.RunSucceeded)
}

func queueWork(t *testing.T, f *fixture) {
	t.Helper()
	e := f.accept(t)
	one, two := f.newRun(e), f.newRun(e)
	one.Attempts = []*engine.Attempt{{
		RunID: one.Run.ID, Key: "a", Action: "http", Number: 1, State: engine.StepFailed, With: map[string]any{"a": "b"},
		Output: "text", Preview: &engine.Preview{Kind: "request"},
	}}
	f.route(t, e, one, two)
	f.settle(t, one.Run, engine.RunQueued)
	f.settle(t, two.Run, engine.RunQueued)
	work := f.due(t, 0, 10)
	require.Len(t, work, 2)
	require.Equal(t, engine.RunRunning, work[0].Run.State)
	for _, w := range work {
		require.Equal(t, e.Body, w.Event.Body)
		require.Equal(t, e.Headers, w.Event.Headers)
		require.Equal(t, engine.RouteMatched, w.Event.Route)
	}
	require.NotSame(t, work[0].Event, work[1].Event)
	want := *one.Attempts[0]
	want.Preview = nil
	require.Equal(t, []*engine.Attempt{&want}, work[0].Attempts)
	require.Empty(t, work[1].Attempts)
}

func queueWake(t *testing.T, f *fixture) {
	t.Helper()
	first, second, third := f.waiting(t, time.Hour, "https://down"), f.waiting(t, 2*time.Hour, "https://down"), f.waiting(t, 3*time.Hour, "https://down")
	soon, other := f.waiting(t, time.Second, "https://down"), f.waiting(t, time.Hour, "https://up")
	n, err := f.s.Wake(t.Context(), "https://down", f.start.Add(time.Minute), time.Second, 2)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, []engine.ID{soon.ID}, idsOf(f.due(t, time.Minute-1, 10)))
	require.Equal(t, []engine.ID{first.ID}, idsOf(f.due(t, time.Minute, 10)))
	require.Equal(t, []engine.ID{second.ID}, idsOf(f.due(t, time.Minute+time.Second, 10)))
	require.Equal(t, []engine.ID{other.ID}, idsOf(f.due(t, time.Hour, 10)))
	require.Equal(t, engine.RunWaiting, f.stateOf(t, third.ID))
	n, err = f.s.Wake(t.Context(), "https://down", f.start.Add(4*time.Hour), time.Second, 10)
	require.NoError(t, err)
	require.Zero(t, n, "it is due before")
}

func queueDepth(t *testing.T, f *fixture) {
	t.Helper()
	depth, err := f.s.Depth(t.Context())
	require.NoError(t, err)
	require.Equal(t, engine.Depth{}, depth)
	f.started(t)
	f.waiting(t, 24*365*time.Hour*10, "")
	f.add(t, mode(engine.OverlapQueue))
	f.add(t, mode(engine.OverlapQueue))
	oldest := f.accept(t, func(e *engine.Event) { e.ReceivedAt = f.start.Add(-time.Hour) })
	f.accept(t)
	depth, err = f.s.Depth(t.Context())
	require.NoError(t, err)
	require.Equal(t, engine.Depth{Pending: 2, Queued: 1, Running: 2, Waiting: 1, Oldest: oldest.ReceivedAt}, depth, fmt.Sprint(depth))
}
