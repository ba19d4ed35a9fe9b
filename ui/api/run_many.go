package api

import (
	"context"
	"strconv"

	"patchbay/engine"
)

// RunsInput selects runs by id or by filter.
type RunsInput struct {
	IDs    []engine.ID `json:"ids,omitempty" nullable:"false" maxItems:"1000"`
	Filter *RunQuery   `json:"filter,omitempty"`
	DryRun bool        `json:"dryRun,omitempty" doc:"Only count them."`
}

// RetryManyInput makes failed runs go on. A filter that does not say otherwise leaves
// out what may have been sent: to send that again is for a person to decide, one by one.
type RetryManyInput struct {
	RunsInput
	RetryInput
}

// CancelManyInput ends active runs, and failed ones for good where the filter asks for them.
type CancelManyInput struct {
	RunsInput
	CancelInput
}

func (m *mount) retryRuns(ctx context.Context, in *struct{ Body RetryManyInput }) (*plain[ManyResult], error) {
	runs := in.Body.RunsInput
	careful := len(runs.IDs) == 0 && runs.Filter != nil && *runs.Filter != (RunQuery{}) && runs.Filter.Unknown == ""
	if careful {
		filter := *runs.Filter
		filter.Unknown = "without"
		runs.Filter = &filter
	}
	ids, more, err := m.runIDs(ctx, runs, engine.RunFailed)
	if err != nil {
		return nil, err
	}
	result := newManyResult(len(ids), more)
	if careful {
		if result.LeftOut, err = m.inDoubt(ctx, *runs.Filter); err != nil {
			return nil, err
		}
	}
	if runs.DryRun {
		about(ctx, strconv.Itoa(len(ids))+" runs", "only counted")
		return answer(*result), nil
	}
	for _, id := range ids {
		var next engine.ID
		next, err = m.Controller.Retry(ctx, id, in.Body.From == "start", in.Body.Version == "current")
		if err = result.note(id, []engine.ID{next}, err); err != nil {
			break
		}
	}
	return result.done(ctx, "runs", in.Body.From+" "+in.Body.Version, err)
}

func (m *mount) cancelRuns(ctx context.Context, in *struct{ Body CancelManyInput }) (*plain[ManyResult], error) {
	ids, more, err := m.runIDs(ctx, in.Body.RunsInput, engine.RunQueued, engine.RunRunning, engine.RunWaiting)
	if err != nil {
		return nil, err
	}
	if in.Body.DryRun {
		about(ctx, strconv.Itoa(len(ids))+" runs", "only counted")
		return answer(*newManyResult(len(ids), more)), nil
	}
	var state engine.RunState
	if in.Body.Filter != nil {
		state = in.Body.Filter.State
	}
	ended, err := m.Controller.Cancel(ctx, ids, cancelReason(ctx, state, in.Body.Reason))
	result := newManyResult(len(ids), more)
	result.Done = list(ended)
	return result.done(ctx, "runs", in.Body.Reason, err)
}

// inDoubt counts the failed runs of a filter that may have been sent, up to [most].
func (m *mount) inDoubt(ctx context.Context, filter RunQuery) (int, error) {
	filter.Unknown = "only"
	ids, _, err := m.runIDs(ctx, RunsInput{Filter: &filter}, engine.RunFailed)
	return len(ids), err
}

// runIDs resolves a selection to at most [most] runs. Without a state in the
// filter, the ones that the operation can do something to are taken.
func (m *mount) runIDs(ctx context.Context, in RunsInput, states ...engine.RunState) (ids []engine.ID, more bool, err error) {
	if len(in.IDs) > 0 {
		return in.IDs, false, nil
	}
	if in.Filter == nil || *in.Filter == (RunQuery{}) {
		return nil, false, engine.Invalid("filter", "Say which runs: give ids, or a filter.")
	}
	f, err := in.Filter.filter()
	if err != nil {
		return nil, false, err
	}
	if f.State != "" {
		states = []engine.RunState{f.State}
	}
	for _, state := range states {
		ids, more, err = gather(ids, func(limit int, cursor string) ([]engine.ID, string, error) {
			f.State, f.Limit, f.Cursor = state, limit, cursor
			got, err := m.Runs.Runs(ctx, f)
			return each(got.Items, func(r *engine.Run) engine.ID { return r.ID }), got.NextCursor, err
		})
		if err != nil || more {
			break
		}
	}
	return ids, more, err
}
