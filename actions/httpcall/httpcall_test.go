package httpcall_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/actions/httpcall"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

func now() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func newAction(t *testing.T) engine.Action {
	t.Helper()
	c, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.0/8", "localhost"}, Now: now})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return httpcall.New(c, httpcall.NewConnection(c))
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// echo answers with what it got, as JSON.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"method": r.Method, "url": r.URL.String(), "headers": r.Header, "body": string(body), "host": r.Host,
	})
}

func do(t *testing.T, a engine.Action, call engine.Call) (engine.Plan, map[string]any, error) {
	t.Helper()
	if call.Template == nil {
		call.Template = call.With
	}
	plan, err := a.Plan(t.Context(), call)
	if err != nil {
		return plan, nil, err
	}
	result, err := a.Do(t.Context(), plan)
	output, _ := result.Output.(map[string]any)
	return plan, output, err
}

func basic() *engine.Connection {
	return &engine.Connection{
		Name: "crm", Type: "http",
		With:    map[string]any{"auth": "basic", "username": "ann", "hosts": []any{"127.0.0.1"}},
		Secrets: map[string]engine.Secret{"password": "pa\"ss/w&rd<1>", "secrets.API_KEY": "k+y/1 23\"45"},
	}
}

func TestHTTP_Conformance(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/", echo)
	mux.HandleFunc("/no", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		echo(w, r)
	})
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	base := serve(t, mux.ServeHTTP)
	with := map[string]any{
		"method": "POST", "url": base + "/p/${secret:API_KEY}?k=${secret:API_KEY}",
		"headers": map[string]any{"X-Key": "${secret:API_KEY}", "Accept": "a"},
		"query":   map[string]any{"q": []any{int64(1), "${secret:API_KEY}"}},
		"json":    map[string]any{"k": []any{"${secret:API_KEY}", int64(5)}},
		"expect":  []any{int64(200)}, "followRedirects": true,
	}
	no := map[string]any{"url": base + "/no?k=${secret:API_KEY}", "text": "${secret:API_KEY}"}
	hang := map[string]any{"url": base + "/hang", "text": "x"}
	actiontest.Exercise(t, actiontest.Subject{
		New: func(_ *testing.T, c *outbound.Client) engine.Action {
			return httpcall.New(c, httpcall.NewConnection(c))
		},
		Calls: []engine.Call{
			{With: with, Template: with, Connection: basic(), Key: "key-1"},
			{With: map[string]any{"url": base}},
		},
		Failing: []engine.Call{{With: no, Template: no, Connection: basic()}},
		Hanging: &engine.Call{With: hang, Template: hang},
		Arrived: arrived,
		Secrets: []string{"k+y/1 23", `k+y/1 23\"45`, url.QueryEscape(`k+y/1 23"45`), url.PathEscape(`k+y/1 23"45`), `pa"ss`, "YW5uOnBh"},
	})
}

func TestPlan_ShowsTheRequest(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body string
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got, body = r, string(b)
		w.WriteHeader(http.StatusCreated)
	})
	plan, output, err := do(t, newAction(t), engine.Call{
		Key: "the-key", Hops: 2,
		With: map[string]any{
			"url": base + "/a?x=1", "query": map[string]any{"y": "ä b", "z": []any{int64(1), true, nil}},
			"headers": map[string]any{"x-one": "1"},
			"json":    map[string]any{"n": json.Number("12345678901234567890.10"), "t": "<a&b>"},
		},
	})
	require.NoError(t, err)
	require.Equal(t, "request", plan.Preview.Kind)
	require.Equal(t, base+"/a?x=1&y=%C3%A4+b&z=1&z=true", plan.Preview.URL)
	require.Equal(t, base, plan.Destination)
	sent := `{"n":12345678901234567890.10,"t":"<a&b>"}`
	require.Equal(t, []string{sent, sent}, []string{plan.Preview.Body, body}, "to the byte")
	require.Equal(t, "/a?x=1&y=%C3%A4+b&z=1&z=true", got.URL.String())
	require.Equal(t, http.MethodPost, got.Method)
	require.Equal(t, "the-key", got.Header.Get("Idempotency-Key"))
	require.Equal(t, "Patchbay", got.UserAgent())
	require.Equal(t, "application/json", got.Header.Get("Content-Type"))
	require.Equal(t, "3", got.Header.Get(engine.HopHeader))
	for _, h := range plan.Preview.Headers {
		require.Equal(t, got.Header.Get(h.Name), h.Value)
	}
	require.EqualValues(t, 201, output["status"])
	require.Empty(t, output["body"])
}

