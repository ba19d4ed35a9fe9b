package visual

import (
	"context"
	"strconv"
	"strings"
	"time"

	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

// explainTime bounds what explaining the parts of a condition takes.
const explainTime = time.Second

// Verdict is what can be said of a condition, or of a part of it, on an event.
type Verdict string

// The verdicts. CannotTell exists in explanations only: the rule treats such a part as
// true or false, which [Judgement.Match] tells.
const (
	Yes        Verdict = "yes"
	No         Verdict = "no"
	CannotTell Verdict = "unknown"
)

// Judgement is what became of one node on an event.
type Judgement struct {
	ID      string
	Verdict Verdict
	Match   bool    // how the rule treats it
	Actual  *Actual // of a row: what its field is
	Says    []Part  // one sentence
	Hint    *Hint   // what would help

	leaves []string // ids of the rows that decide it
	reason []Part   // of a row or formula: the sentence within that of the whole
}

// Actual is the value of a row's field in the event, cut short.
type Actual struct {
	Found bool // it is there, be it null
	Type  fields.Type
	Text  string
}

// Hint is an edit of a row that would help.
type Hint struct {
	Kind  HintKind
	Says  []Part
	Field string // to use instead
}

// HintKind says what the edit is.
type HintKind string

// The hints: another field, or converting the field before it is compared.
const (
	HintField  HintKind = "field"
	HintNumber HintKind = "number"
	HintText   HintKind = "text"
)

// Explanation is the verdict of a condition on an event, with that of every part.
type Explanation struct {
	Verdict Verdict
	Match   bool // what the rule makes of the event: whether it would run
	Says    []Part
	Hint    *Hint
	Decides []string    // ids of the rows to which the verdict is due
	Nodes   []Judgement // of the condition on the kind of event, and of all nodes below the root
}

// Explain judges a condition on an event. Match is always what [rules.Program.Match]
// says. It returns the [engine.Error] of [rules.Engine.Compile] for an expression with faults.
func Explain(ctx context.Context, e *rules.Engine, text string, s rules.Scope, env *rules.Env) (*Explanation, error) {
	tree, err := Read(e, text, s)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return &Explanation{Verdict: Yes, Match: true, Says: []Part{{Plain, "Would run: there is no condition."}}}, nil
	}
	s.Condition = true
	whole, err := e.Compile(text, s)
	if err != nil {
		return nil, err
	}
	match, _, stopped := whole.Match(ctx, env)
	parts, cancel := context.WithTimeout(ctx, explainTime)
	defer cancel()
	j := &judge{ctx: parts, engine: e, scope: s, env: env}
	out := &Explanation{Match: match}
	verdicts := []Judgement{}
	if tree.When != nil {
		row := &Node{ID: WhenID, Kind: Row, Span: tree.When.Span, Field: "event.type", Type: fields.Text, Op: "is", Value: tree.When.Types[0]}
		verdicts = append(verdicts, j.when(row, tree.When.Types))
	}
	root := j.node(tree.Root)
	verdicts = append(verdicts, root)
	both := combine(All, verdicts)
	out.Verdict, out.Decides, out.Nodes = both.Verdict, both.leaves, j.done
	if stopped != nil {
		out.Verdict, out.Decides = CannotTell, nil
		out.Says = []Part{{Plain, "Cannot tell: " + stopped.Error() + " The rule treats this as no."}}
		return out, nil
	}
	out.Says, out.Hint = j.sentence(tree, out)
	return out, nil
}

// combine judges a group by its members.
func combine(kind Kind, members []Judgement) Judgement {
	decisive, other := No, Yes
	if kind == AnyOf {
		decisive, other = Yes, No
	}
	out := Judgement{Verdict: other, Match: kind == All}
	for _, m := range members {
		if kind == All {
			out.Match = out.Match && m.Match
		} else {
			out.Match = out.Match || m.Match
		}
	}
	for _, want := range []Verdict{decisive, CannotTell} {
		for _, m := range members {
			if m.Verdict == want {
				out.Verdict, out.leaves = want, m.leaves
				return out
			}
		}
	}
	for _, m := range members {
		out.leaves = append(out.leaves, m.leaves...)
	}
	return out
}

