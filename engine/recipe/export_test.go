package recipe_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/recipe"
)

func exportOf(steps ...engine.Step) *engine.Document {
	return &engine.Document{
		Version: 1,
		Inboxes: []*engine.Inbox{
			{Name: "shop", Title: "Shop", Verify: engine.Verify{Scheme: "shopify", Secret: "${env:SHOP_SECRET}"}},
			{Name: "code", Verify: engine.Verify{Scheme: "github", Secret: "${env:CODE_SECRET}"}},
		},
		Connections: []*engine.Connection{{Name: "ops", Type: "slack", With: map[string]any{"webhookUrl": "${env:OPS}"}}},
		Rules:       []*engine.Rule{{ID: "tell", Name: "Tell", Inboxes: []string{"shop", "code"}, When: "true", Steps: steps}},
		Vars:        map[string]any{"api_token": "abcdef", "team": "core"},
		Alerts:      &engine.Alerts{Via: "ops"},
	}
}

// What is secret is asked for, wherever somebody wrote it.
func TestExport_AsksForWhatIsSecret(t *testing.T) {
	t.Parallel()
	made, err := recipe.Export(exportOf(
		engine.Step{Key: "a", Action: "slack", Connection: "ops", With: map[string]any{"text": "hello"}},
		engine.Step{Key: "b", Action: "http", With: map[string]any{
			"url":     "https://discord.com/api/webhooks/123/very-secret?wait=true",
			"headers": map[string]any{"X-Api-Key": "very-secret", "X-Kind": "plain"},
			"json":    map[string]any{"token": "very-secret", "title": "{{ payload.title }}", "password": "{{ payload.password }}"},
		}},
		engine.Step{Key: "c", Action: "http", With: map[string]any{"url": "https://api.example.com/x?team=core&api_key=very-secret#top"}},
		engine.Step{Key: "d", Action: "http", With: map[string]any{"url": "https://api.telegram.org/bot${secret:TOKEN}/sendMessage"}},
	), recipe.Naming{Name: "tell-all"})
	require.NoError(t, err)
	text := string(made.Text)
	require.NotContains(t, text, "very-secret")
	require.NotContains(t, text, "abcdef")
	require.NotContains(t, text, "${env:")
	require.NotContains(t, text, "alerts:", "they are the whole workspace's")
	require.Contains(t, text, "bot${secret:TOKEN}/sendMessage")
	require.ElementsMatch(t, []string{
		"Secret of the sender of Shop", "Secret of the sender of code", "Webhook address of ops", "Shared value api_token",
		"Secret address of discord.com", "X-Api-Key in a step", "Token in a step", "Api_key of api.example.com",
	}, made.LeftOut)

	r, err := recipe.Parse("recipe.yaml", made.Text)
	require.NoError(t, err)
	require.Equal(t, "Tell", r.Title)
	require.Equal(t, []recipe.App{{Name: "Shopify", Icon: "shopify"}, {Name: "GitHub", Icon: "github"}}, r.Apps.From)
	values := map[string]any{"inbox": "x"}
	_, err = r.Fill(recipe.Answers{})
	require.ErrorContains(t, err, "is needed")
	clear(values)
	for _, in := range r.Inputs {
		if in.Default == nil {
			values[in.Name] = "very-secret"
		}
	}
	values["shop"] = "other"
	values["ops_webhookurl"] = "https://hooks.slack.com/services/T/B/x"
	doc, err := r.Fill(recipe.Answers{Values: values})
	require.NoError(t, err)
	require.Equal(t, []string{"other", "code"}, doc.Rules[0].Inboxes)
	require.Equal(t, engine.Secret("very-secret"), doc.Inboxes[1].Verify.Secret)
	require.Equal(t, "very-secret", doc.Vars["api_token"])
	require.Equal(t, "core", doc.Vars["team"])
	require.Equal(t, "very-secret?wait=true", doc.Rules[0].Steps[1].With["url"])

	// Each inbox is reused where one of its own kind exists.
	exists := recipe.Existing{Inboxes: map[string]string{"hub": "github", "store": "shopify"}}
	reuse, err := r.Reused(map[string]any{"shop": "store", "code": "hub"}, exists)
	require.NoError(t, err)
	require.Equal(t, []string{"code", "shop"}, reuse)
	_, err = r.Reused(map[string]any{"code": "store"}, exists)
	require.ErrorContains(t, err, "that is Shopify there, and has to be GitHub")
}

func TestExport_RefusesWhatNoRecipeHolds(t *testing.T) {
	t.Parallel()
	_, err := recipe.Export(&engine.Document{Version: 1}, recipe.Naming{Name: "none"})
	require.ErrorContains(t, err, "at least one rule")
	_, err = recipe.Export(exportOf(engine.Step{Key: "a", Action: "slack", Connection: "ops", With: map[string]any{"text": "write ${input:name}"}}), recipe.Naming{Name: "odd"})
	require.ErrorContains(t, err, "rules[0].steps[0].with.text: A recipe cannot hold the text ${input:…}")
}
