package main_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
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
	send := func(inbox, provider, event string) {
		got := api.call(http.MethodPost, "/inboxes/"+inbox+"/send", `{"sample":"`+provider+`","event":"`+event+`"}`)
		require.Contains(t, got.body, `"status":202`, event)
		require.NotContains(t, got.body, "duplicate", event)
	}
	for range 2 {
		for _, s := range samples.Items {
			send("my-first-inbox", s.Provider, s.Event)
		}
		send("pay", "stripe", "checkout.session.completed")
	}
	var events struct {
		Items []struct {
			Origin, Verdict, Type, Inbox, Verified, Summary string
			Payload                                         any
		}
	}
	api.get("/events?inbox=pay", &events)
	require.Len(t, events.Items, 2)
	require.Equal(t, "checkout.session.completed", events.Items[0].Type)
	require.Equal(t, "stripe", events.Items[0].Verified)
	require.Equal(t, "sample", events.Items[0].Origin)
	api.get("/events?inbox=my-first-inbox", &events)
	require.Len(t, events.Items, 2*len(samples.Items))
}
