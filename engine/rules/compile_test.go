package rules_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/rules"
)

func TestCompile_SaysWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	steps := rules.Scope{InSteps: true, Steps: []string{"notify", "ticket"}}
	cases := map[string]struct {
		src          string
		scope        rules.Scope
		line, column int
		want         string
	}{
		"unknown name":          {`payload.x == 1 and evnt.type == "a"`, rules.Scope{}, 1, 20, "There is nothing called evnt here. Did you mean event?"},
		"second line":           {"payload.x == 1\n  and paylod.y", rules.Scope{}, 2, 7, "Did you mean payload?"},
		"after wide characters": {`payload.x == "äö🙂" and foo`, rules.Scope{}, 1, 24, "There is nothing called foo here. Fields of the event are written payload.foo; text needs quotes."},
		"unknown function":      {`uper(payload.x) == "A"`, rules.Scope{}, 1, 1, "There is no function uper. Did you mean upper?"},
		"case of a function":    {`eqfold(payload.x, "a")`, rules.Scope{}, 1, 1, "Did you mean eqFold?"},
		"not a function":        {`payload.x(1)`, rules.Scope{}, 1, 9, "Values have no functions of their own"},
		"function as value":     {`len == 1`, rules.Scope{}, 1, 1, "len is a function; call it with what it works on, like len(…)."},
		"arguments":             {`truncate(payload.x)`, rules.Scope{}, 1, 1, "it is called as truncate(text, length)."},
		"argument of wrong kind": {
			`upper(5) == "5"`, rules.Scope{}, 1, 7, "This is a number, but upper takes text here: upper(text).",
		},
		"unknown step":         {`steps.notfy.ts != nil`, steps, 1, 7, "There is no step notfy before this one. Did you mean notify? The earlier steps are notify and ticket."},
		"unknown step, quoted": {`steps["later"].ts`, steps, 1, 7, "There is no step later before this one. The earlier steps are notify and ticket."},
		"first step":           {`steps.notify.ts`, rules.Scope{InSteps: true}, 1, 7, "it is the first"},
		"steps in when":        {`steps.notify.ts`, rules.Scope{}, 1, 1, "known only in later steps"},
		"item without forEach": {`item.x`, rules.Scope{InSteps: true}, 1, 1, "it exists only in a step with forEach"},
		"field of event":       {`event.tpye == "a"`, rules.Scope{}, 1, 7, "There is no event.tpye. Did you mean type?"},
		"let takes a name":     {`let payload = 1; payload`, rules.Scope{}, 1, 5, "payload already stands for something else"},
		"single equals":        {`payload.x = 1`, rules.Scope{}, 1, 11, "A single = does not compare; write ==."},
		"mixed ??":             {`payload.a ?? payload.b || true`, rules.Scope{}, 1, 24, "?? and || cannot be mixed; put parentheses around the part with ??."},
		"too early":            {`payload.x ==`, rules.Scope{}, 1, 12, "The expression ends too early."},
		"quote":                {`payload.x == "a`, rules.Scope{}, 1, 16, "The text is not closed; add the missing quote."},
		"stray bracket":        {`payload.x == 1)`, rules.Scope{}, 1, 15, `Something is wrong here: ")" is not expected.`},
		"bad pattern":          {`payload.x matches "["`, rules.Scope{}, 1, 11, "The pattern is not valid"},
		"huge pattern":         {`payload.x matches "(x{999}){9}y"`, rules.Scope{}, 1, 11, "The pattern is not valid"},
		"complex pattern":      {`payload.x matches "x{900}y{900}z{900}"`, rules.Scope{}, 1, 19, "is too complex"},
		"text and number":      {`"5" < 6`, rules.Scope{}, 1, 5, "< does not go with text and a number."},
		"date and text":        {`now() > "2026-01-01"`, rules.Scope{}, 1, 7, "> does not go with a date and text."},
		"condition of text":    {`"yes"`, rules.Scope{Condition: true}, 1, 1, "A condition must be true or false, but this is text"},
		"condition of a sum":   {`len(payload.x)`, rules.Scope{Condition: true}, 1, 1, "A condition must be true or false, but this is a number"},
		"too many parts":       {`payload.x in [` + numbers(500) + `]`, rules.Scope{}, 1, 1907, "more than 400 parts"},
	}
	e := rules.New(rules.Options{})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := e.Compile(c.src, c.scope)
			fault := &engine.Error{}
			require.ErrorAs(t, err, &fault)
			require.Equal(t, engine.KindInvalid, fault.Kind)
			require.Contains(t, fault.Message, c.want)
			if name != "too many parts" {
				require.Equal(t, []int{c.line, c.column}, []int{fault.Line, fault.Column}, fault.Message)
			}
		})
	}
}

