package runner_test

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// TestDestination_AnswerDoesNotOverruleRetryAfter has a destination ask one run for
// patience, and come back from a failure of others meanwhile: that makes the waiting
// runs due, but not against its own wish.
func TestDestination_AnswerDoesNotOverruleRetryAfter(t *testing.T) {
	t.Parallel()
	for _, failures := range []int{1, 6} { // 6 open the circuit
		t.Run(strconv.Itoa(failures), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t)
				h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a", func(s *engine.Step) {
					s.Retry = &engine.Retry{Attempts: 5, Over: engine.Duration(24 * time.Hour)}
				})}})
				h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
					return engine.Result{}, &engine.Failure{Message: "Too many.", Outcome: engine.OutcomeNotSent, RetryAfter: time.Hour}
				})
				h.post(`{"text":"limited"}`)
				asked := time.Now()
				h.send.answers(down)
				for range failures {
					h.post(`{"text":"failed"}`)
				}
				h.send.answers(nil)
				h.pass(30 * time.Second)
				h.post(`{"text":"other"}`)
				h.pass(50 * time.Minute)
				limited := 0
				for _, c := range h.send.all() {
					if c.call.With["text"] == "limited" {
						limited++
					}
				}
				require.Equal(t, 1, limited, "nothing before the hour is over")
				h.pass(40 * time.Minute)
				h.post(`{"text":"later"}`)
				h.pass(time.Minute)
				require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: failures + 3}, h.states(), "what failed did not wait for its own time")
				for _, c := range h.send.all()[1:] {
					if c.call.With["text"] == "limited" {
						require.GreaterOrEqual(t, c.at.Sub(asked), time.Hour)
					}
				}
			})
		})
	}
}
