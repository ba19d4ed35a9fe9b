package runner

import (
	"context"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// EvalText implements [engine.Evaluator].
func (r *Runner) EvalText(ctx context.Context, expression string, e *engine.Event) (string, error) {
	program, err := r.deps.Rules.Compile(expression, rules.Scope{})
	if err != nil {
		return "", err
	}
	snap, err := r.catalog.snapshot(ctx)
	if err != nil {
		return "", err
	}
	var payload payloadField
	if in := snap.inboxes[e.Inbox]; in != nil {
		payload = in.payload
	}
	in := newInput(e, payload, snap.vars)
	in.have(program.Needs())
	return program.Text(ctx, &in.env)
}
