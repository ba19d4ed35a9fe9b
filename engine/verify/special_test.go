package verify_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

var at = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func mac(h func() hash.Hash, key, message string) []byte {
	m := hmac.New(h, []byte(key))
	m.Write([]byte(message))
	return m.Sum(nil)
}

// change is a change of a genuine request and the sentence that answers it.
type change struct {
	what     string
	change   func(a attempt) attempt
	sentence string
}

func body(from, to string) func(attempt) attempt {
	return func(a attempt) attempt {
		a.body = strings.Replace(a.body, from, to, 1)
		return a
	}
}

func head(name string, values ...string) func(attempt) attempt {
	return func(a attempt) attempt { return a.with(name, values...) }
}

func refuses(t *testing.T, v engine.Verify, a attempt, changes []change) {
	t.Helper()
	for _, c := range changes {
		changed := c.change(a)
		require.NotEqual(t, a, changed, c.what)
		made, err := verify.New(v)
		require.NoError(t, err)
		_, err = made.Verify(changed.request())
		require.Equal(t, engine.KindUnauthorized, engine.KindOf(err), "%s: %v", c.what, err)
		require.ErrorContains(t, err, c.sentence, c.what)
	}
}

func TestDiscord_SignsTimeAndBody(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	v := engine.Verify{Scheme: "discord", Secret: engine.Secret(hex.EncodeToString(public))}
	a := attempt{body: `{"type":1,"id":"7"}`, now: at}
	stamp := strconv.FormatInt(at.Unix(), 10)
	seal := hex.EncodeToString(ed25519.Sign(private, []byte(stamp+a.body)))
	a = a.with("X-Signature-Ed25519", seal).with("X-Signature-Timestamp", stamp)
	accept(t, v, a, "discord")
	changedBody(t, v, a)
	refuses(t, v, a, []change{
		{"time", head("X-Signature-Timestamp", "1"+stamp[1:len(stamp)-1]+"9"), "does not fit the public key"},
		{"no time", head("X-Signature-Timestamp"), "X-Signature-Timestamp is missing"},
		{"no signature", head("X-Signature-Ed25519"), "The request is not signed"},
		{"two signatures", head("X-Signature-Ed25519", seal, seal), "stands more than once"},
		{"part", head("X-Signature-Ed25519", seal[:64]), "does not fit"},
		{"no hex", head("X-Signature-Ed25519", "x"+seal[1:]), "in the expected form"},
		{"moved border", func(a attempt) attempt { // the time's last digit becomes the body's first
			a.body = stamp[len(stamp)-1:] + a.body
			return a.with("X-Signature-Timestamp", stamp[:len(stamp)-1])
		}, "cannot be read"},
		{"moved border, no digits", func(a attempt) attempt {
			a.body = a.body[1:]
			return a.with("X-Signature-Timestamp", stamp+"{")
		}, "cannot be read"},
	})
	other, _, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	v.Secrets = []engine.Secret{engine.Secret(hex.EncodeToString(other))}
	accept(t, v, a, "discord")
	v.Secret = ""
	reject(t, v, a, "does not fit the public key")
}

func TestPostal_SignsTheBody(t *testing.T) {
	t.Parallel()
	v := engine.Verify{Scheme: "postal", Secret: engine.Secret(anotherRSA)}
	a := attempt{body: `{"event":"MessageSent"}`, now: at}
	a = a.with("X-Postal-Signature", rsaSign(t, crypto.SHA1, a.body))
	accept(t, v, a, "postal")
	changedBody(t, v, a)
	v.Secret = "-----BEGIN PUBLIC KEY-----\n" + v.Secret[:64] + "\r\n" + v.Secret[64:] + "\n-----END PUBLIC KEY-----\n"
	accept(t, v, a, "postal")
}

func jws(header, claims, key string) string {
	b64 := base64.RawURLEncoding.EncodeToString
	text := b64([]byte(header)) + "." + b64([]byte(claims))
	return text + "." + b64(mac(sha256.New, key, text))
}

