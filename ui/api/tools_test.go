package api_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

func TestExpressions_Check(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := as[api.Checked](w.editor("POST", "/expressions/check", `{"expression":"payload.amount > 100 and headers[\"x-a\"] == \"b\"","condition":true}`).is(200))
	require.True(t, good.OK)
	require.Equal(t, []string{"amount"}, good.Reads.Keys)
	require.True(t, good.Reads.Headers)

	bad := as[api.Checked](w.editor("POST", "/expressions/check", `{"expression":"payload.a > 1 and\n paylod.b"}`).is(200))
	require.False(t, bad.OK)
	require.Equal(t, 2, bad.Errors[0].Line)
	require.Positive(t, bad.Errors[0].Column)
	require.Contains(t, bad.Errors[0].Message, "payload")
	require.False(t, as[api.Checked](w.editor("POST", "/expressions/check", `{"expression":"steps.a.b"}`).is(200)).OK)
	require.True(t, as[api.Checked](w.editor("POST", "/expressions/check", `{"expression":"steps.a.b","steps":["a"]}`).is(200)).OK)

	require.True(t, as[api.Checked](w.editor("POST", "/expressions/check", `{"expression":"Hello {{ payload.name }}","template":true}`).is(200)).OK)
	broken := as[api.Checked](w.editor("POST", "/expressions/check", `{"expression":"Hello {{ payload. }}","template":true}`).is(200))
	require.False(t, broken.OK)
	require.NotEmpty(t, broken.Errors[0].Message)

	functions := as[api.Page[api.FunctionInfo]](w.editor("GET", "/expressions/reference", "").is(200))
	require.Greater(t, len(functions.Items), 30)
}

func TestExpressions_Eval(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	w.inbox("empty")
	w.editor("PUT", "/vars", `{"team":"core"}`, "If-Match", "*").is(200)
	e := w.receive("a", `{"action":"opened","n":7}`)
	eval := func(body string) api.Evaluated {
		t.Helper()
		return as[api.Evaluated](w.editor("POST", "/expressions/eval", body).is(200))
	}
	byID := eval(`{"expression":"event.type == \"issues\" and payload.n == 7 and query.a == \"1\" and query.b[1] == \"3\" and headers[\"x-github-event\"] == \"issues\" and inbox == \"a\" and vars.team == \"core\"","eventId":"` + e.ID.String() + `"}`)
	require.Equal(t, true, byID.Value)
	require.True(t, byID.Match)
	require.Equal(t, e.ID, byID.EventID)
	require.InDelta(t, 7, eval(`{"expression":"payload.n","inbox":"a"}`).Value, 0)
	sample := eval(`{"expression":"payload.n > 3","sample":{"payload":{"n":"x"}}}`)
	require.False(t, sample.Match)
	require.NotEmpty(t, sample.Notes)
	require.Equal(t, "${env:HOME}", eval(`{"expression":"payload.t","sample":{"payload":{"t":"${env:HOME}"}}}`).Value)
	require.InDelta(t, 2, eval(`{"expression":"payload.a[1]","sample":{"body":"{\"a\":[1,2]}","contentType":"application/json"}}`).Value, 0)
	require.Equal(t, "x", eval(`{"expression":"steps.one.id + item","steps":{"one":{"id":""}},"item":"x"}`).Value)

	bad := w.editor("POST", "/expressions/eval", `{"expression":"payload.a =="}`).is(422)
	require.Contains(t, bad.Body, `"location":"body.expression"`)
	require.Contains(t, bad.Body, `"line":1`)
	w.editor("POST", "/expressions/eval", `{"expression":"1","inbox":"empty"}`).is(422)
	w.editor("POST", "/expressions/eval", `{"expression":"1","inbox":"nope"}`).is(404)
	w.editor("POST", "/expressions/eval", `{"expression":"1","eventId":"`+newID().String()+`"}`).is(404)
}

