package verify_test

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

const (
	topic   = "arn:aws:sns:eu-west-1:123456789012:orders"
	snsFile = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
)

// notification signs a message as Amazon SNS does.
func notification(t *testing.T, version string, fields map[string]any) string {
	t.Helper()
	message := map[string]any{
		"Type": "Notification", "MessageId": "m-1", "TopicArn": topic, "Message": "Hello\n\"world\" ü", "Timestamp": at.Format("2006-01-02T15:04:05.000Z"),
		"SignatureVersion": version, "SigningCertURL": snsFile,
	}
	maps.Copy(message, fields)
	names := []string{"Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	var text strings.Builder
	for _, name := range names {
		if value, ok := message[name].(string); ok {
			text.WriteString(name + "\n" + value + "\n")
		}
	}
	message["Signature"] = rsaSign(t, map[string]crypto.Hash{"1": crypto.SHA1, "2": crypto.SHA256}[version], text.String())
	b, err := json.Marshal(message)
	require.NoError(t, err)
	return string(b)
}

func TestAmazonSNS_SignsMessagesOfATopic(t *testing.T) {
	t.Parallel()
	s := newSite(t, at)
	root := newAuthority(t, "root", nil, at)
	s.roots.AddCert(root.certificate)
	s.put(snsFile, root.issue(t, "sns.amazonaws.com", at.Add(-time.Hour), at.Add(time.Hour)))
	v := engine.Verify{Scheme: "aws-sns", Secret: topic}
	send := func(text string) attempt {
		return attempt{body: text, now: at, keys: s.ring}.with("Content-Type", "text/plain; charset=UTF-8")
	}
	confirmation := map[string]any{"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription"}
	for _, version := range []string{"1", "2"} {
		for _, fields := range []map[string]any{nil, {"Subject": "An order"}, {"Subject": nil}, confirmation} {
			a := send(notification(t, version, fields))
			accept(t, v, a, "aws-sns")
			for name, value := range fieldsOfMessage(t, a.body) {
				if name == "SigningCertURL" || name == "SignatureVersion" || name == "Subject" && value == nil {
					continue
				}
				text, err := json.Marshal(changedField(t, a.body, name))
				require.NoError(t, err)
				reject(t, v, send(string(text)), "")
			}
		}
	}
	a := send(notification(t, "2", nil))
	refuses(t, v, a, []change{
		{"another topic", body(":orders", ":orderz"), "another topic"},
		{"version", body(`SignatureVersion":"2`, `SignatureVersion":"3`), "not known"},
		{"other hash", body(`SignatureVersion":"2`, `SignatureVersion":"1`), "does not fit"},
		{"case of a name", body(`"Message":`, `"message":`), "lacks what its signature covers"},
		{"two messages", func(a attempt) attempt { a.body += `{"Message":"x"}`; return a }, "no message of Amazon SNS"},
		{"not a text", body(`"MessageId":"m-1"`, `"MessageId":1`), "lacks what its signature covers"},
		{"raw", func(a attempt) attempt { a.body = "Hello"; return a }, "Switch raw message delivery off"},
		{"late", func(a attempt) attempt { a.now = at.Add(66 * time.Minute); return a }, "not valid at this time"},
	})
	// The message may have many lines; a line of another field could have been one of its.
	reject(t, v, send(notification(t, "2", map[string]any{"MessageId": "x\nMessageId\nm-1"})), "lacks what its signature covers")
	long := engine.Verify{Scheme: "aws-sns", Secret: topic, Tolerance: new(engine.Duration(time.Minute))}
	a.now = at.Add(2 * time.Minute)
	reject(t, long, a, "The request was signed 2 minutes ago")
	a.now = at
	v.Secret = "arn:aws:sns:eu-west-1:123456789012:other"
	reject(t, v, a, "another topic")
	v.Secrets = []engine.Secret{topic}
	accept(t, v, a, "aws-sns")
	require.Equal(t, 1, s.count(snsFile), "a certificate is fetched once")
}

func fieldsOfMessage(t *testing.T, text string) (fields map[string]any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &fields))
	return fields
}

