package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

// listen serves the API on loopback.
func (w *world) listen() string {
	w.t.Helper()
	app := fiber.New(fiber.Config{
		Immutable: true, DisableStartupMessage: true, ErrorHandler: api.HandleError,
		ReadTimeout: 5 * time.Second,
	})
	w.api.Register(app)
	ln, err := new(net.ListenConfig).Listen(w.t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(w.t, err)
	served := make(chan error, 1)
	go func() { served <- app.Listener(ln) }()
	w.t.Cleanup(func() {
		w.end()
		require.NoError(w.t, app.ShutdownWithTimeout(5*time.Second))
		require.NoError(w.t, <-served)
	})
	return "http://" + ln.Addr().String()
}

// message is one server-sent event.
type message struct{ id, event, data string }

// listener reads a live stream.
type listener struct {
	t    testing.TB
	res  *http.Response
	text *bufio.Reader
}

func (w *world) hear(base, query string, headers ...string) *listener {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	w.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/v1/live"+query, http.NoBody)
	require.NoError(w.t, err)
	req.Header.Set("Authorization", "Bearer "+w.token(engine.RoleViewer))
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = res.Body.Close() })
	require.Equal(w.t, http.StatusOK, res.StatusCode)
	require.Equal(w.t, "text/event-stream", res.Header.Get("Content-Type"))
	return &listener{t: w.t, res: res, text: bufio.NewReader(res.Body)}
}

// next returns the next message; heartbeats come as messages named beat.
func (l *listener) next() message {
	l.t.Helper()
	var m message
	for {
		line, err := l.text.ReadString('\n')
		require.NoError(l.t, err)
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case line == "\n":
			return m
		case name == "id":
			m.id = value
		case name == "event":
			m.event = value
		case name == "data":
			m.data = value
		case name == "":
			m.event = value
		}
	}
}

func (l *listener) nextChange() message {
	l.t.Helper()
	for {
		if m := l.next(); m.event != "beat" {
			return m
		}
	}
}

func (l *listener) ends() {
	l.t.Helper()
	_, err := io.Copy(io.Discard, l.text)
	require.NoError(l.t, err)
}

func TestLive_ChangesComeInOrderAndResume(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	w.receive("a", `0`)
	base := w.listen()

	l := w.hear(base, "")
	hello := l.next()
	require.Equal(t, "hello", hello.event)
	first, second := w.receive("a", `1`), w.receive("a", `2`)
	var got []message
	for range 2 {
		got = append(got, l.nextChange())
	}
	for i, e := range []*engine.Event{first, second} {
		var change api.LiveChange
		require.NoError(t, json.Unmarshal([]byte(got[i].data), &change))
		require.Equal(t, "event", got[i].event)
		require.Equal(t, e.ID, change.ID)
		require.Equal(t, strconv.FormatInt(e.Seq, 10), got[i].id)
	}
	require.NoError(t, l.res.Body.Close())

	third := w.receive("a", `3`)
	resumed := w.hear(base, "", "Last-Event-ID", got[0].id)
	require.Equal(t, got[0].id, resumed.next().id)
	require.Equal(t, got[1].data, resumed.nextChange().data)
	require.Contains(t, resumed.nextChange().data, third.ID.String())
	run := w.start(third, "r")
	for {
		if m := resumed.nextChange(); m.event == "run" {
			require.Contains(t, m.data, run.ID.String())
			break
		}
	}
	after := w.hear(base, "?after="+got[1].id)
	after.next()
	require.Contains(t, after.nextChange().data, third.ID.String())
}

func TestLive_ResetWhenTooOld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	e := w.receive("a", `1`)
	l := w.hear(w.listen(), "", "Last-Event-ID", "999999999") // of another database
	require.Equal(t, "hello", l.next().event)
	reset := l.nextChange()
	require.Equal(t, "reset", reset.event)
	require.Equal(t, strconv.FormatInt(e.Seq, 10), reset.id)
	next := w.receive("a", `2`)
	require.Contains(t, l.nextChange().data, next.ID.String())
}

func TestLive_TellsOfConfigurationAndProblems(t *testing.T) {
	t.Parallel()
	w, _, _ := lived(t)
	l := w.hear(w.listen(), "")
	require.JSONEq(t, `0`, strconv.Itoa(as[struct{ Problems int }](reply{t: t, Body: l.next().data}).Problems))
	w.admin("POST", "/inboxes", `{"name":"second"}`).is(201)
	m := l.nextChange()
	require.Equal(t, "config", m.event)
	require.Empty(t, m.id, "it does not move the place to resume at")
	require.JSONEq(t, `{"kind":"inbox","name":"second"}`, m.data)
	w.admin("PUT", "/rules/tell/draft", otherBody, "If-Match", "*").is(200)
	require.JSONEq(t, `{"kind":"rule","name":"tell"}`, l.nextChange().data)

	w.fail(w.receive("shop", `{}`), engine.OutcomeNotSent)
	for m = l.nextChange(); m.event != "problems"; m = l.nextChange() {
		require.Contains(t, []string{"event", "run"}, m.event)
	}
	require.JSONEq(t, `{"open":1}`, m.data)
	again := w.hear(w.listen(), "")
	require.Contains(t, again.next().data, `"problems":1`)
}

func TestLive_SendsHeartbeats(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *api.Deps) { d.Heartbeat, d.Now = 50*time.Millisecond, time.Now })
	l := w.hear(w.listen(), "")
	require.Equal(t, "hello", l.next().event)
	for range 6 {
		require.Equal(t, "beat", l.next().event)
	}
}

func TestLive_EndsWithTheRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *api.Deps) { d.Heartbeat, d.Now = 50*time.Millisecond, time.Now })
	l := w.hear(w.listen(), "")
	l.next()
	tokens, err := w.db.Tokens(t.Context())
	require.NoError(t, err)
	for _, token := range tokens {
		require.NoError(t, w.db.DeleteToken(t.Context(), token.ID))
	}
	l.ends()
}

func TestLive_EndsWithTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.hear(w.listen(), "")
	l.next()
	w.end()
	l.ends()
}

func TestLive_RefusesJunk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run([]scenario{
		{Name: "anonymous", Call: call{Method: "GET", URL: "/api/v1/live"}, Status: 401},
		{Name: "not a seq", Call: call{Method: "GET", URL: "/api/v1/live?after=x", As: engine.RoleViewer}, Status: 422},
		{Name: "negative", Call: call{Method: "GET", URL: "/api/v1/live", As: engine.RoleViewer, Headers: map[string]string{"Last-Event-ID": "-1"}}, Status: 422},
	})
}
