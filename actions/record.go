package actions

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"patchbay/engine"
)

// mode says what a configuration looks like when it is decoded.
type mode bool

const (
	asWritten mode = false // templates stand for values that are not known yet
	rendered  mode = true
)

// record is what is known about a configuration struct.
type record struct {
	typ    reflect.Type
	fields []*field
	byName map[string]*field
}

// field is one field of a configuration struct.
type field struct {
	name       string
	index      int
	typ        reflect.Type
	tag        reflect.StructTag
	set        setter
	isRequired bool
	isLiteral  bool
	enum       []string
	fallback   string
}

func recordOf[C any]() *record { return recordOfType(reflect.TypeFor[C]()) }

func recordOfType(t reflect.Type) *record {
	r := &record{typ: t, byName: make(map[string]*field, t.NumField())}
	for i := range t.NumField() {
		sf := t.Field(i)
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		f := &field{
			name: name, index: i, typ: sf.Type, tag: sf.Tag,
			isRequired: sf.Tag.Get("required") == "true",
			isLiteral:  sf.Tag.Get("literal") == "true",
			fallback:   sf.Tag.Get("default"),
		}
		f.set = setterOf(sf.Type, sf.Tag.Get("format") == "multiline")
		if list := sf.Tag.Get("enum"); list != "" {
			f.enum = strings.Split(list, ",")
		}
		r.fields = append(r.fields, f)
		r.byName[name] = f
	}
	return r
}

// decode fills target, a pointer to the struct, and returns all faults joined.
func (r *record) decode(target any, with map[string]any, m mode) error {
	return r.fill(reflect.ValueOf(target).Elem(), with, place{mode: m})
}

func (r *record) fill(dst reflect.Value, with map[string]any, at place) error {
	var faults []error
	seen := 0
	for _, f := range r.fields {
		v, given := with[f.name]
		if given {
			seen++
		}
		if v == nil && !f.isRequired && f.fallback == "" {
			continue
		}
		if err := f.fill(dst.Field(f.index), v, at.field(f.name)); err != nil {
			faults = append(faults, err)
		}
	}
	if seen < len(with) {
		for name := range with {
			if r.byName[name] == nil {
				faults = append(faults, r.unknown(name, at))
			}
		}
	}
	return errors.Join(faults...)
}

func (r *record) unknown(name string, at place) error {
	known := make([]string, len(r.fields))
	for i, f := range r.fields {
		known[i] = f.name
	}
	path := at.field(name).path()
	if near := engine.Nearest(name, known); near != "" {
		return engine.Invalid(path, "There is no field %q here; did you mean %q?", name, near)
	}
	return engine.Invalid(path, "There is no field %q here; it takes %s.", name, strings.Join(known, ", "))
}

func (f *field) fill(dst reflect.Value, v any, at place) error {
	if isEmpty(v) && f.isRequired {
		return engine.Invalid(at.path(), "This field is empty; it must be filled in.")
	}
	if v == nil {
		v = f.fallback
	}
	if f.isLiteral && at.mode == asWritten && holdsTemplate(v) {
		return engine.Invalid(at.path(), "No template may stand here; write the value itself.")
	}
	if err := f.set(dst, v, at); err != nil {
		return err
	}
	return f.checkEnum(dst, at)
}

// checkEnum accepts the values of the enum without regard to case and puts the
// spelling of the enum in their place.
func (f *field) checkEnum(dst reflect.Value, at place) error {
	if f.enum == nil || dst.Kind() != reflect.String {
		return nil
	}
	s := dst.String()
	if s == "" || at.mode == asWritten && HasTemplate(s) {
		return nil
	}
	for _, e := range f.enum {
		if strings.EqualFold(e, s) {
			dst.SetString(e)
			return nil
		}
	}
	return engine.Invalid(at.path(), "%q is not possible here; choose one of %s.", s, strings.Join(f.enum, ", "))
}

func (r *record) required() []string {
	return r.names(func(f *field) bool { return f.isRequired })
}

func (r *record) literal() []string {
	return r.names(func(f *field) bool { return f.isLiteral })
}

func (r *record) names(pick func(*field) bool) []string {
	names := []string{}
	for _, f := range r.fields {
		if pick(f) {
			names = append(names, f.name)
		}
	}
	return names
}

func (r *record) escape() map[string]engine.Escape {
	escapes := make(map[string]engine.Escape)
	for _, f := range r.fields {
		if e := f.tag.Get("escape"); e != "" {
			escapes[f.name] = engine.Escape(e)
		}
	}
	return escapes
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	}
	return false
}

func holdsTemplate(v any) bool {
	switch v := v.(type) {
	case string:
		return HasTemplate(v)
	case []any:
		return slices.ContainsFunc(v, holdsTemplate)
	case map[string]any:
		for k, e := range v {
			if HasTemplate(k) || holdsTemplate(e) {
				return true
			}
		}
	}
	return false
}

// place is where in a configuration a value stands. Its path is only built for errors.
type place struct {
	mode   mode
	parent *place
	name   string
	index  int // -1: a field
}

func (p place) field(name string) place {
	return place{mode: p.mode, parent: &p, name: name, index: -1}
}

func (p place) item(i int) place {
	return place{mode: p.mode, parent: &p, index: i}
}

func (p place) path() string {
	if p.parent == nil {
		return ""
	}
	before := p.parent.path()
	switch {
	case p.index >= 0:
		return before + "[" + strconv.Itoa(p.index) + "]"
	case before == "":
		return p.name
	}
	return before + "." + p.name
}
