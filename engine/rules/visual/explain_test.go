package visual_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine/rules"
	"patchbay/engine/rules/visual"
)

func order() *rules.Env {
	return &rules.Env{
		Payload: map[string]any{
			"total_price": "480.00", "count": int64(3), "test": false, "email": "ada@example.com", "id": int64(42), "note": nil, "at": "2026-02-28T10:00:00Z",
			"tags": []any{"vip"}, "items": []any{map[string]any{"qty": int64(2)}, map[string]any{"sku": "a"}},
		},
		Method: "POST", Inbox: "shop", Now: received(), Event: map[string]any{"type": "orders/updated", "receivedAt": received()},
	}
}

func explain(tb testing.TB, src string, env *rules.Env) *visual.Explanation {
	tb.Helper()
	got, err := visual.Explain(tb.Context(), machinery(), src, rules.Scope{}, env)
	require.NoError(tb, err, src)
	return got
}

func TestExplain_SaysWhy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src     string
		verdict visual.Verdict
		match   bool
		says    string
	}{
		{``, visual.Yes, true, "Would run: there is no condition."},
		{`payload.count > 1`, visual.Yes, true, "Would run: the condition holds."},
		{`payload.count > 1 and not payload.test`, visual.Yes, true, "Would run: all 2 conditions hold."},
		{`payload.count > 1 or payload.test`, visual.Yes, true, "Would run: 1 of 2 conditions holds."},
		{`num(payload.total_price) > 500 and payload.count > 1`, visual.No, false, `Would not run: Total price is "480.00", the rule wants more than 500.`},
		{`payload.total_price > 500`, visual.CannotTell, false, `Cannot tell: Total price is text ("480.00"), not a number. The rule treats this as no. Total price comes as text ("480.00"). Compare it as a number?`},
		{`payload.customer.email == "x"`, visual.CannotTell, false, "Cannot tell: Customer › Email is not in this event. The rule treats this as no. Did you mean Email?"},
		{`payload.emial != "x"`, visual.CannotTell, true, "Cannot tell: Emial is not in this event. The rule treats this as yes. Did you mean Email?"},
		{`payload.id == "42"`, visual.CannotTell, false, `Cannot tell: ID is a number (42), not text. The rule treats this as no. ID comes as a number (42). Compare it as text?`},
		{`payload.note > 3`, visual.CannotTell, false, "Cannot tell: Note is empty in this event. The rule treats this as no."},
		{`payload.note == "x"`, visual.No, false, `Would not run: Note is empty, the rule wants "x".`},
		{`payload.missing != nil`, visual.No, false, "Would not run: Missing is not in this event, the rule wants it to be there."},
		{`payload.missing == nil`, visual.Yes, true, "Would run: the condition holds."},
		{`payload.missing in [nil, ""]`, visual.Yes, true, "Would run: the condition holds."},
		{`num(payload.email) > 3`, visual.CannotTell, false, `Cannot tell: Email is "ada@example.com", which is not a number. The rule treats this as no.`},
		{`date(payload.email) < date("2026-01-01")`, visual.CannotTell, false, `Cannot tell: Email is "ada@example.com", which is not a date. The rule treats this as no.`},
		{`date(payload.at) < date("2026-01-01")`, visual.No, false, `Would not run: At is "2026-02-28T10:00:00Z", the rule wants a date before 2026-01-01.`},
		{`now() - duration("90m") <= date(payload.at) <= now()`, visual.No, false, `Would not run: At is "2026-02-28T10:00:00Z", the rule wants a date in the last 1 hour 30 minutes.`},
		{`event.type == "orders/create" and payload.count > 1`, visual.No, false, "Would not run: This is Order updated, the rule listens for Order created."},
		{`payload.email in ["a", "b"]`, visual.No, false, `Would not run: Email is "ada@example.com", the rule wants "a" or "b".`},
		{`"gold" in payload.tags`, visual.No, false, `Would not run: Tags has 1 item, the rule wants a list that contains "gold".`},
		{`any(payload.items, .qty > 1)`, visual.Yes, true, "Would run: the condition holds."},
		{`any(payload.items, .qty > 5)`, visual.CannotTell, false, "Cannot tell: Items has an item for which this cannot be told: .qty has no value. The rule treats this as no."},
		{`any(payload.items, .sku == "b")`, visual.No, false, `Would not run: Items has 2 items, the rule wants an item where SKU is "b".`},
		{`any(payload.items, .sku != "b")`, visual.Yes, true, "Would run: the condition holds."},
		{`payload.a.b > 5 or payload.count == 3`, visual.Yes, true, "Would run: 1 of 2 conditions holds."},
		{`payload.test or payload.count == 4`, visual.No, false, "Would not run: none of 2 conditions holds. Test is no, the rule wants yes."},
		{`not (payload.count > 5 or payload.test)`, visual.Yes, true, "Would run: the condition holds."},
		{`not (payload.a > 5 or payload.test)`, visual.CannotTell, true, "Cannot tell: The formula not (payload.a > 5 or payload.test) cannot be told: payload.a is not in this event. The rule treats this as yes."},
		{`not (payload.count > 1)`, visual.No, false, "Would not run: The formula not (payload.count > 1) does not hold."},
		{`payload.count == payload.limit`, visual.CannotTell, false, "Cannot tell: Limit is not in this event. The rule treats this as no."},
	} {
		got := explain(t, c.src, order())
		require.Equal(t, c.verdict, got.Verdict, "%s: %s", c.src, visual.Sentence(got.Says))
		require.Equal(t, c.match, got.Match, c.src)
		require.Equal(t, c.says, visual.Sentence(got.Says), c.src)
	}
}

