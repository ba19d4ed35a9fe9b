package main_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/verify"
)

// Every built-in sample gets through the check of an inbox with a secret address, as
// the first one is, and twice: no sample is a repeat of the one before.
func TestSamples_GoIntoTheFirstInbox(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	api := p.client()
	api.call(http.MethodPost, "/inboxes", `{"title":"My first inbox"}`)
	api.call(http.MethodPost, "/inboxes", `{"name":"pay","verify":{"scheme":"stripe","secret":"whsec_a_long_secret"}}`)
	var samples struct {
		Items []struct{ Provider, Event, Title, ContentType, Body string }
	}
	api.get("/samples", &samples)
	require.NotEmpty(t, samples.Items)
	require.Equal(t, "orders/create", samples.Items[0].Event, "the most wanted one")
	send := func(inbox, body string) {
		got := api.call(http.MethodPost, "/inboxes/"+inbox+"/send", body)
		require.Contains(t, got.body, `"status":202`, body)
		require.NotContains(t, got.body, "duplicate", body)
	}
	for range 2 {
		for _, s := range samples.Items[:12] {
			send("my-first-inbox", `{"sample":"`+s.Provider+`","event":"`+s.Event+`"}`)
		}
		send("pay", `{"sample":"stripe","event":"checkout.session.completed"}`)
	}
	send("pay", `{}`) // the first one of the inbox's own provider
	var events struct {
		Items []struct {
			Origin, Verdict, Type, Inbox, Verified, Summary string
			Payload                                         any
		}
	}
	api.get("/events?inbox=pay", &events)
	require.Len(t, events.Items, 3)
	require.Equal(t, "checkout.session.completed", events.Items[0].Type)
	require.Equal(t, "stripe", events.Items[0].Verified)
	require.Equal(t, "sample", events.Items[0].Origin)
	api.get("/events?inbox=my-first-inbox", &events)
	require.Len(t, events.Items, 24)
}

// untyped are providers that name the kind of event where the table has no source for.
var untyped = []string{"adyen", "recurly"}

// Each sample is an event of the kind that it says, in an inbox of its provider whose
// sender check is not finished yet.
func TestSamples_AreTheEventsThatTheySay(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	api := p.client()
	for _, provider := range verify.Providers() {
		if provider.Momentary() {
			continue // its proof cannot wait: it is checked at once, with keys that are fetched
		}
		api.call(http.MethodPost, "/inboxes", `{"name":"`+provider.ID+`","verify":{"scheme":"`+provider.ID+`","pending":true}}`)
		for _, s := range verify.Samples(provider.ID) {
			name := provider.ID + " " + s.Event
			body, err := json.Marshal(map[string]string{"event": s.Event})
			require.NoError(t, err)
			sent := api.call(http.MethodPost, "/inboxes/"+provider.ID+"/send", string(body))
			var answer struct{ Status int }
			require.NoError(t, json.Unmarshal([]byte(sent.body), &answer), name)
			require.Equal(t, cmp.Or(provider.Status, http.StatusAccepted), answer.Status, "%s: %s", name, sent.body)
			var events struct {
				Items []struct{ Type, Method, DecodeError, DeliveryID string }
			}
			api.get("/events?limit=1&inbox="+provider.ID, &events)
			event := events.Items[0]
			require.Equal(t, s.Method, event.Method, name)
			require.Empty(t, event.DecodeError, name)
			if len(provider.Type) > 0 && (event.Type != "" || !slices.Contains(untyped, provider.ID)) {
				require.Equal(t, s.Event, event.Type, name)
			}
			if len(provider.Delivery) > 0 && provider.ID != "discord" { // its commands have an id, its events have none
				require.NotEmpty(t, event.DeliveryID, name)
			}
		}
	}
}
