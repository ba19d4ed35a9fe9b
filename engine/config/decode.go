package config

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"patchbay/engine"
)

// decoder fills the engine's types from a tree and collects every fault on the way.
type decoder struct {
	file      string
	lookup    Lookup
	head      Head
	faults    []error
	positions map[string]mark
}

// mark is where the value of a field stands, and how it is written.
type mark struct {
	Position
	style style
	text  bool
}

func (d *decoder) fault(n *node, path, format string, args ...any) {
	d.faultAt(n.line, n.column, engine.Invalid(path, format, args...))
}

func (d *decoder) faultAt(line, column int, err *engine.Error) {
	d.faults = append(d.faults, &FaultError{Position: Position{File: d.file, Line: line, Column: column}, Err: err})
}

func (d *decoder) mark(n *node, path string, key *entry) {
	m := mark{Position: Position{File: d.file, Line: n.line, Column: n.column}, style: n.style, text: n.kind == kindText}
	if key != nil && n.kind != kindText {
		m.Line, m.Column = key.line, key.column
	}
	d.positions[path] = m
}

// decode fills v, which is settable, with the value of n.
func (d *decoder) decode(n *node, v reflect.Value, path string) {
	if n.kind == kindNull {
		return
	}
	if d.decodeSpecial(n, v, path) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		target := reflect.New(v.Type().Elem())
		d.decode(n, target.Elem(), path)
		v.Set(target)
	case reflect.Struct:
		d.decodeStruct(n, v, path)
	case reflect.Slice:
		d.decodeSlice(n, v, path)
	case reflect.Map:
		d.decodeMap(n, v, path)
	case reflect.Interface:
		if value := d.free(n, path); value != nil {
			v.Set(reflect.ValueOf(value))
		}
	case reflect.String:
		if d.scalarText(n, path) {
			d.refuseReference(n, path)
			v.SetString(n.text)
		}
	case reflect.Bool:
		if b, ok := n.value.(bool); ok {
			v.SetBool(b)
			return
		}
		d.wrongKind(n, path, "true or false")
	case reflect.Int, reflect.Int64:
		i, err := strconv.ParseInt(n.text, 10, 64)
		if n.kind != kindNumber || err != nil {
			d.wrongKind(n, path, "a whole number")
			return
		}
		v.SetInt(i)
	default:
		d.fault(n, path, "This field cannot be set in a file.")
	}
}

// decodeSpecial handles types that read themselves.
func (d *decoder) decodeSpecial(n *node, v reflect.Value, path string) bool {
	if !v.CanAddr() {
		return false
	}
	switch target := v.Addr().Interface().(type) {
	case *engine.Secret:
		if d.scalarText(n, path) {
			*target = engine.Secret(d.resolve(n, path))
		}
	case interface{ UnmarshalYAML(func(any) error) error }:
		d.decodeShorthand(n, target, path)
	case encoding.TextUnmarshaler:
		if !d.scalarText(n, path) {
			return true
		}
		if err := target.UnmarshalText([]byte(n.text)); err != nil {
			d.fault(n, path, "%s", messageOf(err))
		}
	default:
		return false
	}
	return true
}

func messageOf(err error) string {
	if e := engineError(err); e != nil {
		return e.Message
	}
	return "This value cannot be read."
}

// decodeShorthand lets a type choose among forms. Only the last form's faults count:
// a type tries its short forms first.
func (d *decoder) decodeShorthand(n *node, target interface{ UnmarshalYAML(func(any) error) error }, path string) {
	before := len(d.faults)
	var last []error
	err := target.UnmarshalYAML(func(out any) error {
		d.faults = d.faults[:before]
		d.decode(n, reflect.ValueOf(out).Elem(), path)
		last = append([]error(nil), d.faults[before:]...)
		if len(last) > 0 {
			return last[0]
		}
		return nil
	})
	d.faults = d.faults[:before]
	if err != nil {
		d.faults = append(d.faults, last...)
	}
}

// scalarText accepts text, and numbers and booleans as the text they are written with.
func (d *decoder) scalarText(n *node, path string) bool {
	switch n.kind {
	case kindText, kindNumber, kindBool:
		return true
	default:
		d.wrongKind(n, path, "text")
		return false
	}
}

func (d *decoder) wrongKind(n *node, path, want string) {
	got := n.kind.String()
	if n.kind == kindText {
		got = fmt.Sprintf("the text %q", shorten(n.text))
	}
	d.fault(n, path, "This field takes %s, not %s.", want, got)
}

func shorten(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

func (d *decoder) decodeStruct(n *node, v reflect.Value, path string) {
	if n.kind != kindMap {
		d.wrongKind(n, path, "fields")
		return
	}
	fields := fieldsOf(v.Type())
	for i := range n.entries {
		e := &n.entries[i]
		index, ok := fields[e.name]
		if !ok {
			d.unknown(e, path, v.Type())
			continue
		}
		below := join(path, e.name)
		d.mark(e.value, below, e)
		if v.Type() == reflect.TypeFor[engine.Connection]() && e.name == "with" {
			v.Field(index).Set(reflect.ValueOf(d.connectionWith(n, e.value, below)))
			continue
		}
		d.decode(e.value, v.Field(index), below)
	}
}

func (d *decoder) unknown(e *entry, path string, t reflect.Type) {
	known := fieldNames(t)
	if t == reflect.TypeFor[engine.Document]() && d.head.Field != "" {
		known = append(known, d.head.Field)
	}
	hint := "the fields here are " + strings.Join(known, ", ") + "."
	if near := engine.Nearest(e.name, known); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	d.faultAt(e.line, e.column, engine.Invalid(join(path, e.name), "There is no field %q; %s", e.name, hint))
}

func (d *decoder) decodeSlice(n *node, v reflect.Value, path string) {
	if n.kind != kindList {
		d.wrongKind(n, path, "a list")
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.items), len(n.items))
	for i, item := range n.items {
		below := fmt.Sprintf("%s[%d]", path, i)
		d.mark(item, below, nil)
		d.decode(item, list.Index(i), below)
	}
	v.Set(list)
}

func (d *decoder) decodeMap(n *node, v reflect.Value, path string) {
	if n.kind != kindMap {
		d.wrongKind(n, path, "fields")
		return
	}
	fields := reflect.MakeMapWithSize(v.Type(), len(n.entries))
	for i := range n.entries {
		e := &n.entries[i]
		below := join(path, e.name)
		d.mark(e.value, below, e)
		value := reflect.New(v.Type().Elem()).Elem()
		d.decode(e.value, value, below)
		fields.SetMapIndex(reflect.ValueOf(e.name), value)
	}
	v.Set(fields)
}

// free returns a value of no fixed type, such as a step's with; references are refused in it.
func (d *decoder) free(n *node, path string) any {
	d.walk(n, path, func(leaf *node, path string) { d.refuseReference(leaf, path) })
	return n.plain()
}

// walk marks every value below n and calls leaf for each text.
func (d *decoder) walk(n *node, path string, leaf func(*node, string)) {
	switch n.kind {
	case kindText:
		leaf(n, path)
	case kindList:
		for i, item := range n.items {
			below := fmt.Sprintf("%s[%d]", path, i)
			d.mark(item, below, nil)
			d.walk(item, below, leaf)
		}
	case kindMap:
		for i := range n.entries {
			e := &n.entries[i]
			below := join(path, e.name)
			d.mark(e.value, below, e)
			d.walk(e.value, below, leaf)
		}
	default: // a number, a truth value or nothing needs no further look
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
