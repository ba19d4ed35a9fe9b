package runner

import (
	"context"
	"errors"
	"time"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// execution is a run while this process works on it. One goroutine owns it.
//
// It alternates between two things: advance works through everything that touches
// nothing outside and stops before a step that does, and perform does that step.
// Between them stands one commit, which stores what came of the last step together
// with the intent to do the next one. After a crash at any point the rows tell
// exactly which step may have happened.
type execution struct {
	r     *Runner
	run   *engine.Run
	rule  *rules.Rule
	in    input
	hops  int
	fault error // why the rule or the configuration cannot be had; nil with a rule
	slot  bool  // holds one of the runner's slots
	// patient executions may wait for a slot; while an event is routed its runs are
	// only when nobody waits with them.
	patient bool
	crowded bool // was put back because no slot was free
	unborn  bool // is not stored yet, and may come to nothing
	began   time.Time
	waited  time.Duration // for permissions: no time that its rule took

	byKey   map[string][]*engine.Attempt // as loaded, of a run that is resumed
	outputs map[string]any               // of settled steps
	step    *progress                    // of the step at run.Step, nil before it is looked at
	rows    []*engine.Attempt            // for the next commit
	cause   *engine.Cause                // what keeps the run from succeeding
}

// launch is a step that is about to be done: its row, its plan and the permission.
type launch struct {
	action  engine.Action
	plan    engine.Plan
	row     *engine.Attempt
	ticket  *ticket
	timeout time.Duration
	bytes   int64
}

func (r *Runner) newExecution(run *engine.Run, rule *rules.Rule, in *input) *execution {
	return &execution{r: r, run: run, rule: rule, in: *in, hops: hopsOf(in.event), outputs: make(map[string]any)}
}

// resumed makes an execution of a run with history.
func (r *Runner) resumed(w *engine.Work, rule *rules.Rule, in *input) *execution {
	x := r.newExecution(w.Run, rule, in)
	x.byKey = make(map[string][]*engine.Attempt)
	for _, a := range w.Attempts {
		x.byKey[a.Key] = append(x.byKey[a.Key], a)
	}
	for i := range min(w.Run.Step, len(rule.Steps)) {
		s := &rule.Steps[i]
		x.outputs[s.Source.Key] = outputOf(s, x.byKey[s.Source.Key])
	}
	return x
}

// work goes on with the run until it ends or waits. l is its first step when the intent
// to do it is stored already.
func (x *execution) work(ctx context.Context, l *launch) {
	defer x.leave()
	for {
		if l != nil && !x.perform(ctx, l) {
			return
		}
		l = nil
		if x.run.State == engine.RunRunning {
			l = x.advance(context.WithoutCancel(ctx)) // it is short, and cut off it would fail the step
		}
		if err := x.commit(ctx); err != nil {
			x.abandon(l)
			x.r.dests.unpark(x.run.ID) // canceled while it took its place in line
			return
		}
		if l == nil {
			return
		}
	}
}

// commit stores what has changed since the last commit. It insists until the
// store takes it or the program ends: the result of a step exists nowhere else.
func (x *execution) commit(ctx context.Context) error {
	settlement := engine.Settlement{Run: x.run, Epoch: x.r.epoch.Load(), Attempts: x.rows, Problem: x.cause}
	for wait := settleAgain; ; wait = min(2*wait, settleAgainMost) {
		next, err := x.r.deps.Runs.Settle(context.WithoutCancel(ctx), settlement)
		if err == nil {
			x.stored(next)
			return nil
		}
		if errors.Is(err, engine.ErrLeaseLost) || engine.KindOf(err) == engine.KindNotFound {
			x.r.deps.Log.DebugContext(ctx, "result of run discarded", "run_id", x.run.ID.String(), "error", err)
			return err
		}
		x.r.deps.Log.ErrorContext(ctx, "progress of run could not be stored", "run_id", x.run.ID.String(), "error", err)
		if !x.r.pause(wait) {
			return err
		}
	}
}

const (
	settleAgain     = 100 * time.Millisecond
	settleAgainMost = 5 * time.Second
)

// stored follows a commit: it tells those whom the new state concerns.
func (x *execution) stored(next []engine.ID) {
	x.r.stats.attempts(x.rows)
	x.rows = nil
	if len(next) > 0 {
		x.r.scheduler.kick()
	}
	x.announce()
}

// announce tells about the state that was just stored.
func (x *execution) announce() {
	switch x.run.State {
	case engine.RunRunning:
	case engine.RunWaiting:
		x.r.scheduler.due(x.run.DueAt)
	case engine.RunQueued:
		x.r.scheduler.kick()
	default:
		x.r.stats.ended(x.run.State)
		if x.run.State == engine.RunFailed {
			x.r.alerts.runFailed(x.run, x.cause)
		}
	}
}

// abandon gives back the permission for a step that is not going to be done.
func (x *execution) abandon(l *launch) {
	if l != nil {
		x.r.dests.done(l.ticket, nil, true)
		x.r.memory.Add(-l.bytes)
	}
}

// leave gives the runner's slot back.
func (x *execution) leave() {
	if x.slot {
		x.slot = false
		x.r.slots.leave(x.r.deps.Now().Sub(x.began))
		x.r.scheduler.freed()
	}
}

// env is the environment for expressions of the current step.
func (x *execution) env(n rules.Needs) *rules.Env {
	x.in.have(n)
	env := &x.in.env
	env.Steps = x.outputs
	env.Now = x.step.began
	env.Item, env.Index = x.step.item()
	return env
}

// advance works through the steps that need nothing from outside. It returns the
// step to do next; nil when the run ended or waits, as its row then says.
func (x *execution) advance(ctx context.Context) (l *launch) {
	defer func() {
		if p := recover(); p != nil {
			_ = x.r.faulted(ctx, "step", p, "run_id", x.run.ID.String())
			x.cause = &engine.Cause{Destination: "rule:" + x.run.RuleID, Reason: "The run met an unexpected fault, see the log.", Permanent: true}
			x.end(engine.RunFailed, x.cause.Reason)
			l = nil
		}
	}()
	if x.fault != nil {
		x.unusable(ctx)
		return nil
	}
	for x.run.Step < len(x.rule.Steps) {
		s := &x.rule.Steps[x.run.Step]
		if x.step == nil {
			x.step = x.progressOf(s)
		}
		next, done := x.settle(ctx, s)
		if !done {
			return next
		}
		x.outputs[s.Source.Key] = x.step.output()
		x.step = nil
		x.run.Step++
	}
	x.end(engine.RunSucceeded, "")
	return nil
}

// unusable ends a run whose rule is gone or broken; anything else may pass.
func (x *execution) unusable(ctx context.Context) {
	switch engine.KindOf(x.fault) {
	case engine.KindNotFound, engine.KindInvalid:
		x.cause = &engine.Cause{Destination: "rule:" + x.run.RuleID, Reason: "The rule cannot be used: " + sentence(x.fault), Permanent: true}
		x.end(engine.RunFailed, x.cause.Reason)
	default:
		x.r.deps.Log.WarnContext(ctx, "rule of run could not be loaded", "run_id", x.run.ID.String(), "error", x.fault)
		x.wait(x.r.deps.Now().Add(unreadyAgain), "", "The rule could not be loaded.")
	}
}

// end finishes the run.
func (x *execution) end(state engine.RunState, reason string) {
	x.run.State, x.run.Reason = state, reason
	x.run.DueAt, x.run.Destination = time.Time{}, ""
	x.run.FinishedAt = x.r.deps.Now()
	if x.run.StartedAt.IsZero() && state != engine.RunSkipped {
		x.run.StartedAt = x.run.FinishedAt
	}
	if state != engine.RunFailed {
		x.cause = nil
	}
}

// wait parks the run until a time.
func (x *execution) wait(at time.Time, destination, reason string) {
	x.run.State, x.run.Reason = engine.RunWaiting, reason
	x.run.DueAt, x.run.Destination = at, destination
}

// putBack leaves the run for whoever has room for it first.
func (x *execution) putBack() {
	x.run.State, x.run.Reason = engine.RunQueued, ""
	x.run.DueAt, x.run.Destination = time.Time{}, ""
}

// running marks the run as being worked on.
func (x *execution) running() {
	x.run.State, x.run.Reason = engine.RunRunning, ""
	x.run.DueAt, x.run.Destination = time.Time{}, ""
	if x.run.StartedAt.IsZero() {
		x.run.StartedAt = x.r.deps.Now()
	}
}

// row makes a row of the current step. Number 0 is for what needed no attempt.
func (x *execution) row(s *rules.Step, number int, state engine.StepState) *engine.Attempt {
	return &engine.Attempt{
		RunID: x.run.ID, Step: x.run.Step, Key: s.Source.Key, Action: s.Source.Action,
		Item: x.step.index, Number: number, State: state, StartedAt: x.r.deps.Now(),
	}
}

func (x *execution) add(row *engine.Attempt) { x.rows = append(x.rows, row) }
