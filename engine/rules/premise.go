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

// premiseOf returns what must hold for an expression, as an operand of a logical
// operator, to count as want. What is not a boolean counts as false.
func (e *Engine) premiseOf(n ast.Node, want bool) *premise {
	switch n := n.(type) {
	case *ast.BoolNode:
		if n.Value != want {
			return never()
		}
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return e.premiseOf(n.Node, !want)
		}
	case *ast.BinaryNode:
		return e.premiseOfBinary(n, want)
	case *ast.ConditionalNode:
		return e.premiseOfConditional(n, want)
	case *ast.VariableDeclaratorNode:
		if steady(n.Value) {
			return e.premiseOf(n.Expr, want)
		}
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode:
		if p := e.plainPath(n); p != nil && want {
			return &premise{path: p, values: []any{true}}
		}
	}
	return nil
}

func (e *Engine) premiseOfBinary(n *ast.BinaryNode, want bool) *premise {
	switch n.Operator {
	case "and", "&&", "or", "||":
		if both := n.Operator == "and" || n.Operator == "&&"; both != want {
			return anyOf(e.premiseOf(n.Left, want), e.premiseOf(n.Right, want))
		}
		left := e.premiseOf(n.Left, want)
		if !steady(n.Left) {
			return left
		}
		return allOf(left, e.premiseOf(n.Right, want))
	case "==", "!=":
		if (n.Operator == "==") != want {
			return nil
		}
		if v, ok := literal(n.Right); ok {
			return e.premiseOfEquality(n.Left, v)
		}
		if v, ok := literal(n.Left); ok {
			return e.premiseOfEquality(n.Right, v)
		}
	case "in":
		if values, ok := literals(n.Right); ok && want {
			return e.premiseOfEquality(n.Left, values...)
		}
	}
	return nil
}

func (e *Engine) premiseOfEquality(n ast.Node, values ...any) *premise {
	p := e.plainPath(n)
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

// premiseOfConditional looks at c ? a : b, of which c is evaluated first.
func (e *Engine) premiseOfConditional(n *ast.ConditionalNode, want bool) *premise {
	yes, no := e.premiseOf(n.Exp1, want), e.premiseOf(n.Exp2, want)
	var either *premise
	if steady(n.Cond) {
		either = anyOf(yes, no)
	}
	return allOf(
		anyOf(e.premiseOf(n.Cond, true), no),
		anyOf(e.premiseOf(n.Cond, false), yes),
		either,
	)
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
