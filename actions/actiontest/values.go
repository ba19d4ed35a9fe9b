package actiontest

import (
	"errors"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func copyOf(with map[string]any) map[string]any {
	c := maps.Clone(with)
	if c == nil {
		c = make(map[string]any)
	}
	return c
}

// refusedAt expects an *engine.Error about a field.
func refusedAt(t *testing.T, err error, field string) {
	t.Helper()
	require.Error(t, err)
	e, ok := errors.AsType[*engine.Error](err)
	require.True(t, ok)
	require.Equal(t, engine.KindInvalid, e.Kind)
	require.Equal(t, field, e.Field)
}

// isPlain expects maps, lists, text, numbers, booleans and nil only.
func isPlain(t *testing.T, v any) {
	t.Helper()
	switch v := v.(type) {
	case nil, string, bool, int64, float64:
	case []any:
		for _, e := range v {
			isPlain(t, e)
		}
	case map[string]any:
		for _, e := range v {
			isPlain(t, e)
		}
	default:
		require.Failf(t, "not a plain value", "%T", v)
	}
}