func TestNetlify_SignsTheHashOfTheBody(t *testing.T) {
	t.Parallel()
	const secret, head256 = "netlify secret", `{"alg":"HS256","typ":"JWT"}`
	v := engine.Verify{Scheme: "netlify", Secret: secret}
	a := attempt{body: `{"state":"ready"}`, now: at}
	sum := sha256.Sum256([]byte(a.body))
	claims := `{"iss":"netlify","sha256":"` + hex.EncodeToString(sum[:]) + `"}`
	token := func(text string) func(attempt) attempt { return head("X-Webhook-Signature", text) }
	a = token(jws(head256, claims, secret))(a)
	accept(t, v, a, "netlify")
	changedBody(t, v, a)
	right := a.value("X-Webhook-Signature")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + strings.Split(right, ".")[1] + "."
	refuses(t, v, a, []change{
		{"unsigned", token(none), "does not fit"},
		{"none, signed", token(jws(`{"alg":"none"}`, claims, secret)), "does not fit"},
		{"another algorithm", token(jws(`{"alg":"HS512"}`, claims, secret)), "does not fit"},
		{"another issuer", token(jws(head256, strings.Replace(claims, "netlify", "nobody", 1), secret)), "another issuer"},
		{"no issuer", token(jws(head256, strings.Replace(claims, "iss", "isx", 1), secret)), ""},
		{"no hash", token(jws(head256, `{"iss":"netlify"}`, secret)), "another body"},
		{"another secret", token(jws(head256, claims, "netlify secrex")), "does not fit"},
		{"expired", token(jws(head256, claims[:len(claims)-1]+`,"exp":1000}`, secret)), "expired"},
		{"cut", token(right[:len(right)-1]), ""},
		{"longer", token(right + "A"), ""},
		{"missing", token(""), "cannot be read"},
	})
	reject(t, v, a.with("X-Webhook-Signature"), "The request is not signed")
	reject(t, v, a.with("X-Webhook-Signature", right, right), "stands more than once")
}

func TestContentful_SignsACanonicalRequest(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("s", 64)
	v := engine.Verify{Scheme: "contentful", Secret: engine.Secret(secret)}
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	a := attempt{method: "POST", url: "https://hooks.example.com/in/site?foo=bar%20baz&x=1", body: `{"sys":{"id":"1"}}`, now: at}
	a = a.with("X-Contentful-Topic", " ContentManagement.Entry.publish ").with("X-Contentful-Timestamp", stamp).with("Content-Type", "application/json")
	const names = "X-Contentful-Timestamp,x-contentful-signed-headers,x-contentful-topic"
	a = a.with("X-Contentful-Signed-Headers", names)
	sign := func(names string) func(attempt) attempt {
		return func(a attempt) attempt {
			text := "POST\n/in/site?foo%253Dbar%252520baz%2526x%253D1\nx-contentful-signed-headers:" + names + ";x-contentful-timestamp:" + stamp +
				";x-contentful-topic:ContentManagement.Entry.publish\n" + a.body
			return a.with("X-Contentful-Signature", hex.EncodeToString(mac(sha256.New, secret, text)))
		}
	}
	a = sign(names)(a)
	accept(t, v, a, "contentful")
	changedBody(t, v, a)
	refuses(t, v, a, []change{
		{"method", func(a attempt) attempt { a.method = "PUT"; return a }, "does not fit"},
		{"address", func(a attempt) attempt { a.url += "2"; return a }, "does not fit"},
		{"topic", head("X-Contentful-Topic", "ContentManagement.Entry.delete"), "does not fit"},
		{"signed header missing", head("X-Contentful-Topic"), "is missing"},
		{"signed header twice", head("X-Contentful-Topic", "a", "a"), "stands more than once"},
		{"names", head("X-Contentful-Signed-Headers", strings.ToLower(names)), "does not fit"},
		{"time not signed", head("X-Contentful-Signed-Headers", "x-contentful-topic"), "is not among those"},
		{"time", head("X-Contentful-Timestamp", stamp[:len(stamp)-1]+"1"), "does not fit"},
		{"late", func(a attempt) attempt { a.now = at.Add(31 * time.Second); return a }, "clock may be wrong"},
		{"swallowed header", func(a attempt) attempt {
			a = a.with("X-Contentful-Signed-Headers", "X-Contentful-Signed-Headers,x-contentful-timestamp,x-contentful-topic")
			return a.with("X-Contentful-Topic", "a;x-contentful-user:b")
		}, "reads like another signed header"},
	})
}

