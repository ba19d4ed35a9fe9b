package runner

import (
	"context"
	"errors"
	"sync"
	"time"

	"patchbay/engine"
)

const (
	// dueMost is how many runs are taken from the database at once.
	dueMost = 64
	// lookAgain is when the database is asked again for due runs, whatever is known:
	// a repeated delivery may have made failed runs due without our knowledge.
	lookAgain = time.Second
)

// scheduler takes due runs from the database and starts them. It sleeps until the
// next one is due, work becomes ready or a slot becomes free.
type scheduler struct {
	r    *Runner
	wake chan struct{}

	mu      sync.Mutex
	until   time.Time // it sleeps until then
	hungry  bool      // it sleeps because there was no slot
	kicked  bool
	reading bool
}

func newScheduler(r *Runner) *scheduler {
	return &scheduler{r: r, wake: make(chan struct{}, 1)}
}

// kick tells that a run may be ready.
func (s *scheduler) kick() {
	s.mu.Lock()
	s.kicked = true
	s.mu.Unlock()
	s.rouse()
}

// due tells that a run is due at a time.
func (s *scheduler) due(at time.Time) {
	s.mu.Lock()
	early := s.reading || at.Before(s.until)
	if early {
		s.kicked = true
	}
	s.mu.Unlock()
	if early {
		s.rouse()
	}
}

// freed tells that a slot is free.
func (s *scheduler) freed() {
	s.mu.Lock()
	hungry := s.hungry
	s.mu.Unlock()
	if hungry {
		s.rouse()
	}
}

func (s *scheduler) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// loop runs until the runner stops.
func (s *scheduler) loop(ctx context.Context) {
	for !s.r.stopping.Load() {
		wait := s.round(ctx)
		if wait <= 0 {
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-s.wake:
		case <-timer.C:
		case <-s.r.quit:
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

// round starts what is due and returns how long nothing is to be done; 0 means
// that there may be more at once.
func (s *scheduler) round(ctx context.Context) time.Duration {
	s.mu.Lock()
	s.kicked, s.hungry, s.reading = false, false, true
	s.mu.Unlock()
	slots := s.take()
	if slots == 0 {
		return s.sleep(s.r.deps.Now().Add(lookAgain), true)
	}
	now := s.r.deps.Now()
	list, err := s.r.deps.Queue.Due(ctx, s.r.epoch.Load(), now, slots)
	for range slots - len(list) {
		s.r.slots.giveBack()
	}
	if err != nil {
		switch {
		case errors.Is(err, engine.ErrLeaseLost):
			s.r.deps.Log.ErrorContext(ctx, "another start of the program has taken over all runs")
		case ctx.Err() == nil: // else the program ends
			s.r.deps.Log.ErrorContext(ctx, "due runs could not be read", "error", err)
		}
		return s.sleep(now.Add(feedAgain), false)
	}
	for _, w := range list {
		s.r.resume(ctx, w)
	}
	if len(list) == slots {
		return 0
	}
	next, err := s.r.deps.Queue.NextDue(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.r.deps.Log.ErrorContext(ctx, "next due time could not be read", "error", err)
		}
		next = now.Add(feedAgain)
	}
	if latest := now.Add(lookAgain); next.IsZero() || next.After(latest) {
		next = latest
	}
	return s.sleep(next, false)
}

// take takes free slots for the runs that are going to be read.
func (s *scheduler) take() int {
	n := 0
	for n < dueMost && s.r.slots.tryEnter() {
		n++
	}
	return n
}

// sleep notes until when nothing is to be done and returns how long that is; it is
// short when something came up meanwhile.
func (s *scheduler) sleep(until time.Time, hungry bool) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until, s.hungry, s.reading = until, hungry, false
	if hungry && s.r.slots.free() || !hungry && s.kicked {
		return 0
	}
	return max(until.Sub(s.r.deps.Now()), time.Millisecond)
}

// resume goes on with a run that was read from the database; it holds a slot.
func (r *Runner) resume(ctx context.Context, w *engine.Work) {
	r.dests.unpark(w.Run.ID)
	x := r.revive(ctx, w)
	x.slot, x.began = true, r.deps.Now()
	r.spawn(ctx, x, nil)
}

// revive makes the execution of a run that was read from the database. When its
// rule cannot be had the execution only tells so.
func (r *Runner) revive(ctx context.Context, w *engine.Work) *execution {
	var payload payloadField
	var vars map[string]any
	snap, err := r.catalog.snapshot(ctx)
	if err == nil {
		vars = snap.vars
		if in := snap.inboxes[w.Run.Inbox]; in != nil {
			payload = in.payload
		}
	}
	in := newInput(w.Event, payload, vars)
	if err == nil {
		rule, ruleErr := r.catalog.version(ctx, w.Run.RuleID, w.Run.RuleVersion)
		if ruleErr == nil {
			return r.resumed(w, rule, in)
		}
		err = ruleErr
	}
	x := r.newExecution(w.Run, nil, in)
	x.fault = err
	return x
}
