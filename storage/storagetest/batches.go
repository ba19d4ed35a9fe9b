package storagetest

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func batchTests() []historyTest {
	return []historyTest{
		{"come with their items", batchWhole},
		{"tell what was already here", batchRepeats},
		{"are repeats where all of their items are", batchRepeated},
		{"match with their first item that does", batchMatches},
		{"are pending until all items are judged", batchJudged},
		{"are what their items that are left are", batchThinned},
		{"are stored whole or not at all", batchAtomic},
		{"become of held events", batchReleased},
		{"are deleted with their items", batchDeleted},
		{"and their items go by their own age", batchPruned},
		{"of many items have a commit of their own", batchLong},
	}
}

// batch makes a batch that is not stored yet, with an item for each key.
func (f *fixture) batch(keys ...string) (*engine.Event, []engine.Item) {
	e := f.event(func(e *engine.Event) { e.Body = []byte(`[1]`) })
	items := make([]engine.Item, len(keys))
	for i, key := range keys {
		item := f.event(func(c *engine.Event) {
			c.Origin, c.ParentID, c.ReceivedAt = engine.OriginSplit, e.ID, e.ReceivedAt
			c.Body, c.Type, c.DeliveryID = fmt.Appendf(nil, `{"key":%q}`, key), "item", key
		})
		items[i] = engine.Item{Event: item, Claim: engine.Claim{Key: key, Window: time.Hour}}
	}
	return e, items
}

func (f *fixture) acceptBatch(t *testing.T, keys ...string) (*engine.Event, []engine.Item, engine.Receipt) {
	t.Helper()
	e, items := f.batch(keys...)
	r, err := f.s.AcceptBatch(t.Context(), e, items)
	require.NoError(t, err)
	return e, items, r
}

func (f *fixture) items(t *testing.T, batch engine.ID) []*engine.Event {
	t.Helper()
	var list []*engine.Event
	filter := engine.EventFilter{Limit: 2, Bodies: 1 << 10}
	for {
		page, err := f.s.Items(t.Context(), batch, filter)
		require.NoError(t, err)
		list = append(list, page.Items...)
		if filter.Cursor = page.NextCursor; filter.Cursor == "" {
			return list
		}
	}
}

func (f *fixture) counted(t *testing.T) [7]int64 {
	t.Helper()
	l, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.Equal(t, l.Received, l.Accepted+l.Duplicate+l.Rejected+l.Held)
	require.Equal(t, l.Accepted, l.Matched+l.Unmatched+l.Pending)
	return [7]int64{l.Received, l.Accepted, l.Duplicate, l.Held, l.Matched, l.Unmatched, l.Pending}
}

func batchWhole(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	e, items, r := f.acceptBatch(t, "a", "b", "c")
	require.Equal(t, engine.Receipt{ID: e.ID, Seq: e.Seq}, r)
	require.Equal(t, [7]int64{1, 1, 0, 0, 0, 1, 0}, f.counted(t))

	got, err := f.s.Event(t.Context(), e.ID)
	require.NoError(t, err)
	require.Equal(t, 3, got.Items)
	require.Equal(t, []any{engine.Accepted, engine.RoutePending, ""}, []any{got.Verdict, got.Route, got.Reason})
	require.Equal(t, got.Route, e.Route, "as it is read")
	list := f.items(t, e.ID)
	require.Len(t, list, 3)
	for i, item := range list {
		require.Equal(t, items[i].Event.ID, item.ID, "in the order of the list")
		require.Equal(t, items[i].Event.Body, item.Body)
		require.Equal(t, e.ID, item.ParentID)
		require.Equal(t, got.Headers, item.Headers)
		require.Equal(t, []any{engine.OriginSplit, engine.Accepted, engine.RoutePending, "item"}, []any{item.Origin, item.Verdict, item.Route, item.Type})
	}
	pending, err := f.s.Pending(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, pending, 3, "the batch itself waits for no rules")
	require.Equal(t, 4, f.count(t, engine.EventFilter{}))
	_, err = f.s.Items(t.Context(), f.id(), engine.EventFilter{})
	requireKind(t, engine.KindNotFound, err)
}

func batchRepeats(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	_, first, _ := f.acceptBatch(t, "a", "b")
	e, items, r := f.acceptBatch(t, "a", "c", "b", "c")
	require.Equal(t, engine.Receipt{ID: e.ID, Seq: e.Seq}, r)
	require.Equal(t, "3 of 4 items were already here.", e.Reason)
	var verdicts []engine.Verdict
	for _, item := range items {
		verdicts = append(verdicts, item.Event.Verdict)
	}
	require.Equal(t, []engine.Verdict{engine.Duplicate, engine.Accepted, engine.Duplicate, engine.Duplicate}, verdicts)
	require.Contains(t, items[0].Event.Reason, first[0].Event.ID.String())
	require.Contains(t, items[3].Event.Reason, items[1].Event.ID.String(), "a list may hold a thing twice")
	require.Equal(t, [7]int64{2, 2, 0, 0, 0, 2, 0}, f.counted(t))
	require.True(t, f.claim(t, engine.Claim{Key: "c"}).Duplicate, "alone it is a repeat too")
}

