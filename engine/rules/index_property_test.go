package rules_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/rules"
)

// conditions writes random conditions over paths and literals that often meet.
type conditions struct {
	generator
	paths    []string
	literals []string
	heavy    bool // more of what is stopped over large events
	headed   bool // all conditions begin with a header
}

func (g conditions) path() string    { return g.pick(g.paths...) }
func (g conditions) literal() string { return g.pick(g.literals...) }

func (g conditions) write(depth int) string {
	if depth <= 0 {
		return g.leaf()
	}
	a, b := g.write(depth-1), g.write(depth-1-g.IntN(2))
	switch g.IntN(14) {
	case 0, 1, 2, 3:
		return "(" + a + g.pick(" and ", " && ") + b + ")"
	case 4, 5, 6:
		return "(" + a + g.pick(" or ", " || ") + b + ")"
	case 7, 8:
		return g.pick("not (", "!(") + a + ")"
	case 9:
		return "(" + a + " ? " + b + " : " + g.write(depth-1) + ")"
	case 10:
		return "(let v" + strconv.Itoa(depth) + " = " + g.pick(g.path(), g.leaf(), g.literal()) + "; " + a + " and (" + b + " or v" + strconv.Itoa(depth) + " == " + g.literal() + "))"
	case 11:
		return a + g.pick(" and ", " or ") + b // without parentheses
	case 12:
		return "(" + g.path() + " ?? " + a + ")"
	}
	return a
}

func (g conditions) leaf() string {
	if g.heavy && g.IntN(3) == 0 {
		return g.pick("lower(payload.a)", "upper(payload.b)", "(payload.a + payload.c)", "(payload.b + payload.b)") + g.pick(" == ", " != ", " contains ") + g.pick(`"x"`, `"X"`, `"abc"`)
	}
	switch g.IntN(18) {
	case 0, 1, 2, 3, 4, 5:
		return g.path() + " == " + g.literal()
	case 6:
		return g.literal() + " == " + g.path()
	case 7:
		return "(" + g.path() + " != " + g.literal() + ")"
	case 8, 9:
		return "(" + g.path() + g.pick(" in ", " in ", " not in ") + "[" + g.literal() + ", " + g.literal() + g.pick("", ", "+g.literal(), ", nil") + "])"
	case 10:
		return g.path()
	case 11:
		return "(" + g.path() + g.pick(" > ", " <= ") + g.pick("1", "2.5", `"m"`) + ")"
	case 12:
		return "(" + g.path() + g.pick(" contains ", " startsWith ", " endsWith ", " matches ") + g.pick(`"x"`, `"a"`, `""`) + ")"
	case 13:
		if g.IntN(4) == 0 {
			return "len(payload) > 1"
		}
		return g.pick("len", "lower", "text", "type", "round") + "(" + g.path() + ") == " + g.literal()
	case 14:
		return g.pick("any", "all", "none") + "(" + g.path() + ", # == " + g.literal() + ")"
	case 15:
		return "(" + g.path() + " == " + g.path() + ")"
	case 16:
		return "(" + g.literal() + " in " + g.path() + ")"
	}
	return g.pick("true", "false", "("+g.path()+" + "+g.path()+" == "+g.literal()+")", "(1 < "+g.path()+" < 3)", g.path()+" == nil", "nil == "+g.path())
}

// rules compiles n rules with random conditions; one in twenty has none.
func (g conditions) rules(t *testing.T, e *rules.Engine, n int) []*rules.Rule {
	t.Helper()
	list := make([]*rules.Rule, 0, n)
	for len(list) < n {
		source := &engine.Rule{ID: strconv.Itoa(len(list)), Name: "R"}
		if g.headed || g.IntN(20) > 0 {
			source.When = g.write(g.IntN(4))
			if g.headed {
				source.When = "headers.b == " + g.literal() + " and (" + source.When + ")"
			}
		}
		r, err := e.CompileRule(source)
		if err != nil {
			require.True(t, strings.Contains(err.Error(), "parts") || strings.Contains(err.Error(), "go with") || strings.Contains(err.Error(), "cannot be mixed") ||
				strings.Contains(err.Error(), "must be true or false"), "%s: %v", source.When, err)
			continue
		}
		list = append(list, r)
	}
	return list
}

func worldPaths() []string {
	return []string{
		"payload.a", "payload.b", "payload.c", "payload.o.a", `payload["o"]["b"]`, "payload?.o?.c", "payload.list[0]", "payload.list[-1]", "payload.a[0]",
		"payload.list", "payload.o", "payload", `headers["X-A"]`, "headers.b", "query.a", "query?.b", "method", "inbox", "event.type", "event.decodeError", "vars.a", "vars.o.b",
	}
}

