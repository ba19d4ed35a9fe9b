package api_test

import (
	"context"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

func TestAccounts_KeepHashesOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, email := range []string{"ann@example.com", "bob@example.com"} {
		w.admin("POST", "/users", `{"email":"`+email+`","role":"viewer","password":"`+password+`"}`).is(201)
	}
	ann, err := w.db.UserByEmail(t.Context(), "ann@example.com")
	require.NoError(t, err)
	bob, err := w.db.UserByEmail(t.Context(), "bob@example.com")
	require.NoError(t, err)
	require.Regexp(t, `^\$argon2id\$v=19\$m=(19[4-9]\d\d|[2-9]\d{4}|\d{6,}),t=[1-9]\d*,p=[1-9]\d*\$`, ann.PasswordHash, "at least 19 MiB")
	require.NotEqual(t, ann.PasswordHash, bob.PasswordHash, "salted")

	token := as[api.NewToken](w.admin("POST", "/tokens", `{"name":"ci","scope":"read"}`).is(201))
	secret := strings.TrimPrefix(token.Text, "pb_")
	require.GreaterOrEqual(t, len(secret), 22, "128 random bits")
	all, err := w.db.Tokens(t.Context())
	require.NoError(t, err)
	for _, stored := range all {
		if stored.Name == "ci" {
			require.Equal(t, sum(token.Text), stored.Hash)
			require.NotContains(t, hex.EncodeToString(stored.Hash), secret)
		}
	}
	bearer := map[string]string{"Authorization": "Bearer " + token.Text}
	w.do(call{Method: "GET", URL: "/api/v1/inboxes", Headers: bearer}).is(200)
	w.do(call{Method: "POST", URL: "/api/v1/inboxes", Headers: bearer, Body: `{"name":"a","verify":{"scheme":"none"}}`}).is(403)
	w.do(call{Method: "GET", URL: "/api/v1/users", Headers: bearer}).is(403)
}

// What a stranger sent never comes back as something that a browser would render.
func TestEvent_PayloadIsNeverAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	const page = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`
	e := &engine.Event{
		ID: newID(), Inbox: "a", ReceivedAt: w.clock(), Origin: engine.OriginSender, Verdict: engine.Accepted, Route: engine.RoutePending, Method: "POST",
		Type: page, Summary: page, DeliveryID: page, Path: "/in/a", Query: page, ContentType: "text/html\r\nX-Evil: 1", Size: int64(len(page)), Body: []byte(page),
		Headers: []engine.Header{{Name: page, Value: page}},
	}
	_, err := w.db.Accept(t.Context(), e, engine.Claim{})
	require.NoError(t, err)

	body := w.editor("GET", "/events/"+e.ID.String()+"/body", "").is(200)
	require.Equal(t, page, body.Body)
	require.Equal(t, "application/octet-stream", body.Header.Get("Content-Type"))
	require.True(t, strings.HasPrefix(body.Header.Get("Content-Disposition"), "attachment;"))
	require.Equal(t, "nosniff", body.Header.Get("X-Content-Type-Options"))
	require.Contains(t, body.Header.Get("Content-Security-Policy"), "sandbox")
	require.Empty(t, body.Header.Get("X-Evil"))
	for _, at := range []string{"/events/" + e.ID.String(), "/events", "/events?q=svg"} {
		got := w.editor("GET", at, "").is(200)
		require.Equal(t, "application/json", got.Header.Get("Content-Type"))
		require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
		require.Contains(t, got.Header.Get("Content-Security-Policy"), "default-src 'none'")
	}
}

func TestLive_IsForPagesOfOnesOwnOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("ann@example.com", engine.RoleViewer)
	b := w.signIn("ann@example.com")
	for name, value := range map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "same-site"} {
		got := w.do(call{Method: "GET", URL: "/api/v1/live", Headers: map[string]string{"Cookie": b.cookie, name: value}})
		require.Equal(t, http.StatusForbidden, got.Status, name)
	}
}

func TestBackup_IsForPagesOfOnesOwnOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("root@example.com", engine.RoleAdmin)
	b := w.signIn("root@example.com")
	b.send("GET", "/api/v1/backup", "", "Sec-Fetch-Site", "cross-site").is(403)
	b.send("GET", "/api/v1/backup", "", "Sec-Fetch-Site", "same-origin").is(200)
	w.admin("GET", "/backup", "").is(200)
}

// leaky exports what it must not.
type leaky struct{ engine.Applier }

func (leaky) Export(context.Context, []string) (*engine.Document, error) {
	return &engine.Document{
		Version:     1,
		Inboxes:     []*engine.Inbox{{Name: "a", Verify: engine.Verify{Scheme: "github", Secret: "leak-1", Secrets: []engine.Secret{"leak-2"}, Key: "leak-3"}}},
		Connections: []*engine.Connection{{Name: "c", Type: "smtp", With: map[string]any{"host": "x"}, Secrets: map[string]engine.Secret{"password": "leak-4"}}},
	}, nil
}

func TestExport_IsASecondFence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *api.Deps) { d.Applier = leaky{} })
	got := w.editor("GET", "/export", "").is(200).Body
	require.Contains(t, got, `"host":"x"`)
	require.NotContains(t, got, "leak-")
}