func batchRepeated(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	first, _, _ := f.acceptBatch(t, "a", "b")
	again, _, r := f.acceptBatch(t, "b", "a")
	require.Equal(t, engine.Receipt{ID: first.ID, Seq: again.Seq, Duplicate: true}, r)
	require.Equal(t, "All 2 items were already here.", again.Reason)
	require.Len(t, f.items(t, again.ID), 2)
	require.Equal(t, [7]int64{2, 1, 1, 0, 0, 1, 0}, f.counted(t))
}

func batchMatches(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	e, items, _ := f.acceptBatch(t, "a", "b", "c")
	f.unmatched(t, items[0].Event)
	require.Equal(t, [7]int64{1, 1, 0, 0, 0, 1, 0}, f.counted(t))
	for _, item := range items[1:] {
		f.route(t, item.Event, f.newRun(item.Event))
		require.Equal(t, [7]int64{1, 1, 0, 0, 1, 0, 0}, f.counted(t), "once, however many match")
	}
	got, err := f.s.Event(t.Context(), e.ID)
	require.NoError(t, err)
	require.Equal(t, engine.RouteMatched, got.Route)
}

// routeOf reads the route of an event: alone, in the list of all, and by the filters that
// let it through.
func (f *fixture) routeOf(t *testing.T, id engine.ID) engine.Route {
	t.Helper()
	got, err := f.s.Event(t.Context(), id)
	require.NoError(t, err)
	for _, filter := range []engine.Route{"", engine.RoutePending, engine.RouteMatched, engine.RouteUnmatched} {
		for _, inbox := range []string{"", "github"} {
			page, err := f.s.Events(t.Context(), engine.EventFilter{Limit: 200, Route: filter, Inbox: inbox})
			require.NoError(t, err)
			var routes []engine.Route
			for _, e := range page.Items {
				if e.ID == id {
					routes = append(routes, e.Route)
				}
			}
			if filter == "" || filter == got.Route {
				require.Equal(t, []engine.Route{got.Route}, routes, "with route %q", filter)
			} else {
				require.Empty(t, routes, "with route %q", filter)
			}
		}
	}
	return got.Route
}

// batchJudged is read as pending until all of its items that are no repeats are judged, in
// whatever order, and counts as unmatched meanwhile.
func batchJudged(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	c, first, _ := f.acceptBatch(t, "c")
	e, items, _ := f.acceptBatch(t, "a", "b", "c")
	require.Equal(t, engine.RoutePending, f.routeOf(t, c.ID))
	f.unmatched(t, first[0].Event)
	require.Equal(t, engine.RouteUnmatched, f.routeOf(t, c.ID))
	require.Equal(t, engine.RoutePending, f.routeOf(t, e.ID))
	f.unmatched(t, items[1].Event)
	require.Equal(t, engine.RoutePending, f.routeOf(t, e.ID), "the last is judged, the first is not")
	require.Equal(t, [7]int64{2, 2, 0, 0, 0, 2, 0}, f.counted(t))
	f.unmatched(t, items[0].Event)
	require.Equal(t, engine.RouteUnmatched, f.routeOf(t, e.ID))
	require.Equal(t, [7]int64{2, 2, 0, 0, 0, 2, 0}, f.counted(t))

	matched, items, _ := f.acceptBatch(t, "x", "y")
	f.route(t, items[0].Event, f.newRun(items[0].Event))
	require.Equal(t, engine.RouteMatched, f.routeOf(t, matched.ID), "whatever the others will be")

	repeat, _, _ := f.acceptBatch(t, "b", "a")
	require.Empty(t, repeat.Route)
	require.Empty(t, f.routeOf(t, repeat.ID), "there is nothing to judge")
}

// batchThinned goes by those of its items that are left.
func batchThinned(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github", func(in *engine.Inbox) { in.Keep.Age = engine.Duration(day) })
	e, items, _ := f.acceptBatch(t, "a", "b", "c")
	requireKind(t, engine.KindConflict, f.s.DeleteEvent(t.Context(), items[1].Event.ID))
	f.unmatched(t, items[2].Event)
	require.NoError(t, f.s.DeleteEvent(t.Context(), items[2].Event.ID))
	require.Equal(t, engine.RoutePending, f.routeOf(t, e.ID), "the others are not judged")
	require.Zero(t, f.prune(t, 2*day), "it may match yet")
	require.Len(t, f.items(t, e.ID), 2)
	require.Equal(t, engine.RoutePending, f.routeOf(t, e.ID))
	f.unmatched(t, items[0].Event)
	require.NoError(t, f.s.DeleteEvent(t.Context(), items[0].Event.ID))
	f.unmatched(t, items[1].Event)
	require.Equal(t, engine.RouteUnmatched, f.routeOf(t, e.ID))
	require.NoError(t, f.s.DeleteEvent(t.Context(), items[1].Event.ID))
	require.Equal(t, engine.RouteUnmatched, f.routeOf(t, e.ID), "none is left")
	require.EqualValues(t, 1, f.prune(t, 3*day))
}

