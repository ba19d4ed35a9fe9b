package storage

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// operation is one piece of work of the writer. It runs inside the writer's
// transaction and may run twice, so it keeps what it found for its caller in
// fields of its own that each run overwrites. An operation of the hot path that
// refuses (an *engine.Error, ErrLeaseLost) does so before it writes.
type operation interface {
	apply(w *writer) error
}

// class orders operations that wait at the same time.
type class int

const (
	classResult class = iota // what came of work: routings, settlements, claims
	classAccept              // new events
	classChange              // alone in a transaction of its own
	classes
)

const (
	// maxBatch bounds the operations of one commit.
	maxBatch = 512
	// minAccepts is how many new events a commit always has room for.
	minAccepts = 16
	// manyAccepts is from how many waiting events bodies are compressed quickly instead
	// of well: the compressor takes a seventh of all time then.
	manyAccepts = 64
	// largeBacklog is how many unrouted events make new ones wait for results: a sender
	// waits a little longer then for its answer, instead of all events for their rules.
	// It is well below what the router keeps in memory, since reading events back costs
	// more than routing them.
	largeBacklog = 512
	// company is from how many operations on their way a commit waits for them, and
	// gatherTime for how long at most. A commit costs as much as storing five events,
	// whatever it holds: dozens of index pages, a flush of the disk.
	company    = 4
	gatherTime = time.Millisecond
)

// The states of a ticket.
const (
	ticketQueued int32 = iota
	ticketTaken
	ticketDropped
)

// ticket is an operation on its way through the journal.
type ticket struct {
	op    operation
	err   error
	state atomic.Int32
	done  chan struct{}
}

// intake is where operations wait for the writer.
type intake struct {
	mu         sync.Mutex
	waiting    [classes][]*ticket
	closed     bool
	wake       chan struct{}
	wanted     int  // how many operations are waited for
	last       int  // how many were in the batch before
	lastChange bool // the batch before was a change: others go first
	tickets    sync.Pool
	accepting  atomic.Int64 // new events that wait for their commit
}

func newIntake() *intake {
	in := &intake{wake: make(chan struct{}, 1), wanted: 1}
	in.tickets.New = func() any { return &ticket{done: make(chan struct{}, 1)} }
	return in
}

// crowded reports that so many senders wait that time counts more than bytes.
func (in *intake) crowded() bool { return in.accepting.Load() > manyAccepts }

// submit hands an operation to the writer and waits for its commit. When ctx ends
// before the writer has begun with it, it is dropped; otherwise its fate is known.
func (in *intake) submit(ctx context.Context, c class, op operation) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c == classAccept {
		in.accepting.Add(1)
		defer in.accepting.Add(-1)
	}
	t, ok := in.tickets.Get().(*ticket)
	if !ok {
		t = &ticket{done: make(chan struct{}, 1)}
	}
	t.op, t.err = op, nil
	t.state.Store(ticketQueued)
	if !in.push(c, t) {
		return translate(errClosed)
	}
	select {
	case <-t.done:
	case <-ctx.Done():
		if t.state.CompareAndSwap(ticketQueued, ticketDropped) {
			return ctx.Err() // the writer may still hold the ticket: do not reuse it
		}
		<-t.done
	}
	err := t.err
	t.op, t.err = nil, nil
	in.tickets.Put(t)
	return translate(err)
}

func (in *intake) push(c class, t *ticket) bool {
	in.mu.Lock()
	if in.closed {
		in.mu.Unlock()
		return false
	}
	in.waiting[c] = append(in.waiting[c], t)
	enough := in.enough()
	in.mu.Unlock()
	if !enough {
		return true
	}
	select {
	case in.wake <- struct{}{}:
	default:
	}
	return true
}

// close refuses what comes from now on; the writer ends when nothing waits.
func (in *intake) close() {
	in.mu.Lock()
	in.closed = true
	in.mu.Unlock()
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

// next waits for work and appends the next batch to buf: one change, or results
// first and then new events. alone is set for a change. It returns an empty batch
// when the intake is closed and drained.
func (in *intake) next(buf []*ticket, backlog int64) (batch []*ticket, alone bool) {
	in.await()
	for {
		in.mu.Lock()
		in.wanted = 1
		batch, alone = in.gather(buf, backlog)
		in.last = len(batch)
		closed := in.closed
		in.mu.Unlock()
		if len(batch) > 0 || closed {
			return batch, alone
		}
		<-in.wake
	}
}

// await lets more operations gather where many are on their way: those that wait, and
// as many as were just stored, since whoever was answered tends to come again.
func (in *intake) await() {
	in.mu.Lock()
	waiting := len(in.waiting[classResult]) + len(in.waiting[classAccept])
	in.wanted = min(in.last+waiting, maxBatch)
	if waiting == 0 || in.wanted < company || in.enough() {
		in.mu.Unlock()
		return
	}
	in.mu.Unlock()
	timer := time.NewTimer(gatherTime) // the real time: it is about the disk
	defer timer.Stop()
	for {
		select {
		case <-in.wake:
		case <-timer.C:
			return
		}
		in.mu.Lock()
		enough := in.enough()
		in.mu.Unlock()
		if enough {
			return
		}
	}
}

// enough reports whether what is waited for is there.
func (in *intake) enough() bool {
	return in.closed || len(in.waiting[classChange]) > 0 || len(in.waiting[classResult])+len(in.waiting[classAccept]) >= in.wanted
}

func (in *intake) gather(buf []*ticket, backlog int64) (batch []*ticket, alone bool) {
	others := len(in.waiting[classResult]) + len(in.waiting[classAccept])
	if len(in.waiting[classChange]) > 0 && (!in.lastChange || others == 0) {
		in.lastChange = true
		if batch = in.take(buf, classChange, 1); len(batch) > 0 {
			return batch, true
		}
	}
	in.lastChange = false
	batch = in.take(buf, classResult, maxBatch-minAccepts)
	room := maxBatch - len(batch)
	if backlog > largeBacklog {
		room = max(minAccepts, len(batch)/2)
	}
	if batch = in.take(batch, classAccept, room); len(batch) > 0 {
		return batch, false
	}
	// The others were dropped: there is nobody to go first.
	batch = in.take(batch, classChange, 1)
	in.lastChange = len(batch) > 0
	return batch, in.lastChange
}

// take moves up to n operations of a class into the batch and leaves out dropped ones.
func (in *intake) take(batch []*ticket, c class, n int) []*ticket {
	list, i := in.waiting[c], 0
	for ; i < len(list) && n > 0; i++ {
		if list[i].state.CompareAndSwap(ticketQueued, ticketTaken) {
			batch = append(batch, list[i])
			n--
		}
	}
	rest := copy(list, list[i:])
	clear(list[rest:])
	in.waiting[c] = list[:rest]
	return batch
}
