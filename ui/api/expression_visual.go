package api

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"patchbay/engine"
	"patchbay/engine/rules/fields"
	"patchbay/engine/rules/visual"
)

// VisualInput is a condition as an expression or as a tree.
type VisualInput struct {
	Expression string         `json:"expression,omitempty" maxLength:"65536"`
	Tree       *ConditionTree `json:"tree,omitempty" doc:"Instead of an expression: the tree to write as one."`
	ExpressionScope
}

// Visual is a condition in both forms. What cannot be read or written has errors, and
// then neither tree nor expression.
type Visual struct {
	Expression string            `json:"expression"`
	Tree       *ConditionTree    `json:"tree,omitempty"`
	Errors     []ExpressionFault `json:"errors" nullable:"false"`
}

// ExpressionFault is one fault of an expression or of a tree.
type ExpressionFault struct {
	Message  string `json:"message"`
	Line     int    `json:"line" doc:"Within the expression, from 1; 0 when it is about all of it."`
	Column   int    `json:"column"`
	From     int    `json:"from" doc:"Within the expression, in UTF-16 units as JavaScript counts."`
	To       int    `json:"to"`
	Location string `json:"location,omitempty" doc:"The part of a tree at fault, such as tree.root.nodes[0].value."`
	Node     string `json:"node,omitempty" doc:"The id of the node at fault."`
}

// ConditionTree is a condition as people see it.
type ConditionTree struct {
	Text string         `json:"text,omitempty" maxLength:"65536" doc:"The expression that it was read from; send it back, so that what was not edited stays as it was typed."`
	When *ConditionWhen `json:"when,omitempty" doc:"The kinds of event; every kind when left out."`
	Root *ConditionNode `json:"root" doc:"A group."`
}

// ConditionWhen is the condition on the kind of event.
type ConditionWhen struct {
	Types []string `json:"types" nullable:"false" maxItems:"100"`
	At    int      `json:"at" required:"false" minimum:"0" doc:"Its place among the members of the top group."`
	ConditionText
}

// ConditionText is the text of a part and where it stands in the expression.
type ConditionText struct {
	Text string `json:"text,omitempty" maxLength:"65536" doc:"As it was typed; of a formula all that it says."`
	From int    `json:"from" required:"false" doc:"In UTF-16 units, as JavaScript counts; ignored in input."`
	To   int    `json:"to" required:"false"`
}

// ConditionNode is a group, a row or a formula.
type ConditionNode struct {
	ID   string `json:"id,omitempty" maxLength:"400" doc:"Ignored in input; explanations use it."`
	Kind string `json:"kind" enum:"all,any,row,formula" doc:"all and any are groups; a formula is what no row can show."`
	ConditionText
	Nodes      []*ConditionNode `json:"nodes,omitempty" nullable:"false" doc:"The members of a group."`
	Field      string           `json:"field,omitempty" doc:"Of a row, such as payload.customer.email; .name below where."`
	Label      string           `json:"label,omitempty" doc:"The field as people call it; ignored in input."`
	Type       string           `json:"type,omitempty" enum:"text,number,boolean,date,list,any" doc:"As which the field is compared."`
	Op         string           `json:"op,omitempty" doc:"One of the operators of the type."`
	Value      any              `json:"value,omitempty" doc:"Text, a number, yes or no, or a list of these; what the operator takes."`
	ValueField string           `json:"valueField,omitempty" doc:"Instead of a value: the field to compare with."`
	IgnoreCase bool             `json:"ignoreCase,omitempty"`
	Convert    bool             `json:"convert,omitempty" doc:"Make the field a number, or a text, before it is compared."`
	Where      *ConditionNode   `json:"where,omitempty" doc:"A group that items of a list must fulfil."`
}

// OperatorInfo is one way to compare a field of a type.
type OperatorInfo struct {
	Type       string `json:"type" enum:"text,number,boolean,date,list,any"`
	Op         string `json:"op"`
	Title      string `json:"title"`
	Takes      string `json:"takes" enum:"nothing,value,list,range,count,date,duration,pattern,items,field" doc:"What it compares with; items is a group below where."`
	IgnoreCase bool   `json:"ignoreCase" doc:"Capitals can be ignored."`
	Convert    bool   `json:"convert" doc:"The field can be made a number or a text first."`
	Field      bool   `json:"field" doc:"Another field can be compared with."`
	Negated    string `json:"negated" doc:"The operator that says the opposite; empty when there is none."`
}

