package visual_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/decode"
	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
	"patchbay/engine/rules/visual"
)

// megabyte is an event of a little more than 1 MB of JSON.
func megabyte(tb testing.TB) []byte {
	tb.Helper()
	items := make([]any, 8000)
	for i := range items {
		items[i] = map[string]any{"sku": fmt.Sprintf("sku-%06d", i), "qty": i % 7, "title": "A thing that somebody bought", "price": "12.50", "taxable": true, "properties": map[string]any{"colour": "red"}}
	}
	body, err := json.Marshal(map[string]any{"total_price": "640.00", "test": false, "customer": map[string]any{"email": "ada@example.com"}, "line_items": items})
	require.NoError(tb, err)
	require.Greater(tb, len(body), 1_000_000)
	return body
}

// BenchmarkLarge answers what the editor asks about a sample of 1 MB. decode is what
// every question costs beside.
func BenchmarkLarge(b *testing.B) {
	body := megabyte(b)
	env := fuzzEnv(nil)
	env.Payload = decode.Payload("application/json", body, decode.Options{}).Value
	src := `event.type == "a" and num(payload.total_price) > 500 and not payload.test and payload.customer.emial == "x" or any(payload.line_items, .qty > 9 and .sku startsWith "x")`
	e := rules.New(rules.Options{})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			decode.Payload("application/json", body, decode.Options{})
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			_, _ = visual.Read(e, src, rules.Scope{})
		}
	})
	b.Run("explain", func(b *testing.B) {
		for b.Loop() {
			_, _ = visual.Explain(b.Context(), e, src, rules.Scope{}, env)
		}
	})
	b.Run("fields", func(b *testing.B) {
		for b.Loop() {
			fields.Of(env, fields.Query{})
		}
	})
	b.Run("search", func(b *testing.B) {
		for b.Loop() {
			fields.Of(env, fields.Query{Find: "nowhere"})
		}
	})
	b.Run("complete", func(b *testing.B) {
		for b.Loop() {
			fields.Complete(env, fields.Caret{Text: "payload.total_price > 5 and cust", At: 32})
		}
	})
}
