package visual

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/parser/lexer"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// Write turns a tree into an expression. A node that says what its text says is
// written as its text. It returns an [engine.Error] whose Field is the part of the
// tree at fault, such as root.nodes[0].value.
func Write(ctx context.Context, e *rules.Engine, t *Tree, s rules.Scope) (string, error) {
	if t.Root == nil || !t.Root.group() {
		return "", engine.Invalid("root", "The root of a condition is a group: all or any.")
	}
	count := 0
	if err := bound(t.Root, "root", 0, &count); err != nil {
		return "", err
	}
	s.Condition = true
	w := &writer{ctx: ctx, engine: e, scope: s}
	if old := w.readTree(t.Text); old != nil {
		if sameTree(old, t) {
			return t.Text, nil
		}
		w.old = old
	}
	text, err := w.tree(t)
	if err != nil || text == "" {
		return "", err
	}
	_, err = e.Compile(text, s)
	return text, err
}

// bound refuses trees that are too large before anything is done with them.
func bound(n *Node, at string, depth int, count *int) error {
	*count++
	if *count > MaxNodes {
		return engine.Invalid(at, "The condition has more than %d parts; split it into several rules.", MaxNodes)
	}
	if depth > MaxDepth {
		return engine.Invalid(at, "The groups are nested too deeply.")
	}
	for i, child := range n.Nodes {
		if child == nil {
			return engine.Invalid(at, "A member of this group is missing.")
		}
		if err := bound(child, member(at, i), depth+1, count); err != nil {
			return err
		}
	}
	if n.Where != nil {
		return bound(n.Where, at+".where", depth+1, count)
	}
	return nil
}

func member(at string, i int) string { return at + ".nodes[" + strconv.Itoa(i) + "]" }

// writer writes one tree.
type writer struct {
	ctx    context.Context //nolint:containedctx // it lives as long as one call of Write
	engine *rules.Engine
	scope  rules.Scope
	old    *Tree // what the tree was read from, nil when there is none
}

// readTree reads the text of a tree, nil when it is none.
func (w *writer) readTree(text string) *Tree {
	if len(text) > rules.MaxSource {
		return nil
	}
	t, err := Read(w.engine, text, w.scope)
	if err != nil {
		return nil
	}
	return t
}

// readNode reads the text of a node, nil when it is none.
func (w *writer) readNode(text string, item bool) *Node {
	if strings.TrimSpace(text) == "" || len(text) > rules.MaxSource {
		return nil
	}
	if item {
		return readItem(w.engine, text, w.scope)
	}
	n, err := w.engine.Parse(text, w.scope)
	if err != nil {
		return nil
	}
	src, ok := newSource(text)
	if !ok {
		return nil
	}
	return (&reader{src: src}).node(src.whole(), n)
}

// tree writes a tree that was edited.
func (w *writer) tree(t *Tree) (string, error) {
	root, old := t.Root, w.old
	if old == nil {
		old = &Tree{}
	}
	lifted := t.When != nil && len(t.When.Types) > 0
	comments := old.comments
	if spoken := root.Text != "" && (!lifted || root.Kind != All); old.When == nil && old.Root != nil && carries(root, old.Root.Text, spoken) {
		comments = "" // that node brings them along
	}
	if !lifted {
		if len(root.Nodes) == 0 {
			return "", nil
		}
		if root.Text != "" {
			text, err := w.node(root, "root", false)
			return comments + text, err
		}
		kind, parts, err := w.members(root, "root", false)
		return comments + join(kind, parts, old.separate), err
	}
	when, err := w.when(t.When)
	if err != nil {
		return "", err
	}
	parts, err := w.besides(root)
	if err != nil {
		return "", err
	}
	parts = slices.Insert(parts, min(max(t.When.At, 0), len(parts)), when)
	return comments + join(All, parts, old.separate), nil
}

