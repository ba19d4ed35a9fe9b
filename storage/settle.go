package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"patchbay/engine"
)

// settleOp stores progress of one run.
type settleOp struct {
	run      *engine.Run // only read by the writer
	epoch    int64
	state    int64
	doubt    bool
	cause    *engine.Cause
	attempts []*attemptArgs
	warnings any
	now      int64

	// Found by the writer.
	seq  int64
	next engine.ID
}

// storedRun is what the writer looks at before it changes a run.
type storedRun struct {
	n, state, epoch, step int64
	rule                  string
	key                   sql.NullString // under overlap
	problem               sql.NullInt64
}

// Settle implements [engine.RunStore].
func (db *DB) Settle(ctx context.Context, s engine.Settlement) ([]engine.ID, error) {
	attempts, err := db.attemptArgsOf(s.Attempts)
	if err != nil {
		return nil, err
	}
	op := &settleOp{
		run: s.Run, epoch: s.Epoch, state: runStates().code(s.Run.State), doubt: inDoubt(&s), cause: s.Problem,
		attempts: attempts, warnings: warningsOrNull(s.Run.Warnings), now: micros(db.now()),
	}
	if err := db.journal.intake.submit(ctx, classResult, op); err != nil {
		return nil, err
	}
	s.Run.Seq = op.seq
	if op.next.IsZero() {
		return nil, nil
	}
	return []engine.ID{op.next}, nil
}

// inDoubt reports whether a run fails because nobody knows what came of its step.
func inDoubt(s *engine.Settlement) bool {
	if s.Run.State != engine.RunFailed {
		return false
	}
	for _, a := range s.Attempts {
		if a.Step == s.Run.Step && a.State == engine.StepFailed && a.Outcome == engine.OutcomeUnknown {
			return true
		}
	}
	return false
}

func (op *settleOp) apply(w *writer) error {
	op.next = engine.ID{}
	if op.epoch != w.epoch {
		return engine.ErrLeaseLost
	}
	var was storedRun
	found, err := w.sql.settling.row([]any{op.run.ID[:]}, &was.n, &was.state, &was.epoch, &was.step, &was.rule, &was.key, &was.problem)
	if err != nil {
		return fmt.Errorf("find run: %w", err)
	}
	if !found || was.epoch != op.epoch || was.state != stateRunning && was.state != stateWaiting {
		return engine.ErrLeaseLost
	}
	problem, err := op.problem(w, &was)
	if err != nil {
		return err
	}
	r, due := op.run, micros(op.run.DueAt)
	if op.state == stateQueued {
		due = op.now
	}
	op.seq = w.nextSeq()
	err = w.sql.settle.exec(op.seq, op.state, int64(r.Step), due, micros(r.StartedAt), micros(r.FinishedAt),
		op.doubt, textOrNull(r.Destination), problem, textOrNull(r.Reason), op.warnings, was.n)
	if err != nil {
		return fmt.Errorf("settle run: %w", err)
	}
	if err := w.putAttempts(was.n, op.attempts); err != nil {
		return err
	}
	counts := w.runs.of(was.rule)
	counts.attempts(op.attempts)
	counts.ended(op.state, op.warnings != nil)
	if was.problem.Valid && was.problem != problem {
		if err := w.leaveProblem(was.problem.Int64, op.state, op.now); err != nil {
			return err
		}
	}
	if op.state >= stateSucceeded && was.key.Valid {
		op.next, err = w.unblock(was.rule, was.key.String, op.now)
	}
	return err
}

// problem returns the problem that the run belongs to from now on. A run that only
// tries again still belongs to its problem; one that got on, or ended otherwise
// than failed, does not.
func (op *settleOp) problem(w *writer, was *storedRun) (sql.NullInt64, error) {
	switch {
	case op.cause != nil:
		id, err := w.openProblem(op.cause, op.now)
		return sql.NullInt64{Int64: id, Valid: err == nil}, err
	case op.state < stateSucceeded && int64(op.run.Step) == was.step:
		return was.problem, nil
	default:
		return sql.NullInt64{}, nil
	}
}

// cancelRun ends a run from outside, with what it was just doing. One that failed was
// counted then, and is not counted again.
func (w *writer) cancelRun(n int64, reason string, now int64) error {
	var problem sql.NullInt64
	var rule string
	var state int64
	if _, err := w.sql.problemOf.row([]any{n}, &problem, &rule, &state); err != nil {
		return fmt.Errorf("find problem of run: %w", err)
	}
	err := w.sql.cancel.exec(w.nextSeq(), textOrNull(reason), now, n)
	if err == nil {
		err = w.sql.cancelAttempts.exec(n)
	}
	if err == nil && problem.Valid {
		err = w.leaveProblem(problem.Int64, stateCanceled, now)
	}
	if state != stateFailed {
		w.runs.of(rule).ended(stateCanceled, false)
	}
	if err != nil {
		return fmt.Errorf("cancel run: %w", err)
	}
	return nil
}

// openProblem returns the open problem of a cause and makes it when there is none.
func (w *writer) openProblem(c *engine.Cause, now int64) (int64, error) {
	var id int64
	found, err := w.sql.problem.row([]any{c.Destination, c.Reason}, &id)
	if err == nil && !found {
		found, err = w.sql.newProblem.row([]any{c.Destination, c.Reason, now}, &id)
		if err == nil && !found {
			err = errors.New("no identity was given")
		}
	}
	if err != nil {
		return 0, fmt.Errorf("open problem: %w", err)
	}
	return id, nil
}

// leaveProblem counts a run that does not belong to a problem any more, by the state
// that it got, and closes the problem when it was the last one. One that fails for
// another cause counts as neither.
func (w *writer) leaveProblem(id, state, now int64) error {
	var recovered, skipped int64
	switch state {
	case stateFailed:
	case stateCanceled, stateSkipped:
		skipped = 1
	default:
		recovered = 1
	}
	if err := w.sql.leaveProblem.exec(id, recovered, skipped); err != nil {
		return fmt.Errorf("leave problem: %w", err)
	}
	return w.closeProblem(id, now)
}

// closeProblem solves a problem that no run belongs to any more.
func (w *writer) closeProblem(id, now int64) error {
	if err := w.sql.closeProblem.exec(now, id); err != nil {
		return fmt.Errorf("close problem: %w", err)
	}
	return nil
}
