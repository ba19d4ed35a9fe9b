package runner

import (
	"context"
	"maps"

	"patchbay/engine"
	"patchbay/engine/rules"
)

const (
	testMark   = "[Test] "
	testHeader = "Patchbay-Test"
	testEnv    = "PATCHBAY_TEST"
)

// Test implements [engine.Controller]. Neither a circuit nor a rate limiter keeps it
// from what a person wants to see now.
func (r *Runner) Test(ctx context.Context, req engine.TestRequest) (*engine.Tested, error) {
	r.calls.RLock()
	defer r.calls.RUnlock()
	if err := r.ready(); err != nil {
		return nil, err
	}
	x, s, err := r.rehearsal(ctx, req.PreviewRequest)
	if err != nil {
		return nil, err
	}
	if s.Spec.Flow {
		return nil, engine.Invalid("step", "A step of this kind sends nothing; preview it instead.")
	}
	said, plan, err := x.rehearse(ctx, s)
	if err != nil {
		return nil, err
	}
	out := &engine.Tested{Previewed: *said}
	if plan == nil {
		return out, nil
	}
	out.Preview = &plan.Preview
	if said.Skipped != "" {
		return out, nil
	}
	x.step.with = marked(s.Source.Action, x.step.with, req.MailTo)
	if plan, err = x.planned(ctx, s); err != nil {
		return nil, err
	}
	out.Preview = &plan.Preview
	x.tested(ctx, s, plan, out)
	return out, nil
}

// tested does the plan.
func (x *execution) tested(ctx context.Context, s *rules.Step, plan *engine.Plan, out *engine.Tested) {
	action, _ := x.r.deps.Actions.Action(s.Source.Action) // it has made the plan
	began := x.r.deps.Now()
	res, f := x.r.do(ctx, &launch{action: action, plan: *plan, timeout: timeoutOf(s)})
	out.Done, out.Duration = true, x.r.deps.Now().Sub(began)
	if !inside(s, plan) {
		out.Destination = plan.Destination
	}
	out.Output, out.Log, out.Failure = res.Output, res.Log, f
	if f != nil {
		out.Output = f.Output
	}
	x.noteUse(ctx, s, f)
}

// marked returns a step's configuration so that whoever gets what it sends sees that it
// is a test. Mail goes to one address alone when one is given.
func marked(action string, with map[string]any, mailTo string) map[string]any {
	out := maps.Clone(with)
	switch action {
	case "email":
		out["subject"] = prefixed(with["subject"])
		if mailTo != "" {
			out["to"] = mailTo
			delete(out, "cc")
			delete(out, "bcc")
		}
	case "slack":
		if with["text"] != nil {
			out["text"] = prefixed(with["text"])
		}
	case "http":
		out["headers"] = added(with["headers"], testHeader, "true")
	case "shell":
		out["env"] = added(with["env"], testEnv, "1")
	}
	return out
}

func prefixed(v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	return testMark + text
}

// added returns an object with one more field; anything else stays as it is.
func added(v any, name, value string) any {
	fields, ok := v.(map[string]any)
	if v != nil && !ok {
		return v
	}
	out := maps.Clone(fields)
	if out == nil {
		out = map[string]any{}
	}
	out[name] = value
	return out
}
