package decode

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"patchbay/engine"
)

// node gathers what a form says about one name: values under the name itself,
// children under name[key] and items under name[].
type node struct {
	values []any // string or a file's map
	kids   map[string]*node
	list   []*node
}

// buildForm makes objects and lists of nested names.
func buildForm(fields []field) (Result, error) {
	root := &node{}
	for _, f := range fields {
		segments, err := splitName(f.name)
		if err != nil {
			return Result{}, err
		}
		var v any = f.value
		if f.file != nil {
			v = f.file
		}
		root.put(segments, v)
	}
	b := formBuilder{}
	object := make(map[string]any, len(root.kids))
	for name, kid := range root.kids {
		b.path = append(b.path[:0], name)
		object[name] = b.build(kid)
	}
	slices.Sort(b.notes)
	return Result{Value: object, Literals: b.literals, Notes: b.notes}, nil
}

func (n *node) put(segments []string, value any) {
	for i, s := range segments {
		if s == "" && i > 0 {
			n = n.item(segments[i+1:])
			continue
		}
		if n.kids == nil {
			n.kids = map[string]*node{}
		}
		next := n.kids[s]
		if next == nil {
			next = &node{}
			n.kids[s] = next
		}
		n = next
	}
	n.values = append(n.values, value)
}

// item is the list item that name[] with the rest of its name speaks of: a new one,
// unless the last is an object that lacks the rest, so that a[][x] and a[][y] meet.
func (n *node) item(rest []string) *node {
	if len(rest) > 0 && len(n.list) > 0 {
		if last := n.list[len(n.list)-1]; len(last.kids) > 0 && !last.holds(rest) {
			return last
		}
	}
	n.list = append(n.list, &node{})
	return n.list[len(n.list)-1]
}

func (n *node) holds(segments []string) bool {
	for _, s := range segments {
		if s == "" {
			return false // a list takes any number
		}
		if n = n.kids[s]; n == nil {
			return false
		}
	}
	return len(n.values) > 0
}

// formBuilder turns nodes into values. JSON in a field is decoded in place.
type formBuilder struct {
	path     []string
	literals map[string]string
	notes    []string
}

func (b *formBuilder) build(n *node) any {
	if len(n.kids) == 0 && len(n.list) == 0 {
		if len(n.values) == 1 {
			return b.leaf(n.values[0])
		}
		return b.leaves(n.values)
	}
	if indexes, ok := n.indexes(); ok {
		return b.buildList(n, indexes)
	}
	return b.buildObject(n)
}

// indexes returns the children's names in numeric order when all are numbers.
func (n *node) indexes() ([]string, bool) {
	names := make([]string, 0, len(n.kids))
	for name := range n.kids {
		if _, ok := index(name); !ok {
			return nil, false
		}
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		x, _ := index(a)
		y, _ := index(b)
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	})
	return names, true
}

// buildList closes up: indexes order the items, they do not place them.
func (b *formBuilder) buildList(n *node, indexes []string) any {
	list := b.leaves(n.values)
	for _, name := range indexes {
		list = append(list, b.down(strconv.Itoa(len(list)), n.kids[name]))
	}
	for _, item := range n.list {
		list = append(list, b.down(strconv.Itoa(len(list)), item))
	}
	return list
}

// buildObject is for names of all kinds: what has no name of its own gets the next
// number, values beside children stand under the empty name.
func (b *formBuilder) buildObject(n *node) any {
	object := make(map[string]any, len(n.kids)+len(n.list)+1)
	for name, kid := range n.kids {
		object[name] = b.down(name, kid)
	}
	next := 0
	for _, item := range n.list {
		for object[strconv.Itoa(next)] != nil {
			next++
		}
		object[strconv.Itoa(next)] = b.down(strconv.Itoa(next), item)
	}
	if len(n.values) > 0 && object[""] == nil {
		object[""] = b.down("", &node{values: n.values})
	}
	return object
}

func (b *formBuilder) leaves(values []any) []any {
	list := make([]any, len(values))
	for i, v := range values {
		b.path = append(b.path, strconv.Itoa(i))
		list[i] = b.leaf(v)
		b.path = b.path[:len(b.path)-1]
	}
	return list
}

func (b *formBuilder) down(name string, n *node) any {
	b.path = append(b.path, name)
	v := b.build(n)
	b.path = b.path[:len(b.path)-1]
	return v
}

func (b *formBuilder) leaf(v any) any {
	s, isText := v.(string)
	if !isText || !holdsJSON(s) {
		return v
	}
	var base []byte
	for _, name := range b.path {
		base = engine.AppendPointer(base, name)
	}
	r, ok := decodeJSON([]byte(s), string(base), nil)
	if !ok {
		return s
	}
	if b.literals == nil && len(r.Literals) > 0 {
		b.literals = make(map[string]string, len(r.Literals))
	}
	maps.Copy(b.literals, r.Literals)
	b.notes = append(b.notes, r.Notes[:min(len(r.Notes), maxNotes-min(maxNotes, len(b.notes)))]...)
	return r.Value
}
