package verify_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// genuine says how a recorded vector is checked: where its proof begins in which
// header, where its time stands, and what its signature does not cover.
type genuine struct {
	scheme   engine.Verify
	proves   string
	header   string
	marker   string // before the digest
	time     string // header of the time
	bodyFree bool   // the body is not signed
	token    bool
	loose    bool   // the time is signed, and not checked unless asked for
	inBody   bool   // the signature stands in the body
	another  string // secret of the right form; "" makes one of the right one
}

func shaped(algorithm, format string) engine.Verify {
	s := engine.HMACShape{Header: "X-Signature", Algorithm: algorithm, Encoding: "hex", Prefix: algorithm + "="}
	if format == "list" {
		s.Format, s.Prefix, s.ItemPrefix = format, "", algorithm+"="
	}
	return engine.Verify{Scheme: "hmac", HMAC: &s}
}

func provider(id string) engine.Verify { return engine.Verify{Scheme: id} }

func genuines(tb testing.TB) map[string]genuine {
	tb.Helper()
	list := map[string]genuine{
		"adyen/accountholder-created-vector":          {scheme: provider("adyen"), header: "HmacSignature"},
		"adyen/report-available-vector":               {scheme: provider("adyen"), proves: "adyen-items", inBody: true},
		"bitbucket-server/push":                       {scheme: provider("bitbucket-server"), header: "X-Hub-Signature", marker: "sha256="},
		"coinbase-commerce/charge-created-vector":     {scheme: provider("coinbase-commerce"), header: "X-CC-Webhook-Signature"},
		"generic-hmac/vector-sha1":                    {scheme: shaped("sha1", ""), header: "X-Signature", marker: "sha1="},
		"generic-hmac/vector-sha1-multi-value":        {scheme: shaped("sha1", "list"), header: "X-Signature", marker: ",sha1="},
		"generic-hmac/vector-sha256":                  {scheme: shaped("sha256", ""), header: "X-Signature", marker: "sha256="},
		"generic-hmac/vector-sha256-empty-body":       {scheme: shaped("sha256", ""), header: "X-Signature", marker: "sha256="},
		"generic-hmac/vector-sha512":                  {scheme: shaped("sha512", ""), header: "X-Signature", marker: "sha512="},
		"gitea/pull_request_edited":                   {scheme: provider("gitea"), header: "X-Gitea-Signature"},
		"gitee/push":                                  {scheme: provider("gitee"), header: "X-Gitee-Token", time: "X-Gitee-Timestamp", bodyFree: true},
		"github/vector-sha256":                        {scheme: provider("github"), header: "X-Hub-Signature-256", marker: "sha256="},
		"google-calendar/sync":                        {scheme: provider("google-drive"), proves: "google-calendar", header: "X-Goog-Channel-Token", token: true},
		"hubspot/contact-creation-v1-vector":          {scheme: provider("hubspot"), proves: "hubspot-hash", header: "X-HubSpot-Signature"},
		"hubspot/get-v2-vector":                       {scheme: provider("hubspot"), proves: "hubspot-hash", header: "X-HubSpot-Signature"},
		"hubspot/post-v2-vector":                      {scheme: provider("hubspot"), proves: "hubspot-hash", header: "X-HubSpot-Signature"},
		"sendgrid/events-dropped-vector":              {scheme: provider("sendgrid"), header: "X-Twilio-Email-Event-Webhook-Signature", time: "X-Twilio-Email-Event-Webhook-Timestamp", loose: true, another: anotherEC},
		"line/validate-signature-vector":              {scheme: provider("line"), header: "x-line-signature"},
		"razorpay/payment-authorized-vector":          {scheme: provider("razorpay"), header: "X-Razorpay-Signature"},
		"shopify/hmac-vector":                         {scheme: provider("shopify"), header: "X-Shopify-Hmac-Sha256"},
		"slack/slash-command-vector":                  {scheme: provider("slack"), header: "X-Slack-Signature", marker: "v0=", time: "X-Slack-Request-Timestamp"},
		"square/escaped-chars-vector":                 {scheme: provider("square"), header: "x-square-hmacsha256-signature"},
		"square/short-vector":                         {scheme: provider("square"), header: "x-square-hmacsha256-signature"},
		"square/test-notification-vector":             {scheme: provider("square"), header: "x-square-hmacsha256-signature"},
		"standard-webhooks/vector-v1":                 {scheme: provider("standard-webhooks"), header: "webhook-signature", marker: "v1,g", time: "webhook-timestamp"},
		"standard-webhooks/vector-v1-multi-signature": {scheme: provider("standard-webhooks"), header: "webhook-signature", marker: "v1,g", time: "webhook-timestamp"},
		"stripe/vector-event":                         {scheme: provider("stripe"), header: "Stripe-Signature", marker: "v1=", time: "Stripe-Signature"},
		"svix/vector-v1":                              {scheme: provider("svix"), header: "svix-signature", marker: "v1,g", time: "svix-timestamp"},
		"svix/vector-v1-multi-signature":              {scheme: provider("svix"), header: "svix-signature", marker: "v1,g", time: "svix-timestamp"},
		"telegram/callback-query":                     {scheme: provider("telegram"), header: "X-Telegram-Bot-Api-Secret-Token", token: true},
		"twilio/voice-form-vector":                    {scheme: provider("twilio"), header: "X-Twilio-Signature"},
		"twitch/eventsub-verification-vector":         {scheme: provider("twitch"), header: "Twitch-Eventsub-Message-Signature", marker: "sha256=", time: "Twitch-Eventsub-Message-Timestamp"},
		"whatsapp/message-text-vector":                {scheme: provider("whatsapp"), proves: "meta", header: "X-Hub-Signature-256", marker: "sha256="},
	}
	for _, event := range []string{"subscription_cancelled", "subscription_created", "subscription_payment_refunded", "subscription_updated"} {
		list["paddle-classic/"+event+"-vector"] = genuine{scheme: provider("paddle-classic"), inBody: true, another: anotherRSA}
	}
	for _, folder := range []string{"gitlab", "gogs"} {
		files, err := filepath.Glob(filepath.Join("testdata", "payloads", folder, "*"))
		require.NoError(tb, err)
		require.NotEmpty(tb, files)
		for _, file := range files {
			g := genuine{scheme: provider("gitlab"), proves: "gitlab-token", header: "X-Gitlab-Token", token: true}
			if folder == "gogs" {
				g = genuine{scheme: provider("gogs"), header: "X-Gogs-Signature"}
			}
			list[folder+"/"+filepath.Base(file)] = g
		}
	}
	return list
}