func TestDo_Bodies(t *testing.T) {
	t.Parallel()
	base := serve(t, echo)
	a := newAction(t)
	for _, tc := range []struct {
		name        string
		with        map[string]any
		method      string
		contentType string
		body        string
	}{
		{"nothing", map[string]any{}, "GET", "", ""},
		{"json null is nothing", map[string]any{"json": nil}, "GET", "", ""},
		{"json list", map[string]any{"json": []any{int64(1)}}, "POST", "application/json", "[1]"},
		{"json text", map[string]any{"json": "x"}, "POST", "application/json", `"x"`},
		{"form", map[string]any{"form": map[string]any{"b": []any{int64(1), "2"}, "a": map[string]any{"x": 1.5}}}, "POST", "application/x-www-form-urlencoded", "a=%7B%22x%22%3A1.5%7D&b=1&b=2"},
		{"text", map[string]any{"text": "hello"}, "POST", "text/plain; charset=utf-8", "hello"},
		{"text from a number", map[string]any{"text": int64(7)}, "POST", "text/plain; charset=utf-8", "7"},
		{"body", map[string]any{"body": "<a/>", "headers": map[string]any{"content-type": "application/xml"}}, "POST", "application/xml", "<a/>"},
		{"own method", map[string]any{"text": "x", "method": "patch"}, "PATCH", "text/plain; charset=utf-8", "x"},
		{"own key", map[string]any{"headers": map[string]any{"idempotency-key": "mine"}}, "GET", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.with["url"] = base
			_, output, err := do(t, a, engine.Call{With: tc.with, Key: "k"})
			require.NoError(t, err)
			got, ok := output["body"].(map[string]any)
			require.True(t, ok)
			require.Equal(t, tc.method, got["method"])
			require.Equal(t, tc.body, got["body"])
			headers, ok := got["headers"].(map[string]any)
			require.True(t, ok)
			if tc.contentType != "" {
				require.Equal(t, []any{tc.contentType}, headers["Content-Type"])
			}
			key := "k"
			if tc.name == "own key" {
				key = "mine"
			}
			require.Equal(t, []any{key}, headers["Idempotency-Key"])
		})
	}
}

