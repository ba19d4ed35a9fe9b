package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/ui/api"
)

// recipeCaller is the API of an instance at which nothing is at work.
func recipeCaller(t *testing.T) func(method, path string, in, out any) error {
	t.Helper()
	in, err := open(t.Context(), settings{Dir: t.TempDir(), PublicURL: rehearsedURL, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	local := in.inProcess(in.Close)
	t.Cleanup(func() { require.NoError(t, local.Close()) })
	return func(method, path string, in, out any) error { return local.call(t.Context(), method, path, in, out) }
}

const slackAddress = "https://hooks.slack.com/services/T1/B2/notshown"

func bigOrder(more map[string]any) api.RecipeAnswers {
	inputs := map[string]any{"limit": 600, "webhook_secret": "hush", "slack_url": slackAddress}
	maps.Copy(inputs, more)
	return api.RecipeAnswers{Inputs: inputs}
}

func TestRecipes_TheGalleryTellsWhatARecipeAsks(t *testing.T) {
	t.Parallel()
	call := recipeCaller(t)
	var list struct{ Items []api.RecipeSummary }
	require.NoError(t, call(http.MethodGet, "/recipes", nil, &list))
	all, err := builtinRecipes()
	require.NoError(t, err)
	require.Len(t, list.Items, len(all))

	var one api.Recipe
	require.NoError(t, call(http.MethodGet, "/recipes/shopify-big-order-slack", nil, &one))
	asked := map[string]api.RecipeInput{}
	for _, in := range one.Inputs {
		asked[in.Name] = in
		if in.Type == "secret" {
			require.Nil(t, in.Example, in.Name)
		}
	}
	require.Equal(t, []string{"slack_url"}, asked["slack"].NotAsked)
	require.Equal(t, []string{"webhook_secret"}, asked["inbox"].NotAsked)
	require.True(t, asked["webhook_secret"].CanWait)
	require.False(t, asked["slack_url"].CanWait)
	require.Equal(t, []string{"hooks.slack.com"}, one.Permissions.Hosts)
	require.NotEmpty(t, one.Sender)

	require.NoError(t, call(http.MethodGet, "/recipes/github-push-deploy", nil, &one))
	require.Equal(t, []api.RecipeProgram{{Program: "/opt/deploy.sh"}}, one.Permissions.Programs, "nobody allowed it")

	require.Equal(t, engine.KindNotFound, kindOf(call(http.MethodGet, "/recipes/nothing", nil, nil)))
}

func TestRecipes_APreviewShowsWhatBecomesOfTheSamples(t *testing.T) {
	t.Parallel()
	call := recipeCaller(t)
	var got api.RecipePreview
	require.NoError(t, call(http.MethodPost, "/recipes/shopify-big-order-slack/preview", bigOrder(nil), &got))
	require.Empty(t, got.Problems)
	require.Len(t, got.Samples, 3)
	require.True(t, got.Samples[0].Rules[0].Matches)
	require.Contains(t, got.Samples[0].Rules[0].Steps[0].Preview.Text, "*Order #1001*: 640.00 USD")
	require.False(t, got.Samples[1].Rules[0].Matches)
	text, err := json.Marshal(got)
	require.NoError(t, err)
	require.NotContains(t, string(text), "notshown")
	require.Contains(t, string(text), "600")

	// What was chosen decides, not what the recipe's tests say.
	require.NoError(t, call(http.MethodPost, "/recipes/shopify-big-order-slack/preview", bigOrder(map[string]any{"limit": 1000}), &got))
	require.False(t, got.Samples[0].Rules[0].Matches)

	// What is missing or wrong is told with its field, and shown with examples all the same.
	require.NoError(t, call(http.MethodPost, "/recipes/shopify-big-order-slack/preview", api.RecipeAnswers{Inputs: map[string]any{"limit": "many"}}, &got))
	var fields []string
	for _, p := range got.Problems {
		fields = append(fields, p.Location)
	}
	require.ElementsMatch(t, []string{"body.inputs.webhook_secret", "body.inputs.limit", "body.inputs.slack_url"}, fields)
	require.True(t, got.Samples[0].Rules[0].Matches)

	var made struct{ Items []any }
	require.NoError(t, call(http.MethodGet, "/inboxes", nil, &made))
	require.Empty(t, made.Items, "a preview makes nothing")
}

func TestRecipes_AnImportMakesEverythingOrNothing(t *testing.T) {
	t.Parallel()
	call := recipeCaller(t)
	const path = "/recipes/shopify-big-order-slack/import"
	later := bigOrder(nil)
	delete(later.Inputs, "webhook_secret")
	require.Equal(t, []string{"inputs.webhook_secret"}, fieldsOf(call(http.MethodPost, path, later, nil)))

	later.Later = true
	var got api.RecipeImport
	require.NoError(t, call(http.MethodPost, path, later, &got))
	require.Len(t, got.Changes, 3)
	require.Equal(t, "shopify", got.Inbox)
	require.True(t, got.Pending)
	require.Contains(t, got.Setup[1]+got.Setup[0]+got.Setup[2], rehearsedURL+"/in/shopify")

	// What exists is neither overwritten nor taken unasked.
	require.ElementsMatch(t, []string{"inputs.inbox", "inputs.slack", "rename.shopify-big-order-slack"}, fieldsOf(call(http.MethodPost, path, bigOrder(nil), nil)))
	other := bigOrder(map[string]any{"inbox": "second"})
	require.ElementsMatch(t, []string{"inputs.slack", "rename.shopify-big-order-slack"}, fieldsOf(call(http.MethodPost, path, other, nil)))
	var boxes struct{ Items []struct{ Name string } }
	require.NoError(t, call(http.MethodGet, "/inboxes", nil, &boxes))
	require.Len(t, boxes.Items, 1, "a clash makes nothing")

	again := api.RecipeAnswers{
		Inputs: map[string]any{"inbox": "shopify", "slack": "slack-orders", "limit": 5000}, Reuse: []string{"inbox", "slack"},
		Rename: map[string]string{"shopify-big-order-slack": "very-big-orders"},
	}
	require.NoError(t, call(http.MethodPost, path, again, &got))
	require.Len(t, got.Changes, 1)
	require.Equal(t, "very-big-orders", got.Changes[0].Name)

	var log struct {
		Items []struct{ Action, Object string }
	}
	require.NoError(t, call(http.MethodGet, "/audit?kind=recipe", nil, &log))
	require.Len(t, log.Items, 4, "each one when it begins and when it is done")
	require.Equal(t, "recipe.import", log.Items[0].Action)
	require.Equal(t, "shopify-big-order-slack", log.Items[0].Object)
}

func TestRecipes_OnlyWhatFitsIsReused(t *testing.T) {
	t.Parallel()
	call := recipeCaller(t)
	require.NoError(t, call(http.MethodPost, "/inboxes", map[string]any{"name": "open", "verify": map[string]any{"scheme": "none"}}, nil))
	answers := bigOrder(map[string]any{"inbox": "open"})
	answers.Reuse = []string{"inbox"}
	require.Equal(t, []string{"inputs.inbox"}, fieldsOf(call(http.MethodPost, "/recipes/shopify-big-order-slack/import", answers, nil)))
	answers.Inputs["inbox"] = "missing"
	require.Equal(t, []string{"inputs.inbox"}, fieldsOf(call(http.MethodPost, "/recipes/shopify-big-order-slack/import", answers, nil)))
}

func kindOf(err error) engine.Kind {
	if e, ok := errors.AsType[*engine.Error](err); ok {
		return e.Kind
	}
	return -1
}

// fieldsOf are the fields that failures name.
func fieldsOf(err error) []string {
	var fields []string
	for _, e := range config.Faults(err) {
		if fault, ok := errors.AsType[*engine.Error](e); ok {
			fields = append(fields, fault.Field)
		}
	}
	return fields
}

func TestRecipes_TheAddressIsKnownBeforeAnythingIsMade(t *testing.T) {
	t.Parallel()
	call := recipeCaller(t)
	var one api.Recipe
	require.NoError(t, call(http.MethodGet, "/recipes/shopify-big-order-slack", nil, &one))
	require.False(t, one.Keyed, "who signs needs no secret address")
	require.NoError(t, call(http.MethodGet, "/recipes/grafana-ntfy", nil, &one))
	require.True(t, one.Keyed)
	require.Equal(t, rehearsedURL, one.PublicURL)

	answers := api.RecipeAnswers{
		Inputs: map[string]any{"inbox": "ahead", "server": "https://ntfy.example.com", "topic": "alerts"},
		Key:    "AbCdEfGhIjKlMnOpQrStUvWxYz012345",
	}
	require.NoError(t, call(http.MethodPost, "/recipes/grafana-ntfy/import", answers, nil))
	var box struct{ Address string }
	require.NoError(t, call(http.MethodGet, "/inboxes/ahead", nil, &box))
	require.Equal(t, rehearsedURL+"/in/ahead/"+answers.Key, box.Address)
	answers.Key = "short"
	require.Error(t, call(http.MethodPost, "/recipes/grafana-ntfy/import", answers, nil))
}

func TestRecipes_AConnectionIsTriedWithWhatWasGivenOnly(t *testing.T) {
	t.Parallel()
	call := recipeCaller(t)
	const path = "/recipes/form-notion/test"
	body := func(inputs map[string]any) any { return map[string]any{"inputs": inputs, "connection": "notion"} }
	require.Equal(t, []string{"inputs.notion_token"}, fieldsOf(call(http.MethodPost, path, body(nil), nil)), "an example is never tried")
	var tried api.Tried
	require.NoError(t, call(http.MethodPost, path, body(map[string]any{"notion_token": "ntn_aaaaaaaaaaaaaaaaaaaa"}), &tried))
	require.Contains(t, tried.Message, "Nothing was sent")
	require.Error(t, call(http.MethodPost, path, map[string]any{"connection": "inbox"}, nil))
	var made struct{ Items []any }
	require.NoError(t, call(http.MethodGet, "/connections", nil, &made))
	require.Empty(t, made.Items)
}
