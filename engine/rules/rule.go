package rules

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

// Bounds of a rule.
const (
	MaxSteps    = 100
	MaxAttempts = 100
	MaxRetry    = 30 * 24 * time.Hour
	MinTimeout  = 10 * time.Millisecond
	MaxTimeout  = time.Hour
)

var stepKey = regexp.MustCompile(`^[a-z][A-Za-z0-9_]{0,31}$`)

// Rule is a compiled rule. It is safe for concurrent use.
type Rule struct {
	Source     *engine.Rule
	When       *Program // nil matches always
	OverlapKey *Program // nil has no key
	Steps      []Step
	Needs      Needs // of When and OverlapKey
}

// Step is a compiled step.
type Step struct {
	Source  *engine.Step
	Spec    engine.ActionSpec
	If      *Program // nil is always
	ForEach *Program // nil runs once
	Filter  *Program // the condition of a filter step
	With    *Template
	Needs   Needs // of all of these
}

// CompileRule compiles a rule and checks it as far as that needs no stored objects.
// It returns all faults joined, each an [engine.Error] with the path of its field
// and, within an expression, line and column. The rule must not change afterwards.
func (e *Engine) CompileRule(r *engine.Rule) (*Rule, error) {
	c := &ruleCompiler{engine: e}
	out := &Rule{Source: r}
	out.When = c.condition("when", r.When, Scope{})
	if out.When != nil {
		out.Needs = out.When.Needs()
	}
	c.overlap(out)
	if len(r.Steps) > MaxSteps {
		c.fault("steps", "A rule has at most %d steps; split it into several rules.", MaxSteps)
	}
	var keys []string
	for i := range r.Steps {
		s := &r.Steps[i]
		c.prefix = fmt.Sprintf("steps[%d].", i)
		c.key(s.Key, keys)
		out.Steps = append(out.Steps, c.step(s, keys))
		keys = append(slices.Clone(keys), s.Key)
	}
	if err := errors.Join(c.errs...); err != nil {
		return nil, err
	}
	return out, nil
}

// CompileStep compiles one step of a rule, the condition and other steps of which may be
// unfinished: of those the result has the source only. Faults as in [Engine.CompileRule].
func (e *Engine) CompileStep(r *engine.Rule, at int) (*Rule, error) {
	c := &ruleCompiler{engine: e}
	out := &Rule{Source: r, Steps: make([]Step, len(r.Steps))}
	var keys []string
	for i := range r.Steps {
		out.Steps[i].Source = &r.Steps[i]
		if i < at {
			keys = append(keys, r.Steps[i].Key)
		}
	}
	c.prefix = fmt.Sprintf("steps[%d].", at)
	c.key(r.Steps[at].Key, keys)
	out.Steps[at] = c.step(&r.Steps[at], keys)
	if err := errors.Join(c.errs...); err != nil {
		return nil, err
	}
	return out, nil
}

// ruleCompiler gathers the faults of one rule.
type ruleCompiler struct {
	engine *Engine
	prefix string // of the step being compiled
	errs   []error
}

func (c *ruleCompiler) fault(field, format string, args ...any) {
	c.errs = append(c.errs, engine.Invalid(c.prefix+field, format, args...))
}

func (c *ruleCompiler) faults(field string, err error) {
	c.errs = append(c.errs, inField(c.prefix+field, err)...)
}

// condition compiles an expression that must be true or false; "" gives nil.
func (c *ruleCompiler) condition(field, src string, s Scope) *Program {
	s.Condition = true
	return c.expression(field, src, s)
}

func (c *ruleCompiler) expression(field, src string, s Scope) *Program {
	if strings.TrimSpace(src) == "" {
		return nil
	}
	if strings.HasPrefix(strings.TrimSpace(src), openBraces) {
		c.fault(field, "This is an expression already; write it without {{ and }}.")
		return nil
	}
	p, err := c.engine.Compile(src, s)
	if err != nil {
		c.faults(field, err)
		return nil
	}
	return p
}

func (c *ruleCompiler) overlap(out *Rule) {
	o := out.Source.Overlap
	if o == nil {
		return
	}
	c.oneOf("overlap.mode", o.Mode, "", engine.OverlapParallel, engine.OverlapQueue, engine.OverlapSingle, engine.OverlapRestart)
	c.oneOf("overlap.whenFull", o.WhenFull, "", "reject", "dropOldest")
	if o.Max < 0 || o.Max > 100_000 {
		c.fault("overlap.max", "The number of waiting runs must be between 1 and 100000.")
	}
	if out.OverlapKey = c.expression("overlap.key", o.Key, Scope{}); out.OverlapKey != nil {
		out.Needs = out.Needs.Union(out.OverlapKey.Needs())
	}
}

