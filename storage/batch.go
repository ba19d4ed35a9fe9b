package storage

import (
	"context"
	"errors"
	"fmt"

	"patchbay/engine"
)

// together is up to how many items of a batch share a commit with other events: a longer
// list has one of its own, so that no commit gets longer than the longest list.
const together = 16

// batchOp stores an event whose body is a list, and the events that its items become.
type batchOp struct {
	batch   acceptOp
	items   []acceptOp
	resolve bool // it is stored already, and held

	// Found by the writer.
	repeats int
}

// AcceptBatch implements [engine.BatchStore].
func (db *DB) AcceptBatch(ctx context.Context, e *engine.Event, items []engine.Item) (engine.Receipt, error) {
	if e.Verdict != engine.Accepted || e.ID.IsZero() || len(items) == 0 {
		return engine.Receipt{}, fmt.Errorf("event %s cannot be stored as a %q batch of %d items", e.ID, e.Verdict, len(items))
	}
	if e.ReceivedAt.IsZero() {
		e.ReceivedAt = db.now()
	}
	return db.putBatch(ctx, &batchOp{}, e, items)
}

// ResolveBatch implements [engine.BatchStore]. The batch keeps its seq. The items count as
// received now: they stand among what came lately.
func (db *DB) ResolveBatch(ctx context.Context, e *engine.Event, items []engine.Item) (engine.Receipt, error) {
	if len(items) == 0 {
		return engine.Receipt{}, fmt.Errorf("event %s cannot become a batch of no items", e.ID)
	}
	e.Verdict = engine.Accepted
	now := db.now()
	for _, item := range items {
		item.Event.ReceivedAt = now
	}
	return db.putBatch(ctx, &batchOp{resolve: true}, e, items)
}

func (db *DB) putBatch(ctx context.Context, op *batchOp, e *engine.Event, items []engine.Item) (engine.Receipt, error) {
	c := classChange
	if len(items) <= together && !op.resolve {
		c = classAccept
	}
	db.prepareBatch(op, e, items)
	err := db.journal.intake.submit(ctx, c, op)
	for errors.Is(err, errRetired) {
		db.prepareBatch(op, e, items)
		err = db.journal.intake.submit(ctx, c, op)
	}
	if err != nil {
		return engine.Receipt{}, err
	}
	return op.report(db, e, items), nil //nolint:contextcheck // what is learned outlives the request
}

// prepareBatch makes all rows ready. The requests of the items are all the same: they are
// packed once for each dictionary.
func (db *DB) prepareBatch(op *batchOp, e *engine.Event, items []engine.Item) {
	if op.resolve {
		op.batch.prepareResolve(db, e)
	} else {
		db.prepareAccept(&op.batch, e, engine.Claim{})
	}
	op.items = make([]acceptOp, len(items))
	scratch := appendRequest(nil, items[0].Event)
	packed := make(map[*dictionary][]byte, 1)
	for i, item := range items {
		one := &op.items[i]
		one.event = *item.Event
		one.event.Size = int64(len(item.Event.Body))
		one.verdict, one.origin, one.received = verdictAccepted, originSplit, micros(item.Event.ReceivedAt)
		one.claim = newClaim(e.Inbox, item.Claim, item.Event.ReceivedAt)
		one.scratch = scratch
		one.shared = db.dictionaries.of(kindOf(item.Event))
		request, known := packed[one.shared]
		if !known {
			request = db.packAs(scratch, one.shared)
			packed[one.shared] = request
		}
		one.request, one.data = request, db.packAs(item.Event.Body, one.shared)
		one.event.Body, one.event.Headers = nil, nil
		one.eventID = one.event.ID[:]
	}
}

// packAs packs with what is in common, where that is known.
func (db *DB) packAs(b []byte, shared *dictionary) []byte {
	if shared != nil {
		return db.codec.packWith(nil, b, shared)
	}
	return db.codec.pack(nil, b)
}

