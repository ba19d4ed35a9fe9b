package storage

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"patchbay/engine"
)

// runByID reads a run inside the writer's transaction. KindNotFound.
func runByID(tx *gorm.DB, id engine.ID) (*runRow, error) {
	var row runRow
	err := selectRuns(tx).Where("runs.id = ?", id[:]).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, engine.NotFound("run", id.String())
	}
	if err != nil {
		return nil, fmt.Errorf("read run: %w", err)
	}
	return &row, nil
}

// Cancel implements [engine.RunStore]. Runs that waited for their turn behind a
// canceled one are queued in the same commit. Large lists take several commits.
func (db *DB) Cancel(ctx context.Context, ids []engine.ID, reason string) ([]engine.ID, error) {
	const most = 200 // in one commit
	var canceled []engine.ID
	for len(ids) > 0 {
		part := ids[:min(most, len(ids))]
		ids = ids[len(part):]
		var done []engine.ID
		err := db.write(ctx, func(w *writer, tx *gorm.DB) error {
			done = done[:0]
			for _, id := range part {
				ended, err := w.cancelByID(tx, id, reason)
				if err != nil {
					return err
				}
				if ended {
					done = append(done, id)
				}
			}
			return nil
		})
		if err != nil {
			return canceled, fmt.Errorf("cancel runs: %w", err)
		}
		canceled = append(canceled, done...)
	}
	return canceled, nil
}

func (w *writer) cancelByID(tx *gorm.DB, id engine.ID, reason string) (ended bool, err error) {
	row, err := runByID(tx, id)
	if engine.KindOf(err) == engine.KindNotFound {
		return false, nil
	}
	failed := err == nil && row.State == stateFailed
	if err != nil || row.State >= stateSucceeded && !failed {
		return false, err
	}
	now := micros(w.now())
	if err := w.cancelRun(row.N, reason, now); err != nil {
		return false, err
	}
	if row.OverlapKey.Valid && !failed {
		_, err = w.unblock(row.Rule, row.OverlapKey.String, now)
	}
	return true, err
}

// Reopen implements [engine.RunStore]. Attempts of before stay as history. While
// another run of its rule and overlap key goes on, the run waits for its turn.
func (db *DB) Reopen(ctx context.Context, id engine.ID, step, ruleVersion int) error {
	return db.write(ctx, func(w *writer, tx *gorm.DB) error {
		row, err := runByID(tx, id)
		if err != nil {
			return err
		}
		if row.State != stateFailed && row.State != stateCanceled {
			return engine.Conflict("This run is %s; only failed and canceled runs can go on.", runStates().word(row.State))
		}
		if step >= 0 {
			row.Step = step
		}
		if ruleVersion > 0 {
			row.Version = ruleVersion
		}
		return w.reopen(tx, row, micros(w.now()))
	})
}

// reopen queues a finished run again at its step.
func (w *writer) reopen(tx *gorm.DB, row *runRow, now int64) error {
	state := stateQueued
	if row.OverlapKey.Valid {
		busy, err := w.sql.rival.row([]any{row.Rule, row.OverlapKey.String}, new(int64))
		if err != nil {
			return fmt.Errorf("find overlapping run: %w", err)
		}
		if busy {
			state = stateBlocked
		}
	}
	err := tx.Table("runs").Where("n = ?", row.N).UpdateColumns(map[string]any{
		"seq": w.nextSeq(), "state": state, "step": row.Step, "version": row.Version, "due_at": now, "started_at": 0, "finished_at": 0,
		"doubt": false, "problem": nil, "destination": nil, "reason": nil,
		"created_at": gorm.Expr("min(created_at, ?)", now), // of a clock that was set back since; see followClock
	}).Error
	if err != nil {
		return fmt.Errorf("reopen run: %w", err)
	}
	if row.Problem.Valid {
		return w.leaveProblem(row.Problem.Int64, stateQueued, now)
	}
	return nil
}

// rerunFailed reopens the runs of an event when there are some and all of them
// failed, and reports whether it did.
func (w *writer) rerunFailed(event engine.ID, now int64) (bool, error) {
	var rows []runRow
	err := selectRuns(w.gorm).Where("runs.event = (SELECT seq FROM events WHERE id = ?)", event[:]).Order("runs.n").Find(&rows).Error
	if err != nil {
		return false, fmt.Errorf("find runs of event: %w", err)
	}
	for i := range rows {
		if rows[i].State != stateFailed {
			return false, nil
		}
	}
	for i := range rows {
		if err := w.reopen(w.gorm, &rows[i], now); err != nil {
			return false, err
		}
	}
	return len(rows) > 0, nil
}

// SettleUnknown implements [engine.RunStore]. A run whose step went over a list
// resumes in that step, for the items that are left.
func (db *DB) SettleUnknown(ctx context.Context, id engine.ID, stepKey, by string) error {
	return db.write(ctx, func(w *writer, tx *gorm.DB) error {
		row, err := runByID(tx, id)
		if err != nil {
			return err
		}
		if row.State != stateFailed {
			return engine.Conflict("This run is %s; only a failed step can be settled.", runStates().word(row.State))
		}
		each, err := settleAttempts(tx, row, stepKey, by)
		if err != nil {
			return err
		}
		if !each {
			row.Step++
		}
		return w.reopen(tx, row, micros(w.now()))
	})
}

// settleAttempts marks the last attempts at the run's step that may have been sent
// as sent. each reports whether the step goes over a list.
func settleAttempts(tx *gorm.DB, row *runRow, stepKey, by string) (each bool, err error) {
	var list []struct{ Item, Number, State, Outcome int64 }
	err = tx.Raw(`SELECT item, max(number) AS number, state, outcome FROM attempts WHERE run = ? AND step = ? AND key = ?
		GROUP BY item`, row.N, row.Step, stepKey).Scan(&list).Error
	if err != nil {
		return false, fmt.Errorf("read attempts: %w", err)
	}
	settled := 0
	for _, a := range list {
		if a.Item == engine.WholeStep {
			each = true
			continue
		}
		if a.State != stepFailed || a.Outcome != outcomeUnknown {
			continue
		}
		settled++
		err := tx.Table("attempts").Where("run = ? AND step = ? AND item = ? AND number = ?", row.N, row.Step, a.Item, a.Number).
			UpdateColumns(map[string]any{"state": stepSucceeded, "outcome": outcomeSent, "error": "Seen to have arrived by " + by + "."}).Error
		if err != nil {
			return false, fmt.Errorf("settle attempt: %w", err)
		}
	}
	if settled == 0 {
		return false, engine.Conflict("Step %q did not end in doubt; retry the run instead.", stepKey)
	}
	return each, nil
}
