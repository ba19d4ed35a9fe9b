package runner

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestPolicy_DelaysSumToTheWholeTime(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		p     policy
		first time.Duration // at least
	}{
		"default":       {policy{8, 24 * time.Hour}, 15 * time.Second},
		"two attempts":  {policy{2, time.Minute}, time.Minute - time.Millisecond},
		"short":         {policy{3, 2 * time.Second}, 400 * time.Millisecond},
		"many":          {policy{100, 24 * time.Hour}, 999 * time.Millisecond},
		"many in short": {policy{50, 10 * time.Second}, 100 * time.Millisecond},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sum, before time.Duration
			for n := 1; n < tc.p.attempts; n++ {
				d := tc.p.delay(n, 0.5)
				require.GreaterOrEqual(t, d+1, before)
				require.InDelta(t, float64(d)*0.8, float64(tc.p.delay(n, 0)), 2)
				require.InDelta(t, float64(d)*1.2, float64(tc.p.delay(n, 1)), 2)
				if n == 1 {
					require.GreaterOrEqual(t, d, tc.first)
				}
				sum, before = sum+d, d
			}
			require.InDelta(t, float64(tc.p.over), float64(sum), float64(tc.p.over)/1000)
			require.Zero(t, tc.p.delay(tc.p.attempts, 0.5))
		})
	}
}

func TestPolicy_ComesFromTheStepThenTheAction(t *testing.T) {
	t.Parallel()
	spec := &engine.ActionSpec{Retry: engine.Retry{Attempts: 8, Over: engine.Duration(24 * time.Hour)}}
	require.Equal(t, policy{8, 24 * time.Hour}, policyOf(&engine.Step{}, spec))
	require.Equal(t, policy{2, 24 * time.Hour}, policyOf(&engine.Step{Retry: &engine.Retry{Attempts: 2}}, spec))
	require.Equal(t, policy{3, time.Minute}, policyOf(&engine.Step{Retry: &engine.Retry{Attempts: 3, Over: engine.Duration(time.Minute)}}, spec))
	require.Equal(t, policy{1, retryOver}, policyOf(&engine.Step{}, &engine.ActionSpec{}))
}

func TestCircuit_OpensAndCloses(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	t.Run("after failures in a row", func(t *testing.T) {
		t.Parallel()
		var c circuit
		for i := range circuitInRow {
			require.Equal(t, i == circuitInRow-1, c.down(now, "x", false))
		}
		ok, _, next := c.allow(now)
		require.False(t, ok)
		require.Equal(t, now.Add(time.Second), next)
		ok, probe, _ := c.allow(next)
		require.True(t, ok)
		require.True(t, probe)
		ok, _, _ = c.allow(next)
		require.False(t, ok, "one probe at a time")
		require.False(t, c.down(next, "x", true))
		ok, _, later := c.allow(next)
		require.False(t, ok)
		require.Equal(t, next.Add(2*time.Second), later)
		_, probe, _ = c.allow(later)
		require.True(t, probe)
		require.True(t, c.answered(later))
		ok, probe, _ = c.allow(later)
		require.True(t, ok)
		require.False(t, probe)
	})
	t.Run("after most of many failed", func(t *testing.T) {
		t.Parallel()
		var c circuit
		opened := false
		for i := range 12 {
			if i%4 == 0 {
				c.answered(now)
				continue
			}
			opened = c.down(now, "x", false) || opened
		}
		require.True(t, opened)
	})
	t.Run("not after failures long ago", func(t *testing.T) {
		t.Parallel()
		var c circuit
		for i := range 40 {
			at := now.Add(time.Duration(i) * 10 * time.Second)
			if i%4 == 0 {
				c.answered(at)
				continue
			}
			require.False(t, c.down(at, "x", false))
		}
	})
	t.Run("a probe that fails after somebody else had an answer opens nothing", func(t *testing.T) {
		t.Parallel()
		var c circuit
		for range circuitInRow {
			c.down(now, "x", false)
		}
		probed := now.Add(circuitFirst)
		_, probe, _ := c.allow(probed)
		require.True(t, probe)
		require.True(t, c.answered(probed), "what left before the circuit opened came back")
		require.False(t, c.down(probed, "x", true))
		ok, probe, _ := c.allow(probed)
		require.True(t, ok)
		require.False(t, probe)
		for i := range circuitInRow - 1 {
			require.Equal(t, i == circuitInRow-2, c.down(probed, "x", false))
		}
		ok, _, next := c.allow(probed)
		require.False(t, ok)
		require.Equal(t, probed.Add(circuitFirst), next)
	})
	t.Run("a probe that tells nothing is repeated", func(t *testing.T) {
		t.Parallel()
		c := circuit{state: circuitOpen, interval: time.Second, next: now}
		_, probe, _ := c.allow(now)
		require.True(t, probe)
		c.undecided(now)
		_, probe, _ = c.allow(now)
		require.True(t, probe)
	})
}

