package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"

	"patchbay/engine"
)

// compileSafely compiles an expression and makes every failure one for people, also
// a panic of expr over a tree that it did not expect.
func (e *Engine) compileSafely(src string, s Scope) (p *Program, err error) {
	defer func() {
		if _, ok := errors.AsType[*engine.Error](err); err != nil && !ok {
			p, err = nil, &engine.Error{Kind: engine.KindInvalid, Message: "The expression uses something that is not supported; write it differently.", Err: err}
		}
	}()
	defer guard(&err)
	return e.compile(src, s)
}

// compile parses, checks, rewrites and compiles an expression.
func (e *Engine) compile(src string, s Scope) (*Program, error) {
	if err := checkSource(src); err != nil {
		return nil, err
	}
	cfg := e.config(s)
	tree, err := parser.ParseWithConfig(src, cfg)
	if err != nil {
		return nil, syntaxError(src, err)
	}
	if err := (&names{engine: e, scope: s, src: src}).check(tree.Node); err != nil {
		return nil, err
	}
	typ, err := checker.Check(tree, cfg)
	if err != nil {
		return nil, syntaxError(src, err)
	}
	if k := staticKind(typ); s.Condition && k != kindNil && k != kindBool {
		return nil, problem(src, 0, "A condition must be true or false, but this is %s; compare it with something.", k)
	}
	r := &rewriter{engine: e, src: src, scope: s}
	p := &Program{engine: e, source: src}
	p.path, p.outer = e.plainPath(tree.Node), outerCall(tree.Node)
	if p.path != nil && p.path.root == rootPayload {
		p.pointer, _ = p.path.pointer()
	}
	if err := r.compile(p, tree); err != nil {
		return nil, err
	}
	return p, nil
}

func checkSource(src string) error {
	switch {
	case len(src) > MaxSource:
		return engine.Invalid("", "The expression is longer than %d KiB; split it or use a list with lookup().", MaxSource>>10)
	case !utf8.ValidString(src):
		return engine.Invalid("", "The expression is not valid UTF-8 text.")
	case strings.TrimSpace(src) == "":
		return engine.Invalid("", "The expression is empty.")
	}
	return nil
}

// config describes the environment to expr's parser and checker, before rewriting.
func (e *Engine) config(s Scope) *conf.Config {
	env := types.Map{}
	for _, name := range s.Names() {
		env[name] = types.Any
	}
	cfg := e.base
	cfg.WithEnv(env)
	return &cfg
}

// baseConfig is what all expressions have in common. Compiling reads its maps only.
func baseConfig(functions map[string]*function) conf.Config {
	cfg := conf.CreateNew()
	cfg.MaxNodes = MaxNodes
	cfg.Optimize = false
	for name, f := range functions {
		cfg.Functions[name] = &f.signature
	}
	return *cfg
}

// compile rewrites the tree and compiles it into p.
func (r *rewriter) compile(p *Program, tree *parser.Tree) error {
	var root ast.Node
	if r.scope.Condition {
		root = r.truth(tree.Node)
	} else {
		root = r.node(tree.Node)
	}
	if r.err != nil {
		return r.err
	}
	if r.scope.Condition && !r.scope.InSteps {
		p.premise = (&finder{engine: r.engine}).premise(tree.Node, true)
	}
	p.sites, p.clauses, p.needs = slices.Clip(r.sites), r.clauses, r.engine.needsOf(r.paths, r.scope)
	prototype := newMachine(p)
	cfg := r.engine.base
	cfg.Functions, cfg.MaxNodes = nil, conf.DefaultMaxNodes
	cfg.WithEnv(prototype.sites)
	whole := &ast.SequenceNode{Nodes: []ast.Node{root}}
	out := &parser.Tree{Node: whole, Source: tree.Source}
	if _, err := checker.Check(out, &cfg); err != nil {
		return fmt.Errorf("check the rewritten expression %q: %w", r.src, err)
	}
	code, err := compiler.Compile(out, &cfg)
	if err != nil {
		return fmt.Errorf("compile the rewritten expression %q: %w", r.src, err)
	}
	whole.Nodes = nil // the program holds on to its tree, which is large and of no use any more
	code.Bytecode, code.Arguments, code.Constants = slices.Clone(code.Bytecode), slices.Clone(code.Arguments), slices.Clone(code.Constants)
	p.code = code
	return nil
}

