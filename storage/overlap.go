package storage

import (
	"fmt"

	"patchbay/engine"
)

// defaultOverlapMax is how many runs may wait for their turn under one key.
const defaultOverlapMax = 1000

// Reasons of runs that overlap ended or held back.
const (
	reasonSingle   = "Another run of this rule was still going on."
	reasonFull     = "Too many runs of this rule were waiting for their turn."
	reasonDropped  = "It gave way to newer runs of this rule that wait for their turn."
	reasonReplaced = "A newer run of this rule took its place."
)

// overlap decides what becomes of a new run beside the active ones of its rule and
// key, and does to those what its mode says.
func (w *writer) overlap(made *newRunArgs, op *routeOp) error {
	busy, err := w.sql.rival.row([]any{made.run.RuleID, made.key}, new(int64))
	if err != nil {
		return fmt.Errorf("find overlapping run: %w", err)
	}
	switch {
	case !busy:
		return nil
	case made.overlap == overlapSingle:
		op.skip(made, reasonSingle)
		return nil
	case made.overlap == overlapRestart:
		return w.replace(made, op)
	default:
		return w.queueUp(made, op)
	}
}

func (op *routeOp) skip(made *newRunArgs, reason string) {
	made.state, made.reason = stateSkipped, reason
	op.routed.Skipped = append(op.routed.Skipped, made.run.ID)
}

// replace cancels the runs that a new one takes the place of. The new one owns the
// key, so nothing is unblocked.
func (w *writer) replace(made *newRunArgs, op *routeOp) error {
	type rival struct {
		n  int64
		id engine.ID
	}
	var rivals []rival
	var n int64
	var id []byte
	err := w.sql.rivals.each([]any{made.run.RuleID, made.key}, []any{&n, &id}, func() {
		rivals = append(rivals, rival{n: n, id: idOf(id)})
	})
	if err != nil {
		return fmt.Errorf("find overlapping runs: %w", err)
	}
	for _, r := range rivals {
		if err := w.cancelRun(r.n, reasonReplaced, op.now); err != nil {
			return err
		}
		op.routed.Canceled = append(op.routed.Canceled, r.id)
	}
	return nil
}

// queueUp makes the new run wait for its turn, where there is room.
func (w *writer) queueUp(made *newRunArgs, op *routeOp) error {
	limit := int64(made.max)
	if limit <= 0 {
		limit = defaultOverlapMax
	}
	var waiting int64
	if _, err := w.sql.blocked.row([]any{made.run.RuleID, made.key}, &waiting); err != nil {
		return fmt.Errorf("count waiting runs: %w", err)
	}
	if waiting >= limit && !made.dropOldest {
		op.skip(made, reasonFull)
		return nil
	}
	for ; waiting >= limit; waiting-- {
		var n int64
		var id []byte
		found, err := w.sql.oldestBlocked.row([]any{made.run.RuleID, made.key}, &n, &id)
		if err != nil {
			return fmt.Errorf("find oldest waiting run: %w", err)
		}
		if !found {
			break
		}
		if err := w.cancelRun(n, reasonDropped, op.now); err != nil {
			return err
		}
		op.routed.Canceled = append(op.routed.Canceled, idOf(id))
	}
	made.state = stateBlocked
	op.routed.Blocked = append(op.routed.Blocked, made.run.ID)
	return nil
}

// unblock lets the next run of a rule and key start when none of them is going on,
// and returns its ID, the zero ID when there is none.
func (w *writer) unblock(rule string, key any, now int64) (engine.ID, error) {
	going, err := w.sql.goingOn.row([]any{rule, key}, new(int64))
	if err != nil || going {
		return engine.ID{}, err
	}
	var n int64
	var id []byte
	found, err := w.sql.oldestBlocked.row([]any{rule, key}, &n, &id)
	if err != nil || !found {
		return engine.ID{}, err
	}
	if err := w.sql.setState.exec(w.nextSeq(), stateQueued, now, n); err != nil {
		return engine.ID{}, fmt.Errorf("unblock run: %w", err)
	}
	return idOf(id), nil
}
