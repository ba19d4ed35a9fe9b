package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

const (
	// searchedBodies is how many of the newest events have their bodies searched.
	searchedBodies = 20_000
	// bodyChunk is how many bodies are read at once.
	bodyChunk = 200
	// namedMost is how many events an identifier's beginning may name: then they are
	// found at once, and otherwise on the way.
	namedMost = 20
)

// search looks for text.
type search struct {
	*needle
	bodies int64 // bodies at or above are searched
	named  bool  // events whose identifiers begin with the text were found before
}

// beginSearch prepares for the filter's text, and puts what it names on the first page.
func (l *eventList) beginSearch(ctx context.Context) error {
	needle := newNeedle(l.filter.Query)
	if needle == nil {
		return nil
	}
	l.text = &search{needle: needle}
	var seqs []int64
	q := l.db.read.WithContext(ctx).Table("events").Where("seq >= ?", l.lo)
	if l.filter.Inbox != "" {
		q = q.Where("inbox = ?", l.filter.Inbox)
	}
	if err := q.Order("seq DESC").Offset(searchedBodies-1).Limit(1).Pluck("seq", &seqs).Error; err != nil {
		return fmt.Errorf("find newest events: %w", translate(err))
	}
	if len(seqs) > 0 {
		l.text.bodies = seqs[0]
	}
	return l.findNamed(ctx)
}

// findNamed looks for events by the beginning of their identifiers.
func (l *eventList) findNamed(ctx context.Context) error {
	if l.text.firstID == nil {
		return nil
	}
	var seqs []int64
	err := l.db.read.WithContext(ctx).Table("events INDEXED BY events_by_id").
		Where("id >= ? AND id <= ?", l.text.firstID, l.text.lastID).Limit(min(namedMost, l.limit)+1).Pluck("seq", &seqs).Error
	if err != nil {
		return fmt.Errorf("find events by identifier: %w", translate(err))
	}
	if l.text.named = len(seqs) > 0 && len(seqs) <= min(namedMost, l.limit); !l.text.named || l.filter.Cursor != "" {
		return nil
	}
	var rows []eventRow
	q := l.db.selectEvents(ctx, withBodies(l.filter.Bodies)).Where("events.seq IN ?", seqs).Order("events.seq DESC")
	if err := whereEvent(q, l.filter).Find(&rows).Error; err != nil {
		return fmt.Errorf("read events by identifier: %w", translate(err))
	}
	for i := range rows {
		l.add(&rows[i])
	}
	return nil
}

// where restricts to rows whose columns hold the text, leaving out what was found by
// its identifier.
func (s *search) where(q *gorm.DB) *gorm.DB {
	condition, args := s.condition()
	q = q.Where(condition, args...)
	if s.named {
		q = q.Where("NOT (events.id >= ? AND events.id <= ?)", s.firstID, s.lastID)
	}
	return q
}

// searchBodies looks at the next rows and their bodies.
func (l *eventList) searchBodies(ctx context.Context) (full bool, err error) {
	found, end, err := l.matchBodies(ctx)
	if err != nil {
		return false, err
	}
	if len(found) > 0 {
		var rows []eventRow
		q := l.db.selectEvents(ctx, withBodies(l.filter.Bodies)).Where("events.seq IN ?", found).Order("events.seq DESC")
		if err := q.Find(&rows).Error; err != nil {
			return false, fmt.Errorf("read events: %w", translate(err))
		}
		if l.addAll(rows) {
			return true, nil
		}
	}
	l.hi = end
	return false, nil
}

// matchBodies returns the next events that hold the text, and the number down to
// which it has looked.
func (l *eventList) matchBodies(ctx context.Context) (found []int64, end int64, err error) {
	q, from := l.query(ctx, "events.seq, events.id, events.type, events.summary, events.delivery_id, bodies.data")
	rows, err := q.Where("events.seq >= ?", l.text.bodies).Limit(bodyChunk).Rows()
	if err != nil {
		return nil, 0, fmt.Errorf("search events: %w", translate(err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var r searchedRow
	looked := 0
	for ; rows.Next(); looked++ {
		if err := rows.Scan(&r.seq, &r.id, &r.kind, &r.summary, &r.deliveryID, &r.data); err != nil {
			return nil, 0, fmt.Errorf("search events: %w", translate(err))
		}
		if l.matches(&r) {
			found = append(found, r.seq)
		}
		if len(found) > l.limit-len(l.page.Items) || l.late() {
			return found, r.seq, nil
		}
	}
	if err := rows.Err(); err != nil {
		return nil, 0, fmt.Errorf("search events: %w", translate(err))
	}
	if looked == bodyChunk {
		return found, r.seq, nil
	}
	return found, max(from, l.text.bodies), nil
}

// searchedRow is what of an event is searched; it is good until the next is read.
type searchedRow struct {
	seq                                 int64
	id, kind, summary, deliveryID, data sql.RawBytes
}

// matches reports whether the text stands in a row or in its body. Nothing stands in a
// body that cannot be read.
func (l *eventList) matches(r *searchedRow) bool {
	l.page.Searched++
	t := l.text
	if byID := t.names(r.id); byID {
		return !t.named
	}
	if t.in(r.kind) || t.in(r.summary) || t.in(r.deliveryID) {
		return true
	}
	body, err := l.db.codec.unpack(r.data)
	return err == nil && t.in(body)
}
