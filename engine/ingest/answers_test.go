package ingest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"patchbay/engine"
)

func TestIngest_AnswersAsConfigured(t *testing.T) {
	t.Parallel()
	text := open("text")
	text.Respond = engine.Respond{Status: 200, Text: "<Response/>", Headers: map[string]string{"Content-Type": "text/xml"}}
	object := open("object")
	object.Respond = engine.Respond{JSON: map[string]any{"ok": true}}
	empty := open("empty")
	empty.Respond = engine.Respond{Status: 204}
	b := setup(t, text, object, empty)

	got := b.send(http.MethodPost, "/in/text", nil)
	require.Equal(t, response{200, got.header, "<Response/>"}, got)
	require.Equal(t, "text/xml", got.header.Get("Content-Type"))
	got = b.send(http.MethodPost, "/in/object", nil)
	require.Equal(t, 202, got.status)
	require.JSONEq(t, `{"ok":true}`, got.body)
	require.Equal(t, "application/json", got.header.Get("Content-Type"))
	got = b.send(http.MethodPost, "/in/empty", nil)
	require.Equal(t, 204, got.status)
	require.Empty(t, got.body)
}

func TestIngest_WaitsForTheAnswerOfARule(t *testing.T) {
	t.Parallel()
	asks := open("asks")
	asks.Respond = engine.Respond{Mode: "rule", Within: engine.Duration(time.Minute), Text: "too late"}
	b := setup(t, asks)
	var first, second bool
	b.work.answer = func(e *engine.Event) {
		first = b.replies.Answer(e.ID, engine.Reply{
			Status: 201, Headers: map[string]string{"X-Answer": "yes"}, Body: []byte("computed"),
		})
		second = b.replies.Answer(e.ID, engine.Reply{Status: 500})
	}
	got := b.send(http.MethodPost, "/in/asks", []byte(`{}`))
	require.Equal(t, 201, got.status)
	require.Equal(t, "computed", got.body)
	require.Equal(t, "yes", got.header.Get("X-Answer"))
	require.True(t, first)
	require.False(t, second, "the first answer counts")
}

func TestIngest_DoesNotWaitWhenNoRuleWantedTheEvent(t *testing.T) {
	t.Parallel()
	asks, says := open("asks"), open("says")
	asks.Respond = engine.Respond{Mode: "rule", Within: engine.Duration(time.Minute), Text: "working on it"}
	says.Respond = asks.Respond
	says.Respond.Unmatched = &engine.Unmatched{Status: 409, Text: "not wanted"}
	b := setup(t, asks, says)
	b.work.answer = func(e *engine.Event) { b.replies.Unwanted(e.ID) }
	got := b.send(http.MethodPost, "/in/asks", []byte(`{}`))
	require.Equal(t, 202, got.status)
	require.Equal(t, "working on it", got.body)
	got = b.send(http.MethodPost, "/in/says", []byte(`{}`))
	require.Equal(t, 409, got.status)
	require.Equal(t, "not wanted", got.body)
}

func TestIngest_GivesTheFixedAnswerWhenTheRuleIsLate(t *testing.T) {
	t.Parallel()
	asks := open("asks")
	asks.Respond = engine.Respond{Mode: "rule", Within: engine.Duration(10 * time.Millisecond), Text: "working on it"}
	b := setup(t, asks)
	got := b.send(http.MethodPost, "/in/asks", []byte(`{}`))
	require.Equal(t, 202, got.status)
	require.Equal(t, "working on it", got.body)
	e := <-b.work.events
	require.False(t, b.replies.Answer(e.ID, engine.Reply{Status: 200}), "nobody waits any more")
}

func TestIngest_HoldsWhatMustNotActYet(t *testing.T) {
	t.Parallel()
	paused := github("paused")
	paused.Paused = true
	pending := &engine.Inbox{Name: "pending", Verify: engine.Verify{Scheme: "github", Pending: true}}
	b := setup(t, paused, pending)
	body := issuesDelivery(t)

	require.Equal(t, http.StatusAccepted, b.send(http.MethodPost, "/in/paused", body, signed(body, "d-1")...).status)
	require.Equal(t, http.StatusUnauthorized, b.send(http.MethodPost, "/in/paused", body).status)
	require.Equal(t, http.StatusAccepted, b.send(http.MethodPost, "/in/pending", body, signed(body, "d-1")...).status)
	require.Empty(t, b.work.events)
	require.EqualValues(t, 1, b.ledger("paused").Held)
	require.EqualValues(t, 1, b.ledger("paused").Rejected)
	require.EqualValues(t, 1, b.ledger("pending").Held)
}

