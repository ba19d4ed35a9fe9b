package visual

import (
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser/lexer"

	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

// Read turns an expression into a tree. It returns the [engine.Error] of
// [rules.Engine.Compile] for one that has faults. An expression that is empty is
// always true: its tree is a group without members.
func Read(e *rules.Engine, text string, s rules.Scope) (*Tree, error) {
	if strings.TrimSpace(text) == "" {
		return &Tree{Text: text, Root: &Node{ID: "0", Kind: All}}, nil
	}
	s.Condition = true
	if _, err := e.Compile(text, s); err != nil {
		return nil, err
	}
	return read(e, text, s)
}

// read is [Read] of an expression that is known to compile, or nearly so.
func read(e *rules.Engine, text string, s rules.Scope) (*Tree, error) {
	n, err := e.Parse(text, s)
	if err != nil {
		return nil, err
	}
	src, ok := newSource(text)
	if !ok {
		return formulaTree(text), nil
	}
	t := lift((&reader{src: src}).node(src.whole(), n))
	t.Text = text
	t.Root.identify("0")
	return t, nil
}

// readItem reads the body of a predicate, such as .qty > 1. It returns nil for text
// that is none.
func readItem(e *rules.Engine, text string, s rules.Scope) *Node {
	const open = "any([], {"
	n, err := e.Parse(open+text+"\n})", s)
	if err != nil {
		return nil
	}
	src, ok := newSource(open + text + "\n})")
	loop, isLoop := n.(*ast.BuiltinNode)
	if !ok || !isLoop || len(loop.Arguments) != 2 || len(src.tokens) < 8 || src.pair[1] != len(src.tokens)-1 || src.pair[5] != len(src.tokens)-2 {
		return nil
	}
	body, ok := loop.Arguments[1].(*ast.PredicateNode)
	if !ok {
		return nil
	}
	return (&reader{src: src}).node(span{6, len(src.tokens) - 2}, body.Node)
}

func formulaTree(text string) *Tree {
	return &Tree{Text: text, Root: &Node{ID: "0", Kind: All, Nodes: []*Node{{ID: "0.0", Kind: Formula, Span: Span{Text: text, To: units(text)}}}}}
}

// identify gives every node of a tree its id.
func (n *Node) identify(id string) {
	n.ID = id
	for i, child := range n.Nodes {
		child.identify(id + "." + strconv.Itoa(i))
	}
	if n.Where != nil {
		n.Where.identify(id + ".w")
	}
}

// reader makes nodes of a syntax tree and the tokens that it was made of.
type reader struct{ src *source }

// node returns the node of an expression whose tokens are x.
func (r *reader) node(x span, n ast.Node) *Node {
	outer, semicolon := x, false
	if x.to > x.from && r.src.tokens[x.to-1].Is(lexer.Operator, ";") {
		x.to--
		semicolon = true // one may stand at the end
	}
	inner := r.src.open(x)
	out := &Node{Span: r.src.place(x)}
	if kind, _, ok := r.split(inner, n); ok {
		out.Kind = kind
		var parts []span
		r.members(x, n, kind, func(x span, n ast.Node) {
			parts = append(parts, x)
			out.Nodes = append(out.Nodes, r.node(x, n))
		})
		out.separate = r.separator(parts)
		out.comments = r.src.comments(outer, parts)
		return out
	}
	if r.row(out, inner, n) {
		out.Kind = Row
		var where []span
		if out.Where != nil {
			where = []span{out.within}
		}
		out.comments = r.src.comments(outer, where)
		return out
	}
	out = &Node{Kind: Formula, Span: out.Span}
	if semicolon {
		out.comments = r.src.comments(span{outer.to, outer.to}, nil)
	}
	return out
}

// split returns the kind of a group and the token at which it falls apart.
func (r *reader) split(x span, n ast.Node) (kind Kind, at int, ok bool) {
	b, isBinary := n.(*ast.BinaryNode)
	if !isBinary {
		return "", 0, false
	}
	switch b.Operator {
	case "and", "&&":
		kind = All
	case "or", "||":
		kind = AnyOf
	default:
		return "", 0, false
	}
	// 1 < x < 3 is an "and" as well, of which the text knows nothing.
	at = r.src.token(x, b.Location().From)
	return kind, at, at > x.from && at+1 < x.to && r.src.tokens[at].Is(lexer.Operator, b.Operator)
}

// denied returns what a "not" in front stands for, nil when there is none.
func (r *reader) denied(x span, n ast.Node) *Node {
	u, ok := n.(*ast.UnaryNode)
	if !ok || u.Operator != "not" && u.Operator != "!" || x.to-x.from < 2 || !r.src.tokens[x.from].Is(lexer.Operator, u.Operator) {
		return nil
	}
	return r.node(span{x.from + 1, x.to}, u.Node)
}

// members calls each with the members of a group, those of groups of its kind within it
// included.
func (r *reader) members(x span, n ast.Node, kind Kind, each func(span, ast.Node)) {
	inner := r.src.open(x)
	k, at, ok := r.split(inner, n)
	b, isBinary := n.(*ast.BinaryNode)
	if !ok || !isBinary || k != kind {
		each(x, n)
		return
	}
	r.members(span{inner.from, at}, b.Left, kind, each)
	r.members(span{at + 1, inner.to}, b.Right, kind, each)
}

// separator returns what stands between all parts of a group, "" when it differs.
func (r *reader) separator(parts []span) string {
	same := ""
	for i := 1; i < len(parts); i++ {
		_, from := r.src.bounds(parts[i-1])
		to, _ := r.src.bounds(parts[i])
		if from > to {
			return ""
		}
		text := r.src.text[from:to]
		switch strings.TrimFunc(text, isSpace) {
		case "and", "&&", "or", "||":
		default:
			return ""
		}
		if i > 1 && text != same {
			return ""
		}
		same = text
	}
	return same
}

// lift makes a tree of a node: it takes the kind of event out and sees to it that the
// root is a group.
func lift(n *Node) *Tree {
	if !n.group() {
		alone := &Node{Kind: All, Nodes: []*Node{n}}
		if n.Kind == Formula {
			alone.comments = n.comments
		}
		n = alone
	}
	t := &Tree{Root: n, comments: n.comments, separate: n.separate}
	if n.Kind != All {
		return t
	}
	for i, child := range n.Nodes {
		if types, ok := child.eventTypes(); ok {
			t.When = &When{Types: types, At: i, Span: child.Span}
			rest := slices.Delete(slices.Clone(n.Nodes), i, i+1)
			t.Root = &Node{Kind: All, Nodes: rest}
			break
		}
	}
	if len(t.Root.Nodes) == 1 && t.Root.Nodes[0].group() {
		t.Root = t.Root.Nodes[0]
	}
	return t
}

// eventTypes returns the kinds of event that a row waits for.
func (n *Node) eventTypes() ([]string, bool) {
	if n.Kind != Row || n.Field != "event.type" || n.Type != fields.Text || n.IgnoreCase || n.Convert || n.ValueField != "" {
		return nil, false
	}
	switch v := n.Value.(type) {
	case string:
		return []string{v}, n.Op == "is"
	case []any:
		types := make([]string, 0, len(v))
		for _, t := range v {
			s, ok := t.(string)
			if !ok {
				return nil, false
			}
			types = append(types, s)
		}
		return types, n.Op == "oneOf"
	}
	return nil, false
}
