package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"patchbay/engine"
)

// RunQuery selects runs; fields left out do not restrict.
type RunQuery struct {
	Rule    string          `query:"rule" json:"rule,omitempty" maxLength:"200"`
	Event   string          `query:"event" json:"event,omitempty" maxLength:"36"`
	Inbox   string          `query:"inbox" json:"inbox,omitempty" maxLength:"63"`
	State   engine.RunState `query:"state" json:"state,omitempty" enum:"queued,running,waiting,succeeded,failed,filtered,skipped,canceled"`
	Warned  bool            `query:"warned" json:"warned,omitempty" doc:"Those that succeeded although a step failed."`
	Unknown string          `query:"unknown" json:"unknown,omitempty" enum:"only,without" doc:"Of those that failed: only what may have been sent, or all but that."`
	Problem string          `query:"problem" json:"problem,omitempty" maxLength:"20" doc:"The runs that a problem affects."`
	Since   time.Time       `query:"since" json:"since,omitzero"`
	Until   time.Time       `query:"until" json:"until,omitzero"`
}

func (q RunQuery) filter() (engine.RunFilter, error) {
	f := engine.RunFilter{Rule: q.Rule, Inbox: q.Inbox, State: q.State, Warned: q.Warned, Since: q.Since, Until: q.Until}
	if q.Unknown != "" {
		only := q.Unknown == "only"
		f.Unknown = &only
	}
	var err error
	if q.Event != "" {
		if f.Event, err = parseID("event", q.Event); err != nil {
			return f, err
		}
	}
	if q.Problem != "" {
		if f.Problem, err = parseProblem(q.Problem); err != nil {
			return f, err
		}
	}
	return f, nil
}

func parseProblem(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, engine.NotFound("problem", text)
	}
	return id, nil
}

// RetryInput says how a finished run goes on.
type RetryInput struct {
	From    string `json:"from,omitempty" enum:"failed,start" doc:"failed (the default) goes on at the step that failed."`
	Version string `json:"version,omitempty" enum:"original,current" doc:"original (the default) takes the rule as it was."`
}

// CancelInput may give a reason.
type CancelInput struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

// Reference names an object that work goes on under.
type Reference struct {
	ID engine.ID `json:"id"`
}

func (m *mount) runOperations() {
	const tag = "runs"
	add(m, operation{
		id: "listRuns", method: http.MethodGet, path: "/runs", tag: tag, summary: "Runs, newest first", need: engine.RoleViewer,
	}, m.listRuns)
	add(m, operation{
		id: "getRun", method: http.MethodGet, path: "/runs/{id}", tag: tag, summary: "One run with its steps and attempts", need: engine.RoleViewer,
	}, m.getRun)
	add(m, operation{
		id: "retryRun", method: http.MethodPost, path: "/runs/{id}/retry", tag: tag, summary: "Make a failed run go on",
		need: engine.RoleEditor, audit: "run.retry", status: http.StatusAccepted,
	}, m.retryRun)
	add(m, operation{
		id: "cancelRun", method: http.MethodPost, path: "/runs/{id}/cancel", tag: tag, summary: "End a run that goes on or that failed",
		need: engine.RoleEditor, audit: "run.cancel",
	}, m.cancelRun)
	add(m, operation{
		id: "settleStep", method: http.MethodPost, path: "/runs/{id}/steps/{key}/settle", tag: tag, summary: "Say that what a step may have sent did arrive",
		need: engine.RoleEditor, audit: "run.settle", status: http.StatusAccepted,
	}, m.settleStep)
	add(m, operation{
		id: "retryRuns", method: http.MethodPost, path: "/runs/retry", tag: tag, summary: "Make many failed runs go on",
		need: engine.RoleEditor, audit: "run.retry-many", status: http.StatusAccepted, timeout: 5 * time.Minute,
	}, m.retryRuns)
	add(m, operation{
		id: "cancelRuns", method: http.MethodPost, path: "/runs/cancel", tag: tag, summary: "End many runs",
		need: engine.RoleEditor, audit: "run.cancel-many", timeout: 5 * time.Minute,
	}, m.cancelRuns)
	m.problemOperations()
}

func (m *mount) listRuns(ctx context.Context, in *struct {
	RunQuery
	Paging
},
) (*plain[Page[RunSummary]], error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	f.Limit, f.Cursor = in.Limit, in.Cursor
	got, err := m.Runs.Runs(ctx, f)
	if err != nil {
		return nil, err
	}
	items, err := m.runSummaries(ctx, got.Items)
	if err != nil {
		return nil, err
	}
	return answer(Page[RunSummary]{Items: items, NextCursor: got.NextCursor}), nil
}

func (m *mount) getRun(ctx context.Context, in *Named) (*plain[Run], error) {
	id, err := parseID("run", in.ID)
	if err != nil {
		return nil, err
	}
	run, attempts, err := m.Runs.Run(ctx, id)
	if err != nil {
		return nil, err
	}
	rule, err := m.Rules.Version(ctx, run.RuleID, run.RuleVersion)
	if err != nil && engine.KindOf(err) != engine.KindNotFound {
		return nil, err
	}
	v := runView(run, attempts, rule)
	summaries, err := m.runSummaries(ctx, []*engine.Run{run})
	if err != nil {
		return nil, err
	}
	v.RunSummary = summaries[0]
	return answer(v), nil
}

func (m *mount) retryRun(ctx context.Context, in *struct {
	Named
	Body *RetryInput
},
) (*plain[Reference], error) {
	id, err := parseID("run", in.ID)
	if err != nil {
		return nil, err
	}
	how := RetryInput{}
	if in.Body != nil {
		how = *in.Body
	}
	about(ctx, id.String(), how.From+" "+how.Version)
	next, err := m.Controller.Retry(ctx, id, how.From == "start", how.Version == "current")
	if err != nil {
		return nil, err
	}
	return answer(Reference{ID: next}), nil
}

func (m *mount) cancelRun(ctx context.Context, in *struct {
	Named
	Body *CancelInput
},
) (*plain[Reference], error) {
	id, err := parseID("run", in.ID)
	if err != nil {
		return nil, err
	}
	run, _, err := m.Runs.Run(ctx, id)
	if err != nil {
		return nil, err
	}
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	about(ctx, id.String(), reason)
	ended, err := m.Controller.Cancel(ctx, []engine.ID{id}, cancelReason(ctx, run.State, reason))
	if err != nil {
		return nil, err
	}
	if len(ended) == 0 {
		return nil, engine.Conflict("The run is over already.")
	}
	return answer(Reference{ID: id}), nil
}

// cancelReason is what canceled runs say where the caller gives no reason. Who ends what
// goes on stops it; the others are skipped.
func cancelReason(ctx context.Context, state engine.RunState, reason string) string {
	switch {
	case reason != "":
		return reason
	case state == engine.RunFailed || state == engine.RunWaiting:
		return "Skipped by " + callerOf(ctx).who + "."
	default:
		return "Stopped by " + callerOf(ctx).who + "."
	}
}

func (m *mount) settleStep(ctx context.Context, in *struct {
	Named
	Key string `path:"key" maxLength:"64"`
},
) (*plain[Reference], error) {
	id, err := parseID("run", in.ID)
	if err != nil {
		return nil, err
	}
	about(ctx, id.String(), in.Key)
	if err := m.Controller.SettleStep(ctx, id, in.Key, callerOf(ctx).who); err != nil {
		return nil, err
	}
	return answer(Reference{ID: id}), nil
}