func TestIngest_VerifiesHeldEventsAsTheyCame(t *testing.T) {
	t.Parallel()
	body := issuesDelivery(t)
	cases := []struct {
		name    string
		verify  engine.Verify
		wrong   engine.Verify
		headers []string
	}{
		{
			"signature",
			engine.Verify{Scheme: "github", Secret: githubSecret},
			engine.Verify{Scheme: "github", Secret: "another"},
			[]string{"X-Hub-Signature-256", signature(body)},
		},
		{
			"token",
			engine.Verify{Scheme: "gitlab", Secret: "token-of-gitlab"},
			engine.Verify{Scheme: "gitlab", Secret: "another"},
			[]string{"X-Gitlab-Token", "token-of-gitlab"},
		},
		{
			"password",
			engine.Verify{Scheme: "basic", Username: "ann", Secret: "pass-of-ann"},
			engine.Verify{Scheme: "basic", Username: "ann", Secret: "another"},
			[]string{"Authorization", "Basic YW5uOnBhc3Mtb2YtYW5u"},
		},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			pending := tc.verify
			pending.Secret, pending.Pending = "", true
			in := &engine.Inbox{Name: "shop", Verify: pending}
			b := setup(t, in)
			b.send(http.MethodPost, "/in/shop", body, tc.headers...)
			e, err := b.db.Event(t.Context(), b.stored("shop")[0].ID)
			require.NoError(t, err)
			for _, line := range e.Headers {
				require.NotContains(t, line.Value, "token-of-gitlab")
				require.NotContains(t, line.Value, "YW5u")
			}
			in.Verify = tc.verify
			scheme, err := b.handler.Verify(t.Context(), in, e)
			require.NoError(t, err)
			require.NotEmpty(t, scheme)
			in.Verify = tc.wrong
			_, err = b.handler.Verify(t.Context(), in, e)
			require.Equal(t, engine.KindUnauthorized, engine.KindOf(err))
		})
	}
}

func TestIngest_SeesChangesFromTheMomentTheyAreStored(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 50 {
		in := open(fmt.Sprintf("inbox-%d", i))
		require.NoError(t, b.db.PutInbox(t.Context(), in, 0))
		require.Equal(t, http.StatusAccepted, b.send(http.MethodPost, "/in/"+in.Name, nil).status)
		in.Paused = true
		require.NoError(t, b.db.PutInbox(t.Context(), in, in.Version))
		b.send(http.MethodPost, "/in/"+in.Name, nil)
		require.EqualValues(t, 1, b.ledger(in.Name).Held)
		require.NoError(t, b.db.DeleteInbox(t.Context(), in.Name, in.Version))
		require.Equal(t, http.StatusNotFound, b.send(http.MethodPost, "/in/"+in.Name, nil).status)
	}
}

func TestIngest_KeepsCredentialsOutOfTheHistory(t *testing.T) {
	t.Parallel()
	b := setup(t, open("open"))
	b.send(http.MethodPost, "/in/open", []byte(`{}`), "Authorization", "Bearer marker-secret", "Cookie", "s=marker-secret", "X-Plain", "kept")
	e := b.stored("open")[0]
	seen := map[string]string{}
	for _, line := range e.Headers {
		seen[strings.ToLower(line.Name)] = line.Value
		require.NotContains(t, line.Value, "marker-secret")
	}
	require.Equal(t, "kept", seen["x-plain"])
	require.Contains(t, seen["authorization"], "hash:")
}

func TestIngest_CopiesBodiesOutOfReusedBuffers(t *testing.T) {
	t.Parallel()
	b := setup(t, open("open"))
	var group errgroup.Group
	for i := range 200 {
		group.Go(func() error {
			_, err := b.try(http.MethodPost, "/in/open", []byte(strings.Repeat(fmt.Sprintf("%03d", i), 500)))
			return err
		})
	}
	require.NoError(t, group.Wait())
	seen := map[string]bool{}
	for range 200 {
		e := <-b.work.events
		require.Equal(t, strings.Repeat(string(e.Body[:3]), 500), string(e.Body))
		seen[string(e.Body[:3])] = true
	}
	require.Len(t, seen, 200)
}