func TestVerify_GenuineVectors(t *testing.T) {
	t.Parallel()
	list := genuines(t)
	for _, name := range recorded(t) {
		require.Contains(t, list, name)
	}
	for name, g := range list {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, text := load(t, name)
			v := g.scheme
			if v.Scheme == "twilio" {
				v.URL = a.url // it has a query
			}
			v.Secret = engine.Secret(text)
			if g.proves == "" {
				g.proves = v.Scheme
			}
			accept(t, v, a, g.proves)
			otherSecrets(t, v, a, g)
			if !g.inBody {
				changedProof(t, v, a, g)
			}
			if !g.token && !g.bodyFree && v.Scheme != "adyen" {
				changedBody(t, v, a)
			}
			if g.time != "" {
				changedTime(t, v, a, g)
			}
		})
	}
}

// recorded are the names of all recorded requests whose proof can be checked: none is
// forgotten.
func recorded(t *testing.T) (names []string) {
	t.Helper()
	own, err := filepath.Glob(filepath.Join("testdata", "payloads", "*", "*", "request.json"))
	require.NoError(t, err)
	decoded, err := filepath.Glob(filepath.Join("..", "decode", "testdata", "payloads", "*", "*", "request.json"))
	require.NoError(t, err)
	for _, file := range append(own, decoded...) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var v vector
		require.NoError(t, json.Unmarshal(text, &v))
		if v.Vector && v.Kind != "parse-only" {
			dir := filepath.Dir(file)
			names = append(names, filepath.Base(filepath.Dir(dir))+"/"+filepath.Base(dir))
		}
	}
	require.Greater(t, len(names), 40)
	return names
}

