package storage

import (
	"context"
	"fmt"

	"patchbay/engine"
)

// ledgerDelta is what one transaction adds to the counters of an inbox.
type ledgerDelta struct {
	received, accepted, duplicate, rejected, held int64
	matched, unmatched, pending                   int64
	stored, bytes                                 int64 // of all origins
	items                                         int64 // accepted ones of batches
	lastAt, lastVerified                          int64
}

// ledgerDeltas gathers what the operations of a transaction count, so that each
// inbox costs one statement however many requests the transaction holds.
type ledgerDeltas map[string]*ledgerDelta

func (l ledgerDeltas) of(inbox string) *ledgerDelta {
	d := l[inbox]
	if d == nil {
		d = &ledgerDelta{}
		l[inbox] = d
	}
	return d
}

// move adds n to the counter of a verdict, and of pending for accepted ones.
func (d *ledgerDelta) move(verdict, n int64) {
	switch verdict {
	case verdictAccepted:
		d.accepted += n
		d.pending += n
	case verdictDuplicate:
		d.duplicate += n
	case verdictRejected:
		d.rejected += n
	case verdictHeld:
		d.held += n
	}
}

// settle moves one event from pending to its route.
func (d *ledgerDelta) settle(route int64) {
	d.pending--
	if route == routeMatched {
		d.matched++
	} else {
		d.unmatched++
	}
}

// flushLedger writes the counters of the transaction.
func (w *writer) flushLedger() error {
	for inbox, d := range w.ledger {
		err := w.sql.count.exec(inbox, d.received, d.accepted, d.duplicate, d.rejected, d.held,
			d.matched, d.unmatched, d.pending, d.lastAt, d.lastVerified, d.stored, d.bytes)
		if err != nil {
			return fmt.Errorf("count: %w", err)
		}
		if d.items == 0 {
			continue
		}
		if err := w.sql.countItems.exec(d.items, inbox); err != nil {
			return fmt.Errorf("count items: %w", err)
		}
	}
	clear(w.ledger)
	return nil
}

type ledgerRow struct {
	Inbox                                         string `gorm:"primaryKey"`
	Received, Accepted, Duplicate, Rejected, Held int64
	Matched, Unmatched, Pending                   int64
	LastAt, LastVerified                          int64
}

// TableName implements GORM's Tabler.
func (ledgerRow) TableName() string { return "ledgers" }

func (r *ledgerRow) ledger() engine.Ledger {
	return engine.Ledger{
		Received: r.Received, Accepted: r.Accepted, Duplicate: r.Duplicate, Rejected: r.Rejected, Held: r.Held,
		Matched: r.Matched, Unmatched: r.Unmatched, Pending: r.Pending,
		LastAt: timePointer(r.LastAt), LastVerified: timePointer(r.LastVerified),
	}
}

// Ledger implements [engine.InboxStore].
func (db *DB) Ledger(ctx context.Context, name string) (engine.Ledger, error) {
	all, err := db.ledgers(ctx, "inboxes.name = ?", name)
	if err != nil {
		return engine.Ledger{}, err
	}
	ledger, ok := all[name]
	if !ok {
		return engine.Ledger{}, engine.NotFound("inbox", name)
	}
	return ledger, nil
}

// Ledgers implements [engine.InboxStore].
func (db *DB) Ledgers(ctx context.Context) (map[string]engine.Ledger, error) {
	return db.ledgers(ctx, "1 = 1")
}

// ledgers reads counters by inbox; an inbox that never had a request has zeroes.
func (db *DB) ledgers(ctx context.Context, where string, args ...any) (map[string]engine.Ledger, error) {
	var rows []ledgerRow
	err := db.read.WithContext(ctx).Table("inboxes").
		Select("inboxes.name AS inbox, ledgers.received, ledgers.accepted, ledgers.duplicate, ledgers.rejected, ledgers.held, "+
			"ledgers.matched, ledgers.unmatched, ledgers.pending, ledgers.last_at, ledgers.last_verified").
		Joins("LEFT JOIN ledgers ON ledgers.inbox = inboxes.name").Where(where, args...).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read ledgers: %w", translate(err))
	}
	all := make(map[string]engine.Ledger, len(rows))
	for i := range rows {
		all[rows[i].Inbox] = rows[i].ledger()
	}
	return all, nil
}
