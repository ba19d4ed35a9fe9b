package verify_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// Nothing that is made up proves a sender, under any scheme.
func FuzzVerify(f *testing.F) {
	for _, name := range []string{"stripe/vector-event", "slack/slash-command-vector", "svix/vector-v1-multi-signature", "twilio/voice-form-vector", "twitch/eventsub-verification-vector"} {
		a, _ := load(f, name)
		for _, values := range a.header {
			f.Add(values[0], "1533204620", a.body)
		}
	}
	f.Add("t=1,v1=,v1", "-1", "a=1&a=%zz")
	f.Add("Basic Og==", "1533204620", "{}")
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	var verifiers []*verify.Verifier
	for _, p := range verify.Providers() {
		v := engine.Verify{Scheme: p.ID, Secret: secret}
		if fitting, ok := fittingSecrets[p.ID]; ok {
			v.Secret = fitting
		}
		verifiers = append(verifiers, made(f, v))
	}
	verifiers = append(verifiers,
		made(f, engine.Verify{Scheme: "basic", Username: "ops", Secret: secret}), made(f, engine.Verify{Scheme: "bearer", Secret: secret}),
		made(f, engine.Verify{Scheme: "header", Header: "X-Token", Secret: secret}), made(f, engine.Verify{Scheme: "key", Key: secret}),
		made(f, engine.Verify{Scheme: "key"}), made(f, engine.Verify{Scheme: "github", Pending: true}))
	f.Fuzz(func(t *testing.T, value, stamp, body string) {
		for _, v := range verifiers {
			_, err := v.Verify(verify.Request{
				Method: "POST", URL: "https://hooks.example.com/in/x", Body: []byte(body), Key: value, Now: time.Unix(1533204620, 0),
				Keys: verify.NewKeyring(verify.KeyringOptions{
					Now: func() time.Time { return time.Unix(1533204620, 0) }, Fetcher: echo(stamp),
				}),
				Header: func(name string) []string {
					switch lower := strings.ToLower(name); {
					case lower == "content-type":
						return []string{"application/x-www-form-urlencoded"}
					case strings.Contains(lower, "time"):
						return []string{stamp}
					default:
						return []string{value}
					}
				},
			})
			if err == nil {
				require.Contains(t, value+body, secret, "only the secret itself passes, in a token")
				continue
			}
			require.Contains(t, []engine.Kind{engine.KindUnauthorized, engine.KindUnavailable}, engine.KindOf(err))
			require.NotContains(t, err.Error(), secret)
		}
	})
}

// echo is a place where the same stands under every address.
type echo string

func (e echo) Fetch(context.Context, string, int64) ([]byte, error) { return []byte(e), nil }

func made(tb testing.TB, v engine.Verify) *verify.Verifier {
	tb.Helper()
	m, err := verify.New(v)
	require.NoError(tb, err)
	return m
}

// The parts of a genuine request that FuzzMutation changes.
const (
	changeBody = iota
	changeProof
	changeTime
	changeSecret
	changeURL
	changeHeader // any header, by position
	changeParts
)

// A change of a genuine request proves nothing, unless what was signed is unchanged.
func FuzzMutation(f *testing.F) {
	list := genuines(f)
	names := slices.Sorted(maps.Keys(list))
	attempts, secrets := make([]attempt, len(names)), make([]string, len(names))
	for i, name := range names {
		attempts[i], secrets[i] = load(f, name)
		f.Add(byte(i), byte(changeBody), uint16(0), byte(1), "")
		f.Add(byte(i), byte(changeProof), uint16(9), byte(1), "0")
		f.Add(byte(i), byte(changeTime), uint16(3), byte(0), "1")
		f.Add(byte(i), byte(changeSecret), uint16(7), byte(2), "x")
	}
	f.Fuzz(func(t *testing.T, which, part byte, at uint16, cut byte, insert string) {
		i := int(which) % len(names)
		g, v, a := list[names[i]], list[names[i]].scheme, attempts[i]
		edit := func(text string) string {
			start := min(int(at), len(text))
			return text[:start] + insert + text[min(start+int(cut), len(text)):]
		}
		v.Secret = engine.Secret(secrets[i])
		header := g.header
		switch part % changeParts {
		case changeBody:
			a.body, header = edit(a.body), ""
		case changeTime:
			header = g.time
		case changeSecret:
			v.Secret, header = engine.Secret(edit(secrets[i])), ""
		case changeURL:
			a.url, header = edit(a.url), ""
		case changeHeader:
			all := slices.Sorted(maps.Keys(a.header))
			header = all[int(at)%len(all)]
		}
		if header != "" {
			a = a.with(header, edit(a.value(header)))
		}
		m, err := verify.New(v)
		if err != nil {
			require.Equal(t, byte(changeSecret), part%changeParts)
			return
		}
		if _, err := m.Verify(a.request()); err == nil {
			sameMeaning(t, g, attempts[i], a, secrets[i], v.Secret.Reveal())
		} else {
			require.Equal(t, engine.KindUnauthorized, engine.KindOf(err))
		}
	})
}

