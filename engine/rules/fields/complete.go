package fields

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"patchbay/engine/rules"
)

// maxItems bounds a completion.
const maxItems = 100

// ItemKind says what a completion puts in.
type ItemKind string

// The kinds of item.
const (
	ItemField    ItemKind = "field"
	ItemFunction ItemKind = "function"
	ItemOperator ItemKind = "operator"
	ItemVariable ItemKind = "variable" // payload, headers and the other names
	ItemStep     ItemKind = "step"
	ItemValue    ItemKind = "value" // of the sample
)

// Item is one thing that can be written at the caret. From is where what it replaces
// begins, counted as JavaScript does.
type Item struct {
	Kind   ItemKind
	Label  string // as it is written
	Insert string
	From   int
	Name   string // of a field, as people call it
	Type   Type   // of a field or value
	Detail string // the signature of a function
	Info   string // what it does
	Sample string // the value in the sample, cut short
}

// Completion is what can be written at a caret, the likeliest first. More is set when
// there is more than is listed.
type Completion struct {
	From, To int // what is being written, counted as JavaScript does
	Items    []Item
	More     bool
}

// Caret is a place in text that is being written.
type Caret struct {
	Text     string
	At       int  // counted as JavaScript does
	Template bool // expressions stand between {{ and }}
	Scope    rules.Scope
}

// Complete returns what can be written at a caret. Text that is no expression, such as
// comments and what stands around a template's expressions, has nothing to offer.
func Complete(env *rules.Env, at Caret) Completion {
	c, ok := newCursor(at.Text, at.At, at.Template)
	if !ok || c.hidden {
		return Completion{From: at.At, To: at.At, Items: []Item{}}
	}
	w := &completer{env: env, cursor: c, scope: at.Scope, text: at.Text}
	switch {
	case c.quote >= 0:
		w.quoted()
	default:
		w.plain()
	}
	out := Completion{From: unitAt(at.Text, w.offset(w.from)), To: unitAt(at.Text, w.offset(len(c.text))), Items: w.items}
	slices.SortStableFunc(out.Items, func(a, b Item) int { return cmp.Compare(w.rank(a), w.rank(b)) })
	if len(out.Items) > maxItems {
		out.Items, out.More = out.Items[:maxItems], true
	}
	if out.Items == nil {
		out.Items = []Item{}
	}
	return out
}

// completer gathers what fits at a cursor.
type completer struct {
	env    *rules.Env
	cursor *cursor
	scope  rules.Scope
	text   string
	from   int    // of what is being written
	typed  string // what is being written
	items  []Item
}

func (w *completer) offset(at int) int { return w.cursor.offset + at }

// add takes an item that what was typed is a part of. at is where it begins.
func (w *completer) add(it Item, at int) {
	it.From = unitAt(w.text, w.offset(at))
	if w.rank(it) < 3 {
		w.items = append(w.items, it)
	}
}

// rank orders items by how well they fit what was typed: 3 does not.
func (w *completer) rank(it Item) int {
	typed, best := strings.ToLower(w.typed), 3
	for _, text := range []string{it.Label, it.Name} {
		text = strings.ToLower(text)
		switch {
		case text == "" && it.Kind != ItemValue:
		case strings.HasPrefix(text, typed):
			best = min(best, 0)
		case strings.Contains(text, "."+typed), strings.Contains(text, " "+typed):
			best = min(best, 1)
		case strings.Contains(text, typed):
			best = min(best, 2)
		}
	}
	return best
}

// quoted completes a text literal: a key in brackets, or the value of the field that
// it is compared with.
func (w *completer) quoted() {
	c := w.cursor
	w.from, w.typed = c.quote+1, c.text[c.quote+1:]
	before, quote := c.text[:c.quote], c.text[c.quote:c.quote+1]
	if base, ok := strings.CutSuffix(before, "["); ok {
		if p, ok := pathBefore(base); ok && base != "" && !strings.ContainsAny(base[len(base)-1:], " \t\n,(") {
			v, _ := p.In(w.env)
			for _, k := range w.keys(p, v) {
				below := p.Below(rules.Key{Name: k})
				value, _ := below.In(w.env)
				it := w.fieldItem(k, below, value)
				it.Insert = inside(k, quote)
				w.add(it, w.from)
			}
			return
		}
	}
	if !compareTail.MatchString(before) {
		return
	}
	p, ok := pathBefore(compared(before))
	if !ok {
		return
	}
	v, _ := p.In(w.env)
	if s, isText := v.(string); isText && len(s) <= 200 {
		w.add(Item{Kind: ItemValue, Label: s, Insert: inside(s, quote), Type: TypeOf(s), Info: "In this event.", Sample: Show(s)}, w.from)
	}
}

