package runner_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/runner"
)

func TestReplay_RunsAStoredEventAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{When: "payload.n > 5", Steps: []engine.Step{send("s", "a", func(s *engine.Step) { s.With["text"] = "v1 {{ payload.n }}" })}})
		h.rule(&engine.Rule{When: "payload.n > 5", Steps: []engine.Step{send("s", "a", func(s *engine.Step) { s.With["text"] = "v2 {{ payload.n }}" })}})
		h.rule(&engine.Rule{ID: "other", Steps: []engine.Step{send("s", "b", func(s *engine.Step) { s.With["text"] = "other" })}})
		e := h.post(`{"n":1}`)
		require.Equal(t, []string{"other"}, h.send.texts())

		cases := []struct {
			name string
			req  engine.ReplayRequest
			want []string
		}{
			{"by today's rules", engine.ReplayRequest{}, []string{"other"}},
			{"by one rule that does not match", engine.ReplayRequest{Rules: []string{"r"}}, nil},
			{"by one rule, forced", engine.ReplayRequest{Rules: []string{"r"}, Force: true}, []string{"v2 1"}},
			{"by an older version", engine.ReplayRequest{Rules: []string{"r"}, Version: 1, Force: true}, []string{"v1 1"}},
			{"edited", engine.ReplayRequest{Rules: []string{"r"}, Body: []byte(`{"n":8}`)}, []string{"v2 8"}},
		}
		for _, tc := range cases {
			before := len(h.send.all())
			tc.req.Event = e.ID
			ids, err := h.runner.Replay(t.Context(), tc.req)
			require.NoError(t, err, tc.name)
			h.settle()
			require.Len(t, h.send.all(), before+len(tc.want), tc.name)
			require.ElementsMatch(t, tc.want, h.send.texts()[before:], tc.name)
			require.Len(t, ids, len(tc.want), tc.name)
			for _, id := range ids {
				run, _ := h.run(id)
				require.Equal(t, engine.TriggerReplay, run.Trigger)
			}
		}
		ledger, err := h.db.Ledger(t.Context(), "in")
		require.NoError(t, err)
		require.Equal(t, int64(1), ledger.Accepted)
		require.Equal(t, int64(1), ledger.Matched)
		page, err := h.db.Events(t.Context(), engine.EventFilter{Inbox: "in", Limit: 10})
		require.NoError(t, err)
		require.Len(t, page.Items, 2)
		require.Equal(t, engine.OriginEdited, page.Items[0].Origin)
		require.Equal(t, e.ID, page.Items[0].OriginalID)
		require.Equal(t, engine.RouteMatched, page.Items[0].Route)
	})
}

func TestReplay_RefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.inbox("elsewhere")
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
		h.rule(&engine.Rule{ID: "far", Inbox: "elsewhere", Steps: []engine.Step{send("s", "a")}})
		e := h.post(`{}`)
		cases := map[string]struct {
			req  engine.ReplayRequest
			kind engine.Kind
		}{
			"no such event":           {engine.ReplayRequest{Event: newID()}, engine.KindNotFound},
			"no such rule":            {engine.ReplayRequest{Event: e.ID, Rules: []string{"gone"}}, engine.KindNotFound},
			"no such version":         {engine.ReplayRequest{Event: e.ID, Rules: []string{"r"}, Version: 9}, engine.KindNotFound},
			"a version of all rules":  {engine.ReplayRequest{Event: e.ID, Version: 1}, engine.KindInvalid},
			"a rule of another inbox": {engine.ReplayRequest{Event: e.ID, Rules: []string{"far"}}, engine.KindInvalid},
		}
		for name, tc := range cases {
			_, err := h.runner.Replay(t.Context(), tc.req)
			require.Equal(t, tc.kind, engine.KindOf(err), "%s: %v", name, err)
		}
	})
}

func TestController_RefusesToStartRunsWhileNothingRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		e := h.accept(`{}`)
		idle := h.newRunner()
		_, err := idle.Replay(t.Context(), engine.ReplayRequest{Event: e.ID})
		require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
		require.NoError(t, idle.Stop(t.Context()))
	})
}

