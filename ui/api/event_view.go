package api

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"patchbay/engine"
)

// EventSummary is an event as lists show it.
type EventSummary struct {
	ID          engine.ID      `json:"id"`
	Seq         int64          `json:"seq" doc:"Its place in the order of commits."`
	Inbox       string         `json:"inbox"`
	ReceivedAt  time.Time      `json:"receivedAt"`
	Origin      engine.Origin  `json:"origin" enum:"sender,sample,edited,split"`
	OriginalID  engine.ID      `json:"originalId" doc:"Of an edited copy: what it was made from."`
	ParentID    engine.ID      `json:"parentId" doc:"Of one item of a batch: the batch, which may be deleted."`
	Items       int            `json:"items" doc:"Of a batch: how many events its list became; they, and not it, are judged by rules."`
	Verdict     engine.Verdict `json:"verdict" enum:"accepted,duplicate,rejected,held"`
	Reason      string         `json:"reason"`
	Route       engine.Route   `json:"route" enum:",pending,matched,unmatched"`
	Type        string         `json:"type"`
	Summary     string         `json:"summary"`
	DeliveryID  string         `json:"deliveryId"`
	Method      string         `json:"method"`
	Path        string         `json:"path"`
	Query       string         `json:"query"`
	ContentType string         `json:"contentType"`
	IP          string         `json:"ip"`
	Verified    string         `json:"verified" doc:"The scheme that proved the sender; empty when nothing was proved."`
	DecodeError string         `json:"decodeError"`
	Size        int64          `json:"size"`
	Truncated   bool           `json:"truncated" doc:"Only the beginning of the body is kept."`
	Runs        []EventRun     `json:"runs" nullable:"false"`
}

// Event is one request to an inbox with its payload.
type Event struct {
	EventSummary
	Headers      []engine.Header   `json:"headers" nullable:"false" doc:"All of them, credentials replaced by a hash."`
	Payload      any               `json:"payload"`
	PayloadNotes []string          `json:"payloadNotes" nullable:"false" doc:"What of the body is not in the payload: of a key that stands more than once all but the last, and the like."`
	Newer        engine.ID         `json:"newer" doc:"The next event of the inbox; empty when this is the newest."`
	Older        engine.ID         `json:"older" doc:"The event of the inbox before this one."`
	Notes        []engine.RuleNote `json:"notes" nullable:"false" doc:"What could not be told when rules were judged."`
}

// Decoded is what a body says. Literals are its numbers as rules.Env.Literals holds them,
// Notes tell what of it the payload lacks, Error why the payload is only text.
type Decoded struct {
	Payload  any
	Literals map[string]string
	Notes    []string
	Error    string
}

// EventRun is a run as its event shows it.
type EventRun struct {
	ID          engine.ID       `json:"id"`
	RuleID      string          `json:"ruleId"`
	RuleName    string          `json:"ruleName"`
	RuleVersion int             `json:"ruleVersion"`
	Trigger     engine.Trigger  `json:"trigger" enum:"live,replay,test"`
	State       engine.RunState `json:"state" enum:"queued,running,waiting,succeeded,failed,filtered,skipped,canceled"`
	Reason      string          `json:"reason"`
	Warnings    []string        `json:"warnings" nullable:"false"`
	Unknown     bool            `json:"unknown" doc:"It failed, and what it sent may have arrived."`
	Destination string          `json:"destination" doc:"What a waiting run waits for."`
	DueAt       *time.Time      `json:"dueAt" nullable:"true"`
	CreatedAt   time.Time       `json:"createdAt"`
}

// EventList is one page of events, newest first.
type EventList struct {
	Items      []EventSummary `json:"items" nullable:"false"`
	NextCursor string         `json:"nextCursor" doc:"Pass it as cursor for the next page; empty on the last one."`
	Searched   int            `json:"searched,omitempty" doc:"With q: how many bodies were looked at."`
	Complete   bool           `json:"complete" doc:"With q: whether these were all bodies there are."`
}

// mostRuns is how many runs of an event are told.
const mostRuns = 200

// eventSummaries are events as lists show them.
func (m *mount) eventSummaries(ctx context.Context, events []*engine.Event) ([]EventSummary, error) {
	var routed []engine.ID // only they can have runs
	for _, e := range events {
		if e.Verdict != engine.Rejected && e.Verdict != engine.Held {
			routed = append(routed, e.ID)
		}
	}
	runs, err := m.Activity.RunsOf(ctx, routed, mostRuns)
	if err != nil {
		return nil, err
	}
	return each(events, func(e *engine.Event) EventSummary {
		return EventSummary{
			ID: e.ID, Seq: e.Seq, Inbox: e.Inbox, ReceivedAt: e.ReceivedAt.UTC(), Origin: e.Origin,
			OriginalID: e.OriginalID, ParentID: e.ParentID, Items: e.Items, Verdict: e.Verdict, Reason: e.Reason, Route: e.Route,
			Type: e.Type, Summary: m.summaryOf(e), DeliveryID: e.DeliveryID, Method: e.Method, Path: e.Path, Query: e.Query,
			ContentType: e.ContentType, IP: e.IP, Verified: e.Verified, DecodeError: e.DecodeError,
			Size: e.Size, Truncated: e.Truncated, Runs: each(runs[e.ID], eventRun),
		}
	}), nil
}

// summaryOf is the line that an event came with, or else one made from its payload.
func (m *mount) summaryOf(e *engine.Event) string {
	if e.Summary != "" || len(e.Body) == 0 {
		return e.Summary
	}
	return summarize(m.Decode(e).Payload) // what cannot be decoded is text, or nothing
}

func eventRun(r *engine.Run) EventRun {
	return EventRun{
		ID: r.ID, RuleID: r.RuleID, RuleName: r.RuleName, RuleVersion: r.RuleVersion, Trigger: r.Trigger, State: r.State, Reason: r.Reason,
		Warnings: list(r.Warnings), Unknown: r.Unknown, Destination: r.Destination, DueAt: when(r.DueAt), CreatedAt: r.CreatedAt.UTC(),
	}
}

func (m *mount) eventView(ctx context.Context, e *engine.Event) (Event, error) {
	summaries, err := m.eventSummaries(ctx, []*engine.Event{e})
	if err != nil {
		return Event{}, err
	}
	v := Event{EventSummary: summaries[0], Headers: e.Headers, Notes: e.Notes}
	if v.Newer, v.Older, err = m.Activity.Neighbors(ctx, e.ID); err != nil {
		return Event{}, err
	}
	if v.Headers == nil {
		v.Headers = []engine.Header{}
	}
	if v.Notes == nil {
		v.Notes = []engine.RuleNote{}
	}
	d := m.Decode(e)
	v.Payload, v.PayloadNotes = d.Payload, list(d.Notes)
	if len(d.Literals) > 0 {
		v.Payload = asReceived(d.Payload, d.Literals, nil)
	}
	if d.Error != "" {
		v.DecodeError = d.Error
	}
	return v, nil
}

// asReceived copies a payload with its numbers as they were written: 640.00 and more
// digits than a float64 holds.
func asReceived(value any, literals map[string]string, pointer []byte) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = asReceived(item, literals, engine.AppendPointer(pointer, key))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = asReceived(item, literals, engine.AppendPointer(pointer, strconv.Itoa(i)))
		}
		return out
	}
	if text, ok := literals[string(pointer)]; ok {
		return json.Number(text)
	}
	return value
}
