package api_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

func TestProblem_Shapes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	editor := func(method, at, body string, headers ...string) call {
		c := call{Method: method, URL: at, As: engine.RoleEditor, Body: body, Headers: map[string]string{}}
		for i := 0; i < len(headers); i += 2 {
			c.Headers[headers[i]] = headers[i+1]
		}
		return c
	}
	w.run([]scenario{
		{
			Name: "not JSON", Call: editor("POST", "/api/v1/inboxes", `{"name":"x", hunter2`), Status: 400,
			Contains: []string{`"status":400`, `"type":"about:blank"`}, Lacks: []string{"hunter2"},
		},
		{Name: "no body", Call: editor("POST", "/api/v1/inboxes", ""), Status: 400},
		{
			Name: "unknown field", Call: editor("POST", "/api/v1/inboxes", `{"name":"x","vrify":{}}`), Status: 422,
			Contains: []string{"body.vrify", "unexpected property"},
		},
		{
			Name: "wrong type is not echoed", Call: editor("POST", "/api/v1/inboxes", `{"name":"x","verify":{"secret":["hunter2"]}}`), Status: 422,
			Contains: []string{"body.verify.secret"}, Lacks: []string{"hunter2"},
		},
		{
			Name: "a check of ours names the field", Call: editor("POST", "/api/v1/inboxes", `{"name":"x","verify":{"scheme":"githup"}}`), Status: 422,
			Contains: []string{`"location":"body.verify.scheme"`, "github"},
		},
		{
			Name: "all faults", Call: editor("POST", "/api/v1/rules", `{"name":"x","inbox":"nope","when":"payload.a ==","steps":[{"key":"a","action":"slackk"}]}`), Status: 422,
			Contains: []string{`"location":"body.when"`, `"location":"body.steps[0].action"`, `"location":"body.inbox"`, `"line":1`, "slack"},
		},
		{Name: "bad duration", Call: editor("POST", "/api/v1/inboxes", `{"name":"x","dedupe":{"window":"soon"}}`), Status: 422},
		{Name: "unknown query parameter", Call: editor("GET", "/api/v1/events?inbx=a", ""), Status: 422, Contains: []string{"query.inbx"}},
		{Name: "limit too high", Call: editor("GET", "/api/v1/events?limit=999", ""), Status: 422, Contains: []string{"query.limit"}},
		{Name: "unknown state", Call: editor("GET", "/api/v1/runs?state=done", ""), Status: 422, Contains: []string{"query.state"}},
		{Name: "unknown address", Call: editor("GET", "/api/v1/nothing", ""), Status: 404, Contains: []string{"openapi.json"}},
		{Name: "unknown address outside v1", Call: editor("GET", "/api/v2", ""), Status: 404},
		{Name: "wrong method", Call: editor("PATCH", "/api/v1/inboxes", "{}"), Status: 405, Contains: []string{"GET and POST"}},
		{Name: "packed body", Call: editor("POST", "/api/v1/inboxes", `{}`, "Content-Encoding", "gzip"), Status: 415},
		{Name: "other type of body", Call: editor("POST", "/api/v1/inboxes", `name: x`, "Content-Type", "application/yaml"), Status: 415},
		{Name: "too large", Call: editor("POST", "/api/v1/inboxes", `{"title":"`+strings.Repeat("x", 1<<20)+`"}`), Status: 413},
		{
			Name: "reference to the environment", Status: 422,
			Call:     editor("POST", "/api/v1/inboxes", `{"name":"x","verify":{"scheme":"github","secret":"${env:HOME}"}}`),
			Contains: []string{`"location":"body.verify.secret"`},
		},
		{
			Name: "hidden reference to a file", Status: 422,
			Call:     editor("POST", "/api/v1/rules", `{"name":"x","steps":[{"key":"a","action":"note","with":{"text":"\u0024{file\u003a/etc/passwd}"}}]}`),
			Contains: []string{`"location":"body.steps[0].with.text"`},
		},
		{
			Name: "reference in an applied document", Status: 422,
			Call:     editor("POST", "/api/v1/apply", `{"document":{"version":1,"vars":{"a":["${env:X}"]}}}`),
			Contains: []string{`"location":"body.document.vars.a[0]"`},
		},
	})
	got := w.do(editor("GET", "/api/v1/nothing", ""))
	require.Equal(t, "application/problem+json", got.Header.Get("Content-Type"))
	require.Equal(t, as[api.Problem](got).RequestID, got.Header.Get("X-Request-Id"))
	require.Equal(t, "GET, POST", w.do(editor("PATCH", "/api/v1/inboxes", "{}")).Header.Get("Allow"))
}

