package runner

import (
	"context"
	"errors"
	"fmt"

	"patchbay/engine"
	"patchbay/engine/rules"
)

var errCanceled = errors.New("canceled by a person")

// ready refuses work while nobody would do it.
func (r *Runner) ready() error {
	if r.epoch.Load() == 0 {
		return engine.Unavailable(nil, "Nothing runs while the server is stopped; start it first.")
	}
	if r.stopping.Load() {
		return engine.Unavailable(errStopped, "The program is about to end; try again in a moment.")
	}
	return nil
}

// Cancel implements [engine.Controller].
func (r *Runner) Cancel(ctx context.Context, ids []engine.ID, reason string) ([]engine.ID, error) {
	canceled, err := r.deps.Runs.Cancel(ctx, ids, reason)
	r.stopRuns(canceled, errCanceled) // those that are canceled by now, whatever became of the others
	r.dests.unpark(canceled...)
	r.stats.canceled.Add(int64(len(canceled)))
	r.scheduler.kick() // runs that they blocked may start
	if err != nil {
		return canceled, fmt.Errorf("cancel runs: %w", err)
	}
	return canceled, nil
}

// SettleStep implements [engine.Controller].
func (r *Runner) SettleStep(ctx context.Context, run engine.ID, step, by string) error {
	if err := r.deps.Runs.SettleUnknown(ctx, run, step, by); err != nil {
		return err
	}
	r.scheduler.kick()
	return nil
}

// CheckDestination implements [engine.Controller].
func (r *Runner) CheckDestination(ctx context.Context, destination string) (int, error) {
	r.dests.checkNow(destination)
	return r.wakeRuns(ctx, destination)
}

// Retry implements [engine.Controller].
func (r *Runner) Retry(ctx context.Context, id engine.ID, fromStart, currentVersion bool) (engine.ID, error) {
	if err := r.ready(); err != nil {
		return engine.ID{}, err
	}
	run, attempts, err := r.deps.Runs.Run(ctx, id)
	if err != nil {
		return engine.ID{}, err
	}
	switch {
	case run.State.Active():
		return engine.ID{}, engine.Conflict("The run is not finished; there is nothing to retry yet.")
	case run.State == engine.RunSucceeded:
		return engine.ID{}, engine.Conflict("The run succeeded; run its event again instead.")
	}
	version := run.RuleVersion
	if currentVersion {
		current, err := r.current(ctx, run.RuleID)
		if err != nil {
			return engine.ID{}, err
		}
		version = current.Version
	}
	if fromStart {
		return r.startOver(ctx, run, version)
	}
	step, change := -1, 0
	if version != run.RuleVersion {
		if step, err = r.sameStep(ctx, run, attempts, version); err != nil {
			return engine.ID{}, err
		}
		change = version
	}
	if err := r.deps.Runs.Reopen(ctx, id, step, change); err != nil {
		return engine.ID{}, err
	}
	r.scheduler.kick()
	return id, nil
}

// current returns a rule as it is published now.
func (r *Runner) current(ctx context.Context, id string) (*engine.Rule, error) {
	rule, err := r.deps.RuleStore.Rule(ctx, id)
	if err != nil {
		return nil, err
	}
	if rule.Version == 0 {
		return nil, engine.Conflict("The rule %q was never published; publish it first.", id)
	}
	return rule, nil
}

// sameStep finds where a run stopped in another version of its rule.
func (r *Runner) sameStep(ctx context.Context, run *engine.Run, attempts []*engine.Attempt, version int) (int, error) {
	key := ""
	for _, a := range attempts {
		if a.Step == run.Step {
			key = a.Key
		}
	}
	if key == "" { // it stopped before the step had any row
		before, err := r.catalog.version(ctx, run.RuleID, run.RuleVersion)
		if err != nil {
			return 0, err
		}
		if run.Step >= len(before.Steps) {
			return 0, engine.Conflict("The run has no step left to retry; start it over instead.")
		}
		key = before.Steps[run.Step].Source.Key
	}
	rule, err := r.catalog.version(ctx, run.RuleID, version)
	if err != nil {
		return 0, err
	}
	for i := range rule.Steps {
		if rule.Steps[i].Source.Key == key {
			return i, nil
		}
	}
	return 0, engine.Conflict("The rule has no step %q any more; start the run over instead.", key)
}

// startOver makes a new run of the event of an earlier one.
func (r *Runner) startOver(ctx context.Context, run *engine.Run, version int) (engine.ID, error) {
	e, err := r.whole(ctx, run.EventID)
	if err != nil {
		return engine.ID{}, err
	}
	rule, err := r.catalog.version(ctx, run.RuleID, version)
	if err != nil {
		return engine.ID{}, err
	}
	ids, err := r.rerun(ctx, e, []candidate{{source: rule.Source, rule: rule}}, true)
	if err != nil {
		return engine.ID{}, err
	}
	if len(ids) == 0 {
		return engine.ID{}, engine.Conflict("The run could not be started over.")
	}
	return ids[0], nil
}

// whole returns an event that can be run: one whose body was kept.
func (r *Runner) whole(ctx context.Context, id engine.ID) (*engine.Event, error) {
	e, err := r.deps.Events.Event(ctx, id)
	if err != nil {
		return nil, err
	}
	if e.Truncated {
		return nil, engine.Invalid("event", "Only the beginning of this request was kept, so it cannot be run again.")
	}
	return e, nil
}

// rerun routes a stored event once more, beside its own route.
func (r *Runner) rerun(ctx context.Context, e *engine.Event, list []candidate, force bool) ([]engine.ID, error) {
	in, err := r.inputOf(ctx, e)
	if err != nil {
		return nil, err
	}
	return r.routeAgain(ctx, routeRequest{input: in, needs: needsOf(list), rules: list, force: force, replay: true})
}

// routeAgain routes for a person. Stop waits for it, so that no run begins after that.
func (r *Runner) routeAgain(ctx context.Context, req routeRequest) ([]engine.ID, error) {
	r.calls.RLock()
	defer r.calls.RUnlock()
	if err := r.ready(); err != nil {
		return nil, err
	}
	req.trigger = engine.TriggerReplay
	return r.route(ctx, req)
}

func needsOf(list []candidate) rules.Needs {
	var needs rules.Needs
	for _, c := range list {
		if c.rule != nil {
			needs = needs.Union(c.rule.Needs)
		}
	}
	return needs
}

func (r *Runner) inputOf(ctx context.Context, e *engine.Event) (*input, error) {
	snap, err := r.catalog.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var payload payloadField
	if in := snap.inboxes[e.Inbox]; in != nil {
		payload = in.payload
	}
	return newInput(e, payload, snap.vars), nil
}
