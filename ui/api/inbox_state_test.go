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

func TestInboxes_WarnBeforeTheirSenderStops(t *testing.T) {
	t.Parallel()
	away := map[string]api.Refused{}
	w := newWorld(t, func(d *api.Deps) {
		d.Refused = func() map[string]api.Refused { return away }
		d.Providers = func() []api.ProviderInfo {
			return []api.ProviderInfo{
				{ID: "shopify", Title: "Shopify", Retry: api.ProviderRetry{StopsAfter: 8, WarnAfter: 4, Stops: "removes the subscription", Confirmed: true}},
				{ID: "trello", Title: "Trello", Retry: api.ProviderRetry{StopsAfter: 4, WarnAfter: 2, Stops: "turns the webhook off"}},
				{ID: "github", Title: "GitHub"},
			}
		}
	})
	for _, name := range []string{"shopify", "trello", "github"} {
		w.admin("POST", "/inboxes", `{"name":"`+name+`","verify":{"scheme":"`+name+`","secret":"a long secret"}}`).is(201)
	}
	came := func(inbox string, verdict engine.Verdict, n int) {
		for range n {
			e := &engine.Event{ID: newID(), Inbox: inbox, ReceivedAt: w.clock(), Verdict: verdict, Reason: "The signature does not fit."}
			_, err := w.db.Accept(t.Context(), e, engine.Claim{})
			require.NoError(t, err)
		}
	}
	refused := func(inbox string) api.RefusedState {
		shown := as[api.Inbox](w.admin("GET", "/inboxes/"+inbox, "").is(200)).Refused
		for _, box := range as[api.Page[api.Inbox]](w.admin("GET", "/inboxes", "").is(200)).Items {
			if box.Name == inbox {
				require.Equal(t, shown, box.Refused)
			}
		}
		return shown
	}
	came("trello", engine.Rejected, 2)
	require.Equal(t, "The last 2 requests were refused, and after 4 in a row as far as is known Trello turns the webhook off (check its documentation). "+
		"Correct the sender check, or what Trello sends, before that.", refused("trello").Warning)
	came("github", engine.Rejected, 20)
	require.Empty(t, refused("github").Warning, "GitHub never stops")
	away["shopify"] = api.Refused{Limited: 9, InARow: 4}
	require.Contains(t, refused("shopify").Warning, "The last 4 requests were refused", "those for which there was no room, too")
	away["shopify"] = api.Refused{Limited: 9}
	came("shopify", engine.Rejected, 3)
	require.Empty(t, refused("shopify").Warning)
	came("shopify", engine.Rejected, 1)
	require.EqualValues(t, 4, refused("shopify").InARow)
	require.Equal(t, "The last 4 requests were refused, and after 8 in a row Shopify removes the subscription. Correct the sender check, or what Shopify sends, before that.",
		refused("shopify").Warning)
	came("shopify", engine.Rejected, 4)
	require.Contains(t, refused("shopify").Warning, "look at Shopify whether it still sends")
	came("shopify", engine.Accepted, 1)
	require.Empty(t, refused("shopify").Warning)
	came("shopify", engine.Rejected, 3)
	require.Empty(t, refused("shopify").Warning)
}
