package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/ui/api"
)

func TestExpressions_Chips(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	e := w.receive("a", `{"customer":{"email":"ada@example.com"},"total":12}`)
	got := as[api.ChipList](w.editor("POST", "/expressions/chips", `{"inbox":"a","expressions":[" upper(payload.customer.email) ?? \"nobody\" ","payload.customer.mail","paylod.x + 1","steps.one.id"],"scope":{"inSteps":true,"steps":["one"]}}`).is(200))
	require.Equal(t, e.ID, got.EventID)
	nobody := "nobody"
	require.Equal(t, api.Chip{
		State: "here", Field: "payload.customer.email", Label: "Customer › Email", Function: "upper", Args: []any{}, Default: &nobody,
		Type: "text", Value: "ADA@EXAMPLE.COM", Errors: []api.ExpressionFault{},
	}, got.Items[0])
	require.Equal(t, "missing", got.Items[1].State)
	require.Equal(t, &api.ChipField{Path: "payload.customer.email", Label: "Customer › Email"}, got.Items[1].Instead)
	require.Equal(t, "broken", got.Items[2].State)
	require.Contains(t, got.Items[2].Errors[0].Message, "payload")
	require.Equal(t, [2]int{0, 6}, [2]int{got.Items[2].Errors[0].From, got.Items[2].Errors[0].To})
	require.Equal(t, "waiting", got.Items[3].State)
	w.editor("POST", "/expressions/chips", `{"inbox":"nope","expressions":[]}`).is(404)
}
