package rules_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// S45: length, nodes and compile time are capped.
func TestCompile_LimitsSourceText(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	cases := map[string]string{
		"length":      `payload.x == "` + strings.Repeat("a", rules.MaxSource) + `"`,
		"nodes":       "1" + strings.Repeat("+1", rules.MaxNodes),
		"parentheses": strings.Repeat("(", 4000) + "1",
		"signs":       strings.Repeat("-", 4000) + "1",
		"lists":       strings.Repeat("[", 4000),
		"not":         strings.Repeat("!", 4000) + "true",
		"conditions":  strings.Repeat("true ? ", 500) + "1",
		"repetition":  `payload.x matches "` + strings.Repeat("(x{999})", 100) + `"`,
		"pattern":     `payload.x matches "` + strings.Repeat("x", 1001) + `"`,
		"empty":       " \n ",
		"not text":    "payload.x == \"\xff\"",
	}
	for name, src := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, err := e.Compile(src, rules.Scope{})
			require.Equal(t, engine.KindInvalid, engine.KindOf(err), "%v", err)
			require.Less(t, time.Since(start), 5*time.Second) // milliseconds on an idle machine
		})
	}
}

func bigList(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = map[string]any{"n": int64(i), "text": strings.Repeat("x", 50)}
	}
	return list
}

// S46: the deadline really stops an evaluation, and nothing is left running.
func TestMatch_StopsAtTheDeadline(t *testing.T) { //nolint:paralleltest // measures time and goroutines
	e := rules.New(rules.Options{})
	env := event(t, map[string]any{"items": bigList(2000), "text": strings.Repeat("ab", 500_000)})
	for _, src := range []string{ //nolint:paralleltest // as above
		`all(payload.items, all(payload.items, all(payload.items, true)))`,
		`count(payload.items, any(payload.items, any(payload.items, .n < 0))) > 0`,
		`len(map(payload.items, sum(payload.items, sum(payload.items, .n)))) > 0`,
		`reduce(payload.items, #acc + count(payload.items, any(payload.items, .n < 0)), 0) > 0`,
		`len(sortBy(payload.items, count(payload.items, any(payload.items, .n < 0)))) > 0`,
		`len(groupBy(payload.items, len(filter(payload.items, any(payload.items, .n < 0))))) > 0`,
		`all(1..100000, all(1..100000, payload.items == payload.items))`,
		`all(1..100000, len(uniq(payload.items)) > 0)`,
		`all(1..100000, payload.text not matches "(a|b)*c(a|b)*d(a|b)*e")`,
		`all(1..100000, regexFind(payload.text, "(a|ab|b)*x{100}y{100}") == nil)`,
		`all(1..100000, sha256(payload.text) != "")`,
		`all(1..100000, not (payload.text contains "abac"))`,
		`all(1..100000, len(payload.text) > 0)`,
		`all(1..100000, payload.text[5:6] != "")`,
	} {
		t.Run(src, func(t *testing.T) {
			p, err := e.Compile(src, rules.Scope{Condition: true})
			require.NoError(t, err)
			before := runtime.NumGoroutine()
			fastest := time.Hour
			for range 3 { // another process may take the processor meanwhile
				start := time.Now()
				ok, _, err := p.Match(t.Context(), env)
				fastest = min(fastest, time.Since(start))
				require.False(t, ok)
				require.ErrorContains(t, err, "stopped")
				require.Equal(t, engine.KindInvalid, engine.KindOf(err))
				if fastest < 200*time.Millisecond {
					break
				}
			}
			require.Less(t, fastest, 200*time.Millisecond)
			require.LessOrEqual(t, runtime.NumGoroutine(), before)

			quick, err := e.Compile(`payload.items[0].n == 0`, rules.Scope{})
			require.NoError(t, err)
			ok, _, err := quick.Match(t.Context(), env)
			require.NoError(t, err, "a stopped evaluation must not stop the next one")
			require.True(t, ok)
		})
	}
}

func TestMatch_StopsWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	p, err := rules.New(rules.Options{Deadline: time.Hour}).Compile(`all(1..100000, all(1..100000, true))`, rules.Scope{})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, _, err = p.Match(ctx, event(t, nil))
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
}

