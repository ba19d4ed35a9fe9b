package runner_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/runner"
)

func TestRun_WorksThroughItsSteps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{When: `payload.kind == "a"`, Steps: []engine.Step{
			{Key: "say", Action: "note", With: map[string]any{"text": "{{ payload.text }}"}},
			send("first", "a"),
			send("second", "b", func(s *engine.Step) { s.With["text"] = "{{ steps.first.n }}" }),
		}})
		e := h.post(`{"kind":"a","text":"hello"}`)
		h.post(`{"kind":"b"}`)

		run, attempts := h.only()
		require.Equal(t, engine.RunSucceeded, run.State)
		require.Equal(t, e.ID, run.EventID)
		require.Len(t, attempts, 3)
		require.Equal(t, "hello", attempts[1].Preview.Body)
		require.Equal(t, engine.OutcomeSent, attempts[1].Outcome)
		calls := h.send.all()
		require.Len(t, calls, 2)
		require.Equal(t, "hello", calls[0].call.With["text"])
		require.Equal(t, int64(1), calls[1].call.With["text"])
		require.NotEqual(t, calls[0].call.Key, calls[1].call.Key)
		stored, err := h.db.Event(t.Context(), e.ID)
		require.NoError(t, err)
		require.Equal(t, engine.RouteMatched, stored.Route)
		ledger, err := h.db.Ledger(t.Context(), "in")
		require.NoError(t, err)
		require.Equal(t, int64(1), ledger.Matched)
		require.Equal(t, int64(1), ledger.Unmatched)
		require.Zero(t, ledger.Pending)
	})
}

// slowRuns takes a second to store the progress of a run.
type slowRuns struct{ engine.RunStore }

func (s slowRuns) Settle(ctx context.Context, settlement engine.Settlement) ([]engine.ID, error) {
	time.Sleep(time.Second)
	return s.RunStore.Settle(ctx, settlement)
}

func TestRun_AnAttemptLastsAsLongAsItsStep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, func(d *runner.Deps) { d.Runs = slowRuns{d.Runs} })
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			time.Sleep(100 * time.Millisecond)
			return engine.Result{}, nil
		})
		h.rule(&engine.Rule{Steps: []engine.Step{
			send("first", "a"), {Key: "wait", Action: "delay", With: map[string]any{"for": "1m"}}, send("second", "b"), send("third", "c"),
		}})
		h.post(`{}`)
		h.pass(5 * time.Minute)
		run, attempts := h.only()
		require.Equal(t, engine.RunSucceeded, run.State)
		for i, want := range []time.Duration{100 * time.Millisecond, time.Minute, 100 * time.Millisecond, 100 * time.Millisecond} {
			require.Equal(t, want, attempts[i].Duration, attempts[i].Key)
		}
	})
}

func TestRun_RetriesWithTheSameKeyAndConfiguration(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		require.NoError(t, h.db.PutVars(t.Context(), map[string]any{"v": "old"}, 0))
		h.settle()
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a", func(s *engine.Step) { s.With["text"] = "{{ vars.v }}" })}})
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			return engine.Result{}, engine.Temporary("Not now.", nil)
		})
		h.post(`{}`)
		run, _ := h.only()
		require.Equal(t, engine.RunWaiting, run.State)
		require.Equal(t, "a", run.Destination)
		require.Equal(t, time.Minute, run.DueAt.Sub(h.start))
		require.NoError(t, h.db.PutVars(t.Context(), map[string]any{"v": "new"}, 1))

		h.pass(time.Minute)
		h.pass(4 * time.Minute)
		h.pass(16*time.Minute - time.Second)
		require.Len(t, h.send.all(), 3)
		h.pass(time.Second)
		calls := h.send.all()
		require.Len(t, calls, 4)
		for i, c := range calls {
			require.Equal(t, "old", c.call.With["text"])
			require.Equal(t, calls[0].call.Key, c.call.Key)
			require.Equal(t, i+1, c.call.Attempt)
		}
		run, attempts := h.only()
		require.Equal(t, engine.RunFailed, run.State)
		require.Equal(t, `Step "s" failed: Not now.`, run.Reason)
		require.Len(t, attempts, 4)
		problems, err := h.db.Problems(t.Context(), false)
		require.NoError(t, err)
		require.Len(t, problems, 1)
		require.Equal(t, int64(1), problems[0].Failed)
	})
}
