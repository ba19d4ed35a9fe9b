package visual_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
	"patchbay/engine/rules/visual"
)

// chance makes random conditions and random events for them.
type chance struct{ *rand.Rand }

func pick[T any](c chance, list ...T) T { return list[c.IntN(len(list))] }

// event makes an event in which any field may be missing, null or of any type.
func (c chance) event() *rules.Env {
	payload := map[string]any{}
	for _, name := range []string{"a", "b", "c", "items", "tags", "total", "name", "odd key"} {
		if c.IntN(4) > 0 {
			payload[name] = c.value(2)
		}
	}
	return &rules.Env{
		Payload: payload, Method: "POST", Inbox: "shop", Now: received(), Headers: map[string]any{"x-topic": pick(c, "a", "gold", "b")},
		Event: map[string]any{"type": pick(c, "a", "b", "gold"), "receivedAt": received(), "verified": ""}, Query: map[string]any{"page": "2"},
		Vars: map[string]any{"limit": int64(3)},
	}
}

func (c chance) value(depth int) any {
	switch c.IntN(10) {
	case 0:
		return nil
	case 1:
		return c.IntN(2) == 0
	case 2, 3:
		return pick[any](c, int64(1), int64(3), int64(-2), 2.5, int64(500))
	case 4:
		return pick(c, "3", "2.5", "640.00", "")
	case 5:
		return pick(c, "2026-03-01", "2026-02-27T10:00:00Z", "2020-01-01", "2027-01-01T00:00:00Z")
	case 6:
		return pick(c, "gold", "Gold", "GOLDEN", "a", "A", "b", "x\n\"y\"")
	}
	if depth == 0 {
		return "gold"
	}
	if c.IntN(3) == 0 {
		return map[string]any{"a": c.value(depth - 1), "b": c.value(depth - 1), "odd key": c.value(depth - 1)}
	}
	list := make([]any, c.IntN(4))
	for i := range list {
		if list[i] = c.value(depth - 1); c.IntN(2) == 0 {
			list[i] = map[string]any{"a": c.value(0), "b": c.value(0), "odd key": c.value(0)}
		}
	}
	return list
}

func (c chance) field(item bool) string {
	if item && c.IntN(4) > 0 {
		return pick(c, ".a", ".b", "#", `#["odd key"]`, "#[0]", ".a.b")
	}
	return pick(c, "payload.a", "payload.b", "payload.c.a", `payload["odd key"]`, "payload.items", "payload.items[0].a", "payload.tags[-1]",
		"payload.total", "payload.name", `headers["x-topic"]`, "query.page", "event.type", "vars.limit", "method", "payload", "event.receivedAt")
}

func (c chance) text() string {
	return pick(c, "gold", "a", "A", "", "GOLD", "2", "\"", "\\", "a\nb", "\x00", "é\u202e😀", "{{", "// no", "/*", "`", "(?i)", "${env:X}")
}

// row makes a row of one operator with a value that it takes.
func (c chance) row(o visual.Operator, item bool, depth int) *visual.Node {
	n := &visual.Node{Kind: visual.Row, Field: c.field(item), Type: o.Type, Op: o.ID}
	n.IgnoreCase = o.IgnoreCase && c.IntN(2) == 0
	n.Convert = o.Convert != "" && c.IntN(2) == 0
	number := func() any { return pick[any](c, 1.0, 3.0, -2.0, 2.5, 1e300, 9.3e18, 0.0, -1e-9) }
	switch o.Takes {
	case visual.One:
		n.Value = c.text()
		if o.Type == fields.Number || o.Type == fields.List && c.IntN(2) == 0 {
			n.Value = number()
		}
	case visual.Several:
		n.Value = []any{c.text(), c.text()}
		if o.Type == fields.Number {
			n.Value = []any{number(), number()}[:1+c.IntN(2)]
		}
	case visual.Range:
		n.Value = []any{number(), number()}
	case visual.Amount:
		n.Value = float64(c.IntN(4))
	case visual.Instant:
		n.Value = pick(c, "2026-02-28", "2026-03-01T12:00:00Z")
	case visual.Length:
		n.Value = pick(c, "7d", "90m", "5000d")
	case visual.Pattern:
		n.Value = pick(c, "^g", "[a-c]+$", "\\d", "")
	case visual.Items:
		n.Where = c.group(true, depth-1)
	default:
	}
	if o.Takes == visual.OnlyPath || o.Field && c.IntN(5) == 0 {
		n.Value, n.ValueField = nil, c.field(item)
	}
	return n
}

func (c chance) group(item bool, depth int) *visual.Node {
	n := &visual.Node{Kind: pick(c, visual.All, visual.AnyOf)}
	for range 1 + c.IntN(3) {
		n.Nodes = append(n.Nodes, c.node(item, depth))
	}
	return n
}

func (c chance) node(item bool, depth int) *visual.Node {
	all := visual.Operators()
	switch {
	case depth > 0 && c.IntN(3) == 0:
		return c.group(item, depth-1)
	case c.IntN(8) == 0:
		return &visual.Node{Kind: visual.Formula, Span: visual.Span{Text: c.formula()}}
	}
	for {
		if o := all[c.IntN(len(all))]; o.Takes != visual.Items || depth > 0 {
			return c.row(o, item, depth)
		}
	}
}