// resident returns the memory of this process that is in RAM.
func resident(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("resident memory is read from /proc")
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	require.NoError(t, err)
	return pages * int64(os.Getpagesize())
}

// S47: what an evaluation allocates is bounded.
func TestEval_BoundsMemory(t *testing.T) { //nolint:paralleltest // measures the whole process
	e := rules.New(rules.Options{})
	long := strings.Repeat("x", 100_000)
	env := event(t, map[string]any{
		"text": long, "items": bigList(2000), "list": []any{long, long, long}, "json": "[" + strings.Repeat("[],", 500_000) + "1]",
	})
	for i, src := range []string{ //nolint:paralleltest // as above
		`let a = repeat("x", 20000); replace(a, "x", a)`,
		`join(map(payload.items, payload.text), payload.text)`,
		`replace(payload.text, "x", payload.text[0:20000])`,
		`let a = payload.text; let b = a+a+a+a+a+a+a+a; let c = b+b+b+b+b+b+b+b; let d = c+c+c+c+c+c+c+c; d+d+d+d+d+d+d+d`,
		`repeat(payload.text, 1000000000000)`,
		`repeat("", 9000000000) + repeat("x", 9223372036854775807)`,
		`reduce(1..1000, #acc + #acc, "x")`,
		`reduce(1..1000, concat(#acc, #acc), [1])`,
		`map(1..100000, split(payload.text, ""))`,
		`map(1..100000, toJSON(payload))`,
		`map(1..100000, payload.text + "x")`,
		`map(1..100000, map(1..1000, { {a: 1} }))`,
		`map(1..1000, map(1..1000, [1]))`,
		`map(1..1000, map(1..1000, [#, #, #]))`,
		`toJSON(reduce(1..60, [#acc, #acc], 1))`,
		`string(reduce(1..60, { {a: #acc, b: #acc} }, 1))`,
		`flatten(reduce(1..60, [#acc, #acc], 1))`,
		`reduce(1..60, [#acc, #acc], 1)`,
		`reduce(1..100000, [#acc], 1)`,
		`toJSON(reduce(1..100000, [#acc], 1))`,
		`fromJSON(payload.json)`,
		`map(1..100, fromJSON(payload.json))`,
		`regexReplace(payload.text, "", payload.text)`,
		`regexReplace(payload.text, "x", "$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0")`,
		`map(1..100000, upper(payload.text))`,
		`map(1..100000, base64(payload.text))`,
		`map(1..100000, formEncode(payload))`,
		`map(1..100000, htmlEscape(payload.text))`,
		`map(1..100000, 1..1000)`,
		`map(1..100000, sort(payload.items))`,
		`map(1..100000, reverse(payload.items))`,
		`map(1..100000, keys(payload.items[0]))`,
		`map(1..100000, groupBy(payload.items, .n))`,
		`map(1..100000, truncate(payload.text + payload.text, 150000))`,
		`map(1..100000, formatDate(now(), payload.text))`,
		`map(1..100000, filter(payload.items, true))`,
		`map(1..100000, hmac("sha256", payload.text, payload.text))`,
	} {
		t.Run(fmt.Sprintf("%d %.40s", i, src), func(t *testing.T) {
			p, err := e.Compile(src, rules.Scope{})
			require.NoError(t, err)
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			rss := resident(t)
			_, _ = p.Eval(t.Context(), env)
			grown := resident(t) - rss
			runtime.ReadMemStats(&after)
			allocated := uint64(64 << 20)
			if raceEnabled { // what the regexp package pools is dropped at random there, and counted anew
				allocated *= 2
			}
			require.Less(t, after.TotalAlloc-before.TotalAlloc, allocated)
			require.Less(t, grown, int64(64<<20))
		})
	}
}

type robot struct{ Secret string }

// Shout would be callable if expr saw the value.
func (robot) Shout() string { return "loud" }

