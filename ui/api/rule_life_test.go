package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

const (
	ruleBody  = `{"id":"tell","name":"Tell","inbox":"shop","tags":["a"],"steps":[{"key":"n","action":"note","with":{"text":"x"}}]}`
	otherBody = `{"name":"Tell all","inbox":"shop","steps":[{"key":"n","action":"note","with":{"text":"y"}}]}`
)

func shopWith(t *testing.T, body string) *world {
	t.Helper()
	w := newWorld(t)
	w.admin("POST", "/inboxes", `{"name":"shop"}`).is(201)
	w.admin("POST", "/rules", body).is(201)
	return w
}

func TestRule_ComesBackAfterItWasDeleted(t *testing.T) {
	t.Parallel()
	w := shopWith(t, ruleBody)
	w.admin("PUT", "/rules/tell", otherBody, "If-Match", "*").is(200)
	require.Contains(t, w.editor("POST", "/rules/tell/restore", "").is(409).Body, "is there")
	w.admin("DELETE", "/rules/tell", "", "If-Match", "*").is(204)
	w.admin("GET", "/rules/tell", "").is(404)
	restored := w.editor("POST", "/rules/tell/restore", "").is(201)
	require.Equal(t, "/api/v1/rules/tell", restored.Header.Get("Location"))
	got := as[api.Rule](restored)
	require.Equal(t, "Tell all", got.Name)
	require.False(t, *got.Enabled, "it does not start runs unless that is asked for")
	w.admin("DELETE", "/rules/tell", "", "If-Match", "*").is(204)
	require.True(t, *as[api.Rule](w.editor("POST", "/rules/tell/restore", `{"enabled":true}`).is(201)).Enabled)
	w.editor("POST", "/rules/never/restore", "").is(404)
	w.admin("DELETE", "/rules/tell", "", "If-Match", "*").is(204)
	w.admin("DELETE", "/inboxes/shop", "", "If-Match", "*").is(204)
	require.Contains(t, w.editor("POST", "/rules/tell/restore", "").is(422).Body, "inbox", "what it needs must be there")
}

func TestRule_TellsWhoPublishedItAndThatItHasADraft(t *testing.T) {
	t.Parallel()
	w := shopWith(t, ruleBody)
	listed := func() api.Rule {
		rule := as[api.Page[api.Rule]](w.admin("GET", "/rules", "").is(200)).Items[0]
		one := as[api.Rule](w.admin("GET", "/rules/tell", "").is(200))
		require.Equal(t, one, rule, "the list shows a rule as it is shown alone")
		return rule
	}
	require.Equal(t, "token:token of admin", listed().Published.By)
	require.Equal(t, w.clock(), listed().Published.At)
	require.Nil(t, listed().Draft)
	w.editor("PUT", "/rules/tell/draft", otherBody, "If-Match", "*").is(200)
	require.NotNil(t, listed().Draft)
	require.False(t, listed().Draft.Outdated)
}

// Two people edit a rule: the second one is told, and loses nothing.
func TestRule_AnEditThatLostARaceIsKept(t *testing.T) {
	t.Parallel()
	w := shopWith(t, ruleBody)
	seen := w.admin("GET", "/rules/tell", "").is(200).Header.Get("ETag")
	w.admin("PUT", "/rules/tell", otherBody, "If-Match", "*").is(200) // Ann publishes
	save := func(etag, query string) reply {
		return w.do(call{Method: "PUT", URL: "/api/v1/rules/tell/draft" + query, As: engine.RoleEditor, Body: ruleBody, Headers: map[string]string{"If-Match": etag}})
	}
	refused := save(seen, "").is(412)
	require.Equal(t, "token:token of admin", as[struct{ Current api.Rule }](refused).Current.Published.By)
	kept := as[api.Draft](save(refused.Header.Get("ETag"), "?basedOn=1").is(200))
	require.True(t, kept.Outdated)
	require.Equal(t, 1, kept.BasedOn)
	require.Equal(t, "Tell", kept.Rule.Name)
	require.Equal(t, "Tell all", as[api.Rule](w.admin("GET", "/rules/tell", "").is(200)).Name)
	require.Contains(t, save("*", "?basedOn=7").is(422).Body, "basedOn")
}

func TestDraft_IsOneLineOfTheChangeLogWhileSomebodyTypes(t *testing.T) {
	t.Parallel()
	w := shopWith(t, ruleBody)
	lines := func() int {
		return strings.Count(w.admin("GET", "/audit", "").is(200).Body, `"action":"rule.draft"`)
	}
	for range 3 {
		w.editor("PUT", "/rules/tell/draft", otherBody, "If-Match", "*").is(200)
		w.advance(time.Minute)
	}
	require.Equal(t, 1, lines())
	w.admin("PUT", "/rules/tell/draft", otherBody, "If-Match", "*").is(200)
	require.Equal(t, 2, lines(), "somebody else")
	w.advance(time.Hour)
	w.admin("PUT", "/rules/tell/draft", otherBody, "If-Match", "*").is(200)
	require.Equal(t, 3, lines(), "later")
}

func TestRule_IsNotCalledAsThePageThatMakesOne(t *testing.T) {
	t.Parallel()
	w := shopWith(t, ruleBody)
	made := as[api.Rule](w.editor("POST", "/rules?draft=true", `{"name":"New"}`).is(201))
	require.Equal(t, "new-2", made.ID)
}
