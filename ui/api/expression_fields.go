package api

import (
	"context"
	"net/http"

	"patchbay/engine"
	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

// sampleBody bounds a request that brings a sample along.
const sampleBody = 16 << 20

// FieldsInput asks for the fields of an event.
type FieldsInput struct {
	EventChoice
	Scope ExpressionScope `json:"scope,omitzero"`
	Find  string          `json:"find,omitempty" maxLength:"200" doc:"Part of a name or of a value."`
	Items string          `json:"items,omitempty" maxLength:"4096" doc:"A list, such as payload.items: the fields of its items, as they stand below where."`
	Limit int             `json:"limit,omitempty" minimum:"0" maximum:"2000" doc:"500 when left out."`
}

// FieldList is the fields of an event, in the order in which people look for them.
type FieldList struct {
	Items   []FieldInfo `json:"items" nullable:"false"`
	More    bool        `json:"more" doc:"Something was left out: search for it."`
	EventID engine.ID   `json:"eventId" doc:"The event that they are from; empty for a sample."`
}

// FieldInfo is one field of an event.
type FieldInfo struct {
	Path    string `json:"path" doc:"As it is written in an expression."`
	Label   string `json:"label" doc:"As people call it."`
	Type    string `json:"type" enum:"text,number,boolean,date,list,object,any"`
	Numeric bool   `json:"numeric" doc:"Text that is a number: convert it to compare it as one."`
	Sample  string `json:"sample" doc:"The value, cut short; text in quotation marks."`
}

// CompleteInput is an expression or template that is being written.
type CompleteInput struct {
	Text     string `json:"text" maxLength:"1048576"`
	Caret    int    `json:"caret" minimum:"0" doc:"In UTF-16 units, as JavaScript counts."`
	Template bool   `json:"template,omitempty" doc:"It is text with expressions between {{ and }}."`
	EventChoice
	Scope ExpressionScope `json:"scope,omitzero"`
}

// Completion is what can be written at the caret, the likeliest first.
type Completion struct {
	From  int              `json:"from" doc:"Where what is being written begins, in UTF-16 units."`
	To    int              `json:"to"`
	Items []CompletionItem `json:"items" nullable:"false"`
	More  bool             `json:"more" doc:"There is more than is listed; write on."`
}

// CompletionItem is one thing that can be written.
type CompletionItem struct {
	Kind   string `json:"kind" enum:"field,function,operator,variable,step,value"`
	Label  string `json:"label"`
	Insert string `json:"insert"`
	From   int    `json:"from" doc:"Where what it replaces begins, in UTF-16 units."`
	Name   string `json:"name" doc:"A field as people call it."`
	Type   string `json:"type" doc:"Of a field or value."`
	Detail string `json:"detail" doc:"The signature of a function."`
	Info   string `json:"info"`
	Sample string `json:"sample" doc:"The value in the event, cut short."`
}

func (m *mount) fieldOperations() {
	const tag = "expressions"
	add(m, operation{
		id: "listFields", method: http.MethodPost, path: "/expressions/fields", tag: tag, summary: "The fields of an event or a sample",
		need: engine.RoleViewer, data: true, body: sampleBody,
	}, m.listFields)
	add(m, operation{
		id: "completeExpression", method: http.MethodPost, path: "/expressions/complete", tag: tag, summary: "What can be written at the caret",
		need: engine.RoleViewer, data: true, body: sampleBody,
	}, m.completeExpression)
}

// over returns what an expression is about: the event that was chosen, and the names
// that exist beside it.
func (m *mount) over(ctx context.Context, in EventChoice, s ExpressionScope) (*rules.Env, rules.Scope, engine.ID, error) {
	event, err := m.evalEvent(ctx, in)
	if err != nil {
		return nil, rules.Scope{}, engine.ID{}, err
	}
	env, err := m.evalEnv(ctx, in, event)
	if err != nil {
		return nil, rules.Scope{}, engine.ID{}, err
	}
	scope, id := s.scope(), engine.ID{}
	if event != nil {
		id = event.ID
	}
	if in.Steps != nil {
		scope.InSteps = true
		if len(scope.Steps) == 0 {
			scope.Steps = sortedKeys(in.Steps)
		}
	}
	scope.Item = scope.Item || in.Item != nil
	return env, scope, id, nil
}

func (m *mount) listFields(ctx context.Context, in *struct{ Body FieldsInput }) (*plain[FieldList], error) {
	env, scope, id, err := m.over(ctx, in.Body.EventChoice, in.Body.Scope)
	if err != nil {
		return nil, err
	}
	got := fields.Of(env, fields.Query{Scope: scope, Find: in.Body.Find, Items: in.Body.Items, Limit: in.Body.Limit})
	return answer(FieldList{Items: each(got.Fields, func(f fields.Field) FieldInfo {
		return FieldInfo{Path: f.Path, Label: f.Label, Type: string(f.Type), Numeric: f.Numeric, Sample: f.Sample}
	}), More: got.More, EventID: id}), nil
}

func (m *mount) completeExpression(ctx context.Context, in *struct{ Body CompleteInput }) (*plain[Completion], error) {
	env, scope, _, err := m.over(ctx, in.Body.EventChoice, in.Body.Scope)
	if err != nil {
		return nil, err
	}
	got := fields.Complete(env, fields.Caret{Text: in.Body.Text, At: in.Body.Caret, Template: in.Body.Template, Scope: scope})
	return answer(Completion{From: got.From, To: got.To, More: got.More, Items: each(got.Items, func(it fields.Item) CompletionItem {
		return CompletionItem{
			Kind: string(it.Kind), Label: it.Label, Insert: it.Insert, From: it.From, Name: it.Name, Type: string(it.Type),
			Detail: it.Detail, Info: it.Info, Sample: it.Sample,
		}
	})}), nil
}