// carries reports whether a node of a tree has a text. The root counts if spoken.
func carries(n *Node, text string, spoken bool) bool {
	if spoken && n.Text == text {
		return true
	}
	return slices.ContainsFunc(n.Nodes, func(child *Node) bool { return carries(child, text, true) })
}

// besides returns what must hold beside the condition on the kind of event.
func (w *writer) besides(root *Node) ([]string, error) {
	if root.Kind == AnyOf && len(root.Nodes) > 1 {
		text, err := w.node(root, "root", false)
		return []string{enclosed(text)}, err
	}
	kind, parts, err := w.members(root, "root", false)
	if kind == AnyOf && len(parts) > 1 {
		return []string{enclosed(join(kind, parts, ""))}, err
	}
	for i, part := range parts {
		parts[i] = enclosed(part)
	}
	return parts, err
}

func (w *writer) when(n *When) (string, error) {
	row := &Node{Kind: Row, Span: n.Span, Field: "event.type", Type: "text", Op: "is", Value: n.Types[0]}
	if len(n.Types) > 1 || w.wasList(n) {
		list := make([]any, len(n.Types))
		for i, t := range n.Types {
			list[i] = t
		}
		row.Op, row.Value = "oneOf", list
	}
	return w.node(row, "when", false)
}

// wasList reports whether the kinds of event were written as a list of one.
func (w *writer) wasList(n *When) bool {
	old := w.readNode(n.Text, false)
	return old != nil && old.Op == "oneOf" && len(n.Types) == 1
}

// node writes a node as it stands alone.
func (w *writer) node(n *Node, at string, item bool) (string, error) {
	if n.Kind == Formula {
		return n.Text, w.formula(n, at, item)
	}
	old := w.readNode(n.Text, item)
	if old != nil && same(old, n) {
		return strings.TrimFunc(n.Text, isSpace), nil
	}
	comments, separate := "", ""
	if old != nil {
		comments = old.comments
		if old.Kind == n.Kind {
			separate = old.separate
		}
	}
	switch n.Kind {
	case All, AnyOf:
		kind, parts, err := w.members(n, at, item)
		if err != nil {
			return "", err
		}
		if len(parts) == 0 {
			return "", engine.Invalid(at, "This group is empty; add a condition to it or remove it.")
		}
		return comments + join(kind, parts, separate), nil
	case Row:
		text, err := w.row(n, at, item)
		if err == nil && !item {
			_, err = w.engine.Compile(text, w.scope)
			err = under(at, err)
		}
		return comments + text, err
	default:
		return "", engine.Invalid(at+".kind", "%q is no kind of condition; it is all, any, row or formula.", clip(string(n.Kind)))
	}
}

// formula checks a formula; what it says may be true or false for any event.
func (w *writer) formula(n *Node, at string, item bool) error {
	if strings.TrimSpace(n.Text) == "" {
		return engine.Invalid(at+".text", "The formula is empty; write it, or remove it.")
	}
	s, text := w.scope, n.Text
	if item {
		text = "any([], {" + n.Text + "\n})"
	}
	_, err := w.engine.Compile(text, s)
	if fault, ok := errors.AsType[*engine.Error](err); ok && item && fault.Line == 1 {
		moved := *fault
		moved.Column = max(1, moved.Column-len("any([], {"))
		err = &moved
	}
	if err == nil && w.readNode(n.Text, item) == nil {
		err = engine.Invalid("", "The brackets of this formula do not fit together.")
	}
	return under(at+".text", err)
}

// under puts a fault at its place in the tree.
func under(at string, err error) error {
	fault, ok := errors.AsType[*engine.Error](err)
	if !ok || fault.Field != "" {
		return err
	}
	placed := *fault
	placed.Field = at
	return &placed
}