func (m *mount) visualOperations() {
	const tag = "expressions"
	add(m, operation{
		id: "visualExpression", method: http.MethodPost, path: "/expressions/visual", tag: tag,
		summary: "An expression as a tree of groups and rows, or such a tree as an expression", need: engine.RoleViewer, data: true,
	}, m.visualExpression)
	add(m, operation{
		id: "listOperators", method: http.MethodGet, path: "/expressions/operators", tag: tag, summary: "How rows can compare, by type", need: engine.RoleViewer,
	}, m.listOperators)
	m.fieldOperations()
	m.explainOperation()
	m.chipOperation()
}

func (m *mount) visualExpression(ctx context.Context, in *struct{ Body VisualInput }) (*plain[Visual], error) {
	scope, text := in.Body.scope(), in.Body.Expression
	if in.Body.Tree != nil {
		written, err := visual.Write(ctx, m.Expressions, in.Body.Tree.tree(), scope)
		if err != nil {
			return faulty(written, err)
		}
		text = written
	}
	tree, err := visual.Read(m.Expressions, text, scope)
	if err != nil {
		return faulty(text, err)
	}
	return answer(Visual{Expression: text, Tree: treeView(tree), Errors: []ExpressionFault{}}), nil
}

// faulty answers with the faults of what was given.
func faulty(text string, err error) (*plain[Visual], error) {
	faults, ok := faultsOf(err)
	if !ok {
		return nil, err
	}
	return answer(Visual{Expression: text, Errors: each(faults, func(e *engine.Error) ExpressionFault { return expressionFault(text, e) })}), nil
}

// expressionFault places a fault in the text, or in the tree, that has it.
func expressionFault(text string, e *engine.Error) ExpressionFault {
	f := ExpressionFault{Message: e.Message, Line: e.Line, Column: e.Column}
	if e.Field != "" {
		f.Location, f.Node = "tree."+e.Field, nodeID(e.Field)
		return f
	}
	f.From, f.To = visual.Place(text, e.Line, e.Column)
	return f
}

var nodePath = regexp.MustCompile(`^root((?:\.nodes\[\d+\]|\.where)*)`)

// nodeID turns a path such as root.nodes[1].where into the id of the node.
func nodeID(path string) string {
	if strings.HasPrefix(path, "when") {
		return visual.WhenID
	}
	found := nodePath.FindStringSubmatch(path)
	if found == nil {
		return ""
	}
	return "0" + strings.NewReplacer(".nodes[", ".", "]", "", ".where", ".w").Replace(found[1])
}

func (m *mount) listOperators(context.Context, *none) (*plain[Page[OperatorInfo]], error) {
	return answer(Page[OperatorInfo]{Items: each(visual.Operators(), func(o visual.Operator) OperatorInfo {
		return OperatorInfo{
			Type: string(o.Type), Op: o.ID, Title: o.Title, Takes: string(o.Takes),
			IgnoreCase: o.IgnoreCase, Convert: o.Convert != "", Field: o.Field, Negated: o.Negated,
		}
	})}), nil
}

func (t *ConditionTree) tree() *visual.Tree {
	out := &visual.Tree{Text: t.Text, Root: t.Root.node()}
	if t.When != nil {
		out.When = &visual.When{Types: t.When.Types, At: t.When.At, Span: visual.Span(t.When.ConditionText)}
	}
	return out
}

func (n *ConditionNode) node() *visual.Node {
	if n == nil {
		return nil
	}
	return &visual.Node{
		ID: n.ID, Kind: visual.Kind(n.Kind), Span: visual.Span(n.ConditionText), Nodes: each(n.Nodes, (*ConditionNode).node),
		Field: n.Field, Type: fields.Type(n.Type), Op: n.Op, Value: n.Value, ValueField: n.ValueField,
		IgnoreCase: n.IgnoreCase, Convert: n.Convert, Where: n.Where.node(),
	}
}

func treeView(t *visual.Tree) *ConditionTree {
	out := &ConditionTree{Text: t.Text, Root: nodeView(t.Root)}
	if t.When != nil {
		out.When = &ConditionWhen{Types: t.When.Types, At: t.When.At, ConditionText: ConditionText(t.When.Span)}
	}
	return out
}

func nodeView(n *visual.Node) *ConditionNode {
	if n == nil {
		return nil
	}
	out := &ConditionNode{
		ID: n.ID, Kind: string(n.Kind), ConditionText: ConditionText(n.Span), Field: n.Field, Label: n.Label, Type: string(n.Type), Op: n.Op,
		Value: n.Value, ValueField: n.ValueField, IgnoreCase: n.IgnoreCase, Convert: n.Convert, Where: nodeView(n.Where),
	}
	if n.Kind == visual.All || n.Kind == visual.AnyOf {
		out.Nodes = each(n.Nodes, nodeView)
	}
	return out
}