// judge judges the nodes of one tree on one event.
type judge struct {
	ctx    context.Context //nolint:containedctx // it lives as long as one call of Explain
	engine *rules.Engine
	scope  rules.Scope
	env    *rules.Env
	done   []Judgement
}

// node judges a node and keeps the judgement, those of its members after it.
func (j *judge) node(n *Node) Judgement {
	at := len(j.done)
	j.done = append(j.done, Judgement{})
	out := j.judge(n)
	out.ID = n.ID
	j.done[at] = out
	return out
}

func (j *judge) judge(n *Node) Judgement {
	if n.group() {
		members := make([]Judgement, 0, len(n.Nodes))
		for _, child := range n.Nodes {
			if got := j.node(child); !child.off(n.Kind) {
				members = append(members, got)
			}
		}
		out := combine(n.Kind, members)
		out.Says = groupSays(n.Kind, members, out.Verdict)
		return out
	}
	out := j.leaf(n)
	out.leaves = []string{n.ID}
	return out
}

// leaf judges a row or a formula by its text.
func (j *judge) leaf(n *Node) Judgement {
	match, notes, err := j.match(n.Text)
	out := Judgement{Match: match, Verdict: No}
	if match {
		out.Verdict = Yes
	}
	if err != nil {
		out.Verdict = CannotTell
		out.reason = []Part{{Plain, err.Error() + treated(false)}}
		out.Says = out.reason
		return out
	}
	if n.Kind == Formula {
		j.formula(&out, n, notes)
	} else {
		j.row(&out, n, notes)
	}
	return out
}

func (j *judge) match(text string) (ok bool, notes []string, err error) {
	p, err := j.engine.Compile(text, j.scope)
	if err != nil {
		return false, nil, err
	}
	return p.Match(j.ctx, j.env)
}

// formula judges a formula. One that denies something is judged by what it denies.
func (j *judge) formula(out *Judgement, n *Node, notes []string) {
	if inner := denied(j.engine, n.Text, j.scope); inner != nil {
		sub := &judge{ctx: j.ctx, engine: j.engine, scope: j.scope, env: j.env}
		got := sub.node(inner)
		out.Verdict = map[Verdict]Verdict{Yes: No, No: Yes, CannotTell: CannotTell}[got.Verdict]
	} else if len(notes) > 0 {
		out.Verdict = CannotTell
	}
	var w words
	switch out.Verdict {
	case Yes:
		w.text("The formula holds.")
	case No:
		w.text("The formula ")
		w.code(n.Text)
		w.text(" does not hold.")
	case CannotTell:
		w.text("The formula ")
		w.code(n.Text)
		w.text(" cannot be told")
		if len(notes) > 0 {
			w.text(": " + shorten(fields.Clean(notes[0]), 4*maxCode))
		}
		w.text("." + treated(out.Match))
	}
	out.Says, out.reason = w, w
}

// denied returns what stands behind the "not" of a formula, nil when it begins with none.
func denied(e *rules.Engine, text string, s rules.Scope) *Node {
	n, err := e.Parse(text, s)
	src, ok := newSource(text)
	if err != nil || !ok {
		return nil
	}
	return (&reader{src: src}).denied(src.open(src.whole()), n)
}

func treated(match bool) string {
	if match {
		return " The rule treats this as yes."
	}
	return " The rule treats this as no."
}

// groupSays tells how the members of a group did.
func groupSays(kind Kind, members []Judgement, v Verdict) []Part {
	yes := 0
	for _, m := range members {
		if m.Verdict == Yes {
			yes++
		}
	}
	n := fields.Count(len(members), "condition")
	var w words
	switch {
	case len(members) == 0:
		w.text("There is no condition.")
	case v == CannotTell:
		w.text("This cannot be told.")
	case len(members) == 1 && v == Yes:
		w.text("The condition holds.")
	case len(members) == 1:
		w.text("The condition does not hold.")
	case yes == len(members):
		w.text("All " + n + " hold.")
	case kind == AnyOf && v == No:
		w.text("None of " + n + " holds.")
	default:
		w.text(outOf(yes, len(members)) + ".")
	}
	return w
}

// outOf tells how many conditions hold.
func outOf(yes, all int) string {
	verb := " hold"
	if yes == 1 {
		verb = " holds"
	}
	return strconv.Itoa(yes) + " of " + fields.Count(all, "condition") + verb
}
