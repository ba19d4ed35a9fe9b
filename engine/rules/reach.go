package rules

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// ItemRoot is the root of a [Path] that starts at the item of a loop, as in
// any(payload.items, .qty > 1).
const ItemRoot = "#"

// Path is a field: a chain of fixed keys from a name of the environment, or from the
// item of a loop.
type Path struct {
	Root string
	Keys []Key
}

// Key is one step of a [Path]: a name, or an index into a list.
type Key struct {
	Name  string
	Index int
	List  bool // it is an index
}

// Parse returns the syntax tree of an expression that [Engine.Compile] accepts. The
// names in it are not looked up.
func (e *Engine) Parse(src string, s Scope) (ast.Node, error) {
	if err := checkSource(src); err != nil {
		return nil, err
	}
	tree, err := parser.ParseWithConfig(src, e.config(s))
	if err != nil {
		return nil, syntaxError(src, err)
	}
	return tree.Node, nil
}

// PathOf returns the field that the whole expression is; ok is false when it is more.
func PathOf(n ast.Node) (p Path, ok bool) {
	base, keys := chain(n)
	switch b := base.(type) {
	case *ast.IdentifierNode:
		if rootOf(b.Value) == rootNone {
			return Path{}, false
		}
		p.Root = b.Value
	case *ast.PointerNode:
		if b.Name != "" {
			return Path{}, false
		}
		p.Root = ItemRoot
	default:
		return Path{}, false
	}
	for i, k := range keys {
		name := k.name
		if i == 0 && p.Root == "headers" {
			name = strings.ToLower(name)
		}
		p.Keys = append(p.Keys, Key{Name: name, Index: k.index, List: k.list})
	}
	return p, true
}

// ParsePath reads a field as [Path.String] writes it, or as people do.
func ParsePath(text string) (Path, bool) {
	if len(text) > MaxSource {
		return Path{}, false
	}
	src := text
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, ItemRoot) {
		src = "map([], " + text + "\n)"
	}
	tree, err := parser.Parse(src)
	if err != nil {
		return Path{}, false
	}
	n := tree.Node
	if loop, ok := n.(*ast.BuiltinNode); ok && src != text && len(loop.Arguments) == 2 {
		n = bodyOf(loop.Arguments[1])
	}
	return PathOf(n)
}

// String writes the path as it stands in an expression.
func (p Path) String() string {
	keys := make([]key, len(p.Keys))
	for i, k := range p.Keys {
		keys[i] = key{name: k.Name, index: k.Index, list: k.List}
	}
	if p.Root != ItemRoot {
		return pathText(p.Root, keys)
	}
	if len(keys) > 0 && !keys[0].list && isIdentifier(keys[0].name) {
		return pathText("", keys)
	}
	return pathText(ItemRoot, keys)
}

// Below returns the path of a member.
func (p Path) Below(k Key) Path {
	return Path{Root: p.Root, Keys: append(slices.Clip(p.Keys), k)}
}

// Parent returns the path without its last key; a root is its own parent.
func (p Path) Parent() Path {
	return Path{Root: p.Root, Keys: p.Keys[:max(0, len(p.Keys)-1)]}
}

// Last returns the last key; ok is false for a root.
func (p Path) Last() (k Key, ok bool) {
	if len(p.Keys) == 0 {
		return Key{}, false
	}
	return p.Keys[len(p.Keys)-1], true
}

// In returns the value of the field in env, and whether it is there: what is null is
// there, and has no value. A path that starts at the item of a loop is in nothing.
func (p Path) In(env *Env) (v any, found bool) { return p.Of(env.get(rootOf(p.Root))) }

// Of returns the value of the field in what its root stands for, as [Path.In] does.
func (p Path) Of(root any) (v any, found bool) {
	keys := make([]key, len(p.Keys))
	for i, k := range p.Keys {
		keys[i] = key{name: k.Name, index: k.Index, list: k.List}
	}
	return follow(root, keys), has(root, keys)
}

// Root returns what a name of the environment stands for, nil when it is none.
func (e *Env) Root(name string) any { return e.get(rootOf(name)) }