// brokenInboxes fails as a database does.
type brokenInboxes struct {
	engine.InboxStore
	panics bool
}

func (b brokenInboxes) Inboxes(context.Context) ([]*engine.Inbox, error) {
	if b.panics {
		panic(errInternal)
	}
	return nil, errInternal
}

func (brokenInboxes) Inbox(context.Context, string) (*engine.Inbox, error) {
	return nil, engine.Unavailable(errInternal, "The database is busy; try again.")
}

func TestProblem_InternalErrorsAreOnlyLogged(t *testing.T) {
	t.Parallel()
	for _, panics := range []bool{false, true} {
		w := newWorld(t, func(d *api.Deps) { d.Inboxes = brokenInboxes{InboxStore: d.Inboxes, panics: panics} })
		got := w.do(call{Method: "GET", URL: "/api/v1/inboxes", As: engine.RoleViewer}).is(500)
		require.NotContains(t, got.Body, "secret")
		id := as[api.Problem](got).RequestID
		require.NotEmpty(t, id)
		require.Contains(t, w.log.String(), id)
		require.Contains(t, w.log.String(), errInternal.Error())

		busy := w.do(call{Method: "GET", URL: "/api/v1/inboxes/x", As: engine.RoleViewer}).is(503)
		require.Equal(t, "5", busy.Header.Get("Retry-After"))
		require.NotContains(t, busy.Body, "secret")
	}
}

func TestResponses_SecurityHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, at := range []string{"/api/v1/inboxes", "/api/v1/nothing", "/api/openapi.json", "/healthz", "/readyz"} {
		got := w.do(call{Method: "GET", URL: at, As: engine.RoleViewer})
		require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"), at)
		require.Equal(t, "no-store", got.Header.Get("Cache-Control"), at)
		require.Contains(t, got.Header.Get("Content-Security-Policy"), "default-src 'none'", at)
	}
}

func TestJunk_InIdsAndCursors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	junk := []string{
		"1 OR 1=1", "' OR ''='", "x;drop table events", "../../etc/passwd", "%00", strings.Repeat("9", 300),
		"00000000-0000-0000-0000-000000000000", "-1", "NaN", "\u202e", "id=1 OR 1=1",
	}
	for _, text := range junk {
		id := url.PathEscape(text)
		for _, at := range []string{
			"/events/" + id, "/events/" + id + "/body", "/runs/" + id, "/inboxes/" + id, "/rules/" + id,
			"/rules/" + id + "/draft", "/connections/" + id, "/users/" + id, "/tables/" + id,
		} {
			got := w.do(call{Method: "GET", URL: "/api/v1" + at, As: engine.RoleAdmin})
			require.Contains(t, []int{404, 422}, got.Status, "%s: %s", at, got.Body)
		}
		for _, at := range []string{"/events", "/runs", "/audit", "/rules", "/inboxes", "/problems"} {
			got := w.do(call{Method: "GET", URL: "/api/v1" + at + "?cursor=" + url.QueryEscape(text), As: engine.RoleAdmin})
			require.Contains(t, []int{200, 422}, got.Status, "%s: %s", at, got.Body)
		}
		for _, at := range []string{"/events?inbox=", "/events?q=", "/events?type=", "/runs?rule=", "/runs?event=", "/runs?problem=", "/export?rule="} {
			got := w.do(call{Method: "GET", URL: "/api/v1" + at + url.QueryEscape(text), As: engine.RoleAdmin})
			require.Contains(t, []int{200, 404, 422}, got.Status, "%s: %s", at, got.Body)
		}
		for _, at := range []string{"/events/" + id, "/tokens/" + id, "/users/" + id} {
			got := w.do(call{Method: "DELETE", URL: "/api/v1" + at, As: engine.RoleAdmin, Headers: map[string]string{"If-Match": "*"}})
			require.Contains(t, []int{404, 422}, got.Status, "%s: %s", at, got.Body)
		}
	}
	w.do(call{Method: "GET", URL: "/api/v1/events?order=name%3Bdrop", As: engine.RoleAdmin}).is(http.StatusUnprocessableEntity)
}
