package ingest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/ingest"
	"patchbay/storage"
)

// memory keeps inboxes and events as the database does, for as long as a test runs.
type memory struct {
	engine.InboxStore
	engine.EventStore
	engine.Watcher

	inboxes map[string]*engine.Inbox
	events  map[engine.ID]*engine.Event
	claims  map[string]engine.ID
	calls   []*engine.Event // since the last request
	broken  bool
}

func (m *memory) Inboxes(context.Context) ([]*engine.Inbox, error) {
	var list []*engine.Inbox
	for _, in := range m.inboxes {
		list = append(list, in)
	}
	return list, nil
}

func (m *memory) Inbox(_ context.Context, name string) (*engine.Inbox, error) {
	in := *m.inboxes[name]
	return &in, nil
}

func (m *memory) PutInbox(_ context.Context, in *engine.Inbox, _ int64) error {
	m.inboxes[in.Name] = in
	return nil
}

func (m *memory) WatchConfig(func(engine.ConfigChange)) (stop func()) { return func() {} }

func (m *memory) Accept(_ context.Context, e *engine.Event, claim engine.Claim) (engine.Receipt, error) {
	if m.broken {
		return engine.Receipt{}, &engine.Error{Kind: engine.KindUnavailable, Message: "The disk is full."}
	}
	m.calls = append(m.calls, e)
	m.events[e.ID] = e
	key := e.Inbox + "\n" + claim.Key
	if first, taken := m.claims[key]; claim.Key != "" && taken {
		e.Verdict = engine.Duplicate
		return engine.Receipt{ID: first, Duplicate: true}, nil
	}
	if claim.Key != "" {
		m.claims[key] = e.ID
	}
	return engine.Receipt{ID: e.ID}, nil
}

func (m *memory) Full() bool { return false }

// clear forgets what was stored.
func (m *memory) clear() {
	m.events, m.claims, m.calls = map[engine.ID]*engine.Event{}, map[string]engine.ID{}, nil
}

const fuzzLimit = 4 << 10

// doors are inboxes of every kind.
func doors() map[string]*engine.Inbox {
	none := engine.Rate(0)
	list := map[string]*engine.Inbox{}
	for _, in := range []*engine.Inbox{
		open("open"), github("github"),
		{Name: "basic", Verify: engine.Verify{Scheme: "basic", Username: "ann", Secret: "pass-of-ann"}},
		{Name: "keyed", Verify: engine.Verify{Scheme: "key", Key: addressKey}},
		{Name: "twilio", Verify: engine.Verify{Scheme: "twilio", Secret: githubSecret}},
		{Name: "slack", Verify: engine.Verify{Scheme: "slack", Secret: githubSecret}},
		{Name: "pending", Verify: engine.Verify{Scheme: "stripe", Pending: true}},
		{Name: "paused", Paused: true, Verify: engine.Verify{Scheme: "none"}},
		{Name: "order", Verify: engine.Verify{Scheme: "none"}, Dedupe: engine.Dedupe{Key: "payload.order"}},
		{Name: "reads", Verify: engine.Verify{Scheme: "none"}, Methods: []string{"get", "HEAD"}},
		{Name: "broken", Verify: engine.Verify{Scheme: "no-such"}},
	} {
		in.Limits = engine.Limits{Body: fuzzLimit, Rate: &none}
		list[in.Name] = in
	}
	return list
}

// wire is a server that takes the bytes of a connection and gives what it answers.
type wire struct {
	memory  *memory
	handler *ingest.Handler
	app     *fiber.App
}