// prepareResolve makes ready what changes of an event that is stored.
func (op *acceptOp) prepareResolve(db *DB, e *engine.Event) {
	op.event = *e
	op.event.Body, op.event.Headers = nil, nil
	op.verdict, op.received = verdictAccepted, micros(db.now())
	op.eventID = op.event.ID[:]
}

// report puts what the writer found into the events.
func (op *batchOp) report(db *DB, e *engine.Event, items []engine.Item) engine.Receipt {
	for i := range op.items {
		one, of := &op.items[i], items[i].Event
		of.Seq, of.Verdict, of.Reason, of.Route = one.seq, verdicts().word(one.stored), one.reason, ""
		if one.stored != verdictAccepted {
			continue
		}
		of.Route = engine.RoutePending
		if one.shared == nil {
			db.dictionaries.learn(of, one.scratch)
		}
	}
	b := &op.batch
	e.Seq, e.Verdict, e.Reason, e.Route, e.Items = b.seq, verdicts().word(b.stored), b.reason, engine.RoutePending, len(items)
	if b.stored != verdictDuplicate {
		return engine.Receipt{ID: e.ID, Seq: b.seq}
	}
	e.Route = ""
	return engine.Receipt{ID: b.first, Seq: b.seq, Duplicate: true, Rerun: b.rerun}
}

func (op *batchOp) apply(w *writer) error {
	b := &op.batch
	b.seq, b.first, b.rerun, b.stored, op.repeats = 0, engine.ID{}, false, verdictAccepted, 0
	if err := op.overtaken(w); err != nil {
		return err
	}
	if op.resolve {
		if err := op.findHeld(w); err != nil {
			return err
		}
	} else {
		b.seq = w.nextSeq()
	}
	for i := range op.items {
		one := &op.items[i]
		if err := one.storeItem(w, b.seq); err != nil {
			return err
		}
		if one.stored == verdictDuplicate {
			op.repeats++
			b.rerun = b.rerun || one.rerun
		}
	}
	if err := op.judge(w); err != nil {
		return err
	}
	if op.resolve {
		return op.storeResolved(w)
	}
	return op.storeBatch(w)
}

// overtaken is of all that is to be stored.
func (op *batchOp) overtaken(w *writer) error {
	if err := op.batch.overtaken(w); err != nil {
		return err
	}
	for i := range op.items {
		if err := op.items[i].overtaken(w); err != nil {
			return err
		}
	}
	return nil
}

// storeItem stores one item, or that it was here already.
func (op *acceptOp) storeItem(w *writer, parent int64) error {
	e := &op.event
	claim, until, err := op.look(w)
	if err != nil {
		return err
	}
	route, _ := op.route()
	op.seq = w.nextSeq()
	err = w.sql.insertItem.exec(op.seq, op.eventID, e.Inbox, op.received, op.origin, op.stored, route,
		e.Type, e.Summary, e.DeliveryID, e.Verified, e.Size, textOrNull(op.reason), nil, claim, until, parent)
	if err != nil {
		return fmt.Errorf("store item: %w", err)
	}
	if err := w.sql.insertBody.exec(op.seq, op.request, op.data); err != nil {
		return fmt.Errorf("store body of item: %w", err)
	}
	if err := op.follow(w); err != nil {
		return err
	}
	if claim != nil {
		w.claims.put(op.claim.key, heldClaim{inbox: e.Inbox, event: e.ID, seq: op.seq, expires: op.claim.expires})
	}
	w.countAccepted(op, route)
	if op.stored == verdictAccepted {
		w.ledger.of(e.Inbox).items++
	}
	return nil
}

