package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"time"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// routeWorker routes events one after another until there is nothing for it to do.
func (r *Runner) routeWorker(ctx context.Context) {
	for e := r.backlog.pop(nil); e != nil; e = r.backlog.pop(e) {
		err := r.routeLive(ctx, e)
		switch {
		case err == nil, engine.KindOf(err) == engine.KindConflict, engine.KindOf(err) == engine.KindNotFound:
			r.backlog.routed(e.ID) // by us, by somebody else, or deleted with its inbox
		case errors.Is(err, engine.ErrLeaseLost):
			r.backlog.routed(e.ID)
			r.deps.Log.ErrorContext(ctx, "events are routed by another start of the program", "event_id", e.ID.String())
		default:
			r.deps.Log.ErrorContext(ctx, "event could not be routed", "event_id", e.ID.String(), "inbox", e.Inbox, "error", err)
			r.pause(feedAgain)
			r.backlog.returned(e)
		}
	}
}

// routeLive judges an accepted event by the rules of its inbox.
func (r *Runner) routeLive(ctx context.Context, e *engine.Event) error {
	snap, err := r.catalog.snapshot(ctx)
	if err != nil {
		return err
	}
	in := snap.inboxes[e.Inbox]
	if in == nil || e.Origin == engine.OriginEdited {
		// Of an edited copy whose replay was cut short nobody knows any more for which
		// rules it was made, so none may act on it.
		in = &inboxRules{}
	}
	req := in.request(e, snap)
	req.cost = &in.cost
	_, err = r.route(ctx, req)
	return err
}

// request is what an event that just came in is judged by.
func (in *inboxRules) request(e *engine.Event, snap *snapshot) routeRequest {
	return routeRequest{
		input:   newInput(e, in.payload, snap.vars),
		index:   in.index,
		rules:   in.rules,
		trigger: engine.TriggerLive,
	}
}

// routeRequest is an event with the rules to judge it by.
type routeRequest struct {
	input   *input
	needs   rules.Needs  // of all conditions together, when there is no index
	index   *rules.Index // of the rules; nil judges all of them
	rules   []candidate
	trigger engine.Trigger
	force   bool          // every rule matches
	replay  bool          // the event's own route stays as it is
	cost    *atomic.Int64 // where the time it takes is kept, in nanoseconds; nil nowhere
}

// routing is a routing in the making.
type routing struct {
	engine.Routing
	executions []*execution
	launches   []*launch
	queued     []bool // not begun before the commit
}

// route judges an event by rules, starts what matches and stores all of it in one
// commit. It returns the runs.
func (r *Runner) route(ctx context.Context, req routeRequest) ([]engine.ID, error) {
	began := r.deps.Now()
	out := r.judgeAll(ctx, req, time.Time{})
	for _, x := range out.executions {
		x.patient = len(out.executions) == 1
		out.begin(ctx, x)
		began = began.Add(x.waited)
	}
	if req.cost != nil {
		average(req.cost, r.deps.Now().Sub(began))
	}
	if req.replay && len(out.executions) == 0 {
		return nil, nil // nothing to store
	}
	routed, err := r.deps.Runs.Route(ctx, out.Routing)
	if err != nil {
		r.drop(out)
		return nil, fmt.Errorf("store routing: %w", err)
	}
	r.stats.routed.Add(1)
	return r.start(ctx, out, routed), nil
}

// judgeAll judges an event by rules and makes an execution for each that matches. It
// returns nil when it is not done at a time, if one is given.
func (r *Runner) judgeAll(ctx context.Context, req routeRequest, until time.Time) *routing {
	e := req.input.event
	out := &routing{Routing: engine.Routing{
		Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: r.epoch.Load(), Replay: req.replay,
	}}
	for c := range req.candidates() {
		r.judge(ctx, req, c, out)
		if !until.IsZero() && r.deps.Now().After(until) {
			return nil
		}
	}
	out.DecodeError = req.input.fault
	if len(out.executions) > 0 {
		out.Route = engine.RouteMatched
	}
	return out
}

// average moves a mean towards a new figure: one slow event says little.
func average(mean *atomic.Int64, d time.Duration) {
	before := mean.Load()
	mean.Store(before + (int64(d)-before)/8)
}

// candidates are the rules that can match, with what judging them needs at hand.
func (req *routeRequest) candidates() iter.Seq[*candidate] {
	return func(yield func(*candidate) bool) {
		if req.index == nil {
			if len(req.rules) > 0 && !req.force {
				req.input.have(req.needs)
			}
			for i := range req.rules {
				if !yield(&req.rules[i]) {
					return
				}
			}
			return
		}
		var room [16]int
		req.input.have(req.index.Needs())
		found := req.index.Candidates(&req.input.env, room[:0])
		req.input.have(req.index.NeedsOf(found))
		for _, i := range found {
			if !yield(&req.rules[i]) {
				return
			}
		}
	}
}

