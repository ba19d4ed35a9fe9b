package decode

import "strconv"

// picker picks from JSON in one pass. What is not wanted is stepped over.
type picker struct {
	*parser
	out    Picked
	nested bool // in the text of another document: no deeper than that
}

// pickJSON picks from one JSON value. After false some of it may have been picked.
func pickJSON(body []byte, n *pickNode, out Picked, nested bool) bool {
	p := parsers.Get().(*parser) //nolint:errcheck,forcetypeassert // nothing else is in there
	defer p.release()
	p.src = trimBOM(body)
	w := picker{parser: p, out: out, nested: nested}
	p.space()
	if p.pos == len(p.src) || !w.value(n) {
		return false
	}
	p.space()
	return p.pos == len(p.src)
}

func (w *picker) value(n *pickNode) bool {
	if w.pos >= len(w.src) {
		return w.fail("it ends too early")
	}
	switch c := w.src[w.pos]; {
	case c == '{' && n.lengths != 0:
		return w.object(n)
	case c == '[' && (n.count >= 0 || len(n.below) > 0):
		return w.list(n)
	case c == '{', c == '[', c == 'n':
		return w.skip()
	case c == '"':
		return w.text(n)
	default:
		start := w.pos
		if !w.skip() {
			return false
		}
		if n.leaf >= 0 {
			w.out[n.leaf] = picked{raw: w.src[start:w.pos], found: true}
		}
		return true
	}
}

func (w *picker) text(n *pickNode) bool {
	start := w.pos + 1
	end := w.skipString(w.pos)
	if end < 0 {
		return false
	}
	w.pos = end
	one := picked{raw: w.src[start : end-1], found: true, quoted: true}
	if len(n.below) > 0 && !w.nested {
		w.inner(n, one)
	}
	if n.leaf >= 0 {
		w.out[n.leaf] = one
	}
	return true
}

// inner picks from the JSON that a string holds.
func (w *picker) inner(n *pickNode, one picked) {
	text, _ := Picked{one}.Text(0)
	if holdsJSON(text) && !pickJSON([]byte(text), n, w.out, true) {
		w.forget(n)
	}
}

// forget lets go of what a repeated key gave before: the last one counts.
func (w *picker) forget(n *pickNode) {
	for _, at := range n.leaves {
		w.out[at] = picked{}
	}
}

func (w *picker) object(n *pickNode) bool {
	if !w.enter() {
		return false
	}
	if w.empty('}') {
		return true
	}
	for {
		child, ok := w.member(n)
		switch {
		case !ok:
			return false
		case child == nil:
			ok = w.skip()
		default:
			w.forget(child)
			ok = w.value(child)
		}
		if !ok {
			return false
		}
		if more, ok := w.next('}'); !ok || !more {
			return ok
		}
	}
}

// member reads a name and the colon after it, and returns what is wanted of its value,
// nil for nothing.
func (w *picker) member(n *pickNode) (*pickNode, bool) {
	if w.pos < len(w.src) && w.src[w.pos] == '"' {
		start := w.pos + 1
		end := special(w.src, start)
		if end < len(w.src) && w.src[end] == '"' {
			w.pos = end + 1
			return n.named(w.src[start:end]), w.colon()
		}
	}
	key, ok := w.key()
	return n.child(key, -1), ok
}

func (n *pickNode) named(key []byte) *pickNode {
	if n.lengths>>min(len(key), 63)&1 == 0 {
		return nil
	}
	for _, c := range n.below {
		if c.index < 0 && c.key == string(key) {
			return c
		}
	}
	return nil
}

func (w *picker) list(n *pickNode) bool {
	if !w.enter() {
		return false
	}
	items := 0
	if !w.empty(']') {
		for more := true; more; items++ {
			child := n.child("", items)
			ok := false
			if child == nil {
				ok = w.skip()
			} else {
				ok = w.value(child)
			}
			if !ok {
				return false
			}
			if more, ok = w.next(']'); !ok {
				return false
			}
		}
	}
	if n.count >= 0 {
		w.out[n.count] = picked{raw: strconv.AppendInt(nil, int64(items), 10), found: true}
	}
	return true
}
