package decode

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Paths are scalars to pick out of bodies: "event.type", "[0].id", or "commits.#" for how
// many items a list has. Names may go on into text that holds JSON, once. Make them once;
// they may be used by many at a time.
type Paths struct {
	root  pickNode
	whole map[string]int // by the whole path, which may be the name of a form's field
}

// Picked are the values of [Paths] in their order. They share the body's memory.
type Picked []picked

type picked struct {
	raw    []byte
	found  bool
	quoted bool // a JSON string without its quotes, escapes and all
}

// pickNode is a segment of paths. leaf and count are places in Picked, -1 for none.
type pickNode struct {
	key     string
	index   int // -1 for a name
	leaf    int
	count   int
	below   []*pickNode
	lengths uint64 // of the names below, see lengthsOf
	leaves  []int  // all places in and below it
}

// NewPaths prepares paths. Each has the place in [Picked] that it has in list.
func NewPaths(list []string) *Paths {
	p := &Paths{root: pickNode{index: -1, leaf: -1, count: -1}, whole: make(map[string]int, len(list))}
	for i, path := range list {
		p.whole[path] = i
		p.root.add(path, i)
	}
	return p
}

// Len is how many values there are to pick.
func (p *Paths) Len() int { return len(p.whole) }

func (n *pickNode) add(path string, at int) {
	n.leaves = append(n.leaves, at)
	switch path {
	case "":
		n.leaf = at
		return
	case "#":
		n.count = at
		return
	}
	key, index, rest := segment(path)
	child := n.child(key, index)
	if child == nil {
		child = &pickNode{key: key, index: index, leaf: -1, count: -1}
		n.below = append(n.below, child)
		if index < 0 {
			n.lengths |= 1 << min(len(key), 63)
		}
	}
	child.add(rest, at)
}

func (n *pickNode) child(key string, index int) *pickNode {
	for _, c := range n.below {
		if c.index == index && (index >= 0 || c.key == key) {
			return c
		}
	}
	return nil
}

// Text returns a value: strings as they are, numbers as they were written. found is
// false for what is missing, null, an object or a list.
func (v Picked) Text(at int) (text string, found bool) {
	one := v[at]
	if !one.found {
		return "", false
	}
	text = string(one.raw)
	if one.quoted && strings.IndexByte(text, '\\') >= 0 {
		return unescape(text), true
	}
	if !utf8.ValidString(text) {
		return toValid(text), true
	}
	return text, true
}

// mostDecoded is up to which size a body is decoded whole to pick from it, as XML must be.
const mostDecoded = 256 << 10

// Pick reads the values out of a body in one pass and without building the rest of it.
// valid is true when the body is JSON in which nothing nests too deep: [Check] would let
// it pass. Nothing is picked of JSON with a fault.
func (p *Paths) Pick(contentType string, body []byte, opt Options, out Picked) (valid bool) {
	clear(out)
	if len(body) == 0 {
		return true
	}
	m := parseMedia(contentType)
	if m.kind == kindJSON || m.kind != kindXML && m.kind != kindMultipart && looksJSON(body) {
		if pickJSON(body, &p.root, out, false) {
			return true
		}
		clear(out)
	}
	switch {
	case m.kind == kindForm:
		p.form(body, m, opt, out)
	case m.kind == kindXML, m.kind == kindMultipart, m.unknown && looksXML(body):
		if len(body) <= mostDecoded {
			pickTree(Payload(contentType, body, opt).Value, &p.root, out)
		}
	}
	return false
}

// form picks from fields by their whole names, by brackets in them, and from JSON in them.
func (p *Paths) form(body []byte, m media, opt Options, out Picked) {
	fields, err := formFields(body, m)
	if err != nil {
		return
	}
	if len(fields) == 1 && opt.Field == "" && holdsJSON(fields[0].value) {
		pickJSON([]byte(fields[0].value), &p.root, out, true)
	}
	for _, f := range fields {
		if f.name == opt.Field {
			p.payload(f.value, opt, out)
		}
		if at, ok := p.whole[f.name]; ok {
			out.set(at, []byte(f.value))
		}
		segments, err := splitName(f.name)
		if err != nil {
			continue
		}
		if n := p.root.walk(segments); n != nil {
			n.text(f.value, out)
		}
	}
}

// payload picks from the field that holds the whole payload.
func (p *Paths) payload(value string, opt Options, out Picked) {
	if opt.FieldEncoding == "" || opt.FieldEncoding == "json" {
		pickJSON([]byte(value), &p.root, out, true)
		return
	}
	if len(value) > mostDecoded {
		return
	}
	if r := decodeField(value, opt); r.Error == "" {
		pickTree(r.Value, &p.root, out)
	}
}

// walk goes down by the segments of a field's name.
func (n *pickNode) walk(segments []string) *pickNode {
	for _, s := range segments {
		next := n.child(s, -1)
		if i, ok := index(s); next == nil && ok {
			next = n.child("", i)
		}
		if next == nil {
			return nil
		}
		n = next
	}
	return n
}

// text takes a text, and what is wanted of the JSON in it.
func (n *pickNode) text(value string, out Picked) {
	if n.leaf >= 0 {
		out.set(n.leaf, []byte(value))
	}
	if len(n.below) > 0 && holdsJSON(value) {
		pickJSON([]byte(value), n, out, true)
	}
}

// set keeps the first of several values: a repeated field of a form is a list.
func (v Picked) set(at int, raw []byte) {
	if !v[at].found {
		v[at] = picked{raw: raw, found: true}
	}
}

// pickTree picks from a decoded value.
func pickTree(value any, n *pickNode, out Picked) {
	switch v := value.(type) {
	case map[string]any:
		if text, ok := v["#text"].(string); ok && n.leaf >= 0 {
			out.set(n.leaf, []byte(text))
		}
		for _, c := range n.below {
			if inner, ok := v[c.key]; ok && c.index < 0 {
				pickTree(inner, c, out)
			}
		}
	case []any:
		if n.count >= 0 {
			out.set(n.count, strconv.AppendInt(nil, int64(len(v)), 10))
		}
		for _, c := range n.below {
			if c.index >= 0 && c.index < len(v) {
				pickTree(v[c.index], c, out)
			}
		}
	case string:
		n.text(v, out)
	case int64:
		n.text(strconv.FormatInt(v, 10), out)
	case float64:
		n.text(strconv.FormatFloat(v, 'g', -1, 64), out)
	case bool:
		n.text(strconv.FormatBool(v), out)
	}
}
