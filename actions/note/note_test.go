package note_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/actions/note"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

func TestNote_Conformance(t *testing.T) {
	t.Parallel()
	actiontest.Exercise(t, actiontest.Subject{
		New:   func(*testing.T, *outbound.Client) engine.Action { return note.New() },
		Calls: []engine.Call{{With: map[string]any{"text": "hello"}}},
	})
}

func TestNote_ShowsValuesAsText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		value any
		want  string
	}{
		{"a\nb", "a\nb"},
		{int64(5), "5"},
		{[]any{int64(1), "x"}, `[1,"x"]`},
		{map[string]any{"a": "<b>"}, `{"a":"<b>"}`},
		{"a\xff", "a\uFFFD"},
	} {
		plan, err := note.New().Plan(t.Context(), engine.Call{With: map[string]any{"text": tc.value}})
		require.NoError(t, err)
		require.Equal(t, engine.Preview{Kind: "note", Text: tc.want}, plan.Preview)
	}
	plan, err := note.New().Plan(t.Context(), engine.Call{With: map[string]any{"text": strings.Repeat("ä", 40<<10)}})
	require.NoError(t, err)
	require.True(t, plan.Preview.Truncated)
	require.Len(t, plan.Preview.Text, 64<<10)
}

func TestNote_HasNoOutput(t *testing.T) {
	t.Parallel()
	plan, err := note.New().Plan(t.Context(), engine.Call{With: map[string]any{"text": "x"}})
	require.NoError(t, err)
	result, err := note.New().Do(t.Context(), plan)
	require.NoError(t, err)
	require.Nil(t, result.Output)
}
