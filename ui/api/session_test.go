package api_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

// browser is a signed-in browser.
type browser struct {
	*world
	cookie string
	csrf   string
}

func (w *world) login(email, secret string) reply {
	w.t.Helper()
	return w.do(call{Method: "POST", URL: "/api/v1/login", Body: `{"email":"` + email + `","password":"` + secret + `"}`})
}

func (w *world) loginWith(email string, headers map[string]string) reply {
	w.t.Helper()
	return w.do(call{Method: "POST", URL: "/api/v1/login", Body: `{"email":"` + email + `","password":"` + password + `"}`, Headers: headers})
}

func (w *world) signIn(email string) *browser {
	w.t.Helper()
	return w.adopt(w.login(email, password).is(200))
}

func (w *world) adopt(r reply) *browser {
	w.t.Helper()
	cookie := sessionCookie(r)
	require.NotNil(w.t, cookie)
	return &browser{world: w, cookie: cookie.Name + "=" + cookie.Value, csrf: as[api.SessionState](r).CSRFToken}
}

func sessionCookie(r reply) *http.Cookie {
	for _, c := range r.raw.Cookies() {
		return c
	}
	return nil
}

func (b *browser) send(method, url, body string, headers ...string) reply {
	b.t.Helper()
	c := call{Method: method, URL: url, Body: body, Headers: map[string]string{"Cookie": b.cookie}}
	if b.csrf != "" {
		c.Headers["X-CSRF-Token"] = b.csrf
	}
	for i := 0; i < len(headers); i += 2 {
		c.Headers[headers[i]] = headers[i+1]
	}
	return b.do(c)
}

func TestLogin_CookieAndSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("ann@example.com", engine.RoleEditor)
	got := w.loginWith("Ann@Example.com", map[string]string{"X-Forwarded-Proto": "https"}).is(200)
	cookie := sessionCookie(got)
	require.Equal(t, "__Host-patchbay", cookie.Name)
	require.True(t, cookie.HttpOnly)
	require.True(t, cookie.Secure)
	require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
	require.Equal(t, "/", cookie.Path)
	require.Empty(t, cookie.Domain)
	require.NotContains(t, got.Body, "argon2id")

	b := w.adopt(got)
	state := as[api.SessionState](b.send("GET", "/api/v1/session", "").is(200))
	require.Equal(t, "ann@example.com", state.Who)
	require.Equal(t, engine.RoleEditor, state.Role)
	require.Equal(t, b.csrf, state.CSRFToken)

	b.send("POST", "/api/v1/logout", "").is(204)
	b.send("GET", "/api/v1/session", "").is(401)
}

func TestLogin_CookieFollowsTheRequest(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		headers map[string]string
		secure  bool
	}{
		"plain, as on the server itself":   {map[string]string{"Origin": "http://example.com"}, false},
		"not a browser":                    {nil, false},
		"behind a proxy that says so":      {map[string]string{"X-Forwarded-Proto": "https"}, true},
		"behind a proxy that says nothing": {map[string]string{"Origin": "https://example.com"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t) // with a public address that is https
			w.user("ann@example.com", engine.RoleEditor)
			got := w.loginWith("ann@example.com", tc.headers).is(200)
			cookie := sessionCookie(got)
			require.Equal(t, tc.secure, cookie.Secure)
			require.Equal(t, tc.secure, cookie.Name == "__Host-patchbay")
			require.True(t, cookie.HttpOnly)
			b := w.adopt(got)
			// Reading names no origin: the session has to be found by its cookie alone.
			b.send("GET", "/api/v1/session", "").is(200)
			ended := b.send("POST", "/api/v1/logout", "").is(204)
			require.Equal(t, cookie.Name, sessionCookie(ended).Name)
			require.Equal(t, tc.secure, sessionCookie(ended).Secure)
		})
	}
}

func TestLogin_RotatesTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("ann@example.com", engine.RoleEditor)
	old := w.signIn("ann@example.com")
	again := w.adopt(old.send("POST", "/api/v1/login", `{"email":"ann@example.com","password":"`+password+`"}`).is(200))
	require.NotEqual(t, old.cookie, again.cookie)
	require.NotEqual(t, old.csrf, again.csrf)
	old.send("GET", "/api/v1/session", "").is(401)
	again.send("GET", "/api/v1/session", "").is(200)
}

func TestLogin_SameAnswerForUnknownAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("ann@example.com", engine.RoleEditor)
	wrong, unknown := w.login("ann@example.com", "no").is(401), w.login("bob@example.com", "no").is(401)
	strip := func(r reply) string {
		p := as[api.Problem](r)
		require.NotEmpty(t, p.RequestID)
		return p.Detail + p.Title
	}
	require.Equal(t, strip(wrong), strip(unknown))
	require.Nil(t, sessionCookie(wrong))
}

