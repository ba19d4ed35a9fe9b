package api

import (
	"context"
	"strings"
	"time"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// EvalInput is an expression with what to evaluate it over.
type EvalInput struct {
	Expression string `json:"expression" maxLength:"65536"`
	EventChoice
}

// EventChoice is a stored event, the newest event of an inbox, or a sample. With none
// of them everything is empty.
type EventChoice struct {
	EventID engine.ID      `json:"eventId,omitzero"`
	Inbox   string         `json:"inbox,omitempty" maxLength:"63"`
	Sample  *EvalSample    `json:"sample,omitempty"`
	Steps   map[string]any `json:"steps,omitempty" doc:"Outputs of earlier steps, by key."`
	Item    any            `json:"item,omitempty"`
	Index   int            `json:"index,omitempty"`
}

// EvalSample is an event that was not received.
type EvalSample struct {
	Payload     any               `json:"payload,omitempty"`
	Body        *string           `json:"body,omitempty" doc:"Instead of a payload: a request body, decoded as an inbox would."`
	ContentType string            `json:"contentType,omitempty" doc:"Of the body."`
	Headers     map[string]string `json:"headers,omitempty"`
	Query       string            `json:"query,omitempty"`
	Method      string            `json:"method,omitempty"`
	Type        string            `json:"type,omitempty"`
}

// Evaluated is what an expression gives. Match is what it would mean as a condition.
type Evaluated struct {
	Value   any       `json:"value"`
	Match   bool      `json:"match"`
	Notes   []string  `json:"notes" nullable:"false" doc:"The clauses that could not be told, and why."`
	EventID engine.ID `json:"eventId" doc:"The event that it was evaluated over; empty for a sample."`
}

func (m *mount) evalExpression(ctx context.Context, in *struct{ Body EvalInput }) (*plain[Evaluated], error) {
	b := in.Body
	event, err := m.evalEvent(ctx, b.EventChoice)
	if err != nil {
		return nil, err
	}
	scope := rules.Scope{InSteps: b.Steps != nil, Steps: sortedKeys(b.Steps), Item: b.Item != nil}
	program, err := m.Expressions.Compile(b.Expression, scope)
	if err != nil {
		return nil, in.Body.at(err)
	}
	env, err := m.evalEnv(ctx, b.EventChoice, event)
	if err != nil {
		return nil, err
	}
	out := Evaluated{}
	if event != nil {
		out.EventID = event.ID
	}
	if out.Value, err = program.Eval(ctx, env); err != nil {
		return nil, in.Body.at(err)
	}
	if out.Match, out.Notes, err = program.Match(ctx, env); err != nil {
		return nil, in.Body.at(err)
	}
	out.Notes = list(out.Notes)
	return answer(out), nil
}

// at names the field that holds the expression.
func (EvalInput) at(err error) error {
	p := asProblem(err)
	for i := range p.Errors {
		p.Errors[i].Location = "body.expression"
	}
	return p
}

// evalEvent returns the stored event that the input names, nil when it names none.
func (m *mount) evalEvent(ctx context.Context, in EventChoice) (*engine.Event, error) {
	switch {
	case !in.EventID.IsZero():
		return m.Events.Event(ctx, in.EventID)
	case in.Inbox == "" || in.Sample != nil:
		return nil, nil //nolint:nilnil // a sample has no event
	}
	if _, err := m.Inboxes.Inbox(ctx, in.Inbox); err != nil {
		return nil, err
	}
	newest, err := m.Events.Events(ctx, engine.EventFilter{Inbox: in.Inbox, Verdict: engine.Accepted, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(newest.Items) == 0 {
		return nil, engine.Invalid("inbox", "Inbox %q has no event yet; send it one, or give a sample.", in.Inbox)
	}
	return m.Events.Event(ctx, newest.Items[0].ID)
}

func (m *mount) evalEnv(ctx context.Context, in EventChoice, e *engine.Event) (*rules.Env, error) {
	vars, _, err := m.Settings.Vars(ctx)
	if err != nil {
		return nil, err
	}
	env := &rules.Env{Vars: vars, Steps: in.Steps, Item: in.Item, Index: in.Index, Inbox: in.Inbox, Now: m.Now()}
	fault := ""
	switch {
	case e != nil:
		d := m.Decode(e)
		env.Payload, env.Literals, fault = d.Payload, d.Literals, d.Error
		env.Inbox, env.Now = e.Inbox, e.ReceivedAt
	default:
		sample := EvalSample{}
		if in.Sample != nil {
			sample = *in.Sample
		}
		e = sample.event(in.Inbox, env.Now)
		env.Payload = sample.Payload
		if sample.Body != nil {
			d := m.Decode(e)
			env.Payload, env.Literals, fault = d.Payload, d.Literals, d.Error
		}
	}
	if fault == "" {
		fault = e.DecodeError
	}
	env.Headers, env.Query, env.Method = headersOf(e), m.Query(e.Query), e.Method
	env.Event = map[string]any{
		"id": e.ID.String(), "type": e.Type, "receivedAt": e.ReceivedAt, "verified": e.Verified, "ip": e.IP, "decodeError": fault,
	}
	return env, nil
}

// event is the sample as it would have been received.
func (s EvalSample) event(inbox string, now time.Time) *engine.Event {
	e := &engine.Event{Inbox: inbox, ReceivedAt: now, Method: s.Method, Query: s.Query, Type: s.Type, ContentType: s.ContentType}
	for _, name := range sortedKeys(s.Headers) {
		e.Headers = append(e.Headers, engine.Header{Name: name, Value: s.Headers[name]})
	}
	if s.Body != nil {
		e.Body = []byte(*s.Body)
	}
	return e
}

// headersOf gives lower-case names and first values.
func headersOf(e *engine.Event) map[string]any {
	headers := make(map[string]any, len(e.Headers))
	for _, h := range e.Headers {
		name := strings.ToLower(h.Name)
		if _, ok := headers[name]; !ok {
			headers[name] = h.Value
		}
	}
	return headers
}
