package api_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

func (w *world) editor(method, url, body string, headers ...string) reply {
	w.t.Helper()
	c := call{Method: method, URL: "/api/v1" + url, As: engine.RoleEditor, Body: body, Headers: map[string]string{}}
	for i := 0; i < len(headers); i += 2 {
		c.Headers[headers[i]] = headers[i+1]
	}
	return w.do(c)
}

func (w *world) admin(method, url, body string, headers ...string) reply {
	w.t.Helper()
	c := call{Method: method, URL: "/api/v1" + url, As: engine.RoleAdmin, Body: body, Headers: map[string]string{}}
	for i := 0; i < len(headers); i += 2 {
		c.Headers[headers[i]] = headers[i+1]
	}
	return w.do(c)
}

func TestInbox_Lifecycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.editor("POST", "/inboxes", `{"title":"My Shop!","verify":{"scheme":"github","secret":"first-secret-0001"},"limits":{"body":"2MiB","rate":"30/m"}}`).is(201)
	require.Equal(t, "/api/v1/inboxes/my-shop", made.Header.Get("Location"))
	require.Equal(t, `"1"`, made.Header.Get("ETag"))
	box := as[api.Inbox](made)
	require.Equal(t, publicURL+"/in/my-shop", box.Address)
	require.Equal(t, "0001", box.Verify.SecretLast4)
	require.True(t, box.Verify.HasSecret)
	require.Equal(t, engine.Size(2<<20), box.Limits.Body)
	require.NotContains(t, made.Body, "first-secret")

	w.editor("POST", "/inboxes", `{"name":"my-shop","verify":{"scheme":"none"}}`).is(409)

	// What was read can be sent back; the secret that is left out stays.
	back := w.editor("PUT", "/inboxes/my-shop", strings.Replace(made.Body, "My Shop!", "Our shop", 1), "If-Match", `"1"`).is(200)
	require.Equal(t, "Our shop", as[api.Inbox](back).Title)
	require.Equal(t, `"2"`, back.Header.Get("ETag"))
	stored, err := w.db.Inbox(t.Context(), "my-shop")
	require.NoError(t, err)
	require.Equal(t, "first-secret-0001", stored.Verify.Secret.Reveal())

	w.editor("PUT", "/inboxes/my-shop", `{"verify":{"scheme":"github","secret":"second-secret-2","secrets":["third-secret-33"]}}`, "If-Match", `"2"`).is(200)
	same := func(text string) bool {
		return as[api.Compared](w.editor("POST", "/inboxes/my-shop/compare", `{"value":"`+text+`"}`).is(200)).Same
	}
	require.True(t, same("second-secret-2"))
	require.True(t, same("third-secret-33"))
	require.False(t, same("first-secret-0001"))
	for i := range 20 { // guessing is throttled, like guessing a password
		if w.editor("POST", "/inboxes/my-shop/compare", `{"value":"guess"}`).Status == 429 {
			break
		}
		require.Less(t, i, 10)
	}
	w.advance(time.Hour)
	w.editor("PUT", "/inboxes/my-shop", `{"verify":{"scheme":"github","secret":""}}`, "If-Match", "*").is(200)
	require.False(t, same("second-secret-2"))
	require.True(t, same("third-secret-33"))
	w.editor("PUT", "/inboxes/my-shop", `{"verify":{"secrets":[]}}`, "If-Match", "*").is(422) // none would be left

	require.True(t, as[api.Inbox](w.editor("POST", "/inboxes/my-shop/pause", "").is(200)).Paused)
	require.False(t, as[api.Inbox](w.editor("POST", "/inboxes/my-shop/resume", "").is(200)).Paused)
	w.editor("POST", "/inboxes/my-shop/pause", "", "If-Match", `"1"`).is(412)
	require.JSONEq(t, `{"accepted":2,"rejected":1}`, w.editor("POST", "/inboxes/my-shop/release", "").is(200).Body)
	w.editor("POST", "/inboxes/my-shop/rotate-key", "").is(409)
	w.editor("PUT", "/inboxes/my-shop", `{"name":"other"}`, "If-Match", "*").is(422)

	w.editor("DELETE", "/inboxes/my-shop", "").is(428)
	w.editor("DELETE", "/inboxes/my-shop", "", "If-Match", `"1"`).is(412)
	w.editor("DELETE", "/inboxes/my-shop", "", "If-Match", w.editor("GET", "/inboxes/my-shop", "").Header.Get("ETag")).is(204)
	w.editor("GET", "/inboxes/my-shop", "").is(404)
}

