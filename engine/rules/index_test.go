package rules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// indexed compiles conditions and makes an index of them.
func indexed(tb testing.TB, conditions ...string) ([]*rules.Rule, *rules.Index) {
	tb.Helper()
	e := rules.New(rules.Options{})
	list := make([]*rules.Rule, len(conditions))
	for i, when := range conditions {
		var err error
		list[i], err = e.CompileRule(&engine.Rule{When: when})
		require.NoError(tb, err, when)
	}
	return list, rules.NewIndex(list)
}

func TestIndex_SkipsWhatCannotBeTrue(t *testing.T) {
	t.Parallel()
	// Each condition is false for the order; skipped says whether the index knows.
	cases := map[string]bool{
		`payload.text == "Bye"`:                                                   true,
		`"Bye" == payload.text`:                                                   true,
		`payload.missing == "x"`:                                                  true,
		`payload.customer.name == "Bob" and payload.amount > 1`:                   true,
		`payload.amount > 1 and payload.customer.name == "Bob"`:                   true,
		`(payload.amount > 1 && (payload.yes && payload.customer.name == "Bob"))`: true,
		`payload.text startsWith "Hello" and payload.id == 1`:                     true,
		`payload.customer["odd-key"] == 2`:                                        true,
		`payload?.customer?.name == "Bob"`:                                        true,
		`payload.items[0].sku == "b"`:                                             true,
		`payload.items[-1] == "b"`:                                                true,
		`payload.text[0] == "h"`:                                                  true,
		`payload.amount == 129901`:                                                true,
		`payload.amount == 129900.5`:                                              true,
		`payload.price == 12`:                                                     true,
		`payload.digits == 42`:                                                    true,
		`payload.yes == false`:                                                    true,
		`payload.no`:                                                              true,
		`payload.text`:                                                            true,
		`headers["X-Topic"] == "orders/delete"`:                                   true,
		`headers["x-none"] == "" and payload.yes`:                                 true,
		`event.type == "order.deleted"`:                                           true,
		`query.page == "3"`:                                                       true,
		`method == "GET"`:                                                         true,
		`inbox == "github"`:                                                       true,
		`vars.limit == 7`:                                                         true,
		`payload.text in ["a", "b"]`:                                              true,
		`payload.amount in [-1, 2.5, 3]`:                                          true,
		`payload.text == "a" or payload.customer.name == "b"`:                     true,
		`payload.text == "a" or payload.customer.name == "b" and payload.yes`:     true,
		`(payload.text == "a" or event.type == "b") and payload.amount > 1`:       true,
		`not (payload.text != "a" or payload.no)`:                                 true,
		`not (payload.text not in ["a"])`:                                         true,
		`payload.amount > 1 ? payload.text == "a" : payload.text == "b"`:          true,
		`if payload.text == "a" {payload.yes} else {false}`:                       true,
		`let limit = 5; payload.text == "a" and payload.amount > limit`:           true,
		`false`:                 true,
		`payload.yes and false`: true,
		`payload.text == "a" and any(1..9, # > 1)`: true,
		// There may be an error to be told, or nothing to look up.
		`any(payload.items, .qty > 99) and payload.text == "a"`:           false,
		`payload.text matches "^H" and payload.text == "a"`:               false,
		`lower(payload.text) == "a" and payload.text == "a"`:              false,
		`payload.text == "a" or any(payload.items, .qty > 99)`:            false,
		`payload.text == "a" or payload.amount > 1000000`:                 false,
		`payload.missing != nil`:                                          false,
		`payload.text == nil`:                                             false,
		`payload.text in ["a", nil]`:                                      false,
		`payload.text == payload.customer.name`:                           false,
		`payload.text != "Hello <World>"`:                                 false,
		`not payload.yes`:                                                 false,
		`payload.text not in ["Hello <World>"]`:                           false,
		`payload.list == payload.items and payload.text == "a"`:           false,
		`(payload.missing ?? "x") == "y"`:                                 false,
		`payload[payload.text] == "x"`:                                    false,
		`let name = payload.customer.name; name == "Bob"`:                 false,
		`(payload.text + payload.text) contains "x" and payload.no`:       false,
		`len(filter(payload.items, .qty > 99)) > 0 and payload.text == 1`: false,
	}
	for when, skipped := range cases {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			env := event(t, decoded(t, order))
			list, x := indexed(t, when)
			ok, _, err := list[0].When.Match(t.Context(), env)
			require.NoError(t, err)
			require.False(t, ok)
			if skipped {
				require.Empty(t, x.Candidates(env, nil))
			} else {
				require.Equal(t, []int{0}, x.Candidates(env, nil))
			}
		})
	}
}

