package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"patchbay/engine"
)

var _ engine.RunStore = (*DB)(nil)

// routeOp stores what the rules made of one event.
type routeOp struct {
	event   engine.ID
	route   int64
	epoch   int64
	replay  bool
	routing any // packed notes, nil without
	runs    []newRunArgs
	now     int64

	// Found by the writer.
	routed engine.Routed
}

// newRunArgs is a run to be created, made ready before the writer gets it.
type newRunArgs struct {
	run        *engine.Run // only read by the writer
	state      int64
	overlap    int64
	key        any // the overlap key, nil when runs do not exclude each other
	attempts   []*attemptArgs
	max        int
	dropOldest bool

	// Found by the writer.
	n      int64
	reason string
}

// routingNote is what of a routing is kept beside the event.
type routingNote struct {
	DecodeError string            `json:"decodeError,omitempty"`
	Notes       []engine.RuleNote `json:"notes,omitempty"`
}

// Route implements [engine.RunStore].
func (db *DB) Route(ctx context.Context, r engine.Routing) (engine.Routed, error) {
	op, err := db.prepareRoute(&r)
	if err != nil {
		return engine.Routed{}, err
	}
	if err := db.journal.intake.submit(ctx, classResult, op); err != nil {
		return engine.Routed{}, err
	}
	op.report()
	return op.routed, nil
}

// report puts into the runs what the writer made of them.
func (op *routeOp) report() {
	for i := range op.runs {
		made := &op.runs[i]
		made.run.Seq, made.run.State = made.n, runStates().word(made.state)
		if made.reason != "" {
			made.run.Reason = made.reason
		}
		if made.state == stateSkipped {
			made.run.FinishedAt = fromMicros(op.now)
		}
	}
}

func (db *DB) prepareRoute(r *engine.Routing) (*routeOp, error) {
	op := &routeOp{event: r.Event, route: routes().code(r.Route), epoch: r.Epoch, replay: r.Replay, now: micros(db.now())}
	if r.DecodeError != "" || len(r.Notes) > 0 {
		text, err := json.Marshal(routingNote{DecodeError: r.DecodeError, Notes: r.Notes})
		if err != nil {
			return nil, fmt.Errorf("encode notes: %w", err)
		}
		op.routing = db.codec.pack(nil, text)
	}
	op.runs = make([]newRunArgs, len(r.Runs))
	for i := range r.Runs {
		given := &r.Runs[i]
		attempts, err := db.attemptArgsOf(given.Attempts)
		if err != nil {
			return nil, err
		}
		run := given.Run
		if run.ID.IsZero() {
			run.ID = db.newID()
		}
		if run.CreatedAt.IsZero() {
			run.CreatedAt = db.now()
		}
		run.EventID = r.Event
		made := newRunArgs{
			run: run, state: runStates().code(run.State), overlap: overlaps().code(run.Overlap),
			attempts: attempts, max: given.Max, dropOldest: given.DropOldest,
		}
		if made.overlap != overlapParallel {
			made.key = run.OverlapKey
		}
		if made.state == stateQueued {
			made.state = stateRunning // it is the caller's from the start
		}
		op.runs[i] = made
	}
	return op, nil
}

func (op *routeOp) apply(w *writer) error {
	if op.epoch != w.epoch {
		return engine.ErrLeaseLost
	}
	var seq, verdict, route, origin int64
	var inbox string
	found, err := w.sql.routable.row([]any{op.event[:]}, &seq, &verdict, &route, &origin, &inbox)
	if err != nil {
		return fmt.Errorf("find event: %w", err)
	}
	if !found {
		return engine.NotFound("event", op.event.String())
	}
	if !op.replay {
		if route != routePending {
			return engine.Conflict("Event %s is not waiting for its rules.", op.event)
		}
		if err := w.sql.setRoute.exec(op.route, op.routing, seq); err != nil {
			return fmt.Errorf("set route: %w", err)
		}
	}
	if err := op.createRuns(w, seq, inbox); err != nil {
		return err
	}
	if !op.replay {
		w.backlog--
		if op.route == routeUnmatched {
			w.nowExpendable(inbox, seq)
		}
		switch origin {
		case originSender:
			w.ledger.of(inbox).settle(op.route)
		case originSplit:
			return w.itemRouted(op, inbox)
		}
	}
	return nil
}

// createRuns stores the runs of an event.
func (op *routeOp) createRuns(w *writer, event int64, inbox string) error {
	op.routed = engine.Routed{}
	for i := range op.runs {
		if err := w.createRun(&op.runs[i], op, event, inbox); err != nil {
			return err
		}
	}
	return nil
}

// createRun stores one run as its overlap mode lets it be.
func (w *writer) createRun(made *newRunArgs, op *routeOp, event int64, inbox string) error {
	run := made.run
	state := runStates().code(run.State)
	if state == stateQueued {
		state = stateRunning
	}
	made.state, made.reason = state, ""
	if made.key != nil && state < stateSucceeded {
		if err := w.overlap(made, op); err != nil {
			return err
		}
	}
	made.n = w.nextSeq()
	counts := w.runs.of(run.RuleID)
	counts.started++
	counts.ended(made.state, len(run.Warnings) > 0)
	reason := run.Reason
	if made.reason != "" {
		reason = made.reason
	}
	due, finished := micros(run.DueAt), micros(run.FinishedAt)
	switch made.state {
	case stateBlocked:
		due = op.now
	case stateSkipped:
		finished = op.now
	}
	err := w.sql.insertRun.exec(made.n, run.ID[:], event, made.state, int64(run.Step), op.epoch, due, inbox,
		run.RuleID, run.RuleName, int64(run.RuleVersion), triggers().code(run.Trigger), made.overlap,
		micros(run.CreatedAt), micros(run.StartedAt), finished, textOrNull(run.Destination), made.key,
		textOrNull(reason), warningsOrNull(run.Warnings))
	if err != nil {
		return fmt.Errorf("store run: %w", err)
	}
	if made.state == stateSkipped && state != stateSkipped {
		return nil // nothing of it happens
	}
	counts.attempts(made.attempts)
	if made.state == stateRunning || made.state == stateWaiting {
		op.routed.Started = append(op.routed.Started, run.ID)
	}
	return w.putAttempts(made.n, made.attempts)
}

func warningsOrNull(list []string) any {
	if len(list) == 0 {
		return nil
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil // a list of strings always encodes
	}
	return string(text)
}
