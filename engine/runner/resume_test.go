package runner_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// stuckAt makes calls of one step hang and the others succeed.
func stuckAt(step string) func(context.Context, engine.Call) (engine.Result, error) {
	return func(ctx context.Context, call engine.Call) (engine.Result, error) {
		if call.Step == step {
			return hang(ctx, call)
		}
		return engine.Result{Output: call.Step}, nil
	}
}

func TestResume_GoesOnAtTheFirstUnfinishedStep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{
			send("one", "a"), send("two", "a"),
			send("three", "a", func(s *engine.Step) { s.With["text"] = "{{ steps.one }} {{ steps.two }}" }),
		}})
		h.send.answers(stuckAt("two"))
		h.post(`{}`)
		require.Len(t, h.send.all(), 2)
		h.crash()
		h.send.answers(stuckAt("nothing"))
		time.Sleep(time.Second)
		h.open()
		run, attempts := h.only()
		require.Equal(t, engine.RunSucceeded, run.State)
		calls := h.send.all()
		require.Len(t, calls, 4)
		require.Equal(t, "two", calls[2].call.Step)
		require.Equal(t, calls[1].call.Key, calls[2].call.Key)
		require.Equal(t, 1, calls[2].call.Attempt, "an attempt cut by a crash does not count")
		require.Equal(t, "one two", calls[3].call.With["text"])
		require.Len(t, attempts, 4)
		require.Equal(t, engine.OutcomeUnknown, attempts[1].Outcome)
		require.True(t, attempts[1].Uncounted)
	})
}

func TestResume_DoesNotRepeatWhatMayHaveHappenedWhenTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{
			send("one", "a", func(s *engine.Step) { s.OnUnknown = "stop" }), send("two", "a"),
		}})
		h.send.answers(hang)
		h.post(`{}`)
		h.crash()
		h.send.answers(nil)
		h.open()
		run, attempts := h.only()
		require.Equal(t, engine.RunFailed, run.State)
		require.Equal(t, engine.OutcomeUnknown, attempts[0].Outcome)
		require.Len(t, h.send.all(), 1)
		problems, err := h.db.Problems(t.Context(), false)
		require.NoError(t, err)
		require.Len(t, problems, 1)
		require.Equal(t, int64(1), problems[0].Unknown)

		_, err = h.runner.Retry(t.Context(), run.ID, false, false)
		require.NoError(t, err)
		h.settle()
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 1}, h.states())
		require.Len(t, h.send.all(), 3)
	})
}

func TestResume_SettledByAPersonGoesOnBehindTheStep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{
			send("one", "a", func(s *engine.Step) { s.OnUnknown = "stop" }), send("two", "a"),
		}})
		h.send.answers(func(_ context.Context, call engine.Call) (engine.Result, error) {
			if call.Step == "one" {
				return engine.Result{}, engine.Unknown("Hm.", nil)
			}
			return engine.Result{}, nil
		})
		h.post(`{}`)
		run, _ := h.only()
		require.Equal(t, engine.RunFailed, run.State)
		require.NoError(t, h.runner.SettleStep(t.Context(), run.ID, "one", "ann"))
		h.settle()
		run, _ = h.only()
		require.Equal(t, engine.RunSucceeded, run.State)
		require.Len(t, h.send.all(), 2)
		require.Equal(t, engine.KindConflict, engine.KindOf(h.runner.SettleStep(t.Context(), run.ID, "one", "ann")))
	})
}

func TestResume_ForEachStartsAtTheFirstUnsettledItem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{
			send("each", "a", func(s *engine.Step) {
				s.ForEach, s.With["text"], s.If = "payload.list", "{{ item }}", "item != \"b\""
			}),
			send("last", "a", func(s *engine.Step) { s.With["text"] = "{{ steps.each }}." }),
		}})
		stuck := true
		h.send.answers(func(ctx context.Context, call engine.Call) (engine.Result, error) {
			if call.With["text"] == "c" && stuck {
				return hang(ctx, call)
			}
			return engine.Result{Output: call.With["text"]}, nil
		})
		h.post(`{"list":["a","b","c","d"]}`)
		h.crash()
		stuck = false
		h.open()
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 1}, h.states())
		require.Equal(t, []string{"a", "c", "c", "d", `["a",null,"c","d"].`}, h.send.texts())
	})
}

func TestResume_EventsThatWereNotRoutedAreRouted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
		for _, text := range []string{`{"text":"1"}`, `{"text":"2"}`, `{"text":"3"}`} {
			h.accept(text) // committed, and the program ends before it is handed over
		}
		h.stop()
		h.open()
		h.pass(time.Second) // a commit waits a moment for company
		require.ElementsMatch(t, []string{"1", "2", "3"}, h.send.texts())
		ledger, err := h.db.Ledger(t.Context(), "in")
		require.NoError(t, err)
		require.Zero(t, ledger.Pending)
	})
}

func TestStop_LetsStepsEndAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{send("one", "a"), send("two", "a")}})
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			time.Sleep(10 * time.Second)
			return engine.Result{}, nil
		})
		h.post(`{}`)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		began := time.Now()
		require.NoError(t, h.runner.Stop(ctx))
		require.Equal(t, 10*time.Second, time.Since(began))
		run, attempts := h.only()
		require.Equal(t, engine.RunQueued, run.State)
		require.Equal(t, 1, run.Step)
		require.Len(t, attempts, 1)
		require.Equal(t, engine.StepSucceeded, attempts[0].State)
		_, err := h.runner.Replay(t.Context(), engine.ReplayRequest{Event: run.EventID})
		require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
		h.stop()
		h.open()
		h.pass(10 * time.Second)
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 1}, h.states())
		require.Len(t, h.send.all(), 2)
	})
}

func TestStop_BreaksOffWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{send("one", "a")}})
		h.send.answers(hang)
		h.post(`{}`)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.ErrorIs(t, h.runner.Stop(ctx), context.DeadlineExceeded)
		h.runner = nil
		require.NoError(t, h.db.Close())
		h.send.answers(nil)
		h.open()
		run, attempts := h.only()
		require.Equal(t, engine.RunSucceeded, run.State)
		require.Len(t, attempts, 2)
		require.True(t, attempts[0].Uncounted)
	})
}

func TestLease_ResultOfAStaleOwnerIsDiscarded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{send("one", "a"), send("two", "a")}})
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			time.Sleep(time.Minute)
			return engine.Result{Output: "stale"}, nil
		})
		h.post(`{}`)
		_, err := h.db.Begin(t.Context())
		require.NoError(t, err)
		h.pass(2 * time.Minute)
		run, attempts := h.only()
		require.Equal(t, engine.RunQueued, run.State)
		require.Len(t, attempts, 1)
		require.Equal(t, engine.OutcomeUnknown, attempts[0].Outcome)
		require.Len(t, h.send.all(), 1)
	})
}

// A list that is about to be evaluated when the program must end is not at fault.
func TestStop_FailsNoStepThatHasNotBegun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		list := send("each", "b")
		list.ForEach = "filter(1..5000, # % 7 == 0)"
		h.rule(&engine.Rule{Steps: []engine.Step{send("one", "a"), list}})
		h.send.answers(func(ctx context.Context, _ engine.Call) (engine.Result, error) {
			<-ctx.Done()
			return engine.Result{}, nil // it arrived all the same
		})
		e := h.post(`{}`)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, h.runner.Stop(ctx), context.Canceled)
		h.runner = nil
		run, _ := h.only()
		require.Equal(t, e.ID, run.EventID)
		require.Equal(t, engine.RunQueued, run.State, run.Reason)
		require.Equal(t, 1, run.Step)
	})
}
