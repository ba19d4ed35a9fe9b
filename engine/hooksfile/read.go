package hooksfile

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"patchbay/engine"
)

// hook is one definition as it was written.
type hook struct {
	id, command, dir         string
	message, contentType     string
	headers                  []header
	status, mismatchStatus   int
	output, outputOnError    bool
	softFailures, preHook    bool
	methods                  []string
	args, env, files, asJSON []parameter
	rule                     *rule
}

type header struct{ name, value string }

// parameter says where a value comes from.
type parameter struct {
	source, name, variable string
	base64                 bool
	signedHeaders          []string
	field                  string // where it stands in the hook
}

// rule is a part of a trigger rule: exactly one of and, or, not and match counts, in
// this order.
type rule struct {
	and, or []*rule
	isAnd   bool
	isOr    bool
	not     *rule
	match   *match
}

type match struct {
	kind, value, regex, secret, ranges string
	parameter                          parameter
	field                              string
}

// reader reads definitions, and tells what it cannot make sense of.
type reader struct {
	faults  []error
	remarks []Remark
	hooked  string // id of the hook that is read
}

func (r *reader) fault(field, format string, args ...any) {
	r.faults = append(r.faults, engine.Invalid(field, format, args...))
}

// err finds what stands in the way of importing anything.
func (r *reader) err(hooks []hook) error {
	seen := map[string]string{}
	for i := range hooks {
		field := fmt.Sprintf("[%d].id", i)
		name := engine.Slug(hooks[i].id)
		switch other, twice := seen[name]; {
		case hooks[i].id == "":
			r.fault(field, "The hook has no id.")
		case name == "":
			r.fault(field, "%q holds no letter or digit from which a name can be made; change it.", hooks[i].id)
		case twice:
			r.fault(field, "The hooks %q and %q would have the same name %s; change one of them.", other, hooks[i].id, name)
		}
		seen[name] = hooks[i].id
	}
	return errors.Join(r.faults...)
}

// fields are the fields of an object that were not read yet.
type fields struct {
	r    *reader
	path string // in the file
	at   string // in the hook
	left map[string]any
}

func (r *reader) fields(v any, path, at string) *fields {
	object, ok := v.(map[string]any)
	if !ok {
		r.fault(path, "This should be an object with fields.")
	}
	return &fields{r: r, path: path, at: at, left: maps.Clone(object)}
}

func (f *fields) take(name string) any {
	v := f.left[name]
	delete(f.left, name)
	return v
}

func (f *fields) text(name string) string {
	switch v := f.take(name).(type) {
	case nil:
		return ""
	case string:
		return v
	case []any, map[string]any:
		f.r.fault(f.path+"."+name, "This should be text.")
		return ""
	default:
		return fmt.Sprint(v)
	}
}

func (f *fields) boolean(name string) bool {
	switch v := f.take(name).(type) {
	case nil:
	case bool:
		return v
	default:
		f.r.fault(f.path+"."+name, "This should be true or false.")
	}
	return false
}

func (f *fields) status(name string) int {
	text := f.text(name)
	if text == "" || text == "0" {
		return 0
	}
	var n int
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || n < 200 || n > 599 {
		f.r.fault(f.path+"."+name, "This should be the status of an answer, from 200 to 599.")
		return 0
	}
	return n
}

func (f *fields) list(name string) []any {
	switch v := f.take(name).(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		f.r.fault(f.path+"."+name, "This should be a list.")
		return nil
	}
}

func (f *fields) texts(name string) []string {
	var all []string
	for i, v := range f.list(name) {
		text, ok := v.(string)
		if !ok {
			f.r.fault(fmt.Sprintf("%s.%s[%d]", f.path, name, i), "This should be text.")
		}
		all = append(all, text)
	}
	return all
}

