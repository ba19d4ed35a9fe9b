package visual_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/rules"
	"patchbay/engine/rules/visual"
)

// machinery is an engine that all tests share.
var machinery = sync.OnceValue(func() *rules.Engine { return rules.New(rules.Options{}) })

func received() time.Time { return time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC) }

// outline writes a tree in short: what it says and nothing else.
func outline(t *visual.Tree) string {
	out := nodeLine(t.Root)
	if t.When != nil {
		out = "when " + strings.Join(t.When.Types, "|") + ": " + out
	}
	return out
}

func nodeLine(n *visual.Node) string {
	switch n.Kind {
	case visual.All, visual.AnyOf:
		parts := make([]string, len(n.Nodes))
		for i, child := range n.Nodes {
			parts[i] = nodeLine(child)
		}
		return string(n.Kind) + "(" + strings.Join(parts, "; ") + ")"
	case visual.Formula:
		return "formula`" + n.Text + "`"
	default:
	}
	out := n.Field + " " + string(n.Type) + "." + n.Op
	if n.Convert {
		out += " convert"
	}
	if n.IgnoreCase {
		out += " aa"
	}
	if n.Value != nil {
		text, _ := json.Marshal(n.Value)
		out += " " + string(text)
	}
	if n.ValueField != "" {
		out += " ->" + n.ValueField
	}
	if n.Where != nil {
		out += " " + nodeLine(n.Where)
	}
	return out
}

func read(tb testing.TB, src string) *visual.Tree {
	tb.Helper()
	tree, err := visual.Read(machinery(), src, rules.Scope{})
	require.NoError(tb, err, src)
	return tree
}

func write(tb testing.TB, tree *visual.Tree) string {
	tb.Helper()
	text, err := visual.Write(tb.Context(), machinery(), tree, rules.Scope{})
	require.NoError(tb, err, outline(tree))
	return text
}

