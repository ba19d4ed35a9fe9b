package main

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

// suggested are recipes with the inbox that each of them is suggested for.
func suggested(t *testing.T, call func(method, path string, in, out any) error, query string) (names []string, found map[string]api.RecipeSuggestion) {
	t.Helper()
	var list struct{ Items []api.RecipeSuggestion }
	require.NoError(t, call(http.MethodGet, "/recipe-suggestions"+query, nil, &list))
	found = map[string]api.RecipeSuggestion{}
	for _, s := range list.Items {
		names = append(names, s.Recipe.Name)
		found[s.Recipe.Name] = s
	}
	return names, found
}

func TestRecipes_AreSuggestedByWhatAnInboxReceives(t *testing.T) {
	t.Parallel()
	call := recipeCaller(t)
	names, _ := suggested(t, call, "")
	require.Empty(t, names, "nothing came in, and there is no connection")
	for _, box := range []map[string]any{
		{"name": "shop", "verify": map[string]any{"scheme": "shopify", "secret": "hush"}},
		{"name": "code"}, // a secret address: whose events they are is seen by their marks
		{"name": "contact"},
		{"name": "quiet"},
	} {
		require.NoError(t, call(http.MethodPost, "/inboxes", box, nil))
	}
	send := func(inbox string, in api.SampleInput) {
		t.Helper()
		var got api.SampleAnswer
		require.NoError(t, call(http.MethodPost, "/inboxes/"+inbox+"/send", in, &got))
		require.NotEmpty(t, got.EventID)
	}
	send("shop", api.SampleInput{Event: "orders/create"})
	send("code", api.SampleInput{Sample: "github", Event: "issues"})
	send("contact", api.SampleInput{Sample: "form"})

	names, found := suggested(t, call, "?inbox=shop")
	require.Equal(t, []string{"shopify-big-order-slack", "shopify-order-sheets"}, names)
	require.Equal(t, []api.SuggestedKind{{Type: "orders/create", Title: "Order created"}}, found[names[0]].Kinds)
	require.True(t, found[names[0]].Reusable)

	names, found = suggested(t, call, "?inbox=code&limit=40")
	require.Equal(t, "github-bug-discord", names[0], "it is about issues, the others are about what did not come in")
	require.Equal(t, "issues", found[names[0]].Kinds[0].Type)
	require.Contains(t, names, "github-push-deploy")
	require.Empty(t, found["github-push-deploy"].Kinds)
	require.False(t, found["github-push-deploy"].Reusable, "it asks for no signature")

	names, _ = suggested(t, call, "?inbox=contact")
	slices.Sort(names)
	require.Equal(t, []string{"form-email", "form-mailchimp", "form-notion"}, names)
	names, _ = suggested(t, call, "?inbox=quiet")
	require.Empty(t, names)
	require.Equal(t, engine.KindNotFound, kindOf(call(http.MethodGet, "/recipe-suggestions?inbox=nothing", nil, nil)))

	names, found = suggested(t, call, "?limit=4")
	require.Len(t, names, 4)
	require.Equal(t, "contact", found["form-email"].Inbox)
}

func TestRecipes_AreSuggestedByTheConnectionsThatThereAre(t *testing.T) {
	t.Parallel()
	call := recipeCaller(t)
	require.NoError(t, call(http.MethodPost, "/connections", map[string]any{
		"name": "crm", "type": "http", "with": map[string]any{"auth": "bearer", "token": "notshown", "hosts": []string{"api.hubapi.com"}},
	}, nil))
	names, found := suggested(t, call, "?limit=40")
	require.Contains(t, names, "tally-hubspot")
	require.NotContains(t, names, "stripe-dispute-pagerduty", "its connection is for another host")
	require.Equal(t, []string{"crm"}, found["tally-hubspot"].Connections)
	require.Empty(t, found["tally-hubspot"].Inbox)

	require.NoError(t, call(http.MethodPost, "/inboxes", map[string]any{"name": "shop", "verify": map[string]any{"scheme": "shopify", "secret": "hush"}}, nil))
	names, _ = suggested(t, call, "?inbox=shop")
	require.Equal(t, []string{"shopify-big-order-slack", "shopify-order-sheets"}, names)
	answers := bigOrder(map[string]any{"inbox": "shop-orders"})
	require.NoError(t, call(http.MethodPost, "/recipes/shopify-big-order-slack/import", answers, nil))
	names, found = suggested(t, call, "?limit=40")
	require.NotContains(t, names, "shopify-big-order-slack", "it is there already")
	require.Equal(t, []string{"slack-orders"}, found["stripe-payment-slack"].Connections)
}
