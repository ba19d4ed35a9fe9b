package api_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

func TestInstance_TellsWhatItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := as[api.Instance](w.do(call{Method: "GET", URL: "/api/v1/instance", As: engine.RoleViewer}).is(200))
	require.Equal(t, "1.2.3", got.Version)
	require.Equal(t, publicURL, got.PublicURL)
	require.Equal(t, "tunnel", got.PublicFrom)
	require.Equal(t, "UTC", got.Timezone)
	require.Equal(t, []string{"/usr/bin/true"}, got.AllowShell)
	require.Empty(t, got.AllowPrivate)
	require.NotNil(t, got.AllowPrivate)
	require.Equal(t, w.clock(), got.StartedAt)
	findings := as[api.Page[api.Finding]](w.admin("POST", "/health-check", "").is(200)).Items
	require.Equal(t, []api.Finding{{Check: "clock", State: "warning", Found: "it is late", Do: "sleep"}}, findings)
	findings = as[api.Page[api.Finding]](w.admin("POST", "/health-check?only=address", "").is(200)).Items
	require.Equal(t, []api.Finding{{Check: "address", State: "ok", Found: "it answers"}}, findings)
}

func TestAddress_TellsWhoCanReachIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for text, want := range map[string]string{
		"":                           "public",
		"http://localhost:8080":      "local",
		"http://app.localhost":       "local",
		"http://127.0.0.1:8080":      "local",
		"http://[::1]":               "local",
		"http://0.0.0.0:8080":        "local",
		"http://192.168.1.20":        "private",
		"http://[fd00::1]":           "private",
		"http://100.64.1.1":          "private",
		"http://nas":                 "private",
		"http://nas.local":           "private",
		"https://inside.example.com": "private",
		"https://nobody.example.com": "unresolved",
		"https://203.0.113.7":        "public",
		"http://hooks.example.com.":  "public",
	} {
		got := as[api.AddressCheck](w.editor("GET", "/address?url="+url.QueryEscape(text), "").is(200))
		require.Equal(t, want, got.Reach, text)
		require.NotEmpty(t, got.Message)
		if text == "http://hooks.example.com." {
			require.False(t, got.Secure)
			require.Contains(t, got.Message, "https")
		}
	}
	require.Contains(t, w.editor("GET", "/address?url=nonsense", "").is(422).Body, "query.url")
	none := newWorld(t, func(d *api.Deps) { d.PublicURL = func() string { return "" } })
	require.Equal(t, "unknown", as[api.AddressCheck](none.editor("GET", "/address", "").is(200)).Reach)
}

func TestAlerts_AreTriedBeforeTheyAreStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.admin("POST", "/connections", `{"name":"mail","type":"smtp","with":{"host":"smtp.example.com","from":"ops@example.com"}}`).is(201)
	got := as[api.AlertTrials](w.editor("POST", "/alerts/test", `{"via":"mail","to":"ops@example.com","fallback":"mail","fallbackTo":"nobody@example.com"}`).is(200))
	require.Equal(t, []api.AlertTrial{{Via: "mail"}, {Via: "mail", Error: "The server refuses the recipient."}}, got.Items)
	require.Contains(t, w.editor("POST", "/alerts/test", `{}`).is(422).Body, "body.via")
	require.Contains(t, w.editor("POST", "/alerts/test", `{"via":"none"}`).is(422).Body, "body.via")
}

func TestTies_TellWhatHangsOnAUser(t *testing.T) {
	t.Parallel()
	w := shopWith(t, `{"id":"tell","name":"Tell","inbox":"shop","owner":"ann@example.com","steps":[{"key":"n","action":"note","with":{"text":"x"}}]}`)
	ann, ben := w.user("ann@example.com", engine.RoleAdmin), w.user("ben@example.com", engine.RoleEditor)
	rule, err := w.db.Rule(t.Context(), "tell")
	require.NoError(t, err)
	require.NoError(t, w.db.SaveDraft(t.Context(), "tell", &engine.Draft{Rule: *rule, UpdatedBy: "ben@example.com"}, rule.Revision))
	w.admin("POST", "/connections", `{"name":"mail","type":"smtp","with":{"host":"smtp.example.com","from":"ops@example.com"}}`).is(201)
	w.admin("PUT", "/alerts", `{"on":["run.failed"],"via":"mail","to":"ann@example.com"}`, "If-Match", "*").is(200)
	ref := []engine.RuleRef{{ID: "tell", Name: "Tell"}}
	require.Equal(t, api.Ties{Rules: ref, Drafts: []engine.RuleRef{}, Alerts: true}, as[api.Ties](w.admin("GET", "/users/"+ann.ID.String()+"/ties", "").is(200)))
	require.Equal(t, api.Ties{Rules: []engine.RuleRef{}, Drafts: ref}, as[api.Ties](w.admin("GET", "/users/"+ben.ID.String()+"/ties", "").is(200)))
	w.admin("GET", "/users/"+newID().String()+"/ties", "").is(404)
}

func TestSearch_FindsByNameByDeedAndByID(t *testing.T) {
	t.Parallel()
	w, e, run := lived(t)
	w.admin("POST", "/connections", `{"name":"ops-mail","title":"Mail of operations","type":"smtp","with":{"host":"smtp.example.com","from":"ops@example.com"}}`).is(201)
	look := func(q string) map[string]string {
		kinds := map[string]string{}
		for _, f := range as[api.FoundList](w.do(call{Method: "GET", URL: "/api/v1/search?q=" + url.QueryEscape(q), As: engine.RoleViewer}).is(200)).Items {
			kinds[f.Kind] = f.ID
		}
		return kinds
	}
	require.Equal(t, map[string]string{"rule": "tell", "inbox": "shop"}, look("SHO"))
	require.Equal(t, map[string]string{"rule": "tell"}, look("note tell"), "by what it does")
	require.Equal(t, map[string]string{"connection": "ops-mail"}, look("operations"))
	require.Equal(t, map[string]string{"event": e.ID.String()}, look(e.ID.String()))
	require.Equal(t, map[string]string{"run": run.ID.String()}, look(run.ID.String()))
	require.Equal(t, map[string]string{"event": e.ID.String()}, look("delivery-1"))
	require.Empty(t, look("zz"))
	require.Empty(t, look("   "))
	w.do(call{Method: "GET", URL: "/api/v1/search?q=", As: engine.RoleViewer}).is(422)
}

func TestAlerts_NameTheirFaultsInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 20 {
		got := as[api.Problem](w.editor("PUT", "/alerts", `{"on":["disk"],"via":"nobody","fallback":"nobody-else"}`, "If-Match", "*").is(422))
		require.Equal(t, "body.via", got.Errors[0].Location)
		require.Equal(t, "body.fallback", got.Errors[1].Location)
	}
}
