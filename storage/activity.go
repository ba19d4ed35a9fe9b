package storage

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

var _ engine.ActivityStore = (*DB)(nil)

const (
	eventCountColumns = `coalesce(sum(received), 0) AS received, coalesce(sum(accepted), 0) AS accepted,
		coalesce(sum(duplicate), 0) AS duplicate, coalesce(sum(rejected), 0) AS rejected, coalesce(sum(held), 0) AS held,
		coalesce(sum(matched), 0) AS matched, coalesce(sum(unmatched), 0) AS unmatched`
	runCountColumns = `coalesce(sum(started), 0) AS started, coalesce(sum(succeeded), 0) AS succeeded, coalesce(sum(warned), 0) AS warned,
		coalesce(sum(failed), 0) AS failed, coalesce(sum(filtered), 0) AS filtered, coalesce(sum(skipped), 0) AS skipped,
		coalesce(sum(canceled), 0) AS canceled, coalesce(sum(done), 0) AS done, coalesce(sum(sent), 0) AS sent`
)

// quarterOf numbers the quarter of an hour that a time is in; the zero time stands
// before all of them.
func quarterOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return micros(t) / quarter
}

// countRow is a step or a name with its counts.
type countRow[C any] struct {
	Step   int
	Name   string
	Counts C `gorm:"embedded"`
}

// steps reads counts by step.
func steps[C any](ctx context.Context, db *DB, table, name, columns string, s engine.Span) (map[int]C, error) {
	if s.Step < engine.CountStep || s.Step%engine.CountStep != 0 {
		return nil, engine.Invalid("step", "A step is a multiple of %s.", engine.Duration(engine.CountStep))
	}
	from, until := quarterOf(s.Since), int64(math.MaxInt64)
	if !s.Until.IsZero() {
		until = quarterOf(s.Until.Add(engine.CountStep - time.Microsecond))
	}
	q := db.read.WithContext(ctx).Table(table).Select("(quarter - ?) / ? AS step, "+columns, from, int64(s.Step/engine.CountStep)).
		Where("quarter >= ? AND quarter > 0 AND quarter < ?", from, until)
	if s.Name != "" {
		q = q.Where(name+" = ?", s.Name)
	}
	var rows []countRow[C]
	if err := q.Group("step").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read %s: %w", table, translate(err))
	}
	list := make(map[int]C, len(rows))
	for _, r := range rows {
		list[r.Step] = r.Counts
	}
	return list, nil
}

// named reads counts by name.
func named[C any](ctx context.Context, db *DB, table, name, columns string, since time.Time) (map[string]C, error) {
	var rows []countRow[C]
	err := db.read.WithContext(ctx).Table(table).Select(name+" AS name, "+columns).Where("quarter >= ?", quarterOf(since)).
		Group(name).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", table, translate(err))
	}
	list := make(map[string]C, len(rows))
	for _, r := range rows {
		list[r.Name] = r.Counts
	}
	return list, nil
}

// EventCounts implements [engine.ActivityStore].
func (db *DB) EventCounts(ctx context.Context, s engine.Span) (map[int]engine.EventCounts, error) {
	return steps[engine.EventCounts](ctx, db, "event_counts", "inbox", eventCountColumns, s)
}

// RunCounts implements [engine.ActivityStore].
func (db *DB) RunCounts(ctx context.Context, s engine.Span) (map[int]engine.RunCounts, error) {
	return steps[engine.RunCounts](ctx, db, "run_counts", "rule", runCountColumns, s)
}

// EventsByInbox implements [engine.ActivityStore].
func (db *DB) EventsByInbox(ctx context.Context, since time.Time) (map[string]engine.EventCounts, error) {
	return named[engine.EventCounts](ctx, db, "event_counts", "inbox", eventCountColumns, since)
}

// RunsByRule implements [engine.ActivityStore].
func (db *DB) RunsByRule(ctx context.Context, since time.Time) (map[string]engine.RunCounts, error) {
	return named[engine.RunCounts](ctx, db, "run_counts", "rule", runCountColumns, since)
}