// changedField is a message with one character of a field changed; of its type, with
// another one.
func changedField(t *testing.T, text, name string) map[string]any {
	t.Helper()
	fields := fieldsOfMessage(t, text)
	value, ok := fields[name].(string)
	require.True(t, ok, name)
	if fields[name] = string(value[0]^1) + value[1:]; name == "Type" {
		fields[name] = map[string]string{"Notification": "UnsubscribeConfirmation", "SubscriptionConfirmation": "UnsubscribeConfirmation"}[value]
	}
	return fields
}

// Nothing is fetched from a place that only looks like Amazon's.
func TestAmazonSNS_CertificatesComeFromItsHostsOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t, at)
	v := engine.Verify{Scheme: "aws-sns", Secret: topic}
	const file = "/SimpleNotificationService-0123456789abcdef.pem"
	for _, address := range []string{
		"http://sns.eu-west-1.amazonaws.com" + file, "https://sns.evil.com" + file, "https://sns.x.amazonaws.com.evil" + file,
		"https://sns.eu-west-1.amazonaws.com.evil.example" + file, "https://evil.example/sns.eu-west-1.amazonaws.com" + file,
		"https://sns.eu-west-1.amazonaws.com@evil.example" + file, "https://user@sns.eu-west-1.amazonaws.com" + file,
		"https://sns.a.b.amazonaws.com" + file, "https://x.amazonaws.com" + file, "https://SNS.eu-west-1.amazonaws.com" + file,
		"https://sns.eu-west-1.amazonaws.com:444" + file, "https://sns.eu-west-1.amazonaws.com" + file + "?x=1", "https://sns.eu-west-1.amazonaws.com" + file + "#x",
		"https://sns.eu-west-1.amazonaws.com/?Action=x", "https://sns.eu-west-1.amazonaws.com/a/../x.pem", "https://sns.eu-west-1.amazonaws.com\\@evil.example" + file,
		"https://sns.eu-west-1.amazonaws.com/%53impleNotificationService-0.pem", "//sns.eu-west-1.amazonaws.com" + file, "",
	} {
		a := attempt{body: notification(t, "2", map[string]any{"SigningCertURL": address}), now: at, keys: s.ring}
		reject(t, v, a, "not one of Amazon SNS's")
	}
	require.Empty(t, s.asked)
}

func TestCertificate_MustLeadToATrustedAuthority(t *testing.T) {
	t.Parallel()
	v := engine.Verify{Scheme: "aws-sns", Secret: topic}
	root := newAuthority(t, "root", nil, at)
	between := newAuthority(t, "between", root, at)
	stranger := newAuthority(t, "stranger", nil, at)
	const issuer = "http://crt.example/between.cer"
	from, to := at.Add(-time.Hour), at.Add(time.Hour)
	betweenPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: between.certificate.Raw})
	for name, tt := range map[string]struct {
		file     []byte
		sentence string
	}{
		"of the root":                         {root.issue(t, "sns.amazonaws.com", from, to), ""},
		"of a region":                         {root.issue(t, "sns.cn-north-1.amazonaws.com.cn", from, to), ""},
		"with its issuer":                     {append(between.issue(t, "sns.amazonaws.com", from, to), betweenPEM...), ""},
		"issuer to be fetched":                {between.issue(t, "sns.amazonaws.com", from, to, issuer), ""},
		"of an issuer that it does not name":  {between.issue(t, "sns.amazonaws.com", from, to), "not one of Amazon SNS's"},
		"of an issuer that is no certificate": {between.issue(t, "sns.amazonaws.com", from, to, "http://crt.example/page.html"), "not one of Amazon SNS's"},
		"of a stranger":                       {stranger.issue(t, "sns.amazonaws.com", from, to), "not one of Amazon SNS's"},
		"of another name":                     {root.issue(t, "evil.example", from, to), "not one of Amazon SNS's"},
		"of a longer name":                    {root.issue(t, "sns.amazonaws.com.evil.example", from, to), "not one of Amazon SNS's"},
		"expired":                             {root.issue(t, "sns.amazonaws.com", from, at.Add(-time.Minute)), "not valid at this time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, at)
			s.roots.AddCert(root.certificate)
			s.put(snsFile, tt.file)
			s.put(issuer, between.certificate.Raw)
			s.put("http://crt.example/page.html", []byte("<html>"))
			a := attempt{body: notification(t, "2", nil), now: at, keys: s.ring}
			if tt.sentence == "" {
				accept(t, v, a, "aws-sns")
				return
			}
			reject(t, v, a, tt.sentence)
			reject(t, v, a, tt.sentence)
			require.Equal(t, 1, s.count(snsFile))
		})
	}
}

