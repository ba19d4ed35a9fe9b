package rules_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine/rules"
)

// received is when the events of these tests came in.
func received() time.Time { return time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC) }

// decoded reads JSON as payloads are decoded: whole numbers are int64.
func decoded(tb testing.TB, text string) any {
	tb.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	require.NoError(tb, d.Decode(&v))
	return exact(v)
}

func exact(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = exact(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = exact(v[k])
		}
	}
	return v
}

const order = `{
  "id": 9007199254740993, "amount": 129900, "price": 12.5, "text": "Hello <World>", "empty": "", "null": null,
  "yes": true, "no": false, "digits": "42", "when": "2026-03-01T10:00:00Z",
  "customer": {"name": "Ada", "email": "ada@example.com", "tags": ["vip", "eu"], "odd-key": 1},
  "items": [{"sku": "a", "qty": 2, "price": 1.5}, {"sku": "b", "qty": 0}, {"sku": "c", "qty": "many"}, "not an object", null],
  "numbers": [3, 1, 2], "mixed": [1, "1", true, null, [1], {"a": 1}], "list": [], "object": {}
}`

func event(tb testing.TB, payload any) *rules.Env {
	tb.Helper()
	return &rules.Env{
		Payload: payload, Method: "POST", Inbox: "shop", Now: received(),
		Headers: map[string]any{"x-topic": "orders/create"}, Query: map[string]any{"page": "2"},
		Event: map[string]any{"id": "0191", "type": "order.created", "verified": "github"},
		Vars:  map[string]any{"limit": int64(1000)},
	}
}

