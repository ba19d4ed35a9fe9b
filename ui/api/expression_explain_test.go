package api_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/ui/api"
)

func said(parts []api.SentencePart) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

func TestExplain_OverEventsAndSamples(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	e := w.receive("a", `{"total":"480.00","email":"ada@example.com"}`)
	ask := func(body string) api.Explained {
		t.Helper()
		return as[api.Explained](w.editor("POST", "/expressions/explain", body).is(200))
	}
	got := ask(`{"expression":"num(payload.total) > 500","inbox":"a"}`)
	require.Equal(t, "no", got.Verdict)
	require.Equal(t, e.ID, got.EventID)
	require.Equal(t, `Would not run: Total is "480.00", the rule wants more than 500.`, said(got.Sentence))
	require.Equal(t, []string{"0.0"}, got.Decides)
	require.Equal(t, &api.ActualValue{Found: true, Type: "text", Text: `"480.00"`}, got.Nodes[1].Actual)

	unsure := ask(`{"expression":"payload.customer.email == \"x\"","eventId":"` + e.ID.String() + `"}`)
	require.Equal(t, "unknown", unsure.Verdict)
	require.Equal(t, "payload.email", unsure.Hint.Field)
	require.True(t, ask(`{"expression":"payload.n == 1","sample":{"payload":{"n":1}}}`).Match)
	require.True(t, ask(`{"expression":"steps.one.ok","sample":{},"steps":{"one":{"ok":true}}}`).Match)
	require.True(t, ask(`{"expression":"","inbox":"a"}`).Match)

	broken := ask(`{"expression":"payload.n ==","sample":{}}`)
	require.Equal(t, "broken", broken.Verdict)
	require.Equal(t, 1, broken.Errors[0].Line)
	w.editor("POST", "/expressions/explain", `{"expression":"true","inbox":"nope"}`).is(404)
}

func TestRules_HaveASentence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.admin("POST", "/inboxes", `{"name":"shop","title":"My shop","verify":{"scheme":"none"}}`).is(201)
	body := `{"name":"R","inbox":"shop","when":"event.type == \"orders/create\"","steps":[{"key":"n","action":"note","with":{"text":"hi"}}]}`
	made := w.editor("POST", "/rules", body).is(201)
	const want = "When Order created arrives in My shop, show a note in Patchbay."
	rule := as[api.Rule](made)
	require.Equal(t, want, said(rule.Sentence))
	require.Equal(t, want, said(as[api.Page[api.Rule]](w.editor("GET", "/rules", "").is(200)).Items[0].Sentence))
	require.Equal(t, want, said(as[api.Page[api.RuleVersion]](w.editor("GET", "/rules/r/versions", "").is(200)).Items[0].Rule.Sentence))
	require.Equal(t, want, said(as[api.Rule](w.editor("GET", "/rules/r/versions/1", "").is(200)).Sentence))
	sent := toJSON(t, rule) // as a client got it, sentence and all
	sent = strings.Replace(sent, `orders/create`, `push`, 1)
	draft := as[api.Draft](w.editor("PUT", "/rules/r/draft", sent, "If-Match", made.Header.Get("ETag")).is(200))
	require.Equal(t, "When Push arrives in My shop, show a note in Patchbay.", said(draft.Rule.Sentence))
}
