package rules

import (
	"slices"

	"patchbay/engine"
)

// Index finds, of the conditions of many rules, the few that can be true for an event.
// It is made once for a set of rules, never changes and is safe for concurrent use.
//
// It keeps equalities with literals (==, in, a bare field) that must hold for a
// condition to be true, by field and value: the most telling one of each rule, or one
// for each arm of an "or". A rule that is no candidate certainly does not match: the
// verdict is the one of Match. The notes that Match might have made are not made; who
// wants to know why a rule is false asks Match. So that a rule whose evaluation is
// stopped by a limit is told of, an equality counts only when nothing before it does
// much work: a condition that begins with a loop, a pattern or a function that builds
// text is always a candidate. Only where a search through a very long text or list, which
// is cheap, would be what the time ends in, that note may be missing.
//
// To judge an event, have what Needs says, ask for the Candidates, have what NeedsOf
// says of them, and judge them:
//
//	input.have(index.Needs())
//	candidates := index.Candidates(&input.env, room[:0])
//	input.have(index.NeedsOf(candidates))
type Index struct {
	roots  [rootIndex + 1]*branch
	always []int   // rules without such an equality, in order
	first  Needs   // of the index itself and of the rules in always
	needs  []Needs // by rule
	late   []bool  // by rule: its needs are more than first
}

// narrowFields is how many fields are few: reading over a body once for all that any
// rule reads is cheaper than twice for just what is read.
const narrowFields = 64

// NewIndex makes an index of the conditions of rules, which are numbered as in list.
// A nil rule, and one without a condition, is always a candidate.
func NewIndex(list []*Rule) *Index {
	x := &Index{needs: make([]Needs, len(list)), late: make([]bool, len(list))}
	var first, narrow gathered // narrow: all fields that are read where not all of the payload is
	chosen, branches := choose(list), make(map[*path]*branch)
	for i, r := range list {
		if r == nil {
			x.always = append(x.always, i)
			continue
		}
		x.needs[i] = r.early()
		narrow.addFields(x.needs[i].Fields)
		if !chosen.indexed(i) {
			x.always = append(x.always, i)
			first.add(x.needs[i])
			continue
		}
		for _, p := range chosen.atoms[i] {
			b := branches[p.path]
			if b == nil {
				b = x.branch(p.path)
				branches[p.path] = b
				n := p.path.needs(Scope{})
				first.add(n)
				narrow.addFields(n.Fields)
			}
			b.put(i, p.values)
		}
	}
	x.first = first.needs()
	few := narrow.fields.size() <= narrowFields
	if few && x.first.Fields != nil {
		x.first.Fields = engine.Fields(narrow.fields)
	}
	for i := range x.needs {
		if few && x.needs[i].Fields != nil {
			x.needs[i].Fields = engine.Fields(narrow.fields)
		}
		x.late[i] = !x.first.covers(x.needs[i])
	}
	return x
}

// early is what a rule's condition and the key of its overlap read, and what the first
// step reads of the payload when that is not all of it: one look at the body for both
// costs hardly more than for one.
func (r *Rule) early() Needs {
	n := r.Needs
	if len(r.Steps) > 0 && n.Payload && r.Steps[0].Needs.Fields != nil {
		n = n.Union(Needs{Payload: true, Fields: r.Steps[0].Needs.Fields})
	}
	return n
}

// Needs tells what Candidates reads, and what the rules that are always candidates read.
func (x *Index) Needs() Needs { return x.first }

// NeedsOf tells what candidates read, when that is more than Needs: their conditions, the
// keys of their overlaps, and of the payload also what their first steps read. Apart
// from the payload it includes Needs, because decoding more may change what event says.
func (x *Index) NeedsOf(candidates []int) Needs {
	var n Needs
	for _, i := range candidates {
		if !x.late[i] {
			continue
		}
		if n.none() {
			n = x.first
			n.Payload, n.Fields = false, nil
		}
		more := x.needs[i]
		if n.Payload && n.Fields.Covers(more.Fields) {
			more.Payload = false
		}
		n = n.Union(more)
	}
	return n
}

// Candidates appends to dst the numbers of the rules that can be true for an event, in
// ascending order, each once. It allocates nothing when dst has room.
func (x *Index) Candidates(env *Env, dst []int) []int {
	start := len(dst)
	for r, b := range x.roots {
		if b == nil {
			continue
		}
		switch root := root(r); root {
		case rootMethod: // text that is made an any would be allocated
			dst = b.findText(env.Method, dst)
		case rootInbox:
			dst = b.findText(env.Inbox, dst)
		default:
			dst = b.find(env.get(root), dst)
		}
	}
	if len(dst)-start > 1 {
		found := dst[start:]
		slices.Sort(found)
		dst = dst[:start+len(slices.Compact(found))]
	}
	return x.withAlways(dst, start)
}

// withAlways merges the rules that are always candidates into the ones found.
func (x *Index) withAlways(dst []int, start int) []int {
	if len(x.always) == 0 {
		return dst
	}
	found := len(dst) - start
	dst = append(dst, x.always...)
	if found == 0 {
		return dst
	}
	out := dst[start:]
	i, j := found-1, len(x.always)-1
	for k := len(out) - 1; j >= 0; k-- { // from the end, so that nothing is overwritten
		if i >= 0 && out[i] > x.always[j] {
			out[k] = out[i]
			i--
		} else {
			out[k] = x.always[j]
			j--
		}
	}
	return dst
}