func TestInbox_AddressKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := as[api.Inbox](w.editor("POST", "/inboxes", `{"name":"a"}`).is(201))
	require.Equal(t, "key", made.Verify.Scheme)
	key := strings.TrimPrefix(made.Address, publicURL+"/in/a/")
	require.GreaterOrEqual(t, len(key), 22)

	seen := as[api.Inbox](w.do(call{Method: "GET", URL: "/api/v1/inboxes/a", As: engine.RoleViewer}).is(200))
	require.Equal(t, publicURL+"/in/a/…"+key[len(key)-4:], seen.Address)

	turned := as[api.Inbox](w.editor("POST", "/inboxes/a/rotate-key", "").is(200))
	require.NotEqual(t, made.Address, turned.Address)
	require.NotContains(t, turned.Address, key)
	require.NotContains(t, w.log.String(), key)
}

func TestInbox_SendsASample(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.editor("POST", "/inboxes", `{"name":"a"}`).is(201)
	got := w.editor("POST", "/inboxes/a/send", `{"body":"${env:HOME} is only text"}`).is(202)
	require.Equal(t, "${env:HOME} is only text", as[api.SampleAnswer](got).Body)
	w.editor("POST", "/inboxes/b/send", `{}`).is(404)

	without := newWorld(t, func(d *api.Deps) { d.Send = nil })
	without.editor("POST", "/inboxes", `{"name":"a"}`).is(201)
	without.editor("POST", "/inboxes/a/send", `{}`).is(404)
}

func TestETag_LostRaceShowsTheOtherVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.editor("POST", "/inboxes", `{"name":"a","title":"One","verify":{"scheme":"none"}}`).is(201)
	w.editor("PUT", "/inboxes/a", `{"title":"Two","verify":{"scheme":"none"}}`).is(428)
	w.editor("PUT", "/inboxes/a", `{"title":"Two","verify":{"scheme":"none"}}`, "If-Match", `"1"`).is(200)
	lost := w.editor("PUT", "/inboxes/a", `{"title":"Three","verify":{"scheme":"none"}}`, "If-Match", `"1"`).is(412)
	require.Equal(t, `"2"`, lost.Header.Get("ETag"))
	current, err := json.Marshal(as[api.Problem](lost).Current)
	require.NoError(t, err)
	require.Contains(t, string(current), `"title":"Two"`)
	w.editor("PUT", "/inboxes/a", `{"title":"Three","verify":{"scheme":"none"}}`, "If-Match", `W/"2"`).is(200)
}

