package examples_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/examples"
)

func TestSamples_CanAllBeRead(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range examples.Samples() {
		found, body, ok := examples.Find(s.Provider, s.Event)
		require.True(t, ok, s.File)
		require.Equal(t, s, found)
		require.NotEmpty(t, s.Title)
		require.False(t, seen[s.Provider+" "+s.Event], "stands twice")
		seen[s.Provider+" "+s.Event] = true
		if s.ContentType == "application/json" {
			text := strings.NewReplacer("{{id}}", "x", "{{now}}", "1", "{{time}}", "t").Replace(string(body))
			require.True(t, json.Valid([]byte(text)), s.File)
		} else {
			_, err := url.ParseQuery(string(body))
			require.NoError(t, err)
		}
	}
	require.True(t, seen["github issues"])
	require.True(t, seen["shopify orders/create"])
	require.True(t, seen["form contact"])
	_, _, ok := examples.Find("github", "../github/issues")
	require.False(t, ok)
	_, _, ok = examples.Find("nobody", "issues")
	require.False(t, ok)
}
