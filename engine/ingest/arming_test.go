package ingest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"patchbay/engine"
)

const (
	broughtSecret = "b537207f20cbfa02357cf448134da559"
	laterSecret   = "c0ffee7f20cbfa02357cf448134da5ff"
)

// bring sends a secret as its provider does.
func (b *bundle) bring(provider, secret string) response {
	b.t.Helper()
	if provider == "asana" {
		return b.send(http.MethodPost, "/in/asana", nil, "X-Hook-Secret", secret)
	}
	return b.send(http.MethodPost, "/in/notion", []byte(`{"verification_token":"`+secret+`"}`), "Content-Type", "application/json")
}

func (b *bundle) inbox(name string) *engine.Inbox {
	b.t.Helper()
	in, err := b.db.Inbox(b.t.Context(), name)
	require.NoError(b.t, err)
	return in
}

func pending(scheme string) *engine.Inbox {
	return &engine.Inbox{Name: scheme, Verify: engine.Verify{Scheme: scheme, Pending: true}}
}

func TestArming_ABroughtSecretCountsOnceWhileSomebodyWaits(t *testing.T) {
	t.Parallel()
	for _, provider := range []string{"asana", "notion"} {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			b := setup(t, pending(provider))
			require.True(t, b.handler.Handshakes(t.Context(), provider).Brings)
			require.Equal(t, http.StatusUnauthorized, b.bring(provider, broughtSecret).status, "nobody waits")
			require.True(t, b.inbox(provider).Verify.Pending)
			require.Contains(t, b.handler.Handshakes(t.Context(), provider).Refusal, "nobody waited")

			require.NoError(t, b.handler.Arm(t.Context(), provider, "ann@example.com"))
			require.Equal(t, b.now.Load().Add(15*time.Minute), b.handler.Handshakes(t.Context(), provider).Until)
			got := b.bring(provider, broughtSecret)
			require.Equal(t, http.StatusOK, got.status)
			require.Empty(t, got.body)
			if provider == "asana" {
				require.Equal(t, broughtSecret, got.header.Get("X-Hook-Secret"))
			}
			v := b.inbox(provider).Verify
			require.Equal(t, broughtSecret, v.Secret.Reveal())
			require.False(t, v.Pending)
			require.Empty(t, v.Secrets)
			state := b.handler.Handshakes(t.Context(), provider)
			require.Zero(t, state.Until)
			require.Equal(t, *b.now.Load(), state.CameAt)

			require.Equal(t, http.StatusUnauthorized, b.bring(provider, laterSecret).status, "the waiting is over")
			require.Equal(t, broughtSecret, b.inbox(provider).Verify.Secret.Reveal())
			require.Zero(t, b.ledger(provider).Received)

			log, err := b.db.AuditLog(t.Context(), engine.AuditQuery{}, 10)
			require.NoError(t, err)
			require.Len(t, log, 1)
			require.Equal(t, "ann@example.com", log[0].Who)
			require.Equal(t, "inbox.secret", log[0].Action)
			require.NotContains(t, log[0].Detail, broughtSecret)
		})
	}
}

func TestArming_WhatHasToBeEnteredIsShownForAWhile(t *testing.T) {
	t.Parallel()
	b := setup(t, pending("notion"), pending("asana"))
	for _, name := range []string{"notion", "asana"} {
		require.NoError(t, b.handler.Arm(t.Context(), name, "ann"))
		require.Equal(t, http.StatusOK, b.bring(name, broughtSecret).status)
	}
	require.Equal(t, broughtSecret, b.handler.Handshakes(t.Context(), "notion").ToEnter.Reveal())
	require.Empty(t, b.handler.Handshakes(t.Context(), "asana").ToEnter, "Asana knows its secret")
	later := b.now.Load().Add(15 * time.Minute)
	b.now.Store(&later)
	require.Empty(t, b.handler.Handshakes(t.Context(), "notion").ToEnter)

	require.NoError(t, b.handler.Arm(t.Context(), "notion", "ann"))
	require.Equal(t, http.StatusOK, b.bring("notion", laterSecret).status)
	b.handler.Disarm("notion")
	require.Empty(t, b.handler.Handshakes(t.Context(), "notion").ToEnter)
	v := b.inbox("notion").Verify
	require.Equal(t, laterSecret, v.Secret.Reveal())
	require.Equal(t, []engine.Secret{broughtSecret}, v.Secrets, "an earlier one goes on to count")
}