func TestRule_DraftPublishVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.editor("POST", "/inboxes", `{"name":"a","verify":{"scheme":"none"}}`).is(201)
	const rule = `{"name":"Tell the team","inbox":"a","when":"payload.n > 1","overlap":"queue","steps":[{"key":"n","action":"note","with":{"text":"hi"}}]}`

	draft := w.editor("POST", "/rules?draft=true", `{"name":"Tell the team","inbox":"nope"}`).is(201)
	require.Equal(t, "/api/v1/rules/tell-the-team", draft.Header.Get("Location"))
	require.Equal(t, 0, as[api.Rule](draft).Version)
	w.editor("POST", "/rules/tell-the-team/enable", "").is(409)

	got := w.editor("GET", "/rules/tell-the-team/draft", "").is(200)
	require.Equal(t, "inbox", as[api.Draft](got).Faults[0].Location)
	w.editor("POST", "/rules/tell-the-team/publish", "").is(428)
	w.editor("POST", "/rules/tell-the-team/publish", "", "If-Match", got.Header.Get("ETag")).is(422)

	saved := w.editor("PUT", "/rules/tell-the-team/draft", rule, "If-Match", got.Header.Get("ETag")).is(200)
	require.Empty(t, as[api.Draft](saved).Faults)
	w.editor("PUT", "/rules/tell-the-team/draft", rule, "If-Match", got.Header.Get("ETag")).is(412)
	published := w.editor("POST", "/rules/tell-the-team/publish", "", "If-Match", saved.Header.Get("ETag")).is(200)
	require.Equal(t, 1, as[api.Rule](published).Version)
	require.Equal(t, "queue", as[api.Rule](published).Overlap.Mode)
	require.Nil(t, as[api.Rule](published).Draft)
	w.editor("POST", "/rules/tell-the-team/publish", "", "If-Match", "*").is(409)

	// A change published beside a draft leaves the draft, which is outdated then.
	w.editor("PUT", "/rules/tell-the-team/draft", rule, "If-Match", "*").is(200)
	next := w.editor("PUT", "/rules/tell-the-team", strings.Replace(published.Body, "n > 1", "n > 2", 1), "If-Match", "*").is(200)
	require.True(t, as[api.Rule](next).Draft.Outdated)
	w.editor("DELETE", "/rules/tell-the-team/draft", "", "If-Match", "*").is(204)
	w.editor("GET", "/rules/tell-the-team/draft", "").is(404)

	off := w.editor("POST", "/rules/tell-the-team/disable", "").is(200)
	require.False(t, *as[api.Rule](off).Enabled)
	require.True(t, *as[api.Rule](w.editor("POST", "/rules/tell-the-team/enable", "").is(200)).Enabled)

	versions := as[api.Page[api.RuleVersion]](w.editor("GET", "/rules/tell-the-team/versions?limit=1", "").is(200))
	require.Equal(t, 2, versions.Items[0].Version)
	require.Equal(t, "token:token of editor", versions.Items[0].PublishedBy)
	rest := as[api.Page[api.RuleVersion]](w.editor("GET", "/rules/tell-the-team/versions?cursor="+versions.NextCursor, "").is(200))
	require.Equal(t, 1, rest.Items[0].Version)
	require.Empty(t, rest.NextCursor)
	require.Equal(t, "payload.n > 1", as[api.Rule](w.editor("GET", "/rules/tell-the-team/versions/1", "").is(200)).When)

	require.Equal(t, "tell-the-team-2", as[api.Rule](w.editor("POST", "/rules", rule).is(201)).ID)
	w.editor("POST", "/rules", strings.Replace(rule, `{`, `{"id":"tell-the-team",`, 1)).is(409)
	require.Len(t, as[api.Page[api.Rule]](w.editor("GET", "/rules?inbox=a", "").is(200)).Items, 2)
	require.Empty(t, as[api.Page[api.Rule]](w.editor("GET", "/rules?inbox=b", "").is(200)).Items)
	w.editor("DELETE", "/rules/tell-the-team", "").is(428)
	w.editor("DELETE", "/rules/tell-the-team", "", "If-Match", "*").is(204)
}

func TestConnection_SecretsAreWriteOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.editor("POST", "/connections", `{"name":"mail","type":"smtp","with":{"host":"smtp.example.com","port":587,"username":"ops","password":"hunter2-hunter2","from":"ops@example.com"}}`).is(201)
	c := as[api.Connection](made)
	require.Equal(t, map[string]string{"password": "ter2"}, c.Secrets)
	require.NotContains(t, made.Body, "hunter2-")

	back := w.editor("PUT", "/connections/mail", strings.Replace(made.Body, "ops@example.com", "root@example.com", 1), "If-Match", made.Header.Get("ETag")).is(200)
	require.Equal(t, "root@example.com", as[api.Connection](back).With["from"])
	same := func(text string) bool {
		return as[api.Compared](w.editor("POST", "/connections/mail/compare", `{"field":"password","value":"`+text+`"}`).is(200)).Same
	}
	require.True(t, same("hunter2-hunter2"))
	w.editor("PUT", "/connections/mail", `{"type":"smtp","with":{"host":"smtp.example.com","username":"ops","password":"other-password","from":"ops@example.com"}}`, "If-Match", "*").is(200)
	require.True(t, same("other-password"))
	w.editor("POST", "/connections/mail/compare", `{"field":"host","value":"x"}`).is(422)
	gone := w.editor("PUT", "/connections/mail", `{"type":"smtp","with":{"host":"smtp.example.com","password":null,"from":"ops@example.com"}}`, "If-Match", "*").is(200)
	require.Empty(t, as[api.Connection](gone).Secrets)
	w.editor("PUT", "/connections/mail", `{"type":"smtp","with":{"hots":"x"}}`, "If-Match", "*").is(422)
	w.editor("DELETE", "/connections/mail", "", "If-Match", "*").is(204)
}

