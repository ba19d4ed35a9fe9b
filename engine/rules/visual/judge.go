package visual

import (
	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

// row judges a row: match is what its text gave, and says why.
func (j *judge) row(out *Judgement, n *Node, notes []string) {
	o, _ := operatorOf(n.Type, n.Op)
	p, _ := rules.ParsePath(n.Field)
	v, found := p.In(j.env)
	out.Actual = &Actual{Found: found, Type: fields.TypeOf(v), Text: fields.Show(v)}
	if out.Hint = convertHint(n, o, v); out.Hint == nil && !found {
		out.Hint = j.nearHint(p)
	}
	var w words
	if why := j.unclear(n, o, v, found, out.Match, notes); len(why) > 0 {
		out.Verdict = CannotTell
		w.parts(why)
		w.text("." + treated(out.Match))
		out.Says, out.reason = w, w
		return
	}
	w.strong(label(n.Field))
	w.text(" ")
	w.actual(v, found)
	if out.Match {
		out.Hint = nil
	} else {
		w.text(", the rule wants ")
		w.template(o.wants, n)
	}
	w.text(".")
	out.Says, out.reason = w, w
}

// asksForPresence reports whether an operator has an answer for a field that is not there.
func asksForPresence(o Operator) bool {
	switch o.ID {
	case "exists", "notExists", "isEmpty", "isNotEmpty":
		return true
	}
	return false
}

// unclear says why a row cannot be told, without a full stop; nothing when it can.
func (j *judge) unclear(n *Node, o Operator, v any, found, match bool, notes []string) []Part {
	if asksForPresence(o) || n.Where != nil && len(notes) > 0 && found && decided(n, match) {
		return nil
	}
	var w words
	if !found {
		w.strong(label(n.Field))
		w.text(" is not in this event")
		return w
	}
	if n.ValueField != "" {
		if p, ok := rules.ParsePath(n.ValueField); ok {
			if _, there := p.In(j.env); !there {
				w.strong(label(n.ValueField))
				w.text(" is not in this event")
				return w
			}
		}
	}
	if len(notes) == 0 {
		return nil
	}
	w.misfit(n, v, notes[0])
	return w
}

// misfit says why a value cannot be compared.
func (w *words) misfit(n *Node, v any, note string) {
	is := fields.TypeOf(v)
	want := n.Type
	switch {
	case n.ValueField != "":
		w.text(shorten(fields.Clean(note), 4*maxCode))
		return
	case n.Where != nil && is == fields.List:
		w.strong(label(n.Field))
		w.text(" has an item for which this cannot be told: " + shorten(fields.Clean(note), 4*maxCode))
		return
	case v == nil:
		w.strong(label(n.Field))
		w.text(" is empty in this event")
		return
	case is == fields.Date && want != fields.Date:
		is = fields.Text
	}
	w.strong(label(n.Field))
	switch {
	case is == want || n.Convert || want == fields.Date && is == fields.Text:
		w.text(" is ")
		w.value(fields.Show(v))
		w.text(", which is not " + typeWords(want))
	default:
		w.text(" is " + typeWords(is) + " (")
		w.value(fields.Show(v))
		w.text("), not " + typeWords(want))
	}
}

func typeWords(t fields.Type) string {
	switch t {
	case fields.Text:
		return "text"
	case fields.Number:
		return "a number"
	case fields.Boolean:
		return "yes or no"
	case fields.Date:
		return "a date"
	case fields.List:
		return "a list"
	case fields.Object:
		return "an object"
	default:
		return "a value that fits"
	}
}

// decided reports whether a condition on items holds, or fails, whatever could not be
// told of some of them: one item is enough, unless its condition denies something.
func decided(n *Node, match bool) bool {
	if n.Op == "anyItem" && !match || n.Op == "noItem" && match || n.Op == "allItems" {
		return false
	}
	return affirms(n.Where)
}

// affirms reports whether nothing below a node is true of what cannot be told.
func affirms(n *Node) bool {
	switch n.Kind {
	case Formula:
		return false
	case Row:
		switch n.Op {
		case "isNot", "notContains", "notStartsWith", "notEndsWith", "notOneOf", "notMatches", "isNotTrue", "isNotFalse", "noItem", "allItems":
			return false
		}
		return n.Where == nil || affirms(n.Where)
	default:
	}
	for _, child := range n.Nodes {
		if !affirms(child) {
			return false
		}
	}
	return true
}

// convertHint offers to convert a field that is compared as what it is not.
func convertHint(n *Node, o Operator, v any) *Hint {
	if n.Convert || n.ValueField != "" {
		return nil
	}
	_, isNumber := float(v)
	var w words
	w.strong(label(n.Field))
	switch {
	case o.Convert == "num" && fields.Numeric(v):
		w.text(" comes as text (")
		w.value(fields.Show(v))
		w.text("). Compare it as a number?")
		return &Hint{Kind: HintNumber, Says: w}
	case o.Convert == "text" && isNumber:
		w.text(" comes as a number (")
		w.value(fields.Show(v))
		w.text("). Compare it as text?")
		return &Hint{Kind: HintText, Says: w}
	}
	return nil
}

// nearHint offers the field that a missing one most likely stands for.
func (j *judge) nearHint(p rules.Path) *Hint {
	near, ok := fields.Near(j.env, p)
	if !ok {
		return nil
	}
	var w words
	w.text("Did you mean ")
	w.strong(fields.Label(near))
	w.text("?")
	return &Hint{Kind: HintField, Says: w, Field: near.String()}
}

// actual says what a field is.
func (w *words) actual(v any, found bool) {
	switch t := fields.TypeOf(v); {
	case !found:
		w.text("is not in this event")
	case v == nil:
		w.text("is empty")
	case t == fields.List || t == fields.Object:
		w.text("has ")
		w.value(fields.Show(v))
	default:
		w.text("is ")
		w.value(fields.Show(v))
	}
}

// when judges the condition on the kind of event.
func (j *judge) when(n *Node, types []string) Judgement {
	out := j.leaf(n)
	out.ID, out.leaves, out.Hint = WhenID, []string{WhenID}, nil
	is, _ := j.env.Event["type"].(string)
	var w words
	if is == "" {
		w.text("This event has no kind")
	} else {
		w.text("This is ")
		w.strong(fields.EventName(is))
	}
	if out.Verdict != Yes {
		list := make([]any, len(types))
		for i, t := range types {
			list[i] = t
		}
		w.text(", the rule listens for ")
		w.eventTypes(list)
	}
	w.text(".")
	out.Says, out.reason = w, w
	j.done = append(j.done, out)
	return out
}

// sentence tells the verdict of the whole.
func (j *judge) sentence(t *Tree, e *Explanation) ([]Part, *Hint) {
	var w words
	if e.Verdict == Yes {
		w.text("Would run: " + j.held(t) + ".")
		return w, nil
	}
	w.text("Would not run: ")
	if e.Verdict == CannotTell {
		w = words{{Plain, "Cannot tell: "}}
	}
	for _, done := range j.done {
		if len(e.Decides) == 0 || done.ID != e.Decides[0] {
			continue
		}
		if len(e.Decides) > 1 && e.Verdict == No {
			w.text("none of " + fields.Count(len(e.Decides), "condition") + " holds. ")
		}
		w.parts(done.reason)
		if done.Hint != nil {
			w.text(" ")
			w.parts(done.Hint.Says)
		}
		return w, done.Hint
	}
	w.text("the condition does not hold.")
	return w, nil
}

// held tells how many conditions hold, beside the one on the kind of event.
func (j *judge) held(t *Tree) string {
	root := t.on()
	all := len(root.Nodes)
	if root.Kind == AnyOf {
		yes := 0
		for _, n := range root.Nodes {
			for _, done := range j.done {
				if done.ID == n.ID && done.Verdict == Yes {
					yes++
				}
			}
		}
		return outOf(yes, all)
	}
	switch {
	case all == 1:
		return "the condition holds"
	case all == 0 && t.When != nil:
		return "the kind of event fits"
	case all == 0:
		return "all conditions are switched off"
	}
	return "all " + fields.Count(all, "condition") + " hold"
}
