package storage

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"patchbay/engine"
)

var _ engine.EventStore = (*DB)(nil)

// reusable bounds the buffers that are kept for the next event.
const reusable = 256 << 10

// acceptOp stores one event. Everything that costs time is done before it is
// handed to the writer.
type acceptOp struct {
	event    engine.Event // a copy of the row's part
	verdict  int64
	origin   int64
	received int64
	request  []byte
	data     []byte
	scratch  []byte
	claim    claimArgs
	shared   *dictionary // that the request and the body are packed with, nil without
	judged   *routeOp    // what the rules made of it, nil when they were not asked yet

	// Found by the writer.
	seq     int64
	first   engine.ID // whose claim was held already
	stored  int64     // the verdict it got
	reason  string
	rerun   bool
	eventID []byte
}

// acceptOps are reused, because their buffers are the size of bodies.
type acceptOps struct{ pool sync.Pool }

func (p *acceptOps) get() *acceptOp {
	if op, ok := p.pool.Get().(*acceptOp); ok {
		return op
	}
	return &acceptOp{}
}

func (p *acceptOps) put(op *acceptOp) {
	if max(cap(op.request), cap(op.data), cap(op.scratch)) > reusable {
		return
	}
	op.event, op.first, op.eventID, op.judged, op.shared = engine.Event{}, engine.ID{}, nil, nil, nil
	p.pool.Put(op)
}

// Accept implements [engine.EventStore]. It also sets e.ID and e.ReceivedAt where
// they are missing, e.Route, and e.Truncated when a rejected body is cut. It is
// also KindUnavailable when the inbox holds too much of senders who prove nothing.
func (db *DB) Accept(ctx context.Context, e *engine.Event, claim engine.Claim) (engine.Receipt, error) {
	return db.accept(ctx, e, claim, nil)
}

// AcceptRouted implements [engine.EventStore].
func (db *DB) AcceptRouted(ctx context.Context, e *engine.Event, claim engine.Claim, r engine.Routing) (engine.Receipt, engine.Routed, error) {
	judged := r.Route == engine.RouteMatched || r.Route == engine.RouteUnmatched
	if e.Verdict != engine.Accepted || e.ID.IsZero() || r.Event != e.ID || !judged || r.Replay {
		return engine.Receipt{}, engine.Routed{}, fmt.Errorf("event %s cannot be stored as %q with a routing of %s", e.ID, r.Route, r.Event)
	}
	op, err := db.prepareRoute(&r)
	if err != nil {
		return engine.Receipt{}, engine.Routed{}, err
	}
	receipt, err := db.accept(ctx, e, claim, op)
	if err != nil || receipt.Duplicate {
		return receipt, engine.Routed{}, err
	}
	op.report()
	return receipt, op.routed, nil
}

func (db *DB) accept(ctx context.Context, e *engine.Event, claim engine.Claim, judged *routeOp) (engine.Receipt, error) {
	if e.ID.IsZero() {
		e.ID = db.newID()
	}
	if e.ReceivedAt.IsZero() {
		e.ReceivedAt = db.now()
	}
	op := db.accepts.get()
	defer db.accepts.put(op)
	db.prepareAccept(op, e, claim)
	op.judged = judged
	err := db.journal.intake.submit(ctx, classAccept, op)
	for errors.Is(err, errRetired) {
		db.prepareAccept(op, e, claim)
		err = db.journal.intake.submit(ctx, classAccept, op)
	}
	if err != nil {
		return engine.Receipt{}, err
	}
	if op.shared == nil && op.stored == verdictAccepted {
		db.dictionaries.learn(e, op.scratch) //nolint:contextcheck // what is learned outlives the request
	}
	e.Seq, e.Verdict = op.seq, verdicts().word(op.stored)
	e.Reason, e.Truncated = op.reason, op.event.Truncated
	e.Route = ""
	if op.stored == verdictAccepted {
		e.Route = engine.RoutePending
		if judged != nil {
			e.Route = routes().word(judged.route)
		}
	}
	if op.stored != verdictDuplicate || op.first.IsZero() {
		return engine.Receipt{ID: e.ID, Seq: op.seq}, nil
	}
	return engine.Receipt{ID: op.first, Seq: op.seq, Duplicate: true, Rerun: op.rerun}, nil
}