func otherSecrets(t *testing.T, v engine.Verify, a attempt, g genuine) {
	t.Helper()
	right := v.Secret
	other := "x" + right[1:]
	switch {
	case g.another != "":
		other = engine.Secret(g.another)
	case strings.HasPrefix(right.Reveal(), "whsec_"):
		other = "whsec_AAAA" + right[len("whsec_AAAA"):]
	case v.Scheme == "adyen":
		other = "00" + right[2:]
	}
	v.Secret = other
	reject(t, v, a, "")
	v.Secrets = []engine.Secret{right}
	accept(t, v, a, g.proves)
}

// changedProof changes every character of the digest in turn, cuts it and extends it.
func changedProof(t *testing.T, v engine.Verify, a attempt, g genuine) {
	t.Helper()
	value := a.value(g.header)
	start := strings.Index(value, g.marker)
	require.GreaterOrEqual(t, start, 0)
	start += len(g.marker)
	end := len(value)
	if cut := strings.IndexAny(value[start:], ", "); cut >= 0 && !g.token {
		end = start + cut
	}
	for i := start; i < end; i++ {
		c := byte('0')
		if value[i] == c {
			c = '1'
		}
		reject(t, v, a.with(g.header, value[:i]+string(c)+value[i+1:]), "")
	}
	for _, digest := range []string{"", value[start : end-1], value[start:end-2] + "==", value[start:end] + "00", value[start:end] + "AAAA", value[start:end] + "="} {
		reject(t, v, a.with(g.header, value[:start]+digest+value[end:]), "")
	}
	reject(t, v, a.with(g.header), "missing")
	reject(t, v, a.with(g.header, value, value), "stands more than once")
	if g.marker == "sha256=" || g.marker == "v0=" {
		reject(t, v, a.with(g.header, strings.Replace(value, g.marker, strings.ToUpper(g.marker), 1)), "no signature in the expected form")
		reject(t, v, a.with(g.header, strings.Replace(value, g.marker, "", 1)), "no signature in the expected form")
	}
}

func changedBody(t *testing.T, v engine.Verify, a attempt) {
	t.Helper()
	body := a.body
	for _, i := range []int{0, len(body) / 2, len(body) - 1} {
		if i >= 0 && i < len(body) {
			a.body = body[:i] + string(body[i]^1) + body[i+1:]
			reject(t, v, a, "")
		}
	}
	a.body = body + "\n"
	reject(t, v, a, "")
	var parsed any
	if json.Unmarshal([]byte(body), &parsed) == nil {
		again, err := json.Marshal(parsed)
		require.NoError(t, err)
		if string(again) != body {
			a.body = string(again)
			reject(t, v, a, "does not fit")
		}
	}
}

func changedTime(t *testing.T, v engine.Verify, a attempt, g genuine) {
	t.Helper()
	value := a.value(g.time)
	changed := strings.Replace(value, "1", "2", 1)
	require.NotEqual(t, value, changed)
	reject(t, v, a.with(g.time, changed), "")
	if g.time != g.header {
		reject(t, v, a.with(g.time), "missing")
		reject(t, v, a.with(g.time, value, value), "stands more than once")
	}
	for _, shift := range []time.Duration{-time.Hour, time.Hour} {
		late := a
		late.now = a.now.Add(shift)
		off := v
		if g.loose {
			off.Tolerance = new(engine.Duration(time.Minute))
			reject(t, off, late, "This server's clock may be wrong.")
			off.Tolerance = nil
			accept(t, off, late, g.proves)
			continue
		}
		reject(t, v, late, "This server's clock may be wrong.")
		off.Tolerance = new(engine.Duration)
		accept(t, off, late, g.proves)
	}
}

