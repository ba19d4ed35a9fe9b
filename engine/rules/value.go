package rules

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
)

// kind is what a value is to a person.
type kind uint8

const (
	kindNil kind = iota
	kindBool
	kindText
	kindNumber
	kindList
	kindObject
	kindTime
	kindDuration
)

func kindOf(v any) kind {
	switch v.(type) {
	case string:
		return kindText
	case int64, float64, int:
		return kindNumber
	case bool:
		return kindBool
	case []any:
		return kindList
	case map[string]any:
		return kindObject
	case time.Time:
		return kindTime
	case time.Duration:
		return kindDuration
	}
	return kindNil
}

func (k kind) String() string {
	return [...]string{"empty", "true or false", "text", "a number", "a list", "an object", "a date", "a duration"}[k]
}

// plain returns a value of the environment in the few types that expressions work
// on. What is none of them, such as a struct with methods, does not exist here.
func plain(v any) any {
	switch v := v.(type) {
	case nil, string, bool, int64, float64, []any, map[string]any, time.Time, time.Duration:
		return v
	case json.Number:
		return fromJSONNumber(v)
	case int:
		return int64(v)
	case int32:
		return int64(v)
	case uint64:
		if v > 1<<63-1 {
			return float64(v)
		}
		return int64(v)
	case uint:
		return plain(uint64(v))
	case uint32:
		return int64(v)
	case float32:
		return float64(v)
	case []string:
		return listOf(v)
	case []map[string]any:
		return listOf(v)
	case map[string]string:
		m := make(map[string]any, len(v))
		for k, s := range v {
			m[k] = s
		}
		return m
	}
	return nil
}

func listOf[T any](in []T) []any {
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = v
	}
	return out
}

// equal compares as == does: numbers by value, lists and objects by content.
func (t *meter) equal(a, b any, depth int) bool {
	if depth > maxDepth {
		panic(errDepth)
	}
	a, b = plain(a), plain(b)
	switch x := a.(type) {
	case nil:
		return b == nil
	case string:
		y, ok := b.(string)
		return ok && x == y
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Equal(y)
	case time.Duration:
		y, ok := b.(time.Duration)
		return ok && x == y
	case []any:
		y, ok := b.([]any)
		return ok && t.equalLists(x, y, depth)
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && t.equalObjects(x, y, depth)
	}
	x, ok := toNum(a)
	if !ok {
		return false
	}
	y, ok := toNum(b)
	return ok && compareNum(x, y) == 0
}

func (t *meter) equalLists(x, y []any, depth int) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		t.tick(2)
		if !t.equal(x[i], y[i], depth+1) {
			return false
		}
	}
	return true
}

func (t *meter) equalObjects(x, y map[string]any, depth int) bool {
	if len(x) != len(y) {
		return false
	}
	for k, v := range x {
		t.tick(4)
		w, ok := y[k]
		if !ok || !t.equal(v, w, depth+1) {
			return false
		}
	}
	return true
}

// order compares two values of the same ordered kind; ok is false for others.
func order(a, b any) (c int, ok bool) {
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return compareOrdered(x, y), true
		}
	case time.Time:
		if y, ok := b.(time.Time); ok {
			return x.Compare(y), true
		}
	case time.Duration:
		if y, ok := b.(time.Duration); ok {
			return compareOrdered(x, y), true
		}
	default:
		x2, okx := toNum(a)
		y2, oky := toNum(b)
		if okx && oky {
			return compareNum(x2, y2), true
		}
	}
	return 0, false
}

// text returns a value as it stands in text: nil is empty, lists and objects are JSON.
func (t *meter) text(v any) string {
	switch v := plain(v).(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return string(appendFloat(nil, v))
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case time.Duration:
		return v.String()
	default:
		return t.json(v, "")
	}
}

func sortedKeys(m map[string]any) []string {
	return slices.Sorted(maps.Keys(m))
}
