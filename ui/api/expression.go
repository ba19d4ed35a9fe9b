package api

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// ExpressionScope says where an expression stands.
type ExpressionScope struct {
	Condition bool     `json:"condition,omitempty" doc:"It must be true or false."`
	InSteps   bool     `json:"inSteps,omitempty"`
	Steps     []string `json:"steps,omitempty" nullable:"false" maxItems:"100" doc:"Keys of the earlier steps."`
	Item      bool     `json:"item,omitempty" doc:"Inside forEach."`
}

func (s ExpressionScope) scope() rules.Scope {
	return rules.Scope{Condition: s.Condition, InSteps: s.InSteps || len(s.Steps) > 0, Steps: s.Steps, Item: s.Item}
}

// CheckInput is an expression to check.
type CheckInput struct {
	Expression string `json:"expression" maxLength:"65536"`
	Template   bool   `json:"template,omitempty" doc:"It is text with expressions between {{ and }}."`
	ExpressionScope
}

// Checked tells what is wrong with an expression, or what it reads.
type Checked struct {
	OK     bool           `json:"ok"`
	Errors []ProblemField `json:"errors" nullable:"false"`
	Reads  *Reads         `json:"reads,omitempty"`
}

// Reads is what an expression looks at.
type Reads struct {
	Payload bool     `json:"payload"`
	Keys    []string `json:"keys" nullable:"false" doc:"Top-level keys of the payload; empty with payload means all."`
	Headers bool     `json:"headers"`
	Query   bool     `json:"query"`
	Event   bool     `json:"event"`
	Vars    bool     `json:"vars"`
	Steps   []string `json:"steps" nullable:"false"`
}

// FunctionInfo describes a function that expressions can call.
type FunctionInfo struct {
	Name      string `json:"name"`
	Signature string `json:"signature"`
	Group     string `json:"group"`
	Help      string `json:"help"`
	Example   string `json:"example"`
	Result    string `json:"result" doc:"Of the example, as JSON."`
}

func (m *mount) expressionOperations() {
	const tag = "expressions"
	add(m, operation{
		id: "checkExpression", method: http.MethodPost, path: "/expressions/check", tag: tag, summary: "What is wrong with an expression", need: engine.RoleViewer, data: true,
	}, m.checkExpression)
	add(m, operation{
		id: "expressionReference", method: http.MethodGet, path: "/expressions/reference", tag: tag, summary: "The functions that expressions can call", need: engine.RoleViewer,
	}, m.expressionReference)
	add(m, operation{
		id: "evalExpression", method: http.MethodPost, path: "/expressions/eval", tag: tag, summary: "Evaluate an expression over an event or a sample",
		need: engine.RoleViewer, data: true, body: 16 << 20,
	}, m.evalExpression)
	m.previewOperations()
}

func (m *mount) checkExpression(_ context.Context, in *struct{ Body CheckInput }) (*plain[Checked], error) {
	n, err := m.needs(in.Body)
	if err != nil {
		faults, ok := faultsOf(err)
		if !ok {
			return nil, err
		}
		return answer(Checked{Errors: each(faults, func(e *engine.Error) ProblemField {
			return ProblemField{Message: e.Message, Line: e.Line, Column: e.Column}
		})}), nil
	}
	return answer(Checked{OK: true, Errors: []ProblemField{}, Reads: &Reads{
		Payload: n.Payload, Keys: slices.Sorted(maps.Keys(n.Fields)), Headers: n.Headers, Query: n.Query, Event: n.Event, Vars: n.Vars, Steps: list(n.Steps),
	}}), nil
}

func (m *mount) needs(in CheckInput) (rules.Needs, error) {
	if in.Template {
		t, err := m.Expressions.Template(in.Expression, in.scope(), nil)
		if err != nil {
			return rules.Needs{}, err
		}
		return t.Needs(), nil
	}
	p, err := m.Expressions.Compile(in.Expression, in.scope())
	if err != nil {
		return rules.Needs{}, err
	}
	return p.Needs(), nil
}

func (m *mount) expressionReference(context.Context, *none) (*plain[Page[FunctionInfo]], error) {
	return answer(Page[FunctionInfo]{Items: each(rules.Functions(), func(f rules.Function) FunctionInfo { return FunctionInfo(f) })}), nil
}