func TestAdyen_EveryItemMustBeSigned(t *testing.T) {
	t.Parallel()
	a, secret := load(t, "adyen/report-available-vector")
	v := engine.Verify{Scheme: "adyen", Secret: engine.Secret(secret)}
	key, err := hex.DecodeString(secret)
	require.NoError(t, err)
	item := func(reference, success, signed string) string {
		seal := base64.StdEncoding.EncodeToString(mac(sha256.New, string(key), signed))
		return `{"NotificationRequestItem":{"pspReference":"` + reference + `","merchantAccountCode":"m","merchantReference":"r","amount":{"currency":"EUR","value":1000},` +
			`"eventCode":"CAPTURE","success":` + success + `,"additionalData":{"hmacSignature":"` + seal + `"}}}`
	}
	one, two := item("1", `"true"`, "1::m:r:1000:EUR:CAPTURE:true"), item("2", "true", "2::m:r:1000:EUR:CAPTURE:true")
	wrong := item("3", `"true"`, "2::m:r:1000:EUR:CAPTURE:true")
	send := func(items string) attempt { b := a; b.body = `{"notificationItems":[` + items + `]}`; return b }
	accept(t, v, send(one+","+two), "adyen-items")
	reject(t, v, send(one+","+wrong), "Item 2 of the notification has a signature that does not fit")
	reject(t, v, send(one+`,{"NotificationRequestItem":{}}`), "Item 2 of the notification is not signed")
	reject(t, v, send(one+`,"x"`), "Item 2 of the notification is not signed")
	reject(t, v, send(""), "no items")
	// The colon that joins the fields must not move one of them into another.
	merged := item("1::m", `"true"`, "1::m::m:r:1000:EUR:CAPTURE:true")
	reject(t, v, send(merged), "Item 1 of the notification has a signed field of another form")
	reject(t, v, send(strings.Replace(one, `"success":"true"`, `"success":{"a":1}`, 1)), "of another form")
	accept(t, v, send(strings.Replace(item("1", `"true"`, "1::m:r:x:1000:EUR:CAPTURE:true"), `"r"`, `"r:x"`, 1)), "adyen-items")
	two2 := send(one)
	two2.body += two2.body
	reject(t, v, two2, "not signed")
	for _, field := range []string{"pspReference\":\"p", "originalReference\":\"o", "merchantAccountCode\":\"m", "merchantReference\":\"r", "value\":1", "currency\":\"E", "eventCode\":\"R", "success\":\"t"} {
		b := a
		b.body = strings.Replace(a.body, field, field[:len(field)-1]+"9", 1)
		require.NotEqual(t, a.body, b.body)
		reject(t, v, b, "does not fit")
	}
	// A platform's header is not passed over for the items of the body.
	reject(t, v, a.with("HmacSignature", base64.StdEncoding.EncodeToString(make([]byte, 32))), "does not fit")
}

