package rules

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// steady reports whether an expression's evaluation is hardly ever stopped by a limit,
// whatever the event: it builds nothing, and goes through a text or a list once at
// most. The rest (functions of text, loops, patterns) may be stopped over a large
// event, and then there is an error to be told.
func steady(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.NilNode, *ast.BoolNode, *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.IdentifierNode:
		return true
	case *ast.ChainNode, *ast.MemberNode, *ast.ConditionalNode:
		return allSteady(children(n))
	case *ast.VariableDeclaratorNode:
		return steady(n.Value) && steady(n.Expr)
	case *ast.UnaryNode:
		return steady(n.Node)
	case *ast.BinaryNode:
		return steadyBinary(n)
	case *ast.CallNode:
		return slices.Contains(steadyFunctions(), outerCall(n)) && allSteady(n.Arguments)
	case *ast.BuiltinNode:
		return slices.Contains(steadyFunctions(), n.Name) && allSteady(n.Arguments)
	}
	return false
}

func allSteady(list []ast.Node) bool {
	return !slices.ContainsFunc(list, func(n ast.Node) bool { return !steady(n) })
}

func steadyBinary(n *ast.BinaryNode) bool {
	_, left := literal(n.Left)
	_, right := literal(n.Right)
	switch n.Operator {
	case "and", "&&", "or", "||", "??", "<", "<=", ">", ">=", "-", "*", "/", "contains", "startsWith", "endsWith":
		return steady(n.Left) && steady(n.Right)
	case "==", "!=": // of two lists every item may have to be compared
		return (left || right || isNil(n.Left) || isNil(n.Right)) && steady(n.Left) && steady(n.Right)
	case "in":
		if _, ok := literals(n.Right); ok {
			return steady(n.Left)
		}
		return left && steady(n.Right)
	}
	return false
}

func isNil(n ast.Node) bool {
	_, ok := n.(*ast.NilNode)
	return ok
}

// steadyFunctions neither build anything nor go through more than one text.
func steadyFunctions() []string {
	return []string{"abs", "ceil", "eqFold", "floor", "len", "now", "round", "type"}
}