// judge adds a run when the rule matches.
func (r *Runner) judge(ctx context.Context, req routeRequest, c *candidate, out *routing) {
	note := func(text string) {
		out.Notes = append(out.Notes, engine.RuleNote{Rule: c.source.ID, Version: c.source.Version, Note: text})
	}
	if c.rule == nil {
		note(c.fault)
		return
	}
	if c.rule.When != nil && !req.force {
		ok, err := r.match(ctx, c, &req.input.env)
		if err != nil {
			note(sentence(err))
		}
		if err != nil || !ok {
			return
		}
	}
	now := r.deps.Now()
	run := &engine.Run{
		ID: r.deps.NewID(), EventID: out.Event, Inbox: out.Inbox,
		RuleID: c.source.ID, RuleName: c.source.Name, RuleVersion: c.source.Version,
		Trigger: req.trigger, State: engine.RunQueued, Overlap: engine.OverlapParallel, CreatedAt: now,
	}
	x := r.newExecution(run, c.rule, req.input)
	if err := exclusive(ctx, x); err != nil {
		note("The key of overlap could not be made: " + sentence(err))
		return
	}
	out.executions = append(out.executions, x)
}

// begin works on a run up to its first step that needs something from outside or
// answers the sender. Whether a run that must not overlap others may start only the
// store can tell.
func (out *routing) begin(ctx context.Context, x *execution) {
	next := engine.NewRun{Run: x.run}
	var l *launch
	if x.run.Overlap == engine.OverlapParallel {
		x.unborn = true
		l = x.advance(ctx)
		x.unborn = false
		if x.cause != nil {
			x.forgetTrouble()
		}
		next.Attempts, x.rows = x.rows, nil
	} else {
		o := x.rule.Source.Overlap
		next.Max, next.DropOldest = o.Max, o.WhenFull == "dropOldest"
		if next.Max <= 0 {
			next.Max = maxOverlap
		}
	}
	out.DecodeError = cmp.Or(out.DecodeError, x.in.fault)
	out.Runs = append(out.Runs, next)
	out.launches = append(out.launches, l)
	out.queued = append(out.queued, x.run.State == engine.RunQueued)
}

// forgetTrouble makes a run that met trouble before it was even stored meet it once more
// after that: only the progress of a stored run can open a problem.
func (x *execution) forgetTrouble() {
	x.r.dests.unpark(x.run.ID)
	if n := len(x.rows); n > 0 && x.run.State == engine.RunFailed {
		x.rows = x.rows[:n-1]
	}
	x.byKey = make(map[string][]*engine.Attempt)
	for _, a := range x.rows {
		x.byKey[a.Key] = append(x.byKey[a.Key], a)
	}
	x.step, x.cause = nil, nil
	x.run.FinishedAt = time.Time{}
	x.putBack()
}

// maxOverlap is how many runs wait under overlap mode queue unless the rule says otherwise.
const maxOverlap = 1000

// exclusive sets what keeps the run from overlapping others.
func exclusive(ctx context.Context, x *execution) error {
	o := x.rule.Source.Overlap
	if o == nil || o.Mode == "" || o.Mode == engine.OverlapParallel {
		return nil
	}
	x.run.Overlap = o.Mode
	if x.rule.OverlapKey == nil {
		return nil
	}
	x.in.have(x.rule.OverlapKey.Needs())
	key, err := x.rule.OverlapKey.Text(ctx, &x.in.env)
	x.run.OverlapKey = key
	return err
}

// start goes on with the runs of a routing that is stored. A queued one that may
// start is ours from then on.
func (r *Runner) start(ctx context.Context, out *routing, routed engine.Routed) []engine.ID {
	r.stopRuns(routed.Canceled, errOvertaken)
	r.dests.unpark(routed.Canceled...)
	if out.Route == engine.RouteUnmatched && !out.Replay {
		r.deps.Replies.Unwanted(out.Event)
	}
	r.stats.canceled.Add(int64(len(routed.Canceled)))
	ids := make([]engine.ID, len(out.executions))
	for i, x := range out.executions {
		ids[i] = x.run.ID
		r.stats.matched.Add(1)
		r.stats.attempts(out.Runs[i].Attempts)
		switch l := out.launches[i]; {
		case l != nil:
			r.spawn(ctx, x, l)
		case out.queued[i] && slices.Contains(routed.Started, x.run.ID):
			x.running()
			r.spawn(ctx, x, nil)
		default:
			x.announce()
			x.leave()
		}
	}
	return ids
}

var errOvertaken = errors.New("overtaken by a newer run of the rule")

// match judges a condition; a fault of the evaluator is this rule's alone.
func (r *Runner) match(ctx context.Context, c *candidate, env *rules.Env) (ok bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &engine.Error{
				Kind: engine.KindInvalid, Message: "The condition could not be judged because of an unexpected fault.",
				Err: r.faulted(ctx, "condition", p, "rule", c.source.ID, "version", c.source.Version),
			}
		}
	}()
	ok, _, err = c.rule.When.Match(ctx, env)
	return ok, err
}
