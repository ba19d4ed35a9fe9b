package rules_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/stretchr/testify/require"

	"patchbay/engine/rules"
)

// generator writes random expressions in which every operand has the type that its
// operator takes, over a payload that has every field they name.
type generator struct{ *rand.Rand }

func (g generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g generator) number(depth int) string {
	if depth <= 0 {
		return g.pick("payload.i", "payload.f", "payload.o.n", "payload.list[0]", "payload.list[-1]", strconv.Itoa(g.IntN(20)), "2.5", "len(payload.s)")
	}
	switch g.IntN(9) {
	case 0, 1:
		return "(" + g.number(depth-1) + g.pick(" + ", " - ", " * ") + g.number(depth-1) + ")"
	case 2:
		return "(" + g.number(depth-1) + " / " + strconv.Itoa(1+g.IntN(9)) + ")"
	case 3:
		return "(" + g.boolean(depth-1) + " ? " + g.number(depth-1) + " : " + g.number(depth-1) + ")"
	case 4:
		return "count(" + g.list(depth-1) + ", # " + g.pick("<", ">=", "==") + " 2)"
	case 5:
		return "sum(" + g.list(depth-1) + ", # + 1)"
	case 6:
		return "reduce(" + g.list(depth-1) + ", #acc + #, 0)"
	case 7:
		return "len(" + g.list(depth-1) + ")"
	}
	return g.pick("abs", "floor", "ceil", "round", "-", "+") + "(" + g.number(depth-1) + ")"
}

func (g generator) text(depth int) string {
	if depth <= 0 {
		return g.pick("payload.s", "payload.o.t", `payload["odd key"]`, `"abc"`, `""`, `"a b"`, "event.type")
	}
	switch g.IntN(6) {
	case 0:
		return "(" + g.text(depth-1) + " + " + g.text(depth-1) + ")"
	case 1:
		return g.pick("upper", "lower", "trim") + "(" + g.text(depth-1) + ")"
	case 2:
		return "replace(" + g.text(depth-1) + `, "a", "b")`
	case 3:
		return "(" + g.text(depth-1) + ")[" + strconv.Itoa(g.IntN(3)) + ":" + strconv.Itoa(g.IntN(6)-2) + "]"
	case 4:
		return "join(split(" + g.text(depth-1) + `, "a"), "-")`
	}
	return "(payload.missing ?? " + g.text(depth-1) + ")"
}

func (g generator) list(depth int) string {
	if depth <= 0 {
		return g.pick("payload.list", "payload.o.l", "[1, 2, 3]", "1..4")
	}
	switch g.IntN(5) {
	case 0:
		return "filter(" + g.list(depth-1) + ", # > " + g.number(depth-2) + ")"
	case 1:
		return "map(" + g.list(depth-1) + ", # * 2)"
	case 2:
		return "(" + g.list(depth-1) + ")[" + strconv.Itoa(g.IntN(3)) + ":]"
	case 3:
		return "reverse(" + g.list(depth-1) + ")"
	}
	return "concat(" + g.list(depth-1) + ", " + g.list(depth-1) + ")"
}

func (g generator) boolean(depth int) string {
	if depth <= 0 {
		return g.pick("payload.b", "true", "false", "payload.o.b", `"k" in payload.o`, `payload.missing == nil`)
	}
	switch g.IntN(9) {
	case 0:
		return "(" + g.boolean(depth-1) + g.pick(" and ", " or ", " && ", " || ") + g.boolean(depth-1) + ")"
	case 1:
		return g.pick("not ", "!") + "(" + g.boolean(depth-1) + ")"
	case 2, 3:
		return "(" + g.number(depth-1) + g.pick(" < ", " <= ", " > ", " >= ", " == ", " != ") + g.number(depth-1) + ")"
	case 4:
		return "(" + g.text(depth-1) + g.pick(" < ", " <= ", " > ", " >= ", " == ", " != ") + g.text(depth-1) + ")"
	case 5:
		return "(" + g.text(depth-1) + g.pick(" contains ", " startsWith ", " endsWith ", " not contains ") + g.text(depth-1) + ")"
	case 6:
		return g.pick("all", "any", "none", "one") + "(" + g.list(depth-1) + ", # > " + g.number(depth-2) + ")"
	case 7:
		return "(" + g.text(depth-1) + ` matches "^[a-c]+$")`
	}
	return "(" + g.text(depth-1) + g.pick(" in ", " not in ") + `["abc", "", "x", "a b"])`
}

// plainly brings a result of expr itself into the form of ours.
func plainly(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case []int:
		out := make([]any, len(v))
		for i := range v {
			out[i] = int64(v[i])
		}
		return out
	case []string:
		out := make([]any, len(v))
		for i := range v {
			out[i] = v[i]
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainly(v[i])
		}
		return out
	}
	return v
}

// Rewriting never changes what a well-typed expression gives.
func TestCompile_AgreesWithExprOnWellTypedExpressions(t *testing.T) {
	t.Parallel()
	env := event(t, map[string]any{
		"i": int64(7), "f": 1.5, "s": "abcabc", "b": true, "odd key": "a b", "list": []any{int64(3), 1.5, int64(2)},
		"o": map[string]any{"n": int64(-4), "t": "abc", "l": []any{int64(1), int64(9)}, "b": false, "k": nil},
	})
	plain := map[string]any{"payload": env.Payload, "event": env.Event}
	e := rules.New(rules.Options{})
	g := generator{rand.New(rand.NewPCG(20260301, 1))}
	compared := 0
	for i := range 4000 {
		write := []func(int) string{g.boolean, g.number, g.text, g.list}[i%4]
		src := write(1 + g.IntN(4))
		want, err := evaluatedByExpr(src, plain)
		if err != nil {
			continue // expr fails where ours gives nil, or refuses what is no longer well typed
		}
		p, err := e.Compile(src, rules.Scope{})
		if err != nil {
			require.True(t, strings.Contains(err.Error(), "does not go with") || strings.Contains(err.Error(), "parts"), "%s: %v", src, err)
			continue
		}
		got, err := p.Eval(t.Context(), env)
		require.NoError(t, err, src)
		require.Equal(t, plainly(want), got, src)
		compared++
	}
	require.Greater(t, compared, 2500)
}

func evaluatedByExpr(src string, env map[string]any) (v any, err error) {
	p, err := expr.Compile(src, expr.Env(env), expr.Optimize(false))
	if err != nil {
		return nil, fmt.Errorf("compile: %w", err)
	}
	return expr.Run(p, env)
}
