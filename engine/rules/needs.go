package rules

import (
	"slices"
	"strings"

	"patchbay/engine"
)

// Needs says which parts of an event an expression reads, so that nothing else has
// to be decoded.
type Needs struct {
	Payload bool
	Fields  engine.Fields // of the payload; nil with Payload is all of it
	Headers bool
	Query   bool
	Event   bool
	Vars    bool
	Steps   []string // keys of earlier steps
	// DecodeError says that event.decodeError is read, which only decoding can tell.
	DecodeError bool
}

// Union returns what either of two expressions reads.
func (n Needs) Union(o Needs) Needs {
	switch {
	case !o.Payload:
	case !n.Payload:
		n.Payload, n.Fields = true, o.Fields
	default:
		n.Fields = n.Fields.Union(o.Fields)
	}
	n.Headers = n.Headers || o.Headers
	n.Query = n.Query || o.Query
	n.Event = n.Event || o.Event
	n.Vars = n.Vars || o.Vars
	n.DecodeError = n.DecodeError || o.DecodeError
	n.Steps = union(n.Steps, o.Steps)
	return n
}

// none reports whether nothing is read.
func (n Needs) none() bool {
	return !n.Payload && !n.Headers && !n.Query && !n.Event && !n.Vars && !n.DecodeError && len(n.Steps) == 0
}

// covers reports whether everything that o reads is read here too.
func (n Needs) covers(o Needs) bool {
	if o.Payload && (!n.Payload || !n.Fields.Covers(o.Fields)) {
		return false
	}
	for _, s := range o.Steps {
		if !slices.Contains(n.Steps, s) {
			return false
		}
	}
	return (n.Headers || !o.Headers) && (n.Query || !o.Query) && (n.Event || !o.Event) && (n.Vars || !o.Vars) && (n.DecodeError || !o.DecodeError)
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// needsOf returns what reading these paths takes. Expressions that read the same
// paths share it.
func (e *Engine) needsOf(paths []*path, s Scope) Needs {
	if slices.ContainsFunc(paths, func(p *path) bool { return p.root == rootSteps }) {
		return unionOf(paths, s) // depends on the scope too
	}
	texts := make([]string, len(paths))
	for i, p := range paths {
		texts[i] = p.text
	}
	slices.Sort(texts)
	key := strings.Join(texts, "\x00")
	if n, ok := e.needs.get(key); ok {
		return n
	}
	return e.needs.put(key, unionOf(paths, s))
}

func unionOf(paths []*path, s Scope) Needs {
	var n Needs
	for _, p := range paths {
		n = n.Union(p.needs(s))
	}
	return n
}

// needs returns what reading a path takes.
func (p *path) needs(s Scope) Needs {
	first := key{list: true}
	if len(p.keys) > 0 {
		first = p.keys[0]
	}
	switch p.root {
	case rootPayload:
		return Needs{Payload: true, Fields: engine.FieldAt(named(p.keys)...)}
	case rootHeaders:
		return Needs{Headers: true}
	case rootQuery:
		return Needs{Query: true}
	case rootEvent:
		return Needs{Event: true, DecodeError: first.list || first.name == "decodeError"}
	case rootVars:
		return Needs{Vars: true}
	case rootSteps:
		if first.list {
			return Needs{Steps: s.Steps}
		}
		return Needs{Steps: []string{first.name}}
	default:
		return Needs{} // the rest is always there
	}
}

// named returns the names that a chain begins with, up to the first list index.
func named(keys []key) []string {
	var names []string
	for _, k := range keys {
		if k.list {
			break
		}
		names = append(names, k.name)
	}
	return names
}

// gathered is the union of many needs. Adding to it changes only what is its own.
type gathered struct {
	flags  Needs // without fields
	all    bool  // of the payload
	fields fieldTree
}

// fieldTree is like [engine.Fields], and its own all through.
type fieldTree engine.Fields

func (g *gathered) add(n Needs) {
	g.all = g.all || n.Payload && n.Fields == nil
	g.addFields(n.Fields)
	n.Fields = nil
	g.flags = g.flags.Union(n)
}

// addFields adds fields of the payload, none for nil.
func (g *gathered) addFields(f engine.Fields) {
	if g.fields == nil && f != nil {
		g.fields = fieldTree{}
	}
	g.fields.add(f)
}

func (g *gathered) needs() Needs {
	n := g.flags
	if !g.all {
		n.Fields = engine.Fields(g.fields)
	}
	return n
}

func (t fieldTree) add(f engine.Fields) {
	for k, below := range f {
		mine, ok := t[k]
		switch {
		case below == nil:
			t[k] = nil
		case !ok:
			fresh := fieldTree{}
			fresh.add(below)
			t[k] = engine.Fields(fresh)
		case mine != nil:
			fieldTree(mine).add(below)
		}
	}
}

// size is the number of fields.
func (t fieldTree) size() int {
	n := 0
	for _, below := range t {
		if below == nil {
			n++
		} else {
			n += fieldTree(below).size()
		}
	}
	return n
}
