package api

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"patchbay/engine"
)

const (
	// most is how many objects an operation on many takes at once.
	most = 1000
	// gathered is how many of them are looked up at once.
	gathered = 200
)

// ReplayInput says how to run an event again. With a body or headers, an edited
// copy of the event is made first.
type ReplayInput struct {
	Rules      []string        `json:"rules,omitempty" nullable:"false" maxItems:"100" doc:"Ids; today's rules of the inbox when left out."`
	Version    int             `json:"version,omitempty" minimum:"0" doc:"Of a single rule; 0 is the current one."`
	Force      bool            `json:"force,omitempty" doc:"Skip the condition."`
	Body       *string         `json:"body,omitempty"`
	BodyBase64 *string         `json:"bodyBase64,omitempty" doc:"The body where it is not text."`
	Headers    []engine.Header `json:"headers,omitempty" nullable:"false" maxItems:"100"`
}

// Replayed lists the runs that were started.
type Replayed struct {
	Runs []engine.ID `json:"runs" nullable:"false"`
}

// ReplayManyInput selects events by id or by filter.
type ReplayManyInput struct {
	IDs    []engine.ID `json:"ids,omitempty" nullable:"false" maxItems:"1000"`
	Filter *EventQuery `json:"filter,omitempty"`
	Rules  []string    `json:"rules,omitempty" nullable:"false" maxItems:"100"`
	Force  bool        `json:"force,omitempty"`
	DryRun bool        `json:"dryRun,omitempty" doc:"Only count them."`
}

// ManyResult tells what became of an operation on many objects.
type ManyResult struct {
	Done    []engine.ID `json:"done" nullable:"false" doc:"The objects that it was done to."`
	Runs    []engine.ID `json:"runs" nullable:"false" doc:"The runs that go on or were started."`
	Refused []Refusal   `json:"refused" nullable:"false"`
	Count   int         `json:"count" doc:"How many objects it was or would be tried with."`
	LeftOut int         `json:"leftOut" doc:"Runs that were left out because what they sent may have arrived."`
	More    bool        `json:"more" doc:"There are further objects; ask again."`
}

// Refusal is why an object was left as it is.
type Refusal struct {
	ID      engine.ID `json:"id"`
	Message string    `json:"message"`
}

func (m *mount) replayEvent(ctx context.Context, in *struct {
	Named
	Body *ReplayInput
},
) (*plain[Replayed], error) {
	id, err := parseID("event", in.ID)
	if err != nil {
		return nil, err
	}
	req := engine.ReplayRequest{Event: id, By: callerOf(ctx).who}
	if in.Body != nil {
		if err := in.Body.request(&req); err != nil {
			return nil, err
		}
	}
	runs, err := m.Controller.Replay(ctx, req)
	if err != nil {
		return nil, err
	}
	about(ctx, id.String(), strings.Join(req.Rules, ", "))
	return answer(Replayed{Runs: list(runs)}), nil
}

func (r *ReplayInput) request(req *engine.ReplayRequest) error {
	req.Rules, req.Version, req.Force, req.Headers = r.Rules, r.Version, r.Force, r.Headers
	switch {
	case r.Body != nil && r.BodyBase64 != nil:
		return engine.Invalid("bodyBase64", "Send either body or bodyBase64.")
	case r.Version > 0 && len(r.Rules) != 1:
		return engine.Invalid("version", "A version needs exactly one rule.")
	case r.Body != nil:
		req.Body = []byte(*r.Body)
	case r.BodyBase64 != nil:
		body, err := base64.StdEncoding.DecodeString(*r.BodyBase64)
		if err != nil {
			return engine.Invalid("bodyBase64", "This is not base64.")
		}
		req.Body = append([]byte{}, body...)
	}
	return nil
}

