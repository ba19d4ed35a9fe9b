package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/describe"
	"patchbay/engine/verify"
	"patchbay/ui/api"
)

func recognizes(d *api.Deps) {
	d.Providers = func() []api.ProviderInfo {
		return []api.ProviderInfo{{ID: "github", Title: "GitHub", NeedSecret: true}, {ID: "key", General: true}, {ID: "none", General: true}}
	}
	known := describe.NewRecognizer(verify.Providers())
	d.Recognize = func(e *engine.Event) *api.LooksLike {
		look := known.Recognize(e, e.Body)
		if look == nil {
			return nil
		}
		return &api.LooksLike{Provider: look.Provider.ID, Title: look.Provider.Title, Confidence: look.Sure, Why: look.Why, NeedSecret: look.Provider.NeedSecret}
	}
}

func TestInbox_NamesWhomItsNewestEventsLookLikeTheyCameFrom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, recognizes)
	w.editor("POST", "/inboxes", `{"name":"code"}`).is(201)
	show := func() api.Inbox { return as[api.Inbox](w.editor("GET", "/inboxes/code", "").is(200)) }
	receive := func(verdict engine.Verdict, header string) engine.ID {
		e := &engine.Event{ID: newID(), Inbox: "code", ReceivedAt: w.clock(), Origin: engine.OriginSender, Verdict: verdict, Headers: []engine.Header{{Name: header, Value: "x"}}}
		_, err := w.db.Accept(t.Context(), e, engine.Claim{})
		require.NoError(t, err)
		return e.ID
	}
	require.Nil(t, show().LooksLike)
	receive(engine.Rejected, "Stripe-Signature")
	require.Nil(t, show().LooksLike, "what is turned away tells nothing")
	receive(engine.Held, "X-GitHub-Event")
	receive(engine.Held, "X-Whatever")
	id := receive(engine.Held, "X-GitHub-Event")
	look := show().LooksLike
	require.NotNil(t, look)
	require.Equal(t, &api.LooksLike{
		Provider: "github", Title: "GitHub", Confidence: 96, EventID: id, Why: "It has the header X-GitHub-Event, as its messages do.", NeedSecret: true,
	}, look)

	box := show()
	w.editor("PUT", "/inboxes/code", `{"verify":{"scheme":"github","pending":true}}`, "If-Match", "*").is(200)
	require.Nil(t, show().LooksLike, "it is chosen")
	require.Equal(t, box.Address, show().Address, "the address that the sender has stays good")

	w.editor("PUT", "/inboxes/code", `{"verify":{"scheme":"none"}}`, "If-Match", "*").is(200)
	require.NotNil(t, show().LooksLike)
	receive(engine.Held, "Stripe-Signature")
	require.Nil(t, show().LooksLike, "two send here")
}
