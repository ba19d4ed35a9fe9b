package runner

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"time"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// defaultTimeout bounds an attempt whose step and action say nothing.
const defaultTimeout = 30 * time.Second

// prepare renders and plans the step at hand and asks for permission to do it.
func (x *execution) prepare(ctx context.Context, s *rules.Step) (*launch, result) {
	action, ok := x.r.deps.Actions.Action(s.Source.Action)
	if !ok {
		return nil, x.refuse(s, engine.Permanent("There is no action "+strconv.Quote(s.Source.Action)+" in this version of the program.", nil))
	}
	if f := x.render(ctx, s); f != nil {
		return nil, x.refuse(s, f)
	}
	conn, f := x.connect(ctx, s.Source.Connection)
	if f != nil {
		return nil, x.unready(ctx, s, f)
	}
	plan, err := x.r.plan(ctx, action, x.call(s, conn))
	if err != nil {
		return nil, x.refuse(s, engine.AsFailure(err))
	}
	l := &launch{action: action, plan: plan, timeout: timeoutOf(s)}
	inside := inside(s, &plan)
	if !inside {
		asked := x.r.deps.Now()
		res := x.admit(ctx, l)
		x.waited += x.r.deps.Now().Sub(asked)
		if res != proceed {
			return nil, res
		}
	}
	x.running()
	l.row = x.attempt(s)
	l.row.Preview = &l.plan.Preview
	x.keep(l.row)
	x.add(l.row)
	if inside {
		return nil, x.inside(ctx, s, l)
	}
	return l, proceed
}

// inside reports whether a step reaches nothing outside.
func inside(s *rules.Step, plan *engine.Plan) bool {
	return plan.Destination == "" || s.Source.Action == "note"
}

// inside does a step that reaches nothing outside: no intent needs to be stored first.
func (x *execution) inside(ctx context.Context, s *rules.Step, l *launch) result {
	began := x.r.deps.Now()
	res, f := x.r.do(ctx, l)
	l.row.Duration = x.r.deps.Now().Sub(began)
	if f != nil {
		return x.failed(s, l.row, f, "")
	}
	x.succeeded(l.row, res.Output)
	return settled
}

// render makes the step's configuration, once for all its attempts.
func (x *execution) render(ctx context.Context, s *rules.Step) *engine.Failure {
	if x.step.with != nil {
		return nil
	}
	if s.With == nil {
		x.step.with = map[string]any{}
		return nil
	}
	value, err := s.With.Render(ctx, x.env(s.With.Needs()))
	if err != nil {
		return engine.Permanent(sentence(err), err)
	}
	with, ok := value.(map[string]any)
	if !ok {
		return engine.Permanent("The step's configuration is not an object.", nil)
	}
	x.step.with = with
	return nil
}

// What the first attempt keeps of its configuration. A run that was given another
// version of its rule must not go on with what the old one rendered.
const (
	keptVersion = "rule"
	keptWith    = "with"
)

func (x *execution) keep(row *engine.Attempt) {
	if !x.step.kept {
		row.With = map[string]any{keptVersion: int64(x.run.RuleVersion), keptWith: x.step.with}
		x.step.kept = true
	}
}