func worldLiterals() []string {
	return []string{
		`"x"`, `"y"`, `""`, `"1"`, `"true"`, `"POST"`, `"shop"`, "0", "1", "-1", "1.0", "2.5", "-2.5", "9007199254740993", "9007199254740992.0", "true", "false",
	}
}

// value makes a random value; foreign ones are such as no JSON gives.
func (g conditions) value(depth int, foreign bool) any {
	if depth > 0 && g.IntN(4) == 0 {
		if g.IntN(2) == 0 {
			list := make([]any, g.IntN(4))
			for i := range list {
				list[i] = g.value(depth-1, foreign)
			}
			return list
		}
		return g.object(depth-1, foreign)
	}
	if foreign && g.IntN(6) == 0 {
		return []any{
			math.NaN(), math.Inf(1), math.Copysign(0, -1), json.Number("1"), json.Number("2.50"), uint64(1 << 63), 1, float32(2.5),
			[]string{"x", "y"},
			map[string]string{"a": "x", "b": "y"},
			received(),
			struct{ A string }{"x"},
		}[g.IntN(12)]
	}
	return []any{
		"x", "y", "", "1", "true", "abc", int64(0), int64(1), int64(-1), 1.0, 2.5, -2.5, int64(9007199254740993), 9007199254740992.0, true, false, nil,
	}[g.IntN(17)]
}

func (g conditions) object(depth int, foreign bool) map[string]any {
	m := make(map[string]any)
	for _, k := range []string{"a", "b", "c", "o", "list", "x-a", "type", "0"} {
		if g.IntN(3) > 0 {
			m[k] = g.value(depth, foreign)
		}
	}
	return m
}

func (g conditions) world(foreign bool) *rules.Env {
	env := &rules.Env{
		Payload: any(g.object(3, foreign)), Headers: g.object(0, foreign), Query: g.object(1, foreign), Event: g.object(0, foreign), Vars: g.object(2, foreign),
		Method: g.pick("POST", "PUT", "x"), Inbox: g.pick("shop", "y"), Now: received(),
	}
	if g.IntN(6) == 0 {
		env.Payload = g.value(1, foreign)
	}
	return env
}

// verdicts counts what a comparison with and without the index has met.
type verdicts struct{ true, skipped, stopped, noted int }

// compare requires that a rule is a candidate unless it is certainly false: judged over
// env it neither matches nor fails.
func (v *verdicts) compare(t *testing.T, list []*rules.Rule, x *rules.Index, env *rules.Env) []int {
	t.Helper()
	got := x.Candidates(env, nil)
	require.True(t, slices.IsSorted(got))
	require.Len(t, slices.Compact(slices.Clone(got)), len(got))
	for i, r := range list {
		candidate := slices.Contains(got, i)
		if r == nil || r.When == nil {
			require.True(t, candidate)
			continue
		}
		ok, notes, err := r.When.Match(t.Context(), env)
		if !candidate {
			v.skipped++
			if len(notes) > 0 {
				v.noted++
			}
			require.NoError(t, err, "%s\nover %#v", r.When.Source(), env)
			require.False(t, ok, "%s\nover %#v", r.When.Source(), env)
		}
		if ok {
			v.true++
		}
		if err != nil {
			v.stopped++
		}
	}
	return got
}

func TestIndex_RandomRulesOverRandomEvents(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	var v verdicts
	for seed := range uint64(150) {
		g := conditions{generator{rand.New(rand.NewPCG(20260301, seed))}, worldPaths(), worldLiterals(), false, seed%2 == 0}
		list := g.rules(t, e, 1+g.IntN(40))
		list[g.IntN(len(list))] = nil
		x := rules.NewIndex(list)
		for range 30 {
			v.compare(t, list, x, g.world(seed%3 == 0))
		}
	}
	t.Logf("%+v", v)
	require.Greater(t, v.true, 5000)
	require.Greater(t, v.skipped, 10_000)
}

// Where an evaluation would be stopped, the rule is a candidate, so that its error is told.
func TestIndex_HidesNoError(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{Memory: 60})
	var v verdicts
	for seed := range uint64(80) {
		g := conditions{generator{rand.New(rand.NewPCG(20260302, seed))}, worldPaths(), worldLiterals(), true, false}
		list := g.rules(t, e, 1+g.IntN(40))
		x := rules.NewIndex(list)
		for range 30 {
			env := g.world(false)
			if m, ok := env.Payload.(map[string]any); ok && g.IntN(2) == 0 {
				m[g.pick("a", "b", "c")] = strings.Repeat("x", 1000)
			}
			v.compare(t, list, x, env)
		}
	}
	t.Logf("%+v", v)
	require.Greater(t, v.stopped, 2000)
	require.Greater(t, v.skipped, 5000)
}

