package rules

import (
	"context"

	"github.com/expr-lang/expr/vm"
)

const maxNotes = 8

// machine evaluates one program. It is made once, with every site of the program
// bound to it, and used by many evaluations, one after another.
type machine struct {
	*meter
	own   meter
	prog  *Program
	env   *Env
	vm    vm.VM
	sites map[string]any // what the program's calls refer to
	args  [2]any         // of the function being called
	notes []string
	noted []bool // by clause: it has left its note
}

func newMachine(p *Program) *machine {
	m := &machine{prog: p, sites: make(map[string]any, len(p.sites)), noted: make([]bool, p.clauses)}
	for i, bind := range p.sites {
		m.sites[siteName(i)] = bind(m)
	}
	// The budget that counts is the meter's, in bytes; expr's own counts elements.
	m.vm.MemoryBudget = 1 << 24
	return m
}

// alone evaluates the program over env within a meter of its own.
func (m *machine) alone(ctx context.Context, env *Env) (any, error) {
	m.own.start(ctx, &m.prog.engine.opt)
	v, err := m.run(env, &m.own)
	m.own.stop()
	return v, err
}

// run evaluates the program over env within t.
func (m *machine) run(env *Env, t *meter) (any, error) {
	m.env, m.meter = env, t
	return m.vm.Run(m.prog.code, m.sites)
}

// release lets go of everything that belongs to the evaluation and returns the notes.
func (m *machine) release() []string {
	notes := m.notes
	if notes != nil {
		m.notes = nil
		clear(m.noted)
	}
	m.env, m.meter, m.args = nil, nil, [2]any{}
	clear(m.vm.Variables)
	if cap(m.vm.Stack) > 1024 {
		m.vm.Stack = nil
	}
	stack := m.vm.Stack[:cap(m.vm.Stack)]
	clear(stack)
	m.prog.machines.Put(m)
	return notes
}

// fetch returns the value of a path.
func (m *machine) fetch(p *path) any {
	if p.root == rootPayload { // the usual case without the detour over any
		return follow(m.env.Payload, p.keys)
	}
	return follow(m.env.get(p.root), p.keys)
}

// member returns base[k] for a computed key.
func (m *machine) member(base, k any) any {
	switch k := k.(type) {
	case string:
		return follow(base, []key{{name: k}})
	default:
		n, ok := toNum(k)
		if !ok {
			return nil
		}
		i, ok := n.integer()
		if !ok || i != int64(int(i)) {
			return nil
		}
		return follow(base, []key{{index: int(i), list: true}})
	}
}
