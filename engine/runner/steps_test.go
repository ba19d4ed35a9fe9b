package runner_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestStep_OutcomeDecidesWhatFollows(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		failure   *engine.Failure
		onUnknown string
		calls     int // within an hour
		outcome   engine.Outcome
	}{
		"permanent is not tried again":         {failure: engine.Permanent("No.", nil), calls: 1, outcome: engine.OutcomeNotSent},
		"temporary is tried again":             {failure: engine.Temporary("Later.", nil), calls: 4, outcome: engine.OutcomeNotSent},
		"unknown is tried again":               {failure: engine.Unknown("Hm.", nil), calls: 4, outcome: engine.OutcomeUnknown},
		"unknown is not tried again with stop": {failure: engine.Unknown("Hm.", nil), onUnknown: "stop", calls: 1, outcome: engine.OutcomeUnknown},
		"not sent is tried again with stop":    {failure: engine.Temporary("Later.", nil), onUnknown: "stop", calls: 4, outcome: engine.OutcomeNotSent},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t)
				h.send.answers(func(context.Context, engine.Call) (engine.Result, error) { return engine.Result{}, tc.failure })
				h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a", func(s *engine.Step) { s.OnUnknown = tc.onUnknown })}})
				h.post(`{}`)
				h.pass(time.Hour)
				run, attempts := h.only()
				require.Equal(t, engine.RunFailed, run.State)
				require.Len(t, h.send.all(), tc.calls)
				require.Equal(t, tc.outcome, attempts[len(attempts)-1].Outcome)
			})
		})
	}
}

func TestStep_RetryAfterIsHonouredAndClamped(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ asked, want time.Duration }{
		"short": {asked: 5 * time.Second, want: 5500 * time.Millisecond},
		"long":  {asked: 400 * time.Hour, want: 21 * time.Minute * 110 / 100},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t)
				h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
					return engine.Result{}, &engine.Failure{Message: "Slow down.", RetryAfter: tc.asked, Outcome: engine.OutcomeNotSent}
				})
				h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
				h.post(`{}`)
				run, attempts := h.only()
				require.Equal(t, tc.want, run.DueAt.Sub(h.start))
				require.Equal(t, run.DueAt, attempts[0].RetryAt)
			})
		})
	}
}

func TestStep_ContinuesAfterAFailureWhenAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.answers(func(_ context.Context, call engine.Call) (engine.Result, error) {
			if call.Step == "bad" {
				f := engine.Permanent("No such place.", nil)
				f.Output = map[string]any{"stderr": "look elsewhere"}
				return engine.Result{}, f
			}
			return engine.Result{}, nil
		})
		h.rule(&engine.Rule{Steps: []engine.Step{
			send("bad", "a", func(s *engine.Step) { s.OnError = "continue" }),
			send("off", "a", func(s *engine.Step) { off := false; s.Enabled = &off }),
			send("no", "a", func(s *engine.Step) { s.If = "payload.never" }),
			send("last", "a", func(s *engine.Step) {
				s.With["text"] = "{{ steps.bad.error.message }} {{ steps.bad.error.outcome }} {{ steps.bad.error.output.stderr }} {{ steps.off == nil }} {{ steps.no == nil }}"
			}),
		}})
		h.post(`{}`)
		run, attempts := h.only()
		require.Equal(t, engine.RunSucceeded, run.State)
		require.Equal(t, []string{`Step "bad" failed: No such place.`}, run.Warnings)
		require.Len(t, attempts, 4)
		require.Equal(t, engine.StepSkipped, attempts[1].State)
		require.Equal(t, engine.StepSkipped, attempts[2].State)
		require.Equal(t, "No such place. not-sent look elsewhere true true", h.send.texts()[1])
		open, err := h.db.Problems(t.Context(), false)
		require.NoError(t, err)
		require.Empty(t, open)
	})
}