// oneOf checks a word; an empty first choice is not named to people.
func (c *ruleCompiler) oneOf(field, value string, choices ...string) {
	if slices.Contains(choices, value) {
		return
	}
	named := choices
	if named[0] == "" {
		named = named[1:]
	}
	c.fault(field, "%q is not one of %s.%s", value, enumerate(named), didYouMean(value, named))
}

func (c *ruleCompiler) key(key string, earlier []string) {
	switch {
	case !stepKey.MatchString(key):
		c.fault("key", "%q cannot be the key of a step; use a small letter and then up to 31 letters, digits and underscores.", key)
	case slices.Contains(earlier, key):
		c.fault("key", "Another step is called %q already; keys are unique in a rule.", key)
	}
}

func (c *ruleCompiler) step(s *engine.Step, earlier []string) Step {
	out := Step{Source: s}
	scope := Scope{InSteps: true, Steps: earlier}
	out.ForEach = c.expression("forEach", s.ForEach, scope)
	scope.Item = strings.TrimSpace(s.ForEach) != ""
	out.If = c.condition("if", s.If, scope)
	c.policy(s)
	spec, action := c.action(s)
	out.Spec = spec
	with := s.With
	if s.Action == "filter" {
		out.Filter, with = c.filter(s.With, scope)
	}
	t, err := c.engine.Template(with, scope, &spec)
	c.faults("with", err)
	out.With = t
	if action != nil {
		c.check(action, s.With)
	}
	for _, p := range []*Program{out.If, out.ForEach, out.Filter} {
		if p != nil {
			out.Needs = out.Needs.Union(p.Needs())
		}
	}
	if t != nil {
		out.Needs = out.Needs.Union(t.Needs())
	}
	return out
}

// check lets the action look at its configuration. What it says about a field in
// which a fault was found already is left out.
func (c *ruleCompiler) check(action engine.Action, with map[string]any) {
	if with == nil {
		with = map[string]any{}
	}
	for _, err := range inField(c.prefix+"with", action.Check(with)) {
		if !slices.ContainsFunc(c.errs, func(known error) bool { return fieldOf(known) == fieldOf(err) }) {
			c.errs = append(c.errs, err)
		}
	}
}

func fieldOf(err error) string {
	if e, ok := errors.AsType[*engine.Error](err); ok {
		return e.Field
	}
	return ""
}

// filter compiles a filter's condition and returns with without it.
func (c *ruleCompiler) filter(with map[string]any, s Scope) (*Program, map[string]any) {
	rest := maps.Clone(with)
	delete(rest, "when")
	switch when := with["when"].(type) {
	case string:
		if strings.TrimSpace(when) == "" {
			c.fault("with.when", "A filter needs a condition.")
			return nil, rest
		}
		return c.condition("with.when", when, s), rest
	case bool:
		return c.condition("with.when", strconv.FormatBool(when), s), rest
	case nil:
		c.fault("with.when", "A filter needs a condition.")
	default:
		c.fault("with.when", "A condition is an expression, written as text.")
	}
	return nil, rest
}

// action finds the step's action and checks its connection.
func (c *ruleCompiler) action(s *engine.Step) (engine.ActionSpec, engine.Action) {
	known := c.engine.opt.Actions
	if known == nil {
		return engine.ActionSpec{Type: s.Action}, nil
	}
	action, ok := known.Action(s.Action)
	if !ok {
		var types []string
		for _, spec := range known.Specs() {
			types = append(types, spec.Type)
		}
		c.fault("action", "There is no action %q.%s", s.Action, didYouMean(s.Action, types))
		return engine.ActionSpec{Type: s.Action}, nil
	}
	spec := action.Spec()
	switch {
	case s.Connection == "" && spec.NeedConnection:
		c.fault("connection", "The action %s needs a connection (%s).", spec.Type, strings.Join(spec.Connections, " or "))
	case s.Connection != "" && len(spec.Connections) == 0:
		c.fault("connection", "The action %s uses no connection; remove it.", spec.Type)
	}
	return spec, action
}

// policy checks the bounds of timeout, retry and what happens after a failure.
func (c *ruleCompiler) policy(s *engine.Step) {
	if t := s.Timeout.Std(); t != 0 && (t < MinTimeout || t > MaxTimeout) {
		c.fault("timeout", "The timeout must be between %s and %s.", engine.Duration(MinTimeout), engine.Duration(MaxTimeout))
	}
	if r := s.Retry; r != nil {
		if r.Attempts < 1 || r.Attempts > MaxAttempts {
			c.fault("retry.attempts", "The number of attempts must be between 1 and %d.", MaxAttempts)
		}
		if r.Over < 0 || r.Over.Std() > MaxRetry {
			c.fault("retry.over", "Attempts can be spread over at most %s.", engine.Duration(MaxRetry))
		}
	}
	c.oneOf("onError", s.OnError, "", "stop", "continue")
	c.oneOf("onUnknown", s.OnUnknown, "", "retry", "stop")
}
