package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

// TestSecrets_NeverComeOut walks every GET of the API, of the published document,
// after secrets of every kind went in.
func TestSecrets_NeverComeOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *api.Deps) { d.SetupToken = "marker-setup-token" })
	markers := []string{
		"marker-setup-token", "marker-verify-secret-1", "marker-verify-secret-2", "marker-smtp-password", "marker-named-secret",
		"marker-user-password", "marker-typo-secret", passwordHash(),
	}
	user := w.user("ann@example.com", engine.RoleAdmin)
	w.admin("POST", "/users", `{"email":"bob@example.com","role":"viewer","password":"marker-user-password"}`).is(201)
	token := as[api.NewToken](w.admin("POST", "/tokens", `{"name":"ci"}`).is(201))
	markers = append(markers, token.Text, w.token(engine.RoleAdmin))
	w.editor("POST", "/inboxes", `{"name":"box","verify":{"scheme":"github","secret":"marker-verify-secret-1","secrets":["marker-verify-secret-2"]}}`).is(201)
	w.editor("POST", "/connections", `{"name":"mail","type":"smtp","with":{"host":"h.example","from":"a@h.example","username":"u","password":"marker-smtp-password"}}`).is(201)
	w.editor("POST", "/connections", `{"name":"crm","type":"http","with":{"hosts":["h.example"],"secrets":{"K":"marker-named-secret"}}}`).is(201)
	w.editor("POST", "/rules", `{"id":"rule","name":"R","inbox":"box","steps":[{"key":"n","action":"note","with":{"text":"x"}}]}`).is(201)
	w.editor("PUT", "/rules/rule/draft", `{"name":"R","inbox":"box","steps":[]}`, "If-Match", "*").is(200)
	w.editor("PUT", "/tables/t", `{"rows":{"a":1}}`).is(200)
	e := w.receive("box", `{}`)
	run := w.start(e, "rule")

	// Refused input is not repeated either.
	for _, r := range []reply{
		w.editor("POST", "/connections", `{"name":"x","type":"smtp","with":{"pasword":"marker-typo-secret"}}`),
		w.editor("POST", "/inboxes", `{"name":"x","verify":{"scheme":"nope","secret":"marker-typo-secret"}}`),
		w.editor("POST", "/inboxes", `{"name":"x","verify":{"secret":{"a":"marker-typo-secret"}}}`),
		w.editor("PUT", "/inboxes/box", `{"verify":{"scheme":"github","secret":"marker-typo-secret"}}`, "If-Match", `"99"`),
		w.login("ann@example.com", "marker-typo-secret"),
	} {
		require.GreaterOrEqual(t, r.Status, 400)
		clean(t, r, markers)
	}

	ids := map[string]string{
		"inboxes": "box", "connections": "mail", "rules": "rule", "events": e.ID.String(), "runs": run.ID.String(),
		"users": user.ID.String(), "tables": "t",
	}
	walked := 0
	for _, op := range operations(t, w.document()) {
		if op.method != http.MethodGet || op.path == "/api/v1/live" {
			continue
		}
		family := strings.Split(op.path, "/")[3]
		got := w.do(call{Method: "GET", URL: strings.NewReplacer("{id}", ids[family], "{version}", "1", "/search", "/search?q=marker").Replace(op.path), As: engine.RoleAdmin})
		if op.ID != "listChoices" { // asks the other side, which is not there
			require.Equal(t, 200, got.Status, op.path+": "+got.Body)
		}
		clean(t, got, markers)
		walked++
	}
	require.Greater(t, walked, 25)
	clean(t, w.do(call{Method: "GET", URL: "/api/v1/connections/crm", As: engine.RoleAdmin}), markers)
	clean(t, w.do(call{Method: "GET", URL: "/metrics", As: engine.RoleAdmin}), markers)
	for _, marker := range markers {
		require.NotContains(t, w.log.String(), marker)
	}
}

func clean(t *testing.T, r reply, markers []string) {
	t.Helper()
	for _, marker := range markers {
		require.NotContains(t, r.Body, marker)
	}
}
