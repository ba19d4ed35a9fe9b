package fields_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

func sample() *rules.Env {
	return &rules.Env{
		Payload: map[string]any{
			"id": int64(1001), "total_price": "640.00", "test": false, "created_at": "2026-03-01T10:00:00Z", "note": nil,
			"customer":   map[string]any{"firstName": "Ada", "email": "ada@example.com", "odd key": "x", "tags": []any{"vip"}},
			"line_items": []any{map[string]any{"sku": "a", "qty": int64(2)}, map[string]any{"sku": "b", "price": 1.5}},
		},
		Headers: map[string]any{"x-shopify-topic": "orders/create"}, Query: map[string]any{"page": "2"}, Method: "POST", Inbox: "shop",
		Event: map[string]any{"id": "0191", "type": "orders/create", "receivedAt": time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC), "verified": "shopify"},
		Vars:  map[string]any{"limit": int64(500)}, Steps: map[string]any{"post": map[string]any{"status": int64(200)}},
	}
}

func paths(list []fields.Field) map[string]fields.Field {
	out := map[string]fields.Field{}
	for _, f := range list {
		out[f.Path] = f
	}
	return out
}

func TestOf_ListsWhatASampleHolds(t *testing.T) {
	t.Parallel()
	got := fields.Of(sample(), fields.Query{Scope: rules.Scope{InSteps: true, Steps: []string{"post"}}})
	require.False(t, got.More)
	by := paths(got.Fields)
	for path, want := range map[string]fields.Field{
		"payload.customer.email":      {Label: "Customer › Email", Type: fields.Text, Sample: `"ada@example.com"`},
		"payload.customer.firstName":  {Label: "Customer › First name", Type: fields.Text, Sample: `"Ada"`},
		`payload.customer["odd key"]`: {Label: "Customer › Odd key", Type: fields.Text, Sample: `"x"`},
		"payload.total_price":         {Label: "Total price", Type: fields.Text, Numeric: true, Sample: `"640.00"`},
		"payload.created_at":          {Label: "Created at", Type: fields.Date, Sample: `"2026-03-01T10:00:00Z"`},
		"payload.test":                {Label: "Test", Type: fields.Boolean, Sample: "no"},
		"payload.note":                {Label: "Note", Type: fields.Any, Sample: "empty"},
		"payload.line_items":          {Label: "Line items", Type: fields.List, Sample: "2 items"},
		"payload.line_items[0].qty":   {Label: "Line items › 1 › Qty", Type: fields.Number, Sample: "2"},
		"payload.customer":            {Label: "Customer", Type: fields.Object, Sample: "4 fields"},
		`headers["x-shopify-topic"]`:  {Label: "Header › X-Shopify-Topic", Type: fields.Text, Sample: `"orders/create"`},
		"event.type":                  {Label: "Kind of event", Type: fields.Text, Sample: `"orders/create"`},
		"event.receivedAt":            {Label: "Received at", Type: fields.Date, Sample: "2026-03-01 12:30:00 UTC"},
		"vars.limit":                  {Label: "Shared value › Limit", Type: fields.Number, Sample: "500"},
		"steps.post.status":           {Label: "Step post › Status", Type: fields.Number, Sample: "200"},
		"payload.id":                  {Label: "ID", Type: fields.Number, Sample: "1001"},
		"method":                      {Label: "Method", Type: fields.Text, Sample: `"POST"`},
	} {
		want.Path = path
		require.Equal(t, want, by[path])
	}
	require.Equal(t, "payload.created_at", got.Fields[0].Path, "the data comes first")
	require.NotContains(t, paths(fields.Of(sample(), fields.Query{}).Fields), "steps.post.status")
}

func TestOf_FindsNamesAndValues(t *testing.T) {
	t.Parallel()
	found := func(text string) []string {
		var list []string
		for _, f := range fields.Of(sample(), fields.Query{Find: text}).Fields {
			list = append(list, f.Path)
		}
		return list
	}
	require.Equal(t, []string{"payload.customer.email", "payload.customer.firstName"}, found("ADA"))
	require.Equal(t, []string{"payload.total_price"}, found("total pr"))
	require.Empty(t, found("nothing of this"))
}

