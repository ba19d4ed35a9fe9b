package visual

import (
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser/lexer"

	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

// row fills in what an expression says when a row can show it.
func (r *reader) row(out *Node, x span, n ast.Node) bool {
	positive, negated := n, false
	if u, ok := n.(*ast.UnaryNode); ok && (u.Operator == "not" || u.Operator == "!") {
		positive, negated = u.Node, true
	}
	m := &Node{}
	if loop, ok := positive.(*ast.BuiltinNode); ok {
		if negated || !r.items(m, x, loop) {
			return false
		}
	} else if !m.read(positive) {
		return false
	}
	if negated {
		o, known := operatorOf(m.Type, m.Op)
		if !known || o.Negated == "" {
			return false
		}
		m.Op = o.Negated
	}
	out.Field, out.Label, out.Type, out.Op, out.Value, out.ValueField = m.Field, m.Label, m.Type, m.Op, m.Value, m.ValueField
	out.IgnoreCase, out.Convert, out.Where = m.IgnoreCase, m.Convert, m.Where
	out.within = m.within
	return true
}

// items reads any(list, …), none(list, …) and all(list, …).
func (r *reader) items(out *Node, x span, n *ast.BuiltinNode) bool {
	op := map[string]string{"any": "anyItem", "none": "noItem", "all": "allItems"}[n.Name]
	if op == "" || len(n.Arguments) != 2 || !out.of(fields.List, op, n.Arguments[0]) || out.Convert {
		return false
	}
	body, ok := n.Arguments[1].(*ast.PredicateNode)
	t := r.src.tokens
	if !ok || x.to-x.from < 6 || !t[x.from].Is(lexer.Identifier, n.Name) || !t[x.from+1].Is(lexer.Bracket, "(") || r.src.pair[x.from+1] != x.to-1 {
		return false
	}
	inside, comma := span{x.from + 2, x.to - 1}, -1
	r.src.top(inside, func(i int) {
		if t[i].Is(lexer.Operator, ",") && comma < 0 {
			comma = i
		}
	})
	if comma < 0 {
		return false
	}
	within := span{comma + 1, inside.to}
	if last := within.to - 1; last > within.from && t[last].Is(lexer.Operator, ",") {
		within.to-- // one may stand at the end
	}
	if t[within.from].Is(lexer.Bracket, "{") && r.src.pair[within.from] == within.to-1 {
		within = span{within.from + 1, within.to - 1}
	}
	if within.from >= within.to {
		return false
	}
	where := r.node(within, body.Node)
	if !where.group() {
		where = &Node{Kind: All, Nodes: []*Node{where}}
	}
	out.Where, out.within = where, within
	return true
}

// of sets the field that a row is about, its type and operator. A field may stand in
// num(…) or text(…), which makes it one that is converted.
func (n *Node) of(t fields.Type, op string, field ast.Node) bool {
	o, known := operatorOf(t, op)
	if name, args := called(field); known && o.Convert != "" && name == o.Convert && len(args) == 1 {
		n.Convert, field = true, args[0]
	}
	p, ok := rules.PathOf(field)
	if !ok || !known {
		return false
	}
	n.Field, n.Label, n.Type, n.Op = p.String(), fields.Label(p), t, op
	return true
}

// called returns the function that an expression calls, and with what.
func called(n ast.Node) (string, []ast.Node) {
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

// read reads a comparison.
func (n *Node) read(e ast.Node) bool {
	switch e := e.(type) {
	case *ast.BinaryNode:
		return n.binary(e)
	case *ast.CallNode:
		return n.folded(e)
	}
	return n.of(fields.Boolean, "isTrue", e)
}

// folded reads the comparisons that ignore capitals.
func (n *Node) folded(e *ast.CallNode) bool {
	name, args := called(e)
	op := map[string]string{
		"eqFold": "is", "containsFold": "contains", "startsWithFold": "startsWith", "endsWithFold": "endsWith", "inFold": "oneOf",
	}[name]
	if op == "" || len(args) != 2 {
		return false
	}
	n.IgnoreCase = true
	if op == "oneOf" {
		if v, ok := textOf(args[0]); ok { // of the list
			n.Value = v
			return n.of(fields.List, "contains", args[1])
		}
		list, t, ok := literals(args[1])
		n.Value = list
		return ok && t == fields.Text && n.of(fields.Text, op, args[0])
	}
	v, ok := textOf(args[1])
	n.Value = v
	return ok && n.of(fields.Text, op, args[0])
}

func (n *Node) binary(e *ast.BinaryNode) bool {
	switch e.Operator {
	case "==", "!=":
		return n.equality(e)
	case "<", "<=", ">", ">=":
		return n.comparison(e)
	case "&&":
		return n.between(e)
	case "in":
		return n.membership(e)
	case "contains", "startsWith", "endsWith", "matches":
		v, ok := textOf(e.Right)
		if rest, found := strings.CutPrefix(v, foldPattern); e.Operator == "matches" && found {
			v, n.IgnoreCase = rest, true
		}
		n.Value = v
		return ok && n.of(fields.Text, e.Operator, e.Left)
	}
	return false
}

// foldPattern begins a regular expression that ignores capitals.
const foldPattern = "(?i)"

func (n *Node) equality(e *ast.BinaryNode) bool {
	field, other, not := e.Left, e.Right, e.Operator == "!="
	if _, ok := rules.PathOf(other); ok {
		if _, ok := literal(field); ok {
			field, other = other, field
		} else if _, ok := field.(*ast.NilNode); ok {
			field, other = other, field
		}
	}
	pick := func(is, isNot string) string {
		if not {
			return isNot
		}
		return is
	}
	if _, isNil := other.(*ast.NilNode); isNil {
		return n.of(fields.Any, pick("notExists", "exists"), field)
	}
	if p, ok := rules.PathOf(other); ok {
		n.ValueField = p.String()
		return n.of(fields.Any, pick("is", "isNot"), field)
	}
	v, ok := literal(other)
	if !ok {
		return false
	}
	if b, isBool := v.(bool); isBool {
		if b {
			return n.of(fields.Boolean, pick("isTrue", "isNotTrue"), field)
		}
		return n.of(fields.Boolean, pick("isFalse", "isNotFalse"), field)
	}
	n.Value = v
	if _, isText := v.(string); isText {
		return n.of(fields.Text, pick("is", "isNot"), field)
	}
	return n.of(fields.Number, pick("is", "isNot"), field)
}

func (n *Node) comparison(e *ast.BinaryNode) bool {
	op := map[string]string{"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}[e.Operator]
	field, other := e.Left, e.Right
	if name, args := called(field); len(args) == 1 {
		switch name {
		case "len":
			count, ok := literal(other)
			at, whole := count.(int64)
			n.Value = at
			return ok && whole && at >= 0 && op == "gte" && n.of(fields.List, "atLeast", args[0])
		case "date":
			v, ok := dateOf(other)
			n.Value = v
			return ok && len(op) == 2 && n.of(fields.Date, map[string]string{"lt": "before", "gt": "after"}[op], args[0])
		}
	}
	if _, ok := number(field); ok {
		field, other, op = other, field, map[string]string{"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}[op]
	}
	if v, ok := number(other); ok {
		n.Value = v
		return n.of(fields.Number, op, field)
	}
	name, args := called(other)
	if name == "num" && len(args) == 1 {
		other = args[0]
	}
	p, ok := rules.PathOf(other)
	n.ValueField = p.String()
	return ok && n.of(fields.Number, op, field) && n.Convert == (name == "num")
}

// between reads 1 <= x <= 5 and now() - duration("7d") <= date(x) <= now(), which the
// parser makes two comparisons of that share their middle.
func (n *Node) between(e *ast.BinaryNode) bool {
	left, ok1 := e.Left.(*ast.BinaryNode)
	right, ok2 := e.Right.(*ast.BinaryNode)
	if !ok1 || !ok2 || left.Operator != "<=" || right.Operator != "<=" || left.Right != right.Left {
		return false
	}
	if name, args := called(left.Right); name == "date" && len(args) == 1 {
		v, ok := sinceOf(left.Left)
		now, rest := called(right.Right)
		n.Value = v
		return ok && now == "now" && len(rest) == 0 && n.of(fields.Date, "inLast", args[0])
	}
	low, ok1 := number(left.Left)
	high, ok2 := number(right.Right)
	n.Value = []any{low, high}
	return ok1 && ok2 && n.of(fields.Number, "between", left.Right)
}

func (n *Node) membership(e *ast.BinaryNode) bool {
	if v, ok := literal(e.Left); ok {
		n.Value = v
		return n.of(fields.List, "contains", e.Right)
	}
	if array, ok := e.Right.(*ast.ArrayNode); ok && len(array.Nodes) == 2 {
		if _, isNil := array.Nodes[0].(*ast.NilNode); isNil {
			return n.empty(e.Left, array.Nodes[1])
		}
	}
	list, t, ok := literals(e.Right)
	n.Value = list
	return ok && n.of(t, "oneOf", e.Left)
}

// empty reads x in [nil, ""] and x in [nil, []].
func (n *Node) empty(field, nothing ast.Node) bool {
	switch v := nothing.(type) {
	case *ast.StringNode:
		return v.Value == "" && n.of(fields.Text, "isEmpty", field)
	case *ast.ArrayNode:
		return len(v.Nodes) == 0 && n.of(fields.List, "isEmpty", field)
	}
	return false
}
