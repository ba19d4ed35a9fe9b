package rules

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"patchbay/engine"
)

// Template is a step's compiled configuration. It is safe for concurrent use.
type Template struct {
	engine   *Engine
	root     node
	required []string
	needs    Needs
}

// Needs tells what the template's expressions read.
func (t *Template) Needs() Needs { return t.needs }

// node is a part of a template.
type node interface {
	render(r *renderer) any
}

// constant is a value without expressions.
type constant struct{ value any }

// list and object are rendered into fresh ones.
type (
	list   []node
	object []member
	member struct {
		key  string
		top  bool // a field of with itself
		node node
	}
)

// words is text with expressions in it.
type words struct {
	field  string
	top    string // the field of with that it belongs to
	escape engine.Escape
	pieces []wordPiece
}

type wordPiece struct {
	text    string
	program *Program
}

// templater compiles a template and gathers all its faults.
type templater struct {
	engine *Engine
	scope  Scope
	spec   *engine.ActionSpec
	needs  Needs
	errs   []error
}

// Template compiles a step's configuration: maps, lists and text with expressions
// between {{ and }}. spec may be nil. It returns joined [engine.Error] values, whose
// Field is relative to with and whose place is within the expression.
func (e *Engine) Template(with any, s Scope, spec *engine.ActionSpec) (*Template, error) {
	if spec == nil {
		spec = &engine.ActionSpec{}
	}
	s.Condition = false
	c := &templater{engine: e, scope: s, spec: spec}
	t := &Template{engine: e, required: spec.Required}
	if fields, ok := with.(map[string]any); ok {
		t.root = c.object(fields, "", "")
	} else {
		t.root = c.node(with, "", "")
	}
	t.needs = c.needs
	if err := errors.Join(c.errs...); err != nil {
		return nil, err
	}
	return t, nil
}

func (c *templater) node(v any, field, top string) node {
	switch v := v.(type) {
	case string:
		return c.words(v, field, top)
	case []any:
		out := make(list, len(v))
		for i, item := range v {
			out[i] = c.node(item, field+"["+strconv.Itoa(i)+"]", top)
		}
		return out
	case []string:
		return c.node(listOf(v), field, top)
	case map[string]any:
		return c.object(v, field, top)
	case json.Number: // which no other number has the value of
		return constant{v}
	}
	return constant{plain(v)}
}

func (c *templater) object(fields map[string]any, field, top string) node {
	out := make(object, 0, len(fields))
	for _, k := range sortedKeys(fields) {
		m := member{key: k, top: field == ""}
		path, head := field+"."+k, top
		if m.top {
			path, head = k, k
		}
		m.node = c.node(fields[k], path, head)
		out = append(out, m)
	}
	return out
}

func (c *templater) words(text, field, top string) node {
	pieces, err := Pieces(text)
	if err != nil {
		c.fault(field, err)
		return constant{}
	}
	w := &words{field: field, top: top, escape: c.spec.Escape[top]}
	dynamic := false
	for _, p := range pieces {
		if !p.Expression {
			w.pieces = append(w.pieces, wordPiece{text: p.Text})
			continue
		}
		dynamic = true
		prog, err := c.engine.Compile(p.Text, c.scope)
		if err != nil {
			c.fault(field, err)
			continue
		}
		c.needs = c.needs.Union(prog.Needs())
		w.pieces = append(w.pieces, wordPiece{program: prog})
	}
	switch {
	case !dynamic && len(pieces) == 0:
		return constant{""}
	case !dynamic:
		return constant{pieces[0].Text}
	case slices.Contains(c.spec.Literal, top):
		c.fault(field, engine.Invalid("", "No {{ }} can stand here: %s must be written out.", top))
	}
	return w
}

func (c *templater) fault(field string, err error) {
	c.errs = append(c.errs, inField(field, err)...)
}

// inField puts a field's path in front of the fields of all errors joined in err.
func inField(field string, err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range joined.Unwrap() {
			out = append(out, inField(field, e)...)
		}
		return out
	}
	fault, ok := errors.AsType[*engine.Error](err)
	if !ok {
		return []error{&engine.Error{Kind: engine.KindInvalid, Field: field, Message: "This could not be checked.", Err: err}}
	}
	copied := *fault
	switch {
	case copied.Field == "":
		copied.Field = field
	case copied.Field[0] == '[' || field == "":
		copied.Field = field + copied.Field
	default:
		copied.Field = field + "." + copied.Field
	}
	return []error{&copied}
}
