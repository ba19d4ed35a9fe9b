package storage_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

// healthy makes a database that holds rows of every kind in every state, through the
// ports, as the program would leave it behind.
type healthy struct {
	t     *testing.T
	in    *instance
	db    *storage.DB
	epoch int64
}

func newHealthy(t *testing.T) *healthy {
	t.Helper()
	in := newInstance(t)
	h := &healthy{t: t, in: in, db: in.open(t)}
	var err error
	h.epoch, err = h.db.Begin(t.Context())
	require.NoError(t, err)
	h.configure()
	h.receive()
	h.finish()
	h.leave()
	h.exclude()
	return h
}

// file returns what the database is as a file.
func (h *healthy) file() []byte {
	path := filepath.Join(h.t.TempDir(), "copy.db")
	require.NoError(h.t, h.db.Backup(h.t.Context(), path))
	content, err := os.ReadFile(path)
	require.NoError(h.t, err)
	return content
}

// copied is an instance of its own with a file of this one.
func (h *healthy) copied(t *testing.T, file []byte) *instance {
	t.Helper()
	in := &instance{dir: t.TempDir(), key: h.in.key, now: h.in.now}
	require.NoError(t, os.WriteFile(filepath.Join(in.dir, storage.FileName), file, 0o600))
	return in
}

// configure stores an inbox, accounts and rules. The later version of the rule "flow"
// stands where its runs are younger than it.
func (h *healthy) configure() {
	fillSecrets(h.t, h.db)
	putInbox(h.t, h.db, "github")
	u := &engine.User{ID: engine.ID{0: 9}, Email: "ops@example.com", Role: engine.RoleAdmin, PasswordHash: "x"}
	require.NoError(h.t, h.db.PutUser(h.t.Context(), u))
	require.NoError(h.t, h.db.PutSession(h.t.Context(), &engine.Session{Hash: []byte("hash"), UserID: u.ID, ExpiresAt: h.in.now.Add(time.Hour)}, nil))
	steps := []engine.Step{{Key: "get", Action: "http"}, {Key: "gate", Action: "filter"}, {Key: "each", Action: "http", ForEach: "payload"}, {Key: "pause", Action: "delay"}}
	flow := &engine.Rule{ID: "flow", Name: "Flow", Inbox: "github", Steps: steps}
	require.NoError(h.t, h.db.Publish(h.t.Context(), flow, "ops", 0, false))
	flow.Note = "changed"
	require.NoError(h.t, h.db.Publish(h.t.Context(), flow, "ops", flow.Revision, false))
	turn := &engine.Rule{ID: "turn", Name: "Turn", Inbox: "github", Steps: steps[:1]}
	require.NoError(h.t, h.db.Publish(h.t.Context(), turn, "ops", 0, false))
	require.NoError(h.t, h.db.SaveDraft(h.t.Context(), "idea", &engine.Draft{Rule: engine.Rule{Name: "Idea"}}, 0))
	h.in.now = h.in.now.Add(time.Hour)
}

func (h *healthy) event(edit ...func(*engine.Event)) *engine.Event {
	e := accepted(h.in, "github")
	for _, change := range edit {
		change(e)
	}
	accept(h.t, h.db, e, "delivery of "+e.ID.String())
	return e
}

// receive stores events of every verdict and route, with claims that are filed, that
// stand with their event, and that outlive it.
func (h *healthy) receive() {
	first := h.event()
	h.route(first, engine.RouteUnmatched)
	repeat := accepted(h.in, "github")
	require.True(h.t, accept(h.t, h.db, repeat, "delivery of "+first.ID.String()).Duplicate)
	h.event(func(e *engine.Event) { e.Verdict, e.Reason = engine.Rejected, "no proof" })
	h.event(func(e *engine.Event) { e.Verdict, e.Reason = engine.Held, "paused" })
	h.route(h.event(func(e *engine.Event) { e.Origin = engine.OriginEdited }), engine.RouteUnmatched)
	gone := h.event()
	h.route(gone, engine.RouteUnmatched)
	_, err := h.db.FileClaims(h.t.Context())
	require.NoError(h.t, err)
	require.NoError(h.t, h.db.DeleteEvent(h.t.Context(), gone.ID))
	h.event() // pending
}

