package storage

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

// wakeBatch is how many runs one commit wakes: more would hold up everybody else.
const wakeBatch = 500

// NextDue implements [engine.Queue].
func (db *DB) NextDue(ctx context.Context) (time.Time, error) {
	var due []int64
	err := db.read.WithContext(ctx).Table("runs").Where("state = 2 AND state < 4").Order("due_at").Limit(1).Pluck("due_at", &due).Error
	if err != nil {
		return time.Time{}, fmt.Errorf("find next due run: %w", translate(err))
	}
	if len(due) == 0 {
		return time.Time{}, nil
	}
	return fromMicros(due[0]), nil
}

// Wake implements [engine.Queue]. A run that is due before its turn keeps its time;
// runs that are due before from are not touched and not counted.
func (db *DB) Wake(ctx context.Context, destination string, from time.Time, gap time.Duration, limit int) (int, error) {
	woken, last := 0, int64(0)
	for woken < limit {
		var rows []struct{ N, DueAt int64 }
		err := db.write(ctx, func(w *writer, tx *gorm.DB) error {
			err := tx.Table("runs").Select("n, due_at").
				Where("destination = ? AND state = 2 AND due_at > ? AND n > ?", destination, micros(from), last).
				Order("n").Limit(min(wakeBatch, limit-woken)).Find(&rows).Error
			if err != nil {
				return fmt.Errorf("find waiting runs: %w", err)
			}
			for i, row := range rows {
				at := micros(from.Add(time.Duration(woken+i) * gap))
				if at >= row.DueAt {
					continue
				}
				if err := w.sql.setState.exec(w.nextSeq(), stateWaiting, at, row.N); err != nil {
					return fmt.Errorf("wake run: %w", err)
				}
			}
			return nil
		})
		if err != nil {
			return woken, fmt.Errorf("wake runs: %w", err)
		}
		if woken += len(rows); len(rows) < wakeBatch {
			break
		}
		last = rows[len(rows)-1].N
	}
	return woken, nil
}

// Depth implements [engine.Queue]. Runs that wait for their turn count as queued;
// they, and runs that are not due, do not count for the oldest.
func (db *DB) Depth(ctx context.Context) (engine.Depth, error) {
	var row struct{ Pending, Queued, Running, Waiting, Oldest int64 }
	err := db.read.WithContext(ctx).Raw(`SELECT
			(SELECT count(*) FROM events WHERE route = 1) AS pending,
			(SELECT count(*) FROM runs WHERE state < 4 AND state IN (0, 3)) AS queued,
			(SELECT count(*) FROM runs WHERE state < 4 AND state = 1) AS running,
			(SELECT count(*) FROM runs WHERE state < 4 AND state = 2) AS waiting,
			coalesce((SELECT min(at) FROM (
				SELECT * FROM (SELECT received_at AS at FROM events WHERE route = 1 ORDER BY seq LIMIT 1)
				UNION ALL SELECT * FROM (SELECT due_at FROM runs WHERE state < 4 AND state = 0 ORDER BY due_at LIMIT 1)
				UNION ALL SELECT * FROM (SELECT due_at FROM runs WHERE state < 4 AND state = 2 AND due_at <= ? ORDER BY due_at LIMIT 1)
			)), 0) AS oldest`, micros(db.now())).Scan(&row).Error
	if err != nil {
		return engine.Depth{}, fmt.Errorf("count work: %w", translate(err))
	}
	return engine.Depth{
		Pending: row.Pending, Queued: row.Queued, Running: row.Running, Waiting: row.Waiting, Oldest: fromMicros(row.Oldest),
	}, nil
}
