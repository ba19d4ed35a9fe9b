package recipe

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"patchbay/engine"
)

// walker looks at every text of a document and puts back what visit returns for it.
type walker struct {
	visit  func(p place, text string) (any, error)
	faults []error
	filter bool // within a step that is a filter
}

// walk returns joined [engine.Error] values whose fields are paths into the document.
func walk(doc *engine.Document, visit func(p place, text string) (any, error)) error {
	w := walker{visit: visit}
	w.fields(reflect.ValueOf(doc).Elem(), "")
	return errors.Join(w.faults...)
}

func (w *walker) fields(v reflect.Value, path string) {
	if step, ok := reflect.TypeAssert[*engine.Step](v.Addr()); ok {
		w.filter = step.Action == "filter"
	}
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		if path != "" {
			name = path + "." + name
		}
		w.value(v.Field(i), name)
	}
}

// value looks at a settable value.
func (w *walker) value(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			w.value(v.Elem(), path)
		}
	case reflect.Struct:
		w.fields(v, path)
	case reflect.Slice:
		for i := range v.Len() {
			w.value(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			w.field(path, key.String())
			item := reflect.New(v.Type().Elem()).Elem()
			item.Set(v.MapIndex(key))
			w.value(item, path+"."+key.String())
			v.SetMapIndex(key, item)
		}
	case reflect.Interface:
		w.free(v, path)
	case reflect.String:
		w.text(v, path)
	default: // numbers and switches hold no reference
	}
}

// free looks at a value of no fixed type.
func (w *walker) free(v reflect.Value, path string) {
	if v.IsNil() {
		return
	}
	inner := reflect.New(v.Elem().Type()).Elem()
	inner.Set(v.Elem())
	if text, ok := reflect.TypeAssert[string](inner); ok {
		if got := w.ask(path, text); got != nil {
			v.Set(reflect.ValueOf(got))
		}
		return
	}
	w.value(inner, path)
	v.Set(inner)
}

func (w *walker) text(v reflect.Value, path string) {
	got := w.ask(path, v.String())
	if got == nil {
		return
	}
	if text, ok := textOf(got); ok {
		v.SetString(text)
	}
}

// ask returns nil when there was a fault.
func (w *walker) ask(path, text string) any {
	p := placeOf(path, w.filter)
	got, err := w.visit(p, text)
	if err != nil {
		w.fault(path, err)
		return nil
	}
	return got
}

func (w *walker) field(path, name string) {
	if strings.Contains(name, opening) {
		w.fault(path, engine.Invalid("", "A reference to an input cannot be part of the name of a field."))
	}
}

func (w *walker) fault(path string, err error) {
	if fault, ok := errors.AsType[*engine.Error](err); ok && fault.Field == "" {
		moved := *fault
		moved.Field = path
		err = &moved
	}
	w.faults = append(w.faults, err)
}

var (
	expressions = regexp.MustCompile(`^(rules\[\d+\]\.(when|overlap\.key|steps\[\d+\]\.(if|forEach))|inboxes\[\d+\]\.dedupe\.key)$`)
	withField   = regexp.MustCompile(`^rules\[\d+\]\.steps\[\d+\]\.with\.([A-Za-z]+)(.*)$`)
	vaults      = regexp.MustCompile(`^(inboxes\[\d+\]\.verify\.(secret|secrets\[\d+\]|token|key)|connections\[\d+\]\.with\..*)$`)
)

func placeOf(path string, filter bool) place {
	p := place{path: path}
	switch m := withField.FindStringSubmatch(path); {
	case expressions.MatchString(path):
		p.form = expression
	case m != nil && filter && m[1] == "when":
		p.form = expression
	case m != nil:
		p.form, p.top = template, m[1]
		p.literal = m[1] == "dir" || m[1] == "command" && m[2] == "[0]"
	case vaults.MatchString(path):
		p.form = vault
	}
	return p
}
