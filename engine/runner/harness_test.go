package runner_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"patchbay/actions"
	"patchbay/actions/flow"
	"patchbay/actions/note"
	"patchbay/engine"
	"patchbay/engine/rules"
	"patchbay/engine/runner"
	"patchbay/storage"
)

// twoCommits makes events of tests wait in the database before they are judged.
var twoCommits bool

// TestMain runs everything twice: an event that is stored together with its runs must
// fare exactly as one that waited for its rules.
func TestMain(m *testing.M) {
	status := m.Run()
	if status == 0 {
		twoCommits = true
		status = m.Run()
	}
	os.Exit(status)
}

// harness is a runner on a real database with a scripted action "send".
type harness struct {
	t       testing.TB
	dir     string
	key     []byte
	db      *storage.DB
	runner  *runner.Runner
	replies *engine.Replies
	send    *sender
	adjust  []func(*runner.Deps)
	start   time.Time
	real    bool // time passes by itself
}

func newHarness(t *testing.T, adjust ...func(*runner.Deps)) *harness {
	t.Helper()
	h := &harness{
		t: t, dir: t.TempDir(), key: storage.NewKey(), replies: &engine.Replies{}, send: &sender{}, adjust: adjust, start: time.Now(),
	}
	h.open()
	t.Cleanup(h.stop)
	h.inbox("in")
	return h
}

// newBenchHarness is a harness outside of a bubble, in real time.
func newBenchHarness(b *testing.B) *harness {
	b.Helper()
	h := &harness{t: b, dir: b.TempDir(), key: storage.NewKey(), replies: &engine.Replies{}, send: &sender{}, real: true}
	h.open()
	b.Cleanup(h.stop)
	h.inbox("in")
	return h
}

func newID() engine.ID { return engine.ID(uuid.Must(uuid.NewV7())) }

func testLog() *slog.Logger {
	if os.Getenv("TEST_LOG") != "" {
		return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.New(slog.DiscardHandler)
}

// open opens the database and starts a runner on it.
func (h *harness) open() {
	h.t.Helper()
	var err error
	h.db, err = storage.Open(h.t.Context(), storage.Config{Dir: h.dir, Key: h.key, Now: time.Now, NewID: newID, Log: testLog()})
	require.NoError(h.t, err)
	h.runner = h.newRunner()
	require.NoError(h.t, h.runner.Start(h.t.Context()))
	h.settle()
}

func (h *harness) newRunner() *runner.Runner {
	h.t.Helper()
	registry, err := actions.NewRegistry(append(flow.New(), note.New(), h.send), []actions.ConnectionKind{kind("box"), kind("smtp"), kind("slack")})
	require.NoError(h.t, err)
	deps := runner.Deps{
		Events: h.db, Runs: h.db, Queue: h.db, RuleStore: h.db, Inboxes: h.db, Connections: h.db, Settings: h.db,
		Problems: h.db, Watcher: h.db, Actions: registry, Replies: h.replies, Rules: rules.New(rules.Options{Actions: registry}),
		Now: time.Now, NewID: newID, Rand: func() float64 { return 0.5 }, Log: testLog(),
		Claim: func(_ context.Context, _ *engine.Inbox, e *engine.Event) engine.Claim {
			return engine.Claim{Key: e.DeliveryID, Window: time.Hour}
		},
	}
	for _, fn := range h.adjust {
		fn(&deps)
	}
	return runner.New(deps)
}

func (h *harness) stop() {
	if h.runner != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := h.runner.Stop(ctx); err != nil {
			require.ErrorIs(h.t, err, context.DeadlineExceeded)
		}
		h.runner = nil
	}
	if h.db != nil {
		h.whole()
		require.NoError(h.t, h.db.Close())
		h.db = nil
	}
}

// whole proves that what the runner left behind keeps the database's invariants.
func (h *harness) whole() {
	if h.real {
		return
	}
	faults, err := h.db.Verify(context.Background())
	require.NoError(h.t, err)
	require.Empty(h.t, faults)
}

