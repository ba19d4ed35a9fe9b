package recipe

import (
	"encoding"
	"reflect"
	"slices"
	"strings"

	"patchbay/engine"
)

// Schema returns the JSON Schema (2020-12) of recipe.yaml, for editors. It is made from
// the types that recipes are read into.
func Schema() map[string]any {
	s := schemer{defs: map[string]any{}}
	out := s.object(reflect.TypeFor[engine.Document]())
	properties, _ := out["properties"].(map[string]any)
	properties[headField] = s.of(reflect.TypeFor[Head]())
	properties["version"] = map[string]any{"const": 1}
	out["required"] = []string{"recipe", "rules", "version"}
	out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	out["title"] = "Patchbay recipe"
	out["$defs"] = s.defs
	return out
}

// schemer describes types; structs become definitions that are referred to.
type schemer struct {
	defs map[string]any
}

func (s *schemer) of(t reflect.Type) map[string]any {
	if t.Kind() == reflect.Pointer {
		return s.of(t.Elem())
	}
	pointer := reflect.PointerTo(t)
	switch {
	case t == reflect.TypeFor[engine.Secret]():
		return map[string]any{"type": "string"}
	case pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return map[string]any{"type": []string{"string", "number"}}
	}
	switch t.Kind() {
	case reflect.Struct:
		ref := s.named(t)
		if _, short := pointer.MethodByName("UnmarshalYAML"); short {
			return map[string]any{"anyOf": []any{map[string]any{"type": "string"}, ref}}
		}
		return ref
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.String:
		return map[string]any{"type": []string{"string", "number", "boolean"}}
	default: // of no fixed type
		return map[string]any{}
	}
}

func (s *schemer) named(t reflect.Type) map[string]any {
	if _, known := s.defs[t.Name()]; !known {
		s.defs[t.Name()] = nil // a type may hold itself
		s.defs[t.Name()] = s.object(t)
	}
	return map[string]any{"$ref": "#/$defs/" + t.Name()}
}

// object describes a struct: no field but its own, and those that are never left out.
func (s *schemer) object(t reflect.Type) map[string]any {
	properties := map[string]any{}
	required := []string{}
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		about := s.of(field.Type)
		if doc := field.Tag.Get("doc"); doc != "" {
			about["description"] = doc
		}
		if list := field.Tag.Get("enum"); list != "" {
			about["enum"] = strings.Split(list, ",")
		}
		if pattern := field.Tag.Get("pattern"); pattern != "" {
			about["pattern"] = pattern
		}
		properties[name] = about
		if options != "omitempty" {
			required = append(required, name)
		}
	}
	slices.Sort(required)
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties, "required": required}
}
