package rules

import (
	"slices"
	"strconv"

	"github.com/expr-lang/expr/ast"
)

// predicates are the functions of expr that work through a list with an expression.
func predicates() []string {
	return []string{
		"all", "none", "any", "one", "filter", "map", "count", "sum", "find", "findIndex",
		"findLast", "findLastIndex", "groupBy", "sortBy", "reduce",
	}
}

func isPredicate(name string) bool { return slices.Contains(predicates(), name) }

// builtin rewrites a function of expr's own. What works through a list stays a loop
// of expr's machine, with a list that is one and a body that counts its work.
func (r *rewriter) builtin(n *ast.BuiltinNode) ast.Node {
	if !isPredicate(n.Name) { // ::upper(x) names expr's own, which is ours as well
		return r.call(n, n.Name, n.Arguments)
	}
	list := n.Arguments[0]
	if len(n.Arguments) == 1 { // count(list), sum(list)
		return r.fold(n.Name, list, r.list(list, 0))
	}
	switch n.Name {
	case "all", "any", "none", "one":
		out := r.loop(n, r.list(list, 0), r.predicate(n.Arguments[1]))
		r.markBool(out)
		return out
	case "filter":
		return r.loop(n, r.list(list, 32), r.predicate(n.Arguments[1]))
	case "find", "findLast":
		return r.loop(n, r.list(list, 0), r.predicate(n.Arguments[1]))
	case "findIndex", "findLastIndex", "count":
		return r.wide(r.loop(n, r.list(list, 0), r.predicate(n.Arguments[1])))
	case "map":
		return r.loop(n, r.list(list, 32), r.body(n.Arguments[1]))
	case "sum":
		mapped := r.loop(&ast.BuiltinNode{Name: "map"}, r.list(list, 32), r.body(n.Arguments[1]))
		return r.fold("sum", bodyOf(n.Arguments[1]), mapped)
	case "reduce":
		return r.reduce(n)
	}
	return r.keyed(n)
}

func (r *rewriter) loop(n *ast.BuiltinNode, list, body ast.Node) ast.Node {
	out := &ast.BuiltinNode{Name: n.Name, Arguments: []ast.Node{list, body}}
	place(out, n.Location())
	return out
}

// list makes an argument a list; what is none is an empty one. perItem is what the
// result takes for each item, in bytes.
func (r *rewriter) list(n ast.Node, perItem int) ast.Node {
	c := r.clause(n)
	return r.site(func(m *machine) any {
		return func(v any) []any {
			list, ok := v.([]any)
			if !ok {
				m.spoil(c, 0, v, kindList)
			}
			m.charge(perItem * len(list))
			return list
		}
	}, r.node(n))
}

func bodyOf(n ast.Node) ast.Node {
	if p, ok := n.(*ast.PredicateNode); ok {
		return p.Node
	}
	return n
}

// predicate rewrites a body that is true or false.
func (r *rewriter) predicate(n ast.Node) ast.Node {
	inner := bodyOf(n)
	c := r.clause(inner)
	return r.wrapBody(n, r.site(func(m *machine) any {
		return func(v any) bool {
			m.tick(4)
			return m.truth(c, v)
		}
	}, r.node(inner)))
}

// body rewrites a body of any result.
func (r *rewriter) body(n ast.Node) ast.Node {
	return r.wrapBody(n, r.site(func(m *machine) any {
		return func(v any) any {
			m.tick(4)
			return v
		}
	}, r.node(bodyOf(n))))
}

func (r *rewriter) wrapBody(n, body ast.Node) ast.Node {
	place(body, n.Location())
	out := &ast.PredicateNode{Node: body}
	place(out, n.Location())
	return out
}

// fold makes one value of a list: count(list) and sum(list).
func (r *rewriter) fold(name string, source, list ast.Node) ast.Node {
	c := r.clause(source)
	if name == "count" {
		return r.site(func(m *machine) any {
			return func(v any) any { return m.countTrue(v) }
		}, list)
	}
	return r.site(func(m *machine) any {
		return func(v any) any { return m.sum(c, v) }
	}, list)
}

func (m *machine) countTrue(v any) any {
	list, _ := v.([]any)
	m.tick(len(list))
	n := int64(0)
	for _, item := range list {
		if item == true {
			n++
		}
	}
	return n
}

// sum adds the numbers of a list. An item that is none is left out, with a note.
func (m *machine) sum(c *clause, v any) any {
	list, _ := v.([]any)
	m.tick(len(list))
	total := whole(0)
	for _, item := range list {
		x, ok := toNum(plain(item))
		if !ok {
			m.note(c, "an item of the sum of "+c.operands[0].text+" is "+kindOf(item).String()+", not a number")
			continue
		}
		total = addNum(total, x)
	}
	return total.value()
}

