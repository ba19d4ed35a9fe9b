package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

// bring sends a token to an inbox of Notion.
func (w *world) bring(token string) int {
	w.t.Helper()
	req := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/in/docs", strings.NewReader(`{"verification_token":"`+token+`"}`))
	req.Header.Set("Content-Type", "application/json")
	resp, err := w.app.Test(req, -1)
	require.NoError(w.t, err)
	require.NoError(w.t, resp.Body.Close())
	return resp.StatusCode
}

func (w *world) viewer(method, url string) reply {
	w.t.Helper()
	return w.do(call{Method: method, URL: "/api/v1" + url, As: engine.RoleViewer})
}

func TestWait_TheSecretComesWhileSomebodyWaits(t *testing.T) {
	t.Parallel()
	const token = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"
	w := newWorld(t)
	w.admin("POST", "/inboxes", `{"name":"docs","verify":{"scheme":"notion","pending":true}}`).is(201)
	show := func() api.Inbox { return as[api.Inbox](w.editor("GET", "/inboxes/docs", "").is(200)) }
	require.True(t, show().Handshakes.BringsSecret)
	w.viewer("POST", "/inboxes/docs/wait").is(403)
	w.viewer("DELETE", "/inboxes/docs/wait").is(403)
	require.Nil(t, show().Handshakes.WaitingUntil)
	require.Equal(t, 401, w.bring(token))
	require.Contains(t, show().Handshakes.Reason, "nobody waited")

	got := as[api.Inbox](w.editor("POST", "/inboxes/docs/wait", "").is(200)).Handshakes
	require.Equal(t, w.clock().Add(15*time.Minute), *got.WaitingUntil)
	require.Equal(t, 200, w.bring(token))
	box := show()
	require.Nil(t, box.Handshakes.WaitingUntil)
	require.Equal(t, token, box.Handshakes.ToEnter)
	require.Equal(t, w.clock(), *box.Handshakes.CameAt)
	require.False(t, box.Verify.Pending)
	require.True(t, box.Verify.HasSecret)
	require.EqualValues(t, 1, box.Handshakes.Answered)
	require.NotContains(t, w.viewer("GET", "/inboxes/docs").is(200).Body, token)
	require.NotContains(t, w.log.String(), token)

	log := w.admin("GET", "/audit", "").is(200).Body
	require.NotContains(t, log, token)
	require.Contains(t, log, `"action":"inbox.wait"`)
	require.Contains(t, log, `"action":"inbox.secret"`)

	require.Empty(t, as[api.Inbox](w.editor("DELETE", "/inboxes/docs/wait", "").is(200)).Handshakes.ToEnter)
	require.True(t, show().Verify.HasSecret)
	w.admin("POST", "/inboxes", `{"name":"hub","verify":{"scheme":"github","secret":"a long secret"}}`).is(201)
	w.editor("POST", "/inboxes/hub/wait", "").is(409)
	w.editor("POST", "/inboxes/nobody/wait", "").is(404)
}

func TestVerifyToken_IsMadeKeptAndShownToThoseWhoMayChangeTheInbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := as[api.Inbox](w.admin("POST", "/inboxes", `{"name":"page","verify":{"scheme":"meta","secret":"a long secret"}}`).is(201))
	require.GreaterOrEqual(t, len(made.Verify.Token), 22)
	require.NotContains(t, w.viewer("GET", "/inboxes/page").is(200).Body, made.Verify.Token)
	put := func(verify string) api.Inbox {
		w.admin("PUT", "/inboxes/page", `{"verify":`+verify+`}`, "If-Match", "*").is(200)
		return as[api.Inbox](w.editor("GET", "/inboxes/page", "").is(200))
	}
	require.Equal(t, made.Verify.Token, put(`{"scheme":"meta"}`).Verify.Token, "left out it is kept")
	require.Equal(t, "chosen-before", put(`{"scheme":"meta","token":"chosen-before"}`).Verify.Token)
	w.admin("PUT", "/inboxes/page", `{"verify":{"scheme":"meta","token":"<b>"}}`, "If-Match", "*").is(422)
	require.Empty(t, put(`{"scheme":"github","secret":"a long secret"}`).Verify.Token)
	require.NotContains(t, w.admin("GET", "/export", "").is(200).Body, "chosen-before")
}