// body writes a group as the predicate of a loop.
func (w *writer) body(n *Node, at string) (string, error) {
	kind, parts, err := w.members(n, at, true)
	if err != nil {
		return "", err
	}
	if len(parts) == 0 {
		return "", engine.Invalid(at, "Add a condition that the items must fulfil.")
	}
	comments, separate := "", ""
	if old := w.readNode(n.Text, true); old != nil && old.group() {
		comments, separate = old.comments, old.separate
	}
	text := comments + sealed(join(kind, parts, separate))
	if loose(text, ";") {
		return "{" + text + "}", nil
	}
	return text, nil
}

// members writes the members of a group, each as it can stand beside the others, and
// tells what kind of group they make: members that are groups of one, or of the same
// kind, are replaced by what is in them.
func (w *writer) members(n *Node, at string, item bool) (Kind, []string, error) {
	if len(n.Nodes) == 1 && n.Nodes[0].group() {
		if old := w.readNode(n.Nodes[0].Text, item); old != nil && same(old, n.Nodes[0]) {
			return All, []string{old.Text}, nil
		}
		return w.dissolved(n.Nodes[0], member(at, 0), item)
	}
	var parts []string
	for i, child := range n.Nodes {
		texts, err := w.member(n, child, member(at, i), item)
		if err != nil {
			return "", nil, err
		}
		parts = append(parts, texts...)
	}
	return n.Kind, parts, nil
}

// member writes one member of a group, which may turn out to be several.
func (w *writer) member(n, child *Node, at string, item bool) ([]string, error) {
	if child.group() && (child.Kind == n.Kind || len(child.Nodes) == 1) {
		kind, inner, err := w.dissolved(child, at, item)
		if err == nil && len(inner) > 1 && kind != n.Kind {
			inner = []string{"(" + sealed(join(kind, inner, "")) + ")"}
		}
		return inner, err
	}
	text, err := w.node(child, at, item)
	if len(n.Nodes) > 1 || child.group() {
		text = enclosed(text)
	}
	return []string{text}, err
}

// dissolved returns the members of a group that is none any more, with its comments.
func (w *writer) dissolved(n *Node, at string, item bool) (Kind, []string, error) {
	kind, parts, err := w.members(n, at, item)
	if err != nil {
		return "", nil, err
	}
	if len(parts) == 0 {
		return "", nil, engine.Invalid(at, "This group is empty; add a condition to it or remove it.")
	}
	if old := w.readNode(n.Text, item); old != nil && old.group() {
		parts[0] = old.comments + parts[0]
	}
	if len(parts) == 1 {
		parts[0] = enclosed(parts[0])
	}
	return kind, parts, nil
}

// join writes members with the word between them.
func join(kind Kind, parts []string, separate string) string {
	word := " and "
	if kind == AnyOf {
		word = " or "
	}
	if is := strings.TrimFunc(separate, isSpace); is != "" && (is == "and" || is == "&&") == (kind == All) {
		word = separate
	}
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteString(word)
		}
		if i < len(parts)-1 && !strings.HasPrefix(strings.TrimLeft(word, " \t"), "\n") {
			part = sealed(part)
		}
		b.WriteString(part)
	}
	return b.String()
}

// sealed ends a text in a line break where it ends in a comment that would swallow
// what comes next.
func sealed(text string) string {
	src, ok := newSource(text)
	if !ok || len(src.tokens) == 0 {
		return text
	}
	if tail := text[src.end(len(src.tokens)-1):]; strings.Contains(tail, "//") {
		return text + "\n"
	}
	return text
}

// enclosed puts text in brackets where it could not stand beside others without.
func enclosed(text string) string {
	if loose(text, "and", "&&", "or", "||", "?", ":", "?:", ";", "|", "??", "let", "if", "else") {
		return "(" + sealed(text) + ")"
	}
	return text
}

// loose reports whether one of the operators stands in the text outside all brackets.
func loose(text string, operators ...string) bool {
	src, ok := newSource(text)
	if !ok {
		return true
	}
	found := false
	src.top(src.whole(), func(i int) {
		found = found || src.tokens[i].Is(lexer.Operator, operators...)
	})
	return found
}
