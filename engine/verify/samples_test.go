package verify_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/verify"
)

func TestSamples_EveryProviderHasOne(t *testing.T) {
	t.Parallel()
	fill := strings.NewReplacer("{{id}}", "x", "{{uuid}}", "u", "{{uuid2}}", "v", "{{now}}", "1", "{{time}}", "t")
	ids := []string{verify.FormSamples}
	for _, p := range verify.Providers() {
		ids = append(ids, p.ID)
	}
	total := 0
	for _, id := range ids {
		seen := map[string]bool{}
		require.NotEmpty(t, verify.Samples(id), id)
		for _, s := range verify.Samples(id) {
			name := id + " " + s.Event
			total += len(s.Body)
			require.NotEmpty(t, s.Event, name)
			require.NotEmpty(t, s.Title, name)
			require.False(t, seen[s.Event], "%s stands twice", name)
			seen[s.Event] = true
			require.Contains(t, []string{"GET", "POST"}, s.Method, name)
			body := fill.Replace(s.Body)
			require.NotContains(t, body+fill.Replace(s.Query), "{{", name)
			switch kind := s.ContentType(); {
			case body == "":
				require.Empty(t, kind, name)
			case strings.Contains(kind, "json"), strings.HasPrefix(kind, "text/plain"):
				require.True(t, json.Valid([]byte(body)), name)
			case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
				_, err := url.ParseQuery(body)
				require.NoError(t, err, name)
			default:
				require.True(t, strings.HasPrefix(body, "<?xml"), name)
			}
		}
	}
	require.Less(t, total, 200<<10, "they are part of the program")
	require.Nil(t, verify.Samples("nobody"))
}

func TestSamples_AreOfKnownProvidersOnly(t *testing.T) {
	t.Parallel()
	for _, id := range verify.SampleIDs() {
		p, ok := verify.Lookup(id)
		require.True(t, id == verify.FormSamples || ok && p.ID == id, id)
	}
}
