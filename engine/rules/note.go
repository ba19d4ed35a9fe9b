package rules

// operand is a part of a clause that a note can speak of.
type operand struct {
	text string // its source
	path *path  // nil for anything but a plain path
}

// clause is an operation that leaves at most one note per evaluation.
type clause struct {
	id       int
	operands []operand
}

// spoil notes that operand i of a clause, whose value is v, is not what the
// operation takes.
func (m *machine) spoil(c *clause, i int, v any, want kind) {
	if m.noted[c.id] || len(m.notes) >= maxNotes || i >= len(c.operands) {
		return
	}
	op := &c.operands[i]
	if v == nil && op.path == nil && len(m.notes) > 0 {
		return // its own parts have said why
	}
	m.note(c, m.explain(op, v, want))
}

func (m *machine) note(c *clause, text string) {
	if m.noted[c.id] || len(m.notes) >= maxNotes {
		return
	}
	m.noted[c.id] = true
	m.notes = append(m.notes, text)
}

func (m *machine) explain(op *operand, v any, want kind) string {
	switch {
	case v != nil:
		return op.text + " is " + kindOf(v).String() + ", not " + want.String()
	case op.path == nil:
		return op.text + " has no value"
	}
	return op.text + m.env.whyNil(op.path)
}

// whyNil says why a path gives nil: it is null, or it is not there.
func (e *Env) whyNil(p *path) string {
	if has(e.get(p.root), p.keys) {
		return " is null"
	}
	return p.absent()
}

// absent says where a path leads nowhere.
func (p *path) absent() string {
	switch p.root {
	case rootVars:
		return " is not among the shared values"
	case rootSteps:
		return " is not in what the step gave"
	case rootItem:
		return " is not in this item"
	default:
		return " is not in this event"
	}
}

// mismatch notes why two operands cannot be compared. The one that is a path is
// to blame: the other is what its author expects.
func (m *machine) mismatch(c *clause, a, b any) {
	ka, kb := kindOf(a), kindOf(b)
	switch {
	case ka == kindNil:
		m.spoil(c, 0, nil, kb)
	case kb == kindNil:
		m.spoil(c, 1, nil, ka)
	case ka == kb:
		m.spoil(c, 0, a, kindNumber)
	case c.operands[0].path == nil && c.operands[1].path != nil:
		m.spoil(c, 1, b, ka)
	default:
		m.spoil(c, 0, a, kb)
	}
}
