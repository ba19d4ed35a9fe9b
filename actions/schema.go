package actions

import (
	"encoding"
	"reflect"
	"strconv"

	"patchbay/engine"
)

// schema returns the JSON Schema of the struct, with hints for forms under x-….
func (r *record) schema() map[string]any {
	properties := make(map[string]any, len(r.fields))
	for i, f := range r.fields {
		properties[f.name] = f.schema(i)
	}
	s := map[string]any{
		"type":                 "object",
		"properties":           properties,
		"additionalProperties": false,
	}
	if names := r.required(); len(names) > 0 {
		s["required"] = names
	}
	return s
}

func (f *field) schema(order int) map[string]any {
	s := typeSchema(f.typ)
	s["x-order"] = order
	for key, tag := range map[string]string{
		"title": "title", "description": "doc", "format": "format", "x-placeholder": "example", "x-when": "when", "x-one-of": "oneOf",
	} {
		if text := f.tag.Get(tag); text != "" {
			s[key] = text
		}
	}
	if f.enum != nil {
		s["enum"] = f.enum
	}
	if f.fallback != "" {
		s["default"] = f.defaultValue()
	}
	if f.isLiteral {
		s["x-literal"] = true
	}
	if f.tag.Get("advanced") == "true" {
		s["x-advanced"] = true
	}
	return s
}

// defaultValue gives the default in the type of the field.
func (f *field) defaultValue() any {
	switch f.typ.Kind() {
	case reflect.Bool:
		return f.fallback == "true"
	case reflect.Int, reflect.Int64:
		if n, err := strconv.ParseInt(f.fallback, 10, 64); err == nil {
			return n
		}
	default:
	}
	return f.fallback
}

func typeSchema(t reflect.Type) map[string]any {
	switch {
	case t == reflect.TypeFor[List]():
		return map[string]any{"type": []string{"array", "string"}, "items": map[string]any{"type": "string"}}
	case t == reflect.TypeFor[engine.Secret]():
		return map[string]any{"type": "string", "writeOnly": true, "format": "password"}
	case t == reflect.TypeFor[engine.Duration]():
		return map[string]any{"type": "string", "format": "duration"}
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": typeSchema(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": typeSchema(t.Elem())}
	case reflect.Struct:
		return recordOfType(t).schema()
	default:
		return map[string]any{}
	}
}
