package ingest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestHandshake_AWrongVerifyTokenGetsNothing(t *testing.T) {
	t.Parallel()
	in := inboxOf(t, "meta")
	bare := inboxOf(t, "meta")
	bare.Name, bare.Verify.Token = "bare", ""
	b := setup(t, in, bare)
	const ask = "?hub.mode=subscribe&hub.challenge=" + challenge
	for _, path := range []string{
		"/in/meta" + ask, "/in/meta" + ask + "&hub.verify_token=", "/in/meta" + ask + "&hub.verify_token=wrong",
		"/in/meta" + ask + "&hub.verify_token=" + verifyToken + "x", "/in/meta" + ask + "&hub.verify_token=" + verifyToken + "&hub.verify_token=" + verifyToken,
		"/in/bare" + ask, "/in/bare" + ask + "&hub.verify_token=",
	} {
		got := b.send(http.MethodGet, path, nil)
		require.Equal(t, http.StatusForbidden, got.status, path)
		require.NotContains(t, got.body, challenge)
	}
	require.EqualValues(t, 5, b.handler.Handshakes(t.Context(), "meta").Refused)
	require.Equal(t, "The verify token is not the one of this inbox.", b.handler.Handshakes(t.Context(), "meta").Refusal)
	unsubscribe := b.send(http.MethodGet, "/in/meta?hub.mode=unsubscribe&hub.challenge="+challenge+"&hub.verify_token="+verifyToken, nil)
	require.Equal(t, http.StatusMethodNotAllowed, unsubscribe.status)
}

func TestHandshake_APendingInboxAnswersWhatNeedsNoSecret(t *testing.T) {
	t.Parallel()
	for _, s := range trials() {
		in := pending(s.provider)
		in.Verify.Token = verifyToken
		if key := inboxOf(t, s.provider).Verify.Key; key != "" {
			in.Verify.Key = key
		}
		b := setup(t, in)
		s := s.put(challenge)
		bare := s
		bare.signed = false
		got := b.shake(in, bare)
		switch needsSecret := s.provider == "x" || s.provider == "linkedin"; {
		case s.signed:
			require.Equal(t, http.StatusOK, got.status/100*100, s.name)
			require.NotContains(t, got.body, challenge, s.name)
			require.EqualValues(t, 1, b.ledger(in.Name).Held, "it may be looked at when the check is finished")
		case needsSecret:
			require.Equal(t, http.StatusUnauthorized, got.status, s.name)
			require.Contains(t, b.handler.Handshakes(t.Context(), in.Name).Refusal, "no secret yet")
		default:
			require.Equal(t, s.status, got.status, s.name)
			require.Zero(t, b.ledger(in.Name).Received, s.name)
		}
	}
}

func TestHandshake_ASecretAddressAnswersThoseWhoKnowIt(t *testing.T) {
	t.Parallel()
	for _, s := range trials() {
		in := inboxOf(t, s.provider)
		in.Verify.Key = addressKey
		b := setup(t, in)
		s := s.put(challenge)
		want := b.send(s.method, "/in/nobody/x", nil)
		got := b.send(s.method, "/in/"+in.Name+"/another-key?"+s.query, []byte(s.body), b.headersFor(in, s)...)
		require.Equal(t, http.StatusNotFound, got.status, s.name)
		require.Equal(t, want.body, got.body, s.name)
		require.Equal(t, s.status, b.shake(in, s).status, s.name)
		require.EqualValues(t, 1, b.handler.Handshakes(t.Context(), in.Name).Answered)
	}
}

func TestHandshake_KeepsToTheRate(t *testing.T) {
	t.Parallel()
	for _, provider := range []string{"dropbox", "microsoft-graph"} {
		in := inboxOf(t, provider)
		two := engine.Rate(2)
		in.Limits.Rate = &two
		b := setup(t, in)
		var statuses []int
		for range 3 {
			if provider == "dropbox" {
				statuses = append(statuses, b.send(http.MethodGet, target(in)+"?challenge=a", nil).status)
			} else {
				statuses = append(statuses, b.send(http.MethodPost, target(in)+"?validationToken=a", nil).status)
			}
		}
		require.Equal(t, []int{200, 200, 429}, statuses, provider)
		require.EqualValues(t, 1, b.handler.Refused()[provider].Limited)
		require.EqualValues(t, 2, b.handler.Handshakes(t.Context(), provider).Answered)
	}
}

func TestHandshake_GoesOnWhileThereIsNoRoomForEvents(t *testing.T) {
	t.Parallel()
	for _, s := range trials() {
		in := inboxOf(t, s.provider)
		b := setup(t, in)
		b.work.full.Store(true)
		require.Equal(t, s.status, b.shake(in, s.put(challenge)).status, s.name)
		require.Equal(t, http.StatusServiceUnavailable, b.send(http.MethodPost, target(in), []byte("an event")).status, s.name)
	}
}

func TestHandshake_TellsHowMuchTheInboxTakes(t *testing.T) {
	t.Parallel()
	for rate, want := range map[engine.Rate]string{0: "*", 2: "120", 0.001: "1"} {
		in := inboxOf(t, "cloudevents")
		in.Limits.Rate = &rate
		b := setup(t, in)
		got := b.send(http.MethodOptions, target(in), nil, "WebHook-Request-Origin", "eventemitter.example.com", "WebHook-Request-Callback", "http://127.0.0.1:1/")
		require.Equal(t, want, got.header.Get("WebHook-Allowed-Rate"))
		require.Equal(t, "POST", got.header.Get("Allow"))
		require.Empty(t, b.fetched.urls, "the callback's address is anybody's")
	}
}

func TestHandshake_TheSecretOfASenderIsNotKeptInTheHistory(t *testing.T) {
	t.Parallel()
	b := setup(t, open("open"), pending("asana"))
	require.Equal(t, http.StatusAccepted, b.send(http.MethodPost, "/in/open", nil, "X-Hook-Secret", broughtSecret).status)
	for _, e := range b.stored("open") {
		for _, line := range e.Headers {
			require.NotContains(t, line.Value, broughtSecret)
		}
	}
	require.NotEmpty(t, b.stored("open"))
}

func TestHandshake_AnInboxThatTakesNoPostAnswersNoneThatIsSigned(t *testing.T) {
	t.Parallel()
	in := inboxOf(t, "zoom")
	in.Methods = []string{http.MethodPut}
	b := setup(t, in)
	body := `{"event":"endpoint.url_validation","payload":{"plainToken":"` + challenge + `"}}`
	got := b.send(http.MethodPost, "/in/zoom", []byte(body), "Content-Type", jsonType)
	require.Equal(t, http.StatusMethodNotAllowed, got.status)
	require.NotContains(t, got.body, "encryptedToken")
}
