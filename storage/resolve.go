package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"patchbay/engine"
)

// resolution is a held event on its way to its final verdict.
type resolution struct {
	verdict          int64
	reason, verified string
	claim            claimArgs
	body             *eventRow // its cut body, nil when it stays whole
	now              int64
}

// Resolve implements [engine.EventStore]. The event keeps its seq. A rejected one
// keeps no more of its body than other rejected ones do.
func (db *DB) Resolve(
	ctx context.Context, id engine.ID, verdict engine.Verdict, reason, verified string, claim engine.Claim,
) (engine.Receipt, error) {
	r := &resolution{verdict: verdicts().code(verdict), reason: reason, verified: verified, now: micros(db.now())}
	if verdict == engine.Rejected {
		var err error
		if r.body, err = db.cutBody(ctx, id); err != nil {
			return engine.Receipt{}, err
		}
	}
	var receipt engine.Receipt
	err := db.write(ctx, func(w *writer, tx *gorm.DB) error {
		var row eventRow
		err := tx.Select("seq", "id", "inbox", "origin", "verdict", "size").Take(&row, "id = ?", id[:]).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return engine.NotFound("event", id.String())
		}
		if err != nil {
			return fmt.Errorf("read event: %w", err)
		}
		if row.Verdict != verdictHeld {
			return engine.Conflict("Event %s is not held any more.", id)
		}
		r.claim = newClaim(row.Inbox, claim, db.now())
		receipt, err = w.resolve(tx, &row, r)
		return err
	})
	return receipt, err
}

// cutBody prepares the body of an event for being kept as a rejected one's.
func (db *DB) cutBody(ctx context.Context, id engine.ID) (*eventRow, error) {
	e, err := db.Event(ctx, id)
	if err != nil || len(e.Body) <= rejectedBody {
		return nil, err
	}
	e.Truncated = true
	return &eventRow{
		Request: db.codec.pack(nil, appendRequest(nil, e)),
		Data:    db.codec.pack(nil, e.Body[:rejectedBody]),
	}, nil
}

func (w *writer) resolve(tx *gorm.DB, row *eventRow, r *resolution) (engine.Receipt, error) {
	receipt := engine.Receipt{ID: idOf(row.ID), Seq: row.Seq}
	stored, route, reason := r.verdict, routeNone, r.reason
	if stored == verdictAccepted {
		route = routePending
		if r.claim.wanted {
			first, err := w.claim(row.Inbox, &r.claim, row.ID, r.now)
			if err != nil {
				return receipt, fmt.Errorf("claim: %w", err)
			}
			if !first.IsZero() {
				stored, route, reason = verdictDuplicate, routeNone, duplicateReason(first)
				receipt.ID, receipt.Duplicate = first, true
			}
		}
	}
	err := tx.Table("events").Where("seq = ?", row.Seq).UpdateColumns(map[string]any{
		"verdict": stored, "route": route, "verified": r.verified, "reason": sql.NullString{String: reason, Valid: reason != ""},
	}).Error
	if err != nil {
		return receipt, fmt.Errorf("resolve event: %w", err)
	}
	if r.body != nil {
		err := tx.Table("bodies").Where("seq = ?", row.Seq).
			UpdateColumns(map[string]any{"request": r.body.Request, "data": r.body.Data}).Error
		if err != nil {
			return receipt, fmt.Errorf("cut body: %w", err)
		}
	}
	delete(w.held, row.Inbox)
	switch {
	case route == routePending:
		w.backlog++
	case stored == verdictDuplicate:
		w.nowExpendable(row.Inbox, row.Seq)
	}
	if row.Origin == originSender {
		d := w.ledger.of(row.Inbox)
		d.move(verdictHeld, -1)
		d.move(stored, 1)
		if r.verified != "" {
			d.lastVerified = max(d.lastVerified, r.now)
		}
	}
	err = w.afterResolve(row, r, stored, &receipt)
	return receipt, err
}

// afterResolve does what the new verdict brings with it.
func (w *writer) afterResolve(row *eventRow, r *resolution, stored int64, receipt *engine.Receipt) error {
	var err error
	switch {
	case receipt.Duplicate && r.claim.rerun:
		receipt.Rerun, err = w.rerunFailed(receipt.ID, r.now)
	case stored == verdictRejected && row.Origin == originSender:
		delete(w.kept, row.Inbox)
		err = w.capRejected(row.Inbox, row.Size)
	}
	return err
}

// DeleteEvent implements [engine.EventStore]. It also refuses while the event waits
// for its rules. Deleting a held event counts as rejecting it.
func (db *DB) DeleteEvent(ctx context.Context, id engine.ID) error {
	var batch int64
	err := db.write(ctx, func(w *writer, tx *gorm.DB) error {
		batch = 0
		var rows []struct {
			Seq, Route, Items int64
			Active            bool
		}
		err := tx.Table("events").Select("seq, route, coalesce(items, 0) AS items, "+busyItems+
			" OR EXISTS (SELECT 1 FROM runs WHERE event = events.seq AND state < 4) AS active").
			Where("id = ?", id[:]).Limit(1).Find(&rows).Error
		switch {
		case err != nil:
			return fmt.Errorf("read event: %w", err)
		case len(rows) == 0:
			return engine.NotFound("event", id.String())
		case rows[0].Active:
			return unfinished(id)
		case rows[0].Route == routePending:
			return engine.Conflict("Event %s is about to be handled; try again in a moment.", id)
		case rows[0].Items > 0:
			batch = rows[0].Seq
			return nil
		}
		return w.deleteEvent(rows[0].Seq)
	})
	if err != nil || batch == 0 {
		return err
	}
	return db.deleteBatch(ctx, id, batch)
}

func unfinished(id engine.ID) error {
	return engine.Conflict("Event %s has a run that is not finished; cancel it first.", id)
}

// deleteEvent removes an event with its body and runs. A problem that only its runs
// had is solved by that.
func (w *writer) deleteEvent(seq int64) error {
	var inbox string
	var verdict, origin, size int64
	var claim []byte
	found, err := w.sql.doomed.row([]any{seq}, &inbox, &verdict, &origin, &size, &claim)
	if err != nil || !found {
		return err
	}
	if err := w.keepClaim(seq, claim); err != nil {
		return err
	}
	var problems []int64
	var problem int64
	err = w.sql.problemsOf.each([]any{seq}, []any{&problem}, func() { problems = append(problems, problem) })
	if err != nil {
		return fmt.Errorf("find problems of event: %w", err)
	}
	for _, drop := range []*statement{&w.sql.dropAttempts, &w.sql.dropRuns, &w.sql.dropBody, &w.sql.dropEvent} {
		if err := drop.exec(seq); err != nil {
			return fmt.Errorf("delete event: %w", err)
		}
	}
	for _, id := range problems {
		if err := w.closeProblem(id, micros(w.now())); err != nil {
			return err
		}
	}
	d := w.ledger.of(inbox)
	d.stored--
	d.bytes -= size
	switch verdict {
	case verdictRejected:
		delete(w.kept, inbox)
	case verdictHeld:
		delete(w.held, inbox)
		if origin == originSender {
			d.move(verdictHeld, -1)
			d.move(verdictRejected, 1)
		}
	}
	return nil
}
