package api

import (
	"context"
	"net/http"
	"time"

	"patchbay/engine"
)

// SampleInput is a request to send to an inbox as its provider would.
type SampleInput struct {
	Provider string          `json:"provider,omitempty" doc:"Sign as this provider does; the inbox's own scheme when left out."`
	Sample   string          `json:"sample,omitempty" doc:"Send what this provider, or a form, sends, signed as the inbox wants it: provider of listSamples."`
	Event    string          `json:"event,omitempty" doc:"The kind of the built-in sample to send when there is no body; the first one when left out."`
	Method   string          `json:"method,omitempty" enum:"POST,PUT,PATCH,DELETE,GET"`
	Query    string          `json:"query,omitempty" maxLength:"8192"`
	Headers  []engine.Header `json:"headers,omitempty" nullable:"false" maxItems:"100"`
	Body     *string         `json:"body,omitempty"`
}

// Sample is what [Deps].Send is asked to send. Body is nil when none was given.
type Sample struct {
	Inbox    string
	Provider string // whose signature it gets; "" is the inbox's own scheme
	Like     string // whose event it is; "" is that provider's
	Event    string
	Method   string
	Query    string
	Headers  []engine.Header
	Body     []byte
	By       string
}

// SampleAnswer is what the inbox answered.
type SampleAnswer struct {
	Status  int       `json:"status"`
	Body    string    `json:"body"`
	EventID engine.ID `json:"eventId" doc:"Empty when the inbox stored nothing."`
}

// SampleInfo is a built-in sample.
type SampleInfo struct {
	Provider      string `json:"provider" doc:"Whose event it is; form is what a website's form sends."`
	ProviderTitle string `json:"providerTitle"`
	Event         string `json:"event" doc:"The kind of event as its sender names it."`
	Title         string `json:"title"`
	ContentType   string `json:"contentType"`
	Body          string `json:"body" doc:"As it would be sent now: ids and times are always new."`
}

func (m *mount) sampleOperations() {
	add(m, operation{
		id: "listSamples", method: http.MethodGet, path: "/samples", tag: "inboxes", summary: "The built-in sample events, the most wanted first", need: engine.RoleViewer,
	}, m.listSamples)
	add(m, operation{
		id: "sendSample", method: http.MethodPost, path: "/inboxes/{id}/send", tag: "inboxes", summary: "Send a signed sample to an inbox",
		need: engine.RoleEditor, audit: "inbox.send", status: http.StatusAccepted, body: 16 << 20, data: true, timeout: time.Minute,
	}, m.sendSample)
}

func (m *mount) listSamples(context.Context, *none) (*plain[Page[SampleInfo]], error) {
	return answer(Page[SampleInfo]{Items: list(m.Samples())}), nil
}

func (m *mount) sendSample(ctx context.Context, in *struct {
	Named
	Body SampleInput
},
) (*plain[SampleAnswer], error) {
	if _, err := m.Inboxes.Inbox(ctx, in.ID); err != nil {
		return nil, err
	}
	s := Sample{
		Inbox: in.ID, Provider: in.Body.Provider, Like: in.Body.Sample, Event: in.Body.Event, Method: in.Body.Method,
		Query: in.Body.Query, Headers: in.Body.Headers, By: callerOf(ctx).who,
	}
	if in.Body.Body != nil {
		s.Body = []byte(*in.Body.Body)
	}
	about(ctx, in.ID, "")
	got, err := m.Send(ctx, s)
	if err != nil {
		return nil, err
	}
	return answer(*got), nil
}