func TestOf_ItemsOfAList(t *testing.T) {
	t.Parallel()
	by := paths(fields.Of(sample(), fields.Query{Items: "payload.line_items"}).Fields)
	require.Len(t, by, 3, "the fields of all items together")
	require.Equal(t, fields.Field{Path: ".qty", Label: "Qty", Type: fields.Number, Sample: "2"}, by[".qty"])
	require.Contains(t, by, ".price")
	plain := fields.Of(sample(), fields.Query{Items: "payload.customer.tags"}).Fields
	require.Equal(t, []fields.Field{{Path: "#", Label: "Item", Type: fields.Text, Sample: `"vip"`}}, plain)
	require.Empty(t, fields.Of(sample(), fields.Query{Items: "payload.nothing"}).Fields)
}

// A hostile sample costs little, and what is left out is told.
func TestOf_IsBounded(t *testing.T) {
	t.Parallel()
	wide := map[string]any{}
	for i := range 300_000 {
		wide[fmt.Sprintf("key%06d", i)] = map[string]any{"a": int64(i)}
	}
	deep := any("end")
	for range 10_000 {
		deep = map[string]any{"n": deep}
	}
	long := map[string]any{strings.Repeat("k", 100_000): strings.Repeat("v", 1<<20), "bad": "a\x00b\u202ec\nd"}
	for name, payload := range map[string]any{"wide": wide, "deep": deep, "long": long, "list": []any{deep}} {
		env := &rules.Env{Payload: payload}
		start := time.Now()
		got := fields.Of(env, fields.Query{})
		searched := fields.Of(env, fields.Query{Find: "zzz"})
		path, _ := rules.ParsePath("payload.kex000001.a")
		fields.Near(env, path)
		fields.Complete(env, fields.Caret{Text: "payload.", At: 8})
		require.Less(t, time.Since(start), 5*time.Second, name)
		require.LessOrEqual(t, len(got.Fields), fields.DefaultLimit, name)
		require.Equal(t, name != "long", got.More, name)
		require.Equal(t, name != "long", searched.More, name)
		for _, f := range got.Fields {
			require.Less(t, len(f.Sample)+len(f.Label), 1000, name)
			require.NotContains(t, f.Sample, "\x00")
			require.NotContains(t, f.Sample, "\u202e")
		}
	}
}

func TestNear_FindsWhatWasMeant(t *testing.T) {
	t.Parallel()
	for missing, want := range map[string]string{
		"payload.customer.emial":      "payload.customer.email",
		"payload.email":               "payload.customer.email",
		"payload.customr.email":       "payload.customer.email",
		"payload.customer.first_name": "payload.customer.firstName",
		"payload.totalPrice":          "payload.total_price",
		"payload.sku":                 "payload.line_items[0].sku",
		"headers.x_shopify_topic":     `headers["x-shopify-topic"]`,
		"payload.colour":              "",
		"payload":                     "",
	} {
		p, ok := rules.ParsePath(missing)
		require.True(t, ok, missing)
		got, ok := fields.Near(sample(), p)
		require.Equal(t, want != "", ok, missing)
		if ok {
			require.Equal(t, want, got.String(), missing)
		}
	}
}

func TestEventName(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"orders/create": "Order created", "invoice.payment_failed": "Invoice payment failed", "push": "Push", "issues": "Issues",
		"checkout.session.completed": "Checkout session completed", "Issue Hook": "Issue hook", "BOOKING_CREATED": "BOOKING CREATED", "": "",
	} {
		require.Equal(t, want, fields.EventName(kind), kind)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"total_price": "Total price", "firstName": "First name", "customer_id": "Customer ID", "HTMLBody": "HTML body", "full-name": "Full name",
		"x": "X", "orderID2": "Order ID2", "日本": "日本", "__": "__", "@type": "@type", "SHOUT": "SHOUT",
	} {
		require.Equal(t, want, fields.Words(name), name)
	}
}

// What is queued is bounded as well as what is looked at: a body of a mebibyte holds a
// hundred thousand fields.
func TestOf_QueuesNoMoreThanItLooksAt(t *testing.T) { //nolint:paralleltest // it counts what is allocated
	inner, payload := map[string]any{}, map[string]any{}
	for i := range 500 {
		inner[fmt.Sprintf("n%03d", i)] = int64(i)
		payload[fmt.Sprintf("k%03d", i)] = inner
	}
	env := &rules.Env{Payload: payload}
	allocated := testing.AllocsPerRun(1, func() {
		got := fields.Of(env, fields.Query{Find: "nothing is called so"})
		require.True(t, got.More)
		require.Empty(t, got.Fields)
	})
	require.Less(t, allocated, 500_000.0)
}
