package rules

import (
	"context"
	"slices"
	"strings"

	"patchbay/engine"
)

// renderer is one rendering of a template. All its evaluations share one meter.
type renderer struct {
	template *Template
	env      *Env
	meter    meter
	size     int
	field    string            // being rendered, for errors
	source   string            // expression being evaluated, for errors
	nothing  map[string]string // by top-level field: why an expression in it gave nothing
}

// Render evaluates the template over env. The result shares nothing with the
// template or with env, holds nil, bool, string, int64, float64, [json.Number],
// []any and map[string]any, and is never evaluated again. It returns an
// [engine.Error] naming the field that is empty although it must not be, or whose
// expression was stopped.
func (t *Template) Render(ctx context.Context, env *Env) (any, error) {
	r := &renderer{template: t, env: env}
	r.meter.start(ctx, &t.engine.opt)
	defer r.meter.stop()
	out, err := r.render(t.root)
	if err != nil {
		fault := t.engine.explain(r.source, err)
		return nil, inField(r.field, fault)[0]
	}
	if fields, ok := out.(map[string]any); ok {
		for _, name := range t.required {
			if v, present := fields[name]; present && isEmpty(v) {
				return nil, r.empty(name)
			}
		}
	}
	return out, nil
}

func (r *renderer) render(n node) (out any, err error) {
	defer guard(&err)
	return n.render(r), nil
}

func (r *renderer) empty(name string) error {
	why := r.nothing[name]
	if why == "" {
		why = "fill it in"
	}
	return engine.Invalid(name, "%s is empty: %s.", name, why)
}

// isEmpty reports whether a rendered value holds nothing that could be used.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !isEmpty(item) })
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// spend counts what goes into the rendered configuration.
func (r *renderer) spend(n int) {
	if r.size += n; r.size > MaxTemplate {
		panic(errSize)
	}
}

func (c constant) render(r *renderer) any {
	return (&copier{meter: &r.meter, spend: r.spend}).value(c.value, 0)
}

func (l list) render(r *renderer) any {
	out := make([]any, len(l))
	for i, n := range l {
		out[i] = n.render(r)
	}
	return out
}

func (o object) render(r *renderer) any {
	out := make(map[string]any, len(o))
	for _, m := range o {
		r.spend(len(m.key))
		out[m.key] = m.node.render(r)
	}
	return out
}

func (w *words) render(r *renderer) any {
	r.field = w.field
	if len(w.pieces) == 1 {
		return w.whole(r, w.pieces[0].program)
	}
	var out strings.Builder
	escape := escaper(w.escape)
	for _, p := range w.pieces {
		if p.program == nil {
			r.spend(len(p.text))
			out.WriteString(p.text)
			continue
		}
		text := r.text(p.program, w.top)
		if escape != nil && !escapes(w.escape, p.program.outer) {
			text = escape(out.String(), text)
		}
		r.spend(len(text))
		r.meter.charge(2 * len(text))
		out.WriteString(text)
	}
	return out.String()
}

// whole renders a field that is one expression: its value keeps its type.
func (w *words) whole(r *renderer, p *Program) any {
	v := r.eval(p, w.top)
	c := copier{meter: &r.meter, spend: r.spend}
	if escape := escaper(w.escape); escape != nil && !escapes(w.escape, p.outer) {
		c.escape = func(s string) string { return escape("", s) }
	}
	c.literals, c.pointer = r.literals(p)
	return c.value(v, 0)
}

// literals returns the numbers as received that a plain path of the payload may hold.
func (r *renderer) literals(p *Program) (map[string]string, []byte) {
	if len(r.env.Literals) == 0 || p.path == nil || p.path.root != rootPayload || p.pointer == "" && len(p.path.keys) > 0 {
		return nil, nil
	}
	return r.env.Literals, []byte(p.pointer)
}

// text evaluates an expression that stands among text.
func (r *renderer) text(p *Program, top string) string {
	v := r.eval(p, top)
	literals, pointer := r.literals(p)
	if literals == nil {
		return r.meter.text(v)
	}
	switch v.(type) {
	case float64, []any, map[string]any:
		w := jsonWriter{meter: &r.meter, literals: literals, pointer: pointer}
		return w.write(v)
	}
	return r.meter.text(v)
}

// eval evaluates one expression within the rendering's limits.
func (r *renderer) eval(p *Program, top string) any {
	r.source = p.source
	m := p.machine()
	v, err := m.run(r.env, &r.meter)
	m.release()
	if err != nil {
		panic(err)
	}
	if isEmpty(v) && r.nothing[top] == "" && slices.Contains(r.template.required, top) {
		if r.nothing == nil {
			r.nothing = make(map[string]string)
		}
		r.nothing[top] = openBraces + " " + strings.TrimSpace(p.source) + " }}" + r.whyEmpty(p, v)
	}
	return v
}

func (r *renderer) whyEmpty(p *Program, v any) string {
	switch {
	case v != nil:
		return " is empty"
	case p.path != nil:
		return r.env.whyNil(p.path)
	}
	return " has no value"
}
