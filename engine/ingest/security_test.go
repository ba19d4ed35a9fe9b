package ingest_test

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestIngest_LetsNobodyInWhenTheCheckCannotBeMade(t *testing.T) {
	t.Parallel()
	body := issuesDelivery(t)
	checks := map[string]engine.Verify{
		"unknown":   {Scheme: "no-such-scheme", Secret: githubSecret},
		"no-secret": {Scheme: "github"},
		"blank":     {Scheme: "github", Secret: " "},
		"no-shape":  {Scheme: "hmac", Secret: githubSecret},
		"no-key":    {Scheme: "key"},
		"not-hex":   {Scheme: "adyen", Secret: "secret"},
	}
	var inboxes []*engine.Inbox
	for name, v := range checks {
		inboxes = append(inboxes, &engine.Inbox{Name: name, Verify: v})
	}
	b := setup(t, inboxes...)
	for name, v := range checks {
		got := b.send(http.MethodPost, "/in/"+name, body, signed(body, "d-1")...)
		want := http.StatusUnauthorized
		if v.Scheme == "key" {
			want = http.StatusNotFound
		}
		require.Equal(t, want, got.status, name)
		require.EqualValues(t, 1, b.ledger(name).Rejected, name)
	}
	require.Empty(t, b.work.events)
	for _, in := range inboxes { // what was held before must not be rejected for it
		_, err := b.handler.Verify(t.Context(), in, b.stored(in.Name)[0])
		require.Equal(t, engine.KindConflict, engine.KindOf(err), in.Name)
	}
}

// post sends a request whose header lines stand as they are given, repeated ones too.
func (w *wire) post(t *testing.T, target string, body []byte, lines ...string) response {
	t.Helper()
	head := append([]string{"POST " + target + " HTTP/1.1", "Host: hooks.example.com", "Content-Length: " + strconv.Itoa(len(body))}, lines...)
	answer := w.talk(append([]byte(strings.Join(head, "\r\n")+"\r\n\r\n"), body...))
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return response{status: resp.StatusCode, header: resp.Header}
}

func TestIngest_RefusesARepeatedSignatureOrTime(t *testing.T) {
	t.Parallel()
	w := newWire(t, doors())
	body := []byte(`{}`)
	right, wrong := "X-Hub-Signature-256: "+signature(body), "X-Hub-Signature-256: "+signature([]byte("other"))
	require.Equal(t, http.StatusAccepted, w.post(t, "/in/github", body, right).status)
	for _, lines := range [][]string{{right, right}, {right, wrong}, {wrong, right}, {strings.ToLower(right), right}} {
		require.Equal(t, http.StatusUnauthorized, w.post(t, "/in/github", body, lines...).status, lines)
		require.Contains(t, w.memory.calls[0].Reason, "more than once")
	}

	const stamp = "1795262400" // the time of the wire's clock
	mac := hmac.New(sha256.New, []byte(githubSecret))
	mac.Write([]byte("v0:" + stamp + ":" + string(body)))
	proof := "X-Slack-Signature: v0=" + hex.EncodeToString(mac.Sum(nil))
	at := "X-Slack-Request-Timestamp: " + stamp
	require.Equal(t, http.StatusOK, w.post(t, "/in/slack", body, proof, at).status)
	for _, lines := range [][]string{{proof, at, at}, {proof, at, "X-Slack-Request-Timestamp: 1"}, {proof, proof, at}} {
		require.Equal(t, http.StatusUnauthorized, w.post(t, "/in/slack", body, lines...).status, lines)
	}
}

