package runner

import (
	"context"
	"fmt"
	"slices"

	"patchbay/engine"
)

const heldPage = 200

// Release implements [engine.Controller]. Events are released in the order they
// came; one that comes while it works is released too.
func (r *Runner) Release(ctx context.Context, name string) (accepted, rejected int, err error) {
	if err := r.ready(); err != nil {
		return 0, 0, err
	}
	in, err := r.deps.Inboxes.Inbox(ctx, name)
	if err != nil {
		return 0, 0, err
	}
	switch {
	case in.Paused:
		return 0, 0, engine.Conflict("The inbox %q is paused; resume it first.", name)
	case in.Verify.Pending:
		return 0, 0, engine.Conflict("The sender check of the inbox %q is not finished; give its secret first.", name)
	}
	held, err := r.held(ctx, name)
	if err != nil {
		return 0, 0, err
	}
	for _, id := range held {
		verdict, err := r.releaseOne(ctx, in, id)
		if err != nil {
			return accepted, rejected, fmt.Errorf("release event: %w", err)
		}
		switch verdict {
		case engine.Accepted:
			accepted++
		case engine.Rejected:
			rejected++
		default: // a duplicate, or no longer held
		}
	}
	return accepted, rejected, nil
}

// held returns the held events of an inbox, oldest first.
func (r *Runner) held(ctx context.Context, inbox string) ([]engine.ID, error) {
	var ids []engine.ID
	f := engine.EventFilter{Inbox: inbox, Verdict: engine.Held, Limit: heldPage}
	for {
		page, err := r.deps.Events.Events(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("list held events: %w", err)
		}
		for _, e := range page.Items {
			ids = append(ids, e.ID)
		}
		if f.Cursor = page.NextCursor; f.Cursor == "" {
			slices.Reverse(ids)
			return ids, nil
		}
	}
}

// releaseOne verifies one event and resolves it. The verdict is empty when the event
// was deleted or released by somebody else meanwhile.
func (r *Runner) releaseOne(ctx context.Context, in *engine.Inbox, id engine.ID) (engine.Verdict, error) {
	e, err := r.deps.Events.Event(ctx, id)
	if err != nil {
		return "", unlessGone(err)
	}
	scheme, err := r.deps.Verify(ctx, in, e)
	switch kind := engine.KindOf(err); {
	case err == nil:
	case kind == engine.KindInternal || kind == engine.KindUnavailable || kind == engine.KindConflict:
		return "", err // it proves nothing about the event, and the next ones would fare the same
	default:
		if _, err = r.deps.Events.Resolve(ctx, id, engine.Rejected, sentence(err), "", engine.Claim{}); err != nil {
			return "", unlessGone(err)
		}
		return engine.Rejected, nil
	}
	e.Verified, e.Reason = scheme, ""
	if r.deps.Split != nil {
		if items := r.deps.Split(ctx, in, e); items != nil {
			return r.releaseBatch(ctx, e, items)
		}
	}
	note := e.Reason
	receipt, err := r.deps.Events.Resolve(ctx, id, engine.Accepted, note, scheme, r.deps.Claim(ctx, in, e))
	if err != nil {
		return "", unlessGone(err)
	}
	if receipt.Duplicate {
		return engine.Duplicate, nil
	}
	e.Verdict, e.Route, e.Reason = engine.Accepted, engine.RoutePending, note
	if receipt.Seq != 0 {
		e.Seq = receipt.Seq
	}
	r.Dispatch(e)
	return engine.Accepted, nil
}

// releaseBatch resolves a held event that is a list into the events of its items.
func (r *Runner) releaseBatch(ctx context.Context, e *engine.Event, items []engine.Item) (engine.Verdict, error) {
	receipt, err := r.deps.Events.ResolveBatch(ctx, e, items)
	if err != nil {
		return "", unlessGone(err)
	}
	r.dispatchItems(items)
	if receipt.Duplicate {
		return engine.Duplicate, nil
	}
	return engine.Accepted, nil
}

// unlessGone drops the errors of an event that is not there to be released any more.
func unlessGone(err error) error {
	if kind := engine.KindOf(err); kind == engine.KindNotFound || kind == engine.KindConflict {
		return nil
	}
	return err
}
