package rules

import (
	"slices"
	"strconv"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// rewriter turns a checked tree into one in which nothing can fail. It builds new
// nodes throughout: expr's checker keeps types in the old ones.
type rewriter struct {
	engine  *Engine
	src     string
	scope   Scope
	sites   []func(*machine) any
	clauses int
	paths   []*path        // all that are read
	vars    map[string]int // let variables in scope, counted
	bools   map[ast.Node]bool
	err     error
}

// node returns the rewritten form of n.
func (r *rewriter) node(n ast.Node) ast.Node {
	var out ast.Node
	switch n := n.(type) {
	case *ast.NilNode:
		out = &ast.NilNode{}
	case *ast.BoolNode:
		out = &ast.BoolNode{Value: n.Value}
	case *ast.StringNode:
		out = &ast.StringNode{Value: n.Value}
	case *ast.FloatNode:
		out = &ast.FloatNode{Value: n.Value}
	case *ast.IntegerNode:
		out = &ast.ConstantNode{Value: int64(n.Value)}
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode:
		out = r.access(n)
	case *ast.PointerNode:
		out = r.pointer(n)
	case *ast.UnaryNode:
		out = r.unary(n)
	case *ast.BinaryNode:
		out = r.binary(n)
	case *ast.SliceNode:
		out = r.slice(n)
	case *ast.CallNode:
		out = r.call(n, outerCall(n), n.Arguments)
	case *ast.BuiltinNode:
		out = r.builtin(n)
	case *ast.ConditionalNode:
		out = &ast.ConditionalNode{Ternary: n.Ternary, Cond: r.truth(n.Cond), Exp1: r.node(n.Exp1), Exp2: r.node(n.Exp2)}
	case *ast.VariableDeclaratorNode:
		out = r.declaration(n)
	case *ast.SequenceNode:
		out = &ast.SequenceNode{Nodes: r.nodes(n.Nodes)}
	case *ast.ArrayNode:
		out = r.made(&ast.ArrayNode{Nodes: r.nodes(n.Nodes)}, 64+24*len(n.Nodes))
	case *ast.MapNode:
		out = r.object(n)
	default:
		r.fail(n, "This cannot stand here.")
		out = &ast.NilNode{}
	}
	place(out, n.Location())
	return out
}

func (r *rewriter) nodes(list []ast.Node) []ast.Node {
	out := make([]ast.Node, len(list))
	for i, n := range list {
		out[i] = r.node(n)
	}
	return out
}

// place gives a new node, and the call that it may wrap, the location of its source.
func place(n ast.Node, loc file.Location) {
	if n.Location() == (file.Location{}) {
		n.SetLocation(loc)
	}
}

func (r *rewriter) fail(n ast.Node, format string, args ...any) {
	if r.err == nil {
		r.err = problem(r.src, n.Location().From, format, args...)
	}
}

// site makes a call of a function that every machine binds for itself. bind returns
// a function of one of the types that expr calls without reflection.
func (r *rewriter) site(bind func(m *machine) any, args ...ast.Node) *ast.CallNode {
	name := siteName(len(r.sites))
	r.sites = append(r.sites, bind)
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}
}

// siteName is what a site is called in the compiled expression. Nothing in source
// text can have this name.
func siteName(i int) string { return strconv.Itoa(i) }

// boolSite makes a call of a function that returns a bool whatever happens.
func (r *rewriter) boolSite(bind func(m *machine) any, args ...ast.Node) *ast.CallNode {
	n := r.site(bind, args...)
	r.markBool(n)
	return n
}

func (r *rewriter) markBool(n ast.Node) {
	if r.bools == nil {
		r.bools = make(map[ast.Node]bool)
	}
	r.bools[n] = true
}

// clause makes a clause about operands of the original tree.
func (r *rewriter) clause(operands ...ast.Node) *clause {
	c := &clause{id: r.clauses}
	r.clauses++
	for _, n := range operands {
		op := operand{path: r.engine.plainPath(n)}
		if op.path != nil {
			op.text = op.path.text
		} else {
			op.text = n.String()
		}
		c.operands = append(c.operands, op)
	}
	return c
}

