package api

import (
	"context"
	"time"

	"patchbay/engine"
)

// Overview is the state of everything at a glance.
type Overview struct {
	Today     Today           `json:"today"`
	Checklist Checklist       `json:"checklist"`
	Problems  ProblemTotals   `json:"problems"`
	Rules     []RuleActivity  `json:"rules" nullable:"false"`
	Inboxes   []InboxActivity `json:"inboxes" nullable:"false"`
}

// Today is what happened since midnight in the workspace's time zone.
type Today struct {
	Since  time.Time          `json:"since"`
	Events engine.EventCounts `json:"events"`
	Runs   engine.RunCounts   `json:"runs" doc:"sent tells how many messages left."`
}

// Checklist tells which steps of setting up were taken, ever.
type Checklist struct {
	Inbox    bool `json:"inbox" doc:"An inbox was made."`
	Event    bool `json:"event" doc:"An event was received, a sample included."`
	Rule     bool `json:"rule" doc:"A rule was published."`
	Delivery bool `json:"delivery" doc:"A step of a rule did what it was to do."`
}

// ProblemTotals sums up the open problems.
type ProblemTotals struct {
	Open    int   `json:"open"`
	Waiting int64 `json:"waiting" doc:"Runs that wait for another try."`
	Failed  int64 `json:"failed"`
	Unknown int64 `json:"unknown" doc:"Runs whose message may have been sent."`
}

// RuleActivity is what a rule does lately.
type RuleActivity struct {
	RuleID string           `json:"ruleId"`
	Last   *LastRun         `json:"last,omitempty" doc:"Its newest run; left out when it never ran, or when that is no longer kept."`
	Today  engine.RunCounts `json:"today"`
}

// LastRun is how the newest run of a rule went.
type LastRun struct {
	RunID   engine.ID       `json:"runId"`
	EventID engine.ID       `json:"eventId"`
	State   engine.RunState `json:"state" enum:"queued,running,waiting,succeeded,failed,filtered,skipped,canceled"`
	Warned  bool            `json:"warned" doc:"It succeeded although a step failed."`
	Unknown bool            `json:"unknown" doc:"It failed, and what it sent may have arrived."`
	Reason  string          `json:"reason"`
	At      time.Time       `json:"at" doc:"When it ended, or began."`

	Destination string     `json:"destination" doc:"What a waiting run waits for; empty when the rule itself says to wait."`
	DueAt       *time.Time `json:"dueAt" nullable:"true" doc:"When a waiting run goes on."`
}

// InboxActivity is what comes into an inbox lately.
type InboxActivity struct {
	Inbox string             `json:"inbox"`
	Today engine.EventCounts `json:"today"`
}

func (m *mount) getOverview(ctx context.Context, _ *none) (*plain[Overview], error) {
	since := m.midnight(m.Now())
	o := Overview{Today: Today{Since: since.UTC()}, Rules: []RuleActivity{}, Inboxes: []InboxActivity{}}
	for _, part := range []func(context.Context, *Overview) error{m.overInboxes, m.overRules, m.overProblems, m.overChecklist} {
		if err := part(ctx, &o); err != nil {
			return nil, err
		}
	}
	return answer(o), nil
}

func (m *mount) overInboxes(ctx context.Context, o *Overview) error {
	all, err := m.Inboxes.Inboxes(ctx)
	if err != nil {
		return err
	}
	today, err := m.Activity.EventsByInbox(ctx, o.Today.Since)
	if err != nil {
		return err
	}
	o.Checklist.Inbox = len(all) > 0
	for _, box := range all {
		o.Inboxes = append(o.Inboxes, InboxActivity{Inbox: box.Name, Today: today[box.Name]})
	}
	for _, c := range today {
		o.Today.Events = sumEvents(o.Today.Events, c)
	}
	return nil
}

func sumEvents(a, b engine.EventCounts) engine.EventCounts {
	return engine.EventCounts{
		Received: a.Received + b.Received, Accepted: a.Accepted + b.Accepted, Duplicate: a.Duplicate + b.Duplicate,
		Rejected: a.Rejected + b.Rejected, Held: a.Held + b.Held, Matched: a.Matched + b.Matched, Unmatched: a.Unmatched + b.Unmatched,
	}
}

func sumRuns(a, b engine.RunCounts) engine.RunCounts {
	return engine.RunCounts{
		Started: a.Started + b.Started, Succeeded: a.Succeeded + b.Succeeded, Warned: a.Warned + b.Warned,
		Failed: a.Failed + b.Failed, Filtered: a.Filtered + b.Filtered, Skipped: a.Skipped + b.Skipped,
		Canceled: a.Canceled + b.Canceled, Done: a.Done + b.Done, Sent: a.Sent + b.Sent,
	}
}

func (m *mount) overRules(ctx context.Context, o *Overview) error {
	all, err := m.Rules.Rules(ctx)
	if err != nil {
		return err
	}
	ids := each(all, func(r *engine.Rule) string { return r.ID })
	last, err := m.Activity.LastRuns(ctx, ids)
	if err != nil {
		return err
	}
	today, err := m.Activity.RunsByRule(ctx, o.Today.Since)
	if err != nil {
		return err
	}
	for _, r := range all {
		o.Checklist.Rule = o.Checklist.Rule || r.Version > 0
		o.Rules = append(o.Rules, RuleActivity{RuleID: r.ID, Last: lastRun(last[r.ID]), Today: today[r.ID]})
	}
	for _, c := range today {
		o.Today.Runs = sumRuns(o.Today.Runs, c)
	}
	return nil
}

func lastRun(r *engine.Run) *LastRun {
	if r == nil {
		return nil
	}
	v := &LastRun{
		RunID: r.ID, EventID: r.EventID, State: r.State, Reason: r.Reason, At: r.CreatedAt.UTC(),
		Warned: r.State == engine.RunSucceeded && len(r.Warnings) > 0, Unknown: r.Unknown,
		Destination: r.Destination, DueAt: when(r.DueAt),
	}
	for _, at := range []time.Time{r.StartedAt, r.FinishedAt} {
		if !at.IsZero() {
			v.At = at.UTC()
		}
	}
	return v
}

func (m *mount) overProblems(ctx context.Context, o *Overview) error {
	open, err := m.Problems.Problems(ctx, false)
	if err != nil {
		return err
	}
	o.Problems.Open = len(open)
	for _, p := range open {
		o.Problems.Waiting += p.Waiting
		o.Problems.Failed += p.Failed
		o.Problems.Unknown += p.Unknown
	}
	return nil
}

func (m *mount) overChecklist(ctx context.Context, o *Overview) error {
	ever, err := m.Activity.RunsByRule(ctx, time.Time{})
	if err != nil {
		return err
	}
	for _, c := range ever {
		o.Checklist.Delivery = o.Checklist.Delivery || c.Done > 0
		o.Checklist.Rule = o.Checklist.Rule || c.Started > 0
	}
	received, err := m.Activity.EventsByInbox(ctx, time.Time{})
	if err != nil {
		return err
	}
	for _, c := range received {
		o.Checklist.Event = o.Checklist.Event || c.Received > 0
	}
	if o.Checklist.Event {
		return nil
	}
	newest, err := m.Events.Events(ctx, engine.EventFilter{Limit: 1}) // samples
	if err != nil {
		return err
	}
	o.Checklist.Event = len(newest.Items) > 0
	return nil
}
