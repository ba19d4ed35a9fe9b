package storage

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

// listSlack is how far lists believe that times stand out of the order of numbers:
// clocks are set, by a day at times.
const listSlack = 25 * time.Hour

// eventList looks for the events of one page.
type eventList struct {
	walk
	db     *DB
	filter *engine.EventFilter
	text   *search // nil without
	page   engine.EventPage
}

// Events implements [engine.EventStore]. A page that is not full when [listTime] is
// over has a cursor to go on from. An event whose identifier is looked for stands
// first on the first page.
func (db *DB) Events(ctx context.Context, f engine.EventFilter) (engine.EventPage, error) {
	cursor, err := decodeCursor(f.Cursor)
	if err != nil {
		return engine.EventPage{}, err
	}
	l := &eventList{walk: newWalk(db.now, cursor, f.Limit), db: db, filter: &f}
	if err := l.bound(ctx); err != nil {
		return engine.EventPage{}, err
	}
	if err := l.beginSearch(ctx); err != nil {
		return engine.EventPage{}, err
	}
	if err := l.run(ctx); err != nil {
		return engine.EventPage{}, err
	}
	l.page.Complete = l.page.NextCursor == "" && (l.text == nil || l.text.bodies <= l.lo)
	return l.page, nil
}

// bound finds the range of seq that can matter.
func (l *eventList) bound(ctx context.Context) error {
	oldest, newest, err := l.db.eventRange(ctx)
	if err != nil {
		return err
	}
	l.lo, l.hi = oldest, min(l.hi, newest+1)
	if !l.filter.Since.IsZero() {
		if l.lo, err = l.db.seqAt(ctx, l.filter.Since.Add(-listSlack)); err != nil {
			return err
		}
	}
	if !l.filter.Until.IsZero() {
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

func (l *eventList) run(ctx context.Context) error {
	for !l.done() {
		if l.late() {
			l.page.NextCursor = encodeCursor(l.hi)
			return nil
		}
		var full bool
		var err error
		if l.text != nil && l.hi > l.text.bodies {
			full, err = l.searchBodies(ctx)
		} else {
			full, err = l.searchRows(ctx)
		}
		if err != nil || full {
			return err
		}
		if !l.asked {
			l.asked = true
			if l.few, err = l.db.fewEvents(ctx, l.filter, l.lo, l.hi); err != nil {
				return err
			}
		}
	}
	return nil
}

// query selects the events of the next window that the filter lets through, text
// apart, and returns where it ends.
func (l *eventList) query(ctx context.Context, columns string) (_ *gorm.DB, from int64) {
	from, keys := l.next()
	q := l.db.selectEvents(ctx, columns).Order("events.seq DESC")
	if keys != nil {
		q = q.Where("events.seq IN ?", keys)
	} else {
		q = q.Where("events.seq >= ? AND events.seq < ?", from, l.hi)
	}
	return whereEvent(q, l.filter), from
}

// whereEvent restricts to what a filter lets through, in the words of the partial
// indexes.
func whereEvent(q *gorm.DB, f *engine.EventFilter) *gorm.DB {
	if f.Inbox != "" {
		q = q.Where("events.inbox = ?", f.Inbox)
	}
	if f.Verdict != "" {
		q = q.Where("events.verdict = ?", verdicts().code(f.Verdict))
		if f.Verdict != engine.Accepted {
			q = q.Where("events.verdict <> 1")
		}
	}
	switch f.Route {
	case "":
	case engine.RoutePending:
		q = q.Where("(events.route = 1 OR " + awaitsItems + ")")
	case engine.RouteUnmatched:
		q = q.Where("events.route = 3 AND NOT (" + awaitsItems + ")")
	default:
		q = q.Where("events.route = ?", routes().code(f.Route))
	}
	if f.Type != "" {
		q = q.Where("events.type = ?", f.Type)
	}
	if !f.Since.IsZero() {
		q = q.Where("events.received_at >= ?", micros(f.Since))
	}
	if !f.Until.IsZero() {
		q = q.Where("events.received_at < ?", micros(f.Until))
	}
	return q
}

// searchRows looks at the rows of the next window, and at the text of their columns.
func (l *eventList) searchRows(ctx context.Context) (full bool, err error) {
	q, from := l.query(ctx, withBodies(l.filter.Bodies))
	if l.text != nil {
		q = l.text.where(q)
	}
	var rows []eventRow
	if err := q.Limit(l.limit + 1 - len(l.page.Items)).Find(&rows).Error; err != nil {
		return false, fmt.Errorf("list events: %w", translate(err))
	}
	if l.addAll(rows) {
		return true, nil
	}
	l.hi = from
	return false, nil
}

// addAll puts events on the page, or ends the page when it is full.
func (l *eventList) addAll(rows []eventRow) (full bool) {
	for i := range rows {
		if len(l.page.Items) == l.limit {
			l.page.NextCursor = encodeCursor(l.hi)
			return true
		}
		l.add(&rows[i])
		l.hi = rows[i].Seq
	}
	return false
}

// add puts an event on the page. One that cannot be read is listed with what is known of
// it: it must not hide the others.
func (l *eventList) add(row *eventRow) {
	e, err := l.db.event(row)
	if err != nil {
		l.db.log.Error("an event cannot be read", "error", err)
		e = row.columns()
		e.DecodeError = reasonUnreadable
	}
	l.page.Items = append(l.page.Items, e)
}

// fewEvents returns the numbers of the events that a filter can let through, newest
// first, when an index tells that they are few, and nil otherwise.
func (db *DB) fewEvents(ctx context.Context, f *engine.EventFilter, lo, hi int64) ([]int64, error) {
	q := db.read.WithContext(ctx)
	switch {
	case f.Route == engine.RoutePending:
		q = q.Table("(" + pendingEvents + ") AS events")
	case f.Verdict != "" && f.Verdict != engine.Accepted && f.Inbox != "":
		q = q.Table("events INDEXED BY events_refused").Where("inbox = ? AND verdict = ? AND verdict <> 1", f.Inbox, verdicts().code(f.Verdict))
	case f.Verdict != "" && f.Verdict != engine.Accepted:
		q = q.Table("("+refusingInboxes+") CROSS JOIN events INDEXED BY events_refused ON events.inbox = name").
			Where("verdict = ? AND verdict <> 1", verdicts().code(f.Verdict))
	case f.Inbox != "":
		q = q.Table("events INDEXED BY events_by_inbox").Where("inbox = ?", f.Inbox)
	default:
		return nil, nil
	}
	return few(q.Select("events.seq").Where("events.seq >= ? AND events.seq < ?", lo, hi))
}

// pendingEvents are those that wait for rules, and the batches that brought one of them, as
// often as they did.
const pendingEvents = `SELECT seq FROM events INDEXED BY events_unrouted WHERE route = 1
	UNION ALL SELECT parent FROM events INDEXED BY events_unjudged WHERE parent IS NOT NULL AND route = 1`

// refusingInboxes lists the inboxes of events_refused, one step of the index for each.
const refusingInboxes = `WITH RECURSIVE next (name) AS (SELECT min(inbox) FROM events INDEXED BY events_refused WHERE verdict <> 1
	UNION ALL SELECT (SELECT min(inbox) FROM events INDEXED BY events_refused WHERE verdict <> 1 AND inbox > name) FROM next WHERE name IS NOT NULL)
	SELECT name FROM next WHERE name IS NOT NULL`
