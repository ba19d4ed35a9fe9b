// Package visual shows conditions to people who write no code: it turns an expression
// into a tree of groups and rows and back, judges each of them on an event, and tells
// a rule in one sentence.
//
// The expression is the single truth. What no row can show becomes a formula row;
// nothing is dropped. Every node carries the text that it was read from, and is
// written as that text again unless it says something else by then, so that a tree
// that nobody edited gives the expression byte for byte. Comments belong to the node
// in which they stand; of a row that was edited they go in front of it.
//
// A condition on event.type that stands at the top, joined by "and", is lifted out of
// the tree: it is the kind of event for which a rule waits.
//
// A group within a group of the same kind is one group with it. A group with a single
// member is that member.
package visual

import "patchbay/engine/rules/fields"

// WhenID stands for the condition on the kind of event where nodes are named by id.
const WhenID = "when"

// Bounds of a tree that is given; those of its text are the ones of expressions.
const (
	MaxNodes = 400
	MaxDepth = 30
	maxText  = 4 << 10 // bytes of one field, or of one value
)

// Tree is a condition as people see it.
type Tree struct {
	Text string // the expression that it was read from
	When *When  // the kinds of event, nil is every kind
	Root *Node  // a group

	comments string // of the text, those outside the top group's members
	separate string // what stands between the top group's members; "" when it differs
}

// When is the condition on the kind of event.
type When struct {
	Types []string
	At    int // among the members of the top group
	Span
}

// Span is the text of a node, and where it stands in the expression, in UTF-16 units.
type Span struct {
	Text     string
	From, To int
}

// Kind says what a node is.
type Kind string

// The kinds of node.
const (
	All     Kind = "all"     // a group: every member must hold
	AnyOf   Kind = "any"     // a group: one member must hold
	Row     Kind = "row"     // a field, an operator and mostly a value
	Formula Kind = "formula" // what no row can show: its text alone says what it is
)

// Node is a group, a row or a formula. ID tells it from all others of the tree and is
// the same whenever the same expression is read: "0" is the root, "0.1" its second member.
type Node struct {
	ID   string
	Kind Kind
	Span

	Nodes []*Node // of a group

	Field      string      // of a row: as it is written in an expression, .name within Where
	Label      string      // the field as people call it; read only
	Type       fields.Type // as which the field is compared
	Op         string
	Value      any    // nil, string, bool, int64, float64 or []any of these
	ValueField string // a field to compare with, instead of a value
	IgnoreCase bool
	Convert    bool  // the field is made a number, a text before it is compared
	Where      *Node // a group: what items of a list must fulfil

	comments string // of the node's text, those outside its members
	separate string // what stands between the members of a group; "" when it differs
	within   span   // the tokens of Where
}

// group reports whether the node is one.
func (n *Node) group() bool { return n.Kind == All || n.Kind == AnyOf }
