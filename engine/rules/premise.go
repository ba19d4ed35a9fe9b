package rules

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// premise is what must hold in an event for a condition to be true. Where it does not
// hold the condition is false, and nothing that is evaluated until this is clear can
// be stopped by a limit. A nil premise says nothing about the condition.
type premise struct {
	path   *path // of an equality: the value there is one of values
	values []any // bool, string, int64 and float64, each in the form of [literalKey]
	any    bool  // of a combination: one of parts must hold, otherwise all of them must
	parts  []*premise
}

// never is the premise of a condition that is not true for any event.
func never() *premise { return &premise{any: true} }

// allOf combines premises that must all hold; each is one by itself.
func allOf(parts ...*premise) *premise {
	parts = slices.DeleteFunc(parts, func(g *premise) bool { return g == nil })
	if len(parts) < 2 {
		return append(parts, nil)[0]
	}
	return &premise{parts: parts}
}

// anyOf combines premises of which one must hold; it says nothing when one of them does.
func anyOf(parts ...*premise) *premise {
	if slices.Contains(parts, nil) {
		return nil
	}
	return &premise{any: true, parts: parts}
}

// maxFinding bounds the work on one condition: what stands before a question mark is
// looked at twice, what stands before one in it four times. What is left out says
// nothing.
const maxFinding = 1000

// finder finds the premise of a condition.
type finder struct {
	engine *Engine
	looked int // at nodes of the tree
}

// premise returns what must hold for an expression, as an operand of a logical
// operator, to count as want. What is not a boolean counts as false.
func (f *finder) premise(n ast.Node, want bool) *premise {
	f.looked++
	if f.looked > maxFinding {
		return nil
	}
	switch n := n.(type) {
	case *ast.BoolNode:
		if n.Value != want {
			return never()
		}
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return f.premise(n.Node, !want)
		}
	case *ast.BinaryNode:
		return f.binary(n, want)
	case *ast.ConditionalNode:
		return f.conditional(n, want)
	case *ast.VariableDeclaratorNode:
		if steady(n.Value) {
			return f.premise(n.Expr, want)
		}
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode:
		if p := f.engine.plainPath(n); p != nil && want {
			return &premise{path: p, values: []any{true}}
		}
	}
	return nil
}

func (f *finder) binary(n *ast.BinaryNode, want bool) *premise {
	switch n.Operator {
	case "and", "&&", "or", "||":
		if both := n.Operator == "and" || n.Operator == "&&"; both != want {
			return anyOf(f.premise(n.Left, want), f.premise(n.Right, want))
		}
		left := f.premise(n.Left, want)
		if !steady(n.Left) {
			return left
		}
		return allOf(left, f.premise(n.Right, want))
	case "==", "!=":
		if (n.Operator == "==") != want {
			return nil
		}
		if v, ok := literal(n.Right); ok {
			return f.equality(n.Left, v)
		}
		if v, ok := literal(n.Left); ok {
			return f.equality(n.Right, v)
		}
	case "in":
		if values, ok := literals(n.Right); ok && want {
			return f.equality(n.Left, values...)
		}
	}
	return nil
}

func (f *finder) equality(n ast.Node, values ...any) *premise {
	p := f.engine.plainPath(n)
	if p == nil {
		return nil
	}
	g := &premise{path: p}
	for _, v := range values {
		if v = literalKey(v); !slices.Contains(g.values, v) {
			g.values = append(g.values, v)
		}
	}
	return g
}

// conditional looks at c ? a : b, of which c is evaluated first: either c and a must
// hold, or not c and b. That a and b do not hold tells something only when c cannot
// be stopped.
func (f *finder) conditional(n *ast.ConditionalNode, want bool) *premise {
	yes, no := f.premise(n.Exp1, want), f.premise(n.Exp2, want)
	holds, fails := f.premise(n.Cond, true), f.premise(n.Cond, false)
	if steady(n.Cond) {
		return anyOf(allOf(holds, yes), allOf(fails, no))
	}
	return allOf(anyOf(holds, no), anyOf(fails, yes))
}

// literal returns the value of a literal that is not nil.
func literal(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode:
		return int64(n.Value), true
	case *ast.FloatNode:
		return n.Value, true
	case *ast.BoolNode:
		return n.Value, true
	case *ast.UnaryNode:
		if n.Operator != "-" {
			return nil, false
		}
		switch v := n.Node.(type) {
		case *ast.IntegerNode:
			return -int64(v.Value), true
		case *ast.FloatNode:
			return -v.Value, true
		}
	}
	return nil, false
}

// literalKey gives numbers that are equal one form: whole ones are int64.
func literalKey(v any) any {
	n, ok := toNum(v)
	if !ok {
		return v
	}
	if i, ok := n.integer(); ok {
		return i
	}
	return n.f
}