// named stores a list in a variable of its own, for functions that need it twice.
func (r *rewriter) named(list ast.Node, use func(again func() ast.Node) ast.Node) ast.Node {
	name := "list " + strconv.Itoa(len(r.sites))
	return &ast.VariableDeclaratorNode{
		Name: name, Value: r.list(list, 0),
		Expr: use(func() ast.Node { return &ast.IdentifierNode{Value: name} }),
	}
}

// reduce gives nil for an empty list without a first value, where expr fails.
func (r *rewriter) reduce(n *ast.BuiltinNode) ast.Node {
	if len(n.Arguments) == 3 {
		out := &ast.BuiltinNode{Name: "reduce", Arguments: []ast.Node{
			r.list(n.Arguments[0], 0), r.body(n.Arguments[1]), r.node(n.Arguments[2]),
		}}
		place(out, n.Location())
		return out
	}
	return r.named(n.Arguments[0], func(again func() ast.Node) ast.Node {
		empty := r.boolSite(func(*machine) any {
			return func(v any) bool {
				list, _ := v.([]any)
				return len(list) == 0
			}
		}, again())
		return &ast.ConditionalNode{
			Ternary: true, Cond: empty, Exp1: &ast.NilNode{},
			Exp2: &ast.BuiltinNode{Name: "reduce", Arguments: []ast.Node{again(), r.body(n.Arguments[1])}},
		}
	})
}

// keyed rewrites groupBy and sortBy: the keys are computed by expr's machine, the
// rest is ours, since expr's fails for keys that cannot be compared.
func (r *rewriter) keyed(n *ast.BuiltinNode) ast.Node {
	c := r.clause(n.Arguments[0])
	return r.named(n.Arguments[0], func(again func() ast.Node) ast.Node {
		charged := r.site(func(m *machine) any {
			return func(v any) []any {
				list, _ := v.([]any)
				m.charge(64 * len(list))
				return list
			}
		}, again())
		keys := r.loop(&ast.BuiltinNode{Name: "map"}, charged, r.body(n.Arguments[1]))
		if n.Name == "groupBy" {
			return r.site(func(m *machine) any {
				return func(list, keys any) any { return m.groupBy(list, keys) }
			}, again(), keys)
		}
		args := []ast.Node{again(), keys}
		if len(n.Arguments) == 3 {
			args = append(args, r.node(n.Arguments[2]))
		}
		return r.site(func(m *machine) any {
			return func(a ...any) any { return m.sortBy(c, a) }
		}, args...)
	})
}

// groupBy gives an object from the text of each key to the items that have it.
func (m *machine) groupBy(list, keys any) any {
	items, _ := list.([]any)
	by, _ := keys.([]any)
	groups := make(map[string]any)
	for i, item := range items {
		m.charge(80)
		k := m.text(by[i])
		group, _ := groups[k].([]any)
		groups[k] = append(group, item)
	}
	return groups
}

func (m *machine) sortBy(c *clause, a []any) any {
	items, _ := a[0].([]any)
	keys, _ := a[1].([]any)
	desc, ok := m.descending(c, a[2:])
	if !ok {
		return nil
	}
	index := make([]int, len(items))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, func(i, j int) int { return m.rank(keys[i], keys[j], desc) })
	out := make([]any, len(items))
	for i, from := range index {
		out[i] = items[from]
	}
	return out
}

// descending reads the optional order argument of a sort.
func (m *machine) descending(c *clause, order []any) (desc, ok bool) {
	if len(order) == 0 || order[0] == "asc" {
		return false, true
	}
	if order[0] == "desc" {
		return true, true
	}
	m.note(c, `the order of a sort is "asc" or "desc"`)
	return false, false
}

// rank orders any two values: numbers, then text, then dates, then the rest as it
// was, and missing ones last in either direction.
func (m *machine) rank(a, b any, desc bool) int {
	m.tick(4)
	c, ok := order(a, b)
	if !ok {
		ra, rb := sortClass(a), sortClass(b)
		if ra == rb || ra == 4 || rb == 4 {
			return ra - rb
		}
		c = ra - rb
	}
	if desc {
		return -c
	}
	return c
}

func sortClass(v any) int {
	switch kindOf(v) {
	case kindNumber:
		return 0
	case kindText:
		return 1
	case kindTime, kindDuration:
		return 2
	case kindNil:
		return 4
	default:
		return 3
	}
}