// crash ends the runner without letting anything finish, as a power cut would: its
// epoch is over before its steps are, so that nothing they give is stored.
func (h *harness) crash() {
	h.t.Helper()
	_, err := h.db.Begin(h.t.Context())
	require.NoError(h.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = h.runner.Stop(ctx)
	h.runner = nil
	require.NoError(h.t, h.db.Close())
	h.db = nil
}

// settle waits until nothing happens before time passes.
func (h *harness) settle() {
	if !h.real {
		synctest.Wait()
	}
}

func (h *harness) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (h *harness) inbox(name string) {
	h.t.Helper()
	in := &engine.Inbox{Name: name, Verify: engine.Verify{Scheme: "none"}}
	require.NoError(h.t, h.db.PutInbox(h.t.Context(), in, 0))
	h.settle()
}

func (h *harness) rule(r *engine.Rule) {
	h.t.Helper()
	if r.ID == "" {
		r.ID = "r"
	}
	if r.Name == "" {
		r.Name = "Rule " + r.ID
	}
	if r.Inbox == "" {
		r.Inbox = "in"
	}
	revision := int64(0)
	if before, err := h.db.Rule(h.t.Context(), r.ID); err == nil {
		revision = before.Revision
	}
	require.NoError(h.t, h.db.Publish(h.t.Context(), r, "test", revision, false))
	h.settle()
}

// post has an event accepted by the runner.
func (h *harness) post(body string) *engine.Event {
	h.t.Helper()
	if twoCommits {
		e := h.accept(body)
		h.runner.Dispatch(e)
		h.settle()
		return e
	}
	e := h.event(body)
	receipt, err := h.runner.Accept(h.t.Context(), e, engine.Claim{})
	require.NoError(h.t, err)
	require.Equal(h.t, e.ID, receipt.ID)
	h.settle()
	return e
}

func (h *harness) event(body string, headers ...engine.Header) *engine.Event {
	return &engine.Event{
		ID: newID(), Inbox: "in", ReceivedAt: time.Now(), Verdict: engine.Accepted, Route: engine.RoutePending, Method: "POST",
		ContentType: "application/json", Headers: headers, Body: []byte(body), Size: int64(len(body)), Origin: engine.OriginSender,
	}
}

// accept stores an event that waits for its rules.
func (h *harness) accept(body string, headers ...engine.Header) *engine.Event {
	h.t.Helper()
	e := h.event(body, headers...)
	_, err := h.db.Accept(h.t.Context(), e, engine.Claim{})
	require.NoError(h.t, err)
	return e
}

func (h *harness) runs(f engine.RunFilter) []*engine.Run {
	h.t.Helper()
	f.Limit = 200
	page, err := h.db.Runs(h.t.Context(), f)
	require.NoError(h.t, err)
	return page.Items
}

// only returns the only run there is, with its attempts.
func (h *harness) only() (*engine.Run, []*engine.Attempt) {
	h.t.Helper()
	list := h.runs(engine.RunFilter{})
	require.Len(h.t, list, 1)
	return h.run(list[0].ID)
}

func (h *harness) run(id engine.ID) (*engine.Run, []*engine.Attempt) {
	h.t.Helper()
	run, attempts, err := h.db.Run(h.t.Context(), id)
	require.NoError(h.t, err)
	return run, attempts
}

func (h *harness) states() map[engine.RunState]int {
	states := make(map[engine.RunState]int)
	for _, r := range h.runs(engine.RunFilter{}) {
		states[r.State]++
	}
	return states
}

// send is a step of the scripted action.
func send(key, to string, more ...func(*engine.Step)) engine.Step {
	s := engine.Step{Key: key, Action: "send", With: map[string]any{"to": to, "text": "{{ payload.text }}"}}
	for _, fn := range more {
		fn(&s)
	}
	return s
}

// sent is one call of the scripted action.
type sent struct {
	at   time.Time
	call engine.Call
}

func (s sent) to() string { to, _ := s.call.With["to"].(string); return to }

// sender is the scripted action. reply decides what comes of a call; nil succeeds.
type sender struct {
	mu    sync.Mutex
	calls []sent
	reply func(ctx context.Context, call engine.Call) (engine.Result, error)
	plans func(call engine.Call) // while a call is planned; nil does nothing
	rate  float64
}

// Spec implements engine.Action.
func (a *sender) Spec() engine.ActionSpec {
	return engine.ActionSpec{
		Type: "send", Title: "Send", Connections: []string{"box", "smtp", "slack"}, Required: []string{"to"},
		Retry: engine.Retry{Attempts: 4, Over: engine.Duration(21 * time.Minute)}, Timeout: engine.Duration(time.Hour), OnUnknown: "retry",
	}
}

// Check implements engine.Action.
func (*sender) Check(map[string]any) error { return nil }

// Plan implements engine.Action.
func (a *sender) Plan(_ context.Context, call engine.Call) (engine.Plan, error) {
	to, _ := call.With["to"].(string)
	if a.plans != nil {
		a.plans(call)
	}
	if to == "nowhere" {
		return engine.Plan{}, engine.Invalid("to", "Nowhere is no place.")
	}
	text, _ := call.With["text"].(string)
	return engine.Plan{
		Action: "send", Destination: to, Detail: call, PerSecond: a.rate,
		Preview: engine.Preview{Kind: "request", Method: "POST", URL: to, Body: text},
	}, nil
}

// Do implements engine.Action.
func (a *sender) Do(ctx context.Context, plan engine.Plan) (engine.Result, error) {
	call, ok := plan.Detail.(engine.Call)
	if !ok {
		return engine.Result{}, errors.New("not my plan")
	}
	a.mu.Lock()
	a.calls = append(a.calls, sent{at: time.Now(), call: call})
	reply := a.reply
	a.mu.Unlock()
	if reply == nil {
		return engine.Result{Output: map[string]any{"n": int64(call.Attempt)}}, nil
	}
	return reply(ctx, call)
}

// answers sets what comes of calls from now on.
func (a *sender) answers(reply func(ctx context.Context, call engine.Call) (engine.Result, error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reply = reply
}

func (a *sender) all() []sent {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]sent(nil), a.calls...)
}

func (a *sender) count(to string) int {
	n := 0
	for _, c := range a.all() {
		if c.to() == to {
			n++
		}
	}
	return n
}

func (a *sender) texts() []string {
	var list []string
	for _, c := range a.all() {
		text, _ := c.call.With["text"].(string)
		list = append(list, text)
	}
	return list
}

func down(context.Context, engine.Call) (engine.Result, error) {
	return engine.Result{}, &engine.Failure{Message: "It does not answer.", Outcome: engine.OutcomeNotSent, Down: true}
}

// hang blocks until the step's context ends.
func hang(ctx context.Context, _ engine.Call) (engine.Result, error) {
	<-ctx.Done()
	return engine.Result{}, engine.Unknown("It took too long.", ctx.Err())
}

// kind is a type of connection without settings.
type kind string

func (k kind) Type() engine.ConnectionType {
	return engine.ConnectionType{Type: string(k), Title: string(k), Schema: map[string]any{"type": "object"}, Secrets: []string{}}
}

func (kind) Check(*engine.Connection) error                           { return nil }
func (kind) Test(context.Context, *engine.Connection) (string, error) { return "", nil }