// The verdicts are those that a person expects who reads the expression and sees the payload.
func TestMatch_VerdictsOnMissingAndWrongValues(t *testing.T) {
	t.Parallel()
	cases := []struct {
		when string
		want bool
		note string // part of the first note; "" is no note
	}{
		// Missing fields spoil their own clause only.
		{`payload.a.b > 5 or payload.amount == 129900`, true, "payload.a.b is not in this event"},
		{`payload.a.b > 5`, false, "payload.a.b is not in this event"},
		{`payload.a.b <= 5`, false, "payload.a.b is not in this event"},
		{`not (payload.a.b > 5)`, true, "payload.a.b is not in this event"},
		{`payload.missing == 1`, false, ""},
		{`payload.missing != 1`, true, ""},
		{`payload.missing == nil`, true, ""},
		{`payload.null == nil`, true, ""},
		{`payload.null > 1`, false, "payload.null is null"},
		{`payload.missing contains "a"`, false, "payload.missing is not in this event"},
		{`payload.missing not contains "a"`, true, "payload.missing is not in this event"},
		{`payload.missing startsWith "a"`, false, "payload.missing is not in this event"},
		{`payload.missing endsWith "a"`, false, "payload.missing is not in this event"},
		{`payload.missing matches "a"`, false, "payload.missing is not in this event"},
		{`payload.missing in ["a", "b"]`, false, ""},
		{`payload.missing not in ["a", "b"]`, true, ""},
		{`"a" in payload.missing`, false, "payload.missing is not in this event"},
		{`payload.missing`, false, "payload.missing is not in this event"},
		{`not payload.missing`, true, "payload.missing is not in this event"},
		{`payload.missing ?? true`, true, ""},
		{`payload.missing and true`, false, "payload.missing is not in this event"},
		{`payload.missing or true`, true, "payload.missing is not in this event"},
		{`payload.missing.deep.deeper == nil`, true, ""},
		{`payload["customer"]["odd-key"] == 1`, true, ""},
		{`payload["nothing"]["odd-key"] == 1`, false, ""},
		{`payload.missing ? false : true`, true, "payload.missing is not in this event"},
		// Lists.
		{`any(payload.missing, .qty > 1)`, false, "payload.missing is not in this event"},
		{`all(payload.missing, .qty > 1)`, true, "payload.missing is not in this event"},
		{`none(payload.missing, .qty > 1)`, true, "payload.missing is not in this event"},
		{`any(payload.text, # == "H")`, false, "payload.text is text, not a list"},
		{`any(payload.customer, true)`, false, "payload.customer is an object, not a list"},
		{`any(payload.items, .qty > 1)`, true, ""},
		{`any(payload.items, .qty > 100)`, false, ".qty is text, not a number"},
		{`all(payload.items, .sku != "z")`, true, ""},
		{`count(payload.items, .qty >= 0) == 2`, true, ".qty is text, not a number"},
		{`len(filter(payload.items, .sku == "a")) == 1`, true, ""},
		{`one(payload.items, .sku == "b")`, true, ""},
		{`find(payload.items, .sku == "zz") == nil`, true, ""},
		{`find(payload.items, .sku == "zz").qty > 1`, false, "has no value"},
		{`sum(payload.numbers) == 6`, true, ""},
		{`sum(payload.items, .qty) == 2`, true, "an item of the sum of"},
		{`sum(payload.text) == 0`, true, "payload.text is text, not a list"},
		{`reduce(payload.list, #acc + #) == nil`, true, ""},
		{`reduce(payload.numbers, #acc + #) == 6`, true, ""},
		{`any(payload.items, .qty)`, false, ".qty is a number, not true or false"},
		{`payload.numbers[0] == 3`, true, ""},
		{`payload.numbers[-1] == 2`, true, ""},
		{`payload.numbers[3] == nil`, true, ""},
		{`payload.numbers[-4] == nil`, true, ""},
		{`payload.numbers[99999999999] == nil`, true, ""},
		{`payload.numbers["x"] == nil`, true, ""},
		{`payload.text[0] == "H"`, true, ""},
		{`payload.amount[0] == nil`, true, ""},
		{`payload.items[3].sku == nil`, true, ""},
		{`len(payload.missing) > 0`, false, "payload.missing is not in this event"},
		{`len(payload.amount) > 0`, false, "payload.amount is a number, not a list"},
		{`len(payload.list) == 0`, true, ""},
		{`"vip" in payload.customer.tags`, true, ""},
		{`"name" in payload.customer`, true, ""},
		{`"a" in payload.text`, false, "payload.text is text, not a list"},
		{`1 in payload.mixed`, true, ""},
		{`payload.customer.tags == ["vip", "eu"]`, true, ""},
		{`payload.customer.tags contains "vip"`, false, "payload.customer.tags is a list, not text"},
		// Types are never mixed.
		{`payload.digits == 42`, false, "payload.digits is text, not a number"},
		{`payload.digits != 42`, true, "payload.digits is text, not a number"},
		{`payload.digits > 41`, false, "payload.digits is text, not a number"},
		{`num(payload.digits) > 41`, true, ""},
		{`payload.amount > "1"`, false, "payload.amount is a number, not text"},
		{`payload.amount == "129900"`, false, "payload.amount is a number, not text"},
		{`text(payload.amount) == "129900"`, true, ""},
		{`payload.yes == "true"`, false, "payload.yes is true or false, not text"},
		{`payload.yes > 0`, false, "payload.yes is true or false, not a number"},
		{`payload.text > "Hello"`, true, ""},
		{`payload.text contains payload.amount`, false, "payload.amount is a number, not text"},
		{`payload.amount matches "1"`, false, "payload.amount is a number, not text"},
		{`payload.text matches payload.amount`, false, "payload.amount is a number, not text"},
		{`payload.text matches "^Hello"`, true, ""},
		{`payload.text matches payload.text + "["`, false, "is not a valid pattern"},
		{`payload.customer > 1`, false, "payload.customer is an object, not a number"},
		{`payload.customer == payload.object`, false, ""},
		{`payload.list == []`, true, ""},
		{`payload.text and true`, false, "payload.text is text, not true or false"},
		{`payload.amount ? true : false`, false, "payload.amount is a number, not true or false"},
		{`payload.text + 1 == nil`, true, "1 is a number, not text"},
		{`payload.amount + payload.missing > 1`, false, "payload.missing is not in this event"},
		{`payload.amount / 0 == nil`, true, "is zero"},
		{`payload.amount % 0 == nil`, true, "is zero"},
		{`payload.amount % payload.price == nil`, true, "% takes whole numbers"},
		{`-payload.text == nil`, true, "payload.text is text, not a number"},
		{`len(payload.text..5) == 0`, true, "payload.text is text, not a number"},
		{`payload.missing[1:2] == nil`, true, "payload.missing is not in this event"},
		{`payload.text[1:"x" ?? 2] == nil`, true, "not a number"},
		{`upper(payload.missing) == nil`, true, "payload.missing is not in this event"},
		{`upper(payload.amount) == "X"`, false, "payload.amount is a number, not text"},
		{`int(payload.text) == nil`, true, "payload.text is not a whole number"},
		{`float(payload.missing) > 1`, false, "payload.missing is not in this event"},
		{`fromJSON(payload.text).a == nil`, true, "payload.text is not JSON"},
		{`date(payload.text) == nil`, true, "payload.text is not a date"},
		{`payload.when > now()`, false, "payload.when is text, not a date"},
		{`date(payload.when) < now()`, true, ""},
		{`now() - date(payload.when) == duration("2h30m")`, true, ""},
		{`cidrContains("10.0.0.0/8", payload.text)`, false, "is not an IP address"},
		// Numbers are exact.
		{`payload.id == 9007199254740993`, true, ""},
		{`payload.id == 9007199254740992`, false, ""},
		{`payload.id == 9007199254740992.0`, false, ""},
		{`payload.id > 9007199254740992.0`, true, ""},
		{`payload.id + 1 == 9007199254740994`, true, ""},
		{`payload.price == 12.5`, true, ""},
		{`payload.price * 2 == 25`, true, ""},
		{`payload.price in [12.5]`, true, ""},
		{`payload.amount / 100 == 1299`, true, ""},
		{`1 < payload.price < 20`, true, ""},
		{`9223372036854775807 + 1 > 9223372036854775806`, true, ""},
		// The rest of the environment.
		{`headers["X-Topic"] == "orders/create"`, true, ""},
		{`headers.missing contains "x"`, false, "headers.missing is not in this event"},
		{`query.page == "2" and method == "POST" and inbox == "shop"`, true, ""},
		{`event.type startsWith "order." and event.verified == "github"`, true, ""},
		{`event.decodeError == nil`, true, ""},
		{`payload.amount > vars.limit`, true, ""},
		{`payload.amount > vars.unknown`, false, "vars.unknown is not among the shared values"},
		{`eqFold(payload.customer.name, "ADA") and inFold("VIP", payload.customer.tags)`, true, ""},
		{`lookup("people", payload.customer.name) == nil`, true, ""},
		{`get(payload, "customer").name == "Ada"`, true, ""},
		{`let tags = payload.customer.tags; len(tags) == 2 and "eu" in tags`, true, ""},
		{`let x = payload.missing; x > 5`, false, "x has no value"},
	}
	require.GreaterOrEqual(t, len(cases), 60)
	engine := rules.New(rules.Options{})
	for _, c := range cases {
		t.Run(c.when, func(t *testing.T) {
			t.Parallel()
			p, err := engine.Compile(c.when, rules.Scope{Condition: true})
			require.NoError(t, err)
			ok, notes, err := p.Match(t.Context(), event(t, decoded(t, order)))
			require.NoError(t, err)
			require.Equal(t, c.want, ok, "notes: %q", notes)
			if c.note == "" {
				require.Empty(t, notes)
				return
			}
			require.NotEmpty(t, notes)
			require.Contains(t, notes[0], c.note)
		})
	}
}

