package visual

import (
	"github.com/expr-lang/expr/ast"

	"patchbay/engine/rules/fields"
)

// literal returns the value of a text, a number or a boolean that is written out.
func literal(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.BoolNode:
		return n.Value, true
	}
	return number(n)
}

func number(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return int64(n.Value), true
	case *ast.FloatNode:
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

func textOf(n ast.Node) (string, bool) {
	s, ok := n.(*ast.StringNode)
	if !ok {
		return "", false
	}
	return s.Value, true
}

// literals returns the values of a list of texts or of numbers, and which they are.
func literals(n ast.Node) (list []any, t fields.Type, ok bool) {
	array, isArray := n.(*ast.ArrayNode)
	if !isArray || len(array.Nodes) == 0 {
		return nil, "", false
	}
	for i, item := range array.Nodes {
		v, ok := literal(item)
		is := fields.Number
		switch v.(type) {
		case string:
			is = fields.Text
		case bool:
			return nil, "", false
		}
		if !ok || i > 0 && is != t {
			return nil, "", false
		}
		list, t = append(list, v), is
	}
	return list, t, true
}

// dateOf returns the text of date("…").
func dateOf(n ast.Node) (string, bool) {
	name, args := called(n)
	if name != "date" || len(args) != 1 {
		return "", false
	}
	return textOf(args[0])
}

// sinceOf returns the text of now() - duration("…").
func sinceOf(n ast.Node) (string, bool) {
	minus, ok := n.(*ast.BinaryNode)
	if !ok || minus.Operator != "-" {
		return "", false
	}
	now, none := called(minus.Left)
	name, args := called(minus.Right)
	if now != "now" || len(none) != 0 || name != "duration" || len(args) != 1 {
		return "", false
	}
	return textOf(args[0])
}
