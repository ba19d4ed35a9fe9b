package describe_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/describe"
	"patchbay/engine/verify"
)

// A list of one item is about that item: alone it is described in the same words.
func TestItems_AreDescribedAsTheListTheyCameIn(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, d := range deliveries(t) {
		p, _ := verify.Lookup(d.provider)
		items, count := decode.Items(d.event.ContentType, d.event.Body, decode.Options{Field: p.PayloadField, FieldEncoding: p.PayloadEncoding}, 10)
		if count != 1 {
			continue
		}
		seen++
		whole, err := describe.New(p)
		require.NoError(t, err)
		alone, err := describe.NewItems(p)
		require.NoError(t, err)
		e, item := d.event, d.event
		whole.Read(&e, e.Body)
		item.Body, item.ContentType = items[0], "application/json"
		alone.Read(&item)
		require.Equal(t, e.Type, item.Type, d.name)
		require.Equal(t, e.Summary, item.Summary, d.name)
		if d.name == "sparkpost/ping" || d.name == "sparkpost/click" {
			continue // recorded without an id
		}
		require.NotEmpty(t, item.DeliveryID, "%s: repeats of the item are not known", d.name)
	}
	require.Equal(t, 13, seen)
}

func TestItems_HaveDeliveriesOfTheirOwn(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		provider, item string
		headers        []engine.Header
		delivery       string // of the item
		whole          string
	}{
		"the provider's id":      {"sendgrid", `{"event":"open","sg_event_id":"abc"}`, nil, "abc", ""},
		"several values":         {"hubspot", `{"eventId":100,"subscriptionId":7,"occurredAt":9007199254740993,"attemptNumber":2}`, nil, "100/7/9007199254740993", ""},
		"a value may be missing": {"mandrill", `{"_id":"x","event":"open","ts":5}`, nil, "x/open/5", ""},
		"but not the first":      {"mandrill", `{"event":"open","ts":5}`, nil, "", ""},
		"one of several places":  {"sparkpost", `{"msys":{"track_event":{"event_id":"e2"}}}`, []engine.Header{{Name: "X-MessageSystems-Batch-ID", Value: "b"}}, "e2", "b"},
		"not the delivery's":     {"sparkpost", `{"msys":{"relay_message":{}}}`, []engine.Header{{Name: "x-messagesystems-batch-id", Value: "b"}}, "", "b"},
		"no object":              {"sendgrid", `42`, nil, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := verify.Lookup(tt.provider)
			items, err := describe.NewItems(p)
			require.NoError(t, err)
			e := &engine.Event{ContentType: "application/json", Headers: tt.headers, Body: []byte(tt.item)}
			items.Read(e)
			require.Equal(t, tt.delivery, e.DeliveryID)
			require.Equal(t, tt.whole, items.Delivery(e))
		})
	}
}