// sameMeaning requires that all that the scheme signs stands in the changed request as
// it stood in the genuine one.
func sameMeaning(t *testing.T, g genuine, was, is attempt, secretWas, secretIs string) {
	t.Helper()
	require.Equal(t, keyOf(g.scheme.Scheme, secretWas), keyOf(g.scheme.Scheme, secretIs), "another secret")
	proofWas, proofIs := was.value(g.header), is.value(g.header)
	if g.token {
		require.Equal(t, proofWas, proofIs)
		return
	}
	start := strings.Index(proofWas, g.marker) + len(strings.TrimSuffix(g.marker, "g")) // the g begins the digest
	digest := proofWas[start:]
	if end := strings.IndexAny(digest, ", "); end >= 0 {
		digest = digest[:end]
	}
	require.Contains(t, strings.ToLower(proofIs), strings.ToLower(digest), "another signature")
	if g.time == g.header {
		stamp, _, _ := strings.Cut(was.value(g.time), ",")
		require.Contains(t, is.value(g.time), stamp, "another time")
	} else if g.time != "" {
		require.Equal(t, was.value(g.time), is.value(g.time), "another time")
	}
	if g.scheme.Scheme == "square" || g.scheme.Scheme == "twilio" {
		require.Equal(t, strings.Replace(was.url, ":443/", "/", 1), strings.Replace(is.url, ":443/", "/", 1), "another address")
	}
	switch {
	case g.bodyFree:
	case g.proves == "adyen-items":
		require.Equal(t, itemOf(t, was.body), itemOf(t, is.body), "another item")
	case g.scheme.Scheme == "twilio", g.scheme.Scheme == "paddle-classic":
		require.Equal(t, fieldsOf(t, was.body), fieldsOf(t, is.body), "other fields")
	default:
		require.Equal(t, was.body, is.body, "another body")
	}
}

// itemOf is what of the first item of an Adyen notification is signed.
func itemOf(t *testing.T, body string) []any {
	t.Helper()
	var n struct {
		Items []map[string]map[string]any `json:"notificationItems"`
	}
	require.NoError(t, json.NewDecoder(strings.NewReader(body)).Decode(&n))
	item := n.Items[0]["NotificationRequestItem"]
	amount, _ := item["amount"].(map[string]any)
	out := []any{amount["value"], amount["currency"]}
	for _, name := range []string{"pspReference", "originalReference", "merchantAccountCode", "merchantReference", "eventCode", "success"} {
		out = append(out, item[name])
	}
	return out
}

// fieldsOf is what a signature over a form covers: it has no separators of its own.
func fieldsOf(t *testing.T, body string) string {
	t.Helper()
	form, err := url.ParseQuery(body)
	require.NoError(t, err)
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(form)) {
		slices.Sort(form[name])
		for _, value := range slices.Compact(form[name]) {
			all.WriteString(name + value)
		}
	}
	return all.String()
}

