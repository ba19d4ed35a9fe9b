package storage

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"patchbay/engine"
)

// runList looks for the runs of one page.
type runList struct {
	walk
	db     *DB
	filter *engine.RunFilter
	page   engine.RunPage
}

// Runs implements [engine.RunStore]: newest made first. A page that is not full when
// [listTime] is over has a cursor to go on from.
func (db *DB) Runs(ctx context.Context, f engine.RunFilter) (engine.RunPage, error) {
	cursor, err := decodeCursor(f.Cursor)
	if err != nil {
		return engine.RunPage{}, err
	}
	l := &runList{walk: newWalk(db.now, cursor, f.Limit), db: db, filter: &f}
	if err := l.bound(ctx); err != nil {
		return engine.RunPage{}, err
	}
	if err := l.run(ctx); err != nil {
		return engine.RunPage{}, err
	}
	return l.page, nil
}

// bound finds the range of numbers that can matter.
func (l *runList) bound(ctx context.Context) error {
	if !l.filter.Event.IsZero() {
		return l.ofEvent(ctx)
	}
	var r struct{ Oldest, Newest int64 }
	err := l.db.read.WithContext(ctx).Raw(`SELECT (SELECT coalesce(min(n), 0) FROM runs) AS oldest, (SELECT coalesce(max(n), 0) FROM runs) AS newest`).Scan(&r).Error
	if err != nil {
		return fmt.Errorf("read range of runs: %w", translate(err))
	}
	l.lo, l.hi = r.Oldest, min(l.hi, r.Newest+1)
	if !l.filter.Since.IsZero() {
		// A run is never older than its event, but a replay is younger: only its own time counts.
		if l.lo, err = l.db.seqAt(ctx, l.filter.Since.Add(-listSlack)); err != nil {
			return err
		}
	}
	if !l.filter.Until.IsZero() {
		_, newest, err := l.db.eventRange(ctx)
		if err != nil {
			return err
		}
		end, err := l.db.seqAt(ctx, l.filter.Until.Add(listSlack))
		if err != nil {
			return err
		}
		if end < newest { // otherwise the newest may be older than that
			l.hi = min(l.hi, end)
		}
	}
	return nil
}

// ofEvent finds the runs of the event that the filter names.
func (l *runList) ofEvent(ctx context.Context) error {
	var err error
	q := l.db.read.WithContext(ctx).Table("runs INDEXED BY runs_by_event").Select("n").
		Where("event = (SELECT seq FROM events WHERE id = ?) AND n < ?", l.filter.Event[:], l.hi)
	if l.few, err = few(q); err != nil {
		return err
	}
	l.asked = true
	return nil
}

func (l *runList) run(ctx context.Context) error {
	for !l.done() {
		if l.late() {
			l.page.NextCursor = encodeCursor(l.hi)
			return nil
		}
		full, err := l.look(ctx)
		if err != nil || full {
			return err
		}
		if !l.asked {
			l.asked = true
			if l.few, err = l.db.fewRuns(ctx, l.filter, l.lo, l.hi); err != nil {
				return err
			}
		}
	}
	return nil
}

// look looks at the runs of the next window.
func (l *runList) look(ctx context.Context) (full bool, err error) {
	from, keys := l.next()
	q := selectRuns(l.db.read.WithContext(ctx)).Order("runs.n DESC")
	if keys != nil {
		q = q.Where("runs.n IN ?", keys)
	} else {
		q = q.Where("runs.n >= ? AND runs.n < ?", from, l.hi)
	}
	var rows []runRow
	if err := whereRun(q, l.filter).Limit(l.limit + 1 - len(l.page.Items)).Find(&rows).Error; err != nil {
		return false, fmt.Errorf("list runs: %w", translate(err))
	}
	for i := range rows {
		if len(l.page.Items) == l.limit {
			l.page.NextCursor = encodeCursor(l.hi)
			return true, nil
		}
		run, err := rows[i].run()
		if err != nil {
			return false, err
		}
		l.page.Items = append(l.page.Items, run)
		l.hi = rows[i].N
	}
	l.hi = from
	return false, nil
}

// whereRun restricts to what a filter lets through. A plus keeps SQLite from an index
// that is in another order.
func whereRun(q *gorm.DB, f *engine.RunFilter) *gorm.DB {
	if f.Rule != "" {
		q = q.Where("runs.rule = ?", f.Rule)
	}
	if !f.Event.IsZero() {
		q = q.Where("runs.event = (SELECT seq FROM events WHERE id = ?)", f.Event[:])
	}
	if f.Inbox != "" {
		q = q.Where("runs.inbox = ?", f.Inbox)
	}
	if f.Problem != 0 {
		q = q.Where("+runs.problem = ?", f.Problem)
	}
	if f.Warned {
		q = q.Where("+runs.state = 4 AND runs.warnings IS NOT NULL")
	}
	if f.Unknown != nil {
		q = q.Where("runs.doubt = ?", *f.Unknown)
	}
	if !f.Since.IsZero() {
		q = q.Where("runs.created_at >= ?", micros(f.Since))
	}
	if !f.Until.IsZero() {
		q = q.Where("runs.created_at < ?", micros(f.Until))
	}
	switch code := runStates().code(f.State); {
	case f.State == "":
	case f.State == engine.RunQueued:
		q = q.Where("+runs.state IN (0, 3)")
	case code > stateFiltered:
		q = q.Where("runs.state = ? AND runs.state > 5", code)
	default:
		q = q.Where("+runs.state = ?", code)
	}
	return q
}

// fewRuns returns the numbers of the runs that a filter can let through, newest first,
// when an index tells that they are few, and nil otherwise.
func (db *DB) fewRuns(ctx context.Context, f *engine.RunFilter, lo, hi int64) ([]int64, error) {
	from := func(index string) *gorm.DB {
		return db.read.WithContext(ctx).Table("runs INDEXED BY " + index).Select("n")
	}
	within := func(q *gorm.DB) *gorm.DB { return q.Where("n >= ? AND n < ?", lo, hi) }
	var sources []*gorm.DB
	if f.Problem != 0 {
		sources = append(sources, from("runs_by_problem").Where("problem = ? AND problem IS NOT NULL", f.Problem))
	}
	switch code := runStates().code(f.State); {
	case f.State == "":
	case f.State == engine.RunQueued:
		sources = append(sources, from("runs_active").Where("state IN (0, 3) AND state < 4"))
	case code < stateSucceeded:
		sources = append(sources, from("runs_active").Where("state = ? AND state < 4", code))
	case code > stateFiltered:
		sources = append(sources, within(from("runs_ended_badly").Where("state = ? AND state > 5", code)))
	}
	if f.Rule != "" {
		sources = append(sources, within(from("runs_by_rule").Where("rule = ?", f.Rule)))
	}
	for _, q := range sources {
		if numbers, err := few(q); err != nil || numbers != nil {
			return numbers, err
		}
	}
	if f.Inbox == "" {
		return nil, nil
	}
	// No index of runs names the inbox, but its events are known, and theirs.
	events := db.read.WithContext(ctx).Table("events INDEXED BY events_by_inbox").Select("seq").Where("inbox = ?", f.Inbox)
	if seqs, err := few(events); err != nil || seqs == nil {
		return nil, err
	}
	return few(db.read.WithContext(ctx).Table("(?) AS e CROSS JOIN runs INDEXED BY runs_by_event ON runs.event = e.seq", events).Select("n"))
}