// compared returns the text in front of the comparison that text ends in.
func compared(text string) string {
	if open := strings.LastIndexByte(text, '['); open >= 0 && strings.HasSuffix(strings.TrimSpace(text[:open]), "in") {
		text = text[:open]
	}
	text = compareTail.ReplaceAllString(text, "")
	return strings.TrimSuffix(strings.TrimRight(text, " \t\r\n"), " not")
}

// inside writes a text within quotation marks.
func inside(s, quote string) string {
	q := strconv.Quote(s)
	q = q[1 : len(q)-1]
	switch quote {
	case "'":
		q = strings.ReplaceAll(strings.ReplaceAll(q, `\"`, `"`), `'`, `\'`)
	case "`":
		return s
	}
	return q
}

// plain completes a name, a member or an operator.
func (w *completer) plain() {
	c := w.cursor
	tail := c.tail()
	w.from, w.typed = len(c.text)-len(tail), tail
	if dot := strings.LastIndexByte(tail, '.'); dot >= 0 && !strings.ContainsAny(tail[dot:], `["]`) {
		w.from, w.typed = len(c.text)-len(tail)+dot+1, tail[dot+1:]
		w.members(strings.TrimSuffix(tail[:dot], "?"))
		return
	}
	if strings.HasSuffix(tail, "]") || numberTail.MatchString(c.text) {
		return
	}
	if operandBefore(c.text[:w.from]) {
		w.operators(c.text[:w.from])
		return
	}
	w.names()
}

// members completes what stands behind a dot.
func (w *completer) members(base string) {
	if base == "" || strings.HasPrefix(base, rules.ItemRoot) || strings.HasPrefix(base, ".") {
		w.itemMembers(base)
		return
	}
	p, ok := rules.ParsePath(base)
	if !ok {
		return
	}
	v, _ := p.In(w.env)
	for _, k := range w.keys(p, v) {
		below := p.Below(rules.Key{Name: k})
		value, _ := below.In(w.env)
		w.member(k, below, value)
	}
}

// itemMembers completes the fields of the items of a loop.
func (w *completer) itemMembers(base string) {
	list, ok := w.cursor.items()
	if !ok {
		return
	}
	for _, f := range Of(w.env, Query{Items: list, Limit: MaxLimit}).Fields {
		p, ok := rules.ParsePath(f.Path)
		if !ok || (base == "" || base == rules.ItemRoot) && len(p.Keys) != 1 {
			continue
		}
		if base != "" && base != rules.ItemRoot && p.Parent().String() != base {
			continue
		}
		k, _ := p.Last()
		it := Item{Kind: ItemField, Label: k.Name, Insert: k.Name, Name: f.Label, Type: f.Type, Sample: f.Sample}
		w.add(it, w.from)
	}
}

// member adds a field behind a dot; a name that cannot stand there goes into brackets.
func (w *completer) member(k string, p rules.Path, v any) {
	it, at := w.fieldItem(k, p, v), w.from
	if written := p.String(); strings.HasSuffix(written, "]") {
		it.Insert, at = written[strings.LastIndex(written, "["+strconv.Quote(k)):], w.from-1
		if at > 0 && w.cursor.text[at-1] == '?' {
			at--
		}
	}
	w.add(it, at)
}

func (w *completer) fieldItem(k string, p rules.Path, v any) Item {
	it := Item{Kind: ItemField, Label: k, Insert: k, Name: Label(p), Type: TypeOf(v), Sample: Show(v)}
	if p.Root == "steps" && len(p.Keys) == 1 {
		it.Kind = ItemStep
	}
	if v == nil {
		it.Sample = ""
	}
	return it
}

// keys returns the names below a path: those of the sample, and those that are always there.
func (w *completer) keys(p rules.Path, v any) []string {
	var keys []string
	if object, ok := v.(map[string]any); ok {
		keys = keysOf(object)
	}
	if len(p.Keys) > 0 {
		return keys
	}
	switch p.Root {
	case "event":
		keys = append(keys, rules.EventFields()...)
	case "steps":
		keys = append(keys, w.scope.Steps...)
		if len(w.scope.Steps) > 0 {
			keys = slices.DeleteFunc(keys, func(k string) bool { return !slices.Contains(w.scope.Steps, k) })
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