func numbers(n int) string {
	return "1" + strings.Repeat(", 1", n)
}

func TestCompile_KnowsItsScope(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	scope := rules.Scope{InSteps: true, Steps: []string{"post"}, Item: true}
	p, err := e.Compile(`steps.post.id + item.n + index`, scope)
	require.NoError(t, err)
	env := event(t, nil)
	env.Steps, env.Item, env.Index = map[string]any{"post": map[string]any{"id": int64(1)}}, map[string]any{"n": int64(10)}, 100
	v, err := p.Eval(t.Context(), env)
	require.NoError(t, err)
	require.Equal(t, int64(111), v)

	_, err = e.Compile(`steps.post.id + item.n + index`, rules.Scope{InSteps: true, Steps: []string{"post"}})
	require.Error(t, err, "the same source in another scope")
}

func TestNeeds_NamesWhatIsRead(t *testing.T) {
	t.Parallel()
	scope := rules.Scope{InSteps: true, Steps: []string{"a", "b"}, Item: true}
	cases := map[string]rules.Needs{
		`1 == 1`:                        {},
		`payload.a.b == 1`:              {Payload: true, Fields: engine.Fields{"a": {"b": nil}}},
		`payload["a"].b == payload?.c`:  {Payload: true, Fields: engine.Fields{"a": {"b": nil}, "c": nil}},
		`payload.a.b == payload.a`:      {Payload: true, Fields: engine.Fields{"a": nil}},
		`payload.a.b[0].c == 1`:         {Payload: true, Fields: engine.Fields{"a": {"b": nil}}},
		`any(payload.items, .x == 1)`:   {Payload: true, Fields: engine.Fields{"items": nil}},
		`payload.a == payload`:          {Payload: true},
		`payload[query.k] == payload.a`: {Payload: true, Query: true},
		`payload[0].a`:                  {Payload: true},
		`get(payload, "a")`:             {Payload: true},
		`let p = payload; p.a`:          {Payload: true},
		`headers.a == vars.b`:           {Headers: true, Vars: true},
		`event.type == method`:          {Event: true},
		`event.decodeError != nil`:      {Event: true, DecodeError: true},
		`toJSON(event)`:                 {Event: true, DecodeError: true},
		`steps.b.x`:                     {Steps: []string{"b"}},
		`steps`:                         {Steps: []string{"a", "b"}},
		`item.x == index`:               {},
	}
	e := rules.New(rules.Options{})
	for src, want := range cases {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			p, err := e.Compile(src, scope)
			require.NoError(t, err)
			require.Equal(t, want, p.Needs())
		})
	}
}

func TestNeeds_Union(t *testing.T) {
	t.Parallel()
	a := rules.Needs{Payload: true, Fields: engine.Fields{"a": nil}, Query: true}
	require.Equal(t, rules.Needs{Payload: true, Fields: engine.Fields{"a": nil, "b": nil}, Query: true, Vars: true}, a.Union(rules.Needs{Payload: true, Fields: engine.Fields{"a": nil, "b": nil}, Vars: true}))
	require.Equal(t, rules.Needs{Payload: true, Query: true}, a.Union(rules.Needs{Payload: true}))
	require.Equal(t, a, a.Union(rules.Needs{}))
	require.Equal(t, a, rules.Needs{}.Union(a))
	require.Equal(t, rules.Needs{Payload: true}, rules.Needs{Payload: true}.Union(rules.Needs{Payload: true, Fields: engine.Fields{"a": nil}}))
}

