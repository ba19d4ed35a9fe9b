package verify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

func TestVerifier_AcceptsWhatItSigned(t *testing.T) {
	t.Parallel()
	cases := map[string]engine.Verify{
		"github":            {Scheme: "github", Secret: "It's a Secret to Everybody"},
		"stripe":            {Scheme: "stripe", Secret: "whsec_test_secret"},
		"slack":             {Scheme: "slack", Secret: "8f742231b10e8888abcd99yyyzzz85a5"},
		"shopify":           {Scheme: "shopify", Secret: "hush"},
		"gitlab token":      {Scheme: "gitlab", Secret: "opaque"},
		"standard webhooks": {Scheme: "standard-webhooks", Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
		"bearer":            {Scheme: "bearer", Secret: "token"},
		"basic":             {Scheme: "basic", Username: "u", Secret: "p"},
		"header":            {Scheme: "header", Header: "X-Token", Secret: "t"},
		"none":              {Scheme: "none"},
		"hmac over url": {Scheme: "hmac", Secret: "s", HMAC: &engine.HMACShape{
			Header: "X-Sig", Algorithm: "sha512", Encoding: "base64url", Message: "{method}{url}{body}{ts}", Timestamp: "header:X-Time", Unit: "ms",
		}},
		"hmac with time in the body": {Scheme: "hmac", Secret: "s", HMAC: &engine.HMACShape{
			Header: "X-Sig", Algorithm: "sha1", Encoding: "hex", Message: "{j:at}.{body}", Timestamp: "json:at",
		}},
	}
	now := time.Unix(1_700_000_000, 0)
	for name, v := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verifier, err := verify.New(v)
			require.NoError(t, err)
			headers := map[string][]string{"webhook-id": {"msg_1"}}
			r := verify.Request{
				Method: "POST", URL: "https://example.com/in/a", Body: []byte(`{"at":1700000000}`), Now: now,
				Header: func(name string) []string { return headers[strings.ToLower(name)] },
			}
			made, err := verifier.Sign(r)
			require.NoError(t, err)
			for _, h := range made.Headers {
				headers[strings.ToLower(h.Name)] = []string{h.Value}
			}
			_, err = verifier.Verify(r)
			require.NoError(t, err)
			if v.Scheme == "none" {
				return
			}
			require.NotEmpty(t, made.Headers)
			last := made.Headers[len(made.Headers)-1]
			headers[strings.ToLower(last.Name)] = []string{last.Value + "0"}
			_, err = verifier.Verify(r)
			require.Equal(t, engine.KindUnauthorized, engine.KindOf(err))
		})
	}
}

func TestVerifier_SignSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	none := func(string) []string { return nil }
	pending, err := verify.New(engine.Verify{Scheme: "github", Pending: true})
	require.NoError(t, err)
	_, err = pending.Sign(verify.Request{Header: none})
	require.ErrorContains(t, err, "not finished")
	standard, err := verify.New(engine.Verify{Scheme: "standard-webhooks", Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
	require.NoError(t, err)
	_, err = standard.Sign(verify.Request{Header: none, Now: time.Unix(1, 0)})
	require.ErrorContains(t, err, "webhook-id")
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
}

// Nobody but the sender can sign where only its public key is known.
func TestVerifier_SignLeavesToTheSenderWhatOnlyItCan(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"aws-sns", "discord", "google-pubsub", "paddle-classic", "paypal", "postal", "sendgrid"} {
		v, err := verify.New(engine.Verify{Scheme: id, Secret: fittingSecrets[id]})
		require.NoError(t, err)
		_, err = v.Sign(verify.Request{Header: func(string) []string { return nil }, Body: []byte("{}"), Now: time.Unix(1, 0)})
		require.Equal(t, engine.KindUnsupported, engine.KindOf(err), id)
		require.ErrorContains(t, err, "who alone has the key", id)
	}
}