func (c chance) formula() string {
	return pick(c, `payload.a ? payload.b : payload.c == 1`, `let x = payload.a; x == 1 or x == "gold"`, `payload.a ?? payload.b`, `lower(payload.name) == "gold" // tail`,
		`not (payload.a == 1 or payload.b > 2)`, `if payload.a == 1 { true } else { payload.b }`, `payload.tags | any(# == 1)`, `/* why */ payload.a + 1 > 3`,
		`payload.c == 1 or payload.b`, `1 < payload.total < 5`, `(payload.a; payload.b)`, `not payload.a == payload.b`)
}

// source writes a random expression as people type them.
func (c chance) source(depth int) string {
	if depth == 0 || c.IntN(3) == 0 {
		if c.IntN(4) == 0 {
			return "(" + c.formula() + "\n)"
		}
		for {
			if src := pick(c, rowSources()...)[0]; src != "" && !strings.Contains(src, ";") {
				return "(" + strings.NewReplacer("payload.test", "payload.a", "payload.id", "payload.total", "payload.at", "payload.b").Replace(src) + "\n)"
			}
		}
	}
	parts := make([]string, 2+c.IntN(2))
	for i := range parts {
		parts[i] = c.source(depth - 1)
	}
	joined := strings.Join(parts, pick(c, " and ", " or ", " && ", "\n||\n", " /* c */ and ", " or // d\n"))
	return pick(c, joined, "("+joined+")", "not ("+joined+")", "( /* e */ ("+joined+"))", `event.type == "gold" and (`+joined+")", "// f\n"+joined)
}

func compile(tb testing.TB, src string) *rules.Program {
	tb.Helper()
	p, err := machinery().Compile(src, rules.Scope{Condition: true})
	require.NoError(tb, err, src)
	return p
}

func matches(tb testing.TB, p *rules.Program, env *rules.Env) bool {
	tb.Helper()
	ok, _, err := p.Match(tb.Context(), env)
	require.NoError(tb, err, p.Source())
	return ok
}

// sameVerdicts insists that two expressions agree on random events.
func (c chance) sameVerdicts(tb testing.TB, a, b string, events int) {
	tb.Helper()
	if a == "" || b == "" {
		require.Equal(tb, a, b)
		return
	}
	p, q := compile(tb, a), compile(tb, b)
	for range events {
		env := c.event()
		require.Equal(tb, matches(tb, p, env), matches(tb, q, env), "%s\n%s\n%v", a, b, env.Payload)
	}
}

func TestVisual_ExpressionsSurviveTheTree(t *testing.T) {
	t.Parallel()
	c := chance{rand.New(rand.NewPCG(1, 2))}
	tried := 0
	for range 500 {
		src := c.source(c.IntN(4))
		tree, err := visual.Read(machinery(), src, rules.Scope{})
		if err != nil {
			require.ErrorContains(t, err, "parts", src) // too many of them
			continue
		}
		tried++
		require.Equal(t, src, write(t, tree))
		comments := strings.Count(src, "/*") + strings.Count(src, "//")
		anew := write(t, forget(tree))
		c.sameVerdicts(t, src, anew, 10)
		// An edit elsewhere keeps every comment.
		tree = read(t, src)
		tree.Root = &visual.Node{Kind: visual.AnyOf, Nodes: []*visual.Node{tree.Root, {Kind: visual.Row, Field: "payload.a", Type: "any", Op: "exists"}}}
		if len(tree.Root.Nodes[0].Nodes) == 0 {
			continue
		}
		edited := write(t, tree)
		require.Equal(t, comments, strings.Count(edited, "/*")+strings.Count(edited, "//"), "%s\n%s", src, edited)
		compile(t, edited)
	}
	require.Greater(t, tried, 300)
}

func TestVisual_EveryOperatorIsStable(t *testing.T) {
	t.Parallel()
	c := chance{rand.New(rand.NewPCG(3, 4))}
	for _, o := range visual.Operators() {
		for range 30 {
			tree := &visual.Tree{Root: &visual.Node{Kind: visual.All, Nodes: []*visual.Node{c.row(o, false, 2)}}}
			text := write(t, tree)
			again := read(t, text)
			if again.When == nil {
				n := again.Root.Nodes[0]
				require.Equal(t, visual.Row, n.Kind, text)
				require.Equal(t, tree.Root.Nodes[0].Op, n.Op, text)
				require.Equal(t, o.Type, n.Type, text)
			}
			require.Equal(t, text, write(t, again))
			anew := write(t, forget(again))
			require.Equal(t, anew, write(t, forget(read(t, anew))))
		}
	}
}

func TestVisual_TreesAreStable(t *testing.T) {
	t.Parallel()
	c := chance{rand.New(rand.NewPCG(5, 6))}
	for i := range 500 {
		tree := &visual.Tree{Root: c.group(false, c.IntN(4))}
		if c.IntN(3) == 0 {
			tree.When = &visual.When{Types: []string{"a", c.text()}[:1+c.IntN(2)], At: c.IntN(3)}
		}
		text, err := visual.Write(t.Context(), machinery(), tree, rules.Scope{})
		if err != nil {
			require.ErrorContains(t, err, "parts", strconv.Itoa(i))
			continue
		}
		anew := write(t, forget(read(t, text)))
		require.Equal(t, outline(read(t, text)), outline(read(t, anew)), text)
		c.sameVerdicts(t, text, anew, 5)
	}
}
