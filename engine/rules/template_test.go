package rules_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/rules"
)

func TestRender_Text(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text string
		want any
	}{
		"no template":             {"plain } text { with }} braces", "plain } text { with }} braces"},
		"empty":                   {"", ""},
		"whole keeps number":      {"{{ payload.amount }}", int64(129900)},
		"whole keeps float":       {"{{payload.price}}", 12.5},
		"whole keeps boolean":     {"{{ payload.yes }}", true},
		"whole keeps nil":         {"{{ payload.missing }}", nil},
		"whole keeps list":        {"{{ payload.customer.tags }}", []any{"vip", "eu"}},
		"whole keeps object":      {"{{ {a: payload.price} }}", map[string]any{"a": 12.5}},
		"whole date is text":      {"{{ now() }}", "2026-03-01T12:30:00Z"},
		"a space makes it text":   {" {{ payload.amount }}", " 129900"},
		"two are text":            {"{{ payload.yes }}{{ payload.no }}", "truefalse"},
		"nil is empty":            {"<{{ payload.missing.deep }}>", "<>"},
		"null is empty":           {"<{{ payload.null }}>", "<>"},
		"list is JSON":            {"tags {{ payload.customer.tags }}", `tags ["vip","eu"]`},
		"object is JSON":          {"is {{ payload.customer }}", `is {"email":"ada@example.com","name":"Ada","odd-key":1,"tags":["vip","eu"]}`},
		"float without noise":     {"{{ 1e6 * 1.0 }} {{ 12345678.9 }} {{ 0.000001 }}!", "1000000 12345678.9 0.000001!"},
		"braces in text":          {`{{ "}}" }}`, "}}"},
		"braces in text, mixed":   {`a {{ "}}{{" }} b`, "a }}{{ b"},
		"braces in raw text":      {"{{ `}}` }}.", "}}."},
		"object at the end":       {"{{ {a: {b: 1}}}}.", `{"a":{"b":1}}.`},
		"object at the beginning": {"{{{a: 1}.a}}", int64(1)},
		"predicate braces":        {"{{ filter(payload.numbers, {# > 1}) }}", []any{int64(3), int64(2)}},
		"comment":                 {"{{ payload.yes /* }} */ }}", true},
		"literal braces":          {"{{{{ payload.yes }}", "{{ payload.yes }}"},
		"literal, then a value":   {"{{{{x}} {{ payload.yes }}", "{{x}} true"},
		"apostrophe after":        {"{{ payload.amount }}, it's \"fine", "129900, it's \"fine"},
		"wide characters":         {"🙂 {{ 'ä🙂' }} ü {{ payload.yes }}", "🙂 ä🙂 ü true"},
		"line break":              {"{{ payload.yes\n and\n payload.yes }}", true},
		"conditional":             {`{{ payload.yes ? "on" : "off" }}`, "on"},
		"payload braces":          {"{{ payload.text }}!", "Hello <World>!"},
	}
	e := rules.New(rules.Options{})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tpl, err := e.Template(map[string]any{"x": c.text}, rules.Scope{}, nil)
			require.NoError(t, err)
			got, err := tpl.Render(t.Context(), event(t, decoded(t, order)))
			require.NoError(t, err)
			require.Equal(t, map[string]any{"x": c.want}, got)
		})
	}
}

func TestRender_KeepsNumbersAsReceived(t *testing.T) {
	t.Parallel()
	env := event(t, decoded(t, `{"price": 1.10, "big": 12345678901234567890, "order": {"a/b": [1.50, 2]}, "n": 1.5}`))
	env.Literals = map[string]string{"/price": "1.10", "/big": "12345678901234567890", "/order/a~1b/0": "1.50"}
	with := map[string]any{
		"typed": "{{ payload.price }}", "text": "{{ payload.price }} {{ payload.big }}", "computed": "{{ payload.price + 0 }}",
		"object": "{{ payload.order }}", "json": "is {{ payload.order }}", "item": `{{ payload.order["a/b"][0] }}`,
		"all": "{{ payload }}", "other": "{{ payload.n }} {{ payload.n }}",
	}
	tpl, err := rules.New(rules.Options{}).Template(with, rules.Scope{}, nil)
	require.NoError(t, err)
	got, err := tpl.Render(t.Context(), env)
	require.NoError(t, err)
	kept := map[string]any{"a/b": []any{json.Number("1.50"), int64(2)}}
	require.Equal(t, map[string]any{
		"typed": json.Number("1.10"), "text": "1.10 12345678901234567890", "computed": 1.1,
		"object": kept, "json": `is {"a/b":[1.50,2]}`, "item": json.Number("1.50"),
		"all":   map[string]any{"price": json.Number("1.10"), "big": json.Number("12345678901234567890"), "order": kept, "n": 1.5},
		"other": "1.5 1.5",
	}, got)
}

