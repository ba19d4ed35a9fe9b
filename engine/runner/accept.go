package runner

import (
	"context"
	"errors"
	"runtime"
	"time"

	"patchbay/engine"
)

const (
	// quick is how long judging an event by all rules of its inbox, and making the
	// configuration of the first steps, takes at most, on average, for its sender to wait
	// for it. Slower rules are judged after the answer.
	quick = 2 * time.Millisecond
	// hurry is after how long doing that before the event's commit is given up.
	hurry = 20 * time.Millisecond
)

// Accept implements [engine.Dispatcher]. Where the rules are quick to judge and the
// first steps may be done now, the event, its runs and the intent to do their first
// steps are one commit. Everywhere else the event is stored as waiting, and a routing
// worker does the same thing with a commit more.
func (r *Runner) Accept(ctx context.Context, e *engine.Event, claim engine.Claim) (engine.Receipt, error) {
	r.calls.RLock()
	defer r.calls.RUnlock()
	alone := r.accepting.Add(1) == 1
	defer r.accepting.Add(-1)
	if out := r.judgeNow(ctx, e); out != nil {
		receipt, routed, err := r.deps.Events.AcceptRouted(ctx, e, claim, out.Routing)
		if err == nil && !receipt.Duplicate {
			r.stats.routed.Add(1)
			r.start(ctx, out, routed)
			if alone {
				// The first step begins here and now, while this thread is awake: the answer
				// leaves from another one meanwhile. Among many senders there are enough awake.
				runtime.Gosched()
			}
			return receipt, nil
		}
		r.drop(out)
		if !errors.Is(err, engine.ErrLeaseLost) {
			return receipt, err
		}
	}
	receipt, err := r.deps.Events.Accept(ctx, e, claim)
	if err == nil && !receipt.Duplicate {
		r.Dispatch(e)
	}
	return receipt, err
}

// AcceptBatch implements [engine.Dispatcher]. Its items wait for their rules as other
// events do: nobody knows beforehand how long judging all of them takes.
func (r *Runner) AcceptBatch(ctx context.Context, e *engine.Event, items []engine.Item) (engine.Receipt, error) {
	r.calls.RLock()
	defer r.calls.RUnlock()
	receipt, err := r.deps.Events.AcceptBatch(ctx, e, items)
	if err == nil {
		r.dispatchItems(items)
	}
	return receipt, err
}

// dispatchItems takes those items of a batch that are new.
func (r *Runner) dispatchItems(items []engine.Item) {
	for _, item := range items {
		if item.Event.Verdict == engine.Accepted {
			r.Dispatch(item.Event)
		}
	}
}

// judgeNow judges an event that is not stored yet and begins its runs. It returns
// nil when that has to wait: it would take long, others wait already, a step has no
// room, or the rules have just changed.
func (r *Runner) judgeNow(ctx context.Context, e *engine.Event) *routing {
	if r.epoch.Load() == 0 || r.stopping.Load() || r.backlog.behind() {
		return nil
	}
	snap := r.catalog.fresh()
	if snap == nil {
		return nil
	}
	in := snap.inboxes[e.Inbox]
	if in == nil || in.cost.Load() > int64(quick) {
		return nil
	}
	began := r.deps.Now()
	until := began.Add(hurry)
	out := r.judgeAll(ctx, in.request(e, snap), until)
	if out == nil {
		in.slow()
		return nil
	}
	for i, x := range out.executions {
		if i > 0 && r.deps.Now().After(until) {
			in.slow()
			r.drop(out)
			return nil
		}
		out.begin(ctx, x)
		if x.crowded {
			r.drop(out)
			return nil
		}
	}
	average(&in.cost, r.deps.Now().Sub(began))
	return out
}

// slow notes that nobody should wait for the rules until a routing worker has measured them.
func (in *inboxRules) slow() { in.cost.Store(2 * int64(quick)) }

// drop gives back what the runs of a routing that is not stored hold.
func (r *Runner) drop(out *routing) {
	for i, x := range out.executions {
		r.dests.unpark(x.run.ID)
		if i < len(out.launches) {
			x.abandon(out.launches[i])
		}
		if x.slot { // it was not used, so that it says nothing of how long slots are held
			x.slot = false
			r.slots.giveBack()
			r.scheduler.freed()
		}
	}
}
