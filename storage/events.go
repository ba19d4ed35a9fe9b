package storage

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"patchbay/engine"
)

// eventRow is an event as GORM reads it, with what it is joined with.
type eventRow struct {
	Seq        int64 `gorm:"primaryKey"`
	ID         []byte
	Inbox      string
	ReceivedAt int64
	Origin     int64
	Verdict    int64
	Route      int64
	Type       string
	Summary    string
	DeliveryID string
	Verified   string
	Size       int64
	Reason     string
	Items      int
	Routing    []byte
	Request    []byte `gorm:"->"`
	Data       []byte `gorm:"->"`
}

// TableName implements GORM's Tabler.
func (eventRow) TableName() string { return "events" }

// Columns of events, without and with the body.
const (
	eventColumns = "events.seq, events.id, events.inbox, events.received_at, events.origin, events.verdict, " + shownRoute + " AS route, events.type, " +
		"events.summary, events.delivery_id, events.verified, events.size, coalesce(events.reason, '') AS reason, coalesce(events.items, 0) AS items, events.routing, bodies.request"
	eventBodyColumns = eventColumns + ", bodies.data"
)

// awaitsItems reports whether a batch of which no item matched has items that no rule has
// judged yet. Workers judge several at a time, so that the last one tells nothing of the others.
const awaitsItems = `events.route = 3 AND events.items IS NOT NULL
	AND EXISTS (SELECT 1 FROM events item INDEXED BY events_unjudged WHERE item.parent = events.seq AND item.parent IS NOT NULL AND item.route = 1)`

// shownRoute is the route of an event: a batch is stored as unmatched until an item matches,
// and is pending until that can be told of all of them.
const shownRoute = `CASE WHEN ` + awaitsItems + ` THEN 1 ELSE events.route END`

// selectEvents starts a query over events with their requests.
func (db *DB) selectEvents(ctx context.Context, columns string) *gorm.DB {
	return db.read.WithContext(ctx).Table("events").Select(columns).Joins("JOIN bodies ON bodies.seq = events.seq")
}

// columns returns what of an event is not packed.
func (row *eventRow) columns() *engine.Event {
	return &engine.Event{
		ID: idOf(row.ID), Seq: row.Seq, Inbox: row.Inbox, ReceivedAt: fromMicros(row.ReceivedAt),
		Origin: origins().word(row.Origin), Verdict: verdicts().word(row.Verdict), Route: routes().word(row.Route),
		Type: row.Type, Summary: row.Summary, DeliveryID: row.DeliveryID, Verified: row.Verified, Size: row.Size, Reason: row.Reason, Items: row.Items,
	}
}

// event reads a row. The body is nil when it was not asked for.
func (db *DB) event(row *eventRow) (*engine.Event, error) {
	e := row.columns()
	request, err := db.codec.unpack(row.Request)
	if err == nil {
		err = readRequest(request, e)
	}
	if err != nil {
		return nil, fmt.Errorf("read request of event %s: %w", e.ID, err)
	}
	if row.Data != nil {
		if e.Body, err = db.codec.unpack(row.Data); err != nil {
			return nil, fmt.Errorf("read body of event %s: %w", e.ID, err)
		}
	}
	if row.Routing != nil {
		var note routingNote
		if err := db.unpackJSON(row.Routing, &note); err != nil {
			return nil, fmt.Errorf("read notes of event %s: %w", e.ID, err)
		}
		e.DecodeError, e.Notes = note.DecodeError, note.Notes
	}
	return e, nil
}

// Event implements [engine.EventStore].
func (db *DB) Event(ctx context.Context, id engine.ID) (*engine.Event, error) {
	var rows []eventRow
	err := db.selectEvents(ctx, eventBodyColumns).Where("events.id = ?", id[:]).Limit(1).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read event: %w", translate(err))
	}
	if len(rows) == 0 {
		return nil, engine.NotFound("event", id.String())
	}
	return db.event(&rows[0])
}

// Changes implements [engine.EventStore]. reset is also true for a seq that this
// database has not given yet: it comes from another one.
func (db *DB) Changes(ctx context.Context, seq int64, limit int) (list []engine.Change, reset bool, err error) {
	var bounds struct{ Oldest, Newest, Given int64 }
	err = db.read.WithContext(ctx).Raw(`SELECT (SELECT coalesce(min(seq), 0) FROM events) AS oldest,
		max((SELECT coalesce(max(seq), 0) FROM events), (SELECT coalesce(max(seq), 0) FROM runs)) AS newest,
		(SELECT seq FROM counters) AS given`).Scan(&bounds).Error
	if err != nil {
		return nil, false, fmt.Errorf("read changes: %w", translate(err))
	}
	lost := seq > 0 && bounds.Oldest > 0 && seq < bounds.Oldest-1
	if lost || seq > max(bounds.Given, bounds.Newest) {
		return nil, true, nil
	}
	var rows []struct {
		Seq  int64
		Kind string
		ID   []byte
	}
	err = db.read.WithContext(ctx).Raw(`SELECT * FROM (SELECT seq, 'event' AS kind, id FROM events WHERE seq > ? ORDER BY seq LIMIT ?)
		UNION ALL SELECT * FROM (SELECT seq, 'run' AS kind, id FROM runs WHERE seq > ? ORDER BY seq LIMIT ?)
		ORDER BY seq LIMIT ?`, seq, limit, seq, limit, limit).Scan(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("read changes: %w", translate(err))
	}
	list = make([]engine.Change, len(rows))
	for i, row := range rows {
		list[i] = engine.Change{Seq: row.Seq, Kind: row.Kind, ID: idOf(row.ID)}
	}
	return list, false, nil
}

// encodeCursor hides the key that a page ended at.
func encodeCursor(key int64) string {
	return base64.RawURLEncoding.EncodeToString(strconv.AppendInt(nil, key, 36))
}

// decodeCursor returns the key of a cursor; an empty one begins at the newest.
func decodeCursor(cursor string) (int64, error) {
	if cursor == "" {
		return maxKey, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		var key int64
		if key, err = strconv.ParseInt(string(text), 36, 64); err == nil && key > 0 {
			return key, nil
		}
	}
	return 0, engine.Invalid("cursor", "This cursor is not one of ours; start with the first page.")
}

const maxKey = 1<<63 - 1

// pageLimit keeps a page's length within bounds.
func pageLimit(limit int) int {
	const usual, most = 50, 200
	if limit <= 0 {
		return usual
	}
	return min(limit, most)
}