func TestConnection_NamedSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.editor("POST", "/connections", `{"name":"crm","type":"http","with":{"hosts":["api.example.com"],"secrets":{"A":"secret-of-a-1","B":"secret-of-b-2"}}}`).is(201)
	w.editor("PUT", "/connections/crm", `{"type":"http","with":{"hosts":["api.example.com"],"secrets":{"A":null,"C":"secret-of-c-3"}}}`, "If-Match", "*").is(200)
	c, err := w.db.Connection(t.Context(), "crm")
	require.NoError(t, err)
	require.Equal(t, map[string]engine.Secret{"secrets.B": "secret-of-b-2", "secrets.C": "secret-of-c-3"}, c.Secrets)
}

// Whoever could lead a stored secret to a server of his own could read it there.
func TestConnection_SecretsStayWhereTheyWereGivenFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, body := range []string{
		`{"name":"mail","type":"smtp","with":{"host":"smtp.example.com","username":"ops","password":"secret-of-mail","from":"ops@example.com"}}`,
		`{"name":"crm","type":"http","with":{"hosts":["api.example.com"],"secrets":{"A":"secret-of-a-1","B":"secret-of-b-2"}}}`,
		`{"name":"web","type":"http","with":{"token":"secret-of-web"}}`,
		`{"name":"chat","type":"slack","with":{"botToken":"xoxb-secret-of-chat"}}`,
	} {
		w.editor("POST", "/connections", body).is(201)
	}
	change := func(name, typ, with string) reply {
		return w.editor("PUT", "/connections/"+name, `{"type":"`+typ+`","with":`+with+`}`, "If-Match", "*")
	}
	apply := func(name, typ, with string) reply {
		return w.editor("POST", "/apply", `{"document":{"version":1,"connections":[{"name":"`+name+`","type":"`+typ+`","with":`+with+`}]}}`)
	}
	for _, c := range []struct{ name, typ, with, missing string }{
		{"mail", "smtp", `{"host":"evil.example","username":"ops","from":"ops@example.com"}`, "with.password"},
		{"mail", "smtp", `{"host":"smtp.example.com","port":2525,"username":"ops","from":"ops@example.com"}`, "with.password"},
		{"mail", "smtp", `{"host":"smtp.example.com","tls":"none","username":"ops","from":"ops@example.com"}`, "with.password"},
		{"crm", "http", `{"hosts":["api.example.com","evil.example"],"secrets":{"A":"again-a"}}`, "with.secrets.B"},
		{"web", "http", `{"testUrl":"https://evil.example/"}`, "with.token"},
		{"web", "http", `{"hosts":["evil.example"]}`, "with.token"},
		{"chat", "slack", `{"apiUrl":"https://evil.example/api"}`, "with.botToken"},
	} {
		got := change(c.name, c.typ, c.with).is(422)
		require.Equal(t, "body."+c.missing, as[api.Problem](got).Errors[0].Location, c.with)
		require.Contains(t, as[api.Problem](got).Detail, "Give this secret again: ")
		got = apply(c.name, c.typ, c.with).is(422)
		require.Equal(t, "body.document.connections[0]."+c.missing, as[api.Problem](got).Errors[0].Location, c.with)
	}
	change("mail", "smtp", `{"host":"smtp.example.com","tls":"starttls","username":"root","from":"ops@example.com"}`).is(200)
	change("mail", "smtp", `{"host":"other.example","username":"ops","password":"new-password","from":"ops@example.com"}`).is(200)
	change("mail", "smtp", `{"host":"third.example","password":null,"from":"ops@example.com"}`).is(200)
	apply("crm", "http", `{"hosts":["crm.example.com"],"secrets":{"A":"again-of-a-1","B":"again-of-b-2"}}`).is(200)
	apply("crm", "http", `{"hosts":["crm.example.com"]}`).is(200)
	stored, err := w.db.Connection(t.Context(), "crm")
	require.NoError(t, err)
	require.Equal(t, engine.Secret("again-of-a-1"), stored.Secrets["secrets.A"])
}

func TestConnection_TestTellsWhatToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.editor("POST", "/connections", `{"name":"mail","type":"smtp","with":{"host":"127.0.0.1","port":1,"from":"ops@example.com"}}`).is(201)
	got := w.editor("POST", "/connections/mail/test", "")
	require.NotContains(t, []int{200, 500}, got.Status, got.Body)
	shown := as[api.Connection](w.editor("GET", "/connections/mail", "").is(200))
	require.NotEmpty(t, shown.LastError)
}

