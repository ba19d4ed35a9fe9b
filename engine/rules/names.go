package rules

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"patchbay/engine"
)

// names checks that everything an expression names exists, with suggestions that
// expr's own checker does not make.
type names struct {
	engine *Engine
	scope  Scope
	src    string
	vars   []string // let variables in scope
}

func (c *names) check(n ast.Node) error {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return c.identifier(n)
	case *ast.BytesNode:
		return c.problem(n, "Bytes such as b\"…\" do not exist here; write text.")
	case *ast.CallNode:
		if err := c.callee(n); err != nil {
			return err
		}
		return c.all(n.Arguments)
	case *ast.MemberNode:
		if err := c.member(n); err != nil {
			return err
		}
	case *ast.VariableDeclaratorNode:
		return c.declaration(n)
	}
	return c.all(children(n))
}

func (c *names) all(list []ast.Node) error {
	for _, n := range list {
		if err := c.check(n); err != nil {
			return err
		}
	}
	return nil
}

func (c *names) declaration(n *ast.VariableDeclaratorNode) error {
	if err := c.check(n.Value); err != nil {
		return err
	}
	if _, taken := c.engine.functions[n.Name]; taken || rootOf(n.Name) != rootNone || slices.Contains(c.vars, n.Name) {
		return c.problem(n, "%s already stands for something else; take another name.", n.Name)
	}
	c.vars = append(c.vars, n.Name)
	err := c.check(n.Expr)
	c.vars = c.vars[:len(c.vars)-1]
	return err
}

func (c *names) identifier(n *ast.IdentifierNode) error {
	name := n.Value
	if slices.Contains(c.vars, name) || slices.Contains(c.scope.Names(), name) {
		return nil
	}
	if _, ok := c.engine.functions[name]; ok || isPredicate(name) {
		return c.problem(n, "%s is a function; call it with what it works on, like %s(…).", name, name)
	}
	switch name {
	case "steps":
		return c.problem(n, "steps is not known here: what steps gave is known only in later steps.")
	case "item", "index":
		return c.problem(n, "%s is not known here: it exists only in a step with forEach.", name)
	}
	known := append(slices.Concat(c.scope.Names(), c.vars), c.engine.names()...)
	hint := didYouMean(name, known)
	if hint == "" {
		hint = " Fields of the event are written payload." + name + "; text needs quotes."
	}
	return c.problem(n, "There is nothing called %s here.%s", name, hint)
}

func (c *names) callee(n *ast.CallNode) error {
	switch callee := n.Callee.(type) {
	case *ast.IdentifierNode:
		name := callee.Value
		if f, ok := c.engine.functions[name]; ok {
			if !f.accepts(len(n.Arguments)) {
				return c.problem(callee, "The arguments of %s do not fit; it is called as %s.", name, f.Signature)
			}
			return nil
		}
		if slices.Contains(c.vars, name) || slices.Contains(c.scope.Names(), name) {
			return c.problem(callee, "%s is not a function.", name)
		}
		return c.problem(callee, "There is no function %s.%s", name, didYouMean(name, c.engine.names()))
	case *ast.MemberNode:
		return c.problem(callee, "Values have no functions of their own; write the function first, like upper(payload.name).")
	}
	return c.problem(n, "This is not a function.")
}

// member checks the first key after steps and event.
func (c *names) member(n *ast.MemberNode) error {
	base, ok := n.Node.(*ast.IdentifierNode)
	prop, fixed := n.Property.(*ast.StringNode)
	if !ok || !fixed || slices.Contains(c.vars, base.Value) {
		return nil
	}
	switch base.Value {
	case "steps":
		if !c.scope.InSteps || slices.Contains(c.scope.Steps, prop.Value) {
			return nil
		}
		if len(c.scope.Steps) == 0 {
			return c.problem(prop, "There is no step %s before this one: it is the first.", prop.Value)
		}
		return c.problem(prop, "There is no step %s before this one.%s The earlier steps are %s.",
			prop.Value, didYouMean(prop.Value, c.scope.Steps), enumerate(c.scope.Steps))
	case "event":
		if slices.Contains(EventFields(), prop.Value) {
			return nil
		}
		return c.problem(prop, "There is no event.%s.%s The fields are %s; what was sent is in payload.",
			prop.Value, didYouMean(prop.Value, EventFields()), enumerate(EventFields()))
	}
	return nil
}

func (c *names) problem(n ast.Node, format string, args ...any) *engine.Error {
	return problem(c.src, n.Location().From, format, args...)
}

// enumerate joins words as a sentence does.
func enumerate(list []string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

// children returns the nodes below n.
func children(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.ChainNode:
		return []ast.Node{n.Node}
	case *ast.MemberNode:
		return []ast.Node{n.Node, n.Property}
	case *ast.SliceNode:
		list := []ast.Node{n.Node}
		for _, end := range []ast.Node{n.From, n.To} {
			if end != nil {
				list = append(list, end)
			}
		}
		return list
	case *ast.BuiltinNode:
		return n.Arguments
	case *ast.PredicateNode:
		return []ast.Node{n.Node}
	case *ast.SequenceNode:
		return n.Nodes
	case *ast.ConditionalNode:
		return []ast.Node{n.Cond, n.Exp1, n.Exp2}
	case *ast.ArrayNode:
		return n.Nodes
	case *ast.MapNode:
		return n.Pairs
	case *ast.PairNode:
		return []ast.Node{n.Key, n.Value}
	}
	return nil
}