func TestRetry_UsesTheRuleAsItWasOrAsItIs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fromStart, current bool
		want               []string
	}{
		"from the failed step as it was": {false, false, []string{"b1"}},
		"from the failed step as it is":  {false, true, []string{"b2"}},
		"from the start as it was":       {true, false, []string{"a1", "b1"}},
		"from the start as it is":        {true, true, []string{"new", "a2", "b2"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t)
				text := func(text string) func(*engine.Step) { return func(s *engine.Step) { s.With["text"] = text } }
				h.rule(&engine.Rule{Steps: []engine.Step{send("a", "a", text("a1")), send("b", "b", text("b1"))}})
				h.send.answers(func(_ context.Context, call engine.Call) (engine.Result, error) {
					if call.Step == "b" {
						return engine.Result{}, engine.Permanent("Broken.", nil)
					}
					return engine.Result{}, nil
				})
				e := h.post(`{}`)
				h.rule(&engine.Rule{Steps: []engine.Step{
					send("z", "z", text("new")), send("a", "a", text("a2")), send("b", "b", text("b2")),
				}})
				h.send.answers(nil)
				old, _ := h.only()
				before := h.send.all()
				id, err := h.runner.Retry(t.Context(), old.ID, tc.fromStart, tc.current)
				require.NoError(t, err)
				h.settle()
				require.Equal(t, tc.want, h.send.texts()[len(before):])
				require.Equal(t, tc.fromStart, id != old.ID)
				run, _ := h.run(id)
				require.Equal(t, engine.RunSucceeded, run.State)
				require.Equal(t, e.ID, run.EventID)
				last := h.send.all()[len(h.send.all())-1]
				require.Equal(t, tc.fromStart, last.call.Key != before[1].call.Key, "a start-over has keys of its own")
				_, err = h.runner.Retry(t.Context(), id, false, false)
				require.Equal(t, engine.KindConflict, engine.KindOf(err))
			})
		})
	}
}

func TestRetry_BeginsThePolicyAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			return engine.Result{}, engine.Temporary("Not now.", nil)
		})
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
		h.post(`{}`)
		h.pass(time.Hour)
		run, _ := h.only()
		require.Equal(t, engine.RunFailed, run.State)
		_, err := h.runner.Retry(t.Context(), run.ID, false, false)
		require.NoError(t, err)
		h.pass(time.Hour)
		run, attempts := h.only()
		require.Equal(t, engine.RunFailed, run.State)
		require.Len(t, attempts, 8)
		require.Equal(t, 8, attempts[7].Number)
	})
}

func TestRule_TurnedOffOrDeletedStopsNewRunsOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{
			{Key: "d", Action: "delay", With: map[string]any{"for": "5m"}}, send("s", "a"),
		}})
		h.post(`{"text":"1"}`)
		rule, err := h.db.Rule(t.Context(), "r")
		require.NoError(t, err)
		require.NoError(t, h.db.DeleteRule(t.Context(), "r", rule.Revision))
		h.settle()
		h.post(`{"text":"2"}`)
		h.pass(5 * time.Minute)
		require.Equal(t, []string{"1"}, h.send.texts())
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 1}, h.states())
	})
}

func TestRule_ThatCannotBeJudgedIsNotedAndStopsNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{ID: "greedy", When: `len(join(map(1..20000, payload.big), "")) > 0`, Steps: []engine.Step{send("s", "a")}})
		h.rule(&engine.Rule{ID: "fine", Steps: []engine.Step{send("s", "b")}})
		e := h.post(`{"big":"` + strings.Repeat("x", 10_000) + `"}`)
		require.Equal(t, 1, h.send.count("b"))
		require.Equal(t, 0, h.send.count("a"))
		stored, err := h.db.Event(t.Context(), e.ID)
		require.NoError(t, err)
		require.Len(t, stored.Notes, 1)
		require.Equal(t, "greedy", stored.Notes[0].Rule)
		require.Equal(t, 1, stored.Notes[0].Version)
	})
}

func TestRouting_StoresWhyThePayloadCouldNotBeDecoded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{When: `event.decodeError != ""`, Steps: []engine.Step{
			send("s", "a", func(s *engine.Step) { s.With["text"] = "{{ payload }}" }),
		}})
		e := h.post(`{"broken`)
		require.Equal(t, []string{`{"broken`}, h.send.texts())
		stored, err := h.db.Event(t.Context(), e.ID)
		require.NoError(t, err)
		require.NotEmpty(t, stored.DecodeError)
		h.post(`{}`)
		require.Len(t, h.send.all(), 1)
	})
}

func TestRouting_ABodyThatCannotBeUnpackedIsText(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{When: `event.type == ""`, Steps: []engine.Step{
			send("s", "a", func(s *engine.Step) { s.With["text"] = `{{ payload }} {{ event.decodeError != "" }}` }),
		}})
		h.runner.Dispatch(h.accept("plain", engine.Header{Name: "Content-Encoding", Value: "gzip"}))
		h.settle()
		require.Equal(t, []string{"plain true"}, h.send.texts())
	})
}

func TestRouting_UnpacksWhatAnyInboxMayHaveTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		h.rule(&engine.Rule{Steps: []engine.Step{
			send("s", "a", func(s *engine.Step) { s.With["text"] = "n is {{ payload.n }}" }),
		}})
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		blanks := bytes.Repeat([]byte(" "), 1<<20)
		for range 65 { // more than the 64 MiB that once were the most
			_, err := w.Write(blanks)
			require.NoError(t, err)
		}
		_, err := w.Write([]byte(`{"n":7}`))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		h.runner.Dispatch(h.accept(packed.String(), engine.Header{Name: "Content-Encoding", Value: "gzip"}))
		h.settle()
		require.Equal(t, []string{"n is 7"}, h.send.texts())
	})
}

