package rules

import (
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"patchbay/engine"
)

// key is one fixed step of a path: a name, or an index into a list.
type key struct {
	name  string
	index int
	list  bool
}

// path is a chain of fixed keys from a root of the environment. Paths that are
// written alike are shared by all expressions.
type path struct {
	root root
	text string // as people write it: payload.items[0].sku
	keys []key
}

// plainPath returns the path that the whole expression is, nil when it is more.
func (e *Engine) plainPath(n ast.Node) *path {
	base, keys := chain(n)
	ident, ok := base.(*ast.IdentifierNode)
	if !ok || rootOf(ident.Value) == rootNone {
		return nil
	}
	return e.path(ident.Value, keys)
}

// path returns the path of these keys from a root of the environment.
func (e *Engine) path(base string, keys []key) *path {
	text := pathText(base, keys)
	if p, ok := e.paths.get(text); ok {
		return p
	}
	p := &path{root: rootOf(base), text: text, keys: keys}
	if p.root == rootHeaders && len(keys) > 0 && !keys[0].list {
		keys[0].name = strings.ToLower(keys[0].name)
	}
	return e.paths.put(text, p)
}

// chain splits a chain of member accesses into what it starts from and its fixed
// keys. It stops at the last key that is computed.
func chain(n ast.Node) (base ast.Node, keys []key) {
	switch n := n.(type) {
	case *ast.ChainNode:
		return chain(n.Node)
	case *ast.MemberNode:
		k, ok := fixedKey(n.Property)
		if !ok {
			return n, nil
		}
		base, keys = chain(n.Node)
		return base, append(keys, k)
	}
	return n, nil
}

func fixedKey(n ast.Node) (key, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return key{name: n.Value}, true
	case *ast.IntegerNode:
		return key{index: n.Value, list: true}, true
	case *ast.UnaryNode:
		if i, ok := n.Node.(*ast.IntegerNode); ok && n.Operator == "-" {
			return key{index: -i.Value, list: true}, true
		}
	}
	return key{}, false
}

// pathText writes a path as people do.
func pathText(base string, keys []key) string {
	var b strings.Builder
	b.WriteString(base)
	for _, k := range keys {
		switch {
		case k.list:
			b.WriteString("[" + strconv.Itoa(k.index) + "]")
		case isIdentifier(k.name):
			b.WriteString("." + k.name)
		default:
			b.WriteString("[" + strconv.Quote(k.name) + "]")
		}
	}
	return b.String()
}

func isIdentifier(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || c == '$' || c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// pointer returns the path as an RFC 6901 pointer; ok is false for indexes that
// count from the end.
func (p *path) pointer() (string, bool) {
	var b []byte
	for _, k := range p.keys {
		name := k.name
		if k.list {
			if k.index < 0 {
				return "", false
			}
			name = strconv.Itoa(k.index)
		}
		b = engine.AppendPointer(b, name)
	}
	return string(b), true
}

// follow walks the keys from v and returns nil where there is nothing.
func follow(v any, keys []key) any {
	for i := range keys {
		if v = at(v, &keys[i]); v == nil {
			return nil
		}
	}
	switch v.(type) {
	case string, bool, int64, float64, []any, map[string]any:
		return v
	}
	return plain(v)
}

// at returns one member of a list or object.
func at(v any, k *key) any {
	switch c := v.(type) {
	case map[string]any:
		if k.list {
			return c[strconv.Itoa(k.index)]
		}
		return c[k.name]
	case []any:
		if k.list {
			return element(c, int64(k.index))
		}
		return nil
	case string:
		if k.list {
			return character(c, int64(k.index))
		}
		return nil
	case nil, bool, int64, float64:
		return nil
	}
	switch c := plain(v).(type) {
	case map[string]any, []any:
		return at(c, k)
	}
	return nil
}

// element returns an item of a list; negative indexes count from the end.
func element(list []any, i int64) any {
	if i < 0 {
		i += int64(len(list))
	}
	if i < 0 || i >= int64(len(list)) {
		return nil
	}
	return list[i]
}

// has reports whether the last key of a path exists, be its value null.
func has(v any, keys []key) bool {
	if len(keys) == 0 {
		return true
	}
	last := keys[len(keys)-1]
	switch c := follow(v, keys[:len(keys)-1]).(type) {
	case map[string]any:
		name := last.name
		if last.list {
			name = strconv.Itoa(last.index)
		}
		_, ok := c[name]
		return ok
	case []any:
		n := len(c)
		return last.list && last.index < n && last.index >= -n
	}
	return false
}
