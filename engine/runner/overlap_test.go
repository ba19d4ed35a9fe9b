package runner_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// slowly makes every call take a minute.
func slowly(ctx context.Context, call engine.Call) (engine.Result, error) {
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	select {
	case <-timer.C:
		return engine.Result{Output: call.With["text"]}, nil
	case <-ctx.Done():
		return engine.Result{}, engine.Unknown("Stopped.", ctx.Err())
	}
}

func TestOverlap_Modes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		overlap *engine.Overlap
		early   []string // texts sent before the first minute is over
		texts   []string // sent in the end
		states  map[engine.RunState]int
	}{
		"parallel": {nil, []string{"1", "2", "3"}, []string{"1", "2", "3"}, map[engine.RunState]int{engine.RunSucceeded: 3}},
		"queue": {
			&engine.Overlap{Mode: engine.OverlapQueue},
			[]string{"1"},
			[]string{"1", "2", "3"},
			map[engine.RunState]int{engine.RunSucceeded: 3},
		},
		"queue by key": {
			&engine.Overlap{Mode: engine.OverlapQueue, Key: "payload.key"},
			[]string{"1", "3"},
			[]string{"1", "3", "2"},
			map[engine.RunState]int{engine.RunSucceeded: 3},
		},
		"queue that is full": {
			&engine.Overlap{Mode: engine.OverlapQueue, Max: 1},
			[]string{"1"},
			[]string{"1", "2"},
			map[engine.RunState]int{engine.RunSucceeded: 2, engine.RunSkipped: 1},
		},
		"queue that drops": {
			&engine.Overlap{Mode: engine.OverlapQueue, Max: 1, WhenFull: "dropOldest"},
			[]string{"1"},
			[]string{"1", "3"},
			map[engine.RunState]int{engine.RunSucceeded: 2, engine.RunCanceled: 1},
		},
		"single": {
			&engine.Overlap{Mode: engine.OverlapSingle},
			[]string{"1"},
			[]string{"1"},
			map[engine.RunState]int{engine.RunSucceeded: 1, engine.RunSkipped: 2},
		},
		"restart": {
			&engine.Overlap{Mode: engine.OverlapRestart},
			[]string{"1", "2", "3"},
			[]string{"1", "2", "3"},
			map[engine.RunState]int{engine.RunSucceeded: 1, engine.RunCanceled: 2},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t)
				h.send.answers(slowly)
				h.rule(&engine.Rule{Overlap: tc.overlap, Steps: []engine.Step{send("s", "a")}})
				h.post(`{"text":"1","key":"x"}`)
				h.post(`{"text":"2","key":"x"}`)
				h.post(`{"text":"3","key":"y"}`)
				require.Equal(t, tc.early, h.send.texts())
				h.pass(10 * time.Minute)
				require.Equal(t, tc.texts, h.send.texts())
				require.Equal(t, tc.states, h.states())
				for state, n := range h.runner.Stats().Ended {
					require.EqualValues(t, tc.states[state], n, state)
				}
			})
		})
	}
}

func TestOverlap_QueueWaitsForARetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.answers(func(_ context.Context, call engine.Call) (engine.Result, error) {
			if call.Attempt == 1 && call.With["text"] == "1" {
				return engine.Result{}, engine.Temporary("Later.", nil)
			}
			return engine.Result{}, nil
		})
		h.rule(&engine.Rule{Overlap: &engine.Overlap{Mode: engine.OverlapQueue}, Steps: []engine.Step{send("s", "a")}})
		h.post(`{"text":"1"}`)
		h.post(`{"text":"2"}`)
		h.pass(5 * time.Minute)
		require.Equal(t, []string{"1", "1", "2"}, h.send.texts())
	})
}

func TestCancel_BreaksOffTheRunningStepAndUnblocksTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.answers(slowly)
		h.rule(&engine.Rule{Overlap: &engine.Overlap{Mode: engine.OverlapQueue}, Steps: []engine.Step{send("s", "a")}})
		h.post(`{"text":"1"}`)
		first, _ := h.only()
		h.post(`{"text":"2"}`)
		canceled, err := h.runner.Cancel(t.Context(), []engine.ID{first.ID, newID()}, "Not needed.")
		require.NoError(t, err)
		require.Equal(t, []engine.ID{first.ID}, canceled)
		h.settle()
		require.Equal(t, []string{"1", "2"}, h.send.texts())
		run, _ := h.run(first.ID)
		require.Equal(t, engine.RunCanceled, run.State)
		require.Equal(t, "Not needed.", run.Reason)
		h.pass(time.Minute)
		require.Equal(t, map[engine.RunState]int{engine.RunCanceled: 1, engine.RunSucceeded: 1}, h.states())
	})
}