func (m *mount) replayEvents(ctx context.Context, in *struct{ Body ReplayManyInput }) (*plain[ManyResult], error) {
	ids, more, err := m.eventIDs(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	result := newManyResult(len(ids), more)
	if in.Body.DryRun {
		about(ctx, strconv.Itoa(len(ids))+" events", "only counted")
		return answer(*result), nil
	}
	for _, id := range ids {
		var runs []engine.ID
		runs, err = m.Controller.Replay(ctx, engine.ReplayRequest{
			Event: id, Rules: in.Body.Rules, Force: in.Body.Force, By: callerOf(ctx).who,
		})
		if err = result.note(id, runs, err); err != nil {
			break
		}
	}
	return result.done(ctx, "events", strings.Join(in.Body.Rules, ", "), err)
}

// eventIDs returns the events to be run again. None is there twice, by itself and by the
// batch that it is an item of: a filter selects items, and those of a batch that is named
// are left out.
func (m *mount) eventIDs(ctx context.Context, in ReplayManyInput) (ids []engine.ID, more bool, err error) {
	if len(in.IDs) > 0 {
		ids, err = m.withoutTheirItems(ctx, in.IDs)
		return ids, false, err
	}
	if in.Filter == nil || *in.Filter == (EventQuery{}) {
		return nil, false, engine.Invalid("filter", "Say which events: give ids, or a filter.")
	}
	f := in.Filter.filter()
	return gather(nil, func(limit int, cursor string) ([]engine.ID, string, error) {
		f.Limit, f.Cursor = limit, cursor
		got, err := m.Events.Events(ctx, f)
		single := slices.DeleteFunc(got.Items, func(e *engine.Event) bool { return e.Items > 0 })
		return each(single, func(e *engine.Event) engine.ID { return e.ID }), got.NextCursor, err
	})
}

// withoutTheirItems leaves out items of batches that are in the list too.
func (m *mount) withoutTheirItems(ctx context.Context, ids []engine.ID) ([]engine.ID, error) {
	parents := make(map[engine.ID]engine.ID, len(ids))
	for _, id := range ids {
		e, err := m.Events.Event(ctx, id)
		switch {
		case engine.KindOf(err) == engine.KindNotFound: // told when its turn comes
		case err != nil:
			return nil, err
		case !e.ParentID.IsZero():
			parents[id] = e.ParentID
		}
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id engine.ID) bool { return slices.Contains(ids, parents[id]) }), nil
}

// gather adds the objects of a list to others, up to [most] of them all, and reports
// whether there are more.
func gather(ids []engine.ID, page func(limit int, cursor string) (items []engine.ID, next string, err error)) ([]engine.ID, bool, error) {
	for cursor := ""; ; {
		items, next, err := page(min(gathered, most-len(ids)+1), cursor)
		if err != nil {
			return nil, false, err
		}
		if ids = append(ids, items...); len(ids) > most {
			return ids[:most], true, nil
		}
		if next == "" {
			return ids, false, nil
		}
		cursor = next
	}
}

func newManyResult(count int, more bool) *ManyResult {
	return &ManyResult{Done: []engine.ID{}, Runs: []engine.ID{}, Refused: []Refusal{}, Count: count, More: more}
}

// note adds what became of one object. It returns the failures that concern all of them.
func (r *ManyResult) note(id engine.ID, runs []engine.ID, err error) error {
	if err == nil {
		r.Done = append(r.Done, id)
		r.Runs = append(r.Runs, runs...)
		return nil
	}
	switch engine.KindOf(err) {
	case engine.KindNotFound, engine.KindConflict, engine.KindInvalid:
		r.Refused = append(r.Refused, Refusal{ID: id, Message: asProblem(err).Detail})
		return nil
	default:
		return err
	}
}

// done gives the result, or the failure that ended the operation in the middle. Either
// way the change log tells what was done.
func (r *ManyResult) done(ctx context.Context, things, detail string, err error) (*plain[ManyResult], error) {
	about(ctx, strconv.Itoa(len(r.Done))+" "+things, detail)
	if err != nil {
		callerOf(ctx).log.begun = len(r.Done) > 0
		return nil, err
	}
	return answer(*r), nil
}

func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
