package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"patchbay/actions/builtin"
	"patchbay/actions/outbound"
	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/engine/decode"
	"patchbay/engine/ingest"
	"patchbay/engine/rules"
	"patchbay/storage"
	"patchbay/ui/api"
)

const (
	password   = "correct horse battery"
	setupToken = "setup-token-of-the-first-start"
	publicURL  = "https://hooks.example.com"
)

var (
	errInternal = errors.New("disk on fire at /secret/place")
	errNoHost   = errors.New("no such host")
)

// passwordHash is made once: it is slow on purpose.
var passwordHash = sync.OnceValue(func() string {
	hash, err := api.HashPassword(password)
	if err != nil {
		panic(err)
	}
	return hash
})

func sum(text string) []byte {
	s := sha256.Sum256([]byte(text))
	return s[:]
}

// world is an API over a real database, with one user and one token of each role.
type world struct {
	t       testing.TB
	db      *storage.DB
	api     *api.API
	app     *fiber.App
	control *controller
	house   *housekeeper
	deps    api.Deps
	log     *lockedBuffer
	tokens  map[string]string
	done    chan struct{}
	end     func() // begins the shutdown

	mu  sync.Mutex
	now time.Time
}

type option func(*api.Deps)

func newWorld(tb testing.TB, options ...option) *world {
	tb.Helper()
	w := &world{
		t: tb, control: &controller{}, tokens: map[string]string{}, done: make(chan struct{}),
		now: time.Now().UTC().Truncate(time.Millisecond), log: &lockedBuffer{},
	}
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	db, err := storage.Open(tb.Context(), storage.Config{
		Dir: tb.TempDir(), Key: bytes.Repeat([]byte{7}, 32), Now: w.clock, NewID: newID, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	client, err := outbound.New(outbound.Options{Now: w.clock, Allow: []string{"127.0.0.1"}})
	require.NoError(tb, err)
	actions, err := builtin.New(builtin.Options{Client: client})
	require.NoError(tb, err)
	expressions := rules.New(rules.Options{Actions: actions})
	w.db, w.house = db, &housekeeper{}
	handler, err := ingest.New(tb.Context(), ingest.Deps{
		Inboxes: db, Events: db, Watcher: db, Fingerprint: db, Audit: db.Audit, PublicURL: func() string { return publicURL }, Now: w.clock, NewID: newID, Log: log,
	})
	require.NoError(tb, err)
	tb.Cleanup(handler.Close)
	checker := config.NewChecker(config.CheckerDeps{Inboxes: db, Connections: db, Actions: actions, Rules: expressions, MaxBody: 16 << 20})
	applier := config.NewApplier(config.ApplierDeps{Inboxes: db, Rules: db, Connections: db, Settings: db, Checker: checker})
	w.deps = api.Deps{
		Inboxes: db, Rules: db, Connections: db, Events: db, Runs: db, Queue: db, Problems: db, Users: db, Tokens: db, Settings: db, Invitations: db, Activity: db,
		Recipes: noRecipes{}, WriteFile: noFile, Greeter: handler, Watcher: db, Housekeeper: w.house, Controller: w.control, Applier: applier, Checker: checker, Actions: actions, Expressions: expressions,
		Providers: func() []api.ProviderInfo {
			return []api.ProviderInfo{{ID: "github", Title: "GitHub", NeedSecret: true}}
		},
		Decode: func(e *engine.Event) api.Decoded {
			r := decode.Payload(e.ContentType, e.Body, decode.Options{})
			return api.Decoded{Payload: r.Value, Literals: r.Literals, Notes: r.Notes, Error: r.Error}
		},
		Query: decode.Query,
		Send: func(_ context.Context, s api.Sample) (*api.SampleAnswer, error) {
			return &api.SampleAnswer{Status: 202, Body: string(s.Body)}, nil
		},
		Samples: func() []api.SampleInfo {
			return []api.SampleInfo{{Provider: "github", ProviderTitle: "GitHub", Event: "issues", Title: "Issue opened", Body: "{}"}}
		},
		ReleaseRestored: func(context.Context) (api.Released, error) { return api.Released{Runs: 3, Events: 2}, nil },
		RotateKey:       func(context.Context, string) (*api.KeyRotation, error) { return &api.KeyRotation{InFile: true}, nil },
		CheckAllow:      outbound.CheckAllow,
		Ready:           func(context.Context) error { return nil },
		RunnerStats: func() api.RunnerStats {
			return api.RunnerStats{Routed: 5, Ended: map[engine.RunState]int64{engine.RunFailed: 2}, Attempts: map[engine.Outcome]int64{engine.OutcomeUnknown: 1}}
		},
		Refused:   func() map[string]api.Refused { return map[string]api.Refused{"github": {Limited: 4}} },
		PublicURL: func() string { return publicURL }, PublicFrom: func() string { return "tunnel" },
		DiskFree: func() (int64, int64, error) { return 1 << 30, 1 << 29, nil },
		Location: func() *time.Location { return time.UTC },
		Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			if addr := map[string]string{"hooks.example.com": "203.0.113.7", "inside.example.com": "10.0.0.7"}[host]; addr != "" {
				return []netip.Addr{netip.MustParseAddr(addr)}, nil
			}
			return nil, errNoHost
		},
		Examine: func(_ context.Context, only string) ([]api.Finding, error) {
			if only == "address" {
				return []api.Finding{{Check: "address", State: "ok", Found: "it answers"}}, nil
			}
			return []api.Finding{{Check: "clock", State: "warning", Found: "it is late", Do: "sleep"}}, nil
		},
		TestAlert: func(_ context.Context, _, to string) error {
			if to == "nobody@example.com" {
				return fmt.Errorf("send: %w", engine.Permanent("The server refuses the recipient.", nil))
			}
			return nil
		},
		AllowShell: []string{"/usr/bin/true"}, Started: w.now,
		Scratch: tb.TempDir(), Version: "1.2.3", Now: w.clock, NewID: newID, Log: log, Done: w.done,
	}
	w.end = sync.OnceFunc(func() { close(w.done) })
	for _, o := range options {
		o(&w.deps)
	}
	w.api, err = api.New(w.deps)
	require.NoError(tb, err)
	w.app = newApp("")
	handler.Register(w.app)
	w.api.Register(w.app)
	return w
}

func newApp(proxyHeader string) *fiber.App {
	return fiber.New(fiber.Config{
		Immutable: true, DisableStartupMessage: true, ErrorHandler: api.HandleError, BodyLimit: 16 << 20, ReadBufferSize: 64 << 10, ProxyHeader: proxyHeader,
	})
}

func newID() engine.ID { return engine.ID(uuid.Must(uuid.NewV7())) }

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) set(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// token returns the text of a token with a scope.
func (w *world) token(role engine.Role) string {
	w.t.Helper()
	if text, ok := w.tokens[string(role)]; ok {
		return text
	}
	text := "pb_" + string(role) + "_" + newID().String()
	require.NoError(w.t, w.db.PutToken(w.t.Context(), &engine.Token{
		ID: newID(), Name: "token of " + string(role), Scope: role, Hash: sum(text), Last4: text[len(text)-4:], CreatedAt: w.clock(),
	}))
	w.tokens[string(role)] = text
	return text
}

func (w *world) user(email string, role engine.Role) *engine.User {
	w.t.Helper()
	u := &engine.User{ID: newID(), Email: email, Role: role, PasswordHash: passwordHash(), CreatedAt: w.clock()}
	require.NoError(w.t, w.db.PutUser(w.t.Context(), u))
	return u
}

// call is one request.
type call struct {
	Method  string
	URL     string
	As      engine.Role // by token; "" is nobody
	Headers map[string]string
	Body    string
}

type reply struct {
	t      testing.TB
	Status int
	Header http.Header
	Body   string
	raw    *http.Response
}

func (w *world) do(c call) reply {
	w.t.Helper()
	return w.doOn(w.app, c)
}

func (w *world) doOn(app *fiber.App, c call) reply {
	w.t.Helper()
	req := httptest.NewRequestWithContext(w.t.Context(), c.Method, c.URL, strings.NewReader(c.Body))
	if c.Body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.As != "" {
		req.Header.Set("Authorization", "Bearer "+w.token(c.As))
	}
	for name, value := range c.Headers {
		req.Header.Set(name, value)
	}
	res, err := app.Test(req, 20_000)
	require.NoError(w.t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(w.t, err)
	require.NoError(w.t, res.Body.Close())
	return reply{t: w.t, Status: res.StatusCode, Header: res.Header, Body: string(body), raw: res}
}

// as decodes the body.
func as[T any](r reply) T {
	r.t.Helper()
	var v T
	require.NoError(r.t, json.Unmarshal([]byte(r.Body), &v), r.Body)
	return v
}

// is insists on a status.
func (r reply) is(status int) reply {
	r.t.Helper()
	require.Equal(r.t, status, r.Status, r.Body)
	return r
}

// scenario is one request and what must come of it.
type scenario struct {
	Name     string
	Call     call
	Status   int
	Contains []string
	Lacks    []string
}

func (w *world) run(scenarios []scenario) {
	w.t.Helper()
	for _, s := range scenarios {
		got := w.do(s.Call)
		require.Equal(w.t, s.Status, got.Status, "%s: %s", s.Name, got.Body)
		for _, text := range s.Contains {
			require.Contains(w.t, got.Body, text, s.Name)
		}
		for _, text := range s.Lacks {
			require.NotContains(w.t, got.Body, text, s.Name)
		}
	}
}

// lockedBuffer is a log that tests may read while it is written.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// controller records what it was asked.
type controller struct {
	engine.Controller
	mu      sync.Mutex
	replays []engine.ReplayRequest
	retries []string
	cancels []engine.ID
	settled string
	checked string
	preview engine.PreviewRequest
	test    engine.TestRequest
	failure *engine.Failure
	refuse  error

	failAfter int // so many retries; 0 is never
}

func (c *controller) Replay(_ context.Context, req engine.ReplayRequest) ([]engine.ID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.replays = append(c.replays, req)
	return []engine.ID{newID()}, c.refuse
}

func (c *controller) Release(context.Context, string) (accepted, rejected int, err error) {
	return 2, 1, c.refuse
}

func (c *controller) Retry(_ context.Context, run engine.ID, fromStart, currentVersion bool) (engine.ID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failAfter > 0 && len(c.retries) == c.failAfter {
		return run, engine.Unavailable(nil, "The database is busy; try again shortly.")
	}
	word := "failed"
	if fromStart {
		word = "start"
	}
	if currentVersion {
		word += " current"
	}
	c.retries = append(c.retries, word)
	return run, c.refuse
}

func (c *controller) Cancel(_ context.Context, runs []engine.ID, _ string) ([]engine.ID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancels = append(c.cancels, runs...)
	return runs, c.refuse
}

func (c *controller) SettleStep(_ context.Context, _ engine.ID, step, by string) error {
	c.settled = step + " by " + by
	return c.refuse
}

func (c *controller) Preview(_ context.Context, req engine.PreviewRequest) (*engine.Previewed, error) {
	c.preview = req
	return &engine.Previewed{Preview: &engine.Preview{Kind: "note", Text: "hello"}}, c.refuse
}

func (c *controller) Test(_ context.Context, req engine.TestRequest) (*engine.Tested, error) {
	c.test = req
	out := &engine.Tested{Previewed: engine.Previewed{Preview: &engine.Preview{Kind: "mail"}}, Done: true, Destination: "smtp://mail", Duration: time.Second}
	if c.failure != nil {
		out.Failure, out.Output = c.failure, c.failure.Output
	}
	return out, c.refuse
}

func (c *controller) CheckDestination(_ context.Context, destination string) (int, error) {
	c.checked = destination
	return 7, c.refuse
}

// housekeeper writes a recognisable backup.
type housekeeper struct{ engine.Housekeeper }

func (housekeeper) Backup(_ context.Context, path string) error {
	return os.WriteFile(path, []byte("SQLite format 3\x00 and so on"), 0o600)
}
func (housekeeper) Verify(context.Context) ([]string, error)              { return nil, nil }
func (housekeeper) DiskUse(context.Context) (used, free int64, err error) { return 4096, 1024, nil }

func toJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func dirNames(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

// noFile stands for what writes files, which is tested with all of the program.
func noFile(*engine.Document, api.ExportAs) (*api.ExportedFile, error) {
	return &api.ExportedFile{File: "patchbay.yaml"}, nil
}

// noRecipes is an API without recipes; those that there are need all of the program, and
// are tested with it.
type noRecipes struct{ api.Recipes }

func (noRecipes) List() ([]api.RecipeSummary, error) { return nil, nil }
