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
		p.Aliases, p.Methods = list(p.Aliases), list(p.Methods)
		return p
	})
	return page(all, func(p ProviderInfo) string { return p.ID }, in.Listing)
}