// Whatever a payload is, every one of these is judged without an error.
func TestMatch_HostilePayloadsNeverFail(t *testing.T) {
	t.Parallel()
	deep := any("end")
	for range 60 {
		deep = map[string]any{"items": []any{deep}, "a": []any{int64(1)}}
	}
	payloads := map[string]any{
		"nil": nil, "text": "x", "number": int64(1), "float": 1e300, "list": []any{nil, []any{}, map[string]any{}}, "deep": deep,
		"wrong kinds": decoded(t, `{"items": {"a": 1}, "a": [1, {"b": "x"}], "text": 5, "n": "5", "list": "x", "when": -1}`),
		"broken text": map[string]any{"text": "\xff\x00{{", "items": []any{"\xff"}, "n": "\xff"},
		"foreign":     map[string]any{"text": json.Number("1e999"), "items": []string{"a"}, "n": uint64(1 << 63), "a": struct{ B int }{1}},
	}
	expressions := []string{
		`any(payload.items, any(#.items, .a == payload.a))`, `payload.a.b.c > payload.n`, `payload.text contains payload.n`,
		`payload.text matches payload.text`, `sortBy(payload.items, .a)[0] == payload.a`, `groupBy(payload.items, #)["a"] == payload`,
		`sum(payload.items, .a) > 1`, `reduce(payload.items, #acc + #) == 1`, `payload[payload.text] == payload.items[payload.n]`,
		`{(payload.text): payload.items}.x == 1`, `[payload.a, payload.n] == payload.items`, `payload.items[1:payload.n] == nil`,
		`payload.n..payload.text == []`, `toJSON(payload) == string(payload)`, `fromJSON(payload.text) == payload`,
		`flatten(payload.items) == uniq(payload.items)`, `keys(payload) == values(payload)`, `max(payload.items) > min(payload.n, 1)`,
		`formatDate(payload.when, payload.text, payload.n) == text(payload)`, `date(payload.text, payload.n) > now()`,
		`regexReplace(payload.text, payload.n, payload.text) == regexFind(payload.text, "(.*)")`, `join(payload.items, payload.text) == "a"`,
		`pick(payload, payload.items) == omit(payload, payload.text)`, `hmac("sha256", payload.n, payload.text) == formEncode(payload)`,
		`-payload.n + payload.text * payload.a / payload.items ** 2 == payload.a % payload.n`, `not payload and payload or payload ? payload : payload`,
		`money(payload.n, payload.text) == slug(payload.text)`, `count(payload.items) == len(payload.items)`, `payload.a?.b?.[0]?.c == payload.items[0]`,
		`findLastIndex(payload.items, # == payload.a) > 0 and findIndex(payload.items, #) > 0`, `repeat(payload.text, payload.n) == domain(payload.text)`,
	}
	engine := rules.New(rules.Options{Deadline: 20 * time.Second}) // a busy machine is no failure
	for name, payload := range payloads {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, src := range expressions {
				p, err := engine.Compile(src, rules.Scope{})
				require.NoError(t, err, src)
				_, _, err = p.Match(t.Context(), event(t, payload))
				require.NoError(t, err, src)
				_, err = p.Eval(t.Context(), event(t, payload))
				require.NoError(t, err, src)
			}
		})
	}
}

