package api

import (
	"context"
	"slices"

	"patchbay/engine"
)

// LooksLike names whom the events of an inbox look like they came from.
type LooksLike struct {
	Provider   string    `json:"provider" doc:"The scheme to choose for it."`
	Title      string    `json:"title"`
	Confidence int       `json:"confidence" minimum:"0" maximum:"100" doc:"In per cent."`
	EventID    engine.ID `json:"eventId" doc:"The newest event that it was seen by."`
	Why        string    `json:"why" doc:"A sentence."`
	NeedSecret bool      `json:"needSecret" doc:"It signs what it sends: its secret is needed."`
	Kind       string    `json:"-"` // of the event, as the provider names it
}

const (
	lookedAt     = 10       // events of an inbox
	lookedInto   = 64 << 10 // bytes of a body; larger ones are judged by their headers
	mostRejected = 3        // pages of events to find enough that were not rejected
)

// looksLike names whom the newest events of an inbox came from, nil where a provider is
// chosen already, where nothing tells, or where they came from several.
func (m *mount) looksLike(ctx context.Context, in *engine.Inbox) (*LooksLike, error) {
	if m.Recognize == nil || !m.generalScheme(in.Verify.Scheme) {
		return nil, nil //nolint:nilnil // nobody is a good answer
	}
	events, err := m.lately(ctx, in.Name, engine.OriginSender)
	if err != nil {
		return nil, err
	}
	var found *LooksLike
	for _, e := range events {
		switch look := m.Recognize(e); {
		case look == nil:
		case found == nil:
			found = look
			found.EventID = e.ID
		case look.Provider != found.Provider:
			return nil, nil //nolint:nilnil // nobody is a good answer
		}
	}
	return found, nil
}

// lately returns the newest events of these origins that were not turned away.
func (m *mount) lately(ctx context.Context, inbox string, origins ...engine.Origin) ([]*engine.Event, error) {
	var list []*engine.Event
	filter := engine.EventFilter{Inbox: inbox, Limit: lookedAt, Bodies: lookedInto}
	for range mostRejected {
		got, err := m.Events.Events(ctx, filter)
		if err != nil {
			return nil, err
		}
		for _, e := range got.Items {
			if e.Verdict != engine.Rejected && slices.Contains(origins, e.Origin) {
				list = append(list, e)
			}
		}
		if filter.Cursor = got.NextCursor; len(list) > 0 || filter.Cursor == "" {
			break
		}
	}
	return list, nil
}

// generalScheme reports whether a scheme is nobody's own.
func (m *mount) generalScheme(id string) bool {
	return id == "" || m.schemes()[id].General
}
