package rules

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
)

// Function describes one function to people: for completion, help and the reference.
type Function struct {
	Name      string `json:"name"`
	Signature string `json:"signature"`
	Group     string `json:"group"`
	Help      string `json:"help"`
	Example   string `json:"example"`
	Result    string `json:"result"` // of the example, as JSON
}

// Functions returns all functions that expressions can call, in the order of the reference.
func Functions() []Function {
	var list []Function
	for _, f := range table() {
		list = append(list, f.Function)
	}
	return append(list, loops()...)
}

// function is a function as the compiler knows it. params says what it takes, one
// letter each: t text, n number, i whole number, l list, o object, d date (also as
// text or number), b boolean, v any value but nil, x anything at all. Those after |
// may be left out, and a final * repeats the last one.
type function struct {
	Function
	params    []byte
	least     int
	variadic  bool
	call      func(m *machine, c *clause, a []any) any
	signature builtin.Function
}

// row is an entry of the function table.
type row struct {
	signature, params, result, help, example, gives string
	call                                            func(m *machine, c *clause, a []any) any
}

func group(name string, rows ...row) []*function {
	list := make([]*function, 0, len(rows))
	for _, r := range rows {
		list = append(list, newFunction(name, r))
	}
	return list
}

func newFunction(group string, r row) *function {
	name, _, _ := strings.Cut(r.signature, "(")
	f := &function{
		Function: Function{Name: name, Signature: r.signature, Group: group, Help: r.help, Example: r.example, Result: r.gives},
		call:     r.call,
	}
	must, may, _ := strings.Cut(strings.TrimSuffix(r.params, "*"), "|")
	f.params, f.least, f.variadic = []byte(must+may), len(must), strings.HasSuffix(r.params, "*")
	f.signature = builtin.Function{Name: name, Func: unbound}
	anyType, out := reflect.TypeFor[any](), staticType(r.result)
	for n := f.least; n <= len(f.params); n++ {
		in := slices.Repeat([]reflect.Type{anyType}, n)
		f.signature.Types = append(f.signature.Types, reflect.FuncOf(in, []reflect.Type{out}, false))
	}
	if f.variadic {
		in := append(slices.Repeat([]reflect.Type{anyType}, len(f.params)), reflect.TypeFor[[]any]())
		f.signature.Types = append(f.signature.Types, reflect.FuncOf(in, []reflect.Type{out}, true))
	}
	return f
}

// unbound stands for a function while an expression is checked; rewriting replaces it.
func unbound(...any) (any, error) { return nil, errors.New("the function is not bound") }

// staticType is what expr's checker is told about a result.
func staticType(result string) reflect.Type {
	switch result {
	case "t":
		return reflect.TypeFor[string]()
	case "i":
		return reflect.TypeFor[int]()
	case "b":
		return reflect.TypeFor[bool]()
	case "l":
		return reflect.TypeFor[[]any]()
	case "o":
		return reflect.TypeFor[map[string]any]()
	case "d":
		return reflect.TypeFor[time.Time]()
	case "D":
		return reflect.TypeFor[time.Duration]()
	}
	return reflect.TypeFor[any]()
}

// staticKind is the kind of values of a type that expr's checker knows; kindNil when
// it knows none.
func staticKind(t reflect.Type) kind {
	switch t {
	case nil:
		return kindNil
	case reflect.TypeFor[time.Time]():
		return kindTime
	case reflect.TypeFor[time.Duration]():
		return kindDuration
	}
	switch t.Kind() {
	case reflect.Bool:
		return kindBool
	case reflect.String:
		return kindText
	case reflect.Int, reflect.Int64, reflect.Float64:
		return kindNumber
	case reflect.Slice, reflect.Array:
		return kindList
	case reflect.Map:
		return kindObject
	default:
		return kindNil
	}
}

// paramKind is the kind that a parameter takes; kindNil takes any.
func paramKind(p byte) kind {
	switch p {
	case 't':
		return kindText
	case 'n', 'i':
		return kindNumber
	case 'l':
		return kindList
	case 'o':
		return kindObject
	case 'b':
		return kindBool
	case 'd':
		return kindTime
	case 'D':
		return kindDuration
	}
	return kindNil
}

// accepts reports whether the function can be called with n arguments.
func (f *function) accepts(n int) bool {
	return n >= f.least && (n <= len(f.params) || f.variadic)
}

func (f *function) param(i int) byte {
	if i < len(f.params) {
		return f.params[i]
	}
	return f.params[len(f.params)-1]
}

// names returns the names of all functions, for suggestions.
func (e *Engine) names() []string {
	list := predicates()
	for name := range e.functions {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// call rewrites a call of a function of the table.
func (r *rewriter) call(n ast.Node, name string, args []ast.Node) ast.Node {
	f, ok := r.engine.functions[name]
	if !ok {
		r.fail(n, "There is no function %s.%s", name, didYouMean(name, r.engine.names()))
		return &ast.NilNode{}
	}
	if !f.accepts(len(args)) {
		r.fail(n, "The arguments of %s do not fit; it is called as %s.", name, f.Signature)
		return &ast.NilNode{}
	}
	for i, arg := range args {
		have, want := staticKind(arg.Type()), paramKind(f.param(i))
		if have != kindNil && want != kindNil && have != want && want != kindTime {
			r.fail(arg, "This is %s, but %s takes %s here: %s.", have, name, want, f.Signature)
		}
	}
	return r.bindCall(f, r.clause(args...), r.nodes(args))
}

// bindCall makes the call of a type that expr can call without allocating, where
// there is one for the number of arguments.
func (r *rewriter) bindCall(f *function, c *clause, args []ast.Node) ast.Node {
	switch len(args) {
	case 0:
		return r.site(func(m *machine) any {
			return func() any { return m.apply(f, c, nil) }
		})
	case 1:
		return r.site(func(m *machine) any {
			return func(a any) any {
				m.args[0] = a
				return m.apply(f, c, m.args[:1])
			}
		}, args...)
	case 2:
		return r.site(func(m *machine) any {
			return func(a, b any) any {
				m.args[0], m.args[1] = a, b
				return m.apply(f, c, m.args[:2])
			}
		}, args...)
	}
	return r.site(func(m *machine) any {
		return func(a ...any) any { return m.apply(f, c, a) }
	}, args...)
}

// apply calls a function when its arguments fit, and gives nil when they do not.
func (m *machine) apply(f *function, c *clause, a []any) any {
	m.tick(4)
	for i, v := range a {
		p := f.param(i)
		if v == nil {
			if p == 'x' {
				continue
			}
			m.spoil(c, i, nil, paramKind(p))
			return nil
		}
		fits := true
		switch p {
		case 't':
			_, fits = v.(string)
		case 'n':
			_, fits = toNum(v)
		case 'i':
			w, ok := m.whole(c, i, v)
			if !ok {
				return nil
			}
			a[i] = w
		case 'l':
			_, fits = v.([]any)
		case 'o':
			_, fits = v.(map[string]any)
		case 'b':
			_, fits = v.(bool)
		case 'd':
			a[i], fits = m.toTime(v)
		case 'D':
			_, fits = v.(time.Duration)
		}
		if !fits {
			m.spoil(c, i, v, paramKind(p))
			return nil
		}
	}
	return f.call(m, c, a)
}

// table lists every function that is not a loop.
func table() []*function {
	return slices.Concat(
		textFunctions(), foldFunctions(), encodingFunctions(), patternFunctions(), numberFunctions(),
		listFunctions(), objectFunctions(), timeFunctions(), valueFunctions(),
	)
}
