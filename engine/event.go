package engine

import (
	"context"
	"time"
)

// Verdict is what became of a request.
type Verdict string

// The verdicts.
const (
	Accepted  Verdict = "accepted"
	Duplicate Verdict = "duplicate"
	Rejected  Verdict = "rejected"
	Held      Verdict = "held"
)

// Route is what the rules made of an accepted event.
type Route string

// The routes; events that were not accepted have none.
const (
	RoutePending   Route = "pending"
	RouteMatched   Route = "matched"
	RouteUnmatched Route = "unmatched"
)

// Origin says who made an event.
type Origin string

// The origins. Only events of senders count in the ledger.
const (
	OriginSender Origin = "sender"
	OriginSample Origin = "sample"
	OriginEdited Origin = "edited"
	OriginSplit  Origin = "split" // one item of an accepted batch
)

// Header is one header line of a request, in the order received.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Event is one request to an inbox. Credentials among its headers and in its path
// are replaced by keyed hashes before it is stored. Body is the body exactly as
// received (still content-encoded); it is nil where only the row was asked for.
type Event struct {
	ID          ID
	Seq         int64 // given by the commit; newest-first lists and the live stream go by it
	Inbox       string
	ReceivedAt  time.Time
	Origin      Origin
	OriginalID  ID
	ParentID    ID
	Verdict     Verdict
	Reason      string // why it is not accepted, or a note such as "delivery id missing"
	Route       Route
	Type        string
	Summary     string
	DeliveryID  string
	Method      string
	Path        string
	Query       string // raw, without the question mark
	Headers     []Header
	ContentType string
	IP          string
	Verified    string // the scheme that proved the sender, "" when nothing was proved
	DecodeError string
	Notes       []RuleNote
	Size        int64 // of the whole body, also when only the beginning is kept
	Truncated   bool
	Items       int // of a batch: how many events its list became
	Body        []byte
}

// Item is an event that one item of a batch becomes, with the claim that recognises it.
type Item struct {
	Event *Event
	Claim Claim
}

// Claim is the de-duplication claim of an event being accepted. An empty Key claims nothing.
type Claim struct {
	Key         string
	Window      time.Duration
	RerunFailed bool
}

// Receipt is the answer to an accepted event after its commit. Duplicate is set
// when the claim was already held; ID is then the first event's.
type Receipt struct {
	ID        ID
	Seq       int64
	Duplicate bool
	Rerun     bool // the duplicate made the failed runs of the first event due again
}

// EventFilter selects events; zero fields do not restrict. Query is looked for in
// id, type, summary and delivery id, and in the bodies of the newest events.
type EventFilter struct {
	Inbox   string
	Verdict Verdict
	Route   Route
	Type    string
	Query   string
	Since   time.Time
	Until   time.Time
	Limit   int    // 1 to 200
	Cursor  string // opaque, from the page before
	Bodies  int64  // up to this size bodies come along
}

// EventPage is one page of events, newest first. Searched tells how many bodies a
// full-text search looked at, and Complete whether that was all there are.
type EventPage struct {
	Items      []*Event
	NextCursor string
	Searched   int
	Complete   bool
}

// Change is one entry of the live stream: what changed last under Seq.
type Change struct {
	Seq  int64
	Kind string // "event" or "run"
	ID   ID
}

// BatchStore keeps requests that became one event per item of their list.
type BatchStore interface {
	// AcceptBatch stores an event that is to be accepted and whose body is a list, and with it
	// the events that its items become, in one commit: all of them or none. The batch
	// claims nothing, runs nothing and counts once; it counts as unmatched until an item
	// matches, and is read as pending until one does or all of them are judged. Items whose
	// claim was taken become duplicates, which e.Reason tells, and where all are the batch
	// is one too. Of the items' requests, bodies apart, the first one's is stored for all.
	// What Accept sets is set in e and in the items' events.
	// KindUnavailable as in Accept.
	AcceptBatch(ctx context.Context, e *Event, items []Item) (Receipt, error)
	// ResolveBatch turns a held event into an accepted batch, as AcceptBatch stores it,
	// and moves the counters. KindNotFound; KindConflict when it is not held.
	ResolveBatch(ctx context.Context, e *Event, items []Item) (Receipt, error)
	// Items returns one page of the events that a batch became and that are still kept, in
	// the order of its list. Of the filter only Limit, Cursor and Bodies count.
	// KindNotFound; KindInvalid for a bad cursor.
	Items(ctx context.Context, batch ID, f EventFilter) (EventPage, error)
}

// EventStore keeps requests, whatever became of them.
type EventStore interface {
	BatchStore
	// Accept stores a request with its verdict, claims its key, counts it and creates
	// the pending work of an accepted one in one commit, and returns after that
	// commit. It sets e.Seq and, when the claim was taken, e.Verdict to Duplicate.
	// KindUnavailable when the database is busy or full: nothing was stored then.
	Accept(ctx context.Context, e *Event, claim Claim) (Receipt, error)
	// AcceptRouted is Accept of an accepted event that was judged before: the routing is
	// stored in the same commit, as [RunStore.Route] stores it, and e.Route is set to
	// its route. Nothing of the routing is stored for a duplicate. ErrLeaseLost when the
	// routing's epoch is over: nothing was stored then.
	AcceptRouted(ctx context.Context, e *Event, claim Claim, r Routing) (Receipt, Routed, error)
	// Event returns one event with its body. KindNotFound.
	Event(ctx context.Context, id ID) (*Event, error)
	// Events returns one page of events without bodies. KindInvalid for a bad cursor.
	Events(ctx context.Context, f EventFilter) (EventPage, error)
	// Resolve turns a held event into an accepted (pending) or rejected one and moves
	// the counters with it. claim as in Accept. KindNotFound; KindConflict when it is not held.
	Resolve(ctx context.Context, id ID, verdict Verdict, reason, verified string, claim Claim) (Receipt, error)
	// DeleteEvent removes an event, its body and its finished runs, and the items of a
	// batch with it. KindNotFound; KindConflict while a run of it is unfinished.
	DeleteEvent(ctx context.Context, id ID) error
	// Changes returns what changed after seq, oldest first, at most limit entries.
	// reset is true when entries after seq are no longer kept.
	Changes(ctx context.Context, seq int64, limit int) (list []Change, reset bool, err error)
}
