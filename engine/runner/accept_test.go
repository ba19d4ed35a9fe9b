package runner_test

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/runner"
)

var errDiskFull = errors.New("the disk is full")

// countingEvents counts the commits that bring events in, and may refuse them.
type countingEvents struct {
	engine.EventStore
	waiting, judged atomic.Int64
	refuse          atomic.Bool
}

func (c *countingEvents) Accept(ctx context.Context, e *engine.Event, claim engine.Claim) (engine.Receipt, error) {
	c.waiting.Add(1)
	return c.EventStore.Accept(ctx, e, claim)
}

func (c *countingEvents) AcceptRouted(ctx context.Context, e *engine.Event, claim engine.Claim, r engine.Routing) (engine.Receipt, engine.Routed, error) {
	c.judged.Add(1)
	if c.refuse.Load() {
		return engine.Receipt{}, engine.Routed{}, engine.Unavailable(errDiskFull, "The event cannot be stored.")
	}
	return c.EventStore.AcceptRouted(ctx, e, claim, r)
}

// newCounted is a harness with one slot for each destination whose events are counted.
func newCounted(t *testing.T, adjust ...func(*runner.Deps)) (*harness, *countingEvents) {
	t.Helper()
	c := &countingEvents{}
	h := newHarness(t, append(adjust, func(d *runner.Deps) {
		c.EventStore, d.Events = d.Events, c
		d.Limits.PerDestination = 1
	})...)
	h.rule(&engine.Rule{When: `payload.text != "no"`, Steps: []engine.Step{send("s", "a")}})
	h.take(`{"text":"no"}`, engine.Claim{}) // nobody waits until a new rule is compiled
	h.settle()
	require.Equal(t, int64(1), c.waiting.Swap(0))
	return h, c
}

// take has an event accepted as ingest does, which must not take time.
func (h *harness) take(body string, claim engine.Claim) (*engine.Event, engine.Receipt) {
	h.t.Helper()
	e, began := h.event(body), time.Now()
	receipt, err := h.runner.Accept(h.t.Context(), e, claim)
	require.NoError(h.t, err)
	require.Zero(h.t, time.Since(began), "the sender waits")
	return e, receipt
}

func TestAccept_AnEventAndItsRunsAreOneCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, c := newCounted(t)
		e, _ := h.take(`{"text":"yes"}`, engine.Claim{})
		require.Equal(t, engine.RouteMatched, e.Route)
		h.settle()
		other, _ := h.take(`{"text":"no"}`, engine.Claim{})
		require.Equal(t, engine.RouteUnmatched, other.Route)
		h.settle()
		require.Equal(t, int64(2), c.judged.Load())
		require.Zero(t, c.waiting.Load())
		run, attempts := h.only()
		require.Equal(t, engine.RunSucceeded, run.State)
		require.Equal(t, e.ID, run.EventID)
		require.Len(t, attempts, 1)
		require.NotNil(t, attempts[0].Preview)
		require.Equal(t, int64(3), h.runner.Stats().Routed)
		problems, err := h.db.Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, problems)
	})
}

func TestAccept_ADuplicateLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, _ := newCounted(t)
		claim := engine.Claim{Key: "k", Window: time.Hour}
		first, _ := h.take(`{"text":"1"}`, claim)
		h.settle()
		_, receipt := h.take(`{"text":"2"}`, claim)
		require.True(t, receipt.Duplicate)
		require.Equal(t, first.ID, receipt.ID)
		h.take(`{"text":"3"}`, engine.Claim{})
		h.settle()
		require.Equal(t, []string{"1", "3"}, h.send.texts(), "the only slot is free again")
	})
}

func TestAccept_WhatHasNoRoomWaitsForIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, c := newCounted(t)
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			time.Sleep(50 * time.Millisecond)
			return engine.Result{}, nil
		})
		h.take(`{"text":"1"}`, engine.Claim{})
		h.take(`{"text":"2"}`, engine.Claim{})
		require.Equal(t, int64(1), c.waiting.Load())
		h.pass(time.Second)
		require.Equal(t, []string{"1", "2"}, h.send.texts())
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 2}, h.states())
	})
}

func TestAccept_NobodyWaitsForSlowRules(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var slow atomic.Bool
		var ahead atomic.Int64
		h, c := newCounted(t, func(d *runner.Deps) {
			d.Now = func() time.Time { // as if every look at the clock came late
				if slow.Load() {
					ahead.Add(int64(30 * time.Millisecond))
				}
				return time.Now().Add(time.Duration(ahead.Load()))
			}
		})
		slow.Store(true)
		h.take(`{"text":"1"}`, engine.Claim{})
		h.settle()
		require.Equal(t, []int64{1, 0}, []int64{c.waiting.Load(), c.judged.Load()})
		h.take(`{"text":"2"}`, engine.Claim{})
		h.settle()
		require.Equal(t, []int64{2, 0}, []int64{c.waiting.Load(), c.judged.Load()})
		slow.Store(false)
		for range 100 {
			h.take(`{"text":"3"}`, engine.Claim{})
			h.settle()
		}
		require.Greater(t, c.judged.Load(), int64(50), "they are quick again")
		require.Len(t, h.send.texts(), 102)
	})
}

