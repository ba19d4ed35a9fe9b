package slack_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/actions/outbound"
	"patchbay/actions/slack"
	"patchbay/engine"
)

const token = engine.Secret("xoxb-1234-abcdef")

// workspace is a server that speaks Slack's API.
type workspace struct {
	URL      string
	arrived  chan struct{}
	mu       sync.Mutex
	messages []map[string]any
}

func newWorkspace(t *testing.T) *workspace {
	t.Helper()
	w := &workspace{arrived: make(chan struct{}, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/chat.postMessage", w.post)
	mux.HandleFunc("POST /api/auth.test", func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token.Reveal() {
			answer(rw, map[string]any{"ok": false, "error": "invalid_auth"})
			return
		}
		answer(rw, map[string]any{"ok": true, "team": "Acme", "user": "patchbay"})
	})
	mux.HandleFunc("/services/T1/B1/", w.hook)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	w.URL = server.URL
	return w
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (w *workspace) read(r *http.Request) map[string]any {
	var m map[string]any
	_ = json.NewDecoder(r.Body).Decode(&m)
	w.mu.Lock()
	w.messages = append(w.messages, m)
	w.mu.Unlock()
	select {
	case w.arrived <- struct{}{}:
	default:
	}
	return m
}

func (w *workspace) post(rw http.ResponseWriter, r *http.Request) {
	m := w.read(r)
	if r.Header.Get("Authorization") != "Bearer "+token.Reveal() {
		answer(rw, map[string]any{"ok": false, "error": "invalid_auth"})
		return
	}
	switch channel, _ := m["channel"].(string); channel {
	case "#gone":
		answer(rw, map[string]any{"ok": false, "error": "channel_not_found"})
	case "#secret":
		answer(rw, map[string]any{"ok": false, "error": "bad " + token.Reveal()})
	case "#busy":
		rw.Header().Set("Retry-After", "30")
		rw.WriteHeader(http.StatusTooManyRequests)
		answer(rw, map[string]any{"ok": false, "error": "ratelimited"})
	case "#quick":
		rw.Header().Set("Retry-After", "3")
		answer(rw, map[string]any{"ok": false, "error": "ratelimited"})
	case "#down":
		rw.WriteHeader(http.StatusServiceUnavailable)
	case "#html":
		_, _ = io.WriteString(rw, "<html>Welcome to "+r.Host+"</html>")
	case "#hang":
		<-r.Context().Done()
	default:
		answer(rw, map[string]any{"ok": true, "ts": "1700000000.000100", "channel": "C1"})
	}
}

func (w *workspace) hook(rw http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		rw.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	w.read(r)
	switch r.URL.Path {
	case "/services/T1/B1/archived-hook":
		rw.WriteHeader(http.StatusGone)
		_, _ = io.WriteString(rw, "channel_is_archived")
	case "/services/T1/B1/gone-hook":
		rw.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(rw, "no_service")
	case "/services/T1/B1/busy-hook":
		rw.Header().Set("Retry-After", "30")
		rw.WriteHeader(http.StatusTooManyRequests)
	default:
		_, _ = io.WriteString(rw, "ok")
	}
}

func (w *workspace) last() map[string]any {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.messages[len(w.messages)-1]
}

func (w *workspace) bot() *engine.Connection {
	return &engine.Connection{
		Name: "ops", Type: "slack", With: map[string]any{"apiUrl": w.URL + "/api"},
		Secrets: map[string]engine.Secret{"botToken": token},
	}
}

func (w *workspace) webhook(last string) *engine.Connection {
	return &engine.Connection{
		Name: "hook", Type: "slack",
		Secrets: map[string]engine.Secret{"webhookUrl": engine.Secret(w.URL + "/services/T1/B1/" + last)},
	}
}

func newClient(t *testing.T) *outbound.Client {
	t.Helper()
	c, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func newAction(t *testing.T) engine.Action {
	t.Helper()
	c := newClient(t)
	return slack.New(c, slack.NewConnection(c))
}

func do(t *testing.T, a engine.Action, c *engine.Connection, with map[string]any) (engine.Plan, any, error) {
	t.Helper()
	plan, err := a.Plan(t.Context(), engine.Call{With: with, Template: with, Connection: c})
	require.NoError(t, err)
	result, err := a.Do(t.Context(), plan)
	return plan, result.Output, err
}

func TestSlack_Conformance(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	post := func(channel string) engine.Call {
		return engine.Call{With: map[string]any{"channel": channel, "text": "hello"}, Connection: w.bot()}
	}
	hang := newWorkspace(t)
	actiontest.Exercise(t, actiontest.Subject{
		New: func(_ *testing.T, c *outbound.Client) engine.Action { return slack.New(c, slack.NewConnection(c)) },
		Calls: []engine.Call{
			post("#ops"),
			{With: map[string]any{"text": "hello"}, Connection: w.webhook("hidden-part")},
		},
		Failing: []engine.Call{post("#gone"), post("#secret"), {With: map[string]any{"text": "x"}, Connection: w.webhook("gone-hook")}},
		Hanging: &engine.Call{With: map[string]any{"channel": "#hang", "text": "x"}, Connection: hang.bot()},
		Arrived: hang.arrived,
		Secrets: []string{token.Reveal(), "hidden-part", "gone-hook"},
	})
}

func TestSlack_PostsByToken(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	plan, output, err := do(t, newAction(t), w.bot(), map[string]any{
		"channel": "#ops", "text": "<!here> deployed", "threadTs": "17.1",
		"blocks": []any{map[string]any{"type": "divider"}},
	})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"ts": "1700000000.000100", "channel": "C1"}, output)
	require.Equal(t, map[string]any{
		"channel": "#ops", "text": "<!here> deployed", "thread_ts": "17.1", "blocks": []any{map[string]any{"type": "divider"}},
	}, w.last())
	require.Equal(t, "slack:ops#ops", plan.Destination)
	require.InDelta(t, 1, plan.PerSecond, 0)
	require.Equal(t, "message", plan.Preview.Kind)
	require.Equal(t, []string{"#ops"}, plan.Preview.To)
	require.Equal(t, w.URL+"/api/chat.postMessage", plan.Preview.URL)
	var shown map[string]any
	require.NoError(t, json.Unmarshal([]byte(plan.Preview.Body), &shown))
	require.Equal(t, w.last(), shown, "the preview is what is sent")
}

func TestSlack_PostsByWebhook(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	plan, _, err := do(t, newAction(t), w.webhook("hidden-part"), map[string]any{"text": "hello"})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"text": "hello"}, w.last())
	require.Equal(t, "slack:hook", plan.Destination)
	require.Equal(t, w.URL+"/[redacted]", plan.Preview.URL)
	_, err = newAction(t).Plan(t.Context(), engine.Call{With: map[string]any{"text": "x", "channel": "#ops"}, Connection: w.webhook("x")})
	require.ErrorContains(t, err, "channel: A webhook address has its channel")
}