// That an issuer cannot be fetched says nothing about who signed: it is tried again.
func TestCertificate_IsNotJudgedWhileItsIssuerCannotBeFetched(t *testing.T) {
	t.Parallel()
	const issuer = "http://crt.example/between.cer"
	s := newSite(t, at)
	root := newAuthority(t, "root", nil, at)
	between := newAuthority(t, "between", root, at)
	s.roots.AddCert(root.certificate)
	s.put(snsFile, between.issue(t, "sns.amazonaws.com", at.Add(-time.Hour), at.Add(time.Hour), issuer))
	made, err := verify.New(engine.Verify{Scheme: "aws-sns", Secret: topic})
	require.NoError(t, err)
	a := attempt{body: notification(t, "2", nil), now: at, keys: s.ring}
	for range 2 {
		_, err = made.Verify(a.request())
		require.Equal(t, engine.KindUnavailable, engine.KindOf(err), "%v", err)
		require.ErrorContains(t, err, "status 500")
	}
	require.Equal(t, 1, s.count(issuer), "a host that is down is left in peace for a while")
	s.put(issuer, between.certificate.Raw)
	s.later(6 * time.Second)
	_, err = made.Verify(a.request())
	require.NoError(t, err)
}

// A clock that is set right later changes what counts as valid.
func TestCertificate_IsTakenOnceTheClockIsRight(t *testing.T) {
	t.Parallel()
	s := newSite(t, at)
	root := newAuthority(t, "root", nil, at)
	s.roots.AddCert(root.certificate)
	s.put(snsFile, root.issue(t, "sns.amazonaws.com", at.Add(-time.Hour), at.Add(time.Hour)))
	v := engine.Verify{Scheme: "aws-sns", Secret: topic}
	a := attempt{body: notification(t, "2", nil), now: at.AddDate(-1, 0, 0), keys: s.ring}
	reject(t, v, a, "This server's clock may be wrong")
	a.now = at
	accept(t, v, a, "aws-sns")
}

// Recorded messages are genuine up to their certificate, which nobody has kept.
func TestAmazonSNS_ReadsRecordedMessages(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"notification-vector-1-v1", "notification-vector-2-v2", "notification-vector-3-v1", "notification-vector-4-v2"} {
		a, _ := load(t, "aws-sns/"+name)
		var message map[string]string
		require.NoError(t, json.Unmarshal([]byte(a.body), &message))
		a.now = must(time.Parse(time.RFC3339, message["Timestamp"]))
		s := newSite(t, a.now)
		root := newAuthority(t, "root", nil, a.now)
		s.roots.AddCert(root.certificate)
		s.put(message["SigningCertURL"], root.issue(t, "sns.amazonaws.com", a.now.Add(-time.Hour), a.now.Add(time.Hour)))
		a.keys = s.ring
		reject(t, engine.Verify{Scheme: "aws-sns", Secret: engine.Secret(message["TopicArn"])}, a, "The signature does not fit the request.")
		require.Equal(t, 1, s.count(message["SigningCertURL"]))
	}
}

func TestKeyring_WhatCannotBeFetchedProvesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, at)
	root := newAuthority(t, "root", nil, at)
	s.roots.AddCert(root.certificate)
	made, err := verify.New(engine.Verify{Scheme: "aws-sns", Secret: topic})
	require.NoError(t, err)
	a := attempt{body: notification(t, "2", nil), now: at, keys: s.ring}
	missing := func(sentence string) {
		t.Helper()
		_, err := made.Verify(a.request())
		require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
		require.ErrorContains(t, err, sentence)
	}
	missing("status 500")
	missing("status 500")
	require.Equal(t, 1, s.count(snsFile), "a host that is down is left in peace for a while")
	s.put(snsFile, []byte("<html>"))
	s.later(6 * time.Second)
	missing("no certificate")
	s.put(snsFile, root.issue(t, "sns.amazonaws.com", at.Add(-time.Hour), at.Add(time.Hour)))
	s.later(6 * time.Second)
	_, err = made.Verify(a.request())
	require.NoError(t, err)
	s.breakDown(true)
	s.later(time.Minute)
	_, err = made.Verify(a.request())
	require.NoError(t, err, "what was fetched stays known")
	a.keys = nil
	missing("nothing can be fetched")
}

// Strangers may name as many certificates as they like.
func TestKeyring_AsksForFewAddressesOfStrangers(t *testing.T) {
	t.Parallel()
	s := newSite(t, at)
	made, err := verify.New(engine.Verify{Scheme: "aws-sns", Secret: topic})
	require.NoError(t, err)
	text := notification(t, "2", nil)
	for i := range 200 {
		b := strings.Replace(text, "0123456789abcdef", big.NewInt(int64(i)).String(), 1)
		_, err := made.Verify(attempt{body: b, now: at, keys: s.ring}.request())
		require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
	}
	require.LessOrEqual(t, len(s.asked), 20)
}

const (
	googleKeys = "https://www.googleapis.com/oauth2/v3/certs"
	account    = "push@project.iam.gserviceaccount.com"
)

func keySet(kid string) []byte {
	public := rsaKey().PublicKey
	b64 := base64.RawURLEncoding.EncodeToString
	return []byte(`{"keys":[{"kty":"EC","kid":"other"},{"kty":"RSA","use":"sig","alg":"RS256","kid":"` + kid + `","n":"` + b64(public.N.Bytes()) + `","e":"` + b64(big.NewInt(int64(public.E)).Bytes()) + `"}]}`)
}

func googleToken(t *testing.T, method jwt.SigningMethod, key any, kid string, change func(jwt.MapClaims)) string {
	t.Helper()
	claims := jwt.MapClaims{
		"iss": "https://accounts.google.com", "aud": "https://hooks.example.com/in/push", "email": account, "email_verified": true,
		"iat": at.Unix(), "exp": at.Add(time.Hour).Unix(), "sub": "1",
	}
	if change != nil {
		change(claims)
	}
	token := jwt.NewWithClaims(method, claims)
	token.Header["kid"] = kid
	text, err := token.SignedString(key)
	require.NoError(t, err)
	return "Bearer " + text
}

