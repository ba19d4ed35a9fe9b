package verify_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

func TestStandardWebhooks_AreSignedWithPublicKeysToo(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	b64 := base64.StdEncoding.EncodeToString
	stamp := strconv.FormatInt(at.Unix(), 10)
	for family, scheme := range map[string]string{"webhook": "standard-webhooks", "svix": "svix"} {
		v := engine.Verify{Scheme: scheme, Secret: engine.Secret("whpk_" + b64(public))}
		a := attempt{body: `{"type":"user.created"}`, now: at}.with(family+"-id", "msg_1").with(family+"-timestamp", stamp)
		seal := b64(ed25519.Sign(private, []byte("msg_1."+stamp+"."+a.body)))
		a = a.with(family+"-signature", "v1,"+b64(make([]byte, 32))+" v1a,"+seal)
		accept(t, v, a, scheme)
		changedBody(t, v, a)
		refuses(t, v, a, []change{
			{"id", head(family+"-id", "msg_2"), "does not fit the public key"},
			{"time", head(family+"-timestamp", "1"+stamp[1:len(stamp)-1]+"1"), "does not fit the public key"},
			{"late", func(a attempt) attempt { a.now = at.Add(6 * time.Minute); return a }, "clock may be wrong"},
			{"another version", head(family+"-signature", "v1b,"+seal), "in the expected form"},
			{"a signature with a secret", head(family+"-signature", "v1,"+seal), "in the expected form"},
			{"part", head(family+"-signature", "v1a,"+seal[:40]), "in the expected form"},
			{"none", head(family + "-signature"), "The request is not signed"},
			{"border", func(a attempt) attempt {
				a.body = a.body[1:]
				return a.with(family+"-id", "msg_1."+stamp)
			}, "which ends it"},
		})
		// While the sender changes from one kind to the other, both are known.
		v.Secrets = []engine.Secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
		accept(t, v, a, scheme)
		old, err := verify.New(engine.Verify{Scheme: scheme, Secret: v.Secrets[0]})
		require.NoError(t, err)
		signed, err := old.Sign(a.request())
		require.NoError(t, err)
		b := a
		for _, h := range signed.Headers {
			b = b.with(h.Name, h.Value)
		}
		accept(t, v, b, scheme)
		reject(t, engine.Verify{Scheme: scheme, Secret: v.Secret}, b, "in the expected form")
		reject(t, engine.Verify{Scheme: scheme, Secret: v.Secrets[0]}, a, "does not fit the signing secret")
	}
	for _, text := range []string{"whpk_", "whpk_AAAA", "whpk_" + b64(public)[:20], "whpk_%"} {
		_, err := verify.New(engine.Verify{Scheme: "standard-webhooks", Secret: engine.Secret(text)})
		require.ErrorContains(t, err, "not a whole public key", text)
	}
	made, err := verify.New(engine.Verify{Scheme: "svix", Secret: engine.Secret("whpk_" + b64(public))})
	require.NoError(t, err)
	_, err = made.Sign(attempt{now: at}.request())
	require.Equal(t, engine.KindUnsupported, engine.KindOf(err), "only the sender has the other part of the key")
}
