package rules

import "math"

// branch is the part of an index for the values at one path, and below it.
type branch struct {
	key    key // the last one of the path
	texts  map[string][]int
	wholes map[int64][]int
	floats map[float64][]int
	bools  [2][]int // false, true
	names  map[string]*branch
	list   []*branch // those in names
	items  []*branch // list indexes
}

// branch returns the branch of a path and makes it where there is none yet.
func (x *Index) branch(p *path) *branch {
	b := x.roots[p.root]
	if b == nil {
		b = &branch{}
		x.roots[p.root] = b
	}
	for _, k := range p.keys {
		b = b.below(k)
	}
	return b
}

func (b *branch) below(k key) *branch {
	if !k.list {
		if next := b.names[k.name]; next != nil {
			return next
		}
		next := &branch{key: k}
		if b.names == nil {
			b.names = make(map[string]*branch)
		}
		b.names[k.name] = next
		b.list = append(b.list, next)
		return next
	}
	for _, next := range b.items {
		if next.key == k {
			return next
		}
	}
	next := &branch{key: k}
	b.items = append(b.items, next)
	return next
}

// put adds a rule under values that have the form of literalKey.
func (b *branch) put(rule int, values []any) {
	for _, v := range values {
		switch v := v.(type) {
		case string:
			b.texts = added(b.texts, v, rule)
		case int64:
			b.wholes = added(b.wholes, v, rule)
		case float64:
			b.floats = added(b.floats, v, rule)
		case bool:
			b.bools[bit(v)] = append(b.bools[bit(v)], rule)
		}
	}
}

func added[K comparable](m map[K][]int, k K, rule int) map[K][]int {
	if m == nil {
		m = make(map[K][]int)
	}
	m[k] = append(m[k], rule)
	return m
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// find appends the rules for which v, or something below it, is what they want.
func (b *branch) find(v any, dst []int) []int {
	switch v := v.(type) {
	case nil:
		return dst
	case string:
		return b.findText(v, dst)
	case bool:
		return append(dst, b.bools[bit(v)]...)
	case int64:
		return append(dst, b.wholes[v]...)
	case float64:
		return b.findFloat(v, dst)
	case map[string]any:
		return b.findBelow(v, dst)
	case []any:
		return b.findItems(v, dst)
	}
	switch v := plain(v).(type) {
	case string, bool, int64, float64, map[string]any, []any:
		return b.find(v, dst)
	}
	return dst // dates and durations equal no literal
}

func (b *branch) findText(s string, dst []int) []int {
	dst = append(dst, b.texts[s]...)
	if len(b.items) > 0 {
		return b.findItems(s, dst)
	}
	return dst
}

func (b *branch) findFloat(f float64, dst []int) []int {
	if math.IsNaN(f) { // what that equals nobody should rely on
		for _, rules := range b.wholes {
			dst = append(dst, rules...)
		}
		for _, rules := range b.floats {
			dst = append(dst, rules...)
		}
		return dst
	}
	if i, ok := (num{f: f}).integer(); ok {
		return append(dst, b.wholes[i]...)
	}
	return append(dst, b.floats[f]...)
}

// findBelow goes through the names of the index or those of the object, whichever are
// fewer.
func (b *branch) findBelow(object map[string]any, dst []int) []int {
	if len(b.list) <= len(object) {
		for _, next := range b.list {
			dst = next.find(object[next.key.name], dst)
		}
	} else {
		for name, v := range object {
			if next := b.names[name]; next != nil {
				dst = next.find(v, dst)
			}
		}
	}
	if len(b.items) > 0 {
		return b.findItems(object, dst)
	}
	return dst
}

func (b *branch) findItems(v any, dst []int) []int {
	for _, next := range b.items {
		dst = next.find(at(v, &next.key), dst)
	}
	return dst
}
