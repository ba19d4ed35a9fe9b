package main_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// ownKeys are the senders for whom nobody else can sign.
var ownKeys = []string{"aws-sns", "discord", "google-pubsub", "paddle-classic", "paypal", "postal", "sendgrid"}

// decoded are secrets of providers that do not take just any text.
var decoded = map[string]string{
	"adyen": "0011223344556677889900aabbccddeeff", "microsoft-teams": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "resend": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	"standard-webhooks": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "svix": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}

// What is sent in a provider's name passes the check of an inbox that checks for it.
func TestSamples_AreSignedAsTheirSenderSigns(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	api := p.client()
	for _, provider := range verify.Providers() {
		id := provider.ID
		if slices.Contains(ownKeys, id) {
			continue
		}
		secret := cmp.Or(decoded[id], "the secret of this inbox")
		check := map[string]string{"scheme": id}
		if provider.NeedSecret {
			check["secret"] = secret
		}
		inbox, err := json.Marshal(map[string]any{"name": id, "verify": check})
		require.NoError(t, err)
		api.call(http.MethodPost, "/inboxes", string(inbox))
		for _, s := range verify.Samples(id) {
			name := id + " " + s.Event
			body, err := json.Marshal(map[string]string{"event": s.Event})
			require.NoError(t, err)
			sent := api.call(http.MethodPost, "/inboxes/"+id+"/send", string(body))
			var answer struct {
				Status  int
				EventID engine.ID
			}
			require.NoError(t, json.Unmarshal([]byte(sent.body), &answer), name)
			require.Equal(t, cmp.Or(provider.Status, http.StatusAccepted), answer.Status, "%s: %s", name, sent.body)
			var events struct {
				Items []struct{ Verdict, Verified string }
			}
			api.get("/events?limit=1&inbox="+id, &events)
			require.Equal(t, "accepted", events.Items[0].Verdict, name)
			if id == "adyen" && s.Event == "AUTHORISATION" {
				id = "adyen-items"
			}
			require.Contains(t, []string{id, id + "-token"}, events.Items[0].Verified, name)
			id = provider.ID
		}
	}
}
