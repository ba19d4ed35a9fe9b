package examples_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/examples"
)

func TestDelivery_FindsSamplesAndNothingElse(t *testing.T) {
	t.Parallel()
	events := examples.Events("github")
	require.Contains(t, events, "issues")
	for _, e := range events {
		body, ok := examples.Delivery("github", e)
		require.True(t, ok)
		require.True(t, json.Valid(body), e)
	}
	_, ok := examples.Delivery("github", "../github/issues")
	require.True(t, ok, "only the last part of a name counts")
	_, ok = examples.Delivery("..", "NOTICE")
	require.False(t, ok)
	require.Empty(t, examples.Events("nobody"))
}