func TestGate_ServesInOrderAndGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGate(time.Now, 1)
		require.Equal(t, entered, g.enter(t.Context(), true))
		require.Equal(t, enterSoon, g.enter(t.Context(), false))
		order := make(chan int, 3)
		for i := range 3 {
			go func() {
				if g.enter(t.Context(), true) == entered {
					order <- i
					time.Sleep(10 * time.Millisecond)
					g.leave(10 * time.Millisecond)
				}
			}()
			synctest.Wait()
		}
		require.False(t, g.tryEnter(), "others wait")
		g.leave(time.Millisecond)
		time.Sleep(40 * time.Millisecond)
		synctest.Wait()
		require.Equal(t, []int{0, 1, 2}, []int{<-order, <-order, <-order})

		require.True(t, g.tryEnter())
		began := time.Now()
		require.Equal(t, enterLater, g.enter(t.Context(), true))
		require.Equal(t, patience, time.Since(began))
		require.Equal(t, enterLater, g.enter(t.Context(), true), "after that nobody waits for a while")
		require.Equal(t, patience, time.Since(began))
		require.GreaterOrEqual(t, g.pace(), patience)
	})
}

func TestDrop_TellsNothingOfHowLongSlotsAreHeld(t *testing.T) {
	t.Parallel()
	r := &Runner{deps: Deps{Now: time.Now}, dests: newDestinations(time.Now, 1), slots: newGate(time.Now, 2)}
	r.scheduler = newScheduler(r)
	require.True(t, r.slots.tryEnter())
	r.slots.leave(time.Second)
	for range 100 {
		require.True(t, r.slots.tryEnter())
		r.drop(&routing{executions: []*execution{{r: r, run: &engine.Run{}, slot: true, began: time.Now()}}})
	}
	require.Equal(t, 500*time.Millisecond, r.slots.pace())
	require.Zero(t, r.slots.inUse())
}

func TestDestinations_MakeNoLongLineOfARush(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const waiting = 4000
		ds := newDestinations(time.Now, 2)
		plan := &engine.Plan{Destination: "https://busy"}
		var tickets []*ticket
		for range 2 {
			ticket, wait := ds.enter(t.Context(), plan, false)
			require.Nil(t, wait)
			tickets = append(tickets, ticket)
		}
		time.Sleep(5 * time.Second) // as everything takes in a rush
		var last time.Time
		for range waiting {
			_, wait := ds.enter(t.Context(), plan, false)
			require.NotNil(t, wait)
			require.True(t, wait.at.After(last), "they come back one after another")
			last = wait.at
		}
		require.Less(t, time.Until(last), 20*time.Second)
		for _, ticket := range tickets {
			ds.done(ticket, nil, false)
		}
	})
}

func TestIdempotencyKey_DiffersByRunStepAndItem(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, run := range []engine.ID{{1}, {2}} {
		for _, step := range []string{"a", "a1"} {
			for _, item := range []int{0, 1, 10} {
				key := idempotencyKey(run, step, item)
				require.Len(t, key, 43)
				require.Equal(t, key, idempotencyKey(run, step, item))
				require.False(t, seen[key])
				seen[key] = true
			}
		}
	}
}

func TestReply_TakesAWholeNumberHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for _, status := range []any{int64(201), 201, 201.0, "201", json.Number("201"), json.Number("201.0"), json.Number("2.01e2")} {
		reply, f := replyOf(map[string]any{"status": status})
		require.Nil(t, f, "%v", status)
		require.Equal(t, http.StatusCreated, reply.Status)
	}
	for _, status := range []any{json.Number("201.5"), 201.5, "many", json.Number("1e300"), true} {
		_, f := replyOf(map[string]any{"status": status})
		require.NotNil(t, f, "%v", status)
	}
}
