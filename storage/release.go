package storage

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// restoredReason is what held runs and events show.
const restoredReason = "Restored from a backup: held until it is released."

// releaseBatch is how much one commit releases.
const releaseBatch = 200

// HeldWork counts what a restored database holds back.
func (db *DB) HeldWork(ctx context.Context) (Held, error) {
	var held Held
	err := db.read.WithContext(ctx).Raw(`SELECT
		(SELECT count(*) FROM held_runs h JOIN runs r ON r.n = h.run WHERE r.state = 2 AND r.due_at = ?) AS runs,
		(SELECT count(*) FROM held_events h JOIN events e ON e.seq = h.event WHERE e.verdict = 4) AS events`, heldUntil).Scan(&held).Error
	if err != nil {
		return Held{}, fmt.Errorf("count held work: %w", translate(err))
	}
	return held, nil
}

// ReleaseRestored lets go what [RestoreFile] held: runs go on where they were, those
// that waited keep their due times; events are judged. It returns how many of both.
// Runs that were canceled and events that were released with their inbox meanwhile
// stay as they are.
func (db *DB) ReleaseRestored(ctx context.Context) (int, error) {
	total := 0
	for _, release := range []func(*writer, *gorm.DB) (int, int, error){db.releaseRuns, releaseEvents} {
		for {
			var looked, released int
			err := db.write(ctx, func(w *writer, tx *gorm.DB) (err error) {
				looked, released, err = release(w, tx)
				return err
			})
			if err != nil {
				return total, fmt.Errorf("release restored work: %w", err)
			}
			total += released
			if looked < releaseBatch {
				break
			}
		}
	}
	return total, nil
}

func (db *DB) releaseRuns(w *writer, tx *gorm.DB) (looked, released int, err error) {
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
			due = micros(db.now())
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

// heldEvent is an event that a restored database holds, with the claim it had.
type heldEvent struct {
	Seq, Verdict, Origin int64
	Inbox                string
	ID                   []byte
	Claim                []byte
	ExpiresAt            *int64
}

func releaseEvents(w *writer, tx *gorm.DB) (looked, released int, err error) {
	var rows []heldEvent
	err = tx.Table("held_events h").Joins("LEFT JOIN events e ON e.seq = h.event").Order("h.event").Limit(releaseBatch).
		Select("h.event AS seq, coalesce(e.verdict, 0) AS verdict, coalesce(e.origin, 0) AS origin, coalesce(e.inbox, '') AS inbox, e.id, h.claim, h.expires_at").Find(&rows).Error
	if err != nil {
		return 0, 0, fmt.Errorf("read held events: %w", err)
	}
	for i := range rows {
		if rows[i].Verdict == verdictHeld {
			if err := rows[i].accept(w, tx); err != nil {
				return 0, 0, fmt.Errorf("release event: %w", err)
			}
			released++
		}
		if err := tx.Exec("DELETE FROM held_events WHERE event = ?", rows[i].Seq).Error; err != nil {
			return 0, 0, fmt.Errorf("release event: %w", err)
		}
	}
	return len(rows), released, nil
}

// accept makes a held event what it was: accepted and not judged yet. Its claim
// comes back unless another event has taken it.
func (e *heldEvent) accept(w *writer, tx *gorm.DB) error {
	if err := tx.Exec("UPDATE events SET verdict = 1, route = 1, reason = NULL WHERE seq = ?", e.Seq).Error; err != nil {
		return err
	}
	if e.Claim != nil {
		err := tx.Exec("INSERT OR IGNORE INTO claims (inbox, key, event, expires_at) VALUES (?, ?, ?, ?)", e.Inbox, e.Claim, e.ID, e.ExpiresAt).Error
		if err != nil {
			return err
		}
	}
	w.backlog++
	if e.Origin == originSender {
		d := w.ledger.of(e.Inbox)
		d.move(verdictHeld, -1)
		d.move(verdictAccepted, 1)
	}
	return nil
}
