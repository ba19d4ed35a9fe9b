package runner

import (
	"context"
	"sync/atomic"
	"time"

	"patchbay/engine"
)

// stats are the runner's counters.
type stats struct {
	routed, matched                                atomic.Int64
	succeeded, failed, filtered, skipped, canceled atomic.Int64
	sent, notSent, unknown                         atomic.Int64
	waitingRuns                                    atomic.Int64 // as last measured
	oldest                                         atomic.Int64 // Unix nanoseconds, 0 none
}

func (s *stats) ended(state engine.RunState) {
	switch state {
	case engine.RunSucceeded:
		s.succeeded.Add(1)
	case engine.RunFailed:
		s.failed.Add(1)
	case engine.RunFiltered:
		s.filtered.Add(1)
	case engine.RunSkipped:
		s.skipped.Add(1)
	case engine.RunCanceled:
		s.canceled.Add(1)
	default:
	}
}

// attempts counts what came of attempts that were just stored.
func (s *stats) attempts(rows []*engine.Attempt) {
	for _, a := range rows {
		if a.Number == 0 || a.State != engine.StepSucceeded && a.State != engine.StepFailed {
			continue
		}
		switch a.Outcome {
		case engine.OutcomeSent:
			s.sent.Add(1)
		case engine.OutcomeNotSent:
			s.notSent.Add(1)
		case engine.OutcomeUnknown:
			s.unknown.Add(1)
		default:
		}
	}
}

// Stats is what the runner did since it started, and what it is at.
type Stats struct {
	Routed       int64 // events
	Matched      int64 // runs started
	Ended        map[engine.RunState]int64
	Attempts     map[engine.Outcome]int64
	InFlight     int   // steps being done
	QueuedEvents int   // in memory
	QueuedBytes  int64 // of them
	Backlog      int64 // events that wait for their rules, in memory or not
	WaitingRuns  int64 // queued and waiting, as last measured
	OldestAge    time.Duration
	Circuits     []CircuitState // the open ones
}

// Stats returns the counters.
func (r *Runner) Stats() Stats {
	s := &r.stats
	events, bytes := r.backlog.size()
	out := Stats{
		Routed:  s.routed.Load(),
		Matched: s.matched.Load(),
		Ended: map[engine.RunState]int64{
			engine.RunSucceeded: s.succeeded.Load(), engine.RunFailed: s.failed.Load(), engine.RunFiltered: s.filtered.Load(),
			engine.RunSkipped: s.skipped.Load(), engine.RunCanceled: s.canceled.Load(),
		},
		Attempts: map[engine.Outcome]int64{
			engine.OutcomeSent: s.sent.Load(), engine.OutcomeNotSent: s.notSent.Load(), engine.OutcomeUnknown: s.unknown.Load(),
		},
		InFlight:     r.slots.inUse(),
		QueuedEvents: events,
		QueuedBytes:  bytes,
		Backlog:      r.backlog.depth.Load(),
		WaitingRuns:  s.waitingRuns.Load(),
		Circuits:     r.dests.open(),
	}
	if ns := s.oldest.Load(); ns > 0 {
		out.OldestAge = max(0, r.deps.Now().Sub(time.Unix(0, ns)))
	}
	return out
}

// measure asks the database how much waits.
func (r *Runner) measure(ctx context.Context) {
	d, err := r.deps.Queue.Depth(ctx)
	if err != nil {
		if ctx.Err() == nil {
			r.deps.Log.ErrorContext(ctx, "amount of waiting work could not be read", "error", err)
		}
		return
	}
	r.backlog.depth.Store(d.Pending)
	r.stats.waitingRuns.Store(d.Queued)
	oldest := int64(0)
	if !d.Oldest.IsZero() {
		oldest = d.Oldest.UnixNano()
	}
	r.stats.oldest.Store(oldest)
}