// What is signed for a sender is accepted, whatever its secret, time and body are,
// and refused under any other secret.
func FuzzSign(f *testing.F) {
	schemes := []string{"basic", "bearer", "header"}
	for _, p := range verify.Providers() {
		schemes = append(schemes, p.ID)
	}
	for i := range schemes {
		f.Add(byte(i), "a plain secret", "another secret", `{"webhookTimestamp":1790000000000}`, int64(1_790_000_000))
	}
	for i, scheme := range schemes {
		switch scheme {
		case "adyen", "svix", "microsoft-teams", "twilio", "hubspot", "box":
			f.Add(byte(i), "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "AAAyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "", int64(0))
			f.Add(byte(i), "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "00ff", "a=1&b=2", int64(-1))
			f.Add(byte(i), "00ff", "00fe", "\xff", int64(1<<40))
			f.Add(byte(i), " ", "\x00", "", int64(1))
		}
	}
	f.Fuzz(func(t *testing.T, which byte, secret, other, body string, at int64) {
		scheme := schemes[int(which)%len(schemes)]
		v := engine.Verify{Scheme: scheme, Secret: engine.Secret(secret), Tolerance: new(engine.Duration)}
		switch scheme {
		case "basic":
			v.Username = "ops"
		case "header":
			v.Header = "X-Token"
		}
		m, err := verify.New(v)
		if strings.TrimSpace(secret) == "" && !verify.ByKey(v) {
			require.Error(t, err, "%s: a blank secret proves nothing", scheme)
		}
		if err != nil {
			require.Equal(t, engine.KindInvalid, engine.KindOf(err), scheme)
			return
		}
		roundTrip(t, m, v, engine.Secret(other), body, at)
	})
}

func roundTrip(t *testing.T, m *verify.Verifier, v engine.Verify, other engine.Secret, body string, at int64) {
	t.Helper()
	scheme := v.Scheme
	const first, last = 1e9, 1e10 // seconds with ten digits
	a := attempt{method: "POST", url: "https://hooks.example.com/in/x", body: body, now: time.Unix(int64(first+uint64(at)%(last-first)), 0)}
	a = a.with("Content-Type", "application/x-www-form-urlencoded")
	for _, name := range []string{"webhook-id", "svix-id", "Twitch-Eventsub-Message-Id"} {
		a = a.with(name, "msg_1")
	}
	signed, err := m.Sign(a.request())
	if err != nil {
		require.Contains(t, []engine.Kind{engine.KindInvalid, engine.KindUnsupported}, engine.KindOf(err), scheme)
		return
	}
	for _, h := range signed.Headers {
		a = a.with(h.Name, h.Value)
	}
	if signed.Body != nil {
		a.body = string(signed.Body)
	}
	if signed.Query != "" {
		a.url += "?" + signed.Query
	}
	if scheme != "bearer" { // its token is read without the blanks around it
		_, err = m.Verify(a.request())
		require.NoError(t, err, scheme)
	}
	if len(signed.Headers) == 0 && signed.Body == nil || keyOf(scheme, other.Reveal()) == keyOf(scheme, v.Secret.Reveal()) {
		return
	}
	v.Secret = other
	if m, err = verify.New(v); err == nil {
		_, err = m.Verify(a.request())
		require.Error(t, err, "%s: accepted under another secret", scheme)
	}
}

// keyOf is the part of a secret that matters: the decoded bytes, without the zeros
// that a short key is filled up with anyway.
func keyOf(scheme, text string) string {
	var key []byte
	var err error
	switch scheme {
	case "bearer":
		return strings.TrimSpace(text)
	case "sendgrid", "paddle-classic", "postal":
		text = regexp.MustCompile(`-{5}[A-Z ]+-{5}|\s`).ReplaceAllString(text, "")
		key, err = base64.StdEncoding.DecodeString(text)
	case "basic", "header", "telegram", "okta", "google-calendar", "google-drive":
		return text
	case "adyen":
		key, err = hex.DecodeString(text)
	case "microsoft-teams", "standard-webhooks", "svix", "resend":
		key, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.TrimPrefix(text, "whsec_"), "="))
	default:
		key = []byte(text)
		if encoded, ok := strings.CutPrefix(text, "whsec_"); ok && scheme == "gitlab" {
			key, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(encoded, "="))
		}
	}
	if err != nil {
		return text
	}
	return strings.TrimRight(string(key), "\x00")
}