func TestMailgun_SignsATokenInTheBody(t *testing.T) {
	t.Parallel()
	const secret, token = "mailgun signing key", "0123456789abcdef0123456789abcdef0123456789abcdef01"
	v := engine.Verify{Scheme: "mailgun", Secret: secret}
	stamp := strconv.FormatInt(at.Unix(), 10)
	seal := hex.EncodeToString(mac(sha256.New, secret, stamp+token))
	asJSON := attempt{now: at, body: `{"signature":{"timestamp":"` + stamp + `","token":"` + token + `","signature":"` + seal + `"},"event-data":{"event":"opened"}}`}.
		with("Content-Type", "application/json")
	form := attempt{now: at, body: url.Values{"timestamp": {stamp}, "token": {token}, "signature": {seal}, "event": {"dropped"}}.Encode()}.
		with("Content-Type", "application/x-www-form-urlencoded")
	field := func(name, value string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	files := attempt{now: at, body: field("timestamp", stamp) + field("from", "a@example.com") + field("token", token) + field("signature", seal) + "--b--\r\n"}.
		with("Content-Type", `multipart/form-data; boundary="b"`)
	for name, a := range map[string]attempt{"json": asJSON, "form": form, "files": files} {
		accept(t, v, a, "mailgun")
		refuses(t, v, a, []change{
			{name + ": token", body(token, "1"+token[1:]), "does not fit"},
			{name + ": time", body(stamp, "1"+stamp), "does not fit"},
			{name + ": border", func(a attempt) attempt {
				return body(token, stamp[len(stamp)-1:]+token)(body(stamp, stamp[:len(stamp)-1])(a))
			}, "cannot be read"},
			{name + ": signature", body(seal, seal[:60]), "no signature in the expected form"},
			{name + ": name", body("token", "tokem"), ""},
			{name + ": late", func(a attempt) attempt { a.now = at.Add(16 * time.Minute); return a }, "clock may be wrong"},
		})
		v.Secret = secret + "x"
		reject(t, v, a, "does not fit")
		v.Secret = secret
	}
	reject(t, v, body("&token", "&token=x&token")(form), "exactly one field token")
	reject(t, v, body("--b--", field("token", token)+"--b--")(files), "exactly one field token")
	reject(t, v, form.with("Content-Type", "application/json"), "The body lacks")
	reject(t, v, attempt{now: at, body: strings.Repeat(field("x", "y"), 1001) + "--b--\r\n"}.with("Content-Type", "multipart/form-data; boundary=b"), "too many parts")
}

func TestTwilio_SignsAddressesWithAndWithoutPort(t *testing.T) {
	t.Parallel()
	a, secret := load(t, "twilio/voice-form-vector")
	v := engine.Verify{Scheme: "twilio", Secret: engine.Secret(secret)}
	v.URL = strings.Replace(a.url, "https://mycompany.com/", "https://mycompany.com:443/", 1)
	accept(t, v, a, "twilio")
	v.URL = ""
	signed := func(address, fields string) string {
		return base64.StdEncoding.EncodeToString(mac(sha1.New, secret, address+fields))
	}
	for address, other := range map[string]string{
		"http://example.com:80/a": "http://example.com/a", "https://example.com": "https://example.com:443", "https://[::1]/a?b=1": "https://[::1]:443/a?b=1",
	} {
		b := attempt{method: "GET", url: other, now: at}.with("X-Twilio-Signature", signed(address, ""))
		accept(t, v, b, "twilio")
		b.url = address
		accept(t, v, b, "twilio")
	}
	b := attempt{url: "https://example.com:8443/a", now: at}.with("X-Twilio-Signature", signed("https://example.com/a", ""))
	reject(t, v, b, "does not fit") // another port is another address
	twice := attempt{url: "https://example.com/a", now: at, body: "b=2&b=1&b=2&a=x"}.with("Content-Type", "application/x-www-form-urlencoded")
	accept(t, v, twice.with("X-Twilio-Signature", signed(twice.url, "axb1b2")), "twilio")
}

func TestTwilio_SignsTheHashOfOtherBodiesInTheAddress(t *testing.T) {
	t.Parallel()
	const secret = "12345"
	a := attempt{method: "POST", body: `{"a":1}`, now: at}.with("Content-Type", "application/json")
	sum := sha256.Sum256([]byte(a.body))
	a.query = "bodySHA256=" + hex.EncodeToString(sum[:])
	a.url = "https://example.com/in/calls?" + a.query
	a = a.with("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac(sha1.New, secret, a.url)))
	v := engine.Verify{Scheme: "twilio", Secret: secret}
	accept(t, v, a, "twilio")
	changedBody(t, v, a)
	refuses(t, v, a, []change{
		{"no hash", func(a attempt) attempt { a.url, a.query = "https://example.com/in/calls", ""; return a }, "The body is not a form"},
		{"another hash", func(a attempt) attempt { a.url = strings.Replace(a.url, "SHA256=", "SHA256=0", 1); return a }, "another body"},
	})
	v.URL = "https://example.com/in/calls" // as it was entered at Twilio
	accept(t, v, a, "twilio")
	changedBody(t, v, a)
}

func TestHubSpot_TheNewestVersionIsNotPassedOver(t *testing.T) {
	t.Parallel()
	a, secret := load(t, "hubspot/contact-creation-v1-vector")
	v := engine.Verify{Scheme: "hubspot", Secret: engine.Secret(secret)}
	accept(t, v, a, "hubspot-hash")
	wrong := a.with("X-HubSpot-Signature-v3", base64.StdEncoding.EncodeToString(make([]byte, 32))).with("X-HubSpot-Request-Timestamp", strconv.FormatInt(a.now.UnixMilli(), 10))
	wrong.url = "https://example.com/in/x"
	reject(t, v, wrong, "does not fit")
	second := a.with("X-HubSpot-Signature-Version", "v2")
	reject(t, v, second, "is not known; set verify.url or the public address")
	second.url = "https://example.com/in/x"
	reject(t, v, second, "does not fit")
	reject(t, v, a.with("X-HubSpot-Signature-Version", "v9"), "not known")
	// Whoever sees a hash of version 1 can make one for the body with more behind it.
	longer := a
	longer.body += "\x80\x00\x00more"
	sum := sha256.Sum256([]byte(secret + longer.body))
	reject(t, v, longer.with("X-HubSpot-Signature", hex.EncodeToString(sum[:])), "no JSON")
}

func TestMicrosoftGraph_EveryNotificationCarriesTheState(t *testing.T) {
	t.Parallel()
	v := engine.Verify{Scheme: "microsoft-graph", Secret: "state one", Secrets: []engine.Secret{"state two"}}
	send := func(text string) attempt { return attempt{body: text, now: at} }
	accept(t, v, send(`{"value":[{"clientState":"state one"},{"clientState":"state two","changeType":"created"}]}`), "microsoft-graph")
	reject(t, v, send(`{"value":[{"clientState":"state one"},{"clientState":"state onE"}]}`), "notification 2 is not the secret")
	reject(t, v, send(`{"value":[{"clientState":"state one"},{}]}`), "Notification 2 carries no clientState")
	reject(t, v, send(`{"value":[{"clientstate":"state one"}]}`), "carries no clientState")
	reject(t, v, send(`{"value":[]}`), "no notifications")
	reject(t, v, send(`not JSON`), "no notifications")
}

func TestBraintree_SignsThePayloadField(t *testing.T) {
	t.Parallel()
	const private, payload = "0a1b2c3d4e5f", "PHhtbC8+\n"
	key := sha1.Sum([]byte(private))
	seal := hex.EncodeToString(mac(sha1.New, string(key[:]), payload))
	v := engine.Verify{Scheme: "braintree", Secret: private}
	send := func(signature, payload string) attempt {
		return attempt{now: at, body: url.Values{"bt_signature": {signature}, "bt_payload": {payload}}.Encode()}.with("Content-Type", "application/x-www-form-urlencoded")
	}
	accept(t, v, send("other|00&public|"+seal, payload), "braintree")
	reject(t, v, send("public|"+seal, payload+"\n"), "does not fit")
	reject(t, v, send("public|"+seal[:38], payload), "does not fit")
	reject(t, v, send("public", payload), "does not fit")
	v.Secret = "0a1b2c3d4e5e"
	reject(t, v, send("public|"+seal, payload), "does not fit")
	reject(t, v, attempt{body: "{}"}, "not a form")
}

func TestPayPal_SignsTransmissionWebhookAndChecksum(t *testing.T) {
	t.Parallel()
	const webhook, file = "9XL90610J3647323C", "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594"
	s := newSite(t, at)
	root := newAuthority(t, "root", nil, at)
	s.roots.AddCert(root.certificate)
	s.put(file, root.issue(t, "messageverificationcerts.paypal.com", at.Add(-time.Hour), at.Add(time.Hour)))
	v := engine.Verify{Scheme: "paypal", Secret: webhook}
	a := attempt{body: `{"id":"WH-1","event_type":"PAYMENT.SALE.COMPLETED"}`, now: at, keys: s.ring}
	stamp := at.Format(time.RFC3339)
	a = a.with("PAYPAL-TRANSMISSION-ID", "id-1").with("PAYPAL-TRANSMISSION-TIME", stamp).with("PAYPAL-CERT-URL", file).with("PAYPAL-AUTH-ALGO", "SHA256withRSA").
		with("PAYPAL-TRANSMISSION-SIG", rsaSign(t, crypto.SHA256, fmt.Sprintf("id-1|%s|%s|%d", stamp, webhook, crc32.ChecksumIEEE([]byte(`{"id":"WH-1","event_type":"PAYMENT.SALE.COMPLETED"}`)))))
	accept(t, v, a, "paypal")
	changedBody(t, v, a)
	seal := a.value("PAYPAL-TRANSMISSION-SIG")
	changes := []change{
		{"id", head("PAYPAL-TRANSMISSION-ID", "id-2"), "does not fit"},
		{"border", func(a attempt) attempt {
			return a.with("PAYPAL-TRANSMISSION-ID", "id-1|"+stamp).with("PAYPAL-TRANSMISSION-TIME", webhook)
		}, "in the expected form"},
		{"time", head("PAYPAL-TRANSMISSION-TIME", at.Add(time.Second).Format(time.RFC3339)), "does not fit"},
		{"algorithm", head("PAYPAL-AUTH-ALGO", "SHA1withRSA"), "not taken"},
		{"signature", head("PAYPAL-TRANSMISSION-SIG", seal[:len(seal)-4]+"AAA="), ""},
		{"missing", head("PAYPAL-TRANSMISSION-SIG"), "is missing"},
		{"twice", head("PAYPAL-TRANSMISSION-SIG", seal, seal), "stands more than once"},
	}
	for _, address := range []string{
		"http://api.paypal.com/v1/notifications/certs/CERT-1", "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
		"https://evil.example/v1/notifications/certs/CERT-1", "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
		"https://www.paypal.com/v1/notifications/certs/CERT-1", "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
		"https://api.paypal.com/v1/notifications/certs/../../../redirect", "https://api.paypal.com/v1/notifications/certs/CERT-1?x=1", "not an address",
	} {
		changes = append(changes, change{address, head("PAYPAL-CERT-URL", address), "not one of PayPal's"})
	}
	refuses(t, v, a, changes)
	require.Len(t, s.asked, 1, "nothing else was fetched")
	v.Secret = "9XL90610J3647323D"
	reject(t, v, a, "does not fit")
	v.Secrets = []engine.Secret{webhook}
	accept(t, v, a, "paypal")
}