func TestWorkspace_VersionedObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	vars := w.editor("GET", "/vars", "").is(200)
	require.JSONEq(t, `{}`, vars.Body)
	w.editor("PUT", "/vars", `{"team":"core"}`).is(428)
	w.editor("PUT", "/vars", `{"team":"core"}`, "If-Match", vars.Header.Get("ETag")).is(200)
	lost := w.editor("PUT", "/vars", `{"team":"x"}`, "If-Match", vars.Header.Get("ETag")).is(412)
	require.Equal(t, map[string]any{"team": "core"}, as[api.Problem](lost).Current)

	settings := w.admin("GET", "/settings", "").is(200)
	w.admin("PUT", "/settings", `{"name":"Us","publicUrl":"ftp://x"}`, "If-Match", settings.Header.Get("ETag")).is(422)
	w.admin("PUT", "/settings", `{"timezone":"Mars/Phobos"}`, "If-Match", settings.Header.Get("ETag")).is(422)
	require.Contains(t, w.admin("PUT", "/settings", `{"money":"1.234.50"}`, "If-Match", settings.Header.Get("ETag")).is(422).Body, "body.money")
	for _, entry := range []string{"10.0.0.0/99", "192.168.1", "10.0.0.256", ".", "", "db.internal:0"} {
		got := w.admin("PUT", "/settings", `{"allowPrivate":["db.internal:5432","`+entry+`"]}`, "If-Match", settings.Header.Get("ETag")).is(422)
		require.Equal(t, "body.allowPrivate[1]", as[api.Problem](got).Errors[0].Location, entry)
	}
	changed := w.admin("PUT", "/settings", `{"name":"Us","publicUrl":"https://x.example","allowPrivate":["10.0.0.0/8","intra.example","db.internal:5432"]}`, "If-Match", settings.Header.Get("ETag")).is(200)
	require.Contains(t, changed.Body, `"name":"Us"`)
	w.admin("PUT", "/settings", `{"name":"Me"}`, "If-Match", settings.Header.Get("ETag")).is(412)

	w.editor("POST", "/connections", `{"name":"hook","type":"slack","with":{"webhookUrl":"https://hooks.slack.com/services/T000/B000/abcdefghijkl"}}`).is(201)
	alerts := w.editor("GET", "/alerts", "").is(200)
	bad := w.editor("PUT", "/alerts", `{"on":["run.faild"],"via":"nope"}`, "If-Match", alerts.Header.Get("ETag")).is(422)
	require.Contains(t, bad.Body, `"location":"body.on[0]"`)
	require.Contains(t, bad.Body, `"location":"body.via"`)
	w.editor("PUT", "/alerts", `{"on":["run.failed"],"via":"hook","window":"5m"}`, "If-Match", alerts.Header.Get("ETag")).is(200)
	require.Contains(t, w.admin("GET", "/settings", "").is(200).Body, `"via":"hook"`)
	require.Contains(t, w.admin("GET", "/settings", "").is(200).Body, `"name":"Us"`)

	table := w.editor("PUT", "/tables/countries", `{"rows":{"de":"Germany"}}`).is(200)
	w.editor("PUT", "/tables/countries", `{"rows":{"fr":"France"}}`).is(428)
	w.editor("PUT", "/tables/countries", `{"rows":{"fr":"France"}}`, "If-Match", table.Header.Get("ETag")).is(200)
	w.editor("PUT", "/tables/countries", `{"rows":{}}`, "If-Match", table.Header.Get("ETag")).is(412)
	require.Contains(t, w.editor("GET", "/tables", "").is(200).Body, "France")
	w.editor("DELETE", "/tables/countries", "", "If-Match", "*").is(204)
	w.editor("GET", "/tables/countries", "").is(404)
}

