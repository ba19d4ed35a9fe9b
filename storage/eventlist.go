package storage

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

const (
	// searchedBodies is how many of the newest events have their bodies searched.
	searchedBodies = 20_000
	// searchTime is when a search gives the page that it has got so far.
	searchTime = 2 * time.Second
	// firstWindow is the range of seq that a list looks at first; the next is twice as
	// long, and so on, so that rare matches are found without one endless query.
	firstWindow = 20_000
	// bodyChunk is how many bodies are read at once.
	bodyChunk = 200
)

// eventScan walks events from newest to oldest until a page is full.
type eventScan struct {
	db      *DB
	filter  *engine.EventFilter
	limit   int
	hi      int64 // everything at or above was looked at
	lo      int64 // nothing below is looked at
	bodies  int64 // bodies at or above are searched
	text    *needle
	started time.Time
	page    engine.EventPage
}

// Events implements [engine.EventStore].
func (db *DB) Events(ctx context.Context, f engine.EventFilter) (engine.EventPage, error) {
	cursor, err := decodeCursor(f.Cursor)
	if err != nil {
		return engine.EventPage{}, err
	}
	s := &eventScan{db: db, filter: &f, limit: pageLimit(f.Limit), hi: cursor, text: newNeedle(f.Query), started: db.now()}
	if err := s.bound(ctx); err != nil {
		return engine.EventPage{}, err
	}
	if err := s.run(ctx); err != nil {
		return engine.EventPage{}, err
	}
	s.page.Complete = s.page.NextCursor == "" && (s.text == nil || s.bodies <= s.lo)
	return s.page, nil
}

// bound finds the range of seq that can matter.
func (s *eventScan) bound(ctx context.Context) error {
	oldest, newest, err := s.db.eventRange(ctx)
	if err != nil {
		return err
	}
	s.lo, s.hi = oldest, min(s.hi, newest+1)
	if !s.filter.Since.IsZero() {
		if s.lo, err = s.db.seqAt(ctx, s.filter.Since); err != nil {
			return err
		}
	}
	if s.text == nil {
		return nil
	}
	var seqs []int64
	q := s.db.read.WithContext(ctx).Table("events")
	if s.filter.Inbox != "" {
		q = q.Where("inbox = ?", s.filter.Inbox)
	}
	if err := q.Order("seq DESC").Offset(searchedBodies-1).Limit(1).Pluck("seq", &seqs).Error; err != nil {
		return fmt.Errorf("find newest events: %w", translate(err))
	}
	if len(seqs) > 0 {
		s.bodies = seqs[0]
	}
	return nil
}

func (s *eventScan) run(ctx context.Context) error {
	for window := int64(firstWindow); s.hi > s.lo; {
		if s.db.now().Sub(s.started) > searchTime {
			s.page.NextCursor = encodeCursor(s.hi)
			return nil
		}
		var full bool
		var err error
		if s.text != nil && s.hi > s.bodies {
			full, err = s.searchChunk(ctx)
		} else {
			full, err = s.searchRows(ctx, max(s.lo, s.hi-window))
			window *= 2
		}
		if err != nil || full {
			return err
		}
	}
	return nil
}

// query selects the events in [from, hi) that the filter lets through, text apart.
func (s *eventScan) query(ctx context.Context, columns string, from int64) *gorm.DB {
	f := s.filter
	q := s.db.selectEvents(ctx, columns).Where("events.seq >= ? AND events.seq < ?", from, s.hi).Order("events.seq DESC")
	if f.Inbox != "" {
		q = q.Where("events.inbox = ?", f.Inbox)
	}
	if f.Verdict != "" {
		q = q.Where("events.verdict = ?", verdicts().code(f.Verdict))
		if f.Verdict != engine.Accepted {
			q = q.Where("events.verdict <> 1")
		}
	}
	if f.Route != "" {
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

// searchRows looks at rows down to from, and at the text of their columns.
func (s *eventScan) searchRows(ctx context.Context, from int64) (full bool, err error) {
	q := s.query(ctx, eventColumns, from)
	if s.text != nil {
		condition, args := s.text.condition()
		q = q.Where(condition, args...)
	}
	var rows []eventRow
	if err := q.Limit(s.limit + 1 - len(s.page.Items)).Find(&rows).Error; err != nil {
		return false, fmt.Errorf("list events: %w", translate(err))
	}
	for i := range rows {
		if full, err = s.add(&rows[i]); err != nil || full {
			return full, err
		}
	}
	s.hi = from
	return false, nil
}

// searchChunk looks at the next rows and their bodies.
func (s *eventScan) searchChunk(ctx context.Context) (full bool, err error) {
	from := max(s.lo, s.bodies)
	var rows []eventRow
	if err := s.query(ctx, eventBodyColumns, from).Limit(bodyChunk).Find(&rows).Error; err != nil {
		return false, fmt.Errorf("search events: %w", translate(err))
	}
	for i := range rows {
		row := &rows[i]
		found, err := s.matches(row)
		if err != nil {
			return false, err
		}
		if found {
			if full, err = s.add(row); err != nil || full {
				return full, err
			}
		}
		s.hi = row.Seq
	}
	if len(rows) < bodyChunk {
		s.hi = from
	}
	return false, nil
}

// matches reports whether the text stands in a row or in its body.
func (s *eventScan) matches(row *eventRow) (bool, error) {
	s.page.Searched++
	if s.text.inRow(row) {
		return true, nil
	}
	body, err := s.db.codec.unpack(row.Data)
	if err != nil {
		return false, fmt.Errorf("read body of event %s: %w", idOf(row.ID), err)
	}
	return s.text.in(body), nil
}

// add puts an event on the page, or ends the page when it is full.
func (s *eventScan) add(row *eventRow) (full bool, err error) {
	if len(s.page.Items) == s.limit {
		s.page.NextCursor = encodeCursor(s.page.Items[s.limit-1].Seq)
		return true, nil
	}
	row.Data = nil
	e, err := s.db.event(row)
	if err != nil {
		return false, err
	}
	s.page.Items = append(s.page.Items, e)
	return false, nil
}
