package visual_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/rules"
	"patchbay/engine/rules/visual"
)

func TestExplain_LeavesOutWhatIsSwitchedOff(t *testing.T) {
	t.Parallel()
	e := rules.New(rules.Options{})
	env := &rules.Env{Payload: map[string]any{"a": int64(1), "b": int64(2)}, Event: map[string]any{"type": "push"}}
	for src, want := range map[string]string{
		`payload.a == 1 and (true or payload.b == 9) and payload.b == 2`:    "Would run: all 2 conditions hold.",
		`payload.a == 1 and (true or payload.c == 9)`:                       "Would run: the condition holds.",
		`(false and payload.a == 1) or payload.b == 9`:                      "Would not run: B is 2, the rule wants 9.",
		`(false and payload.a == 1) or payload.b == 2 or payload.b == 3`:    "Would run: 1 of 2 conditions holds.",
		`true or payload.a == 9`:                                            "Would run: all conditions are switched off.",
		`(true or payload.a == 9) and (true or payload.b == 9)`:             "Would run: all conditions are switched off.",
		`event.type == "push" and (true or payload.a == 9)`:                 "Would run: the kind of event fits.",
		`event.type == "push" and payload.a == 1 and payload.b == 2`:        "Would run: all 2 conditions hold.",
		`payload.a == 1 and (true or payload.b == 9 or payload.b == 8)`:     "Would run: the condition holds.",
		`payload.a == 3 or (false and payload.b == 2 and payload.a == 1)`:   "Would not run: A is 1, the rule wants 3.",
		`(true or payload.b == 9) and (payload.a == 1 or payload.a == 500)`: "Would run: the condition holds.",
	} {
		got, err := visual.Explain(t.Context(), e, src, rules.Scope{}, env)
		require.NoError(t, err, src)
		require.Equal(t, want, visual.Sentence(got.Says), src)
		p, err := e.Compile(src, rules.Scope{Condition: true})
		require.NoError(t, err, src)
		match, _, err := p.Match(t.Context(), env)
		require.NoError(t, err, src)
		require.Equal(t, match, got.Match, src)
	}
}

func TestTeller_LeavesOutWhatIsSwitchedOff(t *testing.T) {
	t.Parallel()
	teller := &visual.Teller{Rules: rules.New(rules.Options{}), Actions: noActions{}, Inbox: func(name string) string { return name }}
	for when, want := range map[string]string{
		`payload.a == 1 and (true or payload.b == 9)`:            "When anything arrives in shop, only if A is 1, do nothing yet.",
		`true or payload.b == 9`:                                 "When anything arrives in shop, do nothing yet.",
		`event.type == "order.paid" and (true or payload.b > 9)`: "When Order paid arrives in shop, do nothing yet.",
	} {
		r := &engine.Rule{Inbox: "shop", When: when}
		require.Equal(t, want, visual.Sentence(teller.Tell(r)), when)
	}
	step := engine.Step{Key: "a", Action: "wait", If: `true or payload.b == 9`}
	require.Equal(t, "When anything arrives in shop, do wait.", visual.Sentence(teller.Tell(&engine.Rule{Inbox: "shop", Steps: []engine.Step{step}})))
}

// noActions knows none.
type noActions struct{ engine.Actions }

func (noActions) Action(string) (engine.Action, bool) { return nil, false }
