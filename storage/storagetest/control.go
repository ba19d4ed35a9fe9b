package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func controlTests() []historyTest {
	return []historyTest{
		{"cancel ends active runs only", controlCancel},
		{"cancel ends failed runs for good", controlSkip},
		{"reopen queues failed and canceled runs", controlReopen},
		{"reopen refuses others", controlReopenRefused},
		{"settling what is unknown goes on after the step", controlSettleUnknown},
		{"settling what is unknown of a list goes on with the rest", controlSettleItems},
	}
}

func controlCancel(t *testing.T, f *fixture) {
	t.Helper()
	running, waiting, done := f.started(t), f.waiting(t, time.Hour, ""), f.started(t)
	f.settle(t, done, engine.RunSucceeded)
	canceled, err := f.s.Cancel(t.Context(), []engine.ID{running.ID, f.id(), done.ID, waiting.ID}, "not wanted")
	require.NoError(t, err)
	require.Equal(t, []engine.ID{running.ID, waiting.ID}, canceled)
	run, _, err := f.s.Run(t.Context(), waiting.ID)
	require.NoError(t, err)
	require.Equal(t, engine.RunCanceled, run.State)
	require.Equal(t, "not wanted", run.Reason)
	require.False(t, run.FinishedAt.IsZero())
	require.True(t, run.DueAt.IsZero())
	require.Equal(t, engine.RunSucceeded, f.stateOf(t, done.ID))
	require.Empty(t, f.due(t, 2*time.Hour, 10))
}

func controlSkip(t *testing.T, f *fixture) {
	t.Helper()
	run := f.started(t)
	f.fail(t, run, func(s *engine.Settlement) { s.Attempts = []*engine.Attempt{unknown(run, 0, 1)} })
	canceled, err := f.s.Cancel(t.Context(), []engine.ID{run.ID}, "not wanted")
	require.NoError(t, err)
	require.Equal(t, []engine.ID{run.ID}, canceled)
	got, attempts, err := f.s.Run(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, engine.RunCanceled, got.State)
	require.Equal(t, "not wanted", got.Reason)
	require.False(t, got.Unknown)
	require.Equal(t, engine.OutcomeUnknown, attempts[0].Outcome, "what happened stays told")
	require.Empty(t, f.problems(t, false))
	require.EqualValues(t, 1, f.problems(t, true)[0].Skipped)
	counts, err := f.s.RunCounts(t.Context(), f.lately(t))
	require.Equal(t, engine.RunCounts{Started: 1, Failed: 1}, total(t, counts, err), "it ended once")
	canceled, err = f.s.Cancel(t.Context(), []engine.ID{run.ID}, "not wanted")
	require.NoError(t, err)
	require.Empty(t, canceled)
	require.NoError(t, f.s.Reopen(t.Context(), run.ID, -1, 0), "a person may change their mind")
}

func controlReopen(t *testing.T, f *fixture) {
	t.Helper()
	failed, canceled := f.started(t), f.started(t)
	failed.Step = 3
	f.fail(t, failed, func(s *engine.Settlement) {
		s.Attempts = []*engine.Attempt{{RunID: failed.ID, Step: 3, Key: "d", Action: "http", Number: 1, State: engine.StepFailed, Error: "no"}}
	})
	_, err := f.s.Cancel(t.Context(), []engine.ID{canceled.ID}, "not wanted")
	require.NoError(t, err)
	require.NoError(t, f.s.Reopen(t.Context(), failed.ID, -1, 0))
	require.NoError(t, f.s.Reopen(t.Context(), canceled.ID, 0, 7))
	problems, err := f.s.Problems(t.Context(), false)
	require.NoError(t, err)
	require.Empty(t, problems, "reopening clears the problem")
	for _, w := range f.due(t, 0, 10) {
		require.True(t, w.Run.FinishedAt.IsZero())
		require.True(t, w.Run.StartedAt.IsZero(), "it starts anew")
		require.Empty(t, w.Run.Reason)
		if w.Run.ID == failed.ID {
			require.Equal(t, [2]int{3, 1}, [2]int{w.Run.Step, w.Run.RuleVersion})
			require.Len(t, w.Attempts, 1, "history stays")
		} else {
			require.Equal(t, [2]int{0, 7}, [2]int{w.Run.Step, w.Run.RuleVersion})
		}
	}
}