// rest tells of fields that nothing is known of.
func (f *fields) rest() {
	for _, name := range slices.Sorted(maps.Keys(f.left)) {
		field := name
		if f.at != "" {
			field = f.at + "." + name
		}
		f.r.remarks = append(f.r.remarks, Remark{
			Hook: f.r.hooked, Field: field, Lost: true,
			Message: "This field is not known and was left out; look in the documentation of webhook what it does.",
		})
	}
}

func (r *reader) hook(v any, path string) hook {
	f := r.fields(v, path, "")
	h := hook{
		id: f.text("id"), command: f.text("execute-command"), dir: f.text("command-working-directory"),
		message: f.text("response-message"), contentType: f.text("incoming-payload-content-type"),
		status: f.status("success-http-response-code"), mismatchStatus: f.status("trigger-rule-mismatch-http-response-code"),
		output:        f.boolean("include-command-output-in-response"),
		outputOnError: f.boolean("include-command-output-in-response-on-error"),
		softFailures:  f.boolean("trigger-signature-soft-failures"),
		methods:       f.texts("http-methods"),
	}
	r.hooked = h.id
	for i, v := range f.list("response-headers") {
		at := fmt.Sprintf("response-headers[%d]", i)
		one := r.fields(v, path+"."+at, at)
		h.headers = append(h.headers, header{one.text("name"), one.text("value")})
		one.rest()
	}
	h.args = r.parameters(f, "pass-arguments-to-command")
	h.env = r.parameters(f, "pass-environment-to-command")
	h.files = r.parameters(f, "pass-file-to-command")
	h.asJSON = r.parameters(f, "parse-parameters-as-json")
	if v := f.take("trigger-rule"); v != nil {
		h.rule = r.rule(v, path+".trigger-rule", "trigger-rule", 0)
	}
	h.preHook = f.take("pre-hook-command") != nil
	f.rest()
	return h
}

func (r *reader) parameters(f *fields, name string) []parameter {
	var all []parameter
	for i, v := range f.list(name) {
		at := fmt.Sprintf("%s[%d]", name, i)
		all = append(all, r.parameter(v, f.path+"."+at, at))
	}
	return all
}

func (r *reader) parameter(v any, path, at string) parameter {
	f := r.fields(v, path, at)
	p := parameter{
		source: f.text("source"), name: f.text("name"), variable: f.text("envname"), base64: f.boolean("base64decode"),
		signedHeaders: f.texts("headers-to-add-to-signature-payload"), field: at,
	}
	f.rest()
	return p
}

// maxDepth of a trigger rule.
const maxDepth = 20

func (r *reader) rule(v any, path, at string, depth int) *rule {
	if depth > maxDepth {
		r.fault(path, "The rule nests deeper than %d levels.", maxDepth)
		return &rule{}
	}
	f := r.fields(v, path, at)
	out := &rule{}
	each := func(name string) (all []*rule) {
		for i, v := range f.list(name) {
			at := fmt.Sprintf("%s.%s[%d]", at, name, i)
			all = append(all, r.rule(v, path+strings.TrimPrefix(at, f.at), at, depth+1))
		}
		return all
	}
	_, out.isAnd = f.left["and"].([]any)
	_, out.isOr = f.left["or"].([]any)
	out.and, out.or = each("and"), each("or")
	if v := f.take("not"); v != nil {
		out.not = r.rule(v, path+".not", at+".not", depth+1)
	}
	if v := f.take("match"); v != nil {
		out.match = r.match(v, path+".match", at+".match")
	}
	f.rest()
	return out
}

func (r *reader) match(v any, path, at string) *match {
	f := r.fields(v, path, at)
	m := &match{
		kind: f.text("type"), value: f.text("value"), regex: f.text("regex"), secret: f.text("secret"), ranges: f.text("ip-range"), field: at,
	}
	if v := f.take("parameter"); v != nil {
		m.parameter = r.parameter(v, path+".parameter", at+".parameter")
	}
	f.rest()
	return m
}