func TestGooglePubSub_TokenIsForThisAddressAndAccount(t *testing.T) {
	t.Parallel()
	s := newSite(t, at)
	s.put(googleKeys, keySet("one"))
	v := engine.Verify{Scheme: "google-pubsub", Secret: account}
	a := attempt{url: "https://hooks.example.com/in/push?x=1", body: `{"message":{"messageId":"1"}}`, now: at, keys: s.ring}
	with := func(change func(jwt.MapClaims)) func(attempt) attempt {
		return head("Authorization", googleToken(t, jwt.SigningMethodRS256, rsaKey(), "one", change))
	}
	set := func(name string, value any) func(attempt) attempt {
		return with(func(c jwt.MapClaims) { c[name] = value })
	}
	drop := func(name string) func(attempt) attempt { return with(func(c jwt.MapClaims) { delete(c, name) }) }
	a = with(nil)(a)
	accept(t, v, a, "google-pubsub")
	accept(t, v, set("aud", "https://hooks.example.com/in/push?x=1")(a), "google-pubsub")
	accept(t, v, set("iss", "accounts.google.com")(a), "google-pubsub")
	right := a.value("Authorization")
	parts := strings.Split(right, ".")
	b64 := base64.RawURLEncoding.EncodeToString
	none := "Bearer " + b64([]byte(`{"alg":"none","kid":"one"}`)) + "." + parts[1] + "."
	changes := []change{
		{"no algorithm", head("Authorization", none), "does not fit"},
		{"confused algorithm", head("Authorization", googleToken(t, jwt.SigningMethodHS256, []byte(anotherRSA), "one", nil)), "does not fit"},
		{"another RSA algorithm", head("Authorization", googleToken(t, jwt.SigningMethodRS512, rsaKey(), "one", nil)), "does not fit"},
		{"issuer", set("iss", "https://accounts.google.com.evil.example"), "not issued by Google"},
		{"no issuer", drop("iss"), "not issued by Google"},
		{"audience", set("aud", "https://hooks.example.com/in/other"), "another address"},
		{"no audience", drop("aud"), ""},
		{"account", set("email", "push@other.iam.gserviceaccount.com"), "another service account"},
		{"account not verified", set("email_verified", false), "another service account"},
		{"no account", drop("email"), "another service account"},
		{"expired", set("exp", at.Add(-2*time.Minute).Unix()), "expired"},
		{"endless", drop("exp"), ""},
		{"of the future", set("iat", at.Add(2*time.Minute).Unix()), "not valid yet"},
		{"claims", head("Authorization", parts[0]+"."+parts[1][:8]+"A"+parts[1][9:]+"."+parts[2]), ""},
		{"signature", head("Authorization", right[:len(right)-8]+"AAAAAAAA"), "does not fit"},
		{"cut", head("Authorization", right[:len(right)-2]), ""},
		{"not a token", head("Authorization", "Bearer x"), "cannot be read"},
		{"huge", head("Authorization", "Bearer "+strings.Repeat("A", 1<<20)), "cannot be read"},
		{"another scheme", head("Authorization", "Basic "+right), "in the expected form"},
		{"missing", head("Authorization"), "not switched on"},
		{"twice", head("Authorization", right, right), "stands more than once"},
		{"kid as a path", head("Authorization", googleToken(t, jwt.SigningMethodRS256, rsaKey(), "../../one", nil)), "does not have"},
	}
	refuses(t, v, a, changes)
	unknown := set("aud", "")(a)
	unknown.url = ""
	reject(t, v, unknown, "set verify.url or the public address")
	v.URL = "https://hooks.example.com/in/other"
	reject(t, v, a, "another address")
	accept(t, v, set("aud", v.URL)(a), "google-pubsub")
	v.URL, v.Secret = "", "other@project.iam.gserviceaccount.com"
	reject(t, v, a, "another service account")
}

// Google changes its keys: one that is not known is looked for at most once a minute.
func TestGooglePubSub_LooksForNewKeysNowAndThen(t *testing.T) {
	t.Parallel()
	s := newSite(t, at)
	s.put(googleKeys, keySet("one"))
	v := engine.Verify{Scheme: "google-pubsub", Secret: account}
	with := func(kid string) attempt {
		return attempt{url: "https://hooks.example.com/in/push", now: at, keys: s.ring}.
			with("Authorization", googleToken(t, jwt.SigningMethodRS256, rsaKey(), kid, nil))
	}
	accept(t, v, with("one"), "google-pubsub")
	for range 10 {
		reject(t, v, with("two"), "does not have")
	}
	require.Equal(t, 1, s.count(googleKeys))
	s.put(googleKeys, keySet("two"))
	s.later(61 * time.Second)
	accept(t, v, with("two"), "google-pubsub")
	reject(t, v, with("one"), "does not have")
	require.Equal(t, 2, s.count(googleKeys))
	s.breakDown(true)
	s.later(2 * time.Hour)
	accept(t, v, with("two"), "google-pubsub")
	made, err := verify.New(v)
	require.NoError(t, err)
	fresh := newSite(t, at)
	a := with("one")
	a.keys = fresh.ring
	_, err = made.Verify(a.request())
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err), "without keys nothing is known about the sender")
}