func TestRelease_VerifiesThenAccepts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, func(d *runner.Deps) {
			d.Verify = func(_ context.Context, _ *engine.Inbox, e *engine.Event) (string, error) {
				if strings.Contains(string(e.Body), "forged") {
					return "", &engine.Error{Kind: engine.KindUnauthorized, Message: "The signature is wrong."}
				}
				return "hmac", nil
			}
		})
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
		hold := func(body, delivery string) engine.ID {
			e := &engine.Event{
				ID: newID(), Inbox: "in", ReceivedAt: time.Now(), Verdict: engine.Held, Reason: "The inbox is paused.", Method: "POST",
				ContentType: "application/json", Body: []byte(body), Origin: engine.OriginSender, DeliveryID: delivery,
			}
			_, err := h.db.Accept(t.Context(), e, engine.Claim{})
			require.NoError(t, err)
			return e.ID
		}
		hold(`{"text":"1"}`, "d1")
		forged := hold(`{"text":"forged"}`, "d2")
		hold(`{"text":"1"}`, "d1")
		in, err := h.db.Inbox(t.Context(), "in")
		require.NoError(t, err)
		in.Paused = true
		require.NoError(t, h.db.PutInbox(t.Context(), in, in.Version))
		_, _, err = h.runner.Release(t.Context(), "in")
		require.Equal(t, engine.KindConflict, engine.KindOf(err))
		in.Paused = false
		require.NoError(t, h.db.PutInbox(t.Context(), in, in.Version))

		accepted, rejected, err := h.runner.Release(t.Context(), "in")
		require.NoError(t, err)
		h.settle()
		require.Equal(t, 1, accepted)
		require.Equal(t, 1, rejected)
		require.Equal(t, []string{"1"}, h.send.texts(), "a repeat among the held ones runs once")
		e, err := h.db.Event(t.Context(), forged)
		require.NoError(t, err)
		require.Equal(t, engine.Rejected, e.Verdict)
		require.Equal(t, "The signature is wrong.", e.Reason)
		ledger, err := h.db.Ledger(t.Context(), "in")
		require.NoError(t, err)
		require.Equal(t, ledger.Received, ledger.Accepted+ledger.Duplicate+ledger.Rejected+ledger.Held)
		require.Zero(t, ledger.Held)
		_, _, err = h.runner.Release(t.Context(), "gone")
		require.Equal(t, engine.KindNotFound, engine.KindOf(err))
	})
}

func TestRelease_StopsWhenTheCheckItselfFails(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]error{
		"failed":   errors.New("no network"),
		"unusable": engine.Conflict("no network: save it again."),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t, func(d *runner.Deps) {
					d.Verify = func(context.Context, *engine.Inbox, *engine.Event) (string, error) { return "", fault }
				})
				e := &engine.Event{ID: newID(), Inbox: "in", ReceivedAt: time.Now(), Verdict: engine.Held, Method: "POST", Body: []byte(`{}`), Origin: engine.OriginSender}
				_, err := h.db.Accept(t.Context(), e, engine.Claim{})
				require.NoError(t, err)
				_, _, err = h.runner.Release(t.Context(), "in")
				require.ErrorContains(t, err, "no network")
				require.Equal(t, engine.KindOf(fault), engine.KindOf(err))
				stored, err := h.db.Event(t.Context(), e.ID)
				require.NoError(t, err)
				require.Equal(t, engine.Held, stored.Verdict)
			})
		})
	}
}

func TestEvalText_GivesText(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		e := h.accept(`{"id":9007199254740993,"a":{"b":[1,"x"]},"none":null,"yes":true}`, engine.Header{Name: "X-Id", Value: "h"})
		cases := map[string]struct{ expression, want string }{
			"a header":     {`headers["x-id"]`, "h"},
			"a big number": {"payload.id", "9007199254740993"},
			"nothing":      {"payload.none", ""},
			"missing":      {"payload.x.y", ""},
			"a boolean":    {"payload.yes", "true"},
			"an object":    {"payload.a", `{"b":[1,"x"]}`},
			"joined":       {`payload.a.b[1] + "-" + inbox`, "x-in"},
		}
		for name, tc := range cases {
			got, err := h.runner.EvalText(t.Context(), tc.expression, e)
			require.NoError(t, err, name)
			require.Equal(t, tc.want, got, name)
		}
		_, err := h.runner.EvalText(t.Context(), "payload.(", e)
		require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	})
}
