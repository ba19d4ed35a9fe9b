package actions_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions"
	"patchbay/engine"
)

type inner struct {
	City string `json:"city" title:"City" required:"true"`
}

type config struct {
	Name   string            `json:"name" title:"Name" doc:"Who." required:"true" example:"Ann"`
	Kind   string            `json:"kind" title:"Kind" enum:"one,two" default:"one"`
	Count  int               `json:"count" title:"Count" default:"3"`
	Ratio  float64           `json:"ratio" title:"Ratio"`
	On     bool              `json:"on" title:"On" default:"true"`
	Wait   engine.Duration   `json:"wait" title:"Wait"`
	Tags   actions.List      `json:"tags" title:"Tags"`
	Codes  []int             `json:"codes" title:"Codes"`
	Labels map[string]string `json:"labels" title:"Labels"`
	Place  inner             `json:"place" title:"Place"`
	Free   any               `json:"free" title:"Free"`
	Text   string            `json:"text" title:"Text" format:"multiline" escape:"html" oneOf:"What to say"`
	Fixed  string            `json:"fixed" title:"Fixed" literal:"true" advanced:"true"`
}

// probe is an action whose plans show what was decoded.
func probe() engine.Action {
	return actions.Define(actions.Definition[config, config]{
		Spec: engine.ActionSpec{Type: "probe", Title: "Probe", Summary: "Shows its configuration."},
		Plan: func(_ context.Context, _ engine.Call, c *config) (engine.Plan, error) {
			return engine.Plan{Detail: *c}, nil
		},
		Do: func(_ context.Context, c config) (engine.Result, error) {
			return engine.Result{Output: c.Name}, nil
		},
	})
}

func TestDefine_Decodes(t *testing.T) {
	t.Parallel()
	plan, err := probe().Plan(t.Context(), engine.Call{With: map[string]any{
		"name": int64(5), "kind": "TWO", "count": "7", "ratio": json.Number("1.5"), "on": "false", "wait": "7d", "tags": "a",
		"codes": []any{int64(1), "2", 3.0, json.Number("200.0")}, "labels": map[string]any{"a": true, "b": nil}, "place": map[string]any{"city": "Bonn"},
		"free": []any{nil}, "text": []any{int64(1), map[string]any{"a": "<"}}, "fixed": "{{ data }}",
	}})
	require.NoError(t, err)
	require.Equal(t, "probe", plan.Action)
	require.Equal(t, config{
		Name: "5", Kind: "two", Count: 7, Ratio: 1.5, On: false, Wait: engine.Duration(7 * 24 * time.Hour), Tags: actions.List{"a"},
		Codes: []int{1, 2, 3, 200}, Labels: map[string]string{"a": "true", "b": ""}, Place: inner{City: "Bonn"},
		Free: []any{nil}, Text: `[1,{"a":"<"}]`, Fixed: "{{ data }}",
	}, plan.Detail)
	result, err := probe().Do(t.Context(), plan)
	require.NoError(t, err)
	require.Equal(t, "5", result.Output)
}

func TestDefine_Defaults(t *testing.T) {
	t.Parallel()
	plan, err := probe().Plan(t.Context(), engine.Call{With: map[string]any{"name": "x", "kind": nil, "place": nil}})
	require.NoError(t, err)
	require.Equal(t, config{Name: "x", Kind: "one", Count: 3, On: true}, plan.Detail)
}

func TestDefine_FaultsNameTheField(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		with  map[string]any
		field string
	}{
		{map[string]any{"name": map[string]any{}}, "name"},
		{map[string]any{"kind": "three"}, "kind"},
		{map[string]any{"count": 1.5}, "count"},
		{map[string]any{"count": "many"}, "count"},
		{map[string]any{"count": []any{}}, "count"},
		{map[string]any{"ratio": "NaN"}, "ratio"},
		{map[string]any{"on": "yes"}, "on"},
		{map[string]any{"on": int64(1)}, "on"},
		{map[string]any{"wait": "soon"}, "wait"},
		{map[string]any{"tags": map[string]any{}}, "tags"},
		{map[string]any{"tags": []any{"a", []any{}}}, "tags[1]"},
		{map[string]any{"codes": "1"}, "codes"},
		{map[string]any{"codes": []any{int64(1), "x"}}, "codes[1]"},
		{map[string]any{"labels": []any{}}, "labels"},
		{map[string]any{"labels": map[string]any{"a": []any{}}}, "labels.a"},
		{map[string]any{"place": "Bonn"}, "place"},
		{map[string]any{"place": map[string]any{}}, "place.city"},
		{map[string]any{"place": map[string]any{"city": "x", "citty": "y"}}, "place.citty"},
		{map[string]any{"namee": "x"}, "namee"},
	} {
		if tc.with["name"] == nil {
			tc.with["name"] = "x"
		}
		for _, err := range []error{probe().Check(tc.with), planned(t, tc.with)} {
			e, ok := errors.AsType[*engine.Error](err)
			require.True(t, ok, "%v: %v", tc.with, err)
			require.Equal(t, tc.field, e.Field)
			require.Equal(t, engine.KindInvalid, e.Kind)
		}
	}
}

