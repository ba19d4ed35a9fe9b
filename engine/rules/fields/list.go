package fields

import (
	"cmp"
	"slices"
	"strings"

	"patchbay/engine/rules"
)

// Bounds of a listing.
const (
	DefaultLimit = 500
	MaxLimit     = 2000
	maxDepth     = 12     // keys of a path
	maxKeys      = 2000   // of one object that are looked at
	maxLooked    = 20_000 // values that a search looks at
	sampledItems = 20     // of a list, to find the fields of its items
)

// Query says which fields of a sample are wanted.
type Query struct {
	Scope rules.Scope
	Find  string // part of a name or of a value, capital or not; "" is all
	Items string // a list: the fields of its items, as they are written in any(list, …)
	Limit int    // 0 is [DefaultLimit]
}

// Listing is the fields of a sample in the order in which people look for them. More
// is set when something was left out.
type Listing struct {
	Fields []Field
	More   bool
}

// Of lists the fields of a sample.
func Of(env *rules.Env, q Query) Listing {
	w := &walker{limit: q.Limit, find: strings.ToLower(strings.TrimSpace(q.Find))}
	if w.limit <= 0 {
		w.limit = DefaultLimit
	}
	w.limit = min(w.limit, MaxLimit)
	if q.Items != "" {
		w.items(env, q.Items)
	} else {
		w.roots(env, q.Scope)
	}
	w.walk()
	return w.listing()
}

// walker goes through a sample level by level, so that what is left out is deep.
type walker struct {
	limit  int
	find   string
	queue  []place
	found  []place
	looked int
	more   bool
}

// place is a value in the sample. order is where it stands in the listing.
type place struct {
	path  rules.Path
	value any
	order []int
	shown bool
}

func (w *walker) roots(env *rules.Env, s rules.Scope) {
	for i, name := range []string{"item", "payload", "event", "steps", "vars", "query", "headers", "method", "inbox", "index"} {
		if !slices.Contains(s.Names(), name) {
			continue
		}
		v := env.Root(name)
		p := place{path: rules.Path{Root: name}, value: v, order: []int{i}}
		switch name {
		case "method", "inbox", "index":
			p.shown = true
		case "payload", "item":
			_, object := v.(map[string]any)
			p.shown = !object && v != nil
		}
		w.queue = append(w.queue, p)
	}
}

// items starts at the items of a list, all of the first ones together.
func (w *walker) items(env *rules.Env, list string) {
	p, ok := rules.ParsePath(list)
	if !ok {
		return
	}
	v, _ := p.In(env)
	all, _ := v.([]any)
	merged := map[string]any{}
	for i, item := range all {
		if i == sampledItems {
			break
		}
		object, ok := item.(map[string]any)
		if !ok {
			w.queue = append(w.queue, place{path: rules.Path{Root: rules.ItemRoot}, value: item, order: []int{0}, shown: true})
			return
		}
		for n, k := range keysOf(object) {
			if n == maxKeys {
				break
			}
			if merged[k] == nil {
				merged[k] = object[k]
			}
		}
	}
	w.queue = append(w.queue, place{path: rules.Path{Root: rules.ItemRoot}, value: merged, order: []int{0}})
}

func (w *walker) walk() {
	for len(w.queue) > 0 {
		p := w.queue[0]
		w.queue = w.queue[1:]
		w.looked++
		if w.looked > maxLooked || w.find == "" && len(w.found) >= w.limit {
			w.more = true
			return
		}
		if p.shown && w.wanted(p) {
			if len(w.found) >= w.limit {
				w.more = true
				return
			}
			w.found = append(w.found, p)
		}
		w.below(p)
	}
}

// below queues the members of an object, or the first item of a list.
func (w *walker) below(p place) {
	if len(p.path.Keys) >= maxDepth {
		w.more = w.more || holdsMore(p.value)
		return
	}
	add := func(k rules.Key, v any, i int) bool {
		if w.looked+len(w.queue) > maxLooked { // nobody would come to it
			w.more = true
			return false
		}
		w.queue = append(w.queue, place{path: p.path.Below(k), value: v, order: append(slices.Clip(p.order), i), shown: true})
		return true
	}
	switch v := p.value.(type) {
	case map[string]any:
		for i, k := range keysOf(v) {
			if i == maxKeys {
				w.more = true
				return
			}
			if !add(rules.Key{Name: k}, v[k], i) {
				return
			}
		}
	case []any:
		if len(v) > 0 && holdsMore(v[0]) {
			w.queue = append(w.queue, place{path: p.path.Below(rules.Key{List: true}), value: v[0], order: append(slices.Clip(p.order), 0)})
		}
	}
}

func holdsMore(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return false
}

// keysOf returns the names of an object in order. Of a very large one it returns the
// first maxKeys+1, found without sorting all of them.
func keysOf(m map[string]any) []string {
	const room = maxKeys + 1
	keys := make([]string, 0, min(len(m), 2*room))
	last := "" // none behind it is among the first
	for k := range m {
		if last != "" && k > last {
			continue
		}
		keys = append(keys, k)
		if len(keys) == 2*room {
			slices.Sort(keys)
			keys = keys[:room]
			last = keys[room-1]
		}
	}
	slices.Sort(keys)
	return keys[:min(len(keys), room)]
}

// wanted reports whether a search finds a place by its name or its value.
func (w *walker) wanted(p place) bool {
	if w.find == "" {
		return true
	}
	for _, text := range []string{Label(p.path), p.path.String(), Show(p.value)} {
		if strings.Contains(strings.ToLower(text), w.find) {
			return true
		}
	}
	s, _ := p.value.(string)
	return strings.Contains(strings.ToLower(s[:min(len(s), 4096)]), w.find)
}

func (w *walker) listing() Listing {
	slices.SortStableFunc(w.found, func(a, b place) int {
		return cmp.Or(slices.Compare(a.order, b.order), cmp.Compare(len(a.order), len(b.order)))
	})
	out := Listing{Fields: make([]Field, len(w.found)), More: w.more}
	for i, p := range w.found {
		out.Fields[i] = At(p.path, p.value)
	}
	return out
}
