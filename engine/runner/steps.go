package runner

import (
	"context"
	"strconv"

	"patchbay/engine"
	"patchbay/engine/rules"
)

const (
	// maxItems bounds the list of a forEach step.
	maxItems = 1000
	// maxWarnings bounds what a run tells about steps that failed and did not stop it.
	maxWarnings = 20

	onErrorContinue = "continue"
	onUnknownStop   = "stop"
)

// result is what became of one execution of a step.
type result int

const (
	proceed result = iota // it is still to be done
	settled               // its output is recorded
	stopped               // the run ended or waits
)

// settle goes on with the step at hand. done tells that it is settled; otherwise
// l is to be done next, or the run ended or waits when it is nil.
func (x *execution) settle(ctx context.Context, s *rules.Step) (l *launch, done bool) {
	if !s.Source.On() {
		x.add(x.row(s, 0, engine.StepSkipped))
		return nil, true
	}
	if x.step.done {
		return nil, true
	}
	if !x.step.each {
		l, res := x.once(ctx, s)
		return l, res == settled
	}
	if x.step.items == nil {
		if res := x.list(ctx, s); res != proceed {
			return nil, res == settled
		}
	}
	for x.step.index < len(x.step.items) {
		if l, res := x.once(ctx, s); res != settled {
			return l, false
		}
	}
	x.step.whole.State = engine.StepSucceeded
	x.add(x.step.whole)
	return nil, true
}

// list evaluates the list of a forEach step and keeps it with the run.
func (x *execution) list(ctx context.Context, s *rules.Step) result {
	if x.tooOld() {
		return x.expire(s)
	}
	value, err := s.ForEach.Eval(ctx, x.env(s.ForEach.Needs()))
	if err != nil {
		return x.refuse(s, engine.Permanent("The list of forEach could not be made: "+sentence(err), err))
	}
	items, ok := value.([]any)
	switch {
	case value == nil || ok && len(items) == 0:
		x.add(x.row(s, 0, engine.StepSkipped))
		return settled
	case !ok:
		return x.refuse(s, engine.Permanent("forEach needs a list; what it got is not one.", nil))
	case len(items) > maxItems:
		return x.refuse(s, engine.Permanent("forEach takes at most "+strconv.Itoa(maxItems)+" items; there are "+strconv.Itoa(len(items))+".", nil))
	}
	x.step.items = items
	x.step.whole = x.row(s, 0, engine.StepPending)
	x.step.whole.Item = engine.WholeStep
	x.step.whole.StartedAt = x.step.began
	x.step.whole.With = items
	x.add(x.step.whole)
	return proceed
}

// once goes on with one execution of the step at hand, without doing it.
func (x *execution) once(ctx context.Context, s *rules.Step) (*launch, result) {
	if res := x.known(s); res != proceed {
		return nil, res
	}
	if x.tooOld() {
		return nil, x.expire(s)
	}
	if x.r.stopping.Load() {
		x.putBack()
		return nil, stopped
	}
	if s.If != nil && x.step.last == nil {
		ok, _, err := s.If.Match(ctx, x.env(s.If.Needs()))
		if err != nil {
			return nil, x.refuse(s, engine.Permanent("The step's condition could not be judged: "+sentence(err), err))
		}
		if !ok {
			x.add(x.row(s, 0, engine.StepSkipped))
			x.step.record(nil)
			return nil, settled
		}
	}
	if s.Spec.Flow {
		return nil, x.flow(ctx, s)
	}
	return x.prepare(ctx, s)
}

