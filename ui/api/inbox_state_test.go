package api_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

func TestInbox_TellsHowItsSenderCheckIsDoing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.admin("POST", "/inboxes", `{"name":"hub","verify":{"scheme":"github","secret":"a long secret"}}`).is(201)
	refuse := func(reason string) {
		_, err := w.db.Accept(t.Context(), &engine.Event{
			ID: newID(), Inbox: "hub", ReceivedAt: w.clock(), Origin: engine.OriginSender, Verdict: engine.Rejected, Reason: reason,
		}, engine.Claim{})
		require.NoError(t, err)
	}
	show := func() api.Inbox { return as[api.Inbox](w.admin("GET", "/inboxes/hub", "").is(200)) }
	require.Equal(t, "GitHub", show().Verify.Title)
	require.Equal(t, api.RefusedState{}, show().Refused)
	refuse("The signature is missing.")
	w.advance(time.Minute)
	refuse("The signature does not fit the secret.")
	got := show()
	require.EqualValues(t, 2, got.Refused.Today)
	require.Equal(t, "The signature does not fit the secret.", got.Refused.Reason)
	require.Equal(t, w.clock(), *got.Refused.LastAt)
	listed := as[api.Page[api.Inbox]](w.admin("GET", "/inboxes", "").is(200)).Items[0]
	require.Equal(t, got.Refused, listed.Refused)
	w.advance(25 * time.Hour)
	require.Zero(t, show().Refused.Today)
	require.NotNil(t, show().Refused.LastAt)
}

func TestSamples_AreListedAndSentByName(t *testing.T) {
	t.Parallel()
	var sent api.Sample
	w := newWorld(t, func(d *api.Deps) {
		send := d.Send
		d.Send = func(ctx context.Context, s api.Sample) (*api.SampleAnswer, error) {
			sent = s
			return send(ctx, s)
		}
	})
	require.Contains(t, w.admin("GET", "/samples", "").is(200).Body, `"title":"Issue opened"`)
	w.admin("POST", "/inboxes", `{"name":"first"}`).is(201)
	w.admin("POST", "/inboxes/first/send", `{"sample":"shopify","event":"orders/create"}`).is(202)
	require.Equal(t, api.Sample{Inbox: "first", Like: "shopify", Event: "orders/create", By: sent.By}, sent)
}