// S48: only plain values exist, whatever the environment holds.
func TestCompile_SeesPlainValuesOnly(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	for _, src := range []string{
		`$env`, `$env.payload`, `$env["payload"]`, `get($env, "payload")`, `payload.Shout()`, `payload?.Shout()`, `now().Unix()`,
		`"a".Shout()`, `steps.a`, `item`, `index`, `len`, `map`, `b"bytes"`, `os`, `env`, `let $env = 1; $env.x()`, `0`, `::payload()`,
	} {
		_, err := e.Compile(src, rules.Scope{})
		if src == "0" {
			require.NoError(t, err)
			continue
		}
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), src)
	}
	env := event(t, map[string]any{"robot": robot{"s3cret"}, "pointer": &robot{"s3cret"}, "secret": engine.Secret("s3cret"), "call": func() string { return "s3cret" }})
	for _, src := range []string{
		`payload.robot`, `payload.robot.Secret`, `payload.robot.Shout`, `payload.pointer.Secret`, `payload.secret`, `payload.call`,
		`toJSON(payload)`, `string(payload.secret)`, `text(payload)`, `values(payload)`, `payload`, `get(payload.robot, "Shout")`,
	} {
		p, err := e.Compile(src, rules.Scope{})
		require.NoError(t, err, src)
		v, err := p.Eval(t.Context(), env)
		require.NoError(t, err, src)
		require.NotContains(t, fmt.Sprint(v), "s3cret", src)
		require.NotContains(t, fmt.Sprint(v), "loud", src)
	}
}

// S49: a failing evaluation is an error of its own and no match; panics are caught.
func TestMatch_RecoversPanics(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{Lookup: func(string, any) any { panic("the table is broken") }})
	p, err := e.Compile("true and\n lookup(\"people\", 1) == nil", rules.Scope{})
	require.NoError(t, err)
	ok, _, err := p.Match(t.Context(), event(t, nil))
	require.False(t, ok)
	fault := &engine.Error{}
	require.ErrorAs(t, err, &fault)
	require.Equal(t, 2, fault.Line)
	require.Equal(t, "The expression could not be evaluated; simplify it.", fault.Message)

	good, err := e.Compile(`true`, rules.Scope{})
	require.NoError(t, err)
	ok, _, err = good.Match(t.Context(), event(t, nil))
	require.NoError(t, err)
	require.True(t, ok)
}

// S50: text of a payload is never evaluated.
func TestRender_NeverEvaluatesTwice(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	hostile := `{{ vars.limit }} {{{{ ${secret:KEY} payload.x`
	tpl, err := e.Template(map[string]any{"a": "{{ payload.x }}", "b": "see {{ payload.x }}", "c": []any{"{{ [payload.x] }}"}}, rules.Scope{}, nil)
	require.NoError(t, err)
	out, err := tpl.Render(t.Context(), event(t, map[string]any{"x": hostile}))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"a": hostile, "b": "see " + hostile, "c": []any{[]any{hostile}}}, out)
}

func TestRender_BoundsSizeAndTime(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	env := event(t, map[string]any{"big": strings.Repeat("x", 600_000), "items": bigList(2000)})
	cases := map[string]struct {
		with map[string]any
		kind engine.Kind
		want string
	}{
		"one field":   {map[string]any{"a": "{{ payload.big }}{{ payload.big }}"}, engine.KindTooLarge, "a: The rendered step is larger"},
		"all fields":  {map[string]any{"a": "{{ payload.big }}", "b": map[string]any{"c": "{{ payload.big }}"}}, engine.KindTooLarge, "b.c: The rendered step"},
		"typed value": {map[string]any{"a": "{{ map(payload.items, payload.big) }}"}, engine.KindTooLarge, "a: The rendered step"},
		"time":        {map[string]any{"a": "x", "b": "{{ all(payload.items, all(payload.items, all(payload.items, true))) }}"}, engine.KindInvalid, "b: The expression was stopped"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tpl, err := e.Template(c.with, rules.Scope{}, nil)
			require.NoError(t, err)
			_, err = tpl.Render(t.Context(), env)
			require.Equal(t, c.kind, engine.KindOf(err))
			require.ErrorContains(t, err, c.want)
		})
	}
}
