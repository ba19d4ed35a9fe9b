package rules_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/rules"
)

func fuzzScope() rules.Scope {
	return rules.Scope{InSteps: true, Steps: []string{"a", "b"}, Item: true}
}

// Whatever is written, compiling gives a program or an error for people, and what
// compiles is evaluated without failing.
func FuzzCompile(f *testing.F) {
	for _, src := range []string{
		`payload.a.b > 5 or payload.x == 1`, `any(payload.items, .qty > 1 and #index < 3)`, `let a = payload.x; a ?? "b"`, `steps.a?.b["c"][0][1:2]`,
		`{a: [1, 2.5, -3], (item): nil}`, `payload.x | upper() | split("a")`, `if index > 1 {"x"} else {"y"}`, `reduce(1..10, #acc + #, 0)`,
		`payload.x matches "^a" and payload.y not in ["a"]`, "`raw` + 'q' + \"\\u00e9\"", `1 < payload.x <= 3 ** 2 ^ 1 % 2`, `$env`, `::len(payload)`, `get(payload, 1)`,
		`sortBy(payload.items, .a, "desc")[0]`, `groupBy(payload.items, .a).x`, `sum(payload.items)`, `count(payload.items)`, `(true; false)`, `0x1F + 0b11 + 1_000`,
		`find(payload.items, {let x = #; x.a == 1})`, `toJSON(now() - date("2026-01-01"))`, "// comment\n1", `/* */ !not true`, `b"x"`, `map(payload, #) | filter(#acc)`,
	} {
		f.Add(src)
	}
	e := rules.New(rules.Options{Deadline: 50 * time.Millisecond})
	payload := map[string]any{"x": "abc", "y": int64(5), "items": []any{map[string]any{"a": int64(1)}, "x", nil}}
	f.Fuzz(func(t *testing.T, src string) {
		start := time.Now()
		defer func() { require.Less(t, time.Since(start), 3*time.Second, "%q", src) }()
		p, err := e.Compile(src, fuzzScope())
		if err != nil {
			require.Equal(t, engine.KindInvalid, engine.KindOf(err), "%q: %v", src, err)
			return
		}
		env := &rules.Env{Payload: payload, Item: "i", Index: 2, Now: received(), Steps: map[string]any{"a": map[string]any{"b": 1.5}}}
		_, _, err = p.Match(t.Context(), env)
		tolerable(t, src, err)
		_, err = p.Eval(t.Context(), env)
		tolerable(t, src, err)
	})
}

// Clauses are total, whatever they say and whatever was sent: one spoils only itself,
// a condition is true or false and always the same, and the index passes over none
// that is true.
func FuzzClause(f *testing.F) {
	f.Add(`payload.a.b > 5`, []byte(`{"a": 1}`))
	f.Add(`payload.x == "a" or payload.x in ["b", 2, nil]`, []byte(`{"x": 2.0}`))
	f.Add(`not (payload.x != "a" or payload.y.z)`, []byte(`{"x": "a", "y": {"z": false}}`))
	f.Add(`any(payload, .qty > 1) and event.type == "push" and headers["X-A"] == "b"`, []byte(`[{"qty": 2}]`))
	f.Add(`payload.a ? payload.b == true : payload.c matches payload.d`, []byte(`{"a": "x", "c": "(", "d": "("}`))
	f.Add(`let x = payload.n; x < 1e3 && x % 2 == 0 // even`, []byte(`{"n": 9223372036854775807}`))
	f.Add(`payload.text == "Hello" and payload["a b"].c[-1] >= 2`, []byte(`{"text": "Hello", "a b": {"c": [1, 2]}}`))
	f.Add("query.a == `1` and method == \"POST\" and inbox == 'github'", []byte(`null`))
	e := rules.New(rules.Options{Deadline: 50 * time.Millisecond})
	f.Fuzz(func(t *testing.T, src string, body []byte) {
		var payload any
		if json.Unmarshal(body, &payload) != nil {
			payload = string(body)
		}
		env := event(t, payload)
		judge := func(src string) (is, judged bool) {
			r, err := e.CompileRule(&engine.Rule{When: src})
			if err != nil {
				return false, false // too long for a part of a longer one, or none at all
			}
			candidates := rules.NewIndex([]*rules.Rule{r}).Candidates(env, nil)
			if r.When == nil {
				require.Equal(t, []int{0}, candidates, "no condition is always true")
				return true, false
			}
			is, _, err = r.When.Match(t.Context(), env)
			tolerable(t, src, err)
			if is || err != nil {
				require.Equal(t, []int{0}, candidates, "the index passes over %q for %s", src, body)
			}
			return is, err == nil
		}
		is, judged := judge(src)
		if !judged {
			return
		}
		for _, c := range []struct {
			src  string
			want bool
		}{
			{src, is},
			{"(" + src + "\n) or method == \"POST\"", true},
			{"(" + src + "\n) and method == \"GET\"", false},
			{"not (" + src + "\n)", !is},
			{"(" + src + "\n) and method == \"POST\"", is},
		} {
			if got, judged := judge(c.src); judged {
				require.Equal(t, c.want, got, "%q for %s", c.src, body)
			}
		}
	})
}

// tolerable lets limits pass and nothing else.
func tolerable(t *testing.T, src string, err error) {
	t.Helper()
	if err != nil {
		require.ErrorContains(t, err, "was stopped", "%q", src)
	}
}