func TestEngine_IsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			env := event(t, map[string]any{"g": int64(g), "items": []any{int64(g), "x"}, "s": "text"})
			for i := range 200 {
				p, err := e.Compile(`payload.g == first(payload.items) and any(payload.items, # == payload.g) and upper(payload.s) == "TEXT" or payload.no > 1`, rules.Scope{})
				if err != nil {
					t.Error(err)
					return
				}
				ok, notes, err := p.Match(t.Context(), env)
				if !ok || len(notes) > 0 || err != nil {
					t.Errorf("goroutine %d, round %d: %v %q %v", g, i, ok, notes, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestCompile_CacheIsBounded(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	first, err := e.Compile(`payload.x == 0`, rules.Scope{})
	require.NoError(t, err)
	again, err := e.Compile(`payload.x == 0`, rules.Scope{})
	require.NoError(t, err)
	require.Same(t, first, again)
	for i := range 4001 {
		_, err := e.Compile("payload.x == 1 + "+strconv.Itoa(i), rules.Scope{})
		require.NoError(t, err)
	}
	again, err = e.Compile(`payload.x == 0`, rules.Scope{})
	require.NoError(t, err)
	require.NotSame(t, first, again, "a program that was not used for long is dropped")
}

func TestSuggest_FindsTheNearestName(t *testing.T) {
	t.Parallel()
	known := []string{"payload", "headers", "query", "eqFold"}
	cases := map[string]string{"paylod": "payload", "Headers": "headers", "qeury": "query", "EQFOLD": "eqFold", "zzz": "", "": ""}
	for name, want := range cases {
		require.Equal(t, want, rules.Suggest(name, known), name)
	}
}

// Every function does what its example says.
func TestFunctions_ExamplesHold(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	seen := make(map[string]bool)
	for _, f := range rules.Functions() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, f.Group)
			require.Regexp(t, `^[A-Z].*\.$`, f.Help)
			require.Regexp(t, `^`+f.Name+`\(`, f.Signature)
			require.Contains(t, f.Example, f.Name+"(")
			p, err := e.Compile(f.Example, rules.Scope{})
			require.NoError(t, err)
			v, err := p.Eval(t.Context(), event(t, nil))
			require.NoError(t, err)
			got, err := json.Marshal(v)
			require.NoError(t, err)
			require.JSONEq(t, f.Result, string(got))
		})
		require.False(t, seen[f.Name], "%s is listed twice", f.Name)
		seen[f.Name] = true
	}
}

func TestMoney_IsWrittenAsTheWorkspaceWritesIt(t *testing.T) {
	t.Parallel()
	for format, want := range map[engine.Money]string{
		"": "-1,299.50 EUR", engine.MoneyComma: "-1,299.50 EUR", engine.MoneyPoint: "-1.299,50 EUR",
		engine.MoneySpace: "-1\u00a0299,50 EUR", engine.MoneyApostrophe: "-1'299.50 EUR",
	} {
		e := rules.New(rules.Options{Money: func() engine.Money { return format }})
		p, err := e.Compile(`money(-129950, "eur")`, rules.Scope{})
		require.NoError(t, err)
		got, err := p.Eval(t.Context(), &rules.Env{})
		require.NoError(t, err)
		require.Equal(t, want, got, format)
	}
}