func TestPreview_PassesTheRuleAsItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := newID()
	got := w.editor("POST", "/preview", `{"eventId":"`+id.String()+`","step":"n","rule":{"name":"R","inbox":"a","steps":[{"key":"n","action":"note","with":{"text":"{{ payload.x }}"}}]},"outputs":{"a":1}}`).is(200)
	require.Equal(t, map[string]any{"kind": "note", "text": "hello", "skipped": "", "eventId": id.String()}, as[map[string]any](got))
	require.Equal(t, id, w.control.preview.Event)
	require.Equal(t, "{{ payload.x }}", w.control.preview.Rule.Steps[0].With["text"])
	w.control.refuse = engine.Invalid("steps[0].with.text", "It is empty.")
	require.Contains(t, w.editor("POST", "/preview", `{"eventId":"`+id.String()+`","step":"n","rule":{"name":"R"}}`).is(422).Body, `"location":"body.rule.steps[0].with.text"`)
}

func TestCatalog_Lists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Contains(t, w.editor("GET", "/actions", "").is(200).Body, `"type":"http"`)
	require.Contains(t, w.editor("GET", "/connection-types", "").is(200).Body, `"type":"smtp"`)
	require.Contains(t, w.editor("GET", "/providers", "").is(200).Body, `"id":"github"`)
	first := as[api.Page[engine.ActionSpec]](w.editor("GET", "/actions?limit=1", "").is(200))
	second := as[api.Page[engine.ActionSpec]](w.editor("GET", "/actions?limit=1&cursor="+first.NextCursor, "").is(200))
	require.NotEqual(t, first.Items[0].Type, second.Items[0].Type)
}

func TestApplyAndExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doc := api.NewDocument(&engine.Document{
		Version: 1,
		Inboxes: []*engine.Inbox{{Name: "gh", Verify: engine.Verify{Scheme: "github", Secret: "applied-secret-1"}}},
		Connections: []*engine.Connection{{
			Name: "mail", Type: "smtp",
			With: map[string]any{"host": "smtp.example.com", "from": "a@example.com", "username": "ops", "password": "applied-secret-2"},
		}},
		Rules: []*engine.Rule{{
			ID: "r", Name: "R", Inbox: "gh", Overlap: &engine.Overlap{Mode: "single", Key: "payload.id"},
			Steps: []engine.Step{{Key: "n", Action: "note", With: map[string]any{"text": "hi"}}},
		}},
		Vars: map[string]any{"team": "core"},
	})
	body := toJSON(t, api.ApplyInput{Document: doc, Source: "patchbay.yaml", DryRun: true})
	require.Contains(t, body, "applied-secret-1") // it travels, unlike everywhere else
	dry := as[api.Applied](w.editor("POST", "/apply", body).is(200))
	require.True(t, dry.DryRun)
	require.Len(t, dry.Changes, 4)
	w.editor("GET", "/inboxes/gh", "").is(404)

	body = toJSON(t, api.ApplyInput{Document: doc, Source: "patchbay.yaml"})
	w.editor("POST", "/apply", body).is(200)
	box, err := w.db.Inbox(t.Context(), "gh")
	require.NoError(t, err)
	require.Equal(t, "applied-secret-1", box.Verify.Secret.Reveal())
	again := as[api.Applied](w.editor("POST", "/apply", body).is(200))
	for _, change := range again.Changes {
		require.Equal(t, "unchanged", change.Action, change)
	}
	got := w.editor("GET", "/export", "").is(200)
	require.NotContains(t, got.Body, "applied-secret")
	require.Equal(t, "single", as[api.Document](got).Rules[0].Overlap.Mode)
	w.editor("GET", "/export?rule=nope", "").is(404)

	doc.Rules[0].When = "payload.a =="
	bad := w.editor("POST", "/apply", toJSON(t, api.ApplyInput{Document: doc})).is(422)
	require.Contains(t, bad.Body, `"location":"body.document.rules[0].when"`)
}