func batchAtomic(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	f.acceptBatch(t, "a")
	before := f.counted(t)
	e, items := f.batch("b", "c", "d")
	items[2].Event.ID = items[0].Event.ID // there is one of that id already when its turn comes
	_, err := f.s.AcceptBatch(t.Context(), e, items)
	require.Error(t, err)
	require.Equal(t, before, f.counted(t))
	require.False(t, f.there(t, e.ID))
	require.False(t, f.there(t, items[0].Event.ID))
	require.Equal(t, 2, f.count(t, engine.EventFilter{}))
	_, _, r := f.acceptBatch(t, "b", "c")
	require.False(t, r.Duplicate, "nothing was claimed")
}

func batchReleased(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	held, items := f.batch("a", "b")
	held.Verdict = engine.Held
	_, err := f.s.Accept(t.Context(), held, engine.Claim{})
	require.NoError(t, err)
	seq := held.Seq
	r, err := f.s.ResolveBatch(t.Context(), held, items)
	require.NoError(t, err)
	require.Equal(t, engine.Receipt{ID: held.ID, Seq: seq}, r)
	require.Equal(t, [7]int64{1, 1, 0, 0, 0, 1, 0}, f.counted(t))
	require.Len(t, f.items(t, held.ID), 2)
	_, err = f.s.ResolveBatch(t.Context(), held, items)
	requireKind(t, engine.KindConflict, err)

	again, items := f.batch("b", "a")
	again.Verdict = engine.Held
	_, err = f.s.Accept(t.Context(), again, engine.Claim{})
	require.NoError(t, err)
	r, err = f.s.ResolveBatch(t.Context(), again, items)
	require.NoError(t, err)
	require.True(t, r.Duplicate)
	require.Equal(t, held.ID, r.ID)
	require.Equal(t, [7]int64{2, 1, 1, 0, 0, 1, 0}, f.counted(t))
	gone, items := f.batch("x")
	_, err = f.s.ResolveBatch(t.Context(), gone, items)
	requireKind(t, engine.KindNotFound, err)
}

func batchDeleted(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	e, items, _ := f.acceptBatch(t, "a", "b")
	requireKind(t, engine.KindConflict, f.s.DeleteEvent(t.Context(), e.ID))
	f.unmatched(t, items[0].Event)
	run := f.newRun(items[1].Event)
	f.route(t, items[1].Event, run)
	requireKind(t, engine.KindConflict, f.s.DeleteEvent(t.Context(), e.ID))
	f.settle(t, run.Run, engine.RunSucceeded)
	require.NoError(t, f.s.DeleteEvent(t.Context(), e.ID))
	require.Zero(t, f.count(t, engine.EventFilter{}))
	_, _, r := f.acceptBatch(t, "b", "a")
	require.True(t, r.Duplicate, "claims outlive what held them")
}

func batchPruned(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github", func(in *engine.Inbox) { in.Keep.Age = engine.Duration(day) })
	e, items, _ := f.acceptBatch(t, "a", "b")
	f.unmatched(t, items[0].Event)
	run := f.newRun(items[1].Event)
	f.route(t, items[1].Event, run)
	f.settle(t, run.Run, engine.RunSucceeded)
	require.EqualValues(t, 1, f.prune(t, 2*day))
	require.True(t, f.there(t, e.ID), "it matched, by its item")
	require.Len(t, f.items(t, e.ID), 1)
	require.EqualValues(t, 2, f.prune(t, 400*day))
}

func batchLong(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	keys := make([]string, 300)
	for i := range keys {
		keys[i] = strconv.Itoa(i)
	}
	e, _, _ := f.acceptBatch(t, keys...)
	list, err := f.s.Items(t.Context(), e.ID, engine.EventFilter{Limit: 200})
	require.NoError(t, err)
	require.Len(t, list.Items, 200)
	require.Equal(t, "0", list.Items[0].DeliveryID)
	list, err = f.s.Items(t.Context(), e.ID, engine.EventFilter{Limit: 200, Cursor: list.NextCursor})
	require.NoError(t, err)
	require.Len(t, list.Items, 100)
	require.Empty(t, list.NextCursor)
	require.Equal(t, "299", list.Items[99].DeliveryID)
}
