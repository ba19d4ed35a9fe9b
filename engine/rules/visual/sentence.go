package visual

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	"patchbay/engine"
	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

const (
	shownSteps      = 3 // steps of a rule that a sentence names all
	shownConditions = 3
)

// Teller tells rules in one sentence.
type Teller struct {
	Rules   *rules.Engine
	Actions engine.Actions
	Inbox   func(name string) string // what people call an inbox
}

// Tell returns the sentence of a rule, finished or not: when, only if, then.
func (t *Teller) Tell(r *engine.Rule) []Part {
	var w words
	when := r.When
	if strings.TrimSpace(when) == "true" {
		when = "" // it always holds, as no condition does
	}
	tree := t.condition(when, rules.Scope{})
	w.text("When ")
	if tree.When == nil {
		w.text("anything")
	} else {
		types := make([]any, len(tree.When.Types))
		for i, typ := range tree.When.Types {
			types[i] = typ
		}
		w.eventTypes(types)
	}
	w.text(" arrives")
	boxes := r.AllInboxes()
	for i, name := range boxes {
		if i == 0 {
			w.text(" in ")
		}
		w.text(between(i, len(boxes), " or "))
		w.strong(t.Inbox(name))
	}
	if root := tree.on(); len(root.Nodes) > 0 {
		w.text(", only if ")
		w.condition(root, shownConditions)
	}
	t.steps(&w, r)
	w.text(".")
	return w
}

// condition reads a condition; one with faults is a formula.
func (t *Teller) condition(text string, s rules.Scope) *Tree {
	if strings.TrimSpace(text) == "" {
		return &Tree{Root: &Node{Kind: All}}
	}
	tree, err := read(t.Rules, text, s)
	if err != nil {
		return formulaTree(text)
	}
	return tree
}

// steps tells what is done. From four steps on it names the first only.
func (t *Teller) steps(w *words, r *engine.Rule) {
	var on []*engine.Step
	scopes := map[*engine.Step]rules.Scope{}
	s := rules.Scope{InSteps: true}
	for i := range r.Steps {
		step := &r.Steps[i]
		if step.On() {
			on = append(on, step)
			scopes[step] = rules.Scope{InSteps: true, Steps: s.Steps[:i:i], Item: step.ForEach != ""}
		}
		s.Steps = append(s.Steps, step.Key)
	}
	shown := len(on)
	if shown > shownSteps {
		shown = 1
	}
	if shown == 0 {
		w.text(", do nothing yet")
	}
	for i, step := range on[:shown] {
		w.text(", ")
		if i > 0 {
			w.text("then ")
		}
		t.step(w, step, scopes[step])
	}
	if rest := len(on) - shown; rest > 0 {
		w.text(" … and " + fields.Count(rest, "more step"))
	}
}

func (t *Teller) step(w *words, step *engine.Step, s rules.Scope) {
	if tree := t.condition(step.If, s); tree.When != nil || len(tree.on().Nodes) > 0 {
		w.text("if ")
		t.only(w, step.If, s)
		w.text(", ")
	}
	if strings.TrimSpace(step.ForEach) != "" {
		w.text("for each item of ")
		if _, ok := rules.ParsePath(step.ForEach); ok {
			w.strong(label(step.ForEach))
		} else {
			w.code(step.ForEach)
		}
		w.text(", ")
	}
	action, ok := t.Actions.Action(step.Action)
	if !ok {
		w.text("do ")
		w.code(step.Action)
		return
	}
	t.phrase(w, action.Spec(), step, s)
}

// only tells a condition within a sentence.
func (t *Teller) only(w *words, text string, s rules.Scope) {
	tree := t.condition(text, s)
	root := tree.on()
	if tree.When == nil && len(root.Nodes) == 0 {
		w.text("anything")
	}
	if tree.When != nil {
		w.text("the kind of event is ")
		types := make([]any, len(tree.When.Types))
		for i, typ := range tree.When.Types {
			types[i] = typ
		}
		w.eventTypes(types)
		if len(root.Nodes) > 0 {
			w.text(" and ")
		}
	}
	w.condition(root, 1)
}

// phrase tells what a step does, in the words of its action. What stands in [ ] is left
// out where the setting in it is not filled in.
func (t *Teller) phrase(w *words, spec engine.ActionSpec, step *engine.Step, s rules.Scope) {
	if spec.Phrase == "" {
		w.text(strings.ToLower(spec.Title[:min(1, len(spec.Title))]) + spec.Title[min(1, len(spec.Title)):])
		return
	}
	for rest := spec.Phrase; rest != ""; {
		before, after, found := strings.Cut(rest, "[")
		t.settings(w, before, step, s)
		if !found {
			return
		}
		inner, behind, _ := strings.Cut(after, "]")
		var part words
		if t.settings(&part, inner, step, s) {
			w.parts(part)
		}
		rest = behind
	}
}

// settings writes text with {name} or {name|form} in it; filled is false when one of
// these settings is empty.
func (t *Teller) settings(w *words, text string, step *engine.Step, s rules.Scope) (filled bool) {
	for {
		before, after, found := strings.Cut(text, "{")
		w.text(before)
		if !found {
			return true
		}
		setting, behind, _ := strings.Cut(after, "}")
		name, form, _ := strings.Cut(setting, "|")
		value := step.With[name]
		if form == "condition" {
			text, ok := value.(string)
			if !ok || strings.TrimSpace(text) == "" {
				return false
			}
			t.only(w, text, s)
		} else {
			shown := shownSetting(value, form)
			if shown == "" {
				return false
			}
			w.strong(shown)
		}
		text = behind
	}
}

// shownSetting writes a setting for people: fields by their names, lists with commas.
func shownSetting(v any, form string) string {
	switch v := v.(type) {
	case string:
		return shownText(v, form)
	case []any:
		if form == "program" && len(v) > 0 {
			return shownSetting(v[0], form)
		}
		parts := make([]string, 0, len(v))
		for _, item := range v {
			if s := shownSetting(item, form); s != "" {
				parts = append(parts, s)
			}
		}
		if len(parts) > 2 {
			parts = append(parts[:2], strconv.Itoa(len(parts)-2)+" more")
		}
		return strings.Join(parts, ", ")
	case nil, map[string]any:
		return ""
	}
	return fields.Show(v)
}

func shownText(text, form string) string {
	pieces, err := rules.Pieces(text)
	if err != nil {
		pieces = []rules.Piece{{Text: text}}
	}
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case !p.Expression:
			b.WriteString(p.Text)
		default:
			if _, ok := rules.ParsePath(strings.TrimSpace(p.Text)); ok {
				b.WriteString(label(strings.TrimSpace(p.Text)))
			} else {
				b.WriteString("…")
			}
		}
	}
	shown := strings.TrimSpace(fields.Clean(b.String()))
	switch form {
	case "duration":
		return lengthWords(shown)
	case "program":
		return shorten(path.Base(shown), maxCode)
	case "host":
		if u, err := url.Parse(shown); err == nil && u.Host != "" {
			return shorten(u.Hostname(), maxCode)
		}
	}
	return shorten(shown, maxCode)
}