func TestStep_FailsWhenItsConfigurationCannotBe(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		step engine.Step
		want string
	}{
		"a required field is empty":      {send("s", "{{ payload.gone }}"), `to`},
		"the plan refuses":               {send("s", "nowhere"), "Nowhere is no place."},
		"the connection was deleted":     {send("s", "a", func(s *engine.Step) { s.Connection = "gone" }), `The connection "gone" was deleted`},
		"forEach gets no list":           {send("s", "a", func(s *engine.Step) { s.ForEach = "payload.text" }), "forEach needs a list"},
		"forEach gets more than allowed": {send("s", "a", func(s *engine.Step) { s.ForEach = "1..1001" }), "forEach takes at most 1000 items"},
		"a delay until a wrong time":     {engine.Step{Key: "s", Action: "delay", With: map[string]any{"until": "{{ payload.text }}"}}, "not a date"},
		"an answer of a wrong status":    {engine.Step{Key: "s", Action: "respond", With: map[string]any{"status": "{{ 42 + 1 }}"}}, "43"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t)
				h.rule(&engine.Rule{Steps: []engine.Step{tc.step, send("after", "b")}})
				h.post(`{"text":"x"}`)
				run, attempts := h.only()
				require.Equal(t, engine.RunFailed, run.State, run.Reason)
				require.Contains(t, run.Reason, tc.want)
				require.Len(t, attempts, 1)
				require.Equal(t, engine.OutcomeNotSent, attempts[0].Outcome)
				require.Empty(t, h.send.all())
				open, err := h.db.Problems(t.Context(), false)
				require.NoError(t, err)
				require.Len(t, open, 1)
				require.Equal(t, "rule:r", open[0].Destination)
			})
		})
	}
}

func TestStep_FilterEndsTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{
			{Key: "f", Action: "filter", With: map[string]any{"when": "payload.n > 5"}}, send("s", "a"),
		}})
		h.post(`{"n":1}`)
		run, _ := h.only()
		require.Equal(t, engine.RunFiltered, run.State)
		require.Equal(t, `Stopped by the filter "f".`, run.Reason)
		require.False(t, run.FinishedAt.IsZero())
		h.post(`{"n":9}`)
		require.Equal(t, map[engine.RunState]int{engine.RunFiltered: 1, engine.RunSucceeded: 1}, h.states())
	})
}

func TestStep_DelaySurvivesARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{
			{Key: "d", Action: "delay", With: map[string]any{"for": "{{ payload.wait }}"}},
			send("s", "a", func(s *engine.Step) { s.With["text"] = "{{ steps.d.until }} {{ payload.text }}" }),
		}})
		h.post(`{"wait":"10m","text":"hi"}`)
		run, attempts := h.only()
		require.Equal(t, engine.RunWaiting, run.State)
		require.Equal(t, 10*time.Minute, run.DueAt.Sub(h.start))
		require.Empty(t, run.Destination)
		require.Equal(t, engine.StepWaiting, attempts[0].State)
		h.stop()
		time.Sleep(time.Minute)
		h.open()
		require.Empty(t, h.send.all())
		h.pass(9 * time.Minute)
		run, _ = h.only()
		require.Equal(t, engine.RunSucceeded, run.State)
		require.Equal(t, h.start.Add(10*time.Minute).UTC().Format(time.RFC3339)+" hi", h.send.texts()[0])
	})
}

func TestStep_DelayTakesANumberOutOfDataForSeconds(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string]time.Duration{
		`{"w":30.0}`: 30 * time.Second, `{"w":"90"}`: 90 * time.Second, `{"w":2}`: 2 * time.Second, `{"w":" 1.5 "}`: 1500 * time.Millisecond,
	} {
		t.Run(payload, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t)
				h.rule(&engine.Rule{Steps: []engine.Step{{Key: "d", Action: "delay", With: map[string]any{"for": "{{ payload.w }}"}}}})
				h.post(payload)
				run, attempts := h.only()
				require.Equal(t, engine.RunWaiting, run.State, run.Reason)
				require.Equal(t, want, run.DueAt.Sub(h.start))
				require.Equal(t, "Waits for "+engine.Duration(want).String()+".", attempts[0].Preview.Text)
			})
		})
	}
}

func TestStep_RespondAnswersTheSenderOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{
			{Key: "r", Action: "respond", With: map[string]any{"status": 201, "headers": map[string]any{"x-a": "b"}, "json": map[string]any{"got": "{{ payload.n }}"}}},
			{Key: "again", Action: "respond", With: map[string]any{"text": "late"}},
			send("s", "a", func(s *engine.Step) { s.With["text"] = "{{ steps.r.answered }} {{ steps.again.answered }}" }),
		}})
		e := h.accept(`{"n":7}`)
		answer, done := h.replies.Expect(e.ID)
		defer done()
		h.runner.Dispatch(e)
		h.settle()
		select {
		case reply := <-answer:
			require.Equal(t, http.StatusCreated, reply.Status)
			require.Equal(t, "b", reply.Headers["X-A"])
			require.Equal(t, "application/json", reply.Headers["Content-Type"])
			require.JSONEq(t, `{"got":7}`, string(reply.Body))
		default:
			require.Fail(t, "no answer")
		}
		require.Equal(t, []string{"true false"}, h.send.texts())
		run, _ := h.only()
		require.Equal(t, engine.RunSucceeded, run.State)
	})
}

