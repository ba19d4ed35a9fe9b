package runner

import (
	"context"
	"slices"
	"sync"
	"time"

	"patchbay/engine"
)

const (
	// patience is how long work waits in memory for a slot that is expected soon. Work
	// that would wait longer becomes a row with a due time: whoever holds it has
	// others to serve.
	patience = 100 * time.Millisecond
	// queueFactor bounds how many wait in memory, by the number of slots.
	queueFactor = 4
	// sulk is how long nobody waits for a slot after somebody waited in vain; each
	// time that happens again it doubles.
	sulkFirst   = time.Second
	sulkLongest = 30 * time.Second
)

// gate bounds how many things happen at once. Waiters are served in the order
// they came, and nobody waits behind what does not move.
type gate struct {
	now   engine.Clock
	limit int

	mu        sync.Mutex
	busy      int
	queue     []*waiter
	mean      time.Duration // how long a slot is held, a moving average
	moved     time.Time     // when a slot was last given back, or first taken
	impatient time.Time     // until then nobody waits
	sulk      time.Duration
}

type waiter struct {
	ready   chan struct{}
	granted bool
}

func newGate(now engine.Clock, limit int) *gate { return &gate{now: now, limit: limit} }

// tryEnter takes a slot if one is free and nobody waits for it.
func (g *gate) tryEnter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.take()
}

// entry is what became of asking for a slot.
type entry int

const (
	entered   entry = iota
	enterSoon       // one is expected soon, but the caller had no time
	enterLater
)

// enter takes a slot. Where one is expected soon a patient caller waits for it a
// short while.
func (g *gate) enter(ctx context.Context, patient bool) entry {
	g.mu.Lock()
	if g.take() {
		g.mu.Unlock()
		return entered
	}
	if !g.worthWaiting() {
		g.mu.Unlock()
		return enterLater
	}
	if !patient {
		g.mu.Unlock()
		return enterSoon
	}
	w := &waiter{ready: make(chan struct{})}
	g.queue = append(g.queue, w)
	g.mu.Unlock()

	timer := time.NewTimer(patience)
	defer timer.Stop()
	inVain := false
	select {
	case <-w.ready:
		return entered
	case <-timer.C:
		inVain = true
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.granted {
		return entered
	}
	if now := g.now(); inVain && !now.Before(g.impatient) {
		g.sulk = min(max(2*g.sulk, sulkFirst), sulkLongest)
		g.impatient = now.Add(g.sulk)
	}
	g.queue = slices.DeleteFunc(g.queue, func(q *waiter) bool { return q == w })
	return enterLater
}

func (g *gate) take() bool {
	if g.busy >= g.limit || len(g.queue) > 0 {
		return false
	}
	if g.busy == 0 {
		g.moved = g.now()
	}
	g.busy++
	return true
}

func (g *gate) worthWaiting() bool {
	now := g.now()
	if now.Before(g.impatient) || now.Sub(g.moved) > patience || len(g.queue) >= queueFactor*g.limit {
		return false
	}
	return g.mean*time.Duration(len(g.queue)+1)/time.Duration(g.limit) <= patience
}

// leave gives a slot back that was held for a while.
func (g *gate) leave(held time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.moved = g.now()
	if g.mean == 0 {
		g.mean = held
	} else {
		g.mean += (held - g.mean) / 8
	}
	g.pass()
}

// giveBack gives a slot back that was not used.
func (g *gate) giveBack() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pass()
}

// pass hands a slot to who waits longest.
func (g *gate) pass() {
	if len(g.queue) > 0 {
		w := g.queue[0]
		g.queue = g.queue[1:]
		w.granted = true
		g.sulk = 0
		close(w.ready)
		return
	}
	g.busy--
}

// pace is the time in which one slot becomes free, as far as is known. A gate
// that does not move is as slow as the time since it last did.
func (g *gate) pace() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	held := g.mean
	if g.busy > 0 {
		held = max(held, g.now().Sub(g.moved))
	}
	return held / time.Duration(g.limit)
}

func (g *gate) inUse() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.busy
}

func (g *gate) free() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.busy < g.limit
}
