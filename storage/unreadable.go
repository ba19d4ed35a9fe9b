package storage

import (
	"context"
	"database/sql"
	"fmt"

	"gorm.io/gorm"

	"patchbay/engine"
)

// reasonUnreadable is what people are told about work that is damaged.
const reasonUnreadable = "What was stored of this cannot be read any more, because the database is damaged."

// passOver takes an event that waits for its rules and cannot be read out of the way of
// the others. It counts as one that could not be decoded.
func (db *DB) passOver(ctx context.Context, id engine.ID, cause error) error {
	op, err := db.prepareRoute(&engine.Routing{Event: id, Route: engine.RouteUnmatched, DecodeError: reasonUnreadable})
	if err != nil {
		return err
	}
	err = db.write(ctx, func(w *writer, _ *gorm.DB) error {
		op.epoch = w.epoch
		if err := op.apply(w); !refused(err) {
			return err
		}
		return nil // it was handled or deleted meanwhile
	})
	if err != nil {
		return fmt.Errorf("pass over event %s: %w", id, err)
	}
	db.log.ErrorContext(ctx, "an event that waits for its rules cannot be read and is passed over", "event", id.String(), "error", cause)
	return nil
}

// failUnreadable ends claimed runs that cannot be read, each with its reason for the log.
func (db *DB) failUnreadable(ctx context.Context, epoch int64, unreadable map[int64]error) error {
	err := db.write(ctx, func(w *writer, tx *gorm.DB) error {
		for n := range unreadable {
			if err := w.failRun(tx, n, epoch); err != nil {
				return fmt.Errorf("fail run: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, cause := range unreadable {
		db.log.ErrorContext(ctx, "a run cannot be read and has failed", "error", cause)
	}
	return nil
}

// failRun ends a run that is being done under an epoch, and lets the next one go on.
func (w *writer) failRun(tx *gorm.DB, n, epoch int64) error {
	var rows []struct {
		Rule       string
		OverlapKey sql.NullString
		Problem    sql.NullInt64
	}
	err := tx.Table("runs").Select("rule, overlap_key, problem").Where("n = ? AND state = 1 AND epoch = ?", n, epoch).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return err
	}
	now := micros(w.now())
	err = tx.Table("runs").Where("n = ?", n).UpdateColumns(map[string]any{
		"seq": w.nextSeq(), "state": stateFailed, "due_at": 0, "finished_at": now, "destination": nil, "problem": nil, "reason": reasonUnreadable,
	}).Error
	if err == nil {
		err = w.sql.cancelAttempts.exec(n)
	}
	if err == nil && rows[0].Problem.Valid {
		err = w.closeProblem(rows[0].Problem.Int64, now)
	}
	if err == nil && rows[0].OverlapKey.Valid {
		_, err = w.unblock(rows[0].Rule, rows[0].OverlapKey.String, now)
	}
	return err
}
