package flow_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/actions/flow"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

func action(t *testing.T, typ string) engine.Action {
	t.Helper()
	for _, a := range flow.New() {
		if a.Spec().Type == typ {
			return a
		}
	}
	require.Fail(t, "no such action", typ)
	return nil
}

func TestFlow_Conformance(t *testing.T) {
	t.Parallel()
	for typ, calls := range map[string][]engine.Call{
		"delay":   {{With: map[string]any{"for": "7d"}}, {With: map[string]any{"until": "2026-01-31T08:00:00+01:00"}}},
		"filter":  {{With: map[string]any{"when": "payload.a == 1"}}, {With: map[string]any{"when": false}}},
		"respond": {{With: map[string]any{"status": int64(201), "json": map[string]any{"a": int64(1)}, "headers": map[string]any{"X-A": "b"}}}},
	} {
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			require.True(t, action(t, typ).Spec().Flow)
			actiontest.Exercise(t, actiontest.Subject{
				New:   func(t *testing.T, _ *outbound.Client) engine.Action { t.Helper(); return action(t, typ) },
				Calls: calls,
			})
		})
	}
}

func TestFlow_Check(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, typ string
		with      map[string]any
		field     string
	}{
		{"delay of nothing", "delay", map[string]any{}, "for"},
		{"delay of both", "delay", map[string]any{"for": "1m", "until": "2026-01-31T08:00:00Z"}, "for"},
		{"delay of words", "delay", map[string]any{"for": "a while"}, "for"},
		{"delay of a number", "delay", map[string]any{"for": int64(5)}, "for"},
		{"delay until no date", "delay", map[string]any{"until": "tomorrow"}, "until"},
		{"delay template", "delay", map[string]any{"for": "{{ payload.wait }}"}, ""},
		{"filter template", "filter", map[string]any{"when": "{{ payload.a }}"}, "when"},
		{"filter of a list", "filter", map[string]any{"when": []any{int64(1)}}, "when"},
		{"filter of nothing", "filter", map[string]any{}, "when"},
		{"respond default", "respond", map[string]any{}, ""},
		{"respond status", "respond", map[string]any{"status": int64(99)}, "status"},
		{"respond status template", "respond", map[string]any{"status": "{{ payload.s }}"}, ""},
		{"respond both", "respond", map[string]any{"text": "a", "json": int64(1)}, "json"},
		{"respond header", "respond", map[string]any{"headers": map[string]any{"A": "b\r\nC: d"}}, "headers.A"},
		{"respond length", "respond", map[string]any{"headers": map[string]any{"content-length": "1"}}, "headers.content-length"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := action(t, tc.typ).Check(tc.with)
			if tc.field == "" {
				require.NoError(t, err)
				return
			}
			e, ok := errors.AsType[*engine.Error](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, tc.field, e.Field)
		})
	}
}

func TestFlow_Previews(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		typ  string
		with map[string]any
		want engine.Preview
	}{
		{"delay", map[string]any{"for": "5m"}, engine.Preview{Kind: "wait", Text: "Waits for 5m."}},
		{"delay", map[string]any{"for": int64(90)}, engine.Preview{Kind: "wait", Text: "Waits for 1m30s."}},
		{"delay", map[string]any{"for": "90"}, engine.Preview{Kind: "wait", Text: "Waits for 1m30s."}},
		{"delay", map[string]any{"for": json.Number("30.0")}, engine.Preview{Kind: "wait", Text: "Waits for 30s."}},
		{"filter", map[string]any{"when": "payload.a"}, engine.Preview{Kind: "filter", Text: "payload.a"}},
		{"respond", map[string]any{"json": map[string]any{"a": "<"}, "headers": map[string]any{"X-A": "b"}}, engine.Preview{
			Kind: "response", Text: "200 OK", Body: `{"a":"<"}`, Headers: []engine.Header{{Name: "X-A", Value: "b"}},
		}},
	} {
		plan, err := action(t, tc.typ).Plan(t.Context(), engine.Call{With: tc.with})
		require.NoError(t, err)
		require.Equal(t, tc.want, plan.Preview)
	}
}