func TestRender_EscapesValuesNotTheAuthorsText(t *testing.T) {
	t.Parallel()
	spec := &engine.ActionSpec{Escape: map[string]engine.Escape{"html": engine.EscapeHTML, "text": engine.EscapeSlack, "url": engine.EscapeURL}}
	cases := map[string]struct{ field, text, want string }{
		"html":              {"html", "<b>{{ payload.x }}</b>", "<b>&lt;!channel&gt; &amp; /?#&#34;é</b>"},
		"html, whole":       {"html", "{{ payload.x }}", "&lt;!channel&gt; &amp; /?#&#34;é"},
		"html, by hand":     {"html", "<b>{{ htmlEscape(payload.x) }}</b>", "<b>&lt;!channel&gt; &amp; /?#&#34;é</b>"},
		"slack":             {"text", "<!here> {{ payload.x }}", `<!here> &lt;!channel&gt; &amp; /?#"é`},
		"slack, whole":      {"text", "{{ payload.x }}", `&lt;!channel&gt; &amp; /?#"é`},
		"slack, JSON":       {"text", "{{ [payload.x] }}.", `["&lt;!channel&gt; &amp; /?#\"é"].`},
		"other field":       {"subject", "{{ payload.x }}.", `<!channel> & /?#"é.`},
		"url path":          {"url", "https://a.example/{{ payload.x }}", "https://a.example/%3C%21channel%3E%20%26%20%2F%3F%23%22%C3%A9"},
		"url query":         {"url", "https://a.example/?q={{ payload.q }}", "https://a.example/?q=a%20b%26c%3Dd"},
		"url whole":         {"url", "{{ payload.url }}", "https://b.example/x?y=1&z=2"},
		"url at the start":  {"url", "{{ payload.url }}&more={{ payload.q }}", "https://b.example/x?y=1&z=2&more=a%20b%26c%3Dd"},
		"url host":          {"url", "https://{{ payload.host }}/x", "https://c.example:8080/x"},
		"url no host":       {"url", "https://{{ payload.x }}/x", "https://%3C%21channel%3E%20%26%20%2F%3F%23%22%C3%A9/x"},
		"url credentials":   {"url", "https://api.example{{ payload.at }}/x", "https://api.example%40evil.example/x"},
		"url dots":          {"url", "https://api.example/{{ payload.up }}/x", "https://api.example/..%2Fadmin/x"},
		"url, encoded once": {"url", "https://a.example/?q={{ urlEncode(payload.q) }}", "https://a.example/?q=a%20b%26c%3Dd"},
	}
	env := event(t, map[string]any{
		"x": `<!channel> & /?#"é`, "q": "a b&c=d", "url": "https://b.example/x?y=1&z=2", "host": "c.example:8080", "at": "@evil.example", "up": "../admin",
	})
	e := rules.New(rules.Options{})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tpl, err := e.Template(map[string]any{c.field: c.text}, rules.Scope{}, spec)
			require.NoError(t, err)
			got, err := tpl.Render(t.Context(), env)
			require.NoError(t, err)
			require.Equal(t, map[string]any{c.field: c.want}, got)
		})
	}
}

