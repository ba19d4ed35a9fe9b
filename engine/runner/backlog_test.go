package runner_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/runner"
)

func TestBacklog_WhatHasNoRoomIsReadBackOnceAndInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, func(d *runner.Deps) {
			d.Limits = runner.Limits{QueueBytes: 4 << 10, Workers: 1, Steps: 1, PerDestination: 1}
		})
		var mu sync.Mutex
		var order []string
		h.send.answers(func(_ context.Context, call engine.Call) (engine.Result, error) {
			mu.Lock()
			defer mu.Unlock()
			text, _ := call.With["text"].(string)
			order = append(order, text)
			return engine.Result{}, nil
		})
		h.rule(&engine.Rule{Overlap: &engine.Overlap{Mode: engine.OverlapQueue}, Steps: []engine.Step{send("s", "a")}})
		const events = 300
		var want []string
		for i := range events {
			want = append(want, strconv.Itoa(i))
			h.runner.Dispatch(h.accept(fmt.Sprintf(`{"text":"%d"}`, i)))
		}
		h.pass(10 * time.Second)
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 200}, h.states(), "one page of them")
		require.Equal(t, want, order)
		depth, err := h.db.Depth(t.Context())
		require.NoError(t, err)
		require.Zero(t, depth.Pending+depth.Queued+depth.Waiting)
		require.Equal(t, int64(events), h.runner.Stats().Matched)
	})
}

func TestBacklog_ManySendersAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, func(d *runner.Deps) { d.Limits.QueueBytes = 8 << 10 })
		h.rule(&engine.Rule{When: `payload.text != ""`, Steps: []engine.Step{send("s", "a")}})
		var senders sync.WaitGroup
		for s := range 16 {
			senders.Go(func() {
				for i := range 40 {
					h.runner.Dispatch(h.accept(fmt.Sprintf(`{"text":"%d-%d"}`, s, i)))
				}
			})
		}
		senders.Wait()
		h.pass(30 * time.Second)
		texts := make(map[string]int)
		for _, text := range h.send.texts() {
			texts[text]++
		}
		require.Len(t, texts, 640)
		require.Len(t, h.send.all(), 640)
		stats := h.runner.Stats()
		require.Equal(t, int64(640), stats.Ended[engine.RunSucceeded])
		require.Equal(t, int64(640), stats.Attempts[engine.OutcomeSent])
		require.Zero(t, stats.InFlight)
		require.Zero(t, stats.QueuedBytes)
	})
}

func TestBacklog_TellsWhenTooMuchWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, func(d *runner.Deps) { d.Limits = runner.Limits{Workers: 1, Backlog: 3} })
		require.False(t, h.runner.Full())
		h.stop()
		h.inboxless(5)
		require.True(t, h.runner.Full())
	})
}

// inboxless accepts events while no runner works, and makes a runner that has only
// been told of them.
func (h *harness) inboxless(events int) {
	h.t.Helper()
	h.open()
	require.NoError(h.t, h.runner.Stop(h.t.Context()))
	h.runner = h.newRunner()
	for range events {
		h.runner.Dispatch(h.accept(`{}`))
	}
	h.t.Cleanup(func() { h.runner = nil })
}