func newWire(tb testing.TB, inboxes map[string]*engine.Inbox) *wire {
	tb.Helper()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	cipher, err := storage.NewCipher(bytes.Repeat([]byte{7}, storage.KeySize))
	require.NoError(tb, err)
	m := &memory{inboxes: inboxes}
	m.clear()
	handler, err := ingest.New(tb.Context(), ingest.Deps{
		Inboxes: m, Events: m, Watcher: m, Dispatcher: m, Evaluator: fields{}, Replies: &engine.Replies{}, Fingerprint: cipher,
		Fetcher: &fetches{}, Audit: func(context.Context, engine.AuditEntry) error { return nil },
		PublicURL: func() string { return "https://hooks.example.com" }, Now: func() time.Time { return now },
		NewID: func() engine.ID { return engine.ID(uuid.Must(uuid.NewV7())) }, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(tb, err)
	tb.Cleanup(handler.Close)
	app := fiber.New(fiber.Config{
		Immutable: true, DisableStartupMessage: true, DisablePreParseMultipartForm: true, BodyLimit: 2 * fuzzLimit, ReadBufferSize: 16 << 10,
		ErrorHandler: func(c *fiber.Ctx, err error) error {
			if fault, ok := errors.AsType[*fiber.Error](err); ok && fault.Code == http.StatusRequestEntityTooLarge {
				return handler.Oversized(c)
			}
			return fiber.DefaultErrorHandler(c, err)
		},
	})
	handler.Register(app)
	app.Handler() // makes the server ready
	return &wire{memory: m, handler: handler, app: app}
}

// connection is one whose peer has sent everything already.
type connection struct {
	net.Conn

	in  *bytes.Reader
	out bytes.Buffer
}

func (c *connection) Read(p []byte) (int, error)       { return c.in.Read(p) }
func (c *connection) Write(p []byte) (int, error)      { return c.out.Write(p) }
func (c *connection) Close() error                     { return nil }
func (c *connection) SetReadDeadline(time.Time) error  { return nil }
func (c *connection) SetWriteDeadline(time.Time) error { return nil }
func (c *connection) SetDeadline(time.Time) error      { return nil }
func (c *connection) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80} }

func (c *connection) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(203, 0, 113, 9), Port: 4711}
}

// talk sends bytes and returns what comes back.
func (w *wire) talk(sent []byte) []byte {
	w.memory.calls = nil
	c := &connection{in: bytes.NewReader(sent)}
	_ = w.app.Server().ServeConn(c) // an error is about the connection, which is ours
	return c.out.Bytes()
}

// FuzzReceive sends one whole request, of any method, path, query, headers and body.
func FuzzReceive(f *testing.F) {
	body := []byte(`{"order":"a","action":"opened"}`)
	f.Add("POST", "/in/open", "a=b", "Content-Type: application/json\nX-Id: 1", body, false)
	f.Add("POST", "/in/github", "", strings.Join(headerLines(signed(body, "d-1")), "\n"), body, false)
	f.Add("PUT", "/in/github/", "x", strings.Join(headerLines(signed(body, "d-2")), "\n")+"\nContent-Encoding: gzip", body, true)
	f.Add("POST", "/in/keyed/"+addressKey.Reveal(), "k="+addressKey.Reveal(), "Cookie: s=very-secret\nAuthorization: Bearer very-secret", []byte("a=1"), false)
	f.Add("POST", "/in/keyed/x/y", "", "", []byte{}, false)
	f.Add("POST", "/in/basic", "", "Authorization: Basic YW5uOnBhc3Mtb2YtYW5u", []byte("x"), false)
	f.Add("POST", "/in/twilio", "", "Content-Type: application/x-www-form-urlencoded\nX-Twilio-Signature: AAAA", []byte("a[0][b]=1&a=%zz"), false)
	f.Add("POST", "/in/slack", "", "X-Slack-Signature: v0=00\nX-Slack-Request-Timestamp: 1795262400", []byte("payload=%7B%7D"), false)
	f.Add("DELETE", "/in/order", "", "Content-Type: multipart/form-data; boundary=b\nContent-Encoding: br, gzip", []byte("--b--"), false)
	f.Add("GET", "/in/reads", "%zz=%00", engine.HopHeader+": 8", []byte{}, false)
	f.Add("HEAD", "/in/open", "", "X-Forwarded-For: 1.2.3.4\nHost: other", []byte{}, false)
	f.Add("POST", "/in/pending", "", "Content-Type: application/xml\nStripe-Signature: t=1,v1=00", []byte(`<!DOCTYPE a><a/>`), false)
	f.Add("POST", "/in/paused", "", "", bytes.Repeat([]byte("["), fuzzLimit+1), false)
	f.Add("POST", "/in/open", "", "", bytes.Repeat([]byte("x"), 2*fuzzLimit+1), false)
	f.Add("OPTIONS", "//in//open", "?", ":", []byte{}, false)
	addDeliveries(f)
	w := newWire(f, doors())
	f.Fuzz(func(t *testing.T, method, path, query, headers string, body []byte, broken bool) {
		w.memory.clear()
		w.memory.broken = broken
		sent, target, lines := compose(method, path, query, headers, body)
		answer := w.talk(sent)
		method, _, _ = strings.Cut(string(sent), " ")
		resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), &http.Request{Method: method})
		require.NoError(t, err, "%q", answer)
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		if resp.StatusCode >= 500 {
			require.Equal(t, http.StatusServiceUnavailable, resp.StatusCode, "%s", text)
			require.True(t, broken)
			require.NotEmpty(t, resp.Header.Get("Retry-After"))
			return
		}
		accounted(t, w.memory, resp.StatusCode, string(text))
		for _, e := range w.memory.calls {
			genuine(t, w.memory, e, target, body, lines)
		}
	})
}

