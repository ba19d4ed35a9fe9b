package visual

import (
	"strconv"
	"strings"

	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

// PartKind says how a part of a sentence is drawn.
type PartKind string

// The kinds of part.
const (
	Plain  PartKind = "text"
	Strong PartKind = "strong" // what the sentence is about: a field, an inbox, a channel
	Value  PartKind = "value"
	Code   PartKind = "code" // a formula, cut short
)

// Part is a piece of a sentence. The sentence is all texts one after another.
type Part struct {
	Kind PartKind
	Text string
}

const maxCode = 60 // characters of a formula in a sentence

// words builds a sentence. Plain text next to plain text becomes one part.
type words []Part

func (w *words) add(kind PartKind, text string) {
	if text == "" {
		return
	}
	if last := len(*w) - 1; last >= 0 && (*w)[last].Kind == kind && kind == Plain {
		(*w)[last].Text += text
		return
	}
	*w = append(*w, Part{Kind: kind, Text: text})
}

func (w *words) text(text string)   { w.add(Plain, text) }
func (w *words) strong(text string) { w.add(Strong, text) }
func (w *words) value(text string)  { w.add(Value, text) }
func (w *words) code(text string) {
	w.add(Code, strings.TrimSpace(shorten(fields.Clean(text), maxCode)))
}

func (w *words) parts(list []Part) {
	for _, p := range list {
		w.add(p.Kind, p.Text)
	}
}

// Sentence returns the text of parts.
func Sentence(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

func shorten(s string, n int) string {
	seen := 0
	for i := range s {
		if seen == n {
			return s[:i] + "…"
		}
		seen++
	}
	return s
}

// label names a field for people.
func label(field string) string {
	p, ok := rules.ParsePath(field)
	if !ok {
		return shorten(fields.Clean(field), maxCode)
	}
	return fields.Label(p)
}

// template puts the value of a row into one of the sentences of its operator.
func (w *words) template(template string, n *Node) {
	before, after, found := strings.Cut(template, "%")
	w.text(before)
	if found {
		w.shownValue(n)
	}
	w.text(after)
}

// shownValue writes what a row compares with.
func (w *words) shownValue(n *Node) {
	o, _ := operatorOf(n.Type, n.Op)
	switch {
	case n.ValueField != "":
		w.strong(label(n.ValueField))
	case n.Where != nil:
		w.condition(n.Where, 2)
	case o.Takes == Length:
		text, _ := n.Value.(string)
		w.value(lengthWords(text))
	case o.Takes == Amount:
		f, _ := float(n.Value)
		w.value(fields.Count(int(f), "item"))
	case o.Takes == Instant:
		text, _ := n.Value.(string)
		w.value(shorten(fields.Clean(text), maxCode))
	case n.Field == "event.type" && n.Type == fields.Text:
		w.eventTypes(n.Value)
	default:
		w.values(n.Value, o.Takes == Range)
	}
}

func (w *words) eventTypes(v any) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for i, item := range list {
		w.text(between(i, len(list), " or "))
		text, _ := item.(string)
		w.strong(fields.EventName(text))
	}
}

func (w *words) values(v any, both bool) {
	list, ok := v.([]any)
	if !ok {
		w.value(fields.Show(v))
		return
	}
	word := " or "
	if both {
		word = " and "
	}
	const shown = 3
	for i, item := range list {
		if i == shown && len(list) > shown+1 {
			w.text(word)
			w.text(strconv.Itoa(len(list)-shown) + " more")
			return
		}
		if len(list) > shown+1 && i > 0 {
			w.text(", ")
		} else {
			w.text(between(i, len(list), word))
		}
		w.value(fields.Show(item))
	}
}

// between returns what stands before the i-th of n things in a sentence.
func between(i, n int, word string) string {
	switch i {
	case 0:
		return ""
	case n - 1:
		return word
	}
	return ", "
}

// condition writes a group, a row or a formula; of a group at most so many members.
func (w *words) condition(n *Node, most int) {
	switch n.Kind {
	case Formula:
		w.code(n.Text)
		return
	case Row:
		o, _ := operatorOf(n.Type, n.Op)
		w.strong(label(n.Field))
		w.text(" ")
		w.template(o.phrase, n)
		return
	default:
		n = n.on()
	}
	if len(n.Nodes) > most+1 {
		w.members(n, most, true)
		return
	}
	w.members(n, len(n.Nodes), false)
}

func (w *words) members(n *Node, most int, more bool) {
	word := " and "
	if n.Kind == AnyOf {
		word = " or "
	}
	for i, child := range n.Nodes[:most] {
		switch {
		case i > 0 && more:
			w.text(", ")
		default:
			w.text(between(i, most, word))
		}
		if child.group() && len(child.on().Nodes) > 1 {
			w.text("(")
			w.condition(child, 2)
			w.text(")")
			continue
		}
		w.condition(child, 2)
	}
	if more {
		w.text(word + fields.Count(len(n.Nodes)-most, "more condition"))
	}
}