func (db *DB) prepareAccept(op *acceptOp, e *engine.Event, claim engine.Claim) {
	op.event = *e
	op.event.Size = max(e.Size, int64(len(e.Body)))
	op.verdict, op.origin = verdicts().code(e.Verdict), origins().code(e.Origin)
	op.received = micros(e.ReceivedAt)
	body := e.Body
	if op.verdict == verdictRejected && len(body) > rejectedBody {
		body, op.event.Truncated = body[:rejectedBody], true
	}
	op.claim = newClaim(e.Inbox, claim, e.ReceivedAt)
	op.scratch = appendRequest(op.scratch[:0], &op.event)
	op.shared = db.dictionaries.of(kindOf(e))
	if op.shared != nil {
		op.request = db.codec.packWith(op.request[:0], op.scratch, op.shared)
		op.data = db.codec.packWith(op.data[:0], body, op.shared)
	} else {
		op.pack(db, body)
	}
	op.event.Body, op.event.Headers = nil, nil
	op.eventID = op.event.ID[:]
}

// pack packs the request and the body without a dictionary.
func (op *acceptOp) pack(db *DB, body []byte) {
	op.request = db.codec.pack(op.request[:0], op.scratch)
	if db.journal.intake.crowded() {
		op.data = db.codec.packQuickly(op.data[:0], body)
	} else {
		op.data = db.codec.pack(op.data[:0], body)
	}
}

func (op *acceptOp) apply(w *writer) error {
	e := &op.event
	if err := op.overtaken(w); err != nil {
		return err
	}
	claim, until, err := op.look(w)
	if err != nil {
		return err
	}
	if op.verdict == verdictHeld && e.Verified == "" {
		if err := w.roomToHold(e.Inbox, e.Size); err != nil {
			return err
		}
	}
	route, routing := op.route()
	op.seq = w.nextSeq()
	err = w.sql.insertEvent.exec(op.seq, op.eventID, e.Inbox, op.received, op.origin, op.stored, route,
		e.Type, e.Summary, e.DeliveryID, e.Verified, e.Size, textOrNull(op.reason), routing, claim, until)
	if err != nil {
		return err
	}
	if err := w.sql.insertBody.exec(op.seq, op.request, op.data); err != nil {
		return err
	}
	if err := op.follow(w); err != nil {
		return err
	}
	if claim != nil {
		w.claims.put(op.claim.key, heldClaim{inbox: e.Inbox, event: e.ID, seq: op.seq, expires: op.claim.expires})
	}
	w.countAccepted(op, route)
	if op.judged != nil && op.stored == verdictAccepted {
		return op.judged.createRuns(w, op.seq, e.Inbox)
	}
	return nil
}

// look finds out whether the event repeats another, and returns what is stored of its
// claim when it does not.
func (op *acceptOp) look(w *writer) (claim, until any, err error) {
	op.seq, op.first, op.rerun, op.stored, op.reason = 0, engine.ID{}, false, op.verdict, op.event.Reason
	if op.verdict != verdictAccepted || !op.claim.wanted {
		return nil, nil, nil
	}
	first, err := w.holder(op.event.Inbox, &op.claim, op.received)
	if err != nil {
		return nil, nil, err
	}
	if first.IsZero() {
		return op.claim.key[:], op.claim.expires, nil
	}
	op.first, op.stored = first, verdictDuplicate
	op.reason = duplicateReason(first)
	return nil, nil, nil
}

// overtaken reports what has changed since the event was made ready.
func (op *acceptOp) overtaken(w *writer) error {
	if op.judged != nil && op.judged.epoch != w.epoch {
		return engine.ErrLeaseLost
	}
	if op.shared != nil && op.shared.retired.Load() {
		return errRetired
	}
	return nil
}

// route is the route that the event gets, with what is kept of its routing.
func (op *acceptOp) route() (route int64, routing any) {
	switch {
	case op.stored != verdictAccepted:
		return routeNone, nil
	case op.judged != nil:
		return op.judged.route, op.judged.routing
	}
	return routePending, nil
}

// follow does what a verdict brings with it.
func (op *acceptOp) follow(w *writer) error {
	var err error
	switch {
	case op.stored == verdictDuplicate && op.claim.rerun && !op.first.IsZero():
		op.rerun, err = w.rerunFailed(op.first, op.received)
	case op.stored == verdictRejected && op.origin == originSender:
		err = w.capRejected(op.event.Inbox, op.event.Size)
	}
	return err
}

func (w *writer) countAccepted(op *acceptOp, route int64) {
	if route == routePending {
		w.backlog++
	}
	d := w.ledger.of(op.event.Inbox)
	d.stored++
	d.bytes += op.event.Size
	if op.origin != originSender {
		return
	}
	d.received++
	d.move(op.stored, 1)
	if op.stored == verdictAccepted && route != routePending {
		d.settle(route)
	}
	d.lastAt = max(d.lastAt, op.received)
	if op.event.Verified != "" {
		d.lastVerified = max(d.lastVerified, op.received)
	}
}

func duplicateReason(first engine.ID) string {
	return "Repeats the request stored as " + first.String() + "."
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
