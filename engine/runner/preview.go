package runner

import (
	"context"
	"slices"
	"strconv"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// Preview implements [engine.Controller].
func (r *Runner) Preview(ctx context.Context, req engine.PreviewRequest) (*engine.Previewed, error) {
	x, s, err := r.rehearsal(ctx, req)
	if err != nil {
		return nil, err
	}
	out, plan, err := x.rehearse(ctx, s)
	if err != nil || plan == nil {
		return out, err
	}
	out.Preview = &plan.Preview
	return out, nil
}

// rehearsal prepares an execution that stands before a step of a rule.
func (r *Runner) rehearsal(ctx context.Context, req engine.PreviewRequest) (*execution, *rules.Step, error) {
	if req.Rule == nil {
		return nil, nil, engine.Invalid("rule", "Say which rule to preview.")
	}
	e := req.Sample
	if e == nil {
		var err error
		if e, err = r.deps.Events.Event(ctx, req.Event); err != nil {
			return nil, nil, err
		}
	}
	at := slices.IndexFunc(req.Rule.Steps, func(s engine.Step) bool { return s.Key == req.Step })
	if at < 0 {
		return nil, nil, engine.Invalid("step", "The rule has no step %q.", req.Step)
	}
	rule, err := r.deps.Rules.CompileStep(req.Rule, at)
	if err != nil {
		return nil, nil, err
	}
	in, err := r.inputOf(ctx, e)
	if err != nil {
		return nil, nil, err
	}
	run := &engine.Run{ID: r.deps.NewID(), EventID: e.ID, Inbox: e.Inbox, RuleID: req.Rule.ID, Trigger: engine.TriggerTest, Step: at}
	x := r.newExecution(run, rule, in)
	for _, before := range rule.Steps[:at] {
		x.outputs[before.Source.Key] = req.Outputs[before.Source.Key]
	}
	x.step = x.progressOf(&rule.Steps[at])
	return x, &rule.Steps[at], nil
}

// rehearse plans the step at hand; of a forEach step its first item. The plan is nil
// when nothing can be said about a step that would be skipped.
func (x *execution) rehearse(ctx context.Context, s *rules.Step) (*engine.Previewed, *engine.Plan, error) {
	out := &engine.Previewed{}
	if s.ForEach != nil {
		value, err := s.ForEach.Eval(ctx, x.env(s.ForEach.Needs()))
		if err != nil {
			return nil, nil, err
		}
		items, ok := value.([]any)
		if value != nil && !ok {
			return nil, nil, engine.Invalid(x.place()+".forEach", "forEach needs a list; what it gets for this event is not one.")
		}
		if len(items) == 0 {
			out.Skipped = "For this event there are no items to do it for."
			return out, nil, nil
		}
		x.step.items, out.Items = items, len(items)
	}
	if s.If != nil {
		ok, _, err := s.If.Match(ctx, x.env(s.If.Needs()))
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			out.Skipped = "The step's condition says no for this event."
		}
	}
	if !s.Source.On() {
		out.Skipped = "The step is switched off."
	}
	plan, err := x.rehearsed(ctx, s)
	// What is guarded by a condition need not make sense without it.
	if err != nil && out.Skipped != "" {
		return out, nil, nil
	}
	return out, plan, err
}

func (x *execution) place() string { return "steps[" + strconv.Itoa(x.run.Step) + "]" }

func (x *execution) rehearsed(ctx context.Context, s *rules.Step) (*engine.Plan, error) {
	if s.Filter != nil {
		return x.rehearsedFilter(ctx, s)
	}
	if f := x.render(ctx, s); f != nil {
		return nil, previewFault(x.place(), f)
	}
	return x.planned(ctx, s)
}

// planned plans the step at hand with what was rendered.
func (x *execution) planned(ctx context.Context, s *rules.Step) (*engine.Plan, error) {
	conn, f := x.connect(ctx, s.Source.Connection)
	if f != nil {
		return nil, previewFault(x.place()+".connection", f)
	}
	action, ok := x.r.deps.Actions.Action(s.Source.Action)
	if !ok {
		return nil, engine.Invalid(x.place()+".action", "There is no action %q.", s.Source.Action)
	}
	plan, err := x.r.plan(ctx, action, x.call(s, conn))
	if err != nil {
		return nil, previewFault(x.place(), engine.AsFailure(err))
	}
	return &plan, nil
}

func (x *execution) rehearsedFilter(ctx context.Context, s *rules.Step) (*engine.Plan, error) {
	ok, _, err := s.Filter.Match(ctx, x.env(s.Filter.Needs()))
	if err != nil {
		return nil, err
	}
	p := engine.Preview{Kind: "filter", Text: "The run ends here: the condition is false."}
	if ok {
		p.Text = "The run goes on: the condition is true."
	}
	return &engine.Plan{Preview: p}, nil
}

func previewFault(field string, f *engine.Failure) error {
	return &engine.Error{Kind: engine.KindInvalid, Field: field, Message: f.Message, Err: f}
}
