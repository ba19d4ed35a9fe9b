package visual_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/builtin"
	"patchbay/actions/outbound"
	"patchbay/engine"
	"patchbay/engine/rules/visual"
)

func teller(t *testing.T) *visual.Teller {
	t.Helper()
	client, err := outbound.New(outbound.Options{Now: received})
	require.NoError(t, err)
	actions, err := builtin.New(builtin.Options{Client: client})
	require.NoError(t, err)
	return &visual.Teller{Rules: machinery(), Actions: actions, Inbox: func(name string) string { return strings.ToUpper(name[:1]) + name[1:] }}
}

// marked writes a sentence with ** around what is strong.
func marked(parts []visual.Part) string {
	var b strings.Builder
	for _, p := range parts {
		mark := map[visual.PartKind]string{visual.Strong: "**", visual.Code: "`"}[p.Kind]
		b.WriteString(mark + p.Text + mark)
	}
	return b.String()
}

func TestTell_SaysWhatARuleDoes(t *testing.T) {
	t.Parallel()
	off := false
	slack := engine.Step{Key: "tell", Action: "slack", With: map[string]any{"channel": "#orders", "text": "x"}}
	wait := engine.Step{Key: "wait", Action: "delay", With: map[string]any{"for": "1h"}}
	mail := engine.Step{Key: "mail", Action: "email", With: map[string]any{"to": "{{ payload.customer.email }}"}}
	webRequest := engine.Step{Key: "web", Action: "http", With: map[string]any{"url": "https://api.example.com/secret/path"}}
	for _, c := range []struct {
		rule engine.Rule
		want string
	}{
		{
			engine.Rule{Inbox: "shopify", When: `event.type == "orders/create" and num(payload.total_price) > 500 and payload.test == false`, Steps: []engine.Step{slack, wait, {Key: "m", Action: "email"}}},
			"When **Order created** arrives in **Shopify**, only if **Total price** is more than 500 and **Test** is no, send a Slack message to **#orders**, then wait **1 hour**, then send an email.",
		},
		{engine.Rule{Inbox: "a", When: " true\n", Steps: []engine.Step{mail}}, "When anything arrives in **A**, send an email to **Customer › Email**."},
		{engine.Rule{Inbox: "a", Steps: []engine.Step{slack, wait, mail, webRequest}}, "When anything arrives in **A**, send a Slack message to **#orders** … and 3 more steps."},
		{engine.Rule{Inboxes: []string{"a", "b", "c"}, Steps: []engine.Step{mail}}, "When anything arrives in **A**, **B** or **C**, send an email to **Customer › Email**."},
		{engine.Rule{Inbox: "a", When: `event.type in ["push", "issues"]`}, "When **Push** or **Issues** arrives in **A**, do nothing yet."},
		{engine.Rule{Inbox: "a", When: `payload.a == 1 and (payload.b or payload.c in ["x", "y"])`, Steps: []engine.Step{webRequest}}, `When anything arrives in **A**, only if **A** is 1 and (**B** is yes or **C** is "x" or "y"), send to a web address at **api.example.com**.`},
		{engine.Rule{Inbox: "a", When: `payload.a and payload.b and payload.c and payload.d and payload.e`}, "When anything arrives in **A**, only if **A** is yes, **B** is yes, **C** is yes and 2 more conditions, do nothing yet."},
		{engine.Rule{Inbox: "a", When: `payload.a ? true : false`}, "When anything arrives in **A**, only if `payload.a ? true : false`, do nothing yet."},
		{engine.Rule{Inbox: "a", When: `payload.a ==`, Steps: []engine.Step{{Key: "x", Action: "fax"}}}, "When anything arrives in **A**, only if `payload.a ==`, do `fax`."},
		{engine.Rule{Steps: []engine.Step{{Key: "x", Action: "slack", Enabled: &off}, {Key: "n", Action: "note", If: `steps.x.ok == true`, ForEach: "payload.items"}}}, "When anything arrives, if **Step x › Ok** is yes, for each item of **Items**, show a note in Patchbay."},
		{engine.Rule{Inbox: "a", Steps: []engine.Step{{Key: "f", Action: "filter", With: map[string]any{"when": "payload.n >= 2"}}, {Key: "s", Action: "shell", With: map[string]any{"command": []any{"/opt/deploy.sh", "x"}}}}}, "When anything arrives in **A**, stop unless **N** is at least 2, then run **deploy.sh** on this server."},
		{engine.Rule{Inbox: "a", When: `any(payload.items, .qty > 1) and 1 <= payload.n <= 5`}, "When anything arrives in **A**, only if **Items** has an item where **Qty** is more than 1 and **N** is between 1 and 5, do nothing yet."},
	} {
		require.Equal(t, c.want, marked(teller(t).Tell(&c.rule)), c.rule.When)
	}
}
