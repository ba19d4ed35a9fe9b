package decode

import "strconv"

// pair is a member of an object that is not complete yet; before is how many
// literals were kept before its value.
type pair struct {
	key    string
	value  any
	before int
}

func (p *parser) object() (any, bool) {
	if !p.enter() {
		return nil, false
	}
	if p.empty('}') {
		return map[string]any{}, true
	}
	want, lengths := p.want, lengthsOf(p.want)
	mark := len(p.pairs)
	for {
		k, below, wanted, ok := p.wanted(want, lengths)
		if !ok {
			return nil, false
		}
		if wanted {
			p.path[p.depth] = step{key: k, index: -1}
			p.want = below
			before := len(p.literals)
			v, ok := p.value()
			if !ok {
				return nil, false
			}
			p.pairs = append(p.pairs, pair{k, v, before})
		} else if !p.skip() {
			return nil, false
		}
		more, ok := p.next('}')
		if !ok {
			return nil, false
		}
		if !more {
			return p.gather(mark), true
		}
	}
}

// gather makes an object of the members since mark. Of a repeated key the last counts.
func (p *parser) gather(mark int) map[string]any {
	members := p.pairs[mark:]
	m := make(map[string]any, len(members))
	for i := range members {
		m[members[i].key] = members[i].value
	}
	if len(m) != len(members) {
		p.noteRepeats(members)
		p.dropRepeats(members)
	}
	clear(members)
	p.pairs = p.pairs[:mark]
	return m
}

func (p *parser) noteRepeats(members []pair) {
	seen := make(map[string]int, len(members))
	for _, m := range members {
		seen[m.key]++
		if seen[m.key] == 2 && len(p.notes) < maxNotes {
			where := " at the top"
			if at := p.pointer(p.depth); at != "" {
				where = " in " + short(at)
			}
			p.notes = append(p.notes, "The key "+strconv.Quote(short(m.key))+" stands more than once"+where+"; the last one counts.")
		}
	}
}

// dropRepeats forgets the literals of values whose place a later member took.
func (p *parser) dropRepeats(members []pair) {
	last := make(map[string]int, len(members))
	for i := range members {
		last[members[i].key] = i
	}
	for i := range members {
		if last[members[i].key] != i {
			clear(p.literals[members[i].before:members[i+1].before])
		}
	}
}
