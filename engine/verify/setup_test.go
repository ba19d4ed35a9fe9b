package verify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine/verify"
)

func TestProviders_SayHowToSetThemUp(t *testing.T) {
	t.Parallel()
	for _, p := range verify.Providers() {
		require.NotEmpty(t, p.Title, p.ID)
		require.True(t, strings.HasPrefix(p.DocURL, "https://"), p.ID)
		require.NotEmpty(t, verify.Samples(p.ID), p.ID)
		require.GreaterOrEqual(t, len(p.Setup), 2, p.ID)
		require.LessOrEqual(t, len(p.Setup), 5, p.ID)
		all := strings.Join(p.Setup, "\n")
		require.Contains(t, all, "{{address}}", p.ID)
		require.NotContains(t, strings.ReplaceAll(all, "{{address}}", ""), "{{", p.ID)
		for _, step := range p.Setup {
			require.Less(t, len(step), 320, "%s: %s", p.ID, step)
			require.True(t, strings.HasSuffix(step, "."), "%s: %s", p.ID, step)
		}
		require.NotEmpty(t, p.Expects.Text, p.ID)
		require.Less(t, p.Expects.Within, 2*time.Minute, p.ID)
		require.Equal(t, p.Retry.StopsAfter > 0, p.Retry.Stops != "", p.ID)
		require.NotEmpty(t, p.Proof(), p.ID)
	}
}

func TestProviders_AdviceIsOfKnownProvidersOnly(t *testing.T) {
	t.Parallel()
	for _, id := range verify.AdvisedIDs() {
		p, ok := verify.Lookup(id)
		require.True(t, ok && p.ID == id, id)
	}
}

func TestRetry_WarnsAtHalf(t *testing.T) {
	t.Parallel()
	for stops, want := range map[int]int{0: 0, 1: 1, 4: 2, 5: 3, 8: 4, 1000: 500} {
		require.Equal(t, want, verify.Retry{StopsAfter: stops}.WarnAfter(), stops)
	}
}

func TestProviders_TellHowTheyProveThemselves(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"github":   "Signs what it sends (HMAC-SHA256), in the header X-Hub-Signature-256.",
		"telegram": "Sends the secret along, in the header X-Telegram-Bot-Api-Secret-Token.",
		"callrail": "Signs nothing: the secret part of the address proves it, or a name and a password or a header with a secret.",
	} {
		p, ok := verify.Lookup(id)
		require.True(t, ok)
		require.Equal(t, want, p.Proof())
	}
	for _, p := range verify.General() {
		require.Empty(t, p.Proof(), p.ID)
	}
}