func TestIndex_CandidatesInOrder(t *testing.T) {
	t.Parallel()
	_, x := indexed(t,
		`payload.text == "Hello <World>" or payload.customer.name == "Ada" or payload.amount == 129900`, // 0
		`payload.text == "other"`,             // 1
		`payload.amount > 5`,                  // 2
		``,                                    // 3
		`payload.amount in [129900.0, 1]`,     // 4
		`event.type == "order.created"`,       // 5
		`payload.yes`,                         // 6
		`headers["X-TOPIC"] == "none"`,        // 7
		`payload.id == 9007199254740993`,      // 8
		`payload.id == 9007199254740992.0`,    // 9: not the same number
		`payload.items[2].qty == "many"`,      // 10
		`any(payload.items, .qty == "other")`, // 11
	)
	env := event(t, decoded(t, order))
	room := []int{-1}
	require.Equal(t, []int{-1, 0, 2, 3, 4, 5, 6, 8, 10, 11}, x.Candidates(env, room))
	require.Equal(t, []int{2, 3, 11}, x.Candidates(&rules.Env{Payload: "text"}, nil))
	require.Empty(t, rules.NewIndex(nil).Candidates(env, nil))
}

// The equality that tells most apart is looked up, not the first one.
func TestIndex_PicksTheMostTellingEquality(t *testing.T) {
	t.Parallel()
	var conditions []string
	for i := range 200 {
		conditions = append(conditions, fmt.Sprintf(`event.type == "issues" and payload.action == "opened" and payload.repository.full_name == "acme/%d"`, i))
	}
	_, x := indexed(t, conditions...)
	env := &rules.Env{
		Event:   map[string]any{"type": "issues"},
		Payload: map[string]any{"action": "opened", "repository": map[string]any{"full_name": "acme/17"}},
	}
	require.Equal(t, []int{17}, x.Candidates(env, nil))
}

