package ingest_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// FuzzHandshake tries the address of every provider that has a handshake, with any
// request, while the inboxes that can wait for a secret do.
func FuzzHandshake(f *testing.F) {
	none := engine.Rate(0)
	var names []string
	inboxes := map[string]*engine.Inbox{}
	for _, p := range verify.Providers() {
		if len(p.Handshakes) > 0 {
			v := engine.Verify{Scheme: p.ID, Secret: shakeSecret, Token: verifyToken}
			if p.Captures() != nil {
				v = engine.Verify{Scheme: p.ID, Pending: true}
			}
			inboxes[p.ID] = &engine.Inbox{Name: p.ID, Verify: v, Limits: engine.Limits{Body: fuzzLimit, Rate: &none}}
			names = append(names, p.ID)
		}
	}
	number := func(name string) uint8 {
		for i := range names {
			if names[i] == name {
				return uint8(i)
			}
		}
		return 0
	}
	for _, s := range trials() {
		s = s.put(challenge)
		f.Add(number(s.provider), s.method, s.query, strings.Join(headerLines(s.headers), "\n"), []byte(s.body))
	}
	f.Add(number("asana"), "POST", "", "X-Hook-Secret: "+broughtSecret, []byte{})
	f.Add(number("notion"), "POST", "", "Content-Type: application/json", []byte(`{"verification_token":"`+broughtSecret+`"}`))
	f.Add(number("notion"), "POST", "", "Content-Type: application/x-www-form-urlencoded", []byte(`verification_token=<b>`))
	f.Add(number("azure-event-grid"), "POST", "", "aeg-event-type: SubscriptionValidation",
		[]byte(`[{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":{"a":[1]}}}]`))
	f.Add(number("dropbox"), "GET", "challenge=%3Cscript%3E&challenge=1", "", []byte{})
	w := newWire(f, inboxes)
	f.Fuzz(func(t *testing.T, which uint8, method, query, headers string, body []byte) {
		name := names[int(which)%len(names)]
		w.memory.clear()
		before := w.handler.Handshakes(t.Context(), name)
		if before.Brings {
			require.NoError(t, w.handler.Arm(t.Context(), name, "ann"))
		}
		sent, _, _ := compose(method, "/in/"+name, query, headers, body)
		method, _, _ = strings.Cut(string(sent), " ")
		resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(w.talk(sent))), &http.Request{Method: method})
		require.NoError(t, err)
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		after := w.handler.Handshakes(t.Context(), name)
		if after.Answered+after.Refused == before.Answered+before.Refused {
			return // a request like any other
		}
		require.Empty(t, w.memory.calls, "a handshake makes no event")
		require.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"))
		require.NotContains(t, resp.Header.Get("Content-Type"), "html")
		require.NotContains(t, string(text), "<")
		require.LessOrEqual(t, len(text), 3<<10)
		require.Equal(t, after.Refused > before.Refused, resp.StatusCode >= 400)
		if after.Refused > before.Refused {
			require.NotEmpty(t, after.Refusal)
		}
		if brought := w.memory.inboxes[name].Verify.Secret.Reveal(); before.Brings && resp.StatusCode == http.StatusOK {
			require.GreaterOrEqual(t, len(brought), 16)
			require.Contains(t, string(sent), brought, "the secret is what was sent")
			w.memory.inboxes[name].Verify.Secret = ""
		}
	})
}
