package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"patchbay/engine"
	"patchbay/engine/rules/fields"
)

// What became of an event and a rule.
const (
	judgedMatched      = "matched"
	judgedNotMatched   = "not-matched"
	judgedNotTold      = "not-told"
	judgedNotPublished = "not-published"
	judgedNever        = "not-judged"
)

// EventRule is what is known about an event and a rule of its inbox.
type EventRule struct {
	RuleID      string     `json:"ruleId"`
	RuleName    string     `json:"ruleName"`
	Version     int        `json:"version" doc:"The current one; 0 when the rule is deleted or not published."`
	Enabled     bool       `json:"enabled" doc:"Whether it is on now."`
	VersionThen int        `json:"versionThen" doc:"The version that was published when the event came; 0 for none."`
	PublishedAt *time.Time `json:"publishedAt" nullable:"true" doc:"When that version was published, or the first one after the event."`
	Result      string     `json:"result" enum:"matched,not-matched,not-told,not-published,not-judged" doc:"not-matched: its condition said no, or it was off then. not-told: its condition could not be judged, as note says. not-judged: no rule was asked about this event."`
	Note        string     `json:"note"`
	Runs        []EventRun `json:"runs" nullable:"false"`
}

// TypeList is the kinds of events among the newest ones.
type TypeList struct {
	Items  []EventKind `json:"items" nullable:"false" doc:"The most frequent first."`
	Looked int         `json:"looked" doc:"At how many events was looked."`
}

// EventKind is a kind of event, as it is compared and as people call it.
type EventKind struct {
	Type   string    `json:"type"`
	Title  string    `json:"title" doc:"Such as Order created for orders/create."`
	Count  int64     `json:"count"`
	LastAt time.Time `json:"lastAt"`
}

func (m *mount) eventRulesOperations() {
	add(m, operation{
		id: "listEventRules", method: http.MethodGet, path: "/events/{id}/rules", tag: "events", summary: "What each rule made of an event", need: engine.RoleViewer,
	}, m.listEventRules)
	add(m, operation{
		id: "listEventTypes", method: http.MethodGet, path: "/event-types", tag: "events", summary: "The kinds of the newest events", need: engine.RoleViewer,
	}, m.listEventTypes)
}

func (m *mount) listEventTypes(ctx context.Context, in *struct {
	Inbox string `query:"inbox" maxLength:"63"`
},
) (*plain[TypeList], error) {
	types, looked, err := m.Activity.EventTypes(ctx, in.Inbox)
	if err != nil {
		return nil, err
	}
	return answer(TypeList{Items: each(types, func(t engine.TypeCount) EventKind {
		return EventKind{Type: t.Type, Title: fields.EventName(t.Type), Count: t.Count, LastAt: t.LastAt.UTC()}
	}), Looked: looked}), nil
}

func (m *mount) listEventRules(ctx context.Context, in *Named) (*plain[Page[EventRule]], error) {
	e, err := m.event(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	found, err := m.Activity.RunsOf(ctx, []engine.ID{e.ID}, mostRuns)
	if err != nil {
		return nil, err
	}
	runs := each(found[e.ID], eventRun)
	all, err := m.Rules.Rules(ctx)
	if err != nil {
		return nil, err
	}
	var rules []EventRule
	for _, r := range all {
		if slices.Contains(r.AllInboxes(), e.Inbox) || slices.ContainsFunc(runs, func(run EventRun) bool { return run.RuleID == r.ID }) {
			rules = append(rules, EventRule{RuleID: r.ID, RuleName: r.Name, Version: r.Version, Enabled: r.On() && r.Version > 0})
		}
	}
	for _, run := range runs {
		if !slices.ContainsFunc(rules, func(r EventRule) bool { return r.RuleID == run.RuleID }) {
			rules = append(rules, EventRule{RuleID: run.RuleID, RuleName: run.RuleName}) // deleted since
		}
	}
	for i := range rules {
		if err := m.judge(ctx, &rules[i], e, runs); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(rules, func(a, b EventRule) int { return strings.Compare(a.RuleName, b.RuleName) })
	return answer(Page[EventRule]{Items: list(rules)}), nil
}

// judge fills in what became of a rule and an event.
func (m *mount) judge(ctx context.Context, r *EventRule, e *engine.Event, runs []EventRun) error {
	versions, err := m.Rules.Versions(ctx, r.RuleID)
	if err != nil {
		return err
	}
	for _, v := range versions { // newest first
		if r.VersionThen == 0 {
			r.PublishedAt = when(v.PublishedAt)
			if !v.PublishedAt.After(e.ReceivedAt) {
				r.VersionThen = v.Version
			}
		}
	}
	r.Runs = []EventRun{}
	live := false
	for _, run := range runs {
		if run.RuleID == r.RuleID {
			r.Runs = append(r.Runs, run)
			live = live || run.Trigger == engine.TriggerLive
		}
	}
	for _, n := range e.Notes {
		if n.Rule == r.RuleID {
			r.Note = n.Note
		}
	}
	switch {
	case live:
		r.Result = judgedMatched
	case e.Route == "" || e.Route == engine.RoutePending:
		r.Result = judgedNever
	case r.VersionThen == 0:
		r.Result = judgedNotPublished
	case r.Note != "":
		r.Result = judgedNotTold
	default:
		r.Result = judgedNotMatched
	}
	return nil
}
