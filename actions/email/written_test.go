package email_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/engine"
)

// Text of a payload adds no recipient and hides none; a template of its own may be a list.
func TestPlan_KeepsToTheRecipientsAsWritten(t *testing.T) {
	t.Parallel()
	const fixed = "{{ payload.name }} <ann@example.org>"
	for name, c := range map[string]struct {
		written, rendered any
		want              []string // nil when it is refused
	}{
		"a name":                     {fixed, "Ada <ann@example.org>", []string{"ann@example.org"}},
		"a name that is an address":  {fixed, "eve@example.net, <ann@example.org>", nil},
		"a name that opens comments": {fixed + " {{ payload.note }}", "eve@example.net ( <ann@example.org> )", nil},
		"an address among others":    {"ann@example.org, {{ payload.email }}", "ann@example.org, bob@example.org", []string{"ann@example.org", "bob@example.org"}},
		"addresses among others":     {"ann@example.org, {{ payload.email }}", "ann@example.org, bob@example.org, eve@example.net", nil},
		"a template of its own":      {"{{ payload.emails }}", "bob@example.org, cy@example.org", []string{"bob@example.org", "cy@example.org"}},
		"commas in a template":       {`{{ join([payload.a, "}}"], ", ") }} <ann@example.org>`, "x, <ann@example.org>", nil},
		"commas in a quoted name":    {`"Shop, {{ payload.name }}" <ann@example.org>`, `"Shop, Ada" <ann@example.org>`, []string{"ann@example.org"}},
		"an address as a name":       {`"ops@example.org {{ payload.name }}" <ann@example.org>`, `"ops@example.org Ada" <ann@example.org>`, []string{"ann@example.org"}},
		"one of a list": {
			[]any{"ann@example.org", "{{ payload.name }} <bob@example.org>"},
			[]any{"ann@example.org", "eve@example.net, <bob@example.org>"},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			with := simple()
			with["to"] = c.rendered
			made := call(wiredConnection(""), with)
			made.Template = map[string]any{"to": c.written}
			plan, err := wired(t, &actiontest.Wire{}).Plan(t.Context(), made)
			if c.want == nil {
				require.Equal(t, engine.KindInvalid, engine.KindOf(err), "%v", plan.Preview.To)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, plan.Preview.To)
		})
	}
}