// twilioSignature signs an address and a form of one field.
func twilioSignature(address, form string) string {
	mac := hmac.New(sha1.New, []byte(githubSecret))
	mac.Write([]byte(address + strings.ReplaceAll(form, "=", "")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestIngest_ChecksTheConfiguredAddressWhateverTheRequestClaims(t *testing.T) {
	t.Parallel()
	twilio := func(name string) *engine.Inbox {
		return &engine.Inbox{Name: name, Verify: engine.Verify{Scheme: "twilio", Secret: githubSecret}}
	}
	own := twilio("own")
	own.Verify.URL = "https://elsewhere.example/hook"
	b := setup(t, twilio("public"), own)
	const form = "CallSid=CA1"
	send := func(inbox, signed string, headers ...string) int {
		headers = append(headers, "Content-Type", "application/x-www-form-urlencoded", "X-Twilio-Signature", twilioSignature(signed, form))
		return b.send(http.MethodPost, "/in/"+inbox, []byte(form), headers...).status
	}
	spoofed := []string{
		"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "http", "X-Forwarded-Ssl", "off", "X-Original-Host", "evil.example",
		"X-Host", "evil.example", "Forwarded", "host=evil.example;proto=http", "X-Forwarded-Prefix", "/x", "X-Original-URL", "/in/x",
	}
	require.Equal(t, http.StatusNoContent, send("public", "https://hooks.example.com/in/public"))
	require.Equal(t, http.StatusNoContent, send("public", "https://hooks.example.com/in/public", spoofed...))
	require.Equal(t, http.StatusNoContent, send("own", "https://elsewhere.example/hook", spoofed...))
	for _, address := range []string{"http://evil.example/in/public", "https://evil.example/in/public", "http://hooks.example.com/in/public", "https://example.com/in/public"} {
		require.Equal(t, http.StatusUnauthorized, send("public", address, spoofed...), address)
	}
	require.Equal(t, http.StatusUnauthorized, send("own", "https://hooks.example.com/in/own"))
}

func TestIngest_GETMakesAnEventOnlyWhereItIsSaid(t *testing.T) {
	t.Parallel()
	every := open("every")
	every.Methods = []string{"GET", "HEAD", "OPTIONS"}
	b := setup(t, every, github("github"), &engine.Inbox{Name: "twilio", Verify: engine.Verify{Scheme: "twilio", Secret: githubSecret}})
	proof := twilioSignature("https://hooks.example.com/in/twilio?CallSid=CA1", "")
	require.Equal(t, http.StatusNoContent, b.send(http.MethodGet, "/in/twilio?CallSid=CA1", nil, "X-Twilio-Signature", proof).status, "its preset takes GET")
	require.Equal(t, http.StatusUnauthorized, b.send(http.MethodGet, "/in/twilio?CallSid=CA2", nil, "X-Twilio-Signature", proof).status)
	require.Equal(t, http.StatusMethodNotAllowed, b.send(http.MethodGet, "/in/github", nil, signed(nil, "d-1")...).status)
	require.Equal(t, http.StatusAccepted, b.send(http.MethodGet, "/in/every", nil).status)
	for _, method := range []string{http.MethodHead, http.MethodOptions} {
		for _, name := range []string{"every", "twilio", "github"} {
			require.Equal(t, http.StatusMethodNotAllowed, b.send(method, "/in/"+name, nil).status)
		}
	}
	require.Len(t, b.stored("every"), 1)
	require.Len(t, b.stored("twilio"), 2)
	require.Empty(t, b.stored("github"))
}

func TestIngest_HidesTheAddressKeyWhereverASenderPutsIt(t *testing.T) {
	t.Parallel()
	b := setup(t, &engine.Inbox{Name: "keyed", Verify: engine.Verify{Scheme: "key", Key: addressKey}})
	key := addressKey.Reveal()
	require.Equal(t, http.StatusAccepted, b.send(http.MethodPost, "/in/keyed/"+key+"?key="+key+"&x="+key+key, nil).status)
	require.Equal(t, http.StatusNotFound, b.send(http.MethodPost, "/in/keyed?key="+key, nil).status, "only the path counts")
	require.Equal(t, http.StatusNotFound, b.send(http.MethodPost, "/in/keyed/"+key+"x", nil).status)
	events := b.stored("keyed")
	require.Len(t, events, 3)
	for _, e := range events {
		require.NotContains(t, e.Path+"?"+e.Query, key)
		require.Contains(t, e.Path+"?"+e.Query, "hash:")
	}
}

func TestIngest_RecognisesRepeatsForAWeekFromFirstSight(t *testing.T) {
	t.Parallel()
	b := setup(t, github("github"))
	body := issuesDelivery(t)
	begin := *b.now.Load()
	for _, tc := range []struct {
		after     time.Duration
		duplicate bool
	}{{0, false}, {24 * time.Hour, true}, {7*24*time.Hour - time.Minute, true}, {7*24*time.Hour + time.Minute, false}} {
		at := begin.Add(tc.after)
		b.now.Store(&at)
		got := b.send(http.MethodPost, "/in/github", body, signed(body, "d-1")...)
		require.Equal(t, http.StatusAccepted, got.status)
		require.Equal(t, tc.duplicate, strings.Contains(got.body, "duplicate"), tc.after)
	}
}

func TestIngest_AcknowledgesNothingThatTheStoreRefuses(t *testing.T) {
	t.Parallel()
	w := newWire(t, doors())
	w.memory.broken = true
	for _, target := range []string{"/in/open", "/in/paused", "/in/pending", "/in/github", "/in/keyed"} {
		got := w.post(t, target, []byte(`{}`))
		require.Equal(t, http.StatusServiceUnavailable, got.status, target)
		wait, err := strconv.Atoi(got.header.Get("Retry-After"))
		require.NoError(t, err)
		require.Positive(t, wait)
		require.Empty(t, w.memory.events)
	}
	w.memory.broken = false
	require.Equal(t, http.StatusAccepted, w.post(t, "/in/open", []byte(`{}`)).status)
}