// rowSources are expressions with what a person sees of them.
func rowSources() [][2]string {
	return [][2]string{
		{``, `all()`},
		{`payload.name == "gold"`, `all(payload.name text.is "gold")`},
		{`"gold" == payload.name`, `all(payload.name text.is "gold")`},
		{`payload.name != 'gold'`, `all(payload.name text.isNot "gold")`},
		{`not (payload.name == "gold")`, `all(payload.name text.isNot "gold")`},
		{`eqFold(payload.name, "gold")`, `all(payload.name text.is aa "gold")`},
		{`not eqFold(payload.name, "gold")`, `all(payload.name text.isNot aa "gold")`},
		{`payload.name contains "a"`, `all(payload.name text.contains "a")`},
		{`payload.name not contains "a"`, `all(payload.name text.notContains "a")`},
		{`!containsFold(payload?.name, "a")`, `all(payload.name text.notContains aa "a")`},
		{`payload.name not startsWith "a" and payload.name endsWith "b"`, `all(payload.name text.notStartsWith "a"; payload.name text.endsWith "b")`},
		{`payload.name in ["a", "b"]`, `all(payload.name text.oneOf ["a","b"])`},
		{`payload.name not in ["a"]`, `all(payload.name text.notOneOf ["a"])`},
		{`inFold(payload.name, ["a"])`, `all(payload.name text.oneOf aa ["a"])`},
		{`payload.name in [nil, ""]`, `all(payload.name text.isEmpty)`},
		{`payload.name matches "^a"`, `all(payload.name text.matches "^a")`},
		{`payload.name not matches "(?i)^a"`, `all(payload.name text.notMatches aa "^a")`},
		{`text(payload.id) endsWith "7"`, `all(payload.id text.endsWith convert "7")`},
		{`payload.total > 500`, `all(payload.total number.gt 500)`},
		{`500 < payload.total`, `all(payload.total number.gt 500)`},
		{`num(payload.total) >= -1.5`, `all(payload.total number.gte convert -1.5)`},
		{`1 <= payload.total <= 5`, `all(payload.total number.between [1,5])`},
		{`1 <= num(payload.total) <= 5`, `all(payload.total number.between convert [1,5])`},
		{`payload.total in [1, 2.5]`, `all(payload.total number.oneOf [1,2.5])`},
		{`payload.total <= payload.limit`, `all(payload.total number.lte -\u003epayload.limit)`},
		{`payload.a == payload.b`, `all(payload.a any.is -\u003epayload.b)`},
		{`payload.test`, `all(payload.test boolean.isTrue)`},
		{`payload.test == false`, `all(payload.test boolean.isFalse)`},
		{`not payload.test`, `all(payload.test boolean.isNotTrue)`},
		{`payload.test != false`, `all(payload.test boolean.isNotFalse)`},
		{`date(payload.at) < date("2026-01-31")`, `all(payload.at date.before "2026-01-31")`},
		{`now() - duration("7d") <= date(payload.at) <= now()`, `all(payload.at date.inLast "7d")`},
		{`"a" in payload.tags`, `all(payload.tags list.contains "a")`},
		{`3 not in payload.tags`, `all(payload.tags list.notContains 3)`},
		{`not inFold("a", payload.tags)`, `all(payload.tags list.notContains aa "a")`},
		{`len(payload.tags) >= 2`, `all(payload.tags list.atLeast 2)`},
		{`payload.tags not in [nil, []]`, `all(payload.tags list.isNotEmpty)`},
		{`any(payload.items, .qty > 1 and .sku == "a")`, `all(payload.items list.anyItem all(.qty number.gt 1; .sku text.is "a"))`},
		{`none(payload.items, {# == "x" or #["odd key"] == 1})`, `all(payload.items list.noItem any(# text.is "x"; #["odd key"] number.is 1))`},
		{`all(payload.items, any(.lines, .n == 1),)`, `all(payload.items list.allItems all(.lines list.anyItem all(.n number.is 1)))`},
		{`payload.email != nil and payload.phone == nil`, `all(payload.email any.exists; payload.phone any.notExists)`},
		{`headers["X-Topic"] == "a" && query.page == "2"`, `all(headers["x-topic"] text.is "a"; query.page text.is "2")`},
		{`event.type == "order" and payload.total > 5`, `when order: all(payload.total number.gt 5)`},
		{`payload.total > 5 and event.type in ["a", "b"] and payload.x == 1`, `when a|b: all(payload.total number.gt 5; payload.x number.is 1)`},
		{`event.type == "order"`, `when order: all()`},
		{`event.type == "order" and (payload.a == 1 or payload.b == 2)`, `when order: any(payload.a number.is 1; payload.b number.is 2)`},
		{`event.type == "order" or payload.a == 1`, `any(event.type text.is "order"; payload.a number.is 1)`},
		{`payload.a == 1 and (payload.b == 2 and payload.c == 3)`, `all(payload.a number.is 1; payload.b number.is 2; payload.c number.is 3)`},
		{`payload.a == 1 and payload.b == 2 or payload.c == 3`, `any(all(payload.a number.is 1; payload.b number.is 2); payload.c number.is 3)`},
		{`payload.a == 1 and not (payload.b == 2 or payload.c)`, "all(payload.a number.is 1; formula`not (payload.b == 2 or payload.c)`)"},
		{`payload.a ? payload.b : payload.c`, "all(formula`payload.a ? payload.b : payload.c`)"},
		{`let x = payload.a; x > 1`, "all(formula`let x = payload.a; x > 1`)"},
		{`lower(payload.a) == "x" and payload.b`, "all(formula`lower(payload.a) == \"x\"`; payload.b boolean.isTrue)"},
		{`1 < payload.a < 5`, "all(formula`1 < payload.a < 5`)"},
		{`payload.items | any(.qty > 1)`, "all(formula`payload.items | any(.qty > 1)`)"},
		{`payload.a == 1;`, `all(payload.a number.is 1)`},
		{"payload.a == 1 // why\n and /* b */ payload.b", `all(payload.a number.is 1; payload.b boolean.isTrue)`},
	}
}

func TestRead_ShowsWhatAnExpressionSays(t *testing.T) {
	t.Parallel()
	for _, c := range rowSources() {
		want := strings.ReplaceAll(c[1], `\u003e`, ">")
		got := strings.ReplaceAll(outline(read(t, c[0])), `\u003e`, ">")
		require.Equal(t, want, got, c[0])
	}
}

