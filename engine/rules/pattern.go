package rules

import (
	"io"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"patchbay/engine"
)

// Limits of regular expressions. Matching takes time in proportion to the text and
// to the number of instructions of the pattern.
const (
	maxPattern      = 1000      // bytes of its text
	maxInstructions = 2000      // of its program
	freeWork        = 200_000   // instructions times bytes that run without a look at the timer
	replaceWork     = 2_000_000 // of a replacement, which cannot be stopped in between
)

// pattern is a compiled regular expression whose cost is known.
type pattern struct {
	re           *regexp.Regexp
	instructions int
}

// pattern compiles a regular expression, or returns it from the cache.
func (e *Engine) pattern(text string) (*pattern, error) {
	if p, ok := e.patterns.get(text); ok {
		return p, nil
	}
	if len(text) > maxPattern {
		return nil, engine.Invalid("", "The pattern is longer than %d bytes.", maxPattern)
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, engine.Invalid("", "The pattern %q is not valid: %s.", text, patternFault(err))
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil || len(prog.Inst) > maxInstructions {
		return nil, engine.Invalid("", "The pattern %q is too complex; use smaller repetitions.", text)
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, engine.Invalid("", "The pattern %q is not valid.", text)
	}
	return e.patterns.put(text, &pattern{re: re, instructions: len(prog.Inst)}), nil
}

func patternFault(err error) string {
	if e, ok := err.(*syntax.Error); ok { //nolint:errorlint // Parse returns exactly this type
		return e.Code.String() + " " + e.Expr
	}
	return err.Error()
}

func (p *pattern) work(s string) int { return len(s) * p.instructions }

// match tells whether s matches; long work is stopped by the deadline.
func (m *machine) match(p *pattern, s string) bool {
	if work := p.work(s); work <= freeWork {
		m.tick(1 + work>>9)
		return p.re.MatchString(s)
	}
	m.look()
	return p.re.MatchReader(&meteredReader{meter: m.meter, text: s, cost: 1 + p.instructions>>4})
}

// meteredReader feeds a regular expression and panics at the deadline.
type meteredReader struct {
	meter *meter
	text  string
	at    int
	cost  int
}

// ReadRune implements [io.RuneReader].
func (r *meteredReader) ReadRune() (c rune, size int, err error) {
	if r.at >= len(r.text) {
		return 0, 0, io.EOF
	}
	r.meter.tick(r.cost)
	c, size = utf8.DecodeRuneInString(r.text[r.at:])
	r.at += size
	return c, size, nil
}

func (r *rewriter) matches(n *ast.BinaryNode) ast.Node {
	c := r.clause(n.Left, n.Right)
	if lit, ok := n.Right.(*ast.StringNode); ok {
		p, err := r.engine.pattern(lit.Value)
		if err != nil {
			r.failWith(n.Right, err)
		}
		return r.boolSite(func(m *machine) any {
			return func(v any) bool {
				s, ok := v.(string)
				if !ok {
					m.spoil(c, 0, v, kindText)
				}
				return ok && m.match(p, s)
			}
		}, r.node(n.Left))
	}
	return r.boolSite(func(m *machine) any {
		return func(a, b any) bool {
			s, text, ok := m.texts(c, a, b)
			if !ok {
				return false
			}
			p := m.dynamic(c, 1, text)
			return p != nil && m.match(p, s)
		}
	}, r.node(n.Left), r.node(n.Right))
}

// dynamic compiles a pattern that is computed; one that is not valid leaves a note.
func (m *machine) dynamic(c *clause, i int, text string) *pattern {
	p, ok := m.prog.engine.patterns.get(text)
	if ok {
		return p
	}
	m.tick(tickBlock)
	p, err := m.prog.engine.pattern(text)
	if err != nil {
		m.note(c, c.operands[i].text+" is not a valid pattern")
		return nil
	}
	return p
}

// failWith reports an error of a part of the expression at its place.
func (r *rewriter) failWith(n ast.Node, err error) {
	if e, ok := err.(*engine.Error); ok { //nolint:errorlint // made by our own pattern
		r.fail(n, "%s", e.Message)
		return
	}
	r.fail(n, "%s", err.Error())
}

// find returns the first match and its groups.
func (m *machine) find(p *pattern, s string) []int {
	if work := p.work(s); work <= freeWork {
		m.tick(1 + work>>9)
		return p.re.FindStringSubmatchIndex(s)
	}
	m.look()
	return p.re.FindReaderSubmatchIndex(&meteredReader{meter: m.meter, text: s, cost: 1 + p.instructions>>4})
}

// replaceAll replaces every match; $1 in with stands for the first group. A text
// that is too long for the pattern is refused: ok is false.
func (m *machine) replaceAll(p *pattern, s, with string) (out string, ok bool) {
	if p.work(s) > replaceWork {
		return "", false
	}
	m.charge(len(s))
	return p.re.ReplaceAllStringFunc(s, func(match string) string {
		m.look()
		groups := p.re.FindStringSubmatchIndex(match)
		if groups == nil { // the pattern looks at what is around the match
			groups = []int{0, len(match)}
		}
		expanded := p.re.ExpandString(nil, with, match, groups)
		m.charge(7 * len(expanded)) // with the copies of the result as it grows
		return string(expanded)
	}), true
}
