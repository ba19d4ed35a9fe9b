package visual_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/rules"
	"patchbay/engine/rules/visual"
)

func fuzzEngine() *rules.Engine {
	return rules.New(rules.Options{Deadline: 50 * time.Millisecond, Memory: 1 << 20})
}

func fuzzEnv(body []byte) *rules.Env {
	var payload any
	if json.Unmarshal(body, &payload) != nil {
		payload = string(body)
	}
	return &rules.Env{
		Payload: payload, Method: "POST", Inbox: "a", Now: received(), Headers: map[string]any{"x-a": "a"},
		Event: map[string]any{"type": "a", "receivedAt": received()}, Query: map[string]any{"n": "1"}, Vars: map[string]any{"n": int64(1)},
	}
}

func seedVisual(f *testing.F) {
	f.Helper()
	const body = `{"a":1,"b":"2","name":"gold","total":"640.00","items":[{"qty":2,"sku":"a"},{}],"tags":["a"],"at":"2026-02-28"}`
	tree := `{"Root":{"Kind":"any","Nodes":[{"Kind":"row","Field":"payload.a","Type":"number","Op":"gt","Value":1},{"Kind":"formula","Text":"payload.b // x"},{"Kind":"row","Field":"payload.items","Type":"list","Op":"anyItem","Where":{"Kind":"all","Nodes":[{"Kind":"row","Field":".qty","Type":"text","Op":"isNot","Value":"x\u0000"}]}}]},"When":{"Types":["push"],"At":1}}`
	for _, c := range rowSources() {
		f.Add(c[0], []byte(body), []byte(tree))
	}
	f.Add(`date(payload.at) < date("")`, []byte(body), []byte(`{}`))
	f.Add("// a\n( /* b */ (payload.a == 1 /* c */ and payload.b)) or // d\nnot (payload.c)", []byte(body), []byte(`{}`))
	f.Add("(payload.a; payload.b) and let x = 1; x == 1", []byte(`"text"`), []byte(`{"Text":"payload.a","Root":{"Kind":"all"}}`))
	f.Add("any(payload.items, {let q = .qty; q > 1}) && `raw` == payload.b ?? 1;", []byte(`[1]`), []byte(`{"Root":{"Kind":"all","Nodes":[{"Kind":"formula","Text":"if payload.a {true} else {false}"},{"Kind":"any","Nodes":[]}]}}`))
}

// tolerable lets the limits of expressions pass and nothing else.
func tolerable(tb testing.TB, err error) bool {
	tb.Helper()
	if err == nil {
		return false
	}
	require.Equal(tb, engine.KindInvalid, engine.KindOf(err), "%v", err)
	return true
}

// Whatever expression is read, nobody's text is changed unasked, and what is written
// anew says the same. Whatever tree is given, it is refused in words, or its expression
// reads as a tree that is written as an expression that says the same.
func FuzzVisual(f *testing.F) {
	seedVisual(f)
	e := fuzzEngine()
	f.Fuzz(func(t *testing.T, src string, body, given []byte) {
		same := func(a, b string) {
			p, err := e.Compile(a, rules.Scope{Condition: true})
			require.NoError(t, err, a)
			q, err := e.Compile(b, rules.Scope{Condition: true})
			require.NoError(t, err, "%q\n%q", a, b)
			env := fuzzEnv(body)
			was, _, stopped1 := p.Match(t.Context(), env)
			is, _, stopped2 := q.Match(t.Context(), env)
			if stopped1 == nil && stopped2 == nil {
				require.Equal(t, was, is, "%q\n%q", a, b)
			}
		}
		anew := func(src string) {
			tree, err := visual.Read(e, src, rules.Scope{})
			if tolerable(t, err) {
				return
			}
			kept, err := visual.Write(t.Context(), e, tree, rules.Scope{})
			require.NoError(t, err, "%q", src)
			require.Equal(t, src, kept)
			text, err := visual.Write(t.Context(), e, forget(tree), rules.Scope{})
			if err != nil {
				// What compares with text that is no date is shown as a row all the same, so that it can be mended there.
				known := slices.ContainsFunc([]string{"parts", "longer", "deep", "KiB", "is not a date", "is not a length of time"}, func(word string) bool {
					return strings.Contains(err.Error(), word)
				})
				require.True(t, known, "%q: %v", src, err)
				return
			}
			if strings.TrimSpace(src) != "" {
				same(src, text)
			}
		}
		anew(src)
		var tree visual.Tree
		if json.Unmarshal(given, &tree) != nil {
			return
		}
		text, err := visual.Write(t.Context(), e, &tree, rules.Scope{})
		if !tolerable(t, err) {
			anew(text)
		}
	})
}

// Whatever is written and sent, an explanation agrees with the rule, in time.
func FuzzExplain(f *testing.F) {
	seedVisual(f)
	e := fuzzEngine()
	f.Fuzz(func(t *testing.T, src string, body, _ []byte) {
		env := fuzzEnv(body)
		start := time.Now()
		got, err := visual.Explain(t.Context(), e, src, rules.Scope{}, env)
		require.Less(t, time.Since(start), 8*time.Second, "%q", src)
		if tolerable(t, err) || strings.TrimSpace(src) == "" {
			return
		}
		p, err := e.Compile(src, rules.Scope{Condition: true})
		require.NoError(t, err)
		match, _, stopped := p.Match(t.Context(), env)
		if stopped != nil {
			return // it may have been in time a moment ago
		}
		if strings.Contains(visual.Sentence(got.Says), "was stopped") {
			return
		}
		require.Equal(t, match, got.Match, "%q", src)
		if got.Verdict != visual.CannotTell {
			require.Equal(t, match, got.Verdict == visual.Yes, "%q for %s", src, body)
		}
		require.NotEmpty(t, visual.Sentence(got.Says))
	})
}
