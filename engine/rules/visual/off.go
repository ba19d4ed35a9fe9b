package visual

import "strings"

// off reports whether a member of a group is switched off. It stands behind a constant
// that decides for it then, "true or …" where all members must hold and "false and …"
// where one is enough, so that the group is judged by its other members alone.
func (n *Node) off(among Kind) bool {
	kind, constant := AnyOf, "true"
	if among == AnyOf {
		kind, constant = All, "false"
	}
	return n.Kind == kind && len(n.Nodes) > 1 && n.Nodes[0].Kind == Formula && strings.TrimFunc(n.Nodes[0].Text, isSpace) == constant
}

// on returns a group with those of its members that are not switched off.
func (n *Node) on() *Node {
	some := *n
	some.Nodes = make([]*Node, 0, len(n.Nodes))
	for _, child := range n.Nodes {
		if !child.off(n.Kind) {
			some.Nodes = append(some.Nodes, child)
		}
	}
	return &some
}

// on returns the root with what counts of it: nothing where all of it is switched off.
func (t *Tree) on() *Node {
	if t.Root.off(All) {
		return &Node{Kind: All}
	}
	return t.Root.on()
}