func TestMaintenance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	w.receive("a", `{}`)
	stats := as[api.Stats](w.editor("GET", "/stats", "").is(200))
	require.Equal(t, "a", stats.Inboxes[0].Inbox)
	require.Equal(t, int64(1), stats.Inboxes[0].Received)
	require.Equal(t, int64(1), stats.Depth.Pending)
	require.Equal(t, int64(4096), stats.Disk.Used)
	require.Equal(t, "1.2.3", stats.Version)
	require.JSONEq(t, `{"violations":[]}`, w.admin("POST", "/database/verify", "").is(200).Body)
	require.JSONEq(t, `{"runs":3,"events":2}`, w.admin("POST", "/restore/release", "").is(200).Body)

	backup := w.admin("GET", "/backup", "").is(200)
	require.Equal(t, "SQLite format 3\x00 and so on", backup.Body)
	require.Contains(t, backup.Header.Get("Content-Disposition"), "attachment")
	left, err := dirNames(w.deps.Scratch)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Contains(t, w.admin("GET", "/audit", "").Body, "backup.download")
}

func TestHealth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.JSONEq(t, `{"status":"ok","version":"1.2.3"}`, w.do(call{Method: "GET", URL: "/healthz"}).is(200).Body)
	require.JSONEq(t, `{"status":"ready"}`, w.do(call{Method: "GET", URL: "/readyz"}).is(200).Body)
	down := newWorld(t, func(d *api.Deps) { d.Ready = func(context.Context) error { return errors.New("database is locked") } })
	got := down.do(call{Method: "GET", URL: "/readyz"}).is(503)
	require.NotContains(t, got.Body, "locked")
}

// counting is a store whose problems can only be counted.
type counting struct{ engine.ProblemStore }

func (counting) Problems(context.Context, bool) ([]*engine.Problem, error) { return nil, errInternal }

func (counting) OpenProblems(context.Context) (int, error) { return 7, nil }

func TestMetrics_CountProblemsWithoutReadingThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *api.Deps) { d.Problems = counting{} })
	require.Contains(t, w.do(call{Method: "GET", URL: "/metrics", As: engine.RoleViewer}).is(200).Body, "patchbay_problems_open 7")
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	w.receive("a", `{}`)
	got := w.do(call{Method: "GET", URL: "/metrics", As: engine.RoleViewer}).is(200)
	for _, line := range []string{
		`patchbay_inbox_received_total{inbox="a"} 1`,
		`patchbay_inbox_requests{inbox="a",verdict="accepted"} 1`,
		`patchbay_inbox_accepted{inbox="a",route="pending"} 1`,
		`patchbay_inbox_refused_total{inbox="github",reason="limited"} 4`,
		`patchbay_queue_depth{state="pending"} 1`,
		`patchbay_database_bytes{part="used"} 4096`,
		`patchbay_runs_total{state="failed"} 2`,
		`patchbay_attempts_total{outcome="unknown"} 1`,
		`patchbay_build_info{version="1.2.3"} 1`,
		"# HELP patchbay_runs_total Runs that ended since the start.\n# TYPE patchbay_runs_total counter\npatchbay_runs_total{",
		`go_goroutines `,
		`process_resident_memory_bytes `,
	} {
		require.Contains(t, got.Body, line)
	}
	internal := newApp("")
	w.api.RegisterMetrics(internal)
	w.doOn(internal, call{Method: "GET", URL: "/metrics"}).is(200)
	w.doOn(internal, call{Method: "GET", URL: "/healthz"}).is(200)
	w.doOn(internal, call{Method: "GET", URL: "/api/v1/inboxes", As: engine.RoleAdmin}).is(404)
}

func TestNew_NamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.deps
	d.Queue = nil
	_, err := api.New(d)
	require.ErrorContains(t, err, "Queue")
}

func TestEval_SeesWhatRulesSee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for body, want := range map[string]any{
		`{"expression":"event.decodeError != ''","sample":{"payload":{}}}`:                                        false,
		`{"expression":"event.decodeError != ''","sample":{"body":"{\"broken","contentType":"application/json"}}`: true,
		`{"expression":"query.a","sample":{"query":"a=1;b=2"}}`:                                                   "1;b=2",
		`{"expression":"query.a","sample":{"query":"a=50%&a=x+y"}}`:                                               []any{"50%", "x y"},
	} {
		require.Equal(t, want, as[api.Evaluated](w.editor("POST", "/expressions/eval", body).is(200)).Value, body)
	}
}
