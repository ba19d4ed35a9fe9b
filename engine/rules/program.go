package rules

import (
	"context"
	"sync"

	"github.com/expr-lang/expr/vm"
)

// Program is a compiled expression. It is safe for concurrent use.
type Program struct {
	engine   *Engine
	source   string
	code     *vm.Program
	sites    []func(*machine) any
	clauses  int
	needs    Needs
	premise  *premise // of a rule's condition
	path     *path    // set when the whole expression is one plain path
	pointer  string   // of path when it leads into the payload
	outer    string   // name of the function that is called last, "" when there is none
	machines sync.Pool
}

// Source returns the expression's text.
func (p *Program) Source() string { return p.source }

// Needs tells what the expression reads.
func (p *Program) Needs() Needs { return p.needs }

// Match evaluates a condition. A result that is not true is no match. The notes say
// which clauses could not be told, also when the rest made a match. It returns an
// [engine.Error] when the evaluation was stopped.
func (p *Program) Match(ctx context.Context, env *Env) (ok bool, notes []string, err error) {
	m := p.machine()
	v, err := m.alone(ctx, env)
	ok, isBool := v.(bool)
	notes = m.release()
	if err != nil {
		return false, notes, p.engine.explain(p.source, err)
	}
	if !isBool {
		notes = append(notes, "the condition is "+kindOf(v).String()+", not "+kindBool.String())
	}
	return ok, notes, nil
}

// Eval evaluates an expression to a value of its own that shares nothing with env:
// nil, bool, string, int64, float64, []any or map[string]any; dates and durations
// become text. It returns an [engine.Error] when the evaluation was stopped.
func (p *Program) Eval(ctx context.Context, env *Env) (any, error) {
	m := p.machine()
	v, err := m.alone(ctx, env)
	m.release()
	if err != nil {
		return nil, p.engine.explain(p.source, err)
	}
	switch v.(type) {
	case nil, string, bool, int64, float64:
		return v, nil
	}
	var t meter
	t.start(ctx, &p.engine.opt)
	defer t.stop()
	if v, err = (&copier{meter: &t}).copy(v); err != nil {
		return nil, p.engine.explain(p.source, err)
	}
	return v, nil
}

// Text evaluates an expression to text as it would stand in a template: nil is "",
// lists and objects are JSON. It returns an [engine.Error] when the evaluation was
// stopped.
func (p *Program) Text(ctx context.Context, env *Env) (string, error) {
	v, err := p.Eval(ctx, env)
	if err != nil {
		return "", err
	}
	if s, ok := v.(string); ok {
		return s, nil
	}
	var t meter
	t.start(ctx, &p.engine.opt)
	defer t.stop()
	s, err := func() (s string, err error) {
		defer guard(&err)
		return t.text(v), nil
	}()
	if err != nil {
		return "", p.engine.explain(p.source, err)
	}
	return s, nil
}

func (p *Program) machine() *machine {
	if m, ok := p.machines.Get().(*machine); ok {
		return m
	}
	return newMachine(p)
}