func TestIndex_NeedsComeInTwoParts(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	compile := func(when string, with map[string]any) *rules.Rule {
		r, err := e.CompileRule(&engine.Rule{When: when, Steps: []engine.Step{{Key: "s", Action: "x", With: with}}})
		require.NoError(t, err)
		return r
	}
	// Few are left by the header alone: nothing is decoded for an event of another type.
	x := rules.NewIndex([]*rules.Rule{
		compile(`headers["x-event"] == "a" and payload.n == 1`, map[string]any{"text": "{{ payload.title }}"}),
		compile(`headers["x-event"] == "b" and payload.m == 1`, nil),
		compile(`headers["x-event"] == "c" and any(payload, # > 1)`, nil),
		compile(`headers["x-event"] == "d" and query.page == "1"`, nil),
	})
	require.Equal(t, rules.Needs{Headers: true}, x.Needs())
	all := engine.Fields{"n": nil, "m": nil, "title": nil}
	require.Equal(t, rules.Needs{}, x.NeedsOf(nil))
	require.Equal(t, rules.Needs{Headers: true, Payload: true, Fields: all}, x.NeedsOf([]int{0, 1}))
	require.Equal(t, rules.Needs{Headers: true, Payload: true}, x.NeedsOf([]int{0, 2}))
	require.Equal(t, rules.Needs{Headers: true, Query: true}, x.NeedsOf([]int{3}))

	// A candidate that reads the payload leaves what the others read as it is.
	x = rules.NewIndex([]*rules.Rule{compile(`event.type == "a"`, nil), compile(`event.type in ["a", "b"] and payload.n == 1`, nil)})
	require.Equal(t, rules.Needs{Event: true}, x.Needs())
	require.Equal(t, rules.Needs{}, x.NeedsOf([]int{0}))
	require.Equal(t, rules.Needs{Event: true, Payload: true, Fields: engine.Fields{"n": nil}}, x.NeedsOf([]int{0, 1}))

	// One that must be judged anyway reads the payload: then all is read at once.
	x = rules.NewIndex([]*rules.Rule{compile(`headers["x-event"] == "a" and payload.n == 1`, nil), compile(`payload.o.p > 5`, nil)})
	require.Equal(t, rules.Needs{Headers: true, Payload: true, Fields: engine.Fields{"n": nil, "o": {"p": nil}}}, x.Needs())
	require.Equal(t, rules.Needs{}, x.NeedsOf([]int{0, 1}))

	// What is looked up in the payload is read, also where only a rule reads it that reads everything.
	x = rules.NewIndex([]*rules.Rule{compile(`payload.kind == "a" and len(payload) > 1`, nil), compile(`payload.n == 1`, nil), compile(`payload.n > 1`, nil)})
	require.Equal(t, rules.Needs{Payload: true, Fields: engine.Fields{"kind": nil, "n": nil}}, x.Needs())
	require.Equal(t, rules.Needs{Payload: true}, x.NeedsOf([]int{0, 2}))

	// Many rules that read many fields: those of the candidates are decoded when they are known.
	var list []*rules.Rule
	for i := range 200 {
		list = append(list, compile(fmt.Sprintf(`payload.key == %d and payload.field%d > 1`, i, i), nil))
	}
	x = rules.NewIndex(list)
	require.Equal(t, rules.Needs{Payload: true, Fields: engine.Fields{"key": nil}}, x.Needs())
	require.Equal(t, rules.Needs{Payload: true, Fields: engine.Fields{"key": nil, "field3": nil, "field5": nil}}, x.NeedsOf([]int{3, 5}))
}

func TestIndex_CandidatesDoNotAllocate(t *testing.T) { //nolint:paralleltest // counts allocations
	_, x := indexed(t,
		`event.type == "issues" and payload.action == "opened"`, `method == "POST" and inbox == "github"`, `inbox in ["github", "x"]`,
		`headers["x-github-event"] == "issues"`, `payload.issue.number == 2 or payload.sender.login == "baxterthehacker"`, `payload.issue.number > 0`, ``,
	)
	env := delivery(t)
	room := make([]int, 0, 16)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if got := x.Candidates(env, room); len(got) != 7 {
			t.Fatal(got)
		}
	}))
}

// What is nested is not looked at again and again.
func TestIndex_NestedConditionsAreQuick(t *testing.T) {
	t.Parallel()
	before, within, after := `payload.a == "b"`, `payload.a == "b"`, `payload.a == "b"`
	for i := range 30 {
		before = "(" + before + ` ? payload.b == "x" : payload.c == "y")`
		within = `(payload.b == "x" ? ` + within + ` : payload.c == "z")`
		after = fmt.Sprintf(`(payload.a == "%d" ? payload.b == "z" : %s)`, i, after)
	}
	start := time.Now()
	list, x := indexed(t, before, within, after)
	env := event(t, map[string]any{"a": "b", "b": "x", "c": "y"})
	require.Equal(t, []int{0, 1, 2}, x.Candidates(env, nil))
	require.Less(t, time.Since(start), 5*time.Second)
	for _, r := range list {
		ok, _, err := r.When.Match(t.Context(), env)
		require.NoError(t, err)
		require.True(t, ok)
	}
}