func TestSlack_Refusals(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	wrong := w.bot()
	wrong.Secrets["botToken"] = "xoxb-wrong"
	for _, tc := range []struct {
		name       string
		connection *engine.Connection
		channel    string
		want       engine.Failure
	}{
		{"no such channel", w.bot(), "#gone", engine.Failure{Permanent: true, Message: "Slack knows no such channel, or it is private and the app is not in it; check the name or invite the app."}},
		{"rate with a status", w.bot(), "#busy", engine.Failure{RetryAfter: 30 * time.Second, Message: "Slack takes messages to this channel more slowly; it is tried again when Slack allows it."}},
		{"rate with ok false", w.bot(), "#quick", engine.Failure{RetryAfter: 3 * time.Second, Message: "Slack takes messages to this channel more slowly; it is tried again when Slack allows it."}},
		{"token", wrong, "#ops", engine.Failure{Permanent: true, Alert: true, Message: "Slack no longer accepts the token of the connection (invalid_auth); enter a new one."}},
		{"archived hook", w.webhook("archived-hook"), "", engine.Failure{Permanent: true, Message: "The channel is archived; choose another one."}},
		{"dead hook", w.webhook("gone-hook"), "", engine.Failure{Permanent: true, Alert: true, Message: "The webhook address is no longer in use (no_service); make a new one in Slack."}},
		{"busy hook", w.webhook("busy-hook"), "", engine.Failure{RetryAfter: 30 * time.Second, Message: "Slack takes messages to this channel more slowly; it is tried again when Slack allows it."}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			with := map[string]any{"text": "x"}
			if tc.channel != "" {
				with["channel"] = tc.channel
			}
			_, _, err := do(t, newAction(t), tc.connection, with)
			f := engine.AsFailure(err)
			require.Equal(t, tc.want.Message, f.Message)
			require.Equal(t, tc.want.Permanent, f.Permanent)
			require.Equal(t, tc.want.Alert, f.Alert)
			require.Equal(t, tc.want.RetryAfter, f.RetryAfter)
			require.Equal(t, engine.OutcomeNotSent, f.Outcome)
			require.False(t, f.Down)
		})
	}
	_, _, err := do(t, newAction(t), w.bot(), map[string]any{"channel": "#down", "text": "x"})
	require.True(t, engine.AsFailure(err).Down)
	require.False(t, engine.AsFailure(err).Permanent)
	_, _, err = do(t, newAction(t), w.bot(), map[string]any{"channel": "#html", "text": "x"})
	require.True(t, engine.AsFailure(err).Permanent)
	require.ErrorContains(t, err, "in a way that Slack does not")
}

