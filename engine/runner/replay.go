package runner

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"patchbay/engine"
)

// Replay implements [engine.Controller]. An edited copy is a new event of its own
// and is routed as such; otherwise the event's own route stays as it is.
func (r *Runner) Replay(ctx context.Context, req engine.ReplayRequest) ([]engine.ID, error) {
	if err := r.ready(); err != nil {
		return nil, err
	}
	e, err := r.deps.Events.Event(ctx, req.Event)
	if err != nil {
		return nil, err
	}
	if e.Truncated && req.Body == nil {
		return nil, engine.Invalid("event", "Only the beginning of this request was kept, so it cannot be run again.")
	}
	list, err := r.chosen(ctx, e.Inbox, req)
	if err != nil {
		return nil, err
	}
	if e.Items > 0 {
		return r.replayItems(ctx, req, list)
	}
	if req.Body == nil && req.Headers == nil {
		return r.rerun(ctx, e, list, req.Force)
	}
	return r.replayEdited(ctx, r.edited(e, req), list, req.Force)
}

// itemsPage is how many items of a batch are looked up at once.
const itemsPage = 200

// replayItems runs the items of a batch again that are still kept, one after another;
// those too that were here already.
func (r *Runner) replayItems(ctx context.Context, req engine.ReplayRequest, list []candidate) ([]engine.ID, error) {
	if req.Body != nil || req.Headers != nil {
		return nil, engine.Invalid("event", "This delivery became one event per item of its list; edit one of these instead.")
	}
	var ids []engine.ID
	f := engine.EventFilter{Limit: itemsPage, Bodies: math.MaxInt64}
	for {
		page, err := r.deps.Events.Items(ctx, req.Event, f)
		if err != nil {
			return ids, fmt.Errorf("list items: %w", err)
		}
		for _, item := range page.Items {
			runs, err := r.rerun(ctx, item, list, req.Force)
			if err != nil {
				return ids, err
			}
			ids = append(ids, runs...)
		}
		if f.Cursor = page.NextCursor; f.Cursor == "" {
			return ids, nil
		}
	}
}

// chosen returns the rules of a replay: the named ones, or today's of the inbox.
func (r *Runner) chosen(ctx context.Context, inbox string, req engine.ReplayRequest) ([]candidate, error) {
	if req.Version != 0 && len(req.Rules) != 1 {
		return nil, engine.Invalid("version", "A version can only be chosen for a single rule; name that rule.")
	}
	if req.Rules == nil {
		snap, err := r.catalog.snapshot(ctx)
		if err != nil {
			return nil, err
		}
		if in := snap.inboxes[inbox]; in != nil {
			return in.rules, nil
		}
		return nil, nil
	}
	list := make([]candidate, 0, len(req.Rules))
	for _, id := range req.Rules {
		c, err := r.chosenRule(ctx, id, req.Version)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(c.source.AllInboxes(), inbox) {
			return nil, engine.Invalid("rules", "The rule %q does not listen to the inbox %q.", id, inbox)
		}
		list = append(list, c)
	}
	return list, nil
}

func (r *Runner) chosenRule(ctx context.Context, id string, version int) (candidate, error) {
	if version == 0 {
		rule, err := r.current(ctx, id)
		if err != nil {
			return candidate{}, err
		}
		version = rule.Version
	}
	rule, err := r.catalog.version(ctx, id, version)
	if err != nil {
		return candidate{}, err
	}
	return candidate{source: rule.Source, rule: rule}, nil
}

// edited makes the copy of an event that a person changed.
func (r *Runner) edited(e *engine.Event, req engine.ReplayRequest) *engine.Event {
	c := *e
	c.ID, c.Seq, c.OriginalID = r.deps.NewID(), 0, e.ID
	c.Origin, c.Verdict, c.Route, c.Reason = engine.OriginEdited, engine.Accepted, engine.RoutePending, ""
	c.ReceivedAt, c.Verified, c.DecodeError, c.Notes = r.deps.Now(), "", "", nil
	c.Headers = slices.Clone(e.Headers)
	if req.Headers != nil {
		c.Headers = slices.Clone(req.Headers)
		c.ContentType = headerOf(&c, "Content-Type")
	}
	if req.Body != nil {
		c.Body, c.Size, c.Truncated = slices.Clone(req.Body), int64(len(req.Body)), false
		c.Summary = "" // it told of the other body
		// What a person types is not compressed.
		c.Headers = slices.DeleteFunc(c.Headers, func(h engine.Header) bool {
			return strings.EqualFold(h.Name, "Content-Encoding") || strings.EqualFold(h.Name, "Content-Length")
		})
	}
	return &c
}

func (r *Runner) replayEdited(ctx context.Context, e *engine.Event, list []candidate, force bool) ([]engine.ID, error) {
	// From its commit on the copy is a pending event, which must not be read back meanwhile.
	r.backlog.hold(e.ID)
	if _, err := r.deps.Events.Accept(ctx, e, engine.Claim{}); err != nil {
		r.backlog.release(e.ID)
		return nil, fmt.Errorf("store edited event: %w", err)
	}
	ids, err := r.routeEdited(ctx, e, list, force)
	if err != nil {
		r.backlog.depth.Add(1)
		r.backlog.returned(e) // see routeLive
		return nil, err
	}
	r.backlog.release(e.ID)
	return ids, nil
}

func (r *Runner) routeEdited(ctx context.Context, e *engine.Event, list []candidate, force bool) ([]engine.ID, error) {
	in, err := r.inputOf(ctx, e)
	if err != nil {
		return nil, err
	}
	return r.routeAgain(ctx, routeRequest{input: in, needs: needsOf(list), rules: list, force: force})
}