func TestFunctions_GiveWhatPeopleExpect(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{
		Lookup: func(table string, key any) any {
			if table == "people" && key == "ann" {
				return map[string]string{"slack": "U1"}
			}
			return nil
		},
	})
	cases := map[string]any{
		`lookup("people", "ann").slack`:                                            "U1",
		`lookup("people", "bob")`:                                                  nil,
		`money(500, "JPY")`:                                                        "500 JPY",
		`money(1234567, "KWD")`:                                                    "1,234.567 KWD",
		`money(-5, "EUR")`:                                                         "-0.05 EUR",
		`money(-9223372036854775807 - 1, "EUR")`:                                   "-92,233,720,368,547,758.08 EUR",
		`money(1.5, "EUR")`:                                                        nil,
		`domain("Ann <ann@Example.com>")`:                                          "example.com",
		`domain("https://user:pw@www.example.com:8443/a?b@c")`:                     "example.com",
		`domain("no address at all")`:                                              nil,
		`formatDate(1772368200, "dddd, MMMM D YYYY [at] h:mm a")`:                  "Sunday, March 1 2026 at 12:30 pm",
		`formatDate(1772368200000, "YYYY-MM-DDTHH:mm:ssZ")`:                        "2026-03-01T12:30:00+00:00",
		`formatDate("2026-03-01T12:30:00.123Z", "H.mm SSS X", "America/New_York")`: "7.30 123 1772368200",
		`formatDate(now(), "2006-01-02")`:                                          "2026-03-01",
		`formatDate("rubbish", "YYYY")`:                                            nil,
		`formatDate(now(), "YYYY", "Nowhere/Land")`:                                nil,
		`formatDate(date("31.12.2025 18:00", "DD.MM.YYYY HH:mm", "Europe/Berlin"), "ISO", "UTC")`: "2025-12-31T17:00:00Z",
		`date(1772368200) == date("2026-03-01T12:30:00Z")`:                                        true,
		`date("2026-03-01") + duration("1d12h30m") > now()`:                                       true,
		`now() - duration("7d") < now() and duration("1h") * 2 == duration("2h")`:                 true,
		`num("1e3")`:                           1000.0,
		`num("12,5")`:                          nil,
		`num(true)`:                            nil,
		`int("9007199254740993")`:              int64(9007199254740993),
		`int(-3.9)`:                            int64(-3),
		`int("3.9")`:                           nil,
		`text(9007199254740993)`:               "9007199254740993",
		`text(1e6) + " " + text(0.1)`:          "1000000 0.1",
		`text([1, "a", nil])`:                  `[1,"a",null]`,
		`text({b: "<&>", a: "\u2028\""})`:      `{"a":"\u2028\"","b":"<&>"}`,
		`truncate("äöüß", 3)`:                  "äö…",
		`truncate("abc", 3)`:                   "abc",
		`truncate("abc", 0)`:                   "",
		`regexFind("a-12-b", "(\\d)(\\d)", 2)`: "2",
		`regexFind("abc", "x")`:                nil,
		`regexReplace("John Smith", "(\\w+) (\\w+)", "$2 $1")`: "Smith John",
		`base64Decode("-_8")`: nil,
		`base64Decode("aGk")`: "hi",
		`urlDecode("%zz")`:    nil,
		`hmac("sha-256", "key", "The quick brown fox jumps over the lazy dog")`: "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
		`hmac("rot13", "key", "a")`:                     nil,
		`cidrContains("10.0.0.0/8", "::ffff:10.0.0.1")`: true,
		`cidrContains("10.0.0.1", "10.0.0.1")`:          true,
		`cidrContains("rubbish", "10.0.0.1")`:           false,
		`pick({a: 1, b: 2, c: 3}, ["a", "c"])`:          map[string]any{"a": int64(1), "c": int64(3)},
		`omit({a: 1, b: 2, c: 3}, "a", "c")`:            map[string]any{"b": int64(2)},
		`upper(nil)`:                                    nil,
		`md5(nil)`:                                      nil,
		`join(["a", 1, nil, true], "-")`:                "a-1-true",
		`fromJSON("{\"n\": 9007199254740993}").n`:       int64(9007199254740993),
		`fromJSON("1 2")`:                               nil,
		`sort([3, "b", 1, nil, "a"])`:                   []any{int64(1), int64(3), "a", "b", nil},
		`sort([1, nil, 2], "desc")`:                     []any{int64(2), int64(1), nil},
		`sort([1], "sideways")`:                         nil,
		`slug("Ünïcode & co")`:                          engine.Slug("Ünïcode & co"),
		`max()`:                                         nil,
		`max([1, [5, 2]], 3.5)`:                         int64(5),
		`min(["a"])`:                                    nil,
		`mdEscape("*[a](b)*")`:                          `\*\[a\]\(b\)\*`,
	}
	for src, want := range cases {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			p, err := e.Compile(src, rules.Scope{})
			if src == `max()` {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			v, err := p.Eval(t.Context(), event(t, nil))
			require.NoError(t, err)
			require.Equal(t, want, v)
		})
	}
}