func TestUsers_Administration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	root := w.user("root@example.com", engine.RoleAdmin)
	b := w.signIn("root@example.com")
	made := b.send("POST", "/api/v1/users", `{"email":"ann@example.com","name":"Ann","role":"editor","password":"`+password+`"}`).is(201)
	require.NotContains(t, made.Body, "assword")
	b.send("POST", "/api/v1/users", `{"email":"ANN@example.com","role":"viewer","password":"`+password+`"}`).is(409)
	b.send("POST", "/api/v1/users", `{"email":"not an address","role":"viewer","password":"`+password+`"}`).is(422)
	b.send("POST", "/api/v1/users", `{"email":"bob@example.com","role":"owner","password":"`+password+`"}`).is(422)

	ann := "/api/v1/users/" + as[api.User](made).ID.String()
	b.send("PUT", ann, `{"email":"ann@example.com","role":"viewer"}`).is(428)
	changed := b.send("PUT", ann, `{"email":"ann@example.com","name":"Ann","role":"viewer"}`, "If-Match", made.Header.Get("ETag")).is(200)
	require.Equal(t, engine.RoleViewer, as[api.User](changed).Role)
	w.login("ann@example.com", password).is(200) // the password left out was kept
	b.send("PUT", ann, `{"email":"ann@example.com","role":"editor"}`, "If-Match", made.Header.Get("ETag")).is(412)

	me := "/api/v1/users/" + root.ID.String()
	b.send("PUT", me, `{"email":"root@example.com","role":"viewer"}`, "If-Match", "*").is(409)
	b.send("DELETE", me, "", "If-Match", "*").is(409)
	b.send("DELETE", ann, "", "If-Match", "*").is(204)
	w.login("ann@example.com", password).is(401)
	require.Len(t, as[api.Page[api.User]](b.send("GET", "/api/v1/users", "").is(200)).Items, 1)
}

func TestTokens_ShownOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.admin("POST", "/tokens", `{"name":"ci","scope":"write"}`).is(201)
	token := as[struct{ Token, ID, Last4 string }](made)
	require.True(t, strings.HasPrefix(token.Token, "pb_"))
	require.Equal(t, token.Token[len(token.Token)-4:], token.Last4)
	list := w.admin("GET", "/tokens", "").is(200)
	require.NotContains(t, list.Body, token.Token)
	require.Contains(t, list.Body, `"scope":"write"`)
	w.admin("POST", "/tokens", `{"name":"ci"}`).is(409)
	w.admin("POST", "/tokens", `{"name":"old","expiresAt":"2001-01-01T00:00:00Z"}`).is(422)
	w.do(call{Method: "POST", URL: "/api/v1/inboxes", Body: `{"name":"a","verify":{"scheme":"none"}}`, Headers: map[string]string{"Authorization": "Bearer " + token.Token}}).is(201)
	w.admin("DELETE", "/tokens/"+token.ID, "").is(204)
	w.admin("DELETE", "/tokens/"+token.ID, "").is(404)
	w.do(call{Method: "GET", URL: "/api/v1/inboxes", Headers: map[string]string{"Authorization": "Bearer " + token.Token}}).is(401)
	require.NotContains(t, w.log.String(), token.Token)
}

func TestAudit_EveryChangeLeavesALine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.editor("POST", "/inboxes", `{"name":"a","verify":{"scheme":"none"}}`).is(201)
	w.editor("POST", "/inboxes", `{"name":"-bad-","verify":{"scheme":"none"}}`).is(422) // leaves none
	w.editor("POST", "/inboxes/a/pause", "").is(200)
	w.admin("POST", "/tokens", `{"name":"ci"}`).is(201)
	got := as[api.Page[api.AuditLine]](w.admin("GET", "/audit?limit=2", "").is(200))
	require.Equal(t, "token.create", got.Items[0].Action)
	require.Equal(t, "ci", got.Items[0].Object)
	require.Equal(t, "inbox.pause", got.Items[1].Action)
	require.Equal(t, "token:token of editor", got.Items[1].Who)
	rest := as[api.Page[api.AuditLine]](w.admin("GET", "/audit?cursor="+got.NextCursor, "").is(200))
	require.Len(t, rest.Items, 1)
	require.Equal(t, "inbox.create", rest.Items[0].Action)
	require.WithinDuration(t, w.clock(), rest.Items[0].At, time.Second)
	for _, query := range []string{"kind=token", "who=token:token+of+admin", "q=CI"} {
		only := as[api.Page[api.AuditLine]](w.admin("GET", "/audit?"+query, "").is(200))
		require.Len(t, only.Items, 1, query)
		require.Equal(t, "token.create", only.Items[0].Action, query)
	}
}