func TestSlack_QuietsMentionsOutOfData(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	a := newAction(t)
	require.Equal(t, engine.EscapeSlack, a.Spec().Escape["text"])
	plan, err := a.Plan(t.Context(), engine.Call{
		Connection: w.bot(),
		Template: map[string]any{"channel": "#ops", "blocks": []any{
			map[string]any{"text": map[string]any{"type": "mrkdwn", "text": "<!here> {{ payload.title }}"}, "url": "{{ payload.url }}"},
			map[string]any{"text": "<!channel> said"},
			"{{ payload.block }}",
		}},
		With: map[string]any{"channel": "#ops", "blocks": []any{
			map[string]any{"text": map[string]any{"type": "mrkdwn", "text": "<!here> <!channel> <@U1> <!here> <!<!channel>> a < b > c"}, "url": "https://x.example/?a=1&b=<2>"},
			map[string]any{"text": "<!channel> said"},
			map[string]any{"text": "<!everyone>"},
		}},
	})
	require.NoError(t, err)
	_, err = a.Do(t.Context(), plan)
	require.NoError(t, err)
	require.Equal(t, []any{
		map[string]any{"text": map[string]any{"type": "mrkdwn", "text": "<!here> &lt;!channel&gt; &lt;@U1&gt; <!here> &lt;!&lt;!channel&gt;> a < b > c"}, "url": "https://x.example/?a=1&b=<2>"},
		map[string]any{"text": "<!channel> said"},
		map[string]any{"text": "&lt;!everyone&gt;"},
	}, w.last()["blocks"])
}

func TestSlack_Check(t *testing.T) {
	t.Parallel()
	a := newAction(t)
	require.ErrorContains(t, a.Check(map[string]any{"channel": "#ops"}), "text: The message is empty")
	require.ErrorContains(t, a.Check(map[string]any{"text": "x", "blocks": "x"}), "blocks: ")
	require.NoError(t, a.Check(map[string]any{"text": "{{ payload.t }}", "blocks": "{{ payload.b }}"}))
	w := newWorkspace(t)
	for _, with := range []map[string]any{
		{"text": "x"}, {"channel": "#a\nb", "text": "x"}, {"channel": "#a", "text": ""}, {"channel": map[string]any{}, "text": "x"},
	} {
		_, err := a.Plan(t.Context(), engine.Call{With: with, Connection: w.bot()})
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), with)
	}
	_, err := a.Plan(t.Context(), engine.Call{With: map[string]any{"text": "x"}})
	require.ErrorContains(t, err, "connection: ")
	_, err = a.Plan(t.Context(), engine.Call{With: map[string]any{"text": "x"}, Connection: &engine.Connection{Name: "m", Type: "smtp"}})
	require.ErrorContains(t, err, "connection of type smtp")
}

func TestConnection_Check(t *testing.T) {
	t.Parallel()
	kind := slack.NewConnection(newClient(t))
	require.Equal(t, []string{"webhookUrl", "botToken"}, kind.Type().Secrets)
	for _, tc := range []struct {
		secrets map[string]engine.Secret
		with    map[string]any
		fault   string
	}{
		{map[string]engine.Secret{"botToken": token}, nil, ""},
		{map[string]engine.Secret{"webhookUrl": "https://hooks.slack.com/services/T/B/x"}, nil, ""},
		{nil, nil, "with: Give either"},
		{map[string]engine.Secret{"botToken": token, "webhookUrl": "https://hooks.slack.com/services/T/B/x"}, nil, "with: Give either"},
		{map[string]engine.Secret{"webhookUrl": token}, nil, "with.webhookUrl: This is a token"},
		{map[string]engine.Secret{"botToken": "https://hooks.slack.com/services/T/B/x"}, nil, "with.botToken: This is an address"},
		{map[string]engine.Secret{"botToken": "xapp-1"}, nil, "with.botToken: "},
		{map[string]engine.Secret{"botToken": "xoxb-1\n"}, nil, "with.botToken: "},
		{map[string]engine.Secret{"webhookUrl": "hooks.slack.com"}, nil, "with.webhookUrl: "},
		{map[string]engine.Secret{"botToken": token}, map[string]any{"apiUrl": "slack"}, "with.apiUrl: "},
	} {
		err := kind.Check(&engine.Connection{Type: "slack", With: tc.with, Secrets: tc.secrets})
		if tc.fault == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, tc.fault)
	}
}

func TestConnection_Test(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	kind := slack.NewConnection(newClient(t))
	told, err := kind.Test(t.Context(), w.bot())
	require.NoError(t, err)
	require.Equal(t, "Slack accepts the token: it is patchbay in Acme.", told)
	wrong := w.bot()
	wrong.Secrets["botToken"] = "xoxb-wrong"
	_, err = kind.Test(t.Context(), wrong)
	require.ErrorContains(t, err, "no longer accepts the token")
	told, err = kind.Test(t.Context(), w.webhook("hidden-part"))
	require.NoError(t, err)
	require.Contains(t, told, "Nothing was posted")
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Empty(t, w.messages)
}