// known takes over what an earlier execution of this run has left.
func (x *execution) known(s *rules.Step) result {
	a := x.step.last
	switch {
	case a == nil:
		return proceed
	case a.State == engine.StepSucceeded, a.State == engine.StepSkipped:
		x.step.record(unitOutput(a, x.step.inItem()))
		return settled
	case a.State == engine.StepWaiting:
		return x.delayed(a)
	case cut(a):
		if x.onUnknown(s) != onUnknownStop {
			return proceed
		}
		a.Uncounted = false // it is final now, and the policy begins anew when somebody retries
		x.add(a)
		return x.failed(s, a, engine.Unknown("The program ended while the step was being done; it may have been sent.", nil), "")
	case a.State == engine.StepFailed && a.RetryAt.IsZero() && s.Source.OnError == onErrorContinue:
		x.step.record(unitOutput(a, x.step.inItem()))
		return settled
	}
	return proceed
}

func (x *execution) onUnknown(s *rules.Step) string {
	if s.Source.OnUnknown != "" {
		return s.Source.OnUnknown
	}
	return s.Spec.OnUnknown
}

// tooOld reports whether the rule's expireAfter is over. What a person started
// again counts from then.
func (x *execution) tooOld() bool {
	after := x.rule.Source.ExpireAfter.Std()
	if after <= 0 {
		return false
	}
	from := x.in.event.ReceivedAt
	if x.run.Trigger != engine.TriggerLive {
		from = x.run.CreatedAt
	}
	return x.r.deps.Now().Sub(from) > after
}

func (x *execution) expire(s *rules.Step) result {
	x.add(x.row(s, x.step.number+1, engine.StepSkipped))
	x.end(engine.RunSkipped, "Too old: the rule lets nothing go out later than "+x.rule.Source.ExpireAfter.String()+" after the event.")
	return stopped
}

// refuse records that the step at hand cannot be done at all.
func (x *execution) refuse(s *rules.Step, f *engine.Failure) result {
	row := x.row(s, x.step.number+1, engine.StepFailed)
	x.step.number++
	x.step.counted++
	x.add(row)
	x.running()
	return x.failed(s, row, f, "")
}

// failed decides what follows a failed attempt, whose row is among the rows to store.
func (x *execution) failed(s *rules.Step, row *engine.Attempt, f *engine.Failure, destination string) result {
	row.State, row.Outcome, row.Error, row.Output = engine.StepFailed, f.Outcome, f.Message, f.Output
	x.step.last = row
	x.cause = &engine.Cause{Destination: destination, Reason: alike(f.Message), Permanent: f.Permanent}
	if destination == "" {
		x.cause.Destination = "rule:" + x.run.RuleID
	}
	final := f.Outcome == engine.OutcomeUnknown && x.onUnknown(s) == onUnknownStop
	if !final {
		at, again := policyOf(s.Source, &s.Spec).next(x.step.counted, f, x.r.deps.Now(), x.r.deps.Rand())
		if again {
			row.RetryAt = at
			if f.Alert {
				x.r.alerts.refused(x.run, f, destination)
			}
			x.wait(at, destination, f.Message)
			return stopped
		}
	}
	message := x.describe(s, f.Message)
	if s.Source.OnError == onErrorContinue {
		if len(x.run.Warnings) < maxWarnings {
			x.run.Warnings = append(x.run.Warnings, message)
		}
		if f.Alert {
			x.r.alerts.refused(x.run, f, destination)
		}
		x.cause = nil
		x.step.record(unitOutput(row, x.step.inItem()))
		return settled
	}
	x.end(engine.RunFailed, message)
	return stopped
}

func (x *execution) describe(s *rules.Step, message string) string {
	what := `Step "` + s.Source.Key + `"`
	if x.step.inItem() {
		what += ", item " + strconv.Itoa(x.step.index+1)
	}
	return what + " failed: " + message
}

// succeeded records a row that is among the rows to store as done.
func (x *execution) succeeded(row *engine.Attempt, output any) {
	row.State, row.Output = engine.StepSucceeded, output
	x.cause = nil
	x.step.record(output)
}

// attempt makes the row of an attempt that begins.
func (x *execution) attempt(s *rules.Step) *engine.Attempt {
	row := x.row(s, x.step.number+1, engine.StepRunning)
	x.step.number++
	x.step.counted++
	x.step.last = row
	return row
}
