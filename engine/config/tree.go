package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"patchbay/engine"
)

type kind int

const (
	kindNull kind = iota + 1
	kindText
	kindNumber
	kindBool
	kindList
	kindMap
)

func (k kind) String() string {
	return [...]string{"", "nothing", "text", "a number", "true or false", "a list", "fields"}[k]
}

type style int

const (
	stylePlain style = iota
	styleQuoted
	styleBlock
)

// node is a value of a file with its place. text is a scalar as it was written.
type node struct {
	kind    kind
	text    string
	value   any
	style   style
	line    int
	column  int
	entries []entry
	items   []*node
}

type entry struct {
	name   string
	line   int
	column int
	merged bool // came in by <<: what stands in the file itself wins
	value  *node
}

var (
	jsonNumber   = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$`)
	dashRun      = regexp.MustCompile(`(?m)^[ \t]*([-?!&:][^ \t\n]*[ \t]+){40}`)
	errNotParsed = errors.New("yaml parser gave up")
)

// parseTree reads one YAML document. Faults come as [engine.Error] with line and column.
func parseTree(data []byte) (*node, error) {
	if err := checkNesting(data); err != nil {
		return nil, err
	}
	file, err := parseYAML(data)
	if err != nil {
		return nil, yamlError(err)
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			return nil, at(doc.Body, "A file holds one document; move what follows --- to a file of its own.")
		}
		body = doc.Body
	}
	if body == nil {
		return nil, &engine.Error{Kind: engine.KindInvalid, Line: 1, Message: "The file is empty; it begins with version: 1."}
	}
	b := builder{anchors: map[string]ast.Node{}}
	return b.build(body, 0)
}

// checkNesting refuses what would take the parser quadratic time or too much
// stack. It looks at brackets without regard to quotes, so its limit is far above
// what any configuration needs.
func checkNesting(data []byte) error {
	open := 0
	for _, c := range data {
		switch c {
		case '[', '{':
			open++
		case ']', '}':
			open = max(0, open-1)
		}
		if open > 1000 {
			return &engine.Error{Kind: engine.KindInvalid, Message: "The file nests too deeply."}
		}
	}
	if dashRun.Match(data) {
		return &engine.Error{Kind: engine.KindInvalid, Message: "The file nests too deeply on one line."}
	}
	return nil
}

// parseYAML turns a panic of the parser, which happens on some damaged input,
// into an error.
func parseYAML(data []byte) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			file, err = nil, errNotParsed
		}
	}()
	return parser.ParseBytes(data, 0)
}

func yamlError(err error) error {
	out := &engine.Error{Kind: engine.KindInvalid, Message: "This is not YAML that can be read.", Err: err}
	if y, ok := errors.AsType[yaml.Error](err); ok {
		out.Message = "This is not valid YAML: " + strings.TrimSuffix(y.GetMessage(), ".") + "."
		if tk := y.GetToken(); tk != nil && tk.Position != nil {
			out.Line, out.Column = tk.Position.Line, tk.Position.Column
		}
	}
	return out
}

func at(n ast.Node, format string, args ...any) error {
	line, column := place(n)
	return &engine.Error{Kind: engine.KindInvalid, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

func place(n ast.Node) (line, column int) {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if v, ok := n.(*ast.MappingValueNode); ok {
		n = v.Key
	}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		return tk.Position.Line, tk.Position.Column
	}
	return 0, 0
}

// builder turns the parser's tree into ours, following anchors.
type builder struct {
	anchors map[string]ast.Node
	nodes   int
}

func (b *builder) build(n ast.Node, depth int) (*node, error) {
	b.nodes++
	if b.nodes > maxNodes {
		return nil, at(n, "The file holds more than %d values.", maxNodes)
	}
	if depth > maxDepth {
		return nil, at(n, "Values nest deeper than %d levels.", maxDepth)
	}
	line, column := place(n)
	out := &node{line: line, column: column}
	switch x := n.(type) {
	case *ast.AnchorNode:
		b.anchors[nameOf(x.Name)] = x.Value
		return b.build(x.Value, depth+1)
	case *ast.AliasNode:
		target, ok := b.anchors[nameOf(x.Value)]
		if !ok {
			return nil, at(n, "There is no anchor &%s above this line.", nameOf(x.Value))
		}
		return b.build(target, depth+1)
	case *ast.TagNode:
		return b.tagged(x, depth)
	case *ast.MappingNode:
		return out, b.mapping(out, x.Values, depth)
	case *ast.MappingValueNode:
		return out, b.mapping(out, []*ast.MappingValueNode{x}, depth)
	case *ast.SequenceNode:
		out.kind = kindList
		for _, v := range x.Values {
			item, err := b.build(v, depth+1)
			if err != nil {
				return nil, err
			}
			out.items = append(out.items, item)
		}
		return out, nil
	default:
		return out, scalar(out, n)
	}
}

func nameOf(n ast.Node) string {
	if n == nil || n.GetToken() == nil {
		return ""
	}
	return n.GetToken().Value
}

func (b *builder) tagged(x *ast.TagNode, depth int) (*node, error) {
	if tag := nameOf(x); tag != "!!str" {
		return nil, at(x, "The tag %s has no meaning here.", tag)
	}
	out, err := b.build(x.Value, depth+1)
	if err != nil {
		return nil, err
	}
	if out.kind == kindList || out.kind == kindMap {
		return nil, at(x, "The tag !!str stands before text only.")
	}
	out.kind, out.value = kindText, out.text
	return out, nil
}

func (b *builder) mapping(out *node, values []*ast.MappingValueNode, depth int) error {
	out.kind = kindMap
	for _, v := range values {
		if v.Key.IsMergeKey() {
			if err := b.merge(out, v, depth); err != nil {
				return err
			}
			continue
		}
		switch v.Key.(type) {
		case *ast.StringNode, *ast.IntegerNode, *ast.BoolNode, *ast.NullNode, *ast.FloatNode:
		default:
			return at(v, "A field's name must be plain text.")
		}
		value, err := b.build(v.Value, depth+1)
		if err != nil {
			return err
		}
		line, column := place(v)
		if err := out.add(entry{name: nameOf(v.Key), line: line, column: column, value: value}, v); err != nil {
			return err
		}
	}
	return nil
}

func (n *node) add(e entry, from ast.Node) error {
	for i, have := range n.entries {
		if have.name != e.name {
			continue
		}
		if have.merged {
			n.entries[i] = e
			return nil
		}
		return at(from, "The field %q stands here twice; the first is in line %d.", e.name, have.line)
	}
	n.entries = append(n.entries, e)
	return nil
}

func (b *builder) merge(out *node, v *ast.MappingValueNode, depth int) error {
	merged, err := b.build(v.Value, depth+1)
	if err != nil {
		return err
	}
	if merged.kind != kindMap {
		return at(v, "<< takes fields, such as those of an anchor.")
	}
	for _, e := range merged.entries {
		if out.get(e.name) == nil {
			e.merged = true
			out.entries = append(out.entries, e)
		}
	}
	return nil
}

func (n *node) get(name string) *node {
	for _, e := range n.entries {
		if e.name == name {
			return e.value
		}
	}
	return nil
}

func scalar(out *node, n ast.Node) error {
	tk := n.GetToken()
	if tk == nil {
		return at(n, "This value cannot be read.")
	}
	out.text = tk.Value
	switch x := n.(type) {
	case *ast.NullNode:
		out.kind, out.text = kindNull, ""
	case *ast.BoolNode:
		out.kind, out.value = kindBool, x.Value
	case *ast.StringNode:
		out.kind, out.value, out.text = kindText, x.Value, x.Value
		if tk.Type == token.SingleQuoteType || tk.Type == token.DoubleQuoteType {
			out.style = styleQuoted
		} else {
			number(out) // the parser takes what fits no int64 for text
		}
	case *ast.LiteralNode:
		out.kind, out.style, out.text = kindText, styleBlock, x.Value.Value
		out.value = out.text
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		number(out)
	default:
		return at(n, "This value cannot be read.")
	}
	return nil
}

// number takes as numbers what JSON would take as one; anything else is text.
func number(out *node) {
	out.kind, out.value = kindText, out.text
	if !jsonNumber.MatchString(out.text) {
		return
	}
	out.kind, out.value = kindNumber, engine.ExactNumber(out.text)
}

// plain returns the value as JSON decoding would give it.
func (n *node) plain() any {
	switch n.kind {
	case kindList:
		list := make([]any, len(n.items))
		for i, item := range n.items {
			list[i] = item.plain()
		}
		return list
	case kindMap:
		fields := make(map[string]any, len(n.entries))
		for _, e := range n.entries {
			fields[e.name] = e.value.plain()
		}
		return fields
	case kindNull:
		return nil
	default:
		return n.value
	}
}
