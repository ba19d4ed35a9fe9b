package ingest_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

const pushAccount = "push@project.iam.gserviceaccount.com"

// pushToken is a token as Google pushes one, and the key set that it fits.
func pushToken(t *testing.T, inbox string) (token string, keys []byte) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	made := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": "https://accounts.google.com", "aud": "https://hooks.example.com/in/" + inbox, "email": pushAccount, "email_verified": true,
		"iat": at.Unix(), "exp": at.Add(time.Hour).Unix(),
	})
	made.Header["kid"] = "one"
	token, err = made.SignedString(key)
	require.NoError(t, err)
	return token, []byte(`{"keys":[{"kty":"RSA","kid":"one","e":"AQAB","n":"` + base64.RawURLEncoding.EncodeToString(new(big.Int).Set(key.N).Bytes()) + `"}]}`)
}

func TestIngest_AsksToComeAgainWhenASenderCannotBeChecked(t *testing.T) {
	t.Parallel()
	in := &engine.Inbox{Name: "push", Verify: engine.Verify{Scheme: "google-pubsub", Secret: pushAccount}}
	b := setup(t, in)
	token, keys := pushToken(t, "push")
	b.published = func(string) ([]byte, error) { return nil, errors.New("www.googleapis.com cannot be reached") }
	body := []byte(`{"message":{"messageId":"m-1","data":""}}`)
	send := func() response {
		return b.send(http.MethodPost, "/in/push", body, "Content-Type", "application/json", "Authorization", "Bearer "+token)
	}
	got := send()
	require.Equal(t, http.StatusServiceUnavailable, got.status)
	require.Equal(t, "30", got.header.Get("Retry-After"))
	require.NotContains(t, got.body, "googleapis", "strangers learn no more than the status tells")
	require.Empty(t, b.work.events)
	require.EqualValues(t, 1, b.ledger("push").Rejected)
	stored := b.stored("push")[0]
	require.Equal(t, engine.Rejected, stored.Verdict)
	require.Contains(t, stored.Reason, "cannot be fetched now, it was asked to come again: www.googleapis.com cannot be reached")

	b.published = func(string) ([]byte, error) { return keys, nil }
	later := b.now.Load().Add(time.Minute)
	b.now.Store(&later)
	require.Equal(t, http.StatusAccepted, send().status)
	e := <-b.work.events
	require.Equal(t, "google-pubsub", e.Verified)
	require.Equal(t, "m-1", e.DeliveryID, "a refused request must not claim the delivery's id")
	stranger, _ := pushToken(t, "push")
	token = stranger
	require.Equal(t, http.StatusUnauthorized, send().status)
}

// A token is not kept: what it proved when it came must count later, and what it could
// not prove must not be taken.
func TestIngest_TokensProveOnlyWhatIsThere(t *testing.T) {
	t.Parallel()
	paused := &engine.Inbox{Name: "paused", Paused: true, Verify: engine.Verify{Scheme: "google-pubsub", Secret: pushAccount}}
	pending := &engine.Inbox{Name: "pending", Verify: engine.Verify{Scheme: "google-pubsub", Pending: true}}
	b := setup(t, paused, pending)
	token, keys := pushToken(t, "paused")
	b.published = func(string) ([]byte, error) { return keys, nil }
	body := []byte(`{"message":{"messageId":"m-1"}}`)
	require.Equal(t, http.StatusAccepted, b.send(http.MethodPost, "/in/paused", body, "Authorization", "Bearer "+token).status)
	e, err := b.db.Event(t.Context(), b.stored("paused")[0].ID)
	require.NoError(t, err)
	require.Equal(t, engine.Held, e.Verdict)
	for _, line := range e.Headers {
		require.NotContains(t, line.Value, token[:20])
	}
	scheme, err := b.handler.Verify(t.Context(), paused, e)
	require.NoError(t, err)
	require.Equal(t, "google-pubsub", scheme)
	e.Verified = ""
	_, err = b.handler.Verify(t.Context(), paused, e)
	require.Equal(t, engine.KindUnauthorized, engine.KindOf(err))

	got := b.send(http.MethodPost, "/in/pending", body, "Authorization", "Bearer "+token)
	require.Equal(t, http.StatusServiceUnavailable, got.status)
	require.EqualValues(t, 1, b.ledger("pending").Rejected)
	require.Contains(t, b.stored("pending")[0].Reason, "asked to come again")
}
