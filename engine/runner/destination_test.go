package runner_test

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/runner"
)

// byPlace answers by destination.
func byPlace(places map[string]func(context.Context, engine.Call) (engine.Result, error)) func(context.Context, engine.Call) (engine.Result, error) {
	return func(ctx context.Context, call engine.Call) (engine.Result, error) {
		to, _ := call.With["to"].(string)
		if reply := places[to]; reply != nil {
			return reply(ctx, call)
		}
		return engine.Result{}, nil
	}
}

func twoPlaces(h *harness) {
	h.rule(&engine.Rule{ID: "dead", Steps: []engine.Step{send("s", "dead")}})
	h.rule(&engine.Rule{ID: "live", Steps: []engine.Step{send("s", "live")}})
}

func TestDestination_DeadOneDelaysNobodyElseAndUsesNoAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		twoPlaces(h)
		h.send.answers(byPlace(map[string]func(context.Context, engine.Call) (engine.Result, error){"dead": down}))
		for range 30 {
			h.post(`{}`)
		}
		require.Equal(t, 30, h.send.count("live"))
		require.Equal(t, 5, h.send.count("dead"), "the circuit opens after five failures in a row")
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 30, engine.RunWaiting: 30}, h.states())
		problems, err := h.db.Problems(t.Context(), false)
		require.NoError(t, err)
		require.Len(t, problems, 1)
		require.Equal(t, "dead", problems[0].Destination)
		require.Equal(t, "It does not answer.", problems[0].Reason)
		require.Equal(t, int64(30), problems[0].Waiting)
		for _, run := range h.runs(engine.RunFilter{Rule: "dead"}) {
			require.Equal(t, "dead", run.Destination)
			require.False(t, run.DueAt.IsZero())
		}
		require.Len(t, h.runner.Stats().Circuits, 1)

		h.send.answers(nil)
		h.pass(30 * time.Second)
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 60}, h.states(), "all became due when it answered")
		require.Empty(t, h.runner.Stats().Circuits)
		problems, err = h.db.Problems(t.Context(), false)
		require.NoError(t, err)
		require.Empty(t, problems)
		calls := h.send.all()
		require.Len(t, calls, 65)
		order := make(map[engine.ID]int)
		for i, c := range calls[35:] {
			order[c.call.Event] = i
		}
		require.Len(t, order, 30, "each was sent once more, no more")
	})
}

func TestDestination_OpenCircuitIsTriedMoreAndMoreRarely(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "dead", func(s *engine.Step) {
			s.Retry = &engine.Retry{Attempts: 2, Over: engine.Duration(9 * time.Hour)}
		})}})
		h.send.answers(down)
		for range 20 {
			h.post(`{}`)
		}
		require.Len(t, h.send.all(), 5)
		h.pass(10 * time.Minute)
		probes := h.send.all()[5:]
		require.NotEmpty(t, probes)
		for i := 1; i < len(probes); i++ {
			gap := probes[i].at.Sub(probes[i-1].at)
			require.GreaterOrEqual(t, gap, min(time.Second<<i, 5*time.Minute)-time.Second, "probe %d", i)
		}
		require.Less(t, len(probes), 12)
	})
}

func TestDestination_HangingOneHoldsNoMoreThanItsShare(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, func(d *runner.Deps) { d.Limits = runner.Limits{Steps: 12, PerDestination: 4, Workers: 8} })
		twoPlaces(h)
		h.send.answers(byPlace(map[string]func(context.Context, engine.Call) (engine.Result, error){"dead": hang}))
		for range 50 {
			h.post(`{}`)
		}
		require.Equal(t, 50, h.send.count("live"))
		require.Equal(t, 4, h.send.count("dead"))
		require.Less(t, time.Since(h.start), time.Second)
		h.pass(200 * time.Millisecond)
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 50, engine.RunRunning: 4, engine.RunWaiting: 46}, h.states())
		require.LessOrEqual(t, h.runner.Stats().InFlight, 4)
	})
}

func TestDestination_FullOneServesAllInTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, func(d *runner.Deps) { d.Limits = runner.Limits{Steps: 6, PerDestination: 3, Workers: 8} })
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
		var busy, most atomic.Int64
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			n := busy.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(2 * time.Second)
			busy.Add(-1)
			return engine.Result{}, nil
		})
		for i := range 40 {
			h.post(fmt.Sprintf(`{"text":"%d"}`, i))
		}
		h.pass(2 * time.Minute)
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 40}, h.states())
		require.Len(t, h.send.all(), 40)
		require.Equal(t, int64(3), most.Load())
	})
}

func TestDestination_RateSpacesWithoutUsingAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.rate = 1
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "#channel")}})
		for i := range 10 {
			h.post(fmt.Sprintf(`{"text":"%d"}`, i))
		}
		h.pass(9*time.Second + 100*time.Millisecond)
		calls := h.send.all()
		require.Len(t, calls, 10)
		for i, c := range calls {
			require.Equal(t, 1, c.call.Attempt)
			require.Equal(t, strconv.Itoa(i), c.call.With["text"])
			if i > 0 {
				require.GreaterOrEqual(t, c.at.Sub(calls[i-1].at), 800*time.Millisecond)
			}
		}
	})
}

func TestDestination_AnswerMakesEarlierFailuresDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a", func(s *engine.Step) {
			s.Retry = &engine.Retry{Attempts: 3, Over: engine.Duration(24 * time.Hour)}
		})}})
		h.send.answers(down)
		h.post(`{"text":"first"}`)
		h.send.answers(nil)
		h.pass(time.Minute)
		require.Len(t, h.send.all(), 1)
		h.post(`{"text":"second"}`)
		h.pass(time.Second)
		require.Equal(t, []string{"first", "second", "first"}, h.send.texts())
	})
}

func TestDestination_CheckedByAPerson(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a", func(s *engine.Step) {
			s.Retry = &engine.Retry{Attempts: 3, Over: engine.Duration(24 * time.Hour)}
		})}})
		h.send.answers(down)
		for range 5 {
			h.post(`{}`)
		}
		h.send.answers(nil)
		n, err := h.runner.CheckDestination(t.Context(), "a")
		require.NoError(t, err)
		require.Equal(t, 5, n)
		h.pass(time.Second)
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 5}, h.states())
	})
}

func TestHops_AreHandedOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
		h.post(`{}`)
		e := h.accept(`{}`, engine.Header{Name: "patchbay-hops", Value: "3"})
		h.runner.Dispatch(e)
		h.settle()
		calls := h.send.all()
		require.Equal(t, 0, calls[0].call.Hops)
		require.Equal(t, 3, calls[1].call.Hops)
	})
}

func TestDestination_CanceledRunsLeaveTheLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.rate = 1
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "#channel")}})
		for range 60 {
			h.post(`{}`)
		}
		var ids []engine.ID
		for _, run := range h.runs(engine.RunFilter{State: engine.RunWaiting}) {
			ids = append(ids, run.ID)
		}
		require.Len(t, ids, 59)
		_, err := h.runner.Cancel(t.Context(), ids, "not wanted")
		require.NoError(t, err)
		h.post(`{"text":"next"}`)
		h.pass(3 * time.Second)
		require.Contains(t, h.send.texts(), "next", "nobody stands before it any more")
	})
}

func TestDestination_RunsCanceledOnTheirWayLeaveTheLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.rate = 1
		h.rule(&engine.Rule{Steps: []engine.Step{send("own", "{{ payload.text }}"), send("s", "#channel")}})
		h.post(`{"text":"first"}`)
		h.send.plans = func(call engine.Call) {
			if call.Step == "s" { // it is about to take its place
				_, _ = h.runner.Cancel(context.Background(), []engine.ID{call.Run}, "not wanted")
			}
		}
		for i := range 60 {
			h.post(fmt.Sprintf(`{"text":"%d"}`, i))
		}
		require.Equal(t, 60, h.states()[engine.RunCanceled])
		h.send.plans = nil
		h.post(`{"text":"next"}`)
		h.pass(3 * time.Second)
		require.Equal(t, 2, h.send.count("#channel"), "nobody stands before it any more")
	})
}

func TestDestination_ReplacedRunsLeaveTheLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.rate = 1
		h.rule(&engine.Rule{
			Overlap: &engine.Overlap{Mode: engine.OverlapRestart, Key: "payload.key"},
			Steps:   []engine.Step{send("s", "#channel")},
		})
		h.post(`{"key":"other"}`)
		for i := range 60 {
			h.post(fmt.Sprintf(`{"text":"%d"}`, i))
		}
		h.pass(3 * time.Second)
		require.Equal(t, []string{"", "59"}, h.send.texts())
	})
}