// split stores a delivery of three items, one of which matched and one was here already.
func (h *healthy) split() {
	batch := accepted(h.in, "github")
	items := make([]engine.Item, 3)
	for i := range items {
		item := accepted(h.in, "github")
		item.Origin, item.ParentID = engine.OriginSplit, batch.ID
		items[i] = engine.Item{Event: item, Claim: engine.Claim{Key: "item " + strconv.Itoa(i%2)}}
	}
	_, err := h.db.AcceptBatch(h.t.Context(), batch, items)
	require.NoError(h.t, err)
	matched := items[1].Event
	h.route(items[0].Event, engine.RouteUnmatched)
	h.route(matched, engine.RouteMatched, engine.NewRun{Run: &engine.Run{
		ID: h.in.config().NewID(), EventID: matched.ID, Inbox: "github", RuleID: "flow", RuleName: "flow", RuleVersion: 1,
		Trigger: engine.TriggerLive, State: engine.RunSkipped, Overlap: engine.OverlapParallel, CreatedAt: h.in.now, FinishedAt: h.in.now,
	}})
}

func (h *healthy) route(e *engine.Event, route engine.Route, runs ...engine.NewRun) {
	_, err := h.db.Route(h.t.Context(), engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: route, Epoch: h.epoch, Runs: runs})
	require.NoError(h.t, err)
}

// begin stores an event that matched, with a run of it.
func (h *healthy) begin(rule string, version int, edit ...func(*engine.Run)) *engine.Run {
	e := h.event()
	run := &engine.Run{
		ID: h.in.config().NewID(), EventID: e.ID, Inbox: e.Inbox, RuleID: rule, RuleName: rule, RuleVersion: version,
		Trigger: engine.TriggerLive, State: engine.RunRunning, Overlap: engine.OverlapParallel, CreatedAt: h.in.now,
	}
	for _, change := range edit {
		change(run)
	}
	h.route(e, engine.RouteMatched, engine.NewRun{Run: run})
	return run
}

// settle stores a run in a state and at a step, with attempts.
func (h *healthy) settle(run *engine.Run, state engine.RunState, step int, attempts ...*engine.Attempt) {
	run.State, run.Step = state, step
	s := engine.Settlement{Run: run, Epoch: h.epoch, Attempts: attempts}
	switch {
	case !state.Active():
		run.DueAt, run.FinishedAt = time.Time{}, h.in.now
	case state == engine.RunWaiting:
		run.DueAt = h.in.now.Add(time.Hour)
	}
	if last := attempts[len(attempts)-1]; last.State == engine.StepFailed {
		s.Problem = &engine.Cause{Destination: deadHost, Reason: "refused " + run.RuleID}
	}
	for _, a := range attempts {
		a.RunID = run.ID
		if a.State == engine.StepWaiting {
			a.RetryAt = run.DueAt
		}
	}
	_, err := h.db.Settle(h.t.Context(), s)
	require.NoError(h.t, err)
}

func get(number int, state engine.StepState) *engine.Attempt {
	return &engine.Attempt{Step: 0, Key: "get", Action: "http", Number: number, State: state}
}

// again is a failed attempt after which there is to be another.
func (h *healthy) again(number int) *engine.Attempt {
	a := get(number, engine.StepFailed)
	a.RetryAt = h.in.now.Add(time.Hour)
	return a
}

func gate() *engine.Attempt {
	return &engine.Attempt{Step: 1, Key: "gate", Action: "filter", Number: 1, State: engine.StepSucceeded}
}

