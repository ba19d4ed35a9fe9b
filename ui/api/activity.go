package api

import (
	"context"
	"net/http"
	"time"

	"patchbay/engine"
)

const (
	spanDefault = 24 * time.Hour
	bucketsMost = 400
)

// ActivityQuery asks for what happened in a span of time.
type ActivityQuery struct {
	Since time.Time `query:"since" doc:"24 hours before until when left out; at most 32 days ago."`
	Until time.Time `query:"until" doc:"Now when left out."`
	Step  string    `query:"step" default:"1h" enum:"15m,1h,6h,1d"`
	Inbox string    `query:"inbox" maxLength:"63" doc:"Events of this inbox only."`
	Rule  string    `query:"rule" maxLength:"200" doc:"Runs of this rule only."`
}

// Activity is what happened, step by step. Steps in which nothing did are there, too.
type Activity struct {
	Since  time.Time      `json:"since"`
	Until  time.Time      `json:"until"`
	Step   string         `json:"step"`
	Events []EventsBucket `json:"events" nullable:"false" doc:"Requests of senders; samples are not counted."`
	Runs   []RunsBucket   `json:"runs" nullable:"false"`
}

// EventsBucket is what came in one step.
type EventsBucket struct {
	At time.Time `json:"at" doc:"When the step begins."`
	engine.EventCounts
}

// RunsBucket is what was done in one step.
type RunsBucket struct {
	At time.Time `json:"at" doc:"When the step begins."`
	engine.RunCounts
}

func (m *mount) activityOperations() {
	add(m, operation{
		id: "getActivity", method: http.MethodGet, path: "/activity", tag: "activity", summary: "Events and runs over time", need: engine.RoleViewer,
	}, m.getActivity)
	add(m, operation{
		id: "getOverview", method: http.MethodGet, path: "/overview", tag: "activity", summary: "Whether everything works, and what was done today", need: engine.RoleViewer,
	}, m.getOverview)
	add(m, operation{
		id: "getStorage", method: http.MethodGet, path: "/storage", tag: "activity", summary: "What is stored, and when the disk will be full", need: engine.RoleViewer,
	}, m.getStorage)
}

// span reads the query. Steps of a day begin at midnight of the workspace.
func (m *mount) span(q ActivityQuery) (engine.Span, error) {
	step := map[string]time.Duration{"15m": 15 * time.Minute, "1h": time.Hour, "6h": 6 * time.Hour, "1d": 24 * time.Hour}[q.Step]
	now := m.Now()
	if q.Until.IsZero() || q.Until.After(now) {
		q.Until = now
	}
	if q.Since.IsZero() {
		q.Since = q.Until.Add(-spanDefault)
	}
	if kept := now.Add(-engine.CountKept); q.Since.Before(kept) {
		q.Since = kept
	}
	q.Since = m.stepBegin(q.Since, step)
	switch {
	case !q.Since.Before(q.Until):
		return engine.Span{}, engine.Invalid("since", "The span ends before it begins; since must be before until.")
	case q.Until.Sub(q.Since)/step >= bucketsMost:
		return engine.Span{}, engine.Invalid("step", "That are too many steps; ask for a shorter span or longer steps.")
	}
	return engine.Span{Since: q.Since, Until: q.Until, Step: step}, nil
}

// day is a step that is as long as the day is: one in which the clocks are set has
// another number of hours.
const day = 24 * time.Hour

// stepBegin returns when the step began that a time is in, in the workspace's zone.
func (m *mount) stepBegin(t time.Time, step time.Duration) time.Time {
	midnight := m.midnight(t)
	if step >= day {
		return midnight
	}
	return midnight.Add(t.Sub(midnight).Truncate(step))
}

// stepEnd returns when the step ends that begins at a time: each day begins with a new one.
func (m *mount) stepEnd(at time.Time, step time.Duration) time.Time {
	at = at.In(m.Location())
	tomorrow := time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
	if end := at.Add(step); step < day && end.Before(tomorrow) {
		return end
	}
	return tomorrow
}

// midnight returns when the day of a time began in the workspace's zone.
func (m *mount) midnight(t time.Time) time.Time {
	t = t.In(m.Location())
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func (m *mount) getActivity(ctx context.Context, in *struct{ ActivityQuery }) (*plain[Activity], error) {
	span, err := m.span(in.ActivityQuery)
	if err != nil {
		return nil, err
	}
	step := span.Step
	span.Step = engine.CountStep
	span.Name = in.Inbox
	events, err := m.Activity.EventCounts(ctx, span)
	if err != nil {
		return nil, err
	}
	span.Name = in.Rule
	runs, err := m.Activity.RunCounts(ctx, span)
	if err != nil {
		return nil, err
	}
	a := Activity{Since: span.Since.UTC(), Until: span.Until.UTC(), Step: in.Step, Events: []EventsBucket{}, Runs: []RunsBucket{}}
	quarter := 0
	for at := span.Since; at.Before(span.Until); {
		e, r := EventsBucket{At: at.UTC()}, RunsBucket{At: at.UTC()}
		at = m.stepEnd(at, step)
		for ; time.Duration(quarter)*engine.CountStep < at.Sub(span.Since); quarter++ {
			e.EventCounts, r.RunCounts = sumEvents(e.EventCounts, events[quarter]), sumRuns(r.RunCounts, runs[quarter])
		}
		a.Events, a.Runs = append(a.Events, e), append(a.Runs, r)
	}
	return answer(a), nil
}
