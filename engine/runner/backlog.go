package runner

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"patchbay/engine"
)

const (
	// tailShare is the part of the budget that the tail may take beside it.
	tailShare = 4
	// eventOverhead is what an event costs in memory beside its body.
	eventOverhead = 1 << 10
	// pageMost and pageBytes bound what is read back at once.
	pageMost  = 256
	pageBytes = 8 << 20
	// feedAgain is how long after trouble events are read back again.
	feedAgain = time.Second
	// spareWorkers is how many routing workers stay when there is nothing to route.
	spareWorkers = 8
)

// backlog is the queue of events that wait for their rules, in commit order. It
// holds as many in memory as its budget of bytes allows. The others stay in the
// database, and [backlog.feed] reads them back when there is room. While it does, newly
// accepted events line up in the tail, behind the ones that wait already, or stay in
// the database when the tail is full.
type backlog struct {
	budget int64
	depth  atomic.Int64 // events accepted and not routed, about

	mu      sync.Mutex
	filled  sync.Cond // there is an event, or the queue is closed
	drained sync.Cond // there is room, or the queue is closed
	ring    []*engine.Event
	bytes   int64
	held    map[engine.ID]struct{} // in the ring or being routed: not to be read back
	closed  bool

	spawn   func() // starts a worker, which ends when pop gives it nothing
	workers int
	most    int // workers at a time, 0 before the start
	busy    int // workers that route an event

	feeding   bool
	tail      []*engine.Event // accepted while feeding, newest last
	tailBytes int64
	cursor    int64 // feed has read everything up to here
	missed    int64 // the oldest event at or before the cursor that has to be read again, 0 none
	newest    int64 // the newest event that stayed in the database
	feeder    chan struct{}
}

func newBacklog(budget int64) *backlog {
	b := &backlog{budget: budget, held: make(map[engine.ID]struct{}), feeder: make(chan struct{}, 1)}
	b.filled.L, b.drained.L = &b.mu, &b.mu
	return b
}

func weight(e *engine.Event) int64 { return int64(len(e.Body)) + eventOverhead }

// push takes an event that was just committed.
func (b *backlog) push(e *engine.Event) {
	b.depth.Add(1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.held[e.ID]; ok || b.closed {
		return // it was read back before its sender's goroutine came here
	}
	switch {
	case b.feeding && b.tailBytes+weight(e) <= b.budget/tailShare:
		b.tail = append(b.tail, e)
		b.tailBytes += weight(e)
		b.held[e.ID] = struct{}{}
	case b.feeding:
		b.dropTail()
		b.leave(e.Seq)
	case b.bytes > 0 && b.bytes+weight(e) > b.budget:
		b.leave(e.Seq)
	default:
		b.put(e)
	}
}

// dropTail leaves the events of the tail to the database: one that came behind them
// has no room, and order is kept.
func (b *backlog) dropTail() {
	for _, e := range b.tail {
		delete(b.held, e.ID)
		b.leave(e.Seq)
	}
	b.tail, b.tailBytes = nil, 0
}

// caughtUp ends feeding: what is not in the queue yet is in the tail.
func (b *backlog) caughtUp() {
	b.feeding = false
	tail := b.tail
	b.tail, b.tailBytes = nil, 0
	for _, e := range tail {
		b.put(e)
	}
}

func (b *backlog) put(e *engine.Event) {
	b.ring = append(b.ring, e)
	b.bytes += weight(e)
	b.held[e.ID] = struct{}{}
	b.filled.Signal()
	b.recruit()
}

// recruit starts workers until there is one for each event, or as many as may be.
func (b *backlog) recruit() {
	for b.workers < b.most && b.workers-b.busy < len(b.ring) {
		b.workers++
		b.spawn()
	}
}

// leave notes that an event is only in the database.
func (b *backlog) leave(seq int64) {
	b.newest = max(b.newest, seq)
	if !b.feeding {
		b.feeding, b.cursor = true, seq-1
		b.wakeFeeder()
		return
	}
	if seq <= b.cursor && (b.missed == 0 || seq < b.missed) {
		b.missed = seq
	}
}

func (b *backlog) wakeFeeder() {
	select {
	case b.feeder <- struct{}{}:
	default:
	}
}

// pop returns the next event to a worker that is done with the one before, nil for its
// first. It returns nil when the queue is closed, or when enough others wait for the
// next event: then the worker ends.
func (b *backlog) pop(done *engine.Event) *engine.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	if done != nil {
		b.busy--
	}
	for len(b.ring) == 0 && !b.closed {
		if b.workers-b.busy > spareWorkers {
			b.workers--
			return nil
		}
		b.filled.Wait()
	}
	if b.closed {
		return nil
	}
	b.busy++
	e := b.ring[0]
	b.ring[0] = nil
	b.ring = b.ring[1:]
	b.bytes -= weight(e)
	b.drained.Signal()
	return e
}