func TestVerify_GitHubSHA1(t *testing.T) {
	t.Parallel()
	v := engine.Verify{Scheme: "github", Secret: "0123456789abcdef"}
	for body, signature := range map[string]string{
		`{"yo":true}`:                   "sha1=126f2c800419c60137ce748d7672e77b65cf16d6",
		"payload=%7B%22yo%22%3Atrue%7D": "sha1=3374ef144403e8035423b23b02e2c9d7a4c50368",
	} {
		a := attempt{body: body}.with("X-Hub-Signature", signature)
		accept(t, v, a, "github-sha1")
		a.body += " "
		reject(t, v, a, "does not fit")
	}
}

func TestVerify_NeverFallsBackToAWeakerProof(t *testing.T) {
	t.Parallel()
	v := engine.Verify{Scheme: "github", Secret: "0123456789abcdef"}
	a := attempt{body: `{"yo":true}`}.with("X-Hub-Signature", "sha1=126f2c800419c60137ce748d7672e77b65cf16d6")
	const right = "sha256=b1f8020f5b4cd42042f807dd939015c4a418bc1ff7f604dd55b0a19b5d953d9b"
	accept(t, v, a.with("X-Hub-Signature-256", right), "github")
	reject(t, v, a.with("X-Hub-Signature-256", right[:len(right)-1]+"c"), "does not fit")
	reject(t, v, a.with("X-Hub-Signature-256", ""), "no signature")
	reject(t, v, a.with("X-Hub-Signature-256", right, right), "stands more than once")
}

func TestVerify_GitLabSigningToken(t *testing.T) {
	t.Parallel()
	a, text := load(t, "standard-webhooks/vector-v1")
	signing := engine.Verify{Scheme: "gitlab", Secret: engine.Secret(text)}
	token := engine.Verify{Scheme: "gitlab", Secret: "sampleToken!"}
	both := engine.Verify{Scheme: "gitlab", Secrets: []engine.Secret{"sampleToken!", engine.Secret(text)}}
	accept(t, signing, a, "gitlab")
	accept(t, both, a.with("X-Gitlab-Token", "sampleToken!"), "gitlab")
	accept(t, token, a.with("X-Gitlab-Token", "sampleToken!"), "gitlab-token")
	changed := a
	changed.body += " "
	reject(t, both, changed.with("X-Gitlab-Token", "sampleToken!"), "does not fit")
	reject(t, signing, a.with("webhook-signature").with("X-Gitlab-Token", text), "The request is not signed")
}

func TestVerify_ReferenceVectors(t *testing.T) {
	t.Parallel()
	for _, r := range reference(t).Vectors {
		id, known := ids[r.Provider]
		if !known || r.Kind != "" || r.Expected != "" {
			continue
		}
		t.Run(r.Provider, func(t *testing.T) {
			t.Parallel()
			a := attempt{method: r.Method, url: r.URL, body: r.Body, now: time.Unix(r.Now, 0)}
			if r.Now == 0 {
				a.now = time.UnixMilli(1633519811129)
			}
			for k, value := range r.Headers {
				a = a.with(k, value)
			}
			if r.ContentType != "" {
				a = a.with("Content-Type", r.ContentType)
			}
			if version, old := strings.CutPrefix(r.Provider, "hubspot_"); old {
				a = a.with("X-HubSpot-Signature-Version", version)
			}
			v := engine.Verify{Scheme: id, Secret: engine.Secret(cmp.Or(r.Secret, r.PublicKey))}
			if id == "twilio" {
				v.URL = r.URL // it has a query
			}
			made, err := verify.New(v)
			require.NoError(t, err)
			_, err = made.Verify(a.request())
			require.NoError(t, err)
			changedBody(t, v, a)
		})
	}
}

func TestTestdata_KeepsItsLicences(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"NOTICE", "README.md"} {
		_, err := os.Stat(filepath.Join("testdata", "payloads", name))
		require.NoError(t, err)
	}
}