// addDeliveries adds the smaller ones of the recorded deliveries.
func addDeliveries(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("../verify/testdata/payloads/*/*/request.json")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		var d struct {
			Method  string            `json:"method"`
			Headers map[string]string `json:"headers"`
			File    string            `json:"body"`
		}
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		require.NoError(f, json.Unmarshal(text, &d))
		body, err := os.ReadFile(filepath.Join(filepath.Dir(file), d.File))
		require.NoError(f, err)
		if len(body) > fuzzLimit/2 {
			continue
		}
		var lines []string
		for name, value := range d.Headers {
			lines = append(lines, name+": "+value)
		}
		slices.Sort(lines)
		name := filepath.Base(filepath.Dir(filepath.Dir(file)))
		if doors()[name] == nil {
			name = "open"
		}
		f.Add(d.Method, "/in/"+name, "", strings.Join(lines, "\n"), body, false)
	}
}

// headerLines writes pairs of names and values as header lines.
func headerLines(pairs []string) []string {
	var lines []string
	for i := 0; i < len(pairs); i += 2 {
		lines = append(lines, pairs[i]+": "+pairs[i+1])
	}
	return lines
}

// compose writes one request that no parser can take for two: what could end a line
// or say where the body ends is the sender's business, which [FuzzWire] looks at.
func compose(method, path, query, headers string, body []byte) (sent []byte, target string, lines []string) {
	word := func(s, instead string) string {
		s = strings.Map(func(r rune) rune {
			if r <= ' ' || r == 0x7f {
				return -1
			}
			return r
		}, s)
		if s == "" {
			return instead
		}
		return s
	}
	target = word(path, "/")
	if query != "" {
		target += "?" + word(query, "")
	}
	for line := range strings.SplitSeq(headers, "\n") {
		line = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\t' {
				return -1
			}
			return r
		}, line)
		name, value, ok := strings.Cut(line, ":")
		switch name = strings.ToLower(word(name, "")); {
		case !ok || name == "", name == "content-length", name == "transfer-encoding", name == "connection", name == "expect", name == "host":
			continue
		}
		lines = append(lines, name+": "+value)
	}
	head := []string{word(method, "POST") + " " + target + " HTTP/1.1", "Host: hooks.example.com", "Content-Length: " + strconv.Itoa(len(body))}
	return append([]byte(strings.Join(append(head, lines...), "\r\n")+"\r\n\r\n"), body...), target, lines
}