func each(item, number int, state engine.StepState) *engine.Attempt {
	return &engine.Attempt{Step: 2, Key: "each", Action: "http", Item: item, Number: number, State: state}
}

func pause(state engine.StepState) *engine.Attempt {
	return &engine.Attempt{Step: 3, Key: "pause", Action: "delay", Number: 1, State: state}
}

// finish leaves runs that ended in each way there is.
func (h *healthy) finish() {
	h.settle(h.begin("flow", 1), engine.RunSucceeded, 4, h.again(1), get(2, engine.StepSucceeded), gate(),
		each(engine.WholeStep, 0, engine.StepSucceeded), each(0, 1, engine.StepSucceeded), each(1, 0, engine.StepSkipped), pause(engine.StepSucceeded))
	h.settle(h.begin("flow", 2), engine.RunFiltered, 1, get(1, engine.StepSucceeded), gate())
	h.settle(h.begin("flow", 2), engine.RunFailed, 0, get(1, engine.StepFailed))
	h.settle(h.begin("flow", 2), engine.RunSkipped, 0, h.again(1), get(2, engine.StepSkipped))
	canceled := h.begin("flow", 2)
	h.settle(canceled, engine.RunWaiting, 3, get(1, engine.StepSucceeded), gate(), each(0, 0, engine.StepSkipped), pause(engine.StepWaiting))
	_, err := h.db.Cancel(h.t.Context(), []engine.ID{canceled.ID}, "not wanted")
	require.NoError(h.t, err)
	h.settle(h.begin("gone", 1), engine.RunSucceeded, 1, get(1, engine.StepSucceeded))

	// One that was retried in another version, where its step has another place.
	moved := h.begin("turn", 1)
	h.settle(moved, engine.RunFailed, 0, get(1, engine.StepFailed))
	turn, err := h.db.Rule(h.t.Context(), "turn")
	require.NoError(h.t, err)
	turn.Steps = []engine.Step{{Key: "before", Action: "note"}, {Key: "get", Action: "http"}}
	require.NoError(h.t, h.db.Publish(h.t.Context(), turn, "ops", turn.Revision, false))
	require.NoError(h.t, h.db.Reopen(h.t.Context(), moved.ID, 1, turn.Version))
	work, err := h.db.Due(h.t.Context(), h.epoch, h.in.now, 1)
	require.NoError(h.t, err)
	second := get(2, engine.StepSucceeded)
	second.Step = 1
	h.settle(work[0].Run, engine.RunSucceeded, 2, second)
}

// leave leaves runs that are not finished.
func (h *healthy) leave() {
	h.settle(h.begin("flow", 2), engine.RunWaiting, 0, h.again(1))
	h.settle(h.begin("flow", 2), engine.RunWaiting, 3, get(1, engine.StepSucceeded), gate(), each(0, 0, engine.StepSkipped), pause(engine.StepWaiting))
	cut := get(1, engine.StepFailed)
	cut.Uncounted, cut.Outcome = true, engine.OutcomeUnknown
	h.settle(h.begin("flow", 2), engine.RunRunning, 0, cut, get(2, engine.StepRunning))
	h.settle(h.begin("flow", 2), engine.RunQueued, 2, get(1, engine.StepSucceeded), gate(),
		each(engine.WholeStep, 0, engine.StepPending), each(0, 1, engine.StepSucceeded))
}

// exclude leaves runs that exclude each other.
func (h *healthy) exclude() {
	queue := func(r *engine.Run) { r.Overlap, r.OverlapKey = engine.OverlapQueue, "k" }
	h.begin("turn", 2, queue)
	require.Equal(h.t, engine.RunQueued, h.begin("turn", 2, queue).State)
	single := func(r *engine.Run) { r.Overlap, r.OverlapKey = engine.OverlapSingle, "k" }
	require.Equal(h.t, engine.RunSkipped, h.begin("turn", 2, single).State)
}
