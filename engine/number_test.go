package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestExactNumber_HoldsTheValueOfEveryLiteral(t *testing.T) {
	t.Parallel()
	for literal, want := range map[string]any{
		"0": int64(0), "-7": int64(-7), "9007199254740993": int64(9007199254740993),
		"9223372036854775807": int64(9223372036854775807),
		"1e22":                1e22, "9223372036854775808": json.Number("9223372036854775808"),
		"9223372036854775809": json.Number("9223372036854775809"),
		"0.1":                 0.1, "640.00": 640.0, "1.5e3": 1500.0, "-0.0": float64(0), "1e-7": 1e-7, "100e-2": 1.0,
		"0.12345678901234567890": json.Number("0.12345678901234567890"),
		"1e400":                  json.Number("1e400"), "1e-400": json.Number("1e-400"),
		"1e99999999999999999999": json.Number("1e99999999999999999999"),
	} {
		require.Equal(t, want, engine.ExactNumber(literal), literal)
	}
}

func TestDecodeJSON_KeepsNumbersInFreeFields(t *testing.T) {
	t.Parallel()
	type part struct {
		With  map[string]any
		Count int
		Ratio float64
		Free  any
	}
	var got struct {
		Parts  []part
		Named  map[string]part
		Tables map[string]map[string]any
	}
	text := `{"Parts":[{"With":{"id":9007199254740993,"deep":[{"n":123456789012345678901234567890}]},"Count":3,"Ratio":0.5,"Free":9007199254740993}],
		"Named":{"a":{"Free":[9007199254740993]}},"Tables":{"t":{"k":9007199254740993}}}`
	require.NoError(t, engine.DecodeJSON([]byte(text), &got))
	exact := int64(9007199254740993)
	require.Equal(t, part{
		With:  map[string]any{"id": exact, "deep": []any{map[string]any{"n": json.Number("123456789012345678901234567890")}}},
		Count: 3, Ratio: 0.5, Free: exact,
	}, got.Parts[0])
	require.Equal(t, []any{exact}, got.Named["a"].Free)
	require.Equal(t, exact, got.Tables["t"]["k"])
	require.Error(t, engine.DecodeJSON([]byte(`{} {}`), &got))
}