// keptBy returns what an attempt kept under a version of the rule, nil for none.
func keptBy(a *engine.Attempt, version int) map[string]any {
	kept, _ := a.With.(map[string]any)
	if n, ok := wholeNumber(kept[keptVersion]); !ok || n != version {
		return nil
	}
	with, _ := kept[keptWith].(map[string]any)
	return with
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// connect resolves a connection as it is now.
func (x *execution) connect(ctx context.Context, name string) (*engine.Connection, *engine.Failure) {
	if name == "" {
		return nil, nil
	}
	conn, err := x.r.catalog.connection(ctx, name)
	switch {
	case err == nil:
		return conn, nil
	case engine.KindOf(err) == engine.KindNotFound:
		return nil, engine.Permanent("The connection "+strconv.Quote(name)+" was deleted; choose another and retry.", err)
	}
	return nil, engine.Temporary("The connection could not be loaded.", err)
}

// unready treats a step that could not even be planned: for good, or for now.
func (x *execution) unready(ctx context.Context, s *rules.Step, f *engine.Failure) result {
	if f.Permanent {
		return x.refuse(s, f)
	}
	x.r.deps.Log.WarnContext(ctx, "run has to wait", "run_id", x.run.ID.String(), "reason", f.Message, "error", f.Err)
	x.wait(x.r.deps.Now().Add(unreadyAgain), "", f.Message)
	return stopped
}

// unreadyAgain is when a step is tried again that our own storage kept from being planned.
const unreadyAgain = 5 * time.Second

func (x *execution) call(s *rules.Step, conn *engine.Connection) engine.Call {
	return engine.Call{
		With:       x.step.with,
		Template:   s.Source.With,
		Connection: conn,
		Key:        idempotencyKey(x.run.ID, s.Source.Key, x.step.index),
		Attempt:    x.step.counted + 1,
		Run:        x.run.ID,
		Event:      x.run.EventID,
		Rule:       x.run.RuleID,
		Step:       s.Source.Key,
		Hops:       x.hops,
		Now:        x.r.deps.Now(),
	}
}

// idempotencyKey is the same for all attempts of one item of one step of one run.
func idempotencyKey(run engine.ID, step string, item int) string {
	b := make([]byte, 0, len(run)+len(step)+8)
	b = append(b, run[:]...)
	b = append(b, step...)
	b = append(b, '\n')
	b = strconv.AppendInt(b, int64(item), 10)
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func timeoutOf(s *rules.Step) time.Duration {
	switch {
	case s.Source.Timeout > 0:
		return s.Source.Timeout.Std()
	case s.Spec.Timeout > 0:
		return s.Spec.Timeout.Std()
	}
	return defaultTimeout
}

// admit asks for permission to use the destination, for one of the runner's slots
// and for memory. A run that gets none waits without using an attempt.
func (x *execution) admit(ctx context.Context, l *launch) result {
	if x.cause == nil && x.step.last != nil && x.step.last.State == engine.StepFailed {
		x.cause = &engine.Cause{Destination: l.plan.Destination, Reason: alike(x.step.last.Error)}
	}
	t, wait := x.r.dests.enter(ctx, &l.plan, x.patient)
	switch {
	case wait == nil:
	case wait.soon:
		x.crowded = true
		x.putBack()
		return stopped
	default:
		x.park(l.plan.Destination, wait)
		return stopped
	}
	if !x.slot {
		if x.r.slots.enter(ctx, x.patient) != entered {
			x.r.dests.done(t, nil, true)
			x.crowded = true
			x.putBack()
			return stopped
		}
		x.slot, x.began = true, x.r.deps.Now()
	}
	bytes := int64(len(x.in.event.Body)) + int64(l.plan.Bytes)
	if used := x.r.memory.Add(bytes); used > x.r.limits.Memory && used > bytes {
		x.r.memory.Add(-bytes)
		x.r.dests.done(t, nil, true)
		x.wait(x.r.deps.Now().Add(memorySpell), "", "Waiting for memory.")
		return stopped
	}
	l.ticket, l.bytes = t, bytes
	return proceed
}

// park makes the run wait for a destination.
func (x *execution) park(destination string, wait *postponed) {
	reason := "Waiting for its turn at " + destination + "."
	if wait.cause != nil {
		reason = "Paused sending to " + destination + ": " + wait.cause.Reason
		x.cause = wait.cause
	}
	x.r.dests.park(x.run.ID, wait.place)
	x.wait(wait.at, destination, reason)
}

// perform does a step whose intent is stored, and decides what follows. It returns
// false when there is no result to store: the run was canceled, or the program ends
// and nobody knows what came of the step.
func (x *execution) perform(ctx context.Context, l *launch) bool {
	began := x.r.deps.Now() // the intent took its time to be stored
	res, f := x.r.do(ctx, l)
	took := x.r.deps.Now().Sub(began)
	brokenOff := ctx.Err() != nil
	destination := l.plan.Destination
	x.r.memory.Add(-l.bytes)
	x.r.spread(ctx, destination, x.r.dests.done(l.ticket, f, brokenOff && f != nil))
	if brokenOff && (f != nil || !errors.Is(context.Cause(ctx), errStopped)) {
		// What a canceled run still gave comes too late: it may be going on elsewhere.
		return false
	}
	s := &x.rule.Steps[x.run.Step]
	x.noteUse(ctx, s, f)
	row := *l.row
	row.With, row.Preview = nil, nil // stored with the intent, and kept
	row.Duration = took
	x.add(&row)
	if f != nil {
		x.failed(s, &row, f, destination)
		return true
	}
	row.Outcome = engine.OutcomeSent
	x.succeeded(&row, res.Output)
	return true
}

func (x *execution) noteUse(ctx context.Context, s *rules.Step, f *engine.Failure) {
	if s.Source.Connection == "" {
		return
	}
	message := ""
	if f != nil {
		message = f.Message
	}
	err := x.r.deps.Connections.NoteUse(context.WithoutCancel(ctx), s.Source.Connection, x.r.deps.Now(), message)
	if err != nil {
		x.r.deps.Log.WarnContext(ctx, "use of connection could not be noted", "connection", s.Source.Connection, "error", err)
	}
}

// do does a plan within its time.
func (r *Runner) do(ctx context.Context, l *launch) (res engine.Result, f *engine.Failure) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			f = engine.Unknown("The step failed in a way that was not expected.", r.faulted(ctx, "action", p, l.about()...))
		}
	}()
	res, err := l.action.Do(ctx, l.plan)
	return res, engine.AsFailure(err)
}

// about names the step in the log.
func (l *launch) about() []any {
	list := []any{"action", l.plan.Action, "destination", l.plan.Destination}
	if l.row != nil { // else it is an alert
		list = append(list, "run_id", l.row.RunID.String(), "step", l.row.Key)
	}
	return list
}

// plan plans a call; a fault of the action is this step's failure alone.
func (r *Runner) plan(ctx context.Context, a engine.Action, call engine.Call) (plan engine.Plan, err error) {
	defer func() {
		if p := recover(); p != nil {
			fault := r.faulted(ctx, "plan", p, "run_id", call.Run.String(), "rule", call.Rule, "step", call.Step)
			err = engine.Permanent("The step could not be planned because of an unexpected fault.", fault)
		}
	}()
	return a.Plan(ctx, call)
}
