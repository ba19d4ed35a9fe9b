package runner_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestPreview_ShowsAndSendsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		e := h.post(`{"text":"hi","list":["x","y"],"n":3}`)
		rule := &engine.Rule{Name: "Draft", Inbox: "in", Steps: []engine.Step{
			send("one", "a"),
			send("two", "b", func(s *engine.Step) { s.With["text"] = "{{ steps.one.id }} {{ payload.text }}" }),
			send("each", "c", func(s *engine.Step) { s.ForEach, s.With["text"] = "payload.list", "{{ item }}{{ index }}" }),
			{Key: "f", Action: "filter", With: map[string]any{"when": "payload.n > 5"}},
			send("bad", "nowhere"),
		}}
		cases := map[string]struct{ step, kind, text, fault string }{
			"an earlier output": {"two", "request", "7 hi", ""},
			"a list":            {"each", "request", "x0", ""},
			"a filter":          {"f", "filter", "The run ends here: the condition is false.", ""},
			"a refusal":         {"bad", "", "", "Nowhere is no place."},
			"no such step":      {"none", "", "", "no step"},
		}
		for name, tc := range cases {
			p, err := h.runner.Preview(t.Context(), engine.PreviewRequest{
				Event: e.ID, Rule: rule, Step: tc.step, Outputs: map[string]any{"one": map[string]any{"id": int64(7)}},
			})
			if tc.fault != "" {
				require.Equal(t, engine.KindInvalid, engine.KindOf(err), name)
				require.ErrorContains(t, err, tc.fault, name)
				continue
			}
			require.NoError(t, err, name)
			require.Equal(t, tc.kind, p.Preview.Kind, name)
			require.Equal(t, tc.text, p.Preview.Body+p.Preview.Text, name)
		}
		require.Empty(t, h.send.all())
		require.Empty(t, h.runs(engine.RunFilter{}))
	})
}

func TestPreview_OfAnUnfinishedRuleAndASample(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		rule := &engine.Rule{Name: "Draft", Inbox: "in", When: "payload.", Steps: []engine.Step{
			send("one", "a", func(s *engine.Step) { s.With["text"] = "{{ broken" }),
			send("two", "b", func(s *engine.Step) { s.If, s.With["text"] = "payload.n > 5", "{{ payload.text }} of {{ inbox }}" }),
			send("each", "c", func(s *engine.Step) { s.ForEach, s.With["text"] = "payload.list", "{{ item }}" }),
			send("off", "d", func(s *engine.Step) { off := false; s.Enabled = &off }),
			send("three", "{{", func(*engine.Step) {}),
		}}
		look := func(step, body string) (*engine.Previewed, error) {
			return h.runner.Preview(t.Context(), engine.PreviewRequest{
				Sample: &engine.Event{Inbox: "in", ReceivedAt: time.Now(), Method: "POST", ContentType: "application/json", Body: []byte(body)},
				Rule:   rule, Step: step,
			})
		}
		p, err := look("two", `{"text":"hi","n":7}`)
		require.NoError(t, err)
		require.Equal(t, "hi of in", p.Preview.Body)
		require.Empty(t, p.Skipped)
		p, err = look("two", `{"text":"hi","n":1}`)
		require.NoError(t, err)
		require.Contains(t, p.Skipped, "condition says no")
		require.Equal(t, "hi of in", p.Preview.Body, "it can be seen all the same")
		p, err = look("each", `{"list":["x","y"]}`)
		require.NoError(t, err)
		require.Equal(t, 2, p.Items)
		p, err = look("each", `{"list":[]}`)
		require.NoError(t, err)
		require.NotEmpty(t, p.Skipped)
		require.Nil(t, p.Preview)
		_, err = look("each", `{"list":"x"}`)
		require.Equal(t, engine.KindInvalid, engine.KindOf(err))
		p, err = look("off", `{}`)
		require.NoError(t, err)
		require.Contains(t, p.Skipped, "switched off")
		_, err = look("three", `{}`)
		require.ErrorContains(t, err, "steps[4].with")
		require.Empty(t, h.send.all())
	})
}

func TestTest_DoesAStepOnceAndStoresNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t)
		e := h.post(`{"text":"hi","n":3}`)
		h.settle()
		rule := &engine.Rule{Name: "Draft", Inbox: "in", Steps: []engine.Step{
			send("one", "a", func(s *engine.Step) { s.With["text"] = "{{ payload.text }}" }),
			send("never", "b", func(s *engine.Step) { s.If = "payload.n > 5" }),
			{Key: "f", Action: "filter", With: map[string]any{"when": "true"}},
		}}
		try := func(step string) (*engine.Tested, error) {
			return h.runner.Test(t.Context(), engine.TestRequest{PreviewRequest: engine.PreviewRequest{Event: e.ID, Rule: rule, Step: step}})
		}
		got, err := try("one")
		require.NoError(t, err)
		require.True(t, got.Done)
		require.Nil(t, got.Failure)
		require.Equal(t, "hi", got.Preview.Body)
		require.NotEmpty(t, got.Destination)
		require.Equal(t, []string{"hi"}, h.send.texts())
		got, err = try("never")
		require.NoError(t, err)
		require.False(t, got.Done)
		require.NotEmpty(t, got.Skipped)
		_, err = try("f")
		require.Equal(t, engine.KindInvalid, engine.KindOf(err))
		require.Len(t, h.send.all(), 1)
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			return engine.Result{}, engine.Permanent("It says no.", nil)
		})
		got, err = try("one")
		require.NoError(t, err)
		require.Equal(t, "It says no.", got.Failure.Message)
		require.Empty(t, h.runs(engine.RunFilter{}))
		open, err := h.db.Problems(t.Context(), false)
		require.NoError(t, err)
		require.Empty(t, open, "a test is nobody's problem")
		require.NoError(t, h.runner.Stop(t.Context()))
		_, err = try("one")
		require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
	})
}
