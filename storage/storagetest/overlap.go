package storagetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func overlapTests() []historyTest {
	return []historyTest{
		{"parallel lets all start", overlapParallel},
		{"queue keeps the order", overlapQueue},
		{"queue is by key", overlapKeys},
		{"queue has an end", overlapFull},
		{"queue drops the oldest when told to", overlapDrops},
		{"queue is held by a waiting run", overlapWaiting},
		{"queue goes on after a cancel", overlapCancel},
		{"single lets one go on", overlapSingle},
		{"restart takes the place", overlapRestart},
		{"holds across versions and modes", overlapVersions},
		{"holds for reopened runs", overlapReopen},
		{"never lets two go on at once", overlapRace},
	}
}

func mode(mode string) func(*engine.NewRun) {
	return func(n *engine.NewRun) { n.Run.Overlap, n.Run.OverlapKey = mode, "key" }
}

// add accepts an event and routes it with one run.
func (f *fixture) add(t *testing.T, edit ...func(*engine.NewRun)) (*engine.Run, engine.Routed) {
	t.Helper()
	e := f.accept(t)
	n := f.newRun(e, edit...)
	return n.Run, f.route(t, e, n)
}

func overlapParallel(t *testing.T, f *fixture) {
	t.Helper()
	for range 3 {
		run, routed := f.add(t)
		require.Equal(t, engine.Routed{Started: []engine.ID{run.ID}}, routed)
	}
}

func overlapQueue(t *testing.T, f *fixture) {
	t.Helper()
	var runs []*engine.Run
	for i := range 4 {
		run, routed := f.add(t, mode(engine.OverlapQueue))
		runs = append(runs, run)
		if i == 0 {
			require.Equal(t, engine.Routed{Started: []engine.ID{run.ID}}, routed)
		} else {
			require.Equal(t, engine.Routed{Blocked: []engine.ID{run.ID}}, routed)
			require.Equal(t, engine.RunQueued, run.State)
		}
	}
	require.Empty(t, f.due(t, time.Hour, 10), "blocked runs are not handed out")
	for i, run := range runs {
		next := f.settle(t, run, engine.RunSucceeded)
		if i == len(runs)-1 {
			require.Empty(t, next)
			break
		}
		require.Equal(t, []engine.ID{runs[i+1].ID}, next)
		require.Equal(t, next, idsOf(f.due(t, 0, 10)))
	}
}

func overlapKeys(t *testing.T, f *fixture) {
	t.Helper()
	for _, key := range []string{"a", "b", ""} {
		run, routed := f.add(t, func(n *engine.NewRun) { n.Run.Overlap, n.Run.OverlapKey = engine.OverlapQueue, key })
		require.Equal(t, []engine.ID{run.ID}, routed.Started)
		run, routed = f.add(t, func(n *engine.NewRun) { n.Run.Overlap, n.Run.OverlapKey = engine.OverlapQueue, key })
		require.Equal(t, []engine.ID{run.ID}, routed.Blocked)
	}
	run, routed := f.add(t, mode(engine.OverlapQueue), func(n *engine.NewRun) { n.Run.RuleID = "other" })
	require.Equal(t, []engine.ID{run.ID}, routed.Started)
}

func overlapFull(t *testing.T, f *fixture) {
	t.Helper()
	short := func(n *engine.NewRun) { n.Max = 2 }
	first, _ := f.add(t, mode(engine.OverlapQueue), short)
	f.add(t, mode(engine.OverlapQueue), short)
	f.add(t, mode(engine.OverlapQueue), short)
	late, routed := f.add(t, mode(engine.OverlapQueue), short)
	require.Equal(t, engine.Routed{Skipped: []engine.ID{late.ID}}, routed)
	require.Equal(t, engine.RunSkipped, late.State)
	require.NotEmpty(t, late.Reason)
	got, _, err := f.s.Run(t.Context(), late.ID)
	require.NoError(t, err)
	require.Equal(t, late, got)
	f.settle(t, first, engine.RunSucceeded)
	_, routed = f.add(t, mode(engine.OverlapQueue), short)
	require.Len(t, routed.Blocked, 1, "there is room again")
}

func overlapDrops(t *testing.T, f *fixture) {
	t.Helper()
	short := func(n *engine.NewRun) { n.Max, n.DropOldest = 2, true }
	first, _ := f.add(t, mode(engine.OverlapQueue), short)
	second, _ := f.add(t, mode(engine.OverlapQueue), short)
	third, _ := f.add(t, mode(engine.OverlapQueue), short)
	fourth, routed := f.add(t, mode(engine.OverlapQueue), short)
	require.Equal(t, engine.Routed{Blocked: []engine.ID{fourth.ID}, Canceled: []engine.ID{second.ID}}, routed)
	require.Equal(t, engine.RunCanceled, f.stateOf(t, second.ID))
	require.Equal(t, []engine.ID{third.ID}, f.settle(t, first, engine.RunFailed))
}

func overlapWaiting(t *testing.T, f *fixture) {
	t.Helper()
	first, _ := f.add(t, mode(engine.OverlapQueue))
	second, _ := f.add(t, mode(engine.OverlapQueue))
	first.DueAt = f.start.Add(time.Minute)
	require.Empty(t, f.settle(t, first, engine.RunWaiting))
	require.Equal(t, []engine.ID{first.ID}, idsOf(f.due(t, time.Hour, 10)), "the second waits for its turn")
	require.Equal(t, []engine.ID{second.ID}, f.settle(t, first, engine.RunSucceeded))
}