// judge decides what the batch is by what became of its items. One of which nothing is new
// is answered as the batch was that brought the first of them.
func (op *batchOp) judge(w *writer) error {
	b := &op.batch
	b.reason = repeated(op.repeats, len(op.items))
	if op.repeats < len(op.items) {
		return nil
	}
	b.stored, b.first = verdictDuplicate, op.items[0].first
	var id []byte
	found, err := w.sql.batchOf.row([]any{b.first[:]}, new(int64), &id, new(int64), new(int64))
	if err != nil {
		return fmt.Errorf("find batch: %w", err)
	}
	if found {
		b.first = idOf(id)
	}
	return nil
}

// repeated tells how many items were stored before.
func repeated(repeats, items int) string {
	switch {
	case repeats == 0:
		return ""
	case repeats == 1 && items > 1:
		return fmt.Sprintf("1 of %d items was already here.", items)
	case repeats < items:
		return fmt.Sprintf("%d of %d items were already here.", repeats, items)
	case items == 1:
		return "Its only item was already here."
	default:
		return fmt.Sprintf("All %d items were already here.", items)
	}
}

// batchRoute is unmatched until an item matches.
func (op *batchOp) route() int64 {
	if op.batch.stored == verdictAccepted {
		return routeUnmatched
	}
	return routeNone
}

func (op *batchOp) storeBatch(w *writer) error {
	b, e := &op.batch, &op.batch.event
	err := w.sql.insertBatch.exec(b.seq, b.eventID, e.Inbox, b.received, b.origin, b.stored, op.route(),
		e.Type, e.Summary, e.DeliveryID, e.Verified, e.Size, textOrNull(b.reason), nil, nil, nil, int64(len(op.items)))
	if err != nil {
		return fmt.Errorf("store batch: %w", err)
	}
	if err := w.sql.insertBody.exec(b.seq, b.request, b.data); err != nil {
		return fmt.Errorf("store body of batch: %w", err)
	}
	w.countAccepted(b, op.route())
	return nil
}

// findHeld looks up the event that is to become a batch.
func (op *batchOp) findHeld(w *writer) error {
	b := &op.batch
	var verdict int64
	found, err := w.sql.routable.row([]any{b.eventID}, &b.seq, &verdict, new(int64), &b.origin, &b.event.Inbox)
	switch {
	case err != nil:
		return fmt.Errorf("find event: %w", err)
	case !found:
		return engine.NotFound("event", b.event.ID.String())
	case verdict != verdictHeld:
		return engine.Conflict("Event %s is not held any more.", b.event.ID)
	}
	return nil
}

func (op *batchOp) storeResolved(w *writer) error {
	b, e := &op.batch, &op.batch.event
	route := op.route()
	if err := w.sql.setBatch.exec(b.stored, route, e.Verified, textOrNull(b.reason), int64(len(op.items)), b.seq); err != nil {
		return fmt.Errorf("resolve batch: %w", err)
	}
	delete(w.held, e.Inbox)
	w.nowExpendable(e.Inbox, b.seq)
	if b.origin != originSender {
		return nil
	}
	d := w.ledger.of(e.Inbox)
	d.move(verdictHeld, -1)
	d.move(b.stored, 1)
	if route == routeUnmatched {
		d.settle(route)
	}
	if e.Verified != "" {
		d.lastVerified = max(d.lastVerified, b.received)
	}
	return nil
}

// itemRouted makes a batch a matched one with the first of its items that is.
func (w *writer) itemRouted(op *routeOp, inbox string) error {
	if op.route != routeMatched {
		return nil
	}
	var seq, origin, route int64
	found, err := w.sql.batchOf.row([]any{op.event[:]}, &seq, new([]byte), &origin, &route)
	if err != nil {
		return fmt.Errorf("find batch: %w", err)
	}
	if !found || route != routeUnmatched {
		return nil // it is deleted, or known to match
	}
	if err := w.sql.matchBatch.exec(seq); err != nil {
		return fmt.Errorf("set route of batch: %w", err)
	}
	if origin == originSender {
		d := w.ledger.of(inbox)
		d.unmatched--
		d.matched++
	}
	return nil
}
