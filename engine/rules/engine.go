package rules

import (
	"errors"
	"time"

	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"

	"patchbay/engine"
)

// Limits of source text and of evaluations; the ones in [Options] can be changed.
const (
	MaxSource       = 4 << 10 // bytes of one expression
	MaxNodes        = 400     // nodes of its syntax tree: some eighty comparisons of fields
	MaxTemplate     = 1 << 20 // bytes of one rendered configuration
	MaxRange        = 100_000 // numbers in a range such as 1..n
	DefaultDeadline = 100 * time.Millisecond
	DefaultMemory   = 32 << 20
	cacheSize       = 2000 // programs, and what they share, in each of two generations
	patternsCached  = 100
)

// Options configure an [Engine]. Zero values mean the defaults.
type Options struct {
	// Location returns the time zone of dates that name none; UTC by default.
	Location func() *time.Location
	// Money returns how money() writes amounts; as "1,234.50" by default.
	Money func() engine.Money
	// Lookup answers lookup(table, key); nil means that there are no tables.
	Lookup func(table string, key any) any
	// Actions are the actions that rules may use; nil leaves actions unchecked.
	Actions engine.Actions
	// Deadline bounds one evaluation, and one rendering of a step.
	Deadline time.Duration
	// Memory bounds the bytes that one evaluation allocates altogether.
	Memory int64
}

// Engine compiles expressions, templates and rules. It is safe for concurrent use.
type Engine struct {
	opt       Options
	functions map[string]*function
	base      conf.Config
	programs  cache[*Program]
	paths     cache[*path]
	needs     cache[Needs]
	patterns  cache[*pattern]
	zones     cache[*time.Location]
}

// New makes an engine.
func New(opt Options) *Engine {
	if opt.Location == nil {
		opt.Location = func() *time.Location { return time.UTC }
	}
	if opt.Money == nil {
		opt.Money = func() engine.Money { return engine.MoneyComma }
	}
	if opt.Deadline <= 0 {
		opt.Deadline = DefaultDeadline
	}
	if opt.Memory <= 0 {
		opt.Memory = DefaultMemory
	}
	e := &Engine{opt: opt, functions: make(map[string]*function)}
	for _, f := range table() {
		e.functions[f.Name] = f
	}
	e.base = baseConfig(e.functions)
	e.programs.size, e.paths.size, e.needs.size = cacheSize, cacheSize, cacheSize
	e.patterns.size, e.zones.size = patternsCached, patternsCached
	return e
}

// Compile compiles an expression, or returns it from the cache. It returns an
// [engine.Error] of KindInvalid with line and column, both counted from 1 within
// the expression.
func (e *Engine) Compile(src string, s Scope) (*Program, error) {
	key := s.key(src)
	if p, ok := e.programs.get(key); ok {
		return p, nil
	}
	p, err := e.compileSafely(src, s)
	if err != nil {
		return nil, err
	}
	return e.programs.put(key, p), nil
}

// explain turns the error of an evaluation into one for people.
func (e *Engine) explain(src string, err error) error {
	out := &engine.Error{Kind: engine.KindInvalid, Err: err}
	switch {
	case errors.Is(err, errDeadline):
		out.Message = "The expression was stopped after " + e.opt.Deadline.String() + "; make it do less, for example with fewer nested loops."
	case errors.Is(err, errMemory):
		out.Message = "The expression was stopped because it needs too much memory; make it build less text or smaller lists."
	case errors.Is(err, errCanceled):
		out.Kind, out.Message = engine.KindUnavailable, "The evaluation was canceled."
	case errors.Is(err, errDepth):
		out.Message = "The expression was stopped because a value is nested too deeply."
	case errors.Is(err, errSize):
		out.Kind, out.Message = engine.KindTooLarge, "The rendered step is larger than 1 MiB; shorten what goes into it, for example with truncate()."
	default:
		out.Message = "The expression could not be evaluated; simplify it."
	}
	if fault, ok := errors.AsType[*file.Error](err); ok {
		out.Line, out.Column = position(src, fault.From)
	}
	return out
}
