package storage

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"patchbay/engine"
)

// largeOutput is up to which packed size outputs and previews come with pages.
const largeOutput = 16 << 10

// keysOf are identifiers as queries take them.
func keysOf(ids []engine.ID) [][]byte {
	keys := make([][]byte, len(ids))
	for i := range ids {
		keys[i] = ids[i][:]
	}
	return keys
}

// withBodies are the columns of events, and the bodies of those up to a size.
func withBodies(size int64) string {
	if size <= 0 {
		return eventColumns
	}
	return eventColumns + ", CASE WHEN events.size <= " + strconv.FormatInt(size, 10) + " THEN bodies.data END AS data"
}

// RunsOf implements [engine.PageStore].
func (db *DB) RunsOf(ctx context.Context, events []engine.ID, limit int) (map[engine.ID][]*engine.Run, error) {
	var rows []runRow
	placed := db.read.WithContext(ctx).Table("runs INDEXED BY runs_by_event").
		Select("n, row_number() OVER (PARTITION BY event ORDER BY n DESC) AS place").
		Where("event IN (SELECT seq FROM events WHERE id IN ?)", keysOf(events))
	newest := db.read.WithContext(ctx).Table("(?)", placed).Select("n").Where("place <= ?", limit)
	if err := selectRuns(db.read.WithContext(ctx)).Where("runs.n IN (?)", newest).Order("runs.n DESC").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read runs of events: %w", translate(err))
	}
	runs := make(map[engine.ID][]*engine.Run, len(events))
	for i := range rows {
		run, err := rows[i].run()
		if err != nil {
			return nil, err
		}
		runs[run.EventID] = append(runs[run.EventID], run)
	}
	return runs, nil
}

// EventsOf implements [engine.PageStore]. Of an event that cannot be read the columns
// are told.
func (db *DB) EventsOf(ctx context.Context, events []engine.ID, bodies int64) (map[engine.ID]*engine.Event, error) {
	var rows []eventRow
	if err := db.selectEvents(ctx, withBodies(bodies)).Where("events.id IN ?", keysOf(events)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read events: %w", translate(err))
	}
	found := make(map[engine.ID]*engine.Event, len(rows))
	for i := range rows {
		e, err := db.event(&rows[i])
		if err != nil {
			e = rows[i].columns()
			e.DecodeError = reasonUnreadable
		}
		found[e.ID] = e
	}
	return found, nil
}

// lastDone finds the last attempts.
const lastDone = `SELECT runs.id, last.action, CASE WHEN length(last.output) <= ? THEN last.output END,
	CASE WHEN length(last.preview) <= ? THEN last.preview END
	FROM runs JOIN attempts AS last ON last.run = runs.n AND (last.step, last.item, last.number) =
		(SELECT step, item, number FROM attempts WHERE run = runs.n AND number > 0 AND state = ? AND action IN ?
			ORDER BY step DESC, item DESC, number DESC LIMIT 1)
	WHERE runs.id IN ?`

// LastDone implements [engine.PageStore].
func (db *DB) LastDone(ctx context.Context, runs []engine.ID, actions []string) (_ map[engine.ID]*engine.Attempt, err error) {
	done := make(map[engine.ID]*engine.Attempt, len(runs))
	if len(runs) == 0 {
		return done, nil
	}
	rows, err := db.read.WithContext(ctx).Raw(lastDone, largeOutput, largeOutput, stepSucceeded, actions, keysOf(runs)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read last attempts: %w", translate(err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id []byte
		row := attemptRow{Attempt: engine.Attempt{State: engine.StepSucceeded}}
		if err := rows.Scan(&id, &row.Action, &row.output, &row.preview); err != nil {
			return nil, fmt.Errorf("read last attempt: %w", translate(err))
		}
		a, err := db.attempt(&row)
		if err != nil {
			continue // the run's own page says so
		}
		a.RunID = idOf(id)
		done[a.RunID] = a
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read last attempts: %w", translate(err))
	}
	return done, nil
}