func controlReopenRefused(t *testing.T, f *fixture) {
	t.Helper()
	active, done := f.started(t), f.started(t)
	f.settle(t, done, engine.RunSucceeded)
	for _, id := range []engine.ID{active.ID, done.ID} {
		requireKind(t, engine.KindConflict, f.s.Reopen(t.Context(), id, -1, 0))
	}
	requireKind(t, engine.KindNotFound, f.s.Reopen(t.Context(), f.id(), -1, 0))
}

// unknown makes an attempt after which nobody knows whether it arrived.
func unknown(run *engine.Run, item, number int) *engine.Attempt {
	return &engine.Attempt{
		RunID: run.ID, Step: run.Step, Key: "post", Action: "http", Item: item, Number: number,
		State: engine.StepFailed, Outcome: engine.OutcomeUnknown, Error: "It did not answer in time.",
	}
}

func controlSettleUnknown(t *testing.T, f *fixture) {
	t.Helper()
	run := f.started(t)
	run.Step = 1
	f.fail(t, run, func(s *engine.Settlement) { s.Attempts = []*engine.Attempt{unknown(run, 0, 1), unknown(run, 0, 2)} })
	requireKind(t, engine.KindConflict, f.s.SettleUnknown(t.Context(), run.ID, "other", "ann@example.com"))
	require.NoError(t, f.s.SettleUnknown(t.Context(), run.ID, "post", "ann@example.com"))
	requireKind(t, engine.KindConflict, f.s.SettleUnknown(t.Context(), run.ID, "post", "ann@example.com"))
	requireKind(t, engine.KindNotFound, f.s.SettleUnknown(t.Context(), f.id(), "post", "ann@example.com"))
	got, attempts, err := f.s.Run(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, engine.RunQueued, got.State)
	require.Equal(t, 2, got.Step)
	require.Equal(t, engine.StepFailed, attempts[0].State)
	require.Equal(t, engine.StepSucceeded, attempts[1].State)
	require.Equal(t, engine.OutcomeSent, attempts[1].Outcome)
	require.Contains(t, attempts[1].Error, "ann@example.com")
	problems, err := f.s.Problems(t.Context(), false)
	require.NoError(t, err)
	require.Empty(t, problems)

	plain := f.started(t)
	f.fail(t, plain, func(s *engine.Settlement) {
		s.Attempts = []*engine.Attempt{{RunID: plain.ID, Key: "post", Action: "http", Number: 1, State: engine.StepFailed, Outcome: engine.OutcomeNotSent}}
	})
	requireKind(t, engine.KindConflict, f.s.SettleUnknown(t.Context(), plain.ID, "post", "ann@example.com"))
}

func controlSettleItems(t *testing.T, f *fixture) {
	t.Helper()
	run := f.started(t)
	f.fail(t, run, func(s *engine.Settlement) {
		s.Attempts = []*engine.Attempt{
			{RunID: run.ID, Key: "post", Action: "http", Item: engine.WholeStep, State: engine.StepRunning, With: []any{"a", "b", "c"}},
			{RunID: run.ID, Key: "post", Action: "http", Item: 0, Number: 1, State: engine.StepSucceeded, Outcome: engine.OutcomeSent},
			unknown(run, 1, 1),
		}
	})
	require.NoError(t, f.s.SettleUnknown(t.Context(), run.ID, "post", "ann@example.com"))
	got, attempts, err := f.s.Run(t.Context(), run.ID)
	require.NoError(t, err)
	require.Zero(t, got.Step, "the third item is left")
	require.Equal(t, engine.StepSucceeded, attempts[2].State)
}

func problemTests() []historyTest {
	return []historyTest{
		{"gather runs by destination and cause", problemsGather},
		{"stay open while a run tries again", problemsStay},
		{"close when the last run is helped", problemsClose},
		{"move with their run", problemsMove},
	}
}

func (f *fixture) problems(t *testing.T, solved bool) []*engine.Problem {
	t.Helper()
	list, err := f.s.Problems(t.Context(), solved)
	require.NoError(t, err)
	return list
}

