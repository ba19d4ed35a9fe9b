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

// sources are where it was read how a provider tries again.
var sources = map[string]string{
	"azure-event-grid":  "https://learn.microsoft.com/en-us/azure/event-grid/delivery-and-retry",
	"discord":           "https://docs.discord.com/developers/events/webhook-events",
	"elevenlabs":        "https://elevenlabs.io/docs/eleven-api/resources/webhooks",
	"github":            "https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries",
	"gitlab":            "https://gitlab.com/gitlab-org/gitlab/-/merge_requests/166329",
	"microsoft-graph":   "https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks",
	"recurly":           "https://docs.recurly.com/recurly-subscriptions/docs/automatic-retries",
	"sanity":            "https://www.sanity.io/docs/content-lake/webhook-best-practices",
	"shopify":           "https://shopify.dev/docs/apps/build/webhooks/subscribe/https",
	"slack":             "https://docs.slack.dev/apis/events-api",
	"standard-webhooks": "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
	"stripe":            "https://docs.stripe.com/webhooks",
	"svix":              "https://docs.svix.com/retries",
	"woocommerce":       "https://woocommerce.com/document/webhooks/",
}

func TestProviders_SayWhatIsNotConfirmed(t *testing.T) {
	t.Parallel()
	for _, p := range verify.Providers() {
		unsure := strings.HasPrefix(p.Retry.Text, "As far as is known (check its documentation): ")
		switch {
		case p.Retry.Confirmed:
			require.NotEmpty(t, sources[p.ID], p.ID)
			require.False(t, unsure, p.ID)
		case p.Retry.Text != "":
			require.True(t, unsure, p.ID)
		}
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
		"mailgun":  "Signs a time and a token in the body (HMAC-SHA256), and nothing else of the body.",
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
