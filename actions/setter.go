package actions

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"patchbay/engine"
)

// List is a list of texts that may also be written as one text.
type List []string

// setter puts a configured value into a field.
type setter func(dst reflect.Value, v any, at place) error

// setterOf returns the setter of a field's type. A type that it does not know is
// a mistake in an action's configuration struct.
func setterOf(t reflect.Type, multiline bool) setter {
	switch {
	case t == reflect.TypeFor[List]():
		return setList
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return setText
	}
	switch t.Kind() {
	case reflect.String:
		if multiline {
			return setMultiline
		}
		return setString
	case reflect.Bool:
		return setBool
	case reflect.Int, reflect.Int64:
		return setInt
	case reflect.Float64:
		return setFloat
	case reflect.Slice:
		return sliceSetter(setterOf(t.Elem(), multiline))
	case reflect.Map:
		return mapSetter(setterOf(t.Elem(), multiline))
	case reflect.Struct:
		return structSetter(recordOfType(t))
	case reflect.Interface:
		return setAny
	default:
		panic("actions: no configuration can hold a " + t.String())
	}
}

// unknown reports whether v is a template whose value is not known yet.
func unknown(v any, at place) bool {
	s, ok := v.(string)
	return ok && at.mode == asWritten && HasTemplate(s)
}

func setAny(dst reflect.Value, v any, _ place) error {
	if v != nil {
		dst.Set(reflect.ValueOf(v))
	}
	return nil
}

func setString(dst reflect.Value, v any, at place) error {
	s, ok := scalarText(v)
	if !ok {
		return engine.Invalid(at.path(), "This must be text, not %s.", kindName(v))
	}
	dst.SetString(s)
	return nil
}

func setMultiline(dst reflect.Value, v any, at place) error {
	s, err := Text(v)
	if err != nil {
		return engine.Invalid(at.path(), "This must be text, not %s.", kindName(v))
	}
	dst.SetString(s)
	return nil
}

func setText(dst reflect.Value, v any, at place) error {
	if unknown(v, at) {
		return nil
	}
	s, ok := scalarText(v)
	if !ok {
		return engine.Invalid(at.path(), "This must be text, not %s.", kindName(v))
	}
	target, ok := reflect.TypeAssert[encoding.TextUnmarshaler](dst.Addr())
	if !ok {
		return fmt.Errorf("set %s: not a text", at.path())
	}
	if err := target.UnmarshalText([]byte(s)); err != nil {
		return &engine.Error{Kind: engine.KindInvalid, Field: at.path(), Message: err.Error(), Err: err}
	}
	return nil
}

func setBool(dst reflect.Value, v any, at place) error {
	switch b := v.(type) {
	case bool:
		dst.SetBool(b)
		return nil
	case string:
		if unknown(v, at) || b == "" {
			return nil
		}
		if b == "true" || b == "false" {
			dst.SetBool(b == "true")
			return nil
		}
	}
	return engine.Invalid(at.path(), "This must be true or false.")
}

func setInt(dst reflect.Value, v any, at place) error {
	if unknown(v, at) {
		return nil
	}
	text, ok := scalarText(v)
	n, whole := wholeNumber(text)
	if !ok || !whole {
		return engine.Invalid(at.path(), "This must be a whole number.")
	}
	dst.SetInt(n)
	return nil
}

// wholeNumber reads a whole number, which payloads write as 200.0 too.
func wholeNumber(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(text, 64)
	return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) <= maxExact
}

// maxExact is up to which size every whole number has a float64 of its own.
const maxExact = 1 << 53

func setFloat(dst reflect.Value, v any, at place) error {
	if unknown(v, at) {
		return nil
	}
	text, ok := scalarText(v)
	n, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return engine.Invalid(at.path(), "This must be a number.")
	}
	dst.SetFloat(n)
	return nil
}

func setList(dst reflect.Value, v any, at place) error {
	if items, ok := v.([]any); ok {
		return sliceSetter(setString)(dst, items, at)
	}
	s, ok := scalarText(v)
	if !ok {
		return engine.Invalid(at.path(), "This must be a list of texts, not %s.", kindName(v))
	}
	if s != "" {
		dst.Set(reflect.ValueOf(List{s}))
	}
	return nil
}

func sliceSetter(item setter) setter {
	return func(dst reflect.Value, v any, at place) error {
		if unknown(v, at) {
			return nil
		}
		items, ok := v.([]any)
		if !ok {
			return engine.Invalid(at.path(), "This must be a list, not %s.", kindName(v))
		}
		list := reflect.MakeSlice(dst.Type(), len(items), len(items))
		for i, e := range items {
			if err := item(list.Index(i), e, at.item(i)); err != nil {
				return err
			}
		}
		dst.Set(list)
		return nil
	}
}

func mapSetter(value setter) setter {
	return func(dst reflect.Value, v any, at place) error {
		if unknown(v, at) {
			return nil
		}
		entries, ok := v.(map[string]any)
		if !ok {
			return engine.Invalid(at.path(), "This must be names with values, not %s.", kindName(v))
		}
		m := reflect.MakeMapWithSize(dst.Type(), len(entries))
		e := reflect.New(dst.Type().Elem()).Elem()
		for name, entry := range entries {
			e.SetZero()
			if err := value(e, entry, at.field(name)); err != nil {
				return err
			}
			m.SetMapIndex(reflect.ValueOf(name), e)
		}
		dst.Set(m)
		return nil
	}
}

func structSetter(r *record) setter {
	return func(dst reflect.Value, v any, at place) error {
		if unknown(v, at) {
			return nil
		}
		entries, ok := v.(map[string]any)
		if !ok {
			return engine.Invalid(at.path(), "This must be an object, not %s.", kindName(v))
		}
		return r.fill(dst, entries, at)
	}
}

// Text returns a value as text: scalars as they are, nil as empty text, lists and
// objects as JSON.
func Text(v any) (string, error) {
	if s, ok := scalarText(v); ok {
		return s, nil
	}
	b, err := EncodeJSON(v)
	return string(b), err
}

// scalarText returns the text of a scalar; nil is empty.
func scalarText(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case nil:
		return "", true
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case uint64:
		return strconv.FormatUint(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case json.Number:
		return v.String(), true
	case engine.Secret:
		return v.Reveal(), true
	}
	return "", false
}

func kindName(v any) string {
	switch v.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "text"
	}
	return strings.TrimSpace(fmt.Sprintf("a value of type %T", v))
}
