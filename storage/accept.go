package storage

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"patchbay/engine"
)

var _ engine.EventStore = (*DB)(nil)

const (
	// claimSize is how much of a key's SHA-256 is kept.
	claimSize = 16
	// reusable bounds the buffers that are kept for the next event.
	reusable = 256 << 10
)

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

	// Found by the writer.
	seq     int64
	first   engine.ID // whose claim was held already
	stored  int64     // the verdict it got
	reason  string
	rerun   bool
	eventID []byte
}

// claimArgs is a claim as the table holds it.
type claimArgs struct {
	key     []byte // nil claims nothing
	hash    [sha256.Size]byte
	expires int64
	rerun   bool
}

func (a *claimArgs) set(c engine.Claim, from time.Time) {
	a.key, a.rerun = nil, c.RerunFailed
	if c.Key == "" {
		return
	}
	window := c.Window
	if window <= 0 {
		window = engine.DefaultDedupeWindow.Std()
	}
	a.hash = sha256.Sum256([]byte(c.Key))
	a.key = a.hash[:claimSize]
	a.expires = micros(from.Add(window))
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
	if cap(op.data) > reusable || cap(op.scratch) > reusable {
		return
	}
	op.event, op.first, op.eventID = engine.Event{}, engine.ID{}, nil
	p.pool.Put(op)
}

// Accept implements [engine.EventStore]. It also sets e.ID and e.ReceivedAt where
// they are missing, e.Route, and e.Truncated when a rejected body is cut.
func (db *DB) Accept(ctx context.Context, e *engine.Event, claim engine.Claim) (engine.Receipt, error) {
	if e.ID.IsZero() {
		e.ID = db.newID()
	}
	if e.ReceivedAt.IsZero() {
		e.ReceivedAt = db.now()
	}
	op := db.accepts.get()
	defer db.accepts.put(op)
	db.prepareAccept(op, e, claim)
	if err := db.journal.intake.submit(ctx, classAccept, op); err != nil {
		return engine.Receipt{}, err
	}
	e.Seq, e.Verdict = op.seq, verdicts().word(op.stored)
	e.Reason, e.Truncated = op.reason, op.event.Truncated
	e.Route = ""
	if op.stored == verdictAccepted {
		e.Route = engine.RoutePending
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
	op.claim.set(claim, e.ReceivedAt)
	op.scratch = appendRequest(op.scratch[:0], &op.event)
	op.request = db.codec.pack(op.request[:0], op.scratch)
	op.data = db.codec.pack(op.data[:0], body)
	op.event.Body, op.event.Headers = nil, nil
	op.eventID = op.event.ID[:]
}

func (op *acceptOp) apply(w *writer) error {
	e := &op.event
	op.seq, op.first, op.rerun, op.stored, op.reason = 0, engine.ID{}, false, op.verdict, e.Reason
	if op.verdict == verdictAccepted && op.claim.key != nil {
		first, err := w.claim(e.Inbox, &op.claim, op.eventID, op.received)
		if err != nil {
			return err
		}
		if !first.IsZero() {
			op.first, op.stored = first, verdictDuplicate
			op.reason = duplicateReason(first)
		}
	}
	route := routeNone
	if op.stored == verdictAccepted {
		route = routePending
	}
	op.seq = w.nextSeq()
	err := w.sql.insertEvent.exec(op.seq, op.eventID, e.Inbox, op.received, op.origin, op.stored, route,
		e.Type, e.Summary, e.DeliveryID, e.Verified, e.Size, textOrNull(op.reason))
	if err != nil {
		return err
	}
	if err := w.sql.insertBody.exec(op.seq, op.request, op.data); err != nil {
		return err
	}
	if err := op.follow(w); err != nil {
		return err
	}
	w.countAccepted(op, route)
	return nil
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
	if op.origin != originSender {
		return
	}
	d := w.ledger.of(op.event.Inbox)
	d.received++
	d.move(op.stored, 1)
	d.lastAt = max(d.lastAt, op.received)
	if op.event.Verified != "" {
		d.lastVerified = max(d.lastVerified, op.received)
	}
}

// claim takes a key for an event. It returns the event that holds it when it is
// taken, the zero ID otherwise. A claim that has expired is taken over.
func (w *writer) claim(inbox string, c *claimArgs, event []byte, now int64) (engine.ID, error) {
	n, err := w.sql.claim.count(inbox, c.key, event, c.expires)
	if err != nil || n > 0 {
		return engine.ID{}, err
	}
	var holder []byte
	var expires int64
	if _, err := w.sql.claimed.row([]any{inbox, c.key}, &holder, &expires); err != nil {
		return engine.ID{}, err
	}
	if expires > now {
		return idOf(holder), nil
	}
	err = w.sql.reclaim.exec(inbox, c.key, event, c.expires)
	return engine.ID{}, err
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
