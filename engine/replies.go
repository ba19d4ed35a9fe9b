package engine

import (
	"sync"
	"sync/atomic"
)

// Reply is a computed answer to the sender of an event. Status 0 means that no rule wanted
// the event, so that there will be none.
type Reply struct {
	Status  int
	Headers map[string]string
	Body    []byte
}

// Replies connects a request that waits for a computed answer with the run that
// gives it. The zero value is ready; it is safe for concurrent use.
type Replies struct {
	mu      sync.Mutex
	waiting map[ID]chan Reply
	asked   atomic.Int64 // how many wait
}

// Expect registers a request that waits for the answer to an event. done must be
// called when it stops waiting.
func (r *Replies) Expect(event ID) (answer <-chan Reply, done func()) {
	ch := make(chan Reply, 1)
	r.asked.Add(1)
	r.mu.Lock()
	if r.waiting == nil {
		r.waiting = make(map[ID]chan Reply)
	}
	r.waiting[event] = ch
	r.mu.Unlock()
	return ch, func() {
		r.asked.Add(-1)
		r.mu.Lock()
		delete(r.waiting, event)
		r.mu.Unlock()
	}
}

// Answer gives the first answer to an event; later ones, and ones nobody waits for, return false.
func (r *Replies) Answer(event ID, reply Reply) bool {
	r.mu.Lock()
	ch, ok := r.waiting[event]
	delete(r.waiting, event)
	r.mu.Unlock()
	if ok {
		ch <- reply
	}
	return ok
}

// Unwanted tells who waits for the answer to an event that no rule wanted it. Where nobody
// waits for any answer it costs next to nothing.
func (r *Replies) Unwanted(event ID) {
	if r.asked.Load() > 0 {
		r.Answer(event, Reply{})
	}
}