func cause(reason string) func(*engine.Settlement) {
	return func(s *engine.Settlement) {
		s.Problem = &engine.Cause{Destination: "https://down.example", Reason: reason}
	}
}

func problemsGather(t *testing.T, f *fixture) {
	t.Helper()
	waiting, failed, doubtful, other := f.started(t), f.started(t), f.started(t), f.started(t)
	waiting.DueAt, waiting.Destination = f.start.Add(time.Minute), "https://down.example"
	f.settle(t, waiting, engine.RunWaiting, cause("refused"))
	f.settle(t, failed, engine.RunFailed, cause("refused"))
	f.settle(t, doubtful, engine.RunFailed, cause("refused"), func(s *engine.Settlement) { s.Attempts = []*engine.Attempt{unknown(doubtful, 0, 1)} })
	f.settle(t, other, engine.RunFailed, cause("timed out"))
	list := f.problems(t, false)
	require.Len(t, list, 2)
	for _, p := range list {
		require.Equal(t, "https://down.example", p.Destination)
		require.Nil(t, p.SolvedAt)
		require.False(t, p.Since.IsZero())
		if p.Reason == "timed out" {
			require.Equal(t, [3]int64{0, 1, 0}, [3]int64{p.Waiting, p.Failed, p.Unknown})
			require.Nil(t, p.NextCheck)
			continue
		}
		require.Equal(t, [3]int64{1, 1, 1}, [3]int64{p.Waiting, p.Failed, p.Unknown})
		require.Equal(t, waiting.DueAt, *p.NextCheck)
	}
}

func problemsStay(t *testing.T, f *fixture) {
	t.Helper()
	run := f.started(t)
	run.DueAt = f.start.Add(time.Minute)
	f.settle(t, run, engine.RunWaiting, cause("refused"), attempted(run, 1, engine.StepFailed))
	id := f.problems(t, false)[0].ID
	f.due(t, time.Hour, 1)
	f.settle(t, run, engine.RunRunning, attempted(run, 2, engine.StepRunning))
	require.EqualValues(t, 1, f.problems(t, false)[0].Waiting, "it tries again")
	f.settle(t, run, engine.RunFailed, cause("refused"), attempted(run, 2, engine.StepFailed))
	require.Equal(t, id, f.problems(t, false)[0].ID)
	require.EqualValues(t, 1, f.problems(t, false)[0].Failed)
}

// attempted stores an attempt at the first step of a run.
func attempted(run *engine.Run, number int, state engine.StepState) func(*engine.Settlement) {
	return func(s *engine.Settlement) {
		s.Attempts = []*engine.Attempt{{RunID: run.ID, Key: "post", Action: "http", Number: number, State: state}}
	}
}

func problemsClose(t *testing.T, f *fixture) {
	t.Helper()
	one, two, three := f.started(t), f.started(t), f.started(t)
	for _, run := range []*engine.Run{one, two, three} {
		run.DueAt = f.start.Add(time.Minute)
		f.settle(t, run, engine.RunWaiting, cause("refused"))
	}
	one.Step = 1
	f.settle(t, one, engine.RunRunning)
	require.EqualValues(t, 2, f.problems(t, false)[0].Waiting, "the next step has nothing to do with it")
	f.settle(t, two, engine.RunSucceeded)
	require.Len(t, f.problems(t, false), 1)
	_, err := f.s.Cancel(t.Context(), []engine.ID{three.ID}, "not wanted")
	require.NoError(t, err)
	require.Empty(t, f.problems(t, false))
	solved := f.problems(t, true)
	require.Len(t, solved, 1)
	require.NotNil(t, solved[0].SolvedAt)
	f.settle(t, one, engine.RunFailed, cause("refused"))
	require.NotEqual(t, solved[0].ID, f.problems(t, false)[0].ID, "a solved problem stays solved")
}

func problemsMove(t *testing.T, f *fixture) {
	t.Helper()
	run := f.started(t)
	run.DueAt = f.start.Add(time.Minute)
	f.settle(t, run, engine.RunWaiting, cause("refused"))
	f.settle(t, run, engine.RunWaiting, cause("timed out"))
	list := f.problems(t, false)
	require.Len(t, list, 1)
	require.Equal(t, "timed out", list[0].Reason)
}