func TestLogin_ThrottlesAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("ann@example.com", engine.RoleEditor)
	for range 30 { // successes cost nothing
		if w.login("ann@example.com", password).Status != 200 {
			t.Fatal("a right password was throttled")
		}
	}
	failures := 0
	for ; failures < 50; failures++ {
		if w.login("ann@example.com", "guess "+strconv.Itoa(failures)).Status == http.StatusTooManyRequests {
			break
		}
	}
	require.Equal(t, 8, failures)
	stopped := w.login("ANN@example.com", password).is(429)
	wait, err := strconv.Atoi(stopped.Header.Get("Retry-After"))
	require.NoError(t, err)
	require.Positive(t, wait)
	w.advance(time.Duration(wait) * time.Second)
	w.login("ann@example.com", password).is(200)
}

func TestLogin_ThrottlesAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tried := 0
	for ; tried < 50; tried++ {
		if w.login("nobody"+strconv.Itoa(tried)+"@example.com", "x").Status == http.StatusTooManyRequests {
			break
		}
	}
	require.Equal(t, 20, tried)
}

func TestSession_CSRF(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("ann@example.com", engine.RoleEditor)
	w.user("bob@example.com", engine.RoleEditor)
	ann, bob := w.signIn("ann@example.com"), w.signIn("bob@example.com")
	const url, body = "/api/v1/inboxes", `{"name":"a","verify":{"scheme":"none"}}`

	without := *ann
	without.csrf = ""
	without.send("POST", url, body).is(403)
	stolen := *ann
	stolen.csrf = bob.csrf
	stolen.send("POST", url, body).is(403)
	ann.send("POST", url, body, "Sec-Fetch-Site", "cross-site").is(403)
	ann.send("POST", url, body, "Sec-Fetch-Site", "same-site").is(403)
	ann.send("POST", url, body, "Origin", "https://evil.example").is(403)
	ann.send("POST", url, body, "Origin", "null").is(403)
	ann.send("POST", url, body, "Origin", publicURL).is(201)
	ann.send("POST", "/api/v1/inboxes/a/pause", "", "Sec-Fetch-Site", "same-origin").is(200)
	ann.send("POST", "/api/v1/inboxes/a/resume", "", "Origin", "http://example.com").is(200) // the host of the request itself
	without.send("GET", url, "").is(200)

	w.do(call{Method: "POST", URL: "/api/v1/login", Body: `{"email":"ann@example.com","password":"` + password + `"}`, Headers: map[string]string{"Origin": "https://evil.example"}}).is(403)
	w.do(call{Method: "GET", URL: "/api/v1/live", Headers: map[string]string{"Cookie": ann.cookie, "Sec-Fetch-Site": "cross-site"}}).is(403)
}

func TestSession_EveryMutationNeedsTheCSRFToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("root@example.com", engine.RoleAdmin)
	b := w.signIn("root@example.com")
	b.csrf = ""
	for _, op := range operations(t, w.document()) {
		if op.method == http.MethodGet || op.Role == "" {
			continue
		}
		url := strings.NewReplacer("{id}", newID().String(), "{key}", "x", "{version}", "1").Replace(op.path)
		got := b.send(op.method, url, bodyFor(op.method))
		require.Equal(t, http.StatusForbidden, got.Status, op.ID)
		require.Contains(t, got.Body, "X-CSRF-Token", op.ID)
	}
}

func TestSession_ExpiresAndIsProlonged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("ann@example.com", engine.RoleViewer)
	b := w.signIn("ann@example.com")
	for range 4 { // in use, it outlives a week
		w.advance(6 * 24 * time.Hour)
		b.send("GET", "/api/v1/session", "").is(200)
	}
	w.advance(7 * 24 * time.Hour) // but not a month
	b.send("GET", "/api/v1/session", "").is(401)

	idle := w.signIn("ann@example.com")
	w.advance(8 * 24 * time.Hour)
	idle.send("GET", "/api/v1/session", "").is(401)
}

func TestSession_PasswordChangeEndsTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("ann@example.com", engine.RoleViewer)
	here, there := w.signIn("ann@example.com"), w.signIn("ann@example.com")
	here.send("POST", "/api/v1/session/password", `{"current":"wrong","new":"another long one"}`).is(422)
	here.send("POST", "/api/v1/session/password", `{"current":"`+password+`","new":"short"}`).is(422)
	fresh := w.adopt(here.send("POST", "/api/v1/session/password", `{"current":"`+password+`","new":"another long one"}`).is(200))
	there.send("GET", "/api/v1/session", "").is(401)
	here.send("GET", "/api/v1/session", "").is(401)
	fresh.send("GET", "/api/v1/session", "").is(200)
	w.login("ann@example.com", password).is(401)
	w.login("ann@example.com", "another long one").is(200)
}