func planned(t *testing.T, with map[string]any) error {
	t.Helper()
	_, err := probe().Plan(t.Context(), engine.Call{With: with})
	return err
}

func TestCheck_TakesTemplatesForAnyType(t *testing.T) {
	t.Parallel()
	template := "{{ payload.x }}"
	with := map[string]any{"place": map[string]any{"city": template}, "codes": []any{template}}
	for _, name := range []string{"name", "kind", "count", "ratio", "on", "wait", "tags", "labels", "free", "text"} {
		with[name] = template
	}
	require.NoError(t, probe().Check(with))
	with["place"], with["codes"] = template, template
	require.NoError(t, probe().Check(with))
	with["fixed"] = template
	require.ErrorContains(t, probe().Check(with), "fixed: No template may stand here")
}

func TestDefine_Spec(t *testing.T) {
	t.Parallel()
	spec := probe().Spec()
	require.Equal(t, []string{"name"}, spec.Required)
	require.Equal(t, []string{"fixed"}, spec.Literal)
	require.Equal(t, map[string]engine.Escape{"text": engine.EscapeHTML}, spec.Escape)
	schema, err := json.Marshal(spec.Schema)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"type": "object", "additionalProperties": false, "required": ["name"],
		"properties": {
			"name": {"type": "string", "title": "Name", "description": "Who.", "x-placeholder": "Ann", "x-order": 0},
			"kind": {"type": "string", "title": "Kind", "enum": ["one", "two"], "default": "one", "x-order": 1},
			"count": {"type": "integer", "title": "Count", "default": 3, "x-order": 2},
			"ratio": {"type": "number", "title": "Ratio", "x-order": 3},
			"on": {"type": "boolean", "title": "On", "default": true, "x-order": 4},
			"wait": {"type": "string", "format": "duration", "title": "Wait", "x-order": 5},
			"tags": {"type": ["array", "string"], "items": {"type": "string"}, "title": "Tags", "x-order": 6},
			"codes": {"type": "array", "items": {"type": "integer"}, "title": "Codes", "x-order": 7},
			"labels": {"type": "object", "additionalProperties": {"type": "string"}, "title": "Labels", "x-order": 8},
			"place": {"type": "object", "additionalProperties": false, "required": ["city"], "title": "Place", "x-order": 9,
				"properties": {"city": {"type": "string", "title": "City", "x-order": 0}}},
			"free": {"title": "Free", "x-order": 10},
			"text": {"type": "string", "format": "multiline", "title": "Text", "x-one-of": "What to say", "x-order": 11},
			"fixed": {"type": "string", "title": "Fixed", "x-literal": true, "x-advanced": true, "x-order": 12}
		}}`, string(schema))
}

func TestDo_RefusesForeignPlans(t *testing.T) {
	t.Parallel()
	_, err := probe().Do(t.Context(), engine.Plan{Action: "other", Detail: 5})
	require.Error(t, err)
	require.Equal(t, engine.KindInternal, engine.KindOf(err))
}

func TestDefine_PanicsOnTypesThatNoConfigurationHolds(t *testing.T) {
	t.Parallel()
	type broken struct {
		C chan int `json:"c"`
	}
	require.Panics(t, func() { actions.Define(actions.Definition[broken, int]{}) })
}

func TestClip_KeepsWholeCharacters(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text  string
		limit int
		want  string
		cut   bool
	}{
		{"abc", 3, "abc", false},
		{"abc", 2, "ab", true},
		{"aä", 2, "a", true},
		{"aä", 3, "aä", false},
		{"äää", 4, "ää", true},
		{"😀", 3, "", true},
		{"a\xffb", 9, "a\uFFFDb", false},
		{"x", 0, "", true},
	} {
		got, cut := actions.Clip(tc.text, tc.limit)
		require.Equal(t, tc.want, got, tc.text)
		require.Equal(t, tc.cut, cut, tc.text)
	}
}

func TestDecodeJSON_KeepsWholeNumbers(t *testing.T) {
	t.Parallel()
	v, err := actions.DecodeJSON([]byte(`{"a":[9223372036854775807,9223372036854775808,1.0,1e400,-0]}`))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"a": []any{int64(9223372036854775807), float64(9223372036854775808), 1.0, "1e400", int64(0)}}, v)
	for _, text := range []string{"", "{", "1 2", "{}x", "nul"} {
		_, err := actions.DecodeJSON([]byte(text))
		require.Error(t, err, text)
	}
}

func BenchmarkPlan(b *testing.B) {
	a := probe()
	call := engine.Call{With: map[string]any{"name": "x", "count": int64(5), "free": map[string]any{"a": "b"}, "labels": map[string]any{"A": "b"}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Plan(b.Context(), call); err != nil {
			b.Fatal(err)
		}
	}
}
