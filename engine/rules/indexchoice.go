package rules

// fewCandidates is how many conditions are judged in about half the time that it takes
// to decode a payload.
const fewCandidates = 16

// choice says under which equalities each of many rules is indexed.
type choice struct {
	list   []*Rule
	counts map[*path]*valueCount
	atoms  [][]*premise // by rule; nil for a rule that has none that can be used
}

// valueCount counts how often rules compare the value at a path with something.
type valueCount struct {
	total  int
	values map[any]int
}

// choose picks for each rule the equality that the fewest events are likely to meet. It
// stays with headers and the like, for which nothing has to be decoded, when they
// alone leave few candidates.
func choose(list []*Rule) *choice {
	c := &choice{list: list, counts: make(map[*path]*valueCount)}
	for _, r := range list {
		if r != nil && r.When != nil {
			c.count(r.When.premise)
		}
	}
	if expected, ok := c.pickAll(false); !ok || expected > fewCandidates {
		c.pickAll(true)
	}
	return c
}

func (c *choice) indexed(i int) bool { return c.atoms[i] != nil }

func (c *choice) count(p *premise) {
	if p == nil {
		return
	}
	for _, part := range p.parts {
		c.count(part)
	}
	if p.path == nil {
		return
	}
	n := c.counts[p.path]
	if n == nil {
		n = &valueCount{values: make(map[any]int)}
		c.counts[p.path] = n
	}
	for _, v := range p.values {
		n.total++
		n.values[v]++
	}
}

// pickAll picks for every rule, without equalities on the payload unless they are
// allowed. It returns how many indexed rules are expected to be candidates; ok is false
// when a rule that reads the payload has no equality among those allowed.
func (c *choice) pickAll(payload bool) (expected float64, ok bool) {
	c.atoms, ok = make([][]*premise, len(c.list)), true
	for i, r := range c.list {
		if r == nil || r.When == nil {
			continue
		}
		share, atoms := c.pick(r.When.premise, payload)
		c.atoms[i] = atoms
		if atoms != nil {
			expected += share
		} else if r.Needs.Payload {
			ok = false
		}
	}
	return expected, ok
}

// pick returns the equalities under which a rule with this premise is indexed, nil when
// there are none, and the share of events that are likely to meet one of them: events
// are taken to be as various as the rules, and to have one more value that no rule
// speaks of unless it is true or false.
func (c *choice) pick(p *premise, payload bool) (share float64, atoms []*premise) {
	switch {
	case p == nil, p.path != nil && p.path.root == rootPayload && !payload:
		return 0, nil
	case p.path != nil:
		n := c.counts[p.path]
		for _, v := range p.values {
			total := n.total
			if _, two := v.(bool); !two {
				total++
			}
			share += float64(n.values[v]) / float64(total)
		}
		return share, []*premise{p}
	case p.any:
		atoms = []*premise{}
		for _, part := range p.parts {
			s, more := c.pick(part, payload)
			if more == nil {
				return 0, nil
			}
			share, atoms = share+s, append(atoms, more...)
		}
		return share, atoms
	}
	for _, part := range p.parts {
		if s, some := c.pick(part, payload); some != nil && (atoms == nil || s < share) {
			share, atoms = s, some
		}
	}
	return share, atoms
}
