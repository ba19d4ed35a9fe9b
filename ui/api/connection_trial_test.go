package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

func TestConnection_IsTriedBeforeItIsStored(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer right" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(server.Close)
	w := newWorld(t)
	body := func(token, more string) string {
		return `{"type":"http",` + more + `"with":{"auth":"bearer",` + token + `"hosts":["127.0.0.1"],"testUrl":"` + server.URL + `"}}`
	}
	require.NotEmpty(t, as[api.Tried](w.editor("POST", "/connections/test", body(`"token":"right",`, "")).is(200)).Message)
	require.GreaterOrEqual(t, w.editor("POST", "/connections/test", body(`"token":"wrong",`, "")).Status, 400)
	require.Empty(t, as[api.Page[api.Connection]](w.admin("GET", "/connections", "").is(200)).Items, "nothing is stored")
	require.Contains(t, w.editor("POST", "/connections/test", `{"type":"http","with":{"auth":"magic"}}`).is(422).Body, "body.with.auth")

	w.admin("POST", "/connections", body(`"token":"right",`, `"name":"crm",`)).is(201)
	w.editor("POST", "/connections/test", body("", `"stored":"crm",`)).is(200)
	elsewhere := w.editor("POST", "/connections/test", `{"stored":"crm","type":"http","with":{"auth":"bearer","hosts":["evil.example"],"testUrl":"https://evil.example"}}`)
	require.Contains(t, elsewhere.is(422).Body, "Give this secret again", "a stored secret is sent to no other place")
	w.editor("POST", "/connections/test", body("", `"stored":"none",`)).is(404)
}

func TestConnection_TellsWhoUsesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.admin("POST", "/inboxes", `{"name":"shop"}`).is(201)
	w.admin("POST", "/connections", `{"name":"mail","type":"smtp","with":{"host":"smtp.example.com","from":"ops@example.com"}}`).is(201)
	w.admin("POST", "/connections", `{"name":"crm","type":"http","with":{"hosts":["api.example.com"]}}`).is(201)
	step := func(key string) string {
		return `{"key":"` + key + `","action":"email","connection":"mail","with":{"to":"a@example.com","subject":"x","text":"y"}}`
	}
	w.admin("POST", "/rules", `{"id":"tell","name":"Tell","inbox":"shop","steps":[`+step("a")+`,`+step("b")+`]}`).is(201)
	w.admin("POST", "/rules?draft=true", `{"id":"idea","name":"Idea","inbox":"shop","steps":[`+step("a")+`]}`).is(201)
	mail := as[api.Connection](w.admin("GET", "/connections/mail", "").is(200))
	require.Equal(t, []engine.RuleRef{{ID: "idea", Name: "Idea"}, {ID: "tell", Name: "Tell"}}, mail.UsedBy)
	require.False(t, mail.Alerts)
	w.admin("PUT", "/alerts", `{"on":["run.failed"],"via":"mail","to":"ops@example.com"}`, "If-Match", "*").is(200)
	for _, c := range as[api.Page[api.Connection]](w.admin("GET", "/connections", "").is(200)).Items {
		require.Equal(t, c.Name == "mail", c.Alerts)
		require.Equal(t, c.Name == "crm", len(c.UsedBy) == 0)
	}
	require.Contains(t, w.editor("GET", "/connections/mail/choices?field=channel", "").is(422).Body, "query.field")
	w.editor("GET", "/connections/none/choices?field=channel", "").is(404)
}
