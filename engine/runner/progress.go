package runner

import (
	"time"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// progress is how far a run is within its current step.
type progress struct {
	began   time.Time // the step's first start: now() of its expressions
	version int       // of the rule
	whole   *engine.Attempt
	items   []any // of a forEach step
	index   int   // of the item at hand
	outs    []any // of the settled items, or of the one execution without forEach
	each    bool
	done    bool              // settled as a whole
	mine    []*engine.Attempt // of this step, as loaded
	// others are rows of another version's step at this place of the rule: their
	// numbers are taken.
	others []*engine.Attempt
	unit
}

// unit is how far one execution of a step is: the step's own, or that of one item.
type unit struct {
	last    *engine.Attempt // newest row, nil before the first
	counted int             // attempts that count against the retry policy
	number  int             // of the newest attempt
	with    map[string]any  // rendered; nil before
	kept    bool            // with is stored
}

// progressOf looks up how far the step at hand is.
func (x *execution) progressOf(s *rules.Step) *progress {
	p := &progress{began: x.r.deps.Now(), version: x.run.RuleVersion, each: s.ForEach != nil}
	if x.byKey == nil {
		return p
	}
	p.mine = x.byKey[s.Source.Key]
	for key, rows := range x.byKey {
		for _, a := range rows {
			if a.Step == x.run.Step && key != s.Source.Key {
				p.others = append(p.others, a)
			}
		}
	}
	for _, a := range p.mine {
		if !a.StartedAt.IsZero() && a.StartedAt.Before(p.began) {
			p.began = a.StartedAt
		}
		if a.Item == engine.WholeStep {
			p.whole = a
		}
	}
	if p.whole != nil && p.each {
		p.items, _ = p.whole.With.([]any)
	}
	p.look()
	return p
}

// look gathers the history of the item at hand.
func (p *progress) look() {
	p.unit = unit{}
	for _, a := range p.mine {
		if a.Item != p.index {
			continue
		}
		if p.last == nil || a.Number >= p.last.Number {
			p.last = a
		}
		p.number = max(p.number, a.Number)
	}
	for n := 1; n <= p.number; n++ {
		for _, a := range p.mine {
			if a.Item == p.index && a.Number == n {
				p.count(a)
			}
		}
	}
	for _, a := range p.others {
		if a.Item == p.index {
			p.number = max(p.number, a.Number)
		}
	}
}

// count takes an earlier attempt into account. A failure that was final and was
// followed by another try begins the policy anew: somebody asked for that.
func (p *progress) count(a *engine.Attempt) {
	if with := keptBy(a, p.version); with != nil {
		p.with, p.kept = with, true
	}
	if a.Uncounted || a.Number == 0 {
		return
	}
	p.counted++
	if a.State == engine.StepFailed && a.RetryAt.IsZero() {
		p.counted = 0
	}
}

// inItem reports whether the unit at hand is an item of a list.
func (p *progress) inItem() bool { return p.items != nil }

// item is what item and index stand for.
func (p *progress) item() (any, int) {
	if p.index >= len(p.items) {
		return nil, 0
	}
	return p.items[p.index], p.index
}

// record takes the output of the unit at hand and turns to the next.
func (p *progress) record(output any) {
	p.outs = append(p.outs, output)
	if p.items == nil {
		p.done = true
		return
	}
	p.index++
	p.look()
}

// output is what steps.KEY is, once the step is settled.
func (p *progress) output() any {
	if p.items != nil {
		return p.outs
	}
	if len(p.outs) == 0 {
		return nil
	}
	return p.outs[0]
}

// cut reports whether the attempt was under way when the program ended, so that
// nobody knows what came of it.
func cut(a *engine.Attempt) bool {
	return a.State == engine.StepRunning || a.Uncounted && a.Outcome == engine.OutcomeUnknown
}

// outputOf is what steps.KEY is for a step that was settled before.
func outputOf(s *rules.Step, rows []*engine.Attempt) any {
	if s.ForEach == nil {
		return unitOutput(lastOf(rows, 0), false)
	}
	for _, a := range rows {
		if a.Item != engine.WholeStep {
			continue
		}
		items, _ := a.With.([]any)
		outs := make([]any, len(items))
		for i := range items {
			outs[i] = unitOutput(lastOf(rows, i), true)
		}
		return outs
	}
	return unitOutput(lastOf(rows, 0), false) // skipped, or failed before there was a list
}

func lastOf(rows []*engine.Attempt, item int) *engine.Attempt {
	var last *engine.Attempt
	for _, a := range rows {
		if a.Item == item && (last == nil || a.Number >= last.Number) {
			last = a
		}
	}
	return last
}

func unitOutput(a *engine.Attempt, each bool) any {
	switch {
	case a == nil:
		return nil
	case a.State == engine.StepSucceeded:
		return a.Output
	case a.State == engine.StepFailed && !each:
		return failedOutput(a)
	}
	return nil
}

// failedOutput is steps.KEY of a step that failed and did not stop the run: error.output
// is what came back all the same, such as what a program printed before it failed.
func failedOutput(a *engine.Attempt) any {
	failure := map[string]any{"message": a.Error, "outcome": string(a.Outcome)}
	if a.Output != nil {
		failure["output"] = a.Output
	}
	return map[string]any{"error": failure}
}
