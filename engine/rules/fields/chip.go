package fields

import (
	"context"

	"github.com/expr-lang/expr/ast"

	"patchbay/engine/rules"
)

// Chip is an expression within a text as people see it: mostly one field, in a format,
// with what is written when it is not there.
type Chip struct {
	Field    rules.Path // empty for an expression that is more
	Label    string     // of the field
	Function string     // what the field goes through, "" when it stands as it is
	Args     []any      // behind the field
	Default  *string
	State    ChipState
	Type     Type   // of the value
	Value    string // in the sample, cut short
	Instead  rules.Path
}

// ChipState says what became of an expression on a sample.
type ChipState string

// The states. Waiting is what a step or a repeat has not given yet.
const (
	ChipHere    ChipState = "here"
	ChipMissing ChipState = "missing"
	ChipWaiting ChipState = "waiting"
	ChipEmpty   ChipState = "empty"
)

// ReadChip describes an expression of a text on a sample. It returns the
// [engine.Error] of an expression that has faults, or that cannot be evaluated.
func ReadChip(ctx context.Context, e *rules.Engine, source string, s rules.Scope, env *rules.Env) (Chip, error) {
	s.Condition = false
	program, err := e.Compile(source, s)
	if err != nil {
		return Chip{}, err
	}
	n, err := e.Parse(source, s)
	if err != nil {
		return Chip{}, err
	}
	c := chipOf(n)
	v, err := program.Eval(ctx, env)
	if err != nil {
		return Chip{}, err
	}
	c.show(env, v)
	return c, nil
}

// chipOf takes an expression apart: field, function(field, …) and either with ?? "text".
func chipOf(n ast.Node) Chip {
	c := Chip{}
	if b, ok := n.(*ast.BinaryNode); ok && b.Operator == "??" {
		if text, ok := b.Right.(*ast.StringNode); ok {
			c.Default, n = &text.Value, b.Left
		}
	}
	p, whole := rules.PathOf(n)
	if !whole {
		var args []ast.Node
		if c.Function, args = called(n); len(args) > 0 {
			p, whole = rules.PathOf(args[0])
			for _, a := range args[1:] {
				v, ok := constant(a)
				c.Args, whole = append(c.Args, v), whole && ok
			}
		}
	}
	if !whole || p.Root == rules.ItemRoot {
		return Chip{}
	}
	c.Field, c.Label = p, Label(p)
	return c
}

func called(n ast.Node) (name string, args []ast.Node) {
	switch n := n.(type) {
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok {
			return callee.Value, n.Arguments
		}
	case *ast.BuiltinNode:
		return n.Name, n.Arguments
	}
	return "", nil
}

func constant(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode:
		return int64(n.Value), true
	case *ast.BoolNode:
		return n.Value, true
	}
	return nil, false
}

func (c *Chip) show(env *rules.Env, v any) {
	c.Type, c.State = TypeOf(v), ChipHere
	switch s := v.(type) {
	case nil:
		c.State = ChipEmpty
	case string:
		if c.Value = Clean(cut(s, maxShown)); s == "" {
			c.State = ChipEmpty
		}
	default:
		c.Value = Show(v)
	}
	if c.Field.Root == "" {
		return
	}
	if _, found := c.Field.In(env); found {
		return
	}
	c.State = ChipMissing
	if waits(env, c.Field) {
		c.State = ChipWaiting
		return
	}
	c.Instead, _ = Near(env, c.Field)
}

// waits reports whether a field comes from a step that has not run, or from an item
// that nobody named.
func waits(env *rules.Env, p rules.Path) bool {
	switch p.Root {
	case "steps":
		if len(p.Keys) == 0 {
			return env.Steps == nil
		}
		_, ran := env.Steps[p.Keys[0].Name]
		return !ran
	case "item":
		return env.Item == nil
	}
	return false
}