// outerCall returns the name of the function whose result the expression is.
func outerCall(n ast.Node) string {
	if call, ok := n.(*ast.CallNode); ok {
		if ident, ok := call.Callee.(*ast.IdentifierNode); ok {
			return ident.Value
		}
	}
	return ""
}

// problem makes an error about the source at a rune offset.
func problem(src string, offset int, format string, args ...any) *engine.Error {
	err := engine.Invalid("", format, args...)
	err.Line, err.Column = position(src, offset)
	return err
}

// position turns a rune offset into line and column, both from 1.
func position(src string, offset int) (line, column int) {
	line, column = 1, 1
	for _, r := range src {
		if offset <= 0 {
			break
		}
		offset--
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return line, column
}

// syntaxError words an error of expr's parser or checker.
func syntaxError(src string, err error) error {
	fault, ok := errors.AsType[*file.Error](err)
	if !ok {
		return engine.Invalid("", "The expression is not valid: %s.", err)
	}
	text := fault.Message
	switch {
	case strings.HasPrefix(text, "unexpected token EOF"), strings.HasPrefix(text, "unexpected end of expression"):
		text = "The expression ends too early."
	case strings.HasPrefix(text, `unexpected token Operator("=")`):
		text = "A single = does not compare; write ==."
	case strings.Contains(text, "exceeds maximum allowed nodes"):
		text = fmt.Sprintf("The expression has more than %d parts; split it or use a list with lookup().", MaxNodes)
	case strings.HasPrefix(text, "unexpected token "):
		text = "Something is wrong here: " + tokenText(strings.TrimPrefix(text, "unexpected token ")) + " is not expected."
	case strings.HasPrefix(text, "unrecognized character"):
		text = "The character " + strings.TrimPrefix(text, "unrecognized character: ") + " cannot stand here; text needs quotes."
	case strings.HasPrefix(text, "literal not terminated"):
		text = "The text is not closed; add the missing quote."
	case strings.HasPrefix(text, "invalid operation: "):
		text = mismatchText(text)
	case strings.HasPrefix(text, "error parsing regexp"):
		text = "The pattern is not valid: " + strings.TrimPrefix(text, "error parsing regexp: ") + "."
	case strings.Contains(text, " and coalesce expressions (??) cannot be mixed"):
		op, _, _ := strings.Cut(strings.TrimPrefix(text, "Operator ("), ")")
		text = "?? and " + op + " cannot be mixed; put parentheses around the part with ??."
	default:
		text = "The expression is not valid: " + strings.TrimSuffix(text, ".") + "."
	}
	return problem(src, fault.From, "%s", text)
}

// mismatchText words "invalid operation: > (mismatched types time.Time and int)".
func mismatchText(text string) string {
	text = strings.TrimPrefix(text, "invalid operation: ")
	op, rest, _ := strings.Cut(text, " (mismatched type")
	a, b, two := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(rest, "s"), " "), ")"), " and ")
	switch {
	case op == "%":
		return "% takes whole numbers; put int(…) around the others."
	case !two:
		return op + " does not go with " + typeText(a) + "."
	}
	return op + " does not go with " + typeText(a) + " and " + typeText(b) + "."
}

// typeText names a type of Go for people.
func typeText(t string) string {
	switch {
	case t == "string":
		return kindText.String()
	case t == "int" || t == "int64":
		return kindNumber.String()
	case t == "float64":
		return "a number with a fraction"
	case t == "unknown":
		return "a value that is not known yet"
	case t == "bool":
		return kindBool.String()
	case t == "time.Time":
		return kindTime.String()
	case t == "time.Duration":
		return kindDuration.String()
	case t == "nil":
		return "nil"
	case strings.HasPrefix(t, "["):
		return kindList.String()
	case strings.HasPrefix(t, "map"):
		return kindObject.String()
	}
	return "this value"
}

// tokenText reduces Operator("=>") to "=>".
func tokenText(s string) string {
	open, shut := strings.IndexByte(s, '('), strings.LastIndexByte(s, ')')
	if open < 0 || shut < open {
		return s
	}
	return s[open+1 : shut]
}
