package api

import (
	"context"
	"net/http"

	"patchbay/engine"
)

// ProviderInfo describes a provider or scheme to people.
type ProviderInfo struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	General     bool     `json:"general" doc:"A scheme that is nobody's own, such as a secret address."`
	Aliases     []string `json:"aliases" nullable:"false"`
	NeedSecret  bool     `json:"needSecret"`
	SignsURL    bool     `json:"signsUrl" doc:"The address is part of its signature: it must be told the public address."`
	Methods     []string `json:"methods" nullable:"false" doc:"Methods beyond POST, PUT, PATCH and DELETE that it delivers with."`
	RerunFailed bool     `json:"rerunFailed" doc:"A redelivery runs again what failed, unless the inbox says otherwise."`
	HasDelivery bool     `json:"hasDelivery" doc:"Its deliveries carry an id by which repeats are known."`
	HasType     bool     `json:"hasType" doc:"Its deliveries tell the kind of event."`
	DocURL      string   `json:"docUrl,omitempty"`

	Proof        string           `json:"proof" doc:"How it proves itself, in a sentence."`
	Setup        []string         `json:"setup" nullable:"false" doc:"How to set it up, step by step; {{address}} stands for the address of the inbox."`
	Retry        ProviderRetry    `json:"retry"`
	Answer       string           `json:"answer" doc:"What answer it expects, in a sentence."`
	AnswerWithin engine.Duration  `json:"answerWithin" doc:"How long it waits for it; 0s where that is not known."`
	ContentTypes []string         `json:"contentTypes" nullable:"false"`
	Samples      []ProviderSample `json:"samples" nullable:"false" doc:"The kinds of event of which there is a built-in sample, the most wanted first."`
}

// ProviderRetry tells how a provider behaves when its requests fail.
type ProviderRetry struct {
	Text       string `json:"text" doc:"How often and for how long it tries again; empty where that is not known."`
	StopsAfter int    `json:"stopsAfter" doc:"Failures in a row after which it stops; 0 where no number is known."`
	Stops      string `json:"stops" doc:"What it does then."`
	WarnAfter  int    `json:"warnAfter" doc:"Failures in a row from which on an inbox warns."`
	Confirmed  bool   `json:"confirmed" doc:"It was read in what the provider itself publishes, and so was answerWithin; otherwise its documentation should be looked at."`
}

// ProviderSample names a built-in sample.
type ProviderSample struct {
	Event string `json:"event" doc:"As the provider names it."`
	Title string `json:"title"`
}

func (m *mount) catalogOperations() {
	const tag = "catalog"
	add(m, operation{
		id: "listActions", method: http.MethodGet, path: "/actions", tag: tag, summary: "What steps can do, with a JSON Schema of each configuration", need: engine.RoleViewer,
	}, m.listActions)
	add(m, operation{
		id: "listConnectionTypes", method: http.MethodGet, path: "/connection-types", tag: tag, summary: "The kinds of connection", need: engine.RoleViewer,
	}, m.listConnectionTypes)
	add(m, operation{
		id: "listProviders", method: http.MethodGet, path: "/providers", tag: tag, summary: "The senders and schemes that inboxes can check", need: engine.RoleViewer,
	}, m.listProviders)
}

func (m *mount) listActions(_ context.Context, in *struct{ Listing }) (*plain[Page[engine.ActionSpec]], error) {
	specs := each(m.Actions.Specs(), func(s engine.ActionSpec) engine.ActionSpec {
		s.Connections, s.Required, s.Literal = list(s.Connections), list(s.Required), list(s.Literal)
		return s
	})
	return page(specs, func(s engine.ActionSpec) string { return s.Type }, in.Listing)
}

func (m *mount) listConnectionTypes(_ context.Context, in *struct{ Listing }) (*plain[Page[engine.ConnectionType]], error) {
	types := each(m.Actions.ConnectionTypes(), func(t engine.ConnectionType) engine.ConnectionType {
		t.Secrets = list(t.Secrets)
		return t
	})
	return page(types, func(t engine.ConnectionType) string { return t.Type }, in.Listing)
}

func (m *mount) listProviders(_ context.Context, in *struct{ Listing }) (*plain[Page[ProviderInfo]], error) {
	all := each(m.Providers(), func(p ProviderInfo) ProviderInfo {
		p.Aliases, p.Methods, p.Setup = list(p.Aliases), list(p.Methods), list(p.Setup)
		p.ContentTypes, p.Samples = list(p.ContentTypes), list(p.Samples)
		return p
	})
	return page(all, func(p ProviderInfo) string { return p.ID }, in.Listing)
}