func TestExplain_JudgesEveryPart(t *testing.T) {
	t.Parallel()
	got := explain(t, `event.type == "orders/updated" and payload.count > 1 and (payload.test or payload.emial == "x")`, order())
	byID := map[string]visual.Judgement{}
	var ids []string
	for _, n := range got.Nodes {
		byID[n.ID], ids = n, append(ids, n.ID)
	}
	require.Equal(t, []string{"when", "0", "0.0", "0.1", "0.1.0", "0.1.1"}, ids)
	require.Equal(t, []string{"0.1.1"}, got.Decides)
	require.Equal(t, visual.Yes, byID["when"].Verdict)
	require.Equal(t, "Count is 3.", visual.Sentence(byID["0.0"].Says))
	require.Equal(t, []visual.Part{{Kind: visual.Strong, Text: "Count"}, {Kind: visual.Plain, Text: " is "}, {Kind: visual.Value, Text: "3"}, {Kind: visual.Plain, Text: "."}}, byID["0.0"].Says)
	require.Equal(t, &visual.Actual{Found: true, Type: "number", Text: "3"}, byID["0.0"].Actual)
	require.Equal(t, visual.No, byID["0.1.0"].Verdict)
	require.Equal(t, visual.CannotTell, byID["0.1.1"].Verdict)
	require.Equal(t, "payload.email", byID["0.1.1"].Hint.Field)
	require.Equal(t, visual.CannotTell, byID["0.1"].Verdict)
	tree := read(t, `payload.count > 1 and (payload.test or payload.emial == "x")`)
	require.Equal(t, "0.1.1", tree.Root.Nodes[1].Nodes[1].ID, "the same ids as in the tree")
}

// What cannot be judged in time is told, and the verdict stays the one of the rule.
func TestExplain_TellsWhatWasStopped(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{Deadline: 5 * time.Millisecond})
	src := `payload.count == 3 and any(1..90000, any(1..90000, # == -1))`
	got, err := visual.Explain(t.Context(), e, src, rules.Scope{}, order())
	require.NoError(t, err)
	require.Equal(t, visual.CannotTell, got.Verdict)
	require.False(t, got.Match)
	require.Contains(t, visual.Sentence(got.Says), "was stopped")
}

// agrees insists that an explanation never contradicts the matcher.
func agrees(tb testing.TB, src string, env *rules.Env, got *visual.Explanation) {
	tb.Helper()
	want := src == "" || matches(tb, compile(tb, src), env)
	require.Equal(tb, want, got.Match, src)
	if got.Verdict != visual.CannotTell {
		require.Equal(tb, want, got.Verdict == visual.Yes, "%s\n%v\n%s", src, env.Payload, visual.Sentence(got.Says))
	}
	require.NotEmpty(tb, visual.Sentence(got.Says))
	for _, n := range got.Nodes {
		if n.Verdict != visual.CannotTell {
			require.Equal(tb, n.Match, n.Verdict == visual.Yes, "%s %s", src, n.ID)
		}
		require.NotEmpty(tb, visual.Sentence(n.Says), "%s %s", src, n.ID)
	}
	for _, id := range got.Decides {
		require.True(tb, id == "when" || strings.HasPrefix(id, "0"), id)
	}
}

func TestExplain_AgreesWithTheMatcher(t *testing.T) {
	t.Parallel()
	c := chance{rand.New(rand.NewPCG(7, 8))}
	seen := map[visual.Verdict]int{}
	for range 300 {
		src := c.source(c.IntN(4))
		if _, err := visual.Read(machinery(), src, rules.Scope{}); err != nil {
			continue
		}
		for range 5 {
			env := c.event()
			got := explain(t, src, env)
			agrees(t, src, env, got)
			seen[got.Verdict]++
		}
	}
	for _, o := range visual.Operators() {
		for range 40 {
			src, env := write(t, &visual.Tree{Root: &visual.Node{Kind: visual.All, Nodes: []*visual.Node{c.row(o, false, 2)}}}), c.event()
			agrees(t, src, env, explain(t, src, env))
		}
	}
	require.Len(t, seen, 3)
}