// Whatever is sent, a condition is judged.
func FuzzMatch(f *testing.F) {
	f.Add([]byte(order))
	f.Add([]byte(`{"items": [{"qty": "x"}, 5, null], "text": {"a": []}, "n": 1e308}`))
	f.Add([]byte(`[[[1]]]`))
	f.Add([]byte(`"text"`))
	e := rules.New(rules.Options{})
	var programs []*rules.Program
	for _, src := range []string{
		`payload.a.b > payload.n or payload.text contains payload.x or payload.items[0].qty <= payload.n`,
		`any(payload.items, .qty > 1 and .sku in payload.tags) and not all(payload.items, #.a == payload.a)`,
		`sum(payload.items, .qty) / payload.n - payload.n % 3 == reduce(payload.items, #acc + #)`,
		`toJSON(sortBy(payload.items, .qty)) == text(groupBy(payload.items, .sku))`,
		`payload.text matches payload.x and formatDate(payload.when, payload.text) == slug(payload.text)`,
		`flatten(payload.items) == uniq(concat(payload.items, payload.tags)) and payload[payload.text] == payload.text[payload.n]`,
		`fromJSON(payload.text) == payload.x or base64Decode(payload.text) == regexReplace(payload.text, payload.x, payload.text)`,
		`max(payload.items) > min(payload.tags) or money(payload.n, payload.text) == domain(payload.text)`,
	} {
		p, err := e.Compile(src, rules.Scope{Condition: true})
		require.NoError(f, err, src)
		programs = append(programs, p)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var payload any
		if json.Unmarshal(body, &payload) != nil {
			payload = string(body)
		}
		env := &rules.Env{Payload: payload, Now: received()}
		for _, p := range programs {
			_, _, err := p.Match(t.Context(), env)
			tolerable(t, p.Source(), err)
		}
	})
}

// Whatever is written and sent, a template renders or says why not, and what was
// sent is never evaluated.
func FuzzTemplate(f *testing.F) {
	f.Add("a {{ payload.x }} b", "text")
	f.Add("{{ payload.x }}", "{{ payload.secret }}")
	f.Add("{{{{ {{ {a: {b: payload.x}}}}}}", "}}")
	f.Add("{{ \"}}\" + payload.x }}'{{ payload }}", "\xff\x00")
	f.Add("https://{{ payload.x }}/?q={{ payload.x }}", "@evil/..#")
	e := rules.New(rules.Options{Deadline: 50 * time.Millisecond})
	spec := &engine.ActionSpec{Required: []string{"url"}, Escape: map[string]engine.Escape{"url": engine.EscapeURL, "html": engine.EscapeHTML}}
	f.Fuzz(func(t *testing.T, text, value string) {
		env := &rules.Env{Payload: map[string]any{"x": value, "secret": "never-evaluated"}, Now: received()}
		tpl, err := e.Template(map[string]any{"html": text, "json": []any{text}, "url": text}, fuzzScope(), spec)
		if err != nil {
			require.Equal(t, engine.KindInvalid, engine.KindOf(err), "%q: %v", text, err)
			return
		}
		if _, err := tpl.Render(t.Context(), env); err != nil {
			require.NotEqual(t, engine.KindInternal, engine.KindOf(err))
			require.NotContains(t, err.Error(), "could not be evaluated")
		}
		fixed, err := e.Template(map[string]any{"a": "{{ payload.x }}", "b": "<{{ payload.x }}>"}, fuzzScope(), nil)
		require.NoError(t, err)
		got, err := fixed.Render(t.Context(), env)
		require.NoError(t, err)
		require.Equal(t, map[string]any{"a": value, "b": "<" + value + ">"}, got)
	})
}

// Whatever is written and sent, a rule that the index leaves out is false.
func FuzzIndex(f *testing.F) {
	f.Add(`payload.x == "a" and payload.n > 1`, `headers["X-A"] == "a" or payload.n in [1, 2.0]`, []byte(`{"x": "a", "n": 2}`))
	f.Add(`not (payload.x != true) ? payload.n == -1 : false`, `let y = payload.x; payload["n"] == 1 && y`, []byte(`{"x": true, "n": -1.0}`))
	f.Add(`payload.list[-1] == "b" or payload.o?.p == ""`, `any(payload.list, # == "b") and payload.n == 5`, []byte(`{"list": ["a", "b"], "o": {"p": ""}}`))
	f.Add(`payload == 1`, `payload[0] == "t" or method not in ["GET"]`, []byte(`"text"`))
	e := rules.New(rules.Options{Deadline: 50 * time.Millisecond, Memory: 1 << 20})
	f.Fuzz(func(t *testing.T, first, second string, body []byte) {
		var list []*rules.Rule
		for _, when := range []string{first, second, "(" + first + ") and (" + second + ")", "(" + first + ") or (" + second + ")"} {
			if r, err := e.CompileRule(&engine.Rule{When: when}); err == nil {
				list = append(list, r)
			}
		}
		var payload any
		if json.Unmarshal(body, &payload) != nil {
			payload = string(body)
		}
		env := &rules.Env{
			Payload: payload, Method: "POST", Inbox: "a", Now: received(), Headers: map[string]any{"x-a": "a"},
			Event: map[string]any{"type": "a", "receivedAt": received()}, Query: map[string]any{"n": "1"}, Vars: map[string]any{"n": int64(1)},
		}
		candidates := rules.NewIndex(list).Candidates(env, nil)
		for i, r := range list {
			if r.When == nil || slices.Contains(candidates, i) {
				continue
			}
			ok, _, err := r.When.Match(t.Context(), env)
			require.NoError(t, err, "%q", r.When.Source())
			require.False(t, ok, "%q", r.When.Source())
		}
	})
}
