package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

// split stores a delivery of three items, one of which was here already.
func (w *world) split(inbox string) (*engine.Event, []engine.Item) {
	w.t.Helper()
	batch := &engine.Event{
		ID: newID(), Inbox: inbox, ReceivedAt: w.clock(), Origin: engine.OriginSender, Verdict: engine.Accepted,
		Method: "POST", ContentType: "application/json", Body: []byte(`[{"n":9007199254740993},{"n":2},{"n":2}]`),
	}
	var items []engine.Item
	for i, body := range []string{`{"n":9007199254740993}`, `{"n":2}`, `{"n":2}`} {
		item := *batch
		item.ID, item.Origin, item.ParentID, item.Body = newID(), engine.OriginSplit, batch.ID, []byte(body)
		items = append(items, engine.Item{Event: &item, Claim: engine.Claim{Key: []string{"a", "b", "b"}[i]}})
	}
	_, err := w.db.AcceptBatch(w.t.Context(), batch, items)
	require.NoError(w.t, err)
	return batch, items
}

func TestBatch_ListsItsItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	batch, items := w.split("a")
	got := as[api.Event](w.editor("GET", "/events/"+batch.ID.String(), "").is(200))
	require.Equal(t, 3, got.Items)
	require.Equal(t, "1 of 3 items were already here.", got.Reason)

	at := "/events/" + batch.ID.String() + "/items"
	page := as[api.EventList](w.editor("GET", at+"?limit=2", "").is(200))
	require.Equal(t, []engine.ID{items[0].Event.ID, items[1].Event.ID}, []engine.ID{page.Items[0].ID, page.Items[1].ID})
	require.Equal(t, batch.ID, page.Items[0].ParentID)
	page = as[api.EventList](w.editor("GET", at+"?limit=2&cursor="+page.NextCursor, "").is(200))
	require.Equal(t, items[2].Event.ID, page.Items[0].ID)
	require.Equal(t, engine.Duplicate, page.Items[0].Verdict)
	require.Empty(t, page.NextCursor)
	require.Contains(t, w.editor("GET", "/events/"+items[0].Event.ID.String(), "").is(200).Body, `"payload":{"n":9007199254740993}`)
	w.editor("GET", "/events/"+newID().String()+"/items", "").is(404)
	require.Len(t, as[api.EventList](w.editor("GET", "/events?inbox=a", "").is(200)).Items, 4)
	require.EqualValues(t, 1, as[api.Inbox](w.editor("GET", "/inboxes/a", "").is(200)).Ledger.Received)
}

func TestBatch_IsNotRunTwiceWithItsItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	batch, items := w.split("a")
	many := as[api.ManyResult](w.editor("POST", "/events/replay", `{"filter":{"inbox":"a"}}`).is(202))
	require.Equal(t, []engine.ID{items[2].Event.ID, items[1].Event.ID, items[0].Event.ID}, many.Done)
	many = as[api.ManyResult](w.editor("POST", "/events/replay", `{"ids":["`+items[1].Event.ID.String()+`","`+batch.ID.String()+`"]}`).is(202))
	require.Equal(t, []engine.ID{batch.ID}, many.Done)
}

func TestInbox_SplitsListsWhereItIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Contains(t, w.admin("POST", "/inboxes", `{"name":"plain"}`).is(201).Body, `"split":false`)
	made := w.admin("POST", "/inboxes", `{"name":"lists","split":true}`).is(201)
	require.True(t, as[api.Inbox](made).Split)
	require.True(t, as[api.Inbox](w.admin("GET", "/inboxes/lists", "").is(200)).Split)
	require.Contains(t, w.admin("GET", "/export", "").is(200).Body, `"split":true`)
}