func overlapCancel(t *testing.T, f *fixture) {
	t.Helper()
	first, _ := f.add(t, mode(engine.OverlapQueue))
	second, _ := f.add(t, mode(engine.OverlapQueue))
	third, _ := f.add(t, mode(engine.OverlapQueue))
	canceled, err := f.s.Cancel(t.Context(), []engine.ID{first.ID, second.ID}, "not wanted")
	require.NoError(t, err)
	require.Equal(t, []engine.ID{first.ID, second.ID}, canceled)
	require.Equal(t, []engine.ID{third.ID}, idsOf(f.due(t, 0, 10)))
}

func overlapSingle(t *testing.T, f *fixture) {
	t.Helper()
	first, _ := f.add(t, mode(engine.OverlapSingle))
	second, routed := f.add(t, mode(engine.OverlapSingle))
	require.Equal(t, engine.Routed{Skipped: []engine.ID{second.ID}}, routed)
	require.False(t, second.FinishedAt.IsZero())
	require.Empty(t, f.settle(t, first, engine.RunSucceeded))
	_, routed = f.add(t, mode(engine.OverlapSingle))
	require.Len(t, routed.Started, 1)
}

func overlapRestart(t *testing.T, f *fixture) {
	t.Helper()
	first, _ := f.add(t, mode(engine.OverlapRestart), func(n *engine.NewRun) {
		n.Attempts = []*engine.Attempt{{RunID: n.Run.ID, Key: "post", Action: "http", Number: 1, State: engine.StepRunning}}
	})
	second, routed := f.add(t, mode(engine.OverlapRestart))
	require.Equal(t, engine.Routed{Started: []engine.ID{second.ID}, Canceled: []engine.ID{first.ID}}, routed)
	run, attempts, err := f.s.Run(t.Context(), first.ID)
	require.NoError(t, err)
	require.Equal(t, engine.RunCanceled, run.State)
	require.NotEmpty(t, run.Reason)
	require.False(t, run.FinishedAt.IsZero())
	require.Equal(t, engine.StepCanceled, attempts[0].State)
	require.Equal(t, engine.OutcomeUnknown, attempts[0].Outcome)
	first.State = engine.RunSucceeded
	_, err = f.s.Settle(t.Context(), engine.Settlement{Run: first, Epoch: f.epoch})
	require.ErrorIs(t, err, engine.ErrLeaseLost)
}

func overlapVersions(t *testing.T, f *fixture) {
	t.Helper()
	first, _ := f.add(t, mode(engine.OverlapQueue))
	blocked, _ := f.add(t, mode(engine.OverlapQueue))
	skipped, routed := f.add(t, mode(engine.OverlapSingle), func(n *engine.NewRun) { n.Run.RuleVersion = 2 })
	require.Equal(t, engine.Routed{Skipped: []engine.ID{skipped.ID}}, routed)
	last, routed := f.add(t, mode(engine.OverlapRestart), func(n *engine.NewRun) { n.Run.RuleVersion = 3 })
	require.Equal(t, engine.Routed{Started: []engine.ID{last.ID}, Canceled: []engine.ID{first.ID, blocked.ID}}, routed)
}

func overlapReopen(t *testing.T, f *fixture) {
	t.Helper()
	first, _ := f.add(t, mode(engine.OverlapQueue))
	f.settle(t, first, engine.RunFailed)
	second, _ := f.add(t, mode(engine.OverlapQueue))
	require.NoError(t, f.s.Reopen(t.Context(), first.ID, -1, 0))
	require.Empty(t, f.due(t, time.Hour, 10), "the second goes on")
	require.Equal(t, []engine.ID{first.ID}, f.settle(t, second, engine.RunSucceeded))
}

// overlapRace routes and settles from many sides and watches that one run at a
// time owns a key, in commit order.
func overlapRace(t *testing.T, f *fixture) {
	t.Helper()
	const routers, each = 8, 10
	var mu sync.Mutex
	var order []string
	finish := func(run *engine.Run) {
		mu.Lock()
		order = append(order, run.ID.String())
		mu.Unlock()
	}
	var all sync.WaitGroup
	for range routers {
		all.Go(func() {
			for range each {
				e := f.event()
				n := f.newRun(e, mode(engine.OverlapQueue))
				if _, err := f.s.Accept(t.Context(), e, engine.Claim{}); err != nil {
					t.Error(err)
				}
				routed, err := f.s.Route(t.Context(), engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: f.epoch, Runs: []engine.NewRun{n}})
				if err != nil {
					t.Error(err)
				}
				for run := n.Run; run != nil && len(routed.Started) > 0; {
					finish(run)
					run = f.finishAndNext(t, run)
				}
			}
		})
	}
	all.Wait()
	page, err := f.s.Runs(t.Context(), engine.RunFilter{Limit: 200})
	require.NoError(t, err)
	want := make([]string, 0, routers*each)
	for _, run := range slices.Backward(page.Items) {
		require.Equal(t, engine.RunSucceeded, run.State)
		want = append(want, run.ID.String())
	}
	require.Equal(t, fmt.Sprint(want), fmt.Sprint(order))
}

// finishAndNext ends a run and claims the one that may start now.
func (f *fixture) finishAndNext(t *testing.T, run *engine.Run) *engine.Run {
	t.Helper()
	run.State, run.FinishedAt = engine.RunSucceeded, f.start
	next, err := f.s.Settle(t.Context(), engine.Settlement{Run: run, Epoch: f.epoch})
	if err != nil {
		t.Error(err)
		return nil
	}
	if len(next) == 0 {
		return nil
	}
	work, err := f.s.Due(t.Context(), f.epoch, f.start, 1)
	if err != nil || len(work) != 1 {
		t.Errorf("claimed %d runs: %v", len(work), err)
		return nil
	}
	return work[0].Run
}
