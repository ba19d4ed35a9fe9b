package storage

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"patchbay/engine"
)

// Items implements [engine.EventStore].
func (db *DB) Items(ctx context.Context, batch engine.ID, f engine.EventFilter) (engine.EventPage, error) {
	var after int64
	if f.Cursor != "" {
		var err error
		if after, err = decodeCursor(f.Cursor); err != nil {
			return engine.EventPage{}, err
		}
	}
	var row eventRow
	err := db.read.WithContext(ctx).Select("seq").Take(&row, "id = ?", batch[:]).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return engine.EventPage{}, engine.NotFound("event", batch.String())
	}
	if err != nil {
		return engine.EventPage{}, fmt.Errorf("read event: %w", translate(err))
	}
	limit := pageLimit(f.Limit)
	var rows []eventRow
	err = db.selectEvents(ctx, withBodies(f.Bodies)).Where("events.parent = ? AND events.parent IS NOT NULL AND events.seq > ?", row.Seq, after).
		Order("events.seq").Limit(limit + 1).Find(&rows).Error
	if err != nil {
		return engine.EventPage{}, fmt.Errorf("list items: %w", translate(err))
	}
	l := &eventList{db: db}
	for i := range rows[:min(limit, len(rows))] {
		l.add(&rows[i])
	}
	if len(rows) > limit {
		l.page.NextCursor = encodeCursor(rows[limit-1].Seq)
	}
	l.page.Complete = l.page.NextCursor == ""
	return l.page, nil
}

// busyItems reports whether an item of a batch is about to be handled, or has a run that
// is not finished.
const busyItems = `EXISTS (SELECT 1 FROM events item WHERE item.parent = events.seq AND item.parent IS NOT NULL
	AND (item.route = 1 OR EXISTS (SELECT 1 FROM runs WHERE event = item.seq AND state < 4)))`

// deleteBatch removes the items of a batch, some in each commit, and with the last of
// them the batch.
func (db *DB) deleteBatch(ctx context.Context, id engine.ID, seq int64) error {
	return db.inParts(ctx, func(w *writer, tx *gorm.DB) (done bool, err error) {
		stop := db.now().Add(removalTime)
		var items []int64
		err = tx.Table("events").Where("parent = ? AND parent IS NOT NULL", seq).Order("seq").Limit(removalBatch).Pluck("seq", &items).Error
		if err != nil {
			return false, fmt.Errorf("read items: %w", err)
		}
		for _, item := range items {
			idle, err := w.sql.idleEvent.row([]any{item}, new(int64))
			if err != nil {
				return false, fmt.Errorf("look at item: %w", err)
			}
			if !idle {
				return false, unfinished(id)
			}
			if err := w.deleteEvent(item); err != nil {
				return false, err
			}
			if !db.now().Before(stop) {
				return false, nil
			}
		}
		if len(items) == removalBatch {
			return false, nil
		}
		return true, w.deleteEvent(seq)
	})
}

// batchesHold are the invariants of deliveries that were split. Batch and items are
// deleted apart, so that either may be missing.
func batchesHold() []invariant {
	const pair = `events item JOIN events batch ON batch.seq = item.parent WHERE item.parent IS NOT NULL AND `
	return []invariant{
		counted("events are items of a delivery and do not tell of which, or tell of one and are none.",
			`events WHERE (origin = 3) <> (parent IS NOT NULL)`),
		counted("events are items of one that did not become any.",
			pair+`(batch.items IS NULL OR batch.inbox <> item.inbox OR batch.seq >= item.seq)`),
		counted("deliveries that became one event per item have a verdict, a number of items or runs that cannot be.",
			`events WHERE items IS NOT NULL AND (items < 1 OR origin = 3 OR verdict NOT IN (1, 2) OR route = 1 OR claim IS NOT NULL
				OR EXISTS (SELECT 1 FROM runs WHERE event = events.seq))`),
		counted("deliveries have more items than they became.",
			`events WHERE items < (SELECT count(*) FROM events item WHERE item.parent = events.seq AND item.parent IS NOT NULL)`),
		counted("items were accepted or matched although their delivery counts as a repeat or as unmatched.",
			pair+`(batch.verdict = 2 AND item.verdict <> 2 OR item.route = 2 AND batch.route <> 2)`),
		counted("deliveries count as accepted or matched although none of their items is.",
			`events WHERE items = (SELECT count(*) FROM events item WHERE item.parent = events.seq AND item.parent IS NOT NULL) AND (
				verdict = 1 AND NOT EXISTS (SELECT 1 FROM events item WHERE item.parent = events.seq AND item.parent IS NOT NULL AND item.verdict = 1)
				OR route = 2 AND NOT EXISTS (SELECT 1 FROM events item WHERE item.parent = events.seq AND item.parent IS NOT NULL AND item.route = 2))`),
	}
}