func TestSession_RoleChangesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.user("ann@example.com", engine.RoleEditor)
	b := w.signIn("ann@example.com")
	b.send("POST", "/api/v1/inboxes", `{"name":"a","verify":{"scheme":"none"}}`).is(201)
	u.Role = engine.RoleViewer
	require.NoError(t, w.db.PutUser(t.Context(), u))
	b.send("POST", "/api/v1/inboxes", `{"name":"b","verify":{"scheme":"none"}}`).is(403)
}

func TestSetup_OnceOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *api.Deps) { d.SetupToken = setupToken })
	body := func(token, secret string) string {
		return `{"token":"` + token + `","email":"root@example.com","password":"` + secret + `"}`
	}
	require.JSONEq(t, `{"needed":true}`, w.do(call{Method: "GET", URL: "/api/v1/setup"}).is(200).Body)
	w.do(call{Method: "POST", URL: "/api/v1/setup", Body: body("wrong", password)}).is(403)
	w.do(call{Method: "POST", URL: "/api/v1/setup", Body: body(setupToken, "short")}).is(422)
	made := w.do(call{Method: "POST", URL: "/api/v1/setup", Body: body(setupToken, password)}).is(201)
	w.adopt(made).send("GET", "/api/v1/users", "").is(200)
	require.JSONEq(t, `{"needed":false}`, w.do(call{Method: "GET", URL: "/api/v1/setup"}).is(200).Body)
	w.do(call{Method: "POST", URL: "/api/v1/setup", Body: body(setupToken, password)}).is(410)
	require.NotContains(t, w.log.String(), setupToken)
	require.NotContains(t, w.log.String(), password)
}

func TestSetup_IsNotThrottledByWhoSignsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *api.Deps) { d.SetupToken = setupToken })
	for range 8 { // all that one account has
		w.login("setup link", "guess").is(401)
	}
	w.login("setup link", "guess").is(429)
	w.do(call{Method: "POST", URL: "/api/v1/setup", Body: `{"token":"` + setupToken + `","email":"root@example.com","password":"` + password + `"}`}).is(201)
}

func TestSetup_GoneWithoutToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(call{Method: "POST", URL: "/api/v1/setup", Body: `{"token":"","email":"root@example.com","password":"` + password + `"}`}).is(410)
}

// meanwhile is a store in which something happens right after a session was read.
type meanwhile struct {
	engine.UserStore
	then func()
}

func (m *meanwhile) Session(ctx context.Context, hash []byte, now time.Time) (*engine.Session, *engine.User, error) {
	s, u, err := m.UserStore.Session(ctx, hash, now)
	if then := m.then; then != nil {
		m.then = nil
		then()
	}
	return s, u, err
}

func TestSession_PasswordChangeTakesNothingBack(t *testing.T) {
	t.Parallel()
	store := &meanwhile{}
	w := newWorld(t, func(d *api.Deps) { store.UserStore, d.Users = d.Users, store })
	w.user("root@example.com", engine.RoleAdmin)
	ann := w.user("ann@example.com", engine.RoleAdmin)
	b := w.signIn("ann@example.com")
	store.then = func() {
		ann.Role = engine.RoleViewer
		require.NoError(t, w.db.PutUser(t.Context(), ann))
	}
	b.send("POST", "/api/v1/session/password", `{"current":"`+password+`","new":"another long one"}`).is(200)
	now, err := w.db.UserByEmail(t.Context(), "ann@example.com")
	require.NoError(t, err)
	require.Equal(t, engine.RoleViewer, now.Role, "somebody took the role away meanwhile")

	b = w.adopt(w.login("ann@example.com", "another long one").is(200))
	store.then = func() {
		now.PasswordHash = passwordHash()
		require.NoError(t, w.db.PutUser(t.Context(), now))
	}
	b.send("POST", "/api/v1/session/password", `{"current":"another long one","new":"a third long one"}`).is(409)
	w.login("ann@example.com", password).is(200)
}

func TestSession_StaysEndedWhileItIsProlonged(t *testing.T) {
	t.Parallel()
	store := &meanwhile{}
	w := newWorld(t, func(d *api.Deps) { store.UserStore, d.Users = d.Users, store })
	w.user("ann@example.com", engine.RoleViewer)
	b := w.signIn("ann@example.com")
	w.advance(2 * time.Hour) // so that the next request prolongs it
	store.then = func() { b.send("POST", "/api/v1/logout", "").is(204) }
	b.send("GET", "/api/v1/session", "").is(401)
	b.send("GET", "/api/v1/session", "").is(401)
}
