package ingest

import (
	"cmp"
	"context"
	"maps"
	"sync"
	"sync/atomic"

	"golang.org/x/time/rate"

	"patchbay/engine"
	"patchbay/engine/describe"
	"patchbay/engine/verify"
)

// door is an inbox prepared for receiving. It is immutable but for its limiter and
// counters, which outlive changes of the inbox.
type door struct {
	inbox       *engine.Inbox
	verifier    *verify.Verifier // nil when the configuration cannot be used: nobody gets in then
	provider    verify.Provider
	describer   *describe.Describer
	items       *describe.Items // nil where lists are not split
	byKey       bool            // the secret part of the address is the proof
	credentials map[string]bool // lower-case names of headers to fingerprint
	methods     map[string]bool
	allow       string
	bodyLimit   int64
	fixed       answer
	unmatched   answer        // of mode rule, when no rule wanted the event
	limiter     *rate.Limiter // nil without a limit
	counts      *doorCounts
}

type doorCounts struct {
	limited     atomic.Int64
	unavailable atomic.Int64
	inARow      atomic.Int64 // of both, since the last request that was taken
	shakes      shakeCounts
}

// turnedAway counts a request that is not stored, and that its sender counts as failed.
func (n *doorCounts) turnedAway(kind *atomic.Int64) {
	kind.Add(1)
	n.inARow.Add(1)
}

// took ends a row of requests that were turned away. Most requests are in none.
func (n *doorCounts) took() {
	if n.inARow.Load() != 0 {
		n.inARow.Store(0)
	}
}

// directory holds the doors by name. A change of an inbox marks its door; the next
// request of any inbox loads it again, so that a change counts from the moment
// its author was told that it is stored.
type directory struct {
	deps  Deps
	doors atomic.Pointer[map[string]*door]
	stale atomic.Bool // some door is marked, or loaded again just now

	loading sync.Mutex // held while marked doors are loaded again
	mu      sync.Mutex // guards marked
	marked  map[string]bool
}

func newDirectory(deps Deps) *directory {
	d := &directory{deps: deps, marked: make(map[string]bool)}
	d.doors.Store(&map[string]*door{})
	return d
}

// changed is called by the watcher and must not block.
func (d *directory) changed(c engine.ConfigChange) {
	if c.Kind != "inbox" {
		return
	}
	d.mark(c.Name)
}

func (d *directory) mark(name string) {
	d.mu.Lock()
	d.marked[name] = true
	d.stale.Store(true)
	d.mu.Unlock()
}

func (d *directory) all() map[string]*door { return *d.doors.Load() }

// find returns the door of a name, nil when there is none.
func (d *directory) find(ctx context.Context, name string) (*door, error) {
	if d.stale.Load() {
		if err := d.refresh(ctx, name); err != nil {
			return nil, err
		}
	}
	return d.all()[name], nil
}

func (d *directory) loadAll(ctx context.Context) error {
	list, err := d.deps.Inboxes.Inboxes(ctx)
	if err != nil {
		return err
	}
	doors := make(map[string]*door, len(list))
	for _, in := range list {
		doors[in.Name] = d.open(in, nil)
	}
	d.doors.Store(&doors)
	return nil
}

// refresh loads the marked inboxes again. One that cannot be loaded stays marked, and
// fails the requests that ask for it.
func (d *directory) refresh(ctx context.Context, asked string) error {
	d.loading.Lock()
	defer d.loading.Unlock()
	d.mu.Lock()
	names := d.marked
	d.marked = make(map[string]bool)
	d.mu.Unlock()
	var fault error
	next := maps.Clone(d.all())
	for name := range names {
		in, err := d.deps.Inboxes.Inbox(ctx, name)
		switch {
		case err == nil:
			next[name] = d.open(in, next[name])
		case engine.KindOf(err) == engine.KindNotFound:
			delete(next, name)
		default:
			d.mark(name)
			if name == asked {
				fault = err
			}
		}
	}
	d.doors.Store(&next)
	// Only now may others go by the doors without waiting.
	d.mu.Lock()
	d.stale.Store(len(d.marked) > 0)
	d.mu.Unlock()
	return fault
}

// open prepares an inbox; before is its door so far, nil for a new one.
func (d *directory) open(in *engine.Inbox, before *door) *door {
	o := &door{inbox: in, counts: &doorCounts{}, bodyLimit: int64(in.Limits.Body)}
	if before != nil {
		o.counts = before.counts
	}
	if o.bodyLimit == 0 {
		o.bodyLimit = int64(engine.DefaultBodyLimit)
	}
	o.limiter = limiter(in.Limits.Rate, before)
	o.provider, _ = verify.Lookup(in.Verify.Scheme)
	var err error
	if o.verifier, err = verify.New(in.Verify); err != nil {
		// A check that cannot be made must not become a check that passes.
		o.verifier = nil
		d.deps.Log.Error("inbox cannot verify senders", "inbox", in.Name, "error", err)
	}
	if o.describer, err = describe.New(o.provider); err != nil {
		d.deps.Log.Error("inbox cannot name its events", "inbox", in.Name, "error", err)
		o.describer, _ = describe.New(verify.Provider{})
	}
	if in.Split {
		if o.items, err = describe.NewItems(o.provider); err != nil {
			d.deps.Log.Error("inbox cannot name the items of its lists", "inbox", in.Name, "error", err)
			o.items, _ = describe.NewItems(verify.Provider{})
		}
	}
	o.byKey = verify.ByKey(in.Verify)
	o.credentials = make(map[string]bool)
	for _, name := range verify.Credentials(in.Verify) {
		o.credentials[name] = true
	}
	o.methods, o.allow = methods(in, o.provider)
	o.fixed = fixedAnswer(in.Respond, o.provider.Status)
	o.unmatched = o.fixed
	if u := in.Respond.Unmatched; u != nil {
		o.unmatched = fixedAnswer(engine.Respond{Status: cmp.Or(u.Status, o.fixed.status), Text: u.Text}, 0)
	}
	return o
}

// limiter keeps the bucket of before, so that saving an inbox does not refill it.
func limiter(configured *engine.Rate, before *door) *rate.Limiter {
	perSecond := engine.DefaultRate
	if configured != nil {
		perSecond = *configured
	}
	if perSecond == 0 {
		return nil
	}
	burst := max(1, int(perSecond))
	if before != nil && before.limiter != nil {
		before.limiter.SetLimit(rate.Limit(perSecond))
		before.limiter.SetBurst(burst)
		return before.limiter
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}
