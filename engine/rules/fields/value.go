package fields

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"patchbay/engine/rules"
)

// Type is what a value is to a person who compares it.
type Type string

// The types. Any is what is not known: a value that is missing or null.
const (
	Text    Type = "text"
	Number  Type = "number"
	Boolean Type = "boolean"
	Date    Type = "date"
	List    Type = "list"
	Object  Type = "object"
	Any     Type = "any"
)

// maxShown bounds a value that is shown, in characters.
const maxShown = 80

// dated recognises dates as senders write them.
var dated = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?$`)

// TypeOf returns the type of a value. Text that is a date is one.
func TypeOf(v any) Type {
	switch v := v.(type) {
	case string:
		if len(v) >= 10 && len(v) <= 40 && dated.MatchString(v) {
			return Date
		}
		return Text
	case bool:
		return Boolean
	case int64, float64, int, json.Number:
		return Number
	case []any, []string, []map[string]any:
		return List
	case map[string]any, map[string]string:
		return Object
	case time.Time:
		return Date
	}
	return Any
}

// Numeric reports whether a value is a number that comes as text.
func Numeric(v any) bool {
	s, ok := v.(string)
	if !ok || s == "" || len(s) > 40 {
		return false
	}
	s = strings.TrimSpace(s)
	if strings.Trim(s, "+-.0123456789eE") != "" || strings.Trim(s, "+-.eE") == "" {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// Show writes a value for people, cut short: text in quotation marks, lists and
// objects by their size.
func Show(v any) string {
	switch v := v.(type) {
	case nil:
		return "empty"
	case string:
		return `"` + Clean(cut(v, maxShown)) + `"`
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return ShowNumber(v)
	case json.Number:
		return cut(v.String(), maxShown)
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05 UTC")
	case time.Duration:
		return v.String()
	case []any:
		return Count(len(v), "item")
	case map[string]any:
		return Count(len(v), "field")
	}
	return "a value"
}

// ShowNumber writes a number without an exponent where people would.
func ShowNumber(f float64) string {
	if f > -1e15 && f < 1e15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// Count writes a number of things.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// Clean makes line breaks and characters that cannot be seen into spaces, so that a
// value stays on its line and looks as it is read.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20, r >= 0x7f && r <= 0x9f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029:
			return ' '
		}
		return r
	}, s)
}

// Field is one field of a sample.
type Field struct {
	Path    string // as it is written in an expression
	Label   string
	Type    Type
	Numeric bool   // text that is a number
	Sample  string // the value, cut short
}

// At describes the field at a path.
func At(p rules.Path, v any) Field {
	return Field{Path: p.String(), Label: Label(p), Type: TypeOf(v), Numeric: Numeric(v), Sample: Show(v)}
}
