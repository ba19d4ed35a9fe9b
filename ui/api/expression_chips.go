package api

import (
	"context"
	"net/http"

	"patchbay/engine"
	"patchbay/engine/rules/fields"
)

// ChipsInput are expressions of a text with the event to show them for.
type ChipsInput struct {
	Expressions []string `json:"expressions" nullable:"false" maxItems:"200" doc:"What stands between {{ and }}."`
	EventChoice
	Scope ExpressionScope `json:"scope,omitzero"`
}

// ChipList describes expressions in the order in which they were given.
type ChipList struct {
	Items   []Chip    `json:"items" nullable:"false"`
	EventID engine.ID `json:"eventId" doc:"The event that they are shown for; empty for a sample."`
}

// Chip is one expression of a text as people see it.
type Chip struct {
	State    string            `json:"state" enum:"here,empty,missing,waiting,broken" doc:"missing: the field is not in the event; waiting: a step that has not run gives it."`
	Field    string            `json:"field" doc:"The field that it shows; empty when it is more than one field in a format."`
	Label    string            `json:"label" doc:"The field as people call it."`
	Function string            `json:"function" doc:"The format: a function that the field goes through."`
	Args     []any             `json:"args" nullable:"false" doc:"What the function takes behind the field."`
	Default  *string           `json:"default,omitempty" doc:"What is written when there is no value."`
	Type     string            `json:"type" enum:"text,number,boolean,date,list,object,any" doc:"Of the value."`
	Value    string            `json:"value" doc:"The value in the event, cut short."`
	Instead  *ChipField        `json:"instead,omitempty" doc:"The field that was most likely meant."`
	Errors   []ExpressionFault `json:"errors" nullable:"false"`
}

// ChipField is a field with its name.
type ChipField struct {
	Path  string `json:"path"`
	Label string `json:"label"`
}

func (m *mount) chipOperation() {
	add(m, operation{
		id: "describeChips", method: http.MethodPost, path: "/expressions/chips", tag: "expressions",
		summary: "What the expressions of a text show for an event or a sample", need: engine.RoleViewer, data: true, body: sampleBody,
	}, m.describeChips)
}

func (m *mount) describeChips(ctx context.Context, in *struct{ Body ChipsInput }) (*plain[ChipList], error) {
	env, scope, id, err := m.over(ctx, in.Body.EventChoice, in.Body.Scope)
	if err != nil {
		return nil, err
	}
	out := ChipList{Items: make([]Chip, len(in.Body.Expressions)), EventID: id}
	for i, source := range in.Body.Expressions {
		got, err := fields.ReadChip(ctx, m.Expressions, source, scope, env)
		if err != nil {
			faults, ok := faultsOf(err)
			if !ok {
				return nil, err
			}
			out.Items[i] = Chip{State: "broken", Type: string(fields.Any), Args: []any{}, Errors: each(faults, func(e *engine.Error) ExpressionFault {
				return expressionFault(source, e)
			})}
			continue
		}
		out.Items[i] = chipView(got)
	}
	return answer(out), nil
}

func chipView(c fields.Chip) Chip {
	out := Chip{
		State: string(c.State), Label: c.Label, Function: c.Function, Args: list(c.Args), Default: c.Default,
		Type: string(c.Type), Value: c.Value, Errors: []ExpressionFault{},
	}
	if c.Field.Root != "" {
		out.Field = c.Field.String()
	}
	if c.Instead.Root != "" {
		out.Instead = &ChipField{Path: c.Instead.String(), Label: fields.Label(c.Instead)}
	}
	return out
}
