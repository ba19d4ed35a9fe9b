package fields_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

// at completes text at its | and returns what each item would make of the text.
func at(t *testing.T, text string, s rules.Scope, template bool) (made []string, items []fields.Item) {
	t.Helper()
	before, after, found := strings.Cut(text, "|")
	require.True(t, found)
	got := fields.Complete(sample(), fields.Caret{Text: before + after, At: len(utf16.Encode([]rune(before))), Scope: s, Template: template})
	for _, it := range got.Items {
		all := utf16.Encode([]rune(before + after))
		require.LessOrEqual(t, it.From, got.To)
		made = append(made, string(utf16.Decode(all[:it.From]))+it.Insert+string(utf16.Decode(all[got.To:])))
	}
	return made, got.Items
}

func TestComplete_OffersWhatFits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"pay|":                                  "payload",
		"payload.cust|":                         "payload.customer",
		"payload.customer.|":                    "payload.customer.email",
		"payload.customer.od|":                  `payload.customer["odd key"]`,
		"payload?.customer?.em| == 1":           "payload?.customer?.email == 1",
		"email|":                                "payload.customer.email",
		"firstn|":                               "payload.customer.firstName",
		`headers.top|`:                          `headers["x-shopify-topic"]`,
		`headers["|`:                            `headers["x-shopify-topic`,
		`payload.customer['odd|`:                `payload.customer['odd key`,
		"event.|":                               "event.decodeError",
		"payload.total_price |":                 "payload.total_price contains ",
		"payload.total_price sta|":              "payload.total_price startsWith ",
		"payload.id |":                          "payload.id > ",
		"payload.id > 5 a|":                     "payload.id > 5 and ",
		`event.type == "|`:                      `event.type == "orders/create`,
		`event.type in ["push", "o|`:            `event.type in ["push", "orders/create`,
		"upp|":                                  "upper(",
		"any(payload.line_items, .q|":           "any(payload.line_items, .qty",
		"any(payload.line_items, |":             "any(payload.line_items, .sku",
		"any(payload.line_items, #.sk|":         "any(payload.line_items, #.sku",
		"payload.line_items[0].|":               "payload.line_items[0].qty",
		"not payload.te|":                       "not payload.test",
		"/* é😀 */ payload.te|":                  "/* é😀 */ payload.test",
		"payload.id > 5 and // c\n payload.te|": "payload.id > 5 and // c\n payload.test",
	} {
		made, _ := at(t, text, rules.Scope{}, false)
		require.Contains(t, made, want, text)
	}
}

func TestComplete_OffersNothingWhereNothingFits(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"// pay|", "/* pay| */", `"pay|`, "payload.id > 12|", "payload.nothing.|", "payload.id)|", "`|"} {
		made, _ := at(t, text, rules.Scope{}, false)
		require.Empty(t, made, text)
	}
}

func TestComplete_InTemplates(t *testing.T) {
	t.Parallel()
	s := rules.Scope{InSteps: true, Steps: []string{"post"}}
	for text, want := range map[string]string{
		"Hi {{ payload.customer.fi| }}!":      "Hi {{ payload.customer.firstName }}!",
		"{{ payload.id }} and {{ steps.|":     "{{ payload.id }} and {{ steps.post",
		"{{ {a: \"}}\"} }} {{ steps.post.st|": "{{ {a: \"}}\"} }} {{ steps.post.status",
		"{{{{ {{ payload.i| }}":               "{{{{ {{ payload.id }}",
	} {
		made, _ := at(t, text, s, true)
		require.Contains(t, made, want, text)
	}
	for _, text := range []string{"pay|", "{{ payload.id }} pay|", "{{{{ pay|", "{|{ payload.id }}"} {
		made, _ := at(t, text, s, true)
		require.Empty(t, made, text)
	}
}

func TestComplete_TellsAboutItems(t *testing.T) {
	t.Parallel()
	_, items := at(t, "payload.customer.em|", rules.Scope{}, false)
	require.Equal(t, fields.Item{Kind: fields.ItemField, Label: "email", Insert: "email", From: 17, Name: "Customer › Email", Type: fields.Text, Sample: `"ada@example.com"`}, items[0])
	_, items = at(t, "truncat|", rules.Scope{}, false)
	require.Equal(t, "truncate(text, length)", items[0].Detail)
	require.Contains(t, items[0].Info, "…")
	for _, name := range []string{"steps", "item"} {
		made, _ := at(t, name+"|", rules.Scope{}, false)
		require.NotContains(t, made, name, "it does not exist here")
	}
}