// truth returns a node that is true or false whatever n gives.
func (r *rewriter) truth(n ast.Node) ast.Node {
	out := r.node(n)
	if r.isBool(out) {
		return out
	}
	c := r.clause(n)
	wrapped := r.boolSite(func(m *machine) any {
		return func(v any) bool { return m.truth(c, v) }
	}, out)
	place(wrapped, n.Location())
	return wrapped
}

func (m *machine) truth(c *clause, v any) bool {
	b, ok := v.(bool)
	if !ok {
		m.spoil(c, 0, v, kindBool)
	}
	return b
}

func (r *rewriter) isBool(n ast.Node) bool {
	if _, ok := n.(*ast.BoolNode); ok {
		return true
	}
	return r.bools[n]
}

// access rewrites names and member access.
func (r *rewriter) access(n ast.Node) ast.Node {
	base, keys := chain(n)
	switch b := base.(type) {
	case *ast.IdentifierNode:
		if r.vars[b.Value] == 0 {
			return r.path(b, keys)
		}
		base = &ast.IdentifierNode{Value: b.Value}
	case *ast.MemberNode:
		base = r.site(func(m *machine) any { return m.member }, r.node(b.Node), r.node(b.Property))
	default:
		base = r.node(base)
	}
	if len(keys) == 0 {
		return base
	}
	return r.site(func(*machine) any {
		return func(v any) any { return follow(v, keys) }
	}, base)
}

// path rewrites a chain that starts at a root of the environment.
func (r *rewriter) path(ident *ast.IdentifierNode, keys []key) ast.Node {
	p := r.engine.path(ident.Value, keys)
	if !slices.Contains(r.paths, p) {
		r.paths = append(r.paths, p)
	}
	return r.site(func(m *machine) any {
		return func() any { return m.fetch(p) }
	})
}

func (r *rewriter) pointer(n *ast.PointerNode) ast.Node {
	fresh := &ast.PointerNode{Name: n.Name}
	if n.Name != "index" {
		return fresh
	}
	place(fresh, n.Location())
	return r.wide(fresh)
}

// wide makes an int of expr's machine an int64 as all others are.
func (r *rewriter) wide(n ast.Node) ast.Node {
	return r.site(func(*machine) any {
		return func(v any) any {
			if i, ok := v.(int); ok {
				return int64(i)
			}
			return v
		}
	}, n)
}

// made charges a list or object that the expression makes.
func (r *rewriter) made(n ast.Node, size int) ast.Node {
	return r.site(func(m *machine) any {
		return func(v any) any {
			m.charge(size)
			return v
		}
	}, n)
}

func (r *rewriter) object(n *ast.MapNode) ast.Node {
	out := &ast.MapNode{}
	for _, p := range n.Pairs {
		pair, ok := p.(*ast.PairNode)
		if !ok {
			r.fail(p, "This cannot stand in an object.")
			continue
		}
		k := r.node(pair.Key)
		if _, fixed := pair.Key.(*ast.StringNode); !fixed {
			k = r.site(func(m *machine) any {
				return func(v any) string { return m.text(v) }
			}, k)
		}
		fresh := &ast.PairNode{Key: k, Value: r.node(pair.Value)}
		place(fresh, p.Location())
		out.Pairs = append(out.Pairs, fresh)
	}
	return r.made(out, 350+48*len(n.Pairs))
}

func (r *rewriter) declaration(n *ast.VariableDeclaratorNode) ast.Node {
	value := r.node(n.Value)
	if r.vars == nil {
		r.vars = make(map[string]int)
	}
	r.vars[n.Name]++
	defer func() { r.vars[n.Name]-- }()
	return &ast.VariableDeclaratorNode{Name: n.Name, Value: value, Expr: r.node(n.Expr)}
}

func (r *rewriter) slice(n *ast.SliceNode) ast.Node {
	c := r.clause(n.Node)
	args := []ast.Node{r.node(n.Node), &ast.NilNode{}, &ast.NilNode{}}
	for i, end := range []ast.Node{n.From, n.To} {
		if end != nil {
			c.operands = append(c.operands, operand{text: end.String(), path: r.engine.plainPath(end)})
			args[i+1] = r.node(end)
		} else {
			c.operands = append(c.operands, operand{})
		}
	}
	open := [2]bool{n.From == nil, n.To == nil}
	return r.site(func(m *machine) any {
		return func(a ...any) any { return m.slice(c, a, open) }
	}, args...)
}
