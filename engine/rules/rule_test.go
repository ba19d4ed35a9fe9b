package rules_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// action is an action of which only the description matters.
type action struct {
	spec  engine.ActionSpec
	check func(with map[string]any) error
}

func (a action) Spec() engine.ActionSpec { return a.spec }

func (a action) Check(with map[string]any) error {
	if a.check == nil {
		return nil
	}
	return a.check(with)
}

func (action) Plan(context.Context, engine.Call) (engine.Plan, error) { return engine.Plan{}, nil }

func (action) Do(context.Context, engine.Plan) (engine.Result, error) { return engine.Result{}, nil }

// actionSet implements engine.Actions as far as compiling rules needs it.
type actionSet map[string]action

func (s actionSet) Action(typ string) (engine.Action, bool) {
	a, ok := s[typ]
	return a, ok
}

func (s actionSet) Specs() []engine.ActionSpec {
	var list []engine.ActionSpec
	for _, a := range s {
		list = append(list, a.spec)
	}
	return list
}

func (actionSet) ConnectionTypes() []engine.ConnectionType { return nil }

func (actionSet) CheckConnection(*engine.Connection) error { return nil }

func (actionSet) TestConnection(context.Context, *engine.Connection) (string, error) { return "", nil }

func known() actionSet {
	return actionSet{
		"http": {
			spec: engine.ActionSpec{Type: "http", Connections: []string{"http"}, Required: []string{"url"}, Literal: []string{"method"}},
			check: func(with map[string]any) error {
				var faults []error
				if _, ok := with["url"]; !ok {
					faults = append(faults, engine.Invalid("url", "This field is empty."))
				}
				if _, ok := with["nonsense"]; ok {
					faults = append(faults, errors.Join(engine.Invalid("nonsense", "There is no such field.")))
				}
				if with["method"] == "{{ payload.x }}" {
					faults = append(faults, engine.Invalid("method", "No template may stand here."))
				}
				return errors.Join(faults...)
			},
		},
		"email":  {spec: engine.ActionSpec{Type: "email", Connections: []string{"smtp"}, NeedConnection: true}},
		"note":   {spec: engine.ActionSpec{Type: "note"}},
		"filter": {spec: engine.ActionSpec{Type: "filter", Flow: true, Required: []string{"when"}, Literal: []string{"when"}}},
		"delay":  {spec: engine.ActionSpec{Type: "delay", Flow: true}},
	}
}

func (actionSet) Choices(context.Context, *engine.Connection, string) ([]engine.Choice, error) {
	return nil, nil
}

func TestCompileRule_CompilesEverything(t *testing.T) {
	t.Parallel()
	off := false
	r := &engine.Rule{
		When:    `event.type == "issues" && payload.action == "opened"`,
		Overlap: &engine.Overlap{Mode: engine.OverlapQueue, Key: `payload.issue.id`},
		Steps: []engine.Step{
			{Key: "post", Action: "http", With: map[string]any{"url": "https://example.com/{{ payload.issue.number }}"}, Enabled: &off},
			{Key: "each", Action: "note", ForEach: `payload.issue.labels`, If: `item.name != "skip"`, With: map[string]any{"text": "{{ index }} {{ item.name }} {{ steps.post.status }}"}},
			{Key: "only", Action: "filter", With: map[string]any{"when": `steps.post.status == 200 and len(steps.each) > 0`}},
			{Key: "wait", Action: "delay", With: map[string]any{"for": "{{ vars.pause }}"}},
		},
	}
	c, err := rules.New(rules.Options{Actions: known()}).CompileRule(r)
	require.NoError(t, err)
	require.Equal(t, rules.Needs{Payload: true, Fields: engine.Fields{"action": nil, "issue": {"id": nil}}, Event: true}, c.Needs)
	require.Len(t, c.Steps, 4)
	require.Same(t, &r.Steps[1], c.Steps[1].Source)
	require.Equal(t, "note", c.Steps[1].Spec.Type)
	require.Equal(t, rules.Needs{Payload: true, Fields: engine.Fields{"issue": {"labels": nil}}, Steps: []string{"post"}}, c.Steps[1].Needs)
	require.Equal(t, []string{"post", "each"}, c.Steps[2].Needs.Steps)
	require.True(t, c.Steps[3].Needs.Vars)

	env := event(t, map[string]any{"action": "opened", "issue": map[string]any{"id": int64(7), "number": int64(12), "labels": []any{map[string]any{"name": "bug"}}}})
	env.Event["type"] = "issues"
	ok, notes, err := c.When.Match(t.Context(), env)
	require.NoError(t, err)
	require.Empty(t, notes)
	require.True(t, ok)
	key, err := c.OverlapKey.Eval(t.Context(), env)
	require.NoError(t, err)
	require.Equal(t, int64(7), key)
	with, err := c.Steps[0].With.Render(t.Context(), env)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"url": "https://example.com/12"}, with)

	list, err := c.Steps[1].ForEach.Eval(t.Context(), env)
	require.NoError(t, err)
	env.Steps = map[string]any{"post": map[string]any{"status": int64(200)}, "each": list}
	require.Len(t, list, 1)
	env.Item = map[string]any{"name": "bug"}
	require.Equal(t, []any{env.Item}, list)
	ok, _, err = c.Steps[1].If.Match(t.Context(), env)
	require.NoError(t, err)
	require.True(t, ok)
	with, err = c.Steps[1].With.Render(t.Context(), env)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"text": "0 bug 200"}, with)
	ok, _, err = c.Steps[2].Filter.Match(t.Context(), env)
	require.NoError(t, err)
	require.True(t, ok)
	with, err = c.Steps[2].With.Render(t.Context(), env)
	require.NoError(t, err)
	require.Equal(t, map[string]any{}, with)
}

