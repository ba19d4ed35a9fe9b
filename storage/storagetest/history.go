package storagetest

import (
	"encoding/binary"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// Store is everything that a database keeps.
type Store interface {
	ConfigStore
	engine.EventStore
	engine.RunStore
	engine.Queue
	engine.ProblemStore
	engine.Housekeeper
	engine.ActivityStore
}

// historyTest is one behaviour of a store over a fresh instance of it.
type historyTest struct {
	name string
	run  func(t *testing.T, f *fixture)
}

// Run exercises every port. open returns a new, empty store each time and closes it
// with the test; its clock may stand still.
func Run(t *testing.T, open func(t *testing.T) Store) {
	t.Helper()
	Config(t, func(t *testing.T) ConfigStore {
		t.Helper()
		return open(t)
	})
	for _, group := range []struct {
		name  string
		tests []historyTest
	}{
		{"Events", eventTests()},
		{"Dedupe", dedupeTests()},
		{"Ledger", ledgerTests()},
		{"Lists", listTests()},
		{"Judged", judgedTests()},
		{"Batches", batchTests()},
		{"Routing", routingTests()},
		{"Settling", settlingTests()},
		{"Overlap", overlapTests()},
		{"Queue", queueTests()},
		{"Control", controlTests()},
		{"Problems", problemTests()},
		{"Retention", retentionTests()},
		{"Activity", activityTests()},
	} {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			for _, test := range group.tests {
				t.Run(test.name, func(t *testing.T) {
					t.Parallel()
					f := newFixture(t, open(t))
					test.run(t, f)
					faults, err := f.s.Verify(t.Context())
					require.NoError(t, err)
					require.Empty(t, faults, "every behaviour leaves the invariants whole")
				})
			}
		})
	}
}

// fixture is a store with an owner of its work, and makers of what it keeps.
type fixture struct {
	s     Store
	epoch int64
	start time.Time
	made  atomic.Int64
}

func newFixture(t *testing.T, s Store) *fixture {
	t.Helper()
	epoch, err := s.Begin(t.Context())
	require.NoError(t, err)
	return &fixture{s: s, epoch: epoch, start: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
}

// id makes identifiers that sort in the order they were made.
func (f *fixture) id() engine.ID {
	var id engine.ID
	id[0] = 1
	binary.BigEndian.PutUint64(id[8:], uint64(f.made.Add(1))) //nolint:gosec // counts up from 1
	return id
}

// event makes an accepted event that is not stored yet.
func (f *fixture) event(edit ...func(*engine.Event)) *engine.Event {
	e := &engine.Event{
		ID: f.id(), Inbox: "github", ReceivedAt: f.start.Add(time.Duration(f.made.Load()) * time.Millisecond),
		Origin: engine.OriginSender, Verdict: engine.Accepted, Method: "POST", Path: "/in/github", ContentType: "application/json",
		Verified: "github", Headers: []engine.Header{{Name: "X-GitHub-Event", Value: "issues"}}, Body: []byte(`{"action":"opened"}`), Type: "issues",
	}
	for _, change := range edit {
		change(e)
	}
	return e
}

func (f *fixture) accept(t *testing.T, edit ...func(*engine.Event)) *engine.Event {
	t.Helper()
	e := f.event(edit...)
	_, err := f.s.Accept(t.Context(), e, engine.Claim{})
	require.NoError(t, err)
	return e
}

// newRun makes a run of rule r that is not stored yet.
func (f *fixture) newRun(e *engine.Event, edit ...func(*engine.NewRun)) engine.NewRun {
	n := engine.NewRun{Run: &engine.Run{
		ID: f.id(), EventID: e.ID, Inbox: e.Inbox, RuleID: "r", RuleName: "Rule", RuleVersion: 1,
		Trigger: engine.TriggerLive, State: engine.RunRunning, Overlap: engine.OverlapParallel, CreatedAt: e.ReceivedAt,
	}}
	for _, change := range edit {
		change(&n)
	}
	return n
}

// route stores a routing that matched, with its runs.
func (f *fixture) route(t *testing.T, e *engine.Event, runs ...engine.NewRun) engine.Routed {
	t.Helper()
	routed, err := f.s.Route(t.Context(), engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: f.epoch, Runs: runs})
	require.NoError(t, err)
	return routed
}

// start accepts an event and starts one run of it.
func (f *fixture) started(t *testing.T, edit ...func(*engine.NewRun)) *engine.Run {
	t.Helper()
	e := f.accept(t)
	n := f.newRun(e, edit...)
	f.route(t, e, n)
	return n.Run
}

// settle stores a run in a state.
func (f *fixture) settle(t *testing.T, run *engine.Run, state engine.RunState, edit ...func(*engine.Settlement)) []engine.ID {
	t.Helper()
	run.State = state
	if !state.Active() {
		run.FinishedAt = f.start.Add(time.Hour)
	}
	s := engine.Settlement{Run: run, Epoch: f.epoch}
	for _, change := range edit {
		change(&s)
	}
	next, err := f.s.Settle(t.Context(), s)
	require.NoError(t, err)
	return next
}

// fail ends a run as failed for a cause.
func (f *fixture) fail(t *testing.T, run *engine.Run, edit ...func(*engine.Settlement)) {
	t.Helper()
	edit = append([]func(*engine.Settlement){func(s *engine.Settlement) {
		s.Problem = &engine.Cause{Destination: "https://down.example", Reason: "It refuses connections."}
	}}, edit...)
	f.settle(t, run, engine.RunFailed, edit...)
}

// stateOf reads a run's state.
func (f *fixture) stateOf(t *testing.T, id engine.ID) engine.RunState {
	t.Helper()
	run, _, err := f.s.Run(t.Context(), id)
	require.NoError(t, err)
	return run.State
}

// due claims what is due at a time after the start.
func (f *fixture) due(t *testing.T, after time.Duration, limit int) []*engine.Work {
	t.Helper()
	work, err := f.s.Due(t.Context(), f.epoch, f.start.Add(after), limit)
	require.NoError(t, err)
	return work
}

func idsOf(work []*engine.Work) []engine.ID {
	ids := make([]engine.ID, len(work))
	for i, w := range work {
		ids[i] = w.Run.ID
	}
	return ids
}