// forget takes the texts out of a tree, so that all of it is written anew.
func forget(t *visual.Tree) *visual.Tree {
	t.Text = ""
	if t.When != nil {
		t.When.Span = visual.Span{}
	}
	forgetNode(t.Root)
	return t
}

func forgetNode(n *visual.Node) {
	if n.Kind != visual.Formula {
		n.Span = visual.Span{}
	}
	for _, child := range n.Nodes {
		forgetNode(child)
	}
	if n.Where != nil {
		forgetNode(n.Where)
	}
}

// A tree that nobody edited gives the text as it was typed; one without its texts
// gives an expression that says the same.
func TestWrite_GivesBackWhatWasRead(t *testing.T) {
	t.Parallel()
	for _, c := range rowSources() {
		require.Equal(t, c[0], write(t, read(t, c[0])))
		anew := write(t, forget(read(t, c[0])))
		require.Equal(t, outline(read(t, c[0])), outline(read(t, anew)), "%s\n%s", c[0], anew)
		require.Equal(t, anew, write(t, forget(read(t, anew))), c[0])
	}
}

func TestWrite_KeepsWhatWasNotEdited(t *testing.T) {
	t.Parallel()
	row := func(field string, value any) *visual.Node {
		return &visual.Node{Kind: visual.Row, Field: field, Type: "text", Op: "is", Value: value}
	}
	cases := []struct {
		src  string
		edit func(*visual.Tree)
		want string
	}{
		{"payload.a  ==  1 &&\n  payload.b == 'x' &&\n  payload.c", func(t *visual.Tree) { t.Root.Nodes[1].Value = "y" }, "payload.a  ==  1 &&\n  payload.b == \"y\" &&\n  payload.c"},
		{"payload.a == 1 // tail\nand payload.b", func(t *visual.Tree) { t.Root.Nodes[1].Op = "isFalse" }, "payload.a == 1 // tail\nand payload.b == false"},
		{"/* why */ payload.a == 1 and payload.b", func(t *visual.Tree) { t.Root.Nodes[0].Value = 2.0 }, "/* why */ payload.a == 2 and payload.b"},
		{"payload.a == 1 // why\n", func(t *visual.Tree) { t.Root.Nodes[0].Value = 2.0 }, "// why\npayload.a == 2"},
		{"// all\n(payload.a  or payload.b)", func(t *visual.Tree) { t.Root.Nodes = append(t.Root.Nodes, row("payload.c", "x")) }, "// all\npayload.a  or payload.b  or payload.c == \"x\""},
		{`payload.a  == 1 or payload.b`, func(t *visual.Tree) { t.When = &visual.When{Types: []string{"push"}} }, `event.type == "push" and (payload.a  == 1 or payload.b)`},
		{`payload.a and event.type  == "x" and payload.b`, func(t *visual.Tree) { t.Root.Nodes[0].Op = "isFalse" }, `payload.a == false and event.type  == "x" and payload.b`},
		{`event.type  == "x" and payload.b`, func(t *visual.Tree) { t.When = nil }, `payload.b`},
		{`event.type == "x" and payload.b`, func(t *visual.Tree) { t.When.Types = []string{"x", "y"} }, `event.type in ["x", "y"] and payload.b`},
		{`event.type == "x" and  (payload.a  or payload.b)`, func(t *visual.Tree) { t.When.Types = []string{"y"} }, `event.type == "y" and  (payload.a  or payload.b)`},
		{`(payload.a ? payload.b : payload.c)`, func(t *visual.Tree) { t.When = &visual.When{Types: []string{"x"}} }, `event.type == "x" and (payload.a ? payload.b : payload.c)`},
		{`payload.a ? payload.b : payload.c`, func(t *visual.Tree) { t.Root.Nodes = append(t.Root.Nodes, row("payload.d", "")) }, `(payload.a ? payload.b : payload.c) and payload.d == ""`},
		{`payload.a or payload.b`, func(t *visual.Tree) { t.Root.Kind = visual.All }, `payload.a and payload.b`},
		{`payload.a and (payload.b  or payload.c)`, func(t *visual.Tree) { t.Root.Nodes = t.Root.Nodes[1:] }, `(payload.b  or payload.c)`},
		{`payload.a and (payload.b  or payload.c)`, func(t *visual.Tree) { t.Root.Nodes[1].Nodes = t.Root.Nodes[1].Nodes[:1] }, `payload.a and payload.b`},
		{`any(payload.items, { .qty  > 1 /* n */ && .a }) and payload.x`, func(t *visual.Tree) { t.Root.Nodes[0].Where.Nodes[1].Op = "isFalse" }, `any(payload.items, .qty  > 1 /* n */ && .a == false) and payload.x`},
		{`payload.a == 9007199254740993 and payload.b`, func(t *visual.Tree) {
			t.Root.Nodes[0].Value = float64(9007199254740993)
			t.Root.Nodes[1].Op = "isFalse"
		}, `payload.a == 9007199254740993 and payload.b == false`},
		{`payload.a`, func(t *visual.Tree) { t.Root.Nodes = nil }, ``},
	}
	for _, c := range cases {
		tree := read(t, c.src)
		c.edit(tree)
		require.Equal(t, c.want, write(t, tree), c.src)
	}
}