// leaves lists the paths and values of scalars in a payload, as expressions write them.
func leaves(v any, path string, out *conditions) {
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			leaves(item, path+"["+strconv.Quote(k)+"]", out)
		}
	case []any:
		for i, item := range v {
			leaves(item, path+"["+strconv.Itoa(i)+"]", out)
		}
	case string:
		if len(v) < 50 {
			out.paths, out.literals = append(out.paths, path), append(out.literals, strconv.Quote(v))
		}
	case int64:
		out.paths, out.literals = append(out.paths, path), append(out.literals, strconv.FormatInt(v, 10))
	case float64:
		out.paths, out.literals = append(out.paths, path), append(out.literals, strconv.FormatFloat(v, 'f', -1, 64))
	case bool:
		out.paths, out.literals = append(out.paths, path), append(out.literals, strconv.FormatBool(v))
	}
}

// corpus are the bodies of genuine deliveries.
func corpus(t *testing.T) map[string][]byte {
	t.Helper()
	out := make(map[string][]byte)
	dir := filepath.Join("..", "decode", "testdata", "payloads")
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.Name() != "body.json" {
			return err
		}
		body, err := os.ReadFile(path)
		out[path] = body
		return err
	}))
	require.Greater(t, len(out), 5)
	return out
}

// Judged as events are, with nothing decoded that is not asked for, the rules of an
// index have the verdicts that they have alone over the whole event.
func TestIndex_GenuineDeliveriesDecodedInPart(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	var v verdicts
	twice := 0
	for name, body := range corpus(t) {
		whole := decode.Payload("application/json", body, decode.Options{}).Value
		g := conditions{generator{rand.New(rand.NewPCG(20260303, uint64(len(body))))}, nil, nil, false, false}
		leaves(whole, "payload", &g)
		if len(g.paths) < 5 {
			continue
		}
		slices.Sort(g.paths) // maps are walked in any order
		slices.Sort(g.literals)
		for i := range 4 {
			some := g
			some.headed = i%2 == 0
			some.paths = slices.Concat(worldPaths()[12:13+g.IntN(6)], g.some(g.paths))
			some.literals = append(g.some(g.literals), `"x"`, `1`, `true`)
			list := some.rules(t, e, 1+g.IntN(15))
			x := rules.NewIndex(list)
			full := some.world(false)
			full.Payload = whole
			want := v.compare(t, list, x, full)

			part := &rules.Env{Method: full.Method, Inbox: full.Inbox, Now: full.Now}
			first := x.Needs()
			provide(part, full, body, first)
			require.Equal(t, want, x.Candidates(part, nil), name)
			if more := x.NeedsOf(want); more.Payload {
				twice++
				provide(part, full, body, first.Union(more))
			} else {
				provide(part, full, nil, more)
			}
			for _, i := range want {
				if list[i].When == nil {
					continue
				}
				ok, notes, err := list[i].When.Match(t.Context(), part)
				require.NoError(t, err)
				sure, reasons, err := list[i].When.Match(t.Context(), full)
				require.NoError(t, err)
				require.Equal(t, sure, ok, "%s: %s", name, list[i].When.Source())
				require.Equal(t, reasons, notes, "%s: %s", name, list[i].When.Source())
			}
		}
	}
	t.Logf("%+v, decoded twice %d", v, twice)
	require.Greater(t, v.true, 200)
	require.Greater(t, v.skipped, 1000)
	require.Greater(t, twice, 20)
}

// some picks a few of many.
func (g conditions) some(list []string) []string {
	out := make([]string, 1+g.IntN(8))
	for i := range out {
		out[i] = g.pick(list...)
	}
	return out
}

// provide gives an environment what is needed, as the runner does.
func provide(part, full *rules.Env, body []byte, n rules.Needs) {
	if n.Payload && body != nil {
		part.Payload = decode.Payload("application/json", body, decode.Options{Fields: n.Fields}).Value
	}
	if n.Headers {
		part.Headers = full.Headers
	}
	if n.Query {
		part.Query = full.Query
	}
	if n.Event {
		part.Event = full.Event
	}
	if n.Vars {
		part.Vars = full.Vars
	}
}
