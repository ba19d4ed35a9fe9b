package storage

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// What held runs and events show.
const (
	restoredRun   = "Restored from a backup: held until it is released."
	restoredEvent = "Restored from a backup: held until its inbox is released."
)

// releaseBatch is how many runs one commit releases.
const releaseBatch = 200

// HeldWork counts what a restored database still holds back.
func (db *DB) HeldWork(ctx context.Context) (Held, error) {
	var held Held
	err := db.read.WithContext(ctx).Raw(`SELECT
		(SELECT count(*) FROM held_runs h JOIN runs r ON r.n = h.run WHERE r.state = 2 AND r.due_at = ?) AS runs,
		(SELECT count(*) FROM events WHERE verdict = 4 AND verdict <> 1 AND reason = ?) AS events`, heldUntil, restoredEvent).Scan(&held).Error
	if err != nil {
		return Held{}, fmt.Errorf("count held work: %w", translate(err))
	}
	return held, nil
}

// ReleaseRestored lets the runs go on that [RestoreFile] held, where they were:
// those that waited keep their due times. It returns how many; runs that were
// canceled meanwhile stay so.
func (db *DB) ReleaseRestored(ctx context.Context) (int, error) {
	total := 0
	for {
		var looked, released int
		err := db.write(ctx, func(w *writer, tx *gorm.DB) (err error) {
			looked, released, err = releaseRuns(w, tx)
			return err
		})
		if err != nil {
			return total, fmt.Errorf("release restored runs: %w", err)
		}
		total += released
		if looked < releaseBatch {
			return total, nil
		}
	}
}

func releaseRuns(w *writer, tx *gorm.DB) (looked, released int, err error) {
	var rows []struct {
		Run, State, DueAt   int64
		Destination, Reason *string
	}
	if err := tx.Table("held_runs").Order("run").Limit(releaseBatch).Find(&rows).Error; err != nil {
		return 0, 0, fmt.Errorf("read held runs: %w", err)
	}
	for _, row := range rows {
		due := row.DueAt
		if row.State == stateQueued {
			due = micros(w.now())
		}
		res := tx.Exec(`UPDATE runs SET state = ?, due_at = ?, destination = ?, reason = ?, seq = ? WHERE n = ? AND state = 2 AND due_at = ?`,
			row.State, due, row.Destination, row.Reason, w.nextSeq(), row.Run, heldUntil)
		if res.Error != nil {
			return 0, 0, fmt.Errorf("release run: %w", res.Error)
		}
		released += int(res.RowsAffected)
		if err := tx.Exec("DELETE FROM held_runs WHERE run = ?", row.Run).Error; err != nil {
			return 0, 0, fmt.Errorf("release run: %w", err)
		}
	}
	return len(rows), released, nil
}