func TestWrite_SaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	row := func(edit func(*visual.Node)) *visual.Node {
		n := &visual.Node{Kind: visual.Row, Field: "payload.a", Type: "number", Op: "gt", Value: 1.0}
		edit(n)
		return n
	}
	cases := []struct {
		node         *visual.Node
		field, parts string
	}{
		{row(func(n *visual.Node) { n.Value = nil }), "root.nodes[0].value", "compare with"},
		{row(func(n *visual.Node) { n.Value = "abc" }), "root.nodes[0].value", "not a number"},
		{row(func(n *visual.Node) { n.Field = "" }), "root.nodes[0].field", "Choose a field"},
		{row(func(n *visual.Node) { n.Field = "steps.a" }), "root.nodes[0].field", "no steps here"},
		{row(func(n *visual.Node) { n.Field = ".a" }), "root.nodes[0].field", "item"},
		{row(func(n *visual.Node) { n.Field = "payload.a) or (true" }), "root.nodes[0].field", "not a field"},
		{row(func(n *visual.Node) { n.Op = "contains" }), "root.nodes[0].op", "no operator"},
		{row(func(n *visual.Node) { n.Type, n.Op, n.Value = "date", "before", "soon" }), "root.nodes[0].value", "not a date"},
		{row(func(n *visual.Node) { n.Type, n.Op, n.Value = "date", "inLast", "soon" }), "root.nodes[0].value", "length of time"},
		{row(func(n *visual.Node) { n.Type, n.Op, n.Value = "text", "matches", "(" }), "root.nodes[0]", "pattern"},
		{row(func(n *visual.Node) { n.Type, n.Op, n.Value = "list", "anyItem", nil }), "root.nodes[0].where", "items"},
		{&visual.Node{Kind: visual.AnyOf}, "root.nodes[0]", "empty"},
		{&visual.Node{Kind: visual.Formula}, "root.nodes[0].text", "empty"},
		{&visual.Node{Kind: visual.Formula, Span: visual.Span{Text: "paylod.a"}}, "root.nodes[0].text", "payload"},
		{&visual.Node{Kind: "none"}, "root.nodes[0].kind", "no kind"},
	}
	for _, c := range cases {
		_, err := visual.Write(t.Context(), machinery(), &visual.Tree{Root: &visual.Node{Kind: visual.All, Nodes: []*visual.Node{c.node}}}, rules.Scope{})
		var fault *engine.Error
		require.ErrorAs(t, err, &fault, nodeLine(c.node))
		require.Equal(t, c.field, fault.Field, fmt.Sprint(err))
		require.Contains(t, fault.Message, c.parts)
	}
}

func TestRead_TellsWhereTextIsBroken(t *testing.T) {
	t.Parallel()
	_, err := visual.Read(machinery(), "payload.a == 1 and\n paylod.b", rules.Scope{})
	var fault *engine.Error
	require.ErrorAs(t, err, &fault)
	require.Equal(t, 2, fault.Line)
}

func TestRead_PlacesCountAsJavaScriptDoes(t *testing.T) {
	t.Parallel()
	tree := read(t, `payload.a == "😀" and payload.b`)
	require.Equal(t, visual.Span{Text: "payload.b", From: 22, To: 31}, tree.Root.Nodes[1].Span)
	require.Equal(t, "0.1", tree.Root.Nodes[1].ID)
}
