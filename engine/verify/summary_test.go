package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/verify"
)

func TestProviders_AllTellWhatTheirEventsAreAbout(t *testing.T) {
	t.Parallel()
	ids := make(map[string]bool)
	for _, p := range verify.Providers() {
		ids[p.ID] = true
		require.NotEmpty(t, p.Summaries, p.ID)
		for _, s := range p.Summaries {
			require.NotEmpty(t, s.Sentences, "%s %s", p.ID, s.Type)
		}
	}
	for id := range verify.Sentences() {
		require.True(t, ids[id], "sentences of %s, which is nobody", id)
	}
	for id := range verify.KindNames() {
		require.True(t, ids[id], "kinds of %s, which is nobody", id)
	}
}