// hold keeps an event that is routed by other means from being read back. It
// reports false when it is held already.
func (b *backlog) hold(id engine.ID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.held[id]; ok {
		return false
	}
	b.held[id] = struct{}{}
	return true
}

// routed forgets an event for which nothing is left to do.
func (b *backlog) routed(id engine.ID) {
	b.depth.Add(-1)
	b.release(id)
}

func (b *backlog) release(id engine.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.held, id)
}

// returned gives an event back to the database that could not be routed.
func (b *backlog) returned(e *engine.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.held, e.ID)
	b.leave(e.Seq)
}

func (b *backlog) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.ring, b.bytes = nil, 0
	b.tail, b.tailBytes = nil, 0
	b.filled.Broadcast()
	b.drained.Broadcast()
	b.wakeFeeder()
}

// behind reports that events wait in the database.
func (b *backlog) behind() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.feeding
}

func (b *backlog) size() (events int, bytes int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.ring), b.bytes
}

// start makes feed read everything that earlier starts of the program left, and lets
// spawn start up to most workers.
func (b *backlog) start(most int, spawn func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.most, b.spawn = most, spawn
	b.recruit()
	b.feeding, b.cursor = true, 0
	b.wakeFeeder()
}

// feed reads events back until ctx ends or reading fails; calling it again goes on
// where it stopped. pending is [engine.Queue.Pending].
func (b *backlog) feed(ctx context.Context, pending func(context.Context, int64, int) ([]*engine.Event, error)) error {
	page := pageMost / 8
	for {
		for b.feedOn(ctx) {
			next, err := b.feedPage(ctx, pending, page)
			if err != nil {
				return err
			}
			page = next
		}
		select {
		case <-b.feeder:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *backlog) feedOn(ctx context.Context) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.feeding && !b.closed && ctx.Err() == nil
}

// feedPage reads one page back and returns the size of the next.
func (b *backlog) feedPage(ctx context.Context, pending func(context.Context, int64, int) ([]*engine.Event, error), page int) (int, error) {
	b.mu.Lock()
	if b.missed != 0 {
		b.cursor, b.missed = b.missed-1, 0
	}
	after, seen := b.cursor, b.newest
	b.mu.Unlock()

	list, err := pending(ctx, after, page)
	if err != nil {
		return page, err
	}
	var read int64
	for _, e := range list {
		read += weight(e)
		b.takeBack(e)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	// Everything up to seen was committed before the page was read, so a short page
	// leaves nothing behind unless an event stayed in the database meanwhile.
	if len(list) < page && b.missed == 0 && b.newest == seen {
		b.caughtUp()
	}
	switch {
	case read > pageBytes:
		return max(1, page/2), nil
	case len(list) == page && read < pageBytes/2:
		return min(pageMost, page*2), nil
	}
	return page, nil
}

// takeBack puts an event that was read back into the queue when there is room.
func (b *backlog) takeBack(e *engine.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.bytes > 0 && b.bytes+weight(e) > b.budget && !b.closed {
		b.drained.Wait()
	}
	b.cursor = max(b.cursor, e.Seq)
	if _, ok := b.held[e.ID]; ok || b.closed {
		return
	}
	b.put(e)
}