func TestCompileRule_EmptyConditionsMatchAlways(t *testing.T) {
	t.Parallel()
	c, err := rules.New(rules.Options{}).CompileRule(&engine.Rule{When: " ", Steps: []engine.Step{{Key: "a", Action: "anything"}}})
	require.NoError(t, err)
	require.Nil(t, c.When)
	require.Nil(t, c.OverlapKey)
	require.Nil(t, c.Steps[0].If)
	with, err := c.Steps[0].With.Render(t.Context(), event(t, nil))
	require.NoError(t, err)
	require.Equal(t, map[string]any{}, with)
}

// joined takes joined errors apart.
func joined(t *testing.T, err error) []error {
	t.Helper()
	list, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok, "%v", err)
	return list.Unwrap()
}

func TestCompileRule_ReportsAllFaults(t *testing.T) {
	t.Parallel()
	day := engine.Duration(24 * time.Hour)
	r := &engine.Rule{
		When:    `payload.x = 1`,
		Overlap: &engine.Overlap{Mode: "parallell", Key: `nothing.here`, Max: -1, WhenFull: "wait"},
		Steps: []engine.Step{
			{Key: "Post", Action: "htp"},
			{Key: "a", Action: "email", If: "{{ payload.x }}", With: map[string]any{"text": "{{ steps.b.x }}"}},
			{Key: "a", Action: "note", Connection: "ops", ForEach: `item.x`, Timeout: 2 * day, Retry: &engine.Retry{Attempts: 101, Over: 31 * day}},
			{Key: "b", Action: "http", OnError: "ignore", OnUnknown: "resend", With: map[string]any{"nonsense": "{{ steps.b }}", "method": "{{ payload.x }}"}},
			{Key: "f", Action: "filter", With: map[string]any{"when": 5}},
			{Key: "g", Action: "filter", With: map[string]any{"when": `"text"`}},
			{Key: "h", Action: "filter"},
		},
	}
	_, err := rules.New(rules.Options{Actions: known()}).CompileRule(r)
	var got []string
	for _, err := range joined(t, err) {
		fault, ok := errors.AsType[*engine.Error](err)
		require.True(t, ok)
		require.Equal(t, engine.KindInvalid, fault.Kind)
		got = append(got, fault.Error())
	}
	require.Equal(t, []string{
		"when: A single = does not compare; write ==.",
		`overlap.mode: "parallell" is not one of parallel, queue, single and restart. Did you mean parallel?`,
		`overlap.whenFull: "wait" is not one of reject and dropOldest.`,
		"overlap.max: The number of waiting runs must be between 1 and 100000.",
		"overlap.key: There is nothing called nothing here. Fields of the event are written payload.nothing; text needs quotes.",
		`steps[0].key: "Post" cannot be the key of a step; use a small letter and then up to 31 letters, digits and underscores.`,
		`steps[0].action: There is no action "htp". Did you mean http?`,
		"steps[1].if: This is an expression already; write it without {{ and }}.",
		"steps[1].connection: The action email needs a connection (smtp).",
		"steps[1].with.text: There is no step b before this one. The earlier steps are Post.",
		`steps[2].key: Another step is called "a" already; keys are unique in a rule.`,
		"steps[2].forEach: item is not known here: it exists only in a step with forEach.",
		"steps[2].timeout: The timeout must be between 10ms and 1h.",
		"steps[2].retry.attempts: The number of attempts must be between 1 and 100.",
		"steps[2].retry.over: Attempts can be spread over at most 30d.",
		"steps[2].connection: The action note uses no connection; remove it.",
		`steps[3].onError: "ignore" is not one of stop and continue.`,
		`steps[3].onUnknown: "resend" is not one of retry and stop.`,
		"steps[3].with.method: No {{ }} can stand here: method must be written out.",
		"steps[3].with.nonsense: There is no step b before this one. The earlier steps are Post, a and a.",
		"steps[3].with.url: This field is empty.",
		"steps[4].with.when: A condition is an expression, written as text.",
		"steps[5].with.when: A condition must be true or false, but this is text; compare it with something.",
		"steps[6].with.when: A filter needs a condition.",
	}, got)

	fault, _ := errors.AsType[*engine.Error](err)
	require.Equal(t, []int{1, 11}, []int{fault.Line, fault.Column})
}
