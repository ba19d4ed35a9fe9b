package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

func (w *world) invite(url, body string) (api.NewInvitation, string) {
	w.t.Helper()
	made := as[api.NewInvitation](w.do(call{Method: "POST", URL: url, As: engine.RoleAdmin, Body: body}).is(201))
	token, found := strings.CutPrefix(made.Link, publicURL+"/invite#")
	require.True(w.t, found, made.Link)
	return made, token
}

func (w *world) accept(token, password string) reply {
	w.t.Helper()
	return w.do(call{
		Method: "POST", URL: "/api/v1/invitations/accept", Headers: map[string]string{"Sec-Fetch-Site": "same-origin"},
		Body: `{"token":"` + token + `","password":"` + password + `"}`,
	})
}

func TestInvitation_MakesAnAccountOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made, token := w.invite("/api/v1/invitations", `{"email":"ben@example.com","name":"Ben","role":"editor"}`)
	require.Equal(t, 7*24*time.Hour, made.ExpiresAt.Sub(made.CreatedAt))
	list := w.do(call{Method: "GET", URL: "/api/v1/invitations", As: engine.RoleAdmin}).is(200)
	require.Contains(t, list.Body, "ben@example.com")
	require.NotContains(t, list.Body, token)

	look := as[api.Invited](w.do(call{Method: "POST", URL: "/api/v1/invitations/look", Body: `{"token":"` + token + `"}`}).is(200))
	require.Equal(t, api.Invited{Email: "ben@example.com", Name: "Ben", Role: engine.RoleEditor}, look)
	require.Contains(t, w.accept(token, "short").is(422).Body, "body.password")
	in := w.accept(token, password).is(201)
	require.NotEmpty(t, in.Header.Get("Set-Cookie"))
	require.Equal(t, engine.RoleEditor, as[api.SessionState](in).Role)
	w.accept(token, password).is(404)
	w.do(call{Method: "POST", URL: "/api/v1/login", Body: `{"email":"ben@example.com","password":"` + password + `"}`}).is(200)
	require.NotContains(t, w.do(call{Method: "GET", URL: "/api/v1/invitations", As: engine.RoleAdmin}).Body, "ben@example.com")
	require.NotContains(t, w.log.String(), token)
	w.do(call{Method: "POST", URL: "/api/v1/invitations", As: engine.RoleAdmin, Body: `{"email":"BEN@example.com","role":"viewer"}`}).is(409)
}

func TestInvitation_GivesANewPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.user("ann@example.com", engine.RoleViewer)
	old := w.do(call{Method: "POST", URL: "/api/v1/login", Body: `{"email":"ann@example.com","password":"` + password + `"}`}).is(200)
	cookie := old.raw.Cookies()[0]
	made, token := w.invite("/api/v1/users/"+u.ID.String()+"/link", "")
	require.True(t, made.Password)
	require.Equal(t, "ann@example.com", as[api.SessionState](w.accept(token, "another good password").is(201)).Who)
	w.do(call{Method: "GET", URL: "/api/v1/session", Headers: map[string]string{"Cookie": cookie.Name + "=" + cookie.Value}}).is(401)
	w.do(call{Method: "POST", URL: "/api/v1/login", Body: `{"email":"ann@example.com","password":"` + password + `"}`}).is(401)
	w.do(call{Method: "POST", URL: "/api/v1/users/" + newID().String() + "/link", As: engine.RoleAdmin}).is(404)
}

func TestInvitation_EndsInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	taken, token := w.invite("/api/v1/invitations", `{"email":"ben@example.com","role":"viewer"}`)
	_, second := w.invite("/api/v1/invitations", `{"email":"Ben@example.com","role":"viewer"}`)
	w.accept(token, password).is(404)
	w.do(call{Method: "DELETE", URL: "/api/v1/invitations/" + taken.ID.String(), As: engine.RoleAdmin}).is(404)
	w.advance(7*24*time.Hour - time.Second)
	w.do(call{Method: "POST", URL: "/api/v1/invitations/look", Body: `{"token":"` + second + `"}`}).is(200)
	w.advance(2 * time.Second)
	w.accept(second, password).is(404)
	last, third := w.invite("/api/v1/invitations", `{"email":"ben@example.com","role":"viewer"}`)
	w.do(call{Method: "DELETE", URL: "/api/v1/invitations/" + last.ID.String(), As: engine.RoleAdmin}).is(http.StatusNoContent)
	require.Contains(t, w.accept(third, password).is(404).Body, "administrator")
	for range 30 {
		w.accept("guess", password)
	}
	w.accept("guess", password).is(http.StatusTooManyRequests)
}

func TestInvitation_StrangersCannotKeepPeopleOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *api.Deps) { d.SetupToken = setupToken })
	app := newApp("X-Forwarded-For")
	w.api.Register(app)
	from := func(n int) map[string]string {
		return map[string]string{"X-Forwarded-For": "203.0.113." + strconv.Itoa(n)}
	}
	for n := range 12 {
		w.doOn(app, call{Method: "POST", URL: "/api/v1/setup", Body: `{"token":"guess","email":"a@example.com","password":"` + password + `"}`, Headers: from(n)}).is(403)
		w.doOn(app, call{Method: "POST", URL: "/api/v1/invitations/look", Body: `{"token":"guess"}`, Headers: from(n)}).is(404)
	}
	w.doOn(app, call{Method: "POST", URL: "/api/v1/setup", Body: `{"token":"` + setupToken + `","email":"a@example.com","password":"` + password + `"}`, Headers: from(50)}).is(201)
	_, token := w.invite("/api/v1/invitations", `{"email":"ben@example.com","role":"viewer"}`)
	w.doOn(app, call{Method: "POST", URL: "/api/v1/invitations/look", Body: `{"token":"` + token + `"}`, Headers: from(51)}).is(200)
}