func TestArming_EndsByItselfAndByHand(t *testing.T) {
	t.Parallel()
	b := setup(t, pending("asana"))
	require.NoError(t, b.handler.Arm(t.Context(), "asana", "ann"))
	later := b.now.Load().Add(15 * time.Minute)
	b.now.Store(&later)
	require.Zero(t, b.handler.Handshakes(t.Context(), "asana").Until)
	require.Equal(t, http.StatusUnauthorized, b.bring("asana", broughtSecret).status)

	require.NoError(t, b.handler.Arm(t.Context(), "asana", "ann"))
	b.handler.Disarm("asana")
	require.Equal(t, http.StatusUnauthorized, b.bring("asana", broughtSecret).status)

	// An inbox that was made anew under this name, or has another sender, waits for nothing.
	require.NoError(t, b.handler.Arm(t.Context(), "asana", "ann"))
	in := b.inbox("asana")
	in.Verify.Scheme = "notion"
	require.NoError(t, b.db.PutInbox(t.Context(), in, in.Version))
	got := b.send(http.MethodPost, "/in/asana", []byte(`{"verification_token":"`+broughtSecret+`"}`), "Content-Type", "application/json")
	require.Equal(t, http.StatusUnauthorized, got.status)
	require.True(t, b.inbox("asana").Verify.Pending)
}

func TestArming_IsForSendersThatBringASecret(t *testing.T) {
	t.Parallel()
	b := setup(t, github("github"))
	require.Equal(t, engine.KindConflict, engine.KindOf(b.handler.Arm(t.Context(), "github", "ann")))
	require.Equal(t, engine.KindNotFound, engine.KindOf(b.handler.Arm(t.Context(), "nobody", "ann")))
	require.False(t, b.handler.Handshakes(t.Context(), "github").Brings)
	require.Zero(t, b.handler.Handshakes(t.Context(), "nobody"))
}

func TestArming_OfManyAtOnceOneCounts(t *testing.T) {
	t.Parallel()
	b := setup(t, pending("asana"))
	require.NoError(t, b.handler.Arm(t.Context(), "asana", "ann"))
	var g errgroup.Group
	statuses := make([]int, 20)
	for i := range statuses {
		g.Go(func() error {
			got, err := b.try(http.MethodPost, "/in/asana", nil, "X-Hook-Secret", strings.Repeat(string(rune('a'+i)), 32))
			statuses[i] = got.status
			return err
		})
	}
	require.NoError(t, g.Wait())
	won := -1
	for i, status := range statuses {
		if status == http.StatusOK {
			require.Equal(t, -1, won, "two secrets were taken")
			won = i
		}
	}
	require.GreaterOrEqual(t, won, 0)
	v := b.inbox("asana").Verify
	require.Equal(t, strings.Repeat(string(rune('a'+won)), 32), v.Secret.Reveal())
	require.Empty(t, v.Secrets)
}

func TestArming_TakesOnlyWhatCanBeASecret(t *testing.T) {
	t.Parallel()
	b := setup(t, pending("asana"))
	require.NoError(t, b.handler.Arm(t.Context(), "asana", "ann"))
	for _, secret := range []string{"short", "with a blank in between", strings.Repeat("a", 257), "<script>alert(1)</script>"} {
		got := b.bring("asana", secret)
		require.Equal(t, http.StatusBadRequest, got.status, secret)
		require.Empty(t, got.header.Get("X-Hook-Secret"))
	}
	require.Equal(t, http.StatusOK, b.bring("asana", broughtSecret).status, "the inbox still waits")
}

func TestArming_WhatASignedDeliveryHoldsIsNoHandshake(t *testing.T) {
	t.Parallel()
	b := setup(t, &engine.Inbox{Name: "notion", Verify: engine.Verify{Scheme: "notion", Secret: githubSecret}})
	require.NoError(t, b.handler.Arm(t.Context(), "notion", "ann"))
	body := []byte(`{"id":"1","type":"page.created","verification_token":"` + broughtSecret + `"}`)
	got := b.send(http.MethodPost, "/in/notion", body, "Content-Type", "application/json", "X-Notion-Signature", signature(body))
	require.Equal(t, http.StatusAccepted, got.status)
	require.Equal(t, githubSecret, b.inbox("notion").Verify.Secret.Reveal())
}