func TestDo_Statuses(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &status)
		w.Header().Set("Retry-After", "7")
		w.Header().Set("Location", "https://elsewhere.example/")
		w.WriteHeader(status)
		if status != http.StatusNoContent && status != http.StatusNotModified {
			_, _ = io.WriteString(w, `{"why":1}`)
		}
	})
	a := newAction(t)
	for _, tc := range []struct {
		status        int
		expect        any
		ok, permanent bool
		down, alert   bool
	}{
		{status: 200, ok: true},
		{status: 204, ok: true},
		{status: 301, permanent: true},
		{status: 302, expect: "302", ok: true},
		{status: 400, permanent: true},
		{status: 401, permanent: true},
		{status: 404, permanent: true},
		{status: 404, expect: []any{"2xx", int64(404)}, ok: true},
		{status: 408},
		{status: 410, permanent: true, alert: true},
		{status: 422, permanent: true},
		{status: 425},
		{status: 429},
		{status: 500},
		{status: 501},
		{status: 502, down: true},
		{status: 503, down: true},
		{status: 504, down: true},
		{status: 503, expect: "500-599", ok: true},
		{status: 200, expect: "201, 202", permanent: true},
	} {
		t.Run(fmt.Sprintf("%d expecting %v", tc.status, tc.expect), func(t *testing.T) {
			t.Parallel()
			with := map[string]any{"url": fmt.Sprintf("%s/%d", base, tc.status)}
			if tc.expect != nil {
				with["expect"] = tc.expect
			}
			_, output, err := do(t, a, engine.Call{With: with})
			if tc.ok {
				require.NoError(t, err)
				require.EqualValues(t, tc.status, output["status"])
				return
			}
			f := engine.AsFailure(err)
			require.Equal(t, tc.permanent, f.Permanent)
			require.Equal(t, tc.down, f.Down)
			require.Equal(t, tc.alert, f.Alert)
			require.Equal(t, 7*time.Second, f.RetryAfter)
			outcome := engine.OutcomeNotSent
			if tc.status == http.StatusBadGateway || tc.status == http.StatusGatewayTimeout || tc.status == http.StatusOK {
				outcome = engine.OutcomeUnknown
			}
			require.Equal(t, outcome, f.Outcome)
			require.Contains(t, f.Message, strconv.Itoa(tc.status))
			kept, ok := f.Output.(map[string]any)
			require.True(t, ok)
			require.Equal(t, map[string]any{"why": int64(1)}, kept["body"])
		})
	}
}

func TestDo_ReadsAnswers(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 40<<10)
	answers := map[string]struct {
		contentType, body string
		want              any
		truncated         bool
	}{
		"json":           {"application/json", `{"a":9007199254740993,"b":1.5,"c":[null,true]}`, map[string]any{"a": int64(9007199254740993), "b": 1.5, "c": []any{nil, true}}, false},
		"problem":        {"application/problem+json; charset=utf-8", `"x"`, "x", false},
		"unsaid":         {"text/plain", ` {"a":1}`, map[string]any{"a": int64(1)}, false},
		"broken":         {"application/json", `{"a":`, `{"a":`, false},
		"trailing":       {"application/json", `{} {}`, `{} {}`, false},
		"number in text": {"text/plain", `12`, `12`, false},
		"broken utf8":    {"text/plain", "a\xffb", "a\uFFFDb", false},
		"long":           {"text/plain", long, long[:64<<10], true},
		"long json":      {"application/json", `"` + long + `"`, `"` + long[:64<<10-2], true},
	}
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		answer := answers[r.URL.Query().Get("n")]
		w.Header().Set("Content-Type", answer.contentType)
		w.Header().Set("Set-Cookie", "session=abc")
		w.Header().Add("X-Two", "1")
		w.Header().Add("X-Two", "2")
		_, _ = io.WriteString(w, answer.body)
	})
	a := newAction(t)
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, output, err := do(t, a, engine.Call{With: map[string]any{"url": base + "?n=" + url.QueryEscape(name)}})
			require.NoError(t, err)
			require.Equal(t, answer.want, output["body"])
			require.Equal(t, answer.truncated, output["truncated"] == true)
			headers, ok := output["headers"].(map[string]any)
			require.True(t, ok)
			require.Equal(t, "1, 2", headers["x-two"])
			require.NotContains(t, headers, "set-cookie")
		})
	}
}

func TestPlan_CutsLongPreviews(t *testing.T) {
	t.Parallel()
	plan, err := newAction(t).Plan(t.Context(), engine.Call{With: map[string]any{"url": "https://example.com", "text": strings.Repeat("x", 100<<10)}})
	require.NoError(t, err)
	require.True(t, plan.Preview.Truncated)
	require.Len(t, plan.Preview.Body, 64<<10)
	_, err = newAction(t).Plan(t.Context(), engine.Call{With: map[string]any{"url": "https://example.com", "text": strings.Repeat("x", 6<<20)}})
	require.Error(t, err)
}