func TestAccept_NobodyWaitsForTheFirstStepsOfManyRules(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, c := newCounted(t)
		h.send.plans = func(engine.Call) { time.Sleep(time.Millisecond) }
		for i := range 100 {
			id := strconv.Itoa(i)
			h.rule(&engine.Rule{ID: "many" + id, Steps: []engine.Step{send("s", "place-"+id)}})
		}
		h.take(`{"text":"no"}`, engine.Claim{}) // see newCounted
		h.pass(time.Minute)
		require.Len(t, h.send.texts(), 100)
		h.take(`{"text":"no"}`, engine.Claim{})
		h.pass(time.Minute)
		require.Len(t, h.send.texts(), 200)
		require.Zero(t, c.judged.Load(), "the routing worker has found them slow")
	})
}

func TestAccept_GivesUpFirstStepsThatTakeLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, c := newCounted(t)
		for i := range 100 {
			id := strconv.Itoa(i)
			h.rule(&engine.Rule{ID: "many" + id, Steps: []engine.Step{send("s", "place-"+id)}})
		}
		h.take(`{"text":"no"}`, engine.Claim{}) // see newCounted
		h.settle()
		c.waiting.Store(0)
		h.send.plans = func(engine.Call) { time.Sleep(time.Millisecond) }
		began := time.Now()
		_, err := h.runner.Accept(t.Context(), h.event(`{"text":"no"}`), engine.Claim{})
		require.NoError(t, err)
		require.Less(t, time.Since(began), 25*time.Millisecond)
		require.Equal(t, []int64{1, 0}, []int64{c.waiting.Load(), c.judged.Load()})
		h.pass(time.Minute)
		require.Len(t, h.send.texts(), 200)
	})
}

func TestAccept_ARefusalGivesBackWhatWasTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, c := newCounted(t)
		c.refuse.Store(true)
		_, err := h.runner.Accept(t.Context(), h.event(`{"text":"1"}`), engine.Claim{})
		require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
		require.Empty(t, h.runs(engine.RunFilter{}))
		c.refuse.Store(false)
		h.take(`{"text":"2"}`, engine.Claim{})
		h.settle()
		require.Equal(t, []string{"2"}, h.send.texts())
		require.Zero(t, c.waiting.Load())
	})
}

func TestAccept_AnswersTheSenderOnceTheEventIsStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, c := newCounted(t)
		h.rule(&engine.Rule{Steps: []engine.Step{
			{Key: "say", Action: "respond", With: map[string]any{"text": "hello"}},
			send("s", "a", func(s *engine.Step) { s.With["text"] = "{{ payload.text }} {{ steps.say.answered }}" }),
		}})
		h.take(`{"text":"0"}`, engine.Claim{}) // see newCounted
		h.pass(time.Second)
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			time.Sleep(50 * time.Millisecond)
			return engine.Result{}, nil
		})
		accept := func(text string) (<-chan engine.Reply, error) {
			e := h.event(`{"text":"` + text + `"}`)
			answer, done := h.replies.Expect(e.ID)
			t.Cleanup(done)
			_, err := h.runner.Accept(t.Context(), e, engine.Claim{})
			h.settle()
			return answer, err
		}
		for _, text := range []string{"1", "2"} { // the second finds no room at its destination
			answer, err := accept(text)
			require.NoError(t, err)
			require.Equal(t, "hello", string((<-answer).Body))
		}
		c.refuse.Store(true)
		answer, err := accept("3")
		require.Error(t, err)
		require.Empty(t, answer, "what is not stored is not answered")
		h.pass(time.Second)
		require.Equal(t, []string{"0 false", "1 true", "2 true"}, h.send.texts())
		outcomes := make(map[engine.Outcome]int)
		for _, run := range h.runs(engine.RunFilter{}) {
			_, attempts := h.run(run.ID)
			outcomes[attempts[0].Outcome]++
		}
		require.Equal(t, map[engine.Outcome]int{engine.OutcomeSent: 2, engine.OutcomeNotSent: 1}, outcomes)
	})
}

func TestAccept_TellsTheSenderWhenNoRuleWantsTheEvent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, c := newCounted(t)
		ask := func(text string) []engine.Reply {
			e := h.event(`{"text":"` + text + `"}`)
			answer, done := h.replies.Expect(e.ID)
			defer done()
			_, err := h.runner.Accept(t.Context(), e, engine.Claim{})
			require.NoError(t, err)
			h.settle()
			if len(answer) == 0 {
				return nil
			}
			return []engine.Reply{<-answer}
		}
		require.Equal(t, []engine.Reply{{}}, ask("no"))
		require.Empty(t, ask("yes"), "its rule may still answer")
		require.Equal(t, int64(2), c.judged.Load())
		h.rule(&engine.Rule{When: `payload.text == "other"`, Steps: []engine.Step{send("s", "a")}})
		require.Equal(t, []engine.Reply{{}}, ask("no"), "a routing worker tells it too")
		require.Equal(t, int64(1), c.waiting.Load())
	})
}

func TestAccept_WithoutTheLeaseTheEventWaitsForItsOwner(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, _ := newCounted(t)
		_, err := h.db.Begin(t.Context())
		require.NoError(t, err)
		e, _ := h.take(`{"text":"1"}`, engine.Claim{})
		h.settle()
		require.Empty(t, h.send.texts())
		h.stop()
		h.open()
		h.pass(time.Second)
		require.Equal(t, []string{"1"}, h.send.texts())
		run, _ := h.only()
		require.Equal(t, e.ID, run.EventID)
	})
}
