package recipe

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"patchbay/engine"
)

// Difference is where a step would do something else than a test says.
type Difference struct {
	Field string // such as "json.text"
	Want  string
	Got   string
}

// String writes a difference over two lines, so that the two can be compared.
func (d Difference) String() string {
	return fmt.Sprintf("%s\n    expected %s\n    got      %s", d.Field, d.Want, d.Got)
}

// differences collects them.
type differences []Difference

func (d *differences) text(field, want, got string) {
	if want != got {
		*d = append(*d, Difference{field, quoted(want), quoted(got)})
	}
}

func (d *differences) value(field string, want, got any) {
	w, wantFields := want.(map[string]any)
	g, gotFields := got.(map[string]any)
	if wantFields && gotFields {
		for _, name := range slices.Sorted(maps.Keys(w)) {
			if _, ok := g[name]; !ok {
				*d = append(*d, Difference{field + "." + name, quoted(w[name]), "nothing"})
				continue
			}
			d.value(field+"."+name, w[name], g[name])
		}
		for _, name := range slices.Sorted(maps.Keys(g)) {
			if _, ok := w[name]; !ok {
				*d = append(*d, Difference{field + "." + name, "nothing", quoted(g[name])})
			}
		}
		return
	}
	wl, wantList := want.([]any)
	gl, gotList := got.([]any)
	if wantList && gotList && len(wl) == len(gl) {
		for i := range wl {
			d.value(fmt.Sprintf("%s[%d]", field, i), wl[i], gl[i])
		}
		return
	}
	if !same(want, got) {
		*d = append(*d, Difference{field, quoted(want), quoted(got)})
	}
}

// same compares what JSON makes of two values: 1 and 1.0 are one number.
func same(a, b any) bool {
	return reflect.DeepEqual(throughJSON(a), throughJSON(b))
}

func throughJSON(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		return v
	}
	var out any
	if json.Unmarshal(text, &out) != nil {
		return v
	}
	return out
}

// Compare returns where what a step would do differs from what is expected.
func (want Expect) Compare(got *engine.Previewed) []Difference {
	var d differences
	if want.Skipped || got.Skipped != "" {
		if want.Skipped != (got.Skipped != "") {
			d = append(d, Difference{"skipped", quoted(want.Skipped), strings.TrimSpace(fmt.Sprintf("%t %s", got.Skipped != "", got.Skipped))})
		}
		return d
	}
	if got.Preview == nil {
		return append(d, Difference{"", "something", "nothing"})
	}
	if want.Items != got.Items {
		d = append(d, Difference{"items", quoted(want.Items), quoted(got.Items)})
	}
	want.compare(&d, got.Preview)
	return d
}

func (want Expect) compare(d *differences, p *engine.Preview) {
	switch p.Kind {
	case "request":
		d.text("method", want.Method, p.Method)
		d.text("url", want.URL, p.URL)
		want.headers(d, p)
		want.body(d, p.Body)
	case "message":
		d.text("text", want.Text, p.Text)
		if want.JSON != nil {
			want.body(d, p.Body)
		}
	case "mail":
		want.mail(d, p)
	case "process":
		want.process(d, p)
	case "response":
		d.text("text", want.Text, p.Text)
		want.headers(d, p)
		want.body(d, p.Body)
	case "filter":
		passes := strings.Contains(p.Text, "goes on")
		if want.Passes == nil || *want.Passes != passes {
			*d = append(*d, Difference{"passes", quoted(want.Passes), quoted(passes)})
		}
	default:
		d.text("text", want.Text, p.Text)
	}
}

func (want Expect) headers(d *differences, p *engine.Preview) {
	for _, name := range slices.Sorted(maps.Keys(want.Headers)) {
		got := ""
		for _, h := range p.Headers {
			if strings.EqualFold(h.Name, name) {
				got = h.Value
			}
		}
		d.text("headers."+name, want.Headers[name], got)
	}
}

// body compares all that is sent.
func (want Expect) body(d *differences, got string) {
	switch {
	case want.JSON != nil:
		var value any
		if err := json.Unmarshal([]byte(got), &value); err != nil {
			*d = append(*d, Difference{"json", quoted(want.JSON), quoted(got)})
			return
		}
		d.value("json", throughJSON(want.JSON), value)
	case want.Form != nil:
		values, err := url.ParseQuery(got)
		if err != nil {
			*d = append(*d, Difference{"form", quoted(want.Form), quoted(got)})
			return
		}
		flat := map[string]any{}
		for name, list := range values {
			flat[name] = strings.Join(list, "\n")
		}
		d.value("form", throughJSON(want.Form), flat)
	default:
		d.text("body", want.Body, got)
	}
}

func (want Expect) process(d *differences, p *engine.Preview) {
	d.value("argv", throughJSON(want.Argv), throughJSON(p.Argv))
	d.text("stdin", want.Stdin, p.Body)
	env := map[string]string{}
	for _, line := range p.Env {
		name, value, _ := strings.Cut(line, "=")
		if name != "PATH" && name != "LANG" && !strings.HasPrefix(name, "PATCHBAY_") {
			env[name] = value
		}
	}
	if len(env)+len(want.Env) > 0 {
		d.value("env", throughJSON(want.Env), throughJSON(env))
	}
}