func TestRender_RefusesEmptyRequiredFields(t *testing.T) {
	t.Parallel()
	spec := &engine.ActionSpec{Required: []string{"url", "to"}}
	cases := map[string]struct {
		with  map[string]any
		field string
		want  string
	}{
		"missing":       {map[string]any{"url": "{{ payload.x.y }}"}, "url", "url is empty: {{ payload.x.y }} is not in this event."},
		"null":          {map[string]any{"url": "{{ payload.null }}"}, "url", "url is empty: {{ payload.null }} is null."},
		"empty text":    {map[string]any{"url": "{{ payload.empty }}"}, "url", "url is empty: {{ payload.empty }} is empty."},
		"several":       {map[string]any{"url": " {{ payload.empty }}{{ payload.null }} "}, "url", "url is empty: {{ payload.empty }} is empty."},
		"computed":      {map[string]any{"url": "{{ upper(payload.x) }}"}, "url", "url is empty: {{ upper(payload.x) }} has no value."},
		"list":          {map[string]any{"url": "u", "to": []any{"{{ payload.x }}", ""}}, "to", "to is empty: {{ payload.x }} is not in this event."},
		"empty list":    {map[string]any{"to": "{{ payload.list }}"}, "to", "to is empty: {{ payload.list }} is empty."},
		"written empty": {map[string]any{"to": ""}, "to", "to is empty: fill it in."},
	}
	e := rules.New(rules.Options{})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tpl, err := e.Template(c.with, rules.Scope{}, spec)
			require.NoError(t, err)
			_, err = tpl.Render(t.Context(), event(t, decoded(t, order)))
			fault := &engine.Error{}
			require.ErrorAs(t, err, &fault)
			require.Equal(t, engine.Error{Kind: engine.KindInvalid, Field: c.field, Message: c.want}, *fault)
		})
	}
	tpl, err := e.Template(map[string]any{"url": "{{ payload.customer.name }}", "to": []any{nil, "a@example.com"}}, rules.Scope{}, spec)
	require.NoError(t, err)
	_, err = tpl.Render(t.Context(), event(t, decoded(t, order)))
	require.NoError(t, err)
}

func TestRender_MakesFreshValuesAndLeavesTheSourceAlone(t *testing.T) {
	t.Parallel()
	source := func() map[string]any {
		return map[string]any{
			"{{ key }}": "kept", "n": uint64(5), "list": []any{"{{ payload.customer }}", map[string]any{"a": true}}, "strings": []string{"x", "{{ payload.yes }}"}, "nil": nil,
		}
	}
	with := source()
	tpl, err := rules.New(rules.Options{}).Template(with, rules.Scope{}, nil)
	require.NoError(t, err)
	require.Equal(t, engine.Fields{"customer": nil, "yes": nil}, tpl.Needs().Fields)
	env := event(t, decoded(t, order))
	want := map[string]any{
		"{{ key }}": "kept", "n": int64(5), "strings": []any{"x", true}, "nil": nil,
		"list": []any{map[string]any{"name": "Ada", "email": "ada@example.com", "tags": []any{"vip", "eu"}, "odd-key": int64(1)}, map[string]any{"a": true}},
	}
	for range 2 {
		got, err := tpl.Render(t.Context(), env)
		require.NoError(t, err)
		require.Equal(t, want, got)
		spoil(got)
	}
	require.Equal(t, source(), with)
	require.Equal(t, decoded(t, order), env.Payload)
}

// spoil changes every object and list within a value.
func spoil(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			spoil(inner)
		}
		v["spoilt"] = true
	case []any:
		for i, inner := range v {
			spoil(inner)
			v[i] = "spoilt"
		}
	}
}

func TestTemplate_FaultsNameFieldAndPlace(t *testing.T) {
	t.Parallel()
	with := map[string]any{
		"method": "{{ payload.method }}",
		"json":   map[string]any{"a": []any{"ok", "{{ paylod.x }} and {{ payload. }}"}},
		"text":   "line one\nand {{ payload.x",
		"url":    "{{ }}",
		"body":   "{{ steps.later.x }}",
		"bad":    "{{ payload.x) }}",
		"quote":  "{{ it's }}",
		"fine":   "{{ payload.x }}",
	}
	_, err := rules.New(rules.Options{}).Template(with, rules.Scope{InSteps: true, Steps: []string{"late"}}, &engine.ActionSpec{Literal: []string{"method"}})
	type fault struct {
		field, message string
		line, column   int
	}
	var got []fault
	for _, err := range joined(t, err) {
		e, ok := errors.AsType[*engine.Error](err)
		require.True(t, ok)
		got = append(got, fault{e.Field, e.Message, e.Line, e.Column})
	}
	require.Equal(t, []fault{
		{"bad", "The ) has no opening bracket.", 1, 11},
		{"body", "There is no step later before this one. Did you mean late? The earlier steps are late.", 1, 8},
		{"json.a[1]", "There is nothing called paylod here. Did you mean payload?", 1, 2},
		{"json.a[1]", "The expression ends too early.", 1, 10},
		{"method", "No {{ }} can stand here: method must be written out.", 0, 0},
		{"quote", "The text is not closed; add the missing quote.", 1, 9},
		{"text", "The {{ is not closed; add }} after the expression, or write {{{{ for two braces.", 2, 5},
		{"url", "The expression is empty.", 0, 0},
	}, got)
}
