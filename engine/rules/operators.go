package rules

import (
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
)

func (r *rewriter) unary(n *ast.UnaryNode) ast.Node {
	switch n.Operator {
	case "!", "not":
		out := &ast.UnaryNode{Operator: n.Operator, Node: r.truth(n.Node)}
		r.markBool(out)
		return out
	case "-":
		switch v := n.Node.(type) {
		case *ast.IntegerNode:
			return &ast.ConstantNode{Value: -int64(v.Value)}
		case *ast.FloatNode:
			return &ast.FloatNode{Value: -v.Value}
		}
	}
	c, negate := r.clause(n.Node), n.Operator == "-"
	return r.site(func(m *machine) any {
		return func(v any) any { return m.signed(c, v, negate) }
	}, r.node(n.Node))
}

func (m *machine) signed(c *clause, v any, negate bool) any {
	if d, ok := v.(time.Duration); ok && negate {
		return -d
	}
	x, ok := toNum(v)
	switch {
	case !ok:
		m.spoil(c, 0, v, kindNumber)
		return nil
	case negate:
		return subNum(whole(0), x).value()
	}
	return x.value()
}

func (r *rewriter) binary(n *ast.BinaryNode) ast.Node {
	switch n.Operator {
	case "and", "&&", "or", "||":
		out := &ast.BinaryNode{Operator: n.Operator, Left: r.truth(n.Left), Right: r.truth(n.Right)}
		r.markBool(out)
		return out
	case "??":
		return &ast.BinaryNode{Operator: n.Operator, Left: r.node(n.Left), Right: r.node(n.Right)}
	case "==", "!=":
		return r.equality(n)
	case "<", "<=", ">", ">=":
		return r.comparison(n)
	case "in":
		return r.membership(n)
	case "matches":
		return r.matches(n)
	case "contains", "startsWith", "endsWith":
		return r.search(n)
	case "..":
		c := r.clause(n.Left, n.Right)
		return r.site(func(m *machine) any {
			return func(a, b any) []any { return m.rangeOf(c, a, b) }
		}, r.node(n.Left), r.node(n.Right))
	}
	c, op := r.clause(n.Left, n.Right), n.Operator
	return r.site(func(m *machine) any {
		return func(a, b any) any { return m.arithmetic(c, op, a, b) }
	}, r.node(n.Left), r.node(n.Right))
}

func (r *rewriter) equality(n *ast.BinaryNode) ast.Node {
	c, want := r.clause(n.Left, n.Right), n.Operator == "=="
	return r.boolSite(func(m *machine) any {
		return func(a, b any) bool { return m.same(c, a, b) == want }
	}, r.node(n.Left), r.node(n.Right))
}

// same compares for == and notes values that no content could make equal.
func (m *machine) same(c *clause, a, b any) bool {
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return x == y
		}
	}
	if m.equal(a, b, 0) {
		return true
	}
	if ka, kb := kindOf(a), kindOf(b); ka != kb && ka != kindNil && kb != kindNil {
		m.mismatch(c, a, b)
	}
	return false
}

func (r *rewriter) comparison(n *ast.BinaryNode) ast.Node {
	c := r.clause(n.Left, n.Right)
	less, equal := n.Operator[0] == '<', len(n.Operator) == 2
	return r.boolSite(func(m *machine) any {
		return func(a, b any) bool {
			d, ok := order(a, b)
			if !ok {
				m.mismatch(c, a, b)
				return false
			}
			return d == 0 && equal || d < 0 && less || d > 0 && !less
		}
	}, r.node(n.Left), r.node(n.Right))
}

func (r *rewriter) membership(n *ast.BinaryNode) ast.Node {
	c := r.clause(n.Right)
	if list, ok := literals(n.Right); ok {
		return r.boolSite(func(m *machine) any {
			return func(v any) bool { return m.in(c, v, list) }
		}, r.node(n.Left))
	}
	return r.boolSite(func(m *machine) any {
		return func(v, in any) bool { return m.in(c, v, in) }
	}, r.node(n.Left), r.node(n.Right))
}

// literals returns the values of a list that holds nothing but literals.
func literals(n ast.Node) ([]any, bool) {
	array, ok := n.(*ast.ArrayNode)
	if !ok {
		return nil, false
	}
	list := make([]any, 0, len(array.Nodes))
	for _, n := range array.Nodes {
		v, ok := literal(n)
		if !ok {
			return nil, false
		}
		list = append(list, v)
	}
	return list, true
}

// in tells whether v is an item of a list or a key of an object.
func (m *machine) in(c *clause, v, in any) bool {
	switch in := in.(type) {
	case []any:
		m.tick(len(in) >> 1)
		for _, item := range in {
			if m.equal(v, item, 0) {
				return true
			}
		}
	case map[string]any:
		switch v.(type) {
		case string, int64, float64:
			_, ok := in[m.text(v)]
			return ok
		}
	default:
		m.spoil(c, 0, in, kindList)
	}
	return false
}

func (r *rewriter) search(n *ast.BinaryNode) ast.Node {
	c, find := r.clause(n.Left, n.Right), strings.Contains
	switch n.Operator {
	case "startsWith":
		find = strings.HasPrefix
	case "endsWith":
		find = strings.HasSuffix
	}
	return r.boolSite(func(m *machine) any {
		return func(a, b any) bool {
			s, part, ok := m.texts(c, a, b)
			return ok && find(s, part)
		}
	}, r.node(n.Left), r.node(n.Right))
}

// texts returns both operands when they are text.
func (m *machine) texts(c *clause, a, b any) (x, y string, ok bool) {
	x, okx := a.(string)
	y, oky := b.(string)
	switch {
	case !okx:
		m.spoil(c, 0, a, kindText)
	case !oky:
		m.spoil(c, 1, b, kindText)
	default:
		m.tick(len(x) >> 7)
	}
	return x, y, okx && oky
}

// rangeOf returns the whole numbers from a to b.
func (m *machine) rangeOf(c *clause, a, b any) []any {
	from, ok1 := m.whole(c, 0, a)
	to, ok2 := m.whole(c, 1, b)
	if !ok1 || !ok2 || to < from {
		return nil
	}
	size := to - from + 1
	if size > MaxRange || size < 0 {
		m.note(c, "the range "+c.operands[0].text+".."+c.operands[1].text+" is longer than 100000")
		return nil
	}
	m.charge(24 * int(size))
	list := make([]any, size)
	for i := range list {
		list[i] = from + int64(i)
	}
	return list
}

// whole returns an operand that must be a whole number.
func (m *machine) whole(c *clause, i int, v any) (int64, bool) {
	n, ok := toNum(v)
	if ok {
		if w, ok := n.integer(); ok {
			return w, true
		}
		m.note(c, c.operands[i].text+" is not a whole number")
		return 0, false
	}
	m.spoil(c, i, v, kindNumber)
	return 0, false
}
