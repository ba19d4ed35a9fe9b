package api

import (
	"context"
	"net/http"

	"patchbay/engine"
	"patchbay/engine/rules/visual"
)

// ExplainInput is a condition with the event to judge it on.
type ExplainInput struct {
	Expression string `json:"expression" maxLength:"65536"`
	EventChoice
	Scope ExpressionScope `json:"scope,omitzero"`
}

// Explained is the verdict of a condition on an event, with that of every part. An
// expression with faults has errors and no verdict.
type Explained struct {
	Verdict  string            `json:"verdict" enum:"yes,no,unknown,broken" doc:"unknown: it cannot be told; match says how the rule treats it."`
	Match    bool              `json:"match" doc:"Whether the rule would run: always what the rule itself decides."`
	Sentence []SentencePart    `json:"sentence" nullable:"false"`
	Hint     *ExplainHint      `json:"hint,omitempty"`
	Decides  []string          `json:"decides" nullable:"false" doc:"Ids of the rows to which the verdict is due."`
	Nodes    []NodeVerdict     `json:"nodes" nullable:"false" doc:"In the order of the tree that visualExpression gives; when is the kind of event."`
	Errors   []ExpressionFault `json:"errors" nullable:"false"`
	EventID  engine.ID         `json:"eventId" doc:"The event that it was judged on; empty for a sample."`
}

// NodeVerdict is what became of one node of the tree.
type NodeVerdict struct {
	ID       string         `json:"id" doc:"As in the tree."`
	Verdict  string         `json:"verdict" enum:"yes,no,unknown"`
	Match    bool           `json:"match" doc:"How the rule treats it."`
	Actual   *ActualValue   `json:"actual,omitempty" doc:"What the field of a row is."`
	Sentence []SentencePart `json:"sentence" nullable:"false"`
	Hint     *ExplainHint   `json:"hint,omitempty"`
}

// ActualValue is the value of a field in the event.
type ActualValue struct {
	Found bool   `json:"found" doc:"The field is in the event, be it null."`
	Type  string `json:"type"`
	Text  string `json:"text" doc:"Cut short; text in quotation marks."`
}

// ExplainHint is an edit of a row that would help.
type ExplainHint struct {
	Kind     string         `json:"kind" enum:"field,number,text" doc:"field: use another field; number and text: convert it."`
	Field    string         `json:"field,omitempty" doc:"The field to use instead."`
	Sentence []SentencePart `json:"sentence" nullable:"false"`
}

func (m *mount) explainOperation() {
	add(m, operation{
		id: "explainExpression", method: http.MethodPost, path: "/expressions/explain", tag: "expressions",
		summary: "Judge a condition and each part of it on an event or a sample", need: engine.RoleViewer, data: true, body: sampleBody,
	}, m.explainExpression)
}

func (m *mount) explainExpression(ctx context.Context, in *struct{ Body ExplainInput }) (*plain[Explained], error) {
	env, scope, id, err := m.over(ctx, in.Body.EventChoice, in.Body.Scope)
	if err != nil {
		return nil, err
	}
	got, err := visual.Explain(ctx, m.Expressions, in.Body.Expression, scope, env)
	if err != nil {
		faults, ok := faultsOf(err)
		if !ok {
			return nil, err
		}
		return answer(Explained{
			Verdict: "broken", EventID: id, Sentence: []SentencePart{}, Decides: []string{}, Nodes: []NodeVerdict{},
			Errors: each(faults, func(e *engine.Error) ExpressionFault { return expressionFault(in.Body.Expression, e) }),
		}), nil
	}
	return answer(Explained{
		Verdict: string(got.Verdict), Match: got.Match, Sentence: sentenceView(got.Says), Hint: hintView(got.Hint),
		Decides: list(got.Decides), Nodes: each(got.Nodes, nodeVerdict), Errors: []ExpressionFault{}, EventID: id,
	}), nil
}

func nodeVerdict(j visual.Judgement) NodeVerdict {
	out := NodeVerdict{ID: j.ID, Verdict: string(j.Verdict), Match: j.Match, Sentence: sentenceView(j.Says), Hint: hintView(j.Hint)}
	if j.Actual != nil {
		out.Actual = &ActualValue{Found: j.Actual.Found, Type: string(j.Actual.Type), Text: j.Actual.Text}
	}
	return out
}

func hintView(h *visual.Hint) *ExplainHint {
	if h == nil {
		return nil
	}
	return &ExplainHint{Kind: string(h.Kind), Field: h.Field, Sentence: sentenceView(h.Says)}
}
