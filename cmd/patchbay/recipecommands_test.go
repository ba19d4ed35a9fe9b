package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var recipeFolder = filepath.Join("..", "..", "examples", "recipes")

func TestRecipe_ListAndShow(t *testing.T) {
	t.Parallel()
	var list struct {
		Items []struct {
			Name    string
			From    []string
			Minutes int
		}
	}
	require.NoError(t, json.Unmarshal([]byte(must(t, "recipe", "list", "--output", "json")), &list))
	folders, err := filepath.Glob(filepath.Join(recipeFolder, "*", "recipe.yaml"))
	require.NoError(t, err)
	require.Len(t, list.Items, len(folders))
	require.NotZero(t, list.Items[0].Minutes)
	require.Contains(t, must(t, "recipe", "list", "order slack"), "shopify-big-order-slack")
	require.NotContains(t, must(t, "recipe", "list", "order slack"), "grafana")
	nothing := patchbay(t, nil, "recipe", "list", "no such words")
	require.Equal(t, 1, nothing.status)

	shown := must(t, "recipe", "show", "stripe-payment-slack")
	require.Contains(t, shown, "Sends to: hooks.slack.com\n")
	require.Contains(t, shown, "Keeps secrets: Signing secret of the webhook, Webhook address of the Slack channel\n")
	require.Contains(t, shown, "1. In the Stripe Dashboard")
	require.Contains(t, must(t, "recipe", "show", filepath.Join(recipeFolder, "github-push-deploy", "recipe.yaml")), "Runs programs: /opt/deploy.sh\n")
	wrong := patchbay(t, nil, "recipe", "show", "stripe-payment-slak")
	require.Equal(t, 1, wrong.status)
	require.Contains(t, wrong.err, `did you mean "stripe-payment-slack"?`)
}

func TestRecipe_TestTellsWhatDiffers(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "stripe-payment-slack")
	require.NoError(t, os.CopyFS(folder, os.DirFS(filepath.Join(recipeFolder, "stripe-payment-slack"))))
	file := filepath.Join(folder, "recipe.yaml")
	require.Contains(t, must(t, "recipe", "test", file), "3 tests of 1 recipes, 0 failed\n")
	change := func(old, with string) result {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		changed := strings.Replace(string(text), old, with, 1)
		require.NotEqual(t, string(text), changed)
		broken := filepath.Join(t.TempDir(), "broken")
		require.NoError(t, os.CopyFS(broken, os.DirFS(folder)))
		require.NoError(t, os.WriteFile(filepath.Join(broken, "recipe.yaml"), []byte(changed), 0o600))
		return patchbay(t, nil, "recipe", "test", broken)
	}
	text := change(`text: "*{{ money`, `text: "Paid: {{ money`)
	require.Equal(t, 1, text.status)
	require.Contains(t, text.out, "FAIL stripe-payment-slack: A paid checkout is told\n  rule stripe-payment-slack, step notify: text\n    expected \"*49.00 USD* from")
	require.Contains(t, text.out, "\n    got      \"Paid: 49.00 USD* from")
	require.Equal(t, "patchbay: 1 of 3 tests failed.\n", text.err)

	match := change(`payment_status == "paid"`, `payment_status != "x"`)
	require.Equal(t, 1, match.status)
	require.Contains(t, match.out, "A checkout whose payment is still under way is not\n  rule stripe-payment-slack\n    expected no match\n    got      a match\n")

	when := change(`when: event.type ==`, `when: event.tpye ==`)
	require.Equal(t, 1, when.status)
	require.Contains(t, when.err, "Did you mean type?")
	require.Regexp(t, `recipe\.yaml:\d+:\d+: rules\[0\]\.when: `, when.err)

	connection := change("type: slack\n    with", "type: slak\n    with")
	require.Equal(t, 1, connection.status)
	require.Contains(t, connection.err, `There is no connection type "slak"; did you mean "slack"?`)

	proof := change("scheme: stripe", "scheme: github")
	require.Equal(t, 1, proof.status)
	require.Contains(t, proof.out, "paid.http sent twice is not recognised as a repeat", "it is signed for any scheme, but has no id of GitHub's")
	open := change("verify: { scheme: stripe", "dedupe: { off: true }\n    verify: { scheme: stripe")
	require.Zero(t, open.status, open.out)
	kind := change("sample: paid\n      type: checkout.session.completed", "sample: paid\n      type: charge.succeeded")
	require.Equal(t, 1, kind.status)
	require.Contains(t, kind.out, "type\n    expected \"charge.succeeded\"")

	require.Equal(t, 1, patchbay(t, nil, "recipe", "test", filepath.Join(folder, "nowhere")).status)
	require.Equal(t, 2, patchbay(t, nil, "recipe", "test", "--wrong").status)
	apply := patchbay(t, nil, "apply", file, "--data", t.TempDir())
	require.Equal(t, 1, apply.status)
	require.Contains(t, apply.err, "This is a recipe, which is imported: patchbay recipe import ")
}

func TestRecipe_ImportMakesEverythingOrNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir, nil)
	api := p.client()
	names := func(kind string) []string {
		var page struct{ Items []struct{ Name, ID string } }
		api.get("/"+kind, &page)
		all := []string{}
		for _, item := range page.Items {
			all = append(all, item.Name+item.ID)
		}
		return all
	}
	secrets := []string{"PATCHBAY_INPUT_SIGNING_SECRET=whsec_0123456789abcdef", "PATCHBAY_INPUT_SLACK_URL=https://hooks.slack.com/services/T1/B1/secretpart"}
	run := func(env []string, args ...string) result {
		return patchbay(t, env, append([]string{"recipe", "import", "--data", dir}, args...)...)
	}

	missing := run(nil, "stripe-payment-slack")
	require.Equal(t, 1, missing.status)
	require.Contains(t, missing.err, "inputs.signing_secret: Signing secret of the webhook is needed; ")
	require.Contains(t, missing.err, "Give it with --input slack_url=… or in PATCHBAY_INPUT_SLACK_URL.")

	dry := run(secrets, "stripe-payment-slack", "--dry-run")
	require.Zero(t, dry.status, dry.err)
	require.Contains(t, dry.out, "would make rule stripe-payment-slack\n")
	require.Empty(t, names("inboxes"))

	made := run(secrets, "stripe-payment-slack")
	require.Zero(t, made.status, made.err)
	require.Contains(t, made.out, "made inbox stripe\nmade rule stripe-payment-slack\n")
	require.Contains(t, made.out, "address of stripe: /in/stripe\n  It comes after the public address")
	require.Contains(t, made.out, "Paste /in/stripe as the Endpoint URL")
	require.NotContains(t, made.out+made.err, "secretpart")

	again := run(secrets, "stripe-payment-slack", "--input", "inbox=another")
	require.Equal(t, 1, again.status)
	require.Contains(t, again.err, `There is a connection "slack-payments" already`)
	require.Contains(t, again.err, `There is a rule "stripe-payment-slack" already`)
	require.Equal(t, []string{"stripe"}, names("inboxes"), "nothing of it was made")

	reused := run(nil, "stripe-payment-slack", "--input", "inbox=stripe", "--input", "slack=slack-payments", "--rename", "stripe-payment-slack=second")
	require.Zero(t, reused.status, reused.err)
	require.Equal(t, "made rule second\n", reused.out)
	require.Equal(t, []string{"slack-payments"}, names("connections"))
	idle := run(secrets, "stripe-payment-slack", "--input", "inbox=stripe", "--input", "slack=slack-payments", "--input", "signing_secret=whsec_1234")
	require.Equal(t, 2, idle.status)
	require.Contains(t, idle.err, "--input signing_secret is not needed")
	kind := run(secrets, "github-bug-discord", "--input", "discord=slack-payments", "--input", "webhook_secret=0123456789")
	require.Equal(t, 1, kind.status)
	require.Contains(t, kind.err, `The connection "slack-payments" is of type slack; this recipe needs http.`)
	evil := run(secrets, "grafana-ntfy", "--input", "topic=a}} {{ payload")
	require.Equal(t, 1, evil.status)
	require.Contains(t, evil.err, "inputs.topic: Topic does not look right")

	later := run(nil, "github-actions-failed-slack", "--later", "--input", "slack=slack-payments")
	require.Zero(t, later.status, later.err)
	var box struct{ Verify struct{ Pending bool } }
	api.get("/inboxes/github", &box)
	require.True(t, box.Verify.Pending)
	require.Equal(t, []string{"github", "stripe"}, names("inboxes"))
}

// A rule is passed on: written as a recipe, and imported where nothing stands by giving
// its secrets.
func TestExport_ARecipeIsImportedElsewhere(t *testing.T) {
	t.Parallel()
	here, there, out := t.TempDir(), t.TempDir(), t.TempDir()
	must(t, "recipe", "import", "shopify-big-order-slack", "--data", here, "--input", "webhook_secret=the-first-secret",
		"--input", "slack_url=https://hooks.slack.com/services/T1/B1/first", "--input", "limit=77")
	wrote := must(t, "export", "--data", here, "--recipe", "our-orders", "--title", "Our orders", "--out", out)
	file := filepath.Join(out, "our-orders", "recipe.yaml")
	require.Equal(t, "wrote "+file+"\nSecrets and events were left out: the recipe asks for Secret of the sender of Shopify and Webhook address of Slack.\n", wrote)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NotContains(t, string(text), "the-first-secret")
	require.NotContains(t, string(text), "B1/first")
	require.Contains(t, must(t, "recipe", "show", file), "Our orders")

	missing := patchbay(t, nil, "recipe", "import", file, "--data", there)
	require.Equal(t, 1, missing.status)
	require.Contains(t, missing.err, "--input inbox_secret=")
	must(t, "recipe", "import", file, "--data", there, "--input", "inbox_secret=the-first-secret",
		"--input", "slack_orders_webhookurl=https://hooks.slack.com/services/T1/B1/first")
	require.Equal(t, must(t, "export", "--data", here), must(t, "export", "--data", there))

	require.Equal(t, 2, patchbay(t, nil, "export", "--data", here, "--title", "x").status)
	bad := patchbay(t, nil, "export", "--data", here, "--recipe", "Our orders")
	require.Equal(t, 1, bad.status)
	require.Contains(t, bad.err, "such as big-order")
}