func TestStep_ForEachSettlesItemByItem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.answers(func(_ context.Context, call engine.Call) (engine.Result, error) {
			if call.With["text"] == "3" {
				return engine.Result{}, engine.Permanent("No threes.", nil)
			}
			return engine.Result{Output: call.With["text"]}, nil
		})
		h.rule(&engine.Rule{Steps: []engine.Step{
			send("each", "a", func(s *engine.Step) {
				s.ForEach, s.If, s.OnError = "payload.list", "item != 2", "continue"
				s.With["text"] = "{{ text(item) }}"
			}),
			send("none", "a", func(s *engine.Step) { s.ForEach = "payload.missing" }),
			send("last", "b", func(s *engine.Step) { s.With["text"] = "{{ steps.each }} {{ steps.none == nil }}" }),
		}})
		h.post(`{"list":[1,2,3,4]}`)
		run, attempts := h.only()
		require.Equal(t, engine.RunSucceeded, run.State, run.Reason)
		require.Equal(t, []string{`Step "each", item 3 failed: No threes.`}, run.Warnings)
		require.Equal(t, []string{"1", "3", "4", `["1",null,null,"4"] true`}, h.send.texts())
		require.Equal(t, engine.WholeStep, attempts[0].Item)
		require.Equal(t, engine.StepSucceeded, attempts[0].State)
		keys := make(map[string]bool)
		for _, c := range h.send.all() {
			keys[c.call.Key] = true
		}
		require.Len(t, keys, 4)
	})
}

func TestStep_ForEachRetriesOnlyTheItemThatFailed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		broken := true
		h.send.answers(func(_ context.Context, call engine.Call) (engine.Result, error) {
			if call.With["text"] == "b" && broken {
				return engine.Result{}, engine.Permanent("Not b.", nil)
			}
			return engine.Result{Output: call.With["text"]}, nil
		})
		h.rule(&engine.Rule{Steps: []engine.Step{
			send("each", "a", func(s *engine.Step) { s.ForEach, s.With["text"] = "payload.list", "{{ item }}" }),
			send("last", "b", func(s *engine.Step) { s.With["text"] = "{{ steps.each }}." }),
		}})
		h.post(`{"list":["a","b","c"]}`)
		run, _ := h.only()
		require.Equal(t, engine.RunFailed, run.State)
		require.Equal(t, `Step "each", item 2 failed: Not b.`, run.Reason)
		broken = false
		_, err := h.runner.Retry(t.Context(), run.ID, false, false)
		require.NoError(t, err)
		h.settle()
		require.Equal(t, []string{"a", "b", "b", "c", `["a","b","c"].`}, h.send.texts())
		calls := h.send.all()
		require.Equal(t, calls[1].call.Key, calls[2].call.Key)
	})
}

func TestStep_TooOldIsNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.answers(down)
		h.rule(&engine.Rule{ExpireAfter: engine.Duration(3 * time.Minute), Steps: []engine.Step{send("s", "a")}})
		h.post(`{}`)
		h.pass(10 * time.Minute)
		run, _ := h.only()
		require.Equal(t, engine.RunSkipped, run.State)
		require.True(t, strings.HasPrefix(run.Reason, "Too old"), run.Reason)
		require.Len(t, h.send.all(), 2)
	})
}

func TestStep_TimeStandsStill(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.answers(func(_ context.Context, call engine.Call) (engine.Result, error) {
			if call.Attempt == 1 {
				return engine.Result{}, engine.Temporary("Later.", nil)
			}
			return engine.Result{}, nil
		})
		e := h.accept(`{}`)
		time.Sleep(time.Minute)
		h.rule(&engine.Rule{When: `formatDate(now(), "mm", "UTC") == "00"`, Steps: []engine.Step{
			send("s", "a", func(s *engine.Step) { s.ForEach, s.With["text"] = "[1,2]", `{{ formatDate(now(), "mm:ss", "UTC") }}` }),
		}})
		h.runner.Dispatch(e)
		h.pass(5 * time.Minute)
		require.Equal(t, []string{"01:00", "01:00", "01:00", "01:00"}, h.send.texts())
	})
}