// LastRuns implements [engine.ActivityStore].
func (db *DB) LastRuns(ctx context.Context, ids []string) (map[string]*engine.Run, error) {
	list := make(map[string]*engine.Run, len(ids))
	for _, rule := range ids {
		var rows []runRow
		q := selectRuns(db.read.WithContext(ctx).Table("runs INDEXED BY runs_by_rule"))
		err := q.Where("runs.n = (SELECT max(n) FROM runs INDEXED BY runs_by_rule WHERE rule = ?)", rule).Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read last run of rule: %w", translate(err))
		}
		for i := range rows {
			if list[rule], err = rows[i].run(); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// LastRejected implements [engine.ActivityStore].
func (db *DB) LastRejected(ctx context.Context, inbox string) (*engine.Event, error) {
	var row eventRow
	err := db.selectEvents(ctx, eventColumns).Where("events.seq = (SELECT max(seq) FROM events INDEXED BY events_refused "+
		"WHERE inbox = ? AND verdict = 3 AND verdict <> 1)", inbox).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil //nolint:nilnil // that nothing was rejected is an ordinary answer
	}
	if err != nil {
		return nil, fmt.Errorf("read last rejected request: %w", translate(err))
	}
	return row.columns(), nil
}

// RejectedInARow implements [engine.ActivityStore]. It looks from the newest event back.
func (db *DB) RejectedInARow(ctx context.Context, inbox string) (int64, error) {
	var n int64
	err := db.read.WithContext(ctx).Raw("SELECT count(*) FROM events INDEXED BY events_refused WHERE inbox = ? AND verdict = 3 AND verdict <> 1 "+
		"AND origin = 0 AND seq > coalesce((SELECT seq FROM events INDEXED BY events_by_inbox WHERE inbox = ? AND verdict <> 3 AND origin = 0 "+
		"ORDER BY seq DESC LIMIT 1), 0)", inbox, inbox).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count rejected requests: %w", translate(err))
	}
	return n, nil
}

// Publications implements [engine.ActivityStore].
func (db *DB) Publications(ctx context.Context) (map[string]engine.Publication, error) {
	var rows []ruleVersionRow
	err := db.read.WithContext(ctx).Table("rules").Select("rule_versions.rule_id, rule_versions.published_at, rule_versions.published_by").
		Joins("JOIN rule_versions ON rule_versions.rule_id = rules.id AND rule_versions.version = rules.version").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read publications: %w", translate(err))
	}
	list := make(map[string]engine.Publication, len(rows))
	for _, r := range rows {
		list[r.RuleID] = engine.Publication{At: fromMicros(r.PublishedAt), By: r.PublishedBy}
	}
	return list, nil
}

// Neighbors implements [engine.ActivityStore].
func (db *DB) Neighbors(ctx context.Context, event engine.ID) (newer, older engine.ID, err error) {
	var row struct{ Found, Newer, Older []byte }
	err = db.read.WithContext(ctx).Raw(`SELECT id AS found,
		(SELECT id FROM events INDEXED BY events_by_inbox WHERE inbox = e.inbox AND seq > e.seq ORDER BY seq LIMIT 1) AS newer,
		(SELECT id FROM events INDEXED BY events_by_inbox WHERE inbox = e.inbox AND seq < e.seq ORDER BY seq DESC LIMIT 1) AS older
		FROM events AS e WHERE id = ?`, event[:]).Scan(&row).Error
	if err != nil {
		return newer, older, fmt.Errorf("find neighbors of event: %w", translate(err))
	}
	if row.Found == nil {
		return newer, older, engine.NotFound("event", event.String())
	}
	return idOf(row.Newer), idOf(row.Older), nil
}

const (
	// typedEvents is how many of the newest events are looked at for their kinds.
	typedEvents = 5000
	// typesMost is how many kinds are told.
	typesMost = 200
)

// EventTypes implements [engine.ActivityStore].
func (db *DB) EventTypes(ctx context.Context, inbox string) ([]engine.TypeCount, int, error) {
	newest := db.read.WithContext(ctx).Table("events")
	if inbox != "" {
		newest = db.read.WithContext(ctx).Table("events INDEXED BY events_by_inbox").Where("inbox = ?", inbox)
	}
	newest = newest.Select("type, received_at").Order("seq DESC").Limit(typedEvents)
	var rows []struct {
		Type          string
		Count, LastAt int64
	}
	err := db.read.WithContext(ctx).Table("(?)", newest).Select("type, count(*) AS count, max(received_at) AS last_at").
		Group("type").Order("count DESC, type").Find(&rows).Error
	if err != nil {
		return nil, 0, fmt.Errorf("read kinds of events: %w", translate(err))
	}
	types, looked := []engine.TypeCount{}, 0
	for _, r := range rows {
		looked += int(r.Count)
		if r.Type != "" && len(types) < typesMost {
			types = append(types, engine.TypeCount{Type: r.Type, Count: r.Count, LastAt: fromMicros(r.LastAt)})
		}
	}
	return types, looked, nil
}

// Uses implements [engine.ActivityStore].
func (db *DB) Uses(ctx context.Context) ([]engine.Use, error) {
	list := []engine.Use{}
	err := db.read.WithContext(ctx).Table("ledgers").Select("inbox, stored AS events, bytes").Order("inbox").Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("read what inboxes store: %w", translate(err))
	}
	return list, nil
}