// accounted requires that a request stands in the ledger exactly once, under the
// verdict that its answer tells, and that an answered event is there.
func accounted(t *testing.T, m *memory, status int, text string) {
	t.Helper()
	require.LessOrEqual(t, len(m.calls), 1, "stored more than once")
	if status/100 != 2 {
		for _, e := range m.calls {
			require.Equal(t, engine.Rejected, e.Verdict, status)
			require.NotEmpty(t, e.Reason)
		}
		if status == http.StatusUnauthorized || status == http.StatusUnsupportedMediaType {
			require.Len(t, m.calls, 1, "refused, and not in the ledger")
		}
		return
	}
	require.Len(t, m.calls, 1, "answered %d, and not stored", status)
	require.Contains(t, []engine.Verdict{engine.Accepted, engine.Held, engine.Duplicate}, m.calls[0].Verdict)
	if text == "" {
		return // of a preset that answers without a body
	}
	var receipt struct {
		ID        engine.ID `json:"id"`
		Duplicate bool      `json:"duplicate"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &receipt), text)
	require.Contains(t, m.events, receipt.ID)
	require.Equal(t, m.calls[0].Verdict == engine.Duplicate, receipt.Duplicate)
}

// genuine requires that what is stored is what was sent, credentials apart, and that
// nothing is accepted without its proof.
func genuine(t *testing.T, m *memory, e *engine.Event, target string, body []byte, lines []string) {
	t.Helper()
	in := m.inboxes[e.Inbox]
	require.NotNil(t, in)
	require.EqualValues(t, len(body), e.Size)
	if e.Truncated {
		require.Equal(t, engine.Rejected, e.Verdict)
		require.True(t, bytes.HasPrefix(body, e.Body))
	} else {
		require.True(t, bytes.Equal(body, e.Body), "another body is stored")
	}
	require.Equal(t, "203.0.113.9", e.IP)
	require.NotContains(t, e.Path+e.Query, addressKey.Reveal())
	for _, h := range e.Headers {
		if name := strings.ToLower(h.Name); name == "authorization" || name == "cookie" {
			require.True(t, strings.HasPrefix(h.Value, "hash:"), h.Value)
		}
	}
	require.LessOrEqual(t, len(lines), len(e.Headers), "headers are missing")
	if e.Verdict == engine.Rejected {
		return
	}
	require.LessOrEqual(t, len(body), fuzzLimit)
	switch e.Inbox {
	case "github":
		require.True(t, provedBy(lines, "x-hub-signature", func(value string) bool {
			plain, err := decode.Content(find(lines, "content-encoding"), body, fuzzLimit)
			return strings.EqualFold(value, signature(body)) || err == nil && strings.EqualFold(value, signature(plain))
		}), "%q", lines)
	case "keyed":
		require.Contains(t, target, addressKey.Reveal())
	case "basic":
		require.True(t, provedBy(lines, "authorization", func(value string) bool { return strings.Contains(value, "YW5uOnBhc3Mtb2YtYW5u") }))
	case "broken":
		require.Fail(t, "an inbox whose check cannot be made let somebody in")
	case "pending", "paused":
		require.Equal(t, engine.Held, e.Verdict)
	}
}

func provedBy(lines []string, prefix string, proves func(value string) bool) bool {
	for _, line := range lines {
		if name, value, _ := strings.Cut(line, ": "); strings.HasPrefix(name, prefix) && proves(strings.TrimSpace(value)) {
			return true
		}
	}
	return false
}

func find(lines []string, name string) string {
	for _, line := range lines {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// FuzzWire sends any bytes at all, several requests on one connection among them:
// each is answered or the connection ends, and nothing stored came from nowhere.
func FuzzWire(f *testing.F) {
	f.Add([]byte("POST /in/open HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}POST /in/order HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\n\r\n{\"order\":\"a\"}"))
	f.Add([]byte("POST /in/open HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"))
	f.Add([]byte("POST /in/open HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"))
	f.Add([]byte("POST http://b/in/open HTTP/1.0\r\nContent-Length: 99999\r\nExpect: 100-continue\r\n\r\n"))
	f.Add([]byte("GET /in/reads?x HTTP/1.1\nHost: a\n X: y\n\n"))
	f.Add([]byte("POST /in/open HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"))
	f.Add([]byte("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"))
	f.Add([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	w := newWire(f, doors())
	f.Fuzz(func(t *testing.T, sent []byte) {
		w.memory.clear()
		w.memory.broken = false
		answers := bufio.NewReader(bytes.NewReader(w.talk(sent)))
		accepted := 0
		for {
			if _, err := answers.Peek(1); err != nil {
				break
			}
			resp, err := http.ReadResponse(answers, nil)
			require.NoError(t, err)
			require.Less(t, resp.StatusCode, 500)
			if resp.StatusCode/100 == 2 {
				accepted++
			}
			if resp.StatusCode == http.StatusContinue {
				continue
			}
			if resp.Header.Get("Allow") != "" {
				break // of a HEAD request perhaps, whose answer has no body
			}
			_, err = io.Copy(io.Discard, resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
		}
		stored := 0
		for _, e := range w.memory.calls {
			if e.Verdict != engine.Rejected {
				stored++
			}
			require.True(t, bytes.Contains(sent, e.Body) || bytes.Contains(sent, []byte("hunked")), "%q is in none of it", e.Body)
			require.LessOrEqual(t, len(e.Body), 2*fuzzLimit)
		}
		require.GreaterOrEqual(t, stored, accepted, "answered, and not stored")
	})
}
