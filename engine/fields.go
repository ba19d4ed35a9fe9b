package engine

import (
	"maps"
	"slices"
)

// Fields is a set of fields of a payload, as a tree by key: a key with nil below it
// stands for the whole value. nil Fields are everything, empty ones nothing.
type Fields map[string]Fields

// FieldAt returns the set of the one field at a path; an empty path is everything.
func FieldAt(path ...string) Fields {
	var f Fields
	for _, key := range slices.Backward(path) {
		f = Fields{key: f}
	}
	return f
}

// Union returns what is in either set. It shares no map with its operands at the
// top; what is below may be shared and must not be changed.
func (f Fields) Union(o Fields) Fields {
	if f == nil || o == nil {
		return nil
	}
	out := maps.Clone(f)
	for key, below := range o {
		if mine, ok := out[key]; ok {
			below = mine.Union(below)
		}
		out[key] = below
	}
	return out
}

// Covers reports whether everything in o is in f.
func (f Fields) Covers(o Fields) bool {
	if f == nil {
		return true
	}
	if o == nil {
		return false
	}
	for key, below := range o {
		if mine, ok := f[key]; !ok || !mine.Covers(below) {
			return false
		}
	}
	return true
}
