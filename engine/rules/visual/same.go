package visual

import (
	"slices"
	"strings"

	"patchbay/engine/rules"
)

// sameTree reports whether two trees say the same.
func sameTree(a, b *Tree) bool {
	if (a.When == nil) != (b.When == nil) || a.When != nil && !slices.Equal(a.When.Types, b.When.Types) {
		return false
	}
	return same(a.Root, b.Root)
}

// same reports whether two nodes say the same, whatever their texts are.
func same(a, b *Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	switch {
	case a.Kind != b.Kind:
		return false
	case a.group():
		return slices.EqualFunc(a.Nodes, b.Nodes, same)
	case a.Kind == Formula:
		return strings.TrimFunc(a.Text, isSpace) == strings.TrimFunc(b.Text, isSpace)
	}
	return samePath(a.Field, b.Field) && a.Type == b.Type && a.Op == b.Op && samePath(a.ValueField, b.ValueField) &&
		a.IgnoreCase == b.IgnoreCase && a.Convert == b.Convert && sameValue(a.Value, b.Value) && same(a.Where, b.Where)
}

// samePath compares fields, which can be written in several ways.
func samePath(a, b string) bool {
	if a == b {
		return true
	}
	p, ok1 := rules.ParsePath(a)
	q, ok2 := rules.ParsePath(b)
	return ok1 && ok2 && p.String() == q.String()
}

// sameValue compares numbers as JavaScript reads them: a value that was only passed
// through it has not been edited.
func sameValue(a, b any) bool {
	if x, ok := a.([]any); ok {
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, sameValue)
	}
	x, ok1 := float(a)
	y, ok2 := float(b)
	if ok1 || ok2 {
		return ok1 && ok2 && x == y
	}
	switch a.(type) {
	case nil, string, bool:
		return a == b
	}
	return false
}
