package api

import (
	"context"
	"net/http"
	"time"

	"patchbay/engine"
)

// EventQuery selects events; fields left out do not restrict.
type EventQuery struct {
	Inbox   string         `query:"inbox" json:"inbox,omitempty" maxLength:"63"`
	Verdict engine.Verdict `query:"verdict" json:"verdict,omitempty" enum:"accepted,duplicate,rejected,held"`
	Route   engine.Route   `query:"route" json:"route,omitempty" enum:"pending,matched,unmatched"`
	Type    string         `query:"type" json:"type,omitempty" maxLength:"200"`
	Q       string         `query:"q" json:"q,omitempty" maxLength:"200" doc:"Looked for in id, type, summary, delivery id and the newest bodies."`
	Since   time.Time      `query:"since" json:"since,omitzero"`
	Until   time.Time      `query:"until" json:"until,omitzero"`
}

func (q EventQuery) filter() engine.EventFilter {
	return engine.EventFilter{
		Inbox: q.Inbox, Verdict: q.Verdict, Route: q.Route, Type: q.Type, Query: q.Q, Since: q.Since, Until: q.Until,
	}
}

// raw is the answer with an event's body. It is always a download of no type that
// a browser would render.
type raw struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy"`
	Original    string `header:"X-Original-Content-Type"`
	Body        []byte
}

func (m *mount) eventOperations() {
	const tag = "events"
	add(m, operation{
		id: "listEvents", method: http.MethodGet, path: "/events", tag: tag, summary: "Events, newest first", need: engine.RoleViewer,
	}, m.listEvents)
	add(m, operation{
		id: "getEvent", method: http.MethodGet, path: "/events/{id}", tag: tag, summary: "One event with its payload and runs", need: engine.RoleViewer,
	}, m.getEvent)
	add(m, operation{
		id: "getEventBody", method: http.MethodGet, path: "/events/{id}/body", tag: tag, summary: "The body exactly as it was received", need: engine.RoleViewer,
	}, m.getEventBody)
	add(m, operation{
		id: "listItems", method: http.MethodGet, path: "/events/{id}/items", tag: tag, summary: "The events that the items of a batch became, in their order",
		need: engine.RoleViewer,
	}, m.listItems)
	m.eventRulesOperations()
	add(m, operation{
		id: "deleteEvent", method: http.MethodDelete, path: "/events/{id}", tag: tag, summary: "Delete an event and its finished runs",
		need: engine.RoleEditor, audit: "event.delete", status: http.StatusNoContent,
	}, m.deleteEvent)
	add(m, operation{
		id: "replayEvent", method: http.MethodPost, path: "/events/{id}/replay", tag: tag, summary: "Run an event again, edited if wanted; of a batch its items",
		need: engine.RoleEditor, audit: "event.replay", status: http.StatusAccepted, body: 16 << 20, data: true, timeout: 5 * time.Minute,
	}, m.replayEvent)
	add(m, operation{
		id: "replayEvents", method: http.MethodPost, path: "/events/replay", tag: tag, summary: "Run many events again",
		need: engine.RoleEditor, audit: "event.replay-many", status: http.StatusAccepted, timeout: 5 * time.Minute,
	}, m.replayEvents)
}

func (m *mount) listEvents(ctx context.Context, in *struct {
	EventQuery
	Paging
},
) (*plain[EventList], error) {
	f := in.filter()
	f.Limit, f.Cursor, f.Bodies = in.Limit, in.Cursor, summarized
	got, err := m.Events.Events(ctx, f)
	if err != nil {
		return nil, err
	}
	items, err := m.eventSummaries(ctx, got.Items)
	if err != nil {
		return nil, err
	}
	return answer(EventList{
		Items: items, NextCursor: got.NextCursor, Searched: got.Searched, Complete: got.Complete || in.Q == "",
	}), nil
}

// listItems leaves out what is not kept any more.
func (m *mount) listItems(ctx context.Context, in *struct {
	Named
	Paging
},
) (*plain[EventList], error) {
	id, err := parseID("event", in.ID)
	if err != nil {
		return nil, err
	}
	got, err := m.Events.Items(ctx, id, engine.EventFilter{Limit: in.Limit, Cursor: in.Cursor, Bodies: summarized})
	if err != nil {
		return nil, err
	}
	items, err := m.eventSummaries(ctx, got.Items)
	if err != nil {
		return nil, err
	}
	return answer(EventList{Items: items, NextCursor: got.NextCursor, Complete: true}), nil
}

func (m *mount) event(ctx context.Context, text string) (*engine.Event, error) {
	id, err := parseID("event", text)
	if err != nil {
		return nil, err
	}
	return m.Events.Event(ctx, id)
}

func (m *mount) getEvent(ctx context.Context, in *Named) (*plain[Event], error) {
	e, err := m.event(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	v, err := m.eventView(ctx, e)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func (m *mount) getEventBody(ctx context.Context, in *Named) (*raw, error) {
	e, err := m.event(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &raw{
		ContentType: "application/octet-stream",
		Disposition: `attachment; filename="event-` + e.ID.String() + `.bin"`,
		Policy:      "sandbox; default-src 'none'; frame-ancestors 'none'",
		Original:    oneLine(e.ContentType),
		Body:        e.Body,
	}, nil
}

func (m *mount) deleteEvent(ctx context.Context, in *Named) (*none, error) {
	id, err := parseID("event", in.ID)
	if err != nil {
		return nil, err
	}
	about(ctx, id.String(), "")
	return nil, m.Events.DeleteEvent(ctx, id)
}

// parseID reads an identifier; what is none cannot exist.
func parseID(thing, text string) (engine.ID, error) {
	id, err := engine.ParseID(text)
	if err != nil || id.IsZero() {
		return engine.ID{}, engine.NotFound(thing, text)
	}
	return id, nil
}

// oneLine keeps what a stranger sent from breaking a header.
func oneLine(s string) string {
	clean := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] >= ' ' && s[i] < 0x7f {
			clean = append(clean, s[i])
		}
	}
	return string(clean)
}