func TestMatch_NotesAreFewAndSaidOnce(t *testing.T) {
	t.Parallel()
	items := make([]any, 1000)
	for i := range items {
		items[i] = map[string]any{"n": "x"}
	}
	src := `any(payload.items, .n > 1)` + strings.Repeat(` or payload.missing > 1`, 20)
	p, err := rules.New(rules.Options{}).Compile(src, rules.Scope{})
	require.NoError(t, err)
	_, notes, err := p.Match(t.Context(), event(t, map[string]any{"items": items}))
	require.NoError(t, err)
	require.Len(t, notes, 8)
	require.Equal(t, ".n is text, not a number", notes[0])
}

func TestEval_KeepsTypesAndSharesNothing(t *testing.T) {
	t.Parallel()
	cases := map[string]any{
		`payload.id`:                            int64(9007199254740993),
		`payload.price`:                         12.5,
		`5`:                                     int64(5),
		`len(payload.text)`:                     int64(13),
		`map(payload.numbers, #index)`:          []any{int64(0), int64(1), int64(2)},
		`findIndex(payload.numbers, # == 1)`:    int64(1),
		`count(payload.numbers, # > 1)`:         int64(2),
		`payload.customer.tags[0:1]`:            []any{"vip"},
		`{a: payload.yes, "b c": nil}`:          map[string]any{"a": true, "b c": nil},
		`now()`:                                 "2026-03-01T12:30:00Z",
		`duration("90m")`:                       "1h30m0s",
		`sortBy(payload.mixed, #)[0]`:           int64(1),
		`1..3`:                                  []any{int64(1), int64(2), int64(3)},
		`payload.nothing`:                       nil,
		`if payload.yes {"a"} else {"b"}`:       "a",
		`payload.text | lower() | split(" ")`:   []any{"hello", "<world>"},
		`let a = 2; let b = a * 3; [a, b]`:      []any{int64(2), int64(6)},
		`groupBy(payload.numbers, # % 2)["1"]`:  []any{int64(3), int64(1)},
		`9223372036854775807 + 1`:               9223372036854775808.0,
		`-9223372036854775807 - 1`:              int64(-9223372036854775808),
		`"äöü"[1:2] + (payload.no ? 1 : "ü")`:   "öü",
		`payload.items[0].price * 2`:            3.0,
		`1e308 * 10`:                            nil,
		`{(payload.digits): 1}["42"]`:           int64(1),
		`findLast(payload.numbers, # > 1)`:      int64(2),
		`findLastIndex(payload.numbers, # > 1)`: int64(2),
	}
	engine := rules.New(rules.Options{})
	for src, want := range cases {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			p, err := engine.Compile(src, rules.Scope{})
			require.NoError(t, err)
			got, err := p.Eval(t.Context(), event(t, decoded(t, order)))
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
	for src, want := range map[string]string{
		`payload.id`: "9007199254740993", `payload.missing`: "", `payload.text`: "Hello <World>", `payload.price * 1e6`: "12500000", `payload.yes`: "true",
		`payload.customer.tags`: `["vip","eu"]`, `now()`: "2026-03-01T12:30:00Z",
	} {
		p, err := engine.Compile(src, rules.Scope{})
		require.NoError(t, err)
		got, err := p.Text(t.Context(), event(t, decoded(t, order)))
		require.NoError(t, err)
		require.Equal(t, want, got, src)
	}
	p, err := engine.Compile(`payload.customer`, rules.Scope{})
	require.NoError(t, err)
	env := event(t, decoded(t, order))
	got, err := p.Eval(t.Context(), env)
	require.NoError(t, err)
	spoil(got)
	require.Equal(t, decoded(t, order), env.Payload)
}
