package verify_test

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// bordering is a sender that signs an address and a body without a border between them.
// What is signed is the same for the genuine request and for each of the others, which
// cut it elsewhere.
type bordering struct {
	scheme, header, kind string
	seal                 func(address, body string) string
	body                 string
	shifted              []shifted
}

// shifted is a request whose query and body read like the genuine one in what is signed.
type shifted struct {
	query, body, sentence string
}

const (
	border  = "https://hooks.example.com/in/x"
	formed  = "application/x-www-form-urlencoded"
	unknown = "shows where it ends"
	ofABody = "only a body"
)

func sealed(algorithm func() hash.Hash, encode func([]byte) string) func(string, string) string {
	return func(address, body string) string {
		m := hmac.New(algorithm, []byte("secret"))
		m.Write([]byte(address + body))
		return encode(m.Sum(nil))
	}
}

// signedFields writes the fields of a form as senders sign them.
func signedFields(t *testing.T, body string) string {
	t.Helper()
	form, err := url.ParseQuery(body)
	require.NoError(t, err)
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(form)) {
		all.WriteString(name + form.Get(name))
	}
	return all.String()
}

func TestVerify_NothingMovesBetweenAddressAndBody(t *testing.T) {
	t.Parallel()
	inBase64 := base64.StdEncoding.EncodeToString
	millis := strconv.FormatInt(at.UnixMilli(), 10)
	sha1Sealed, sha256Sealed := sealed(sha1.New, inBase64), sealed(sha256.New, inBase64)
	v2 := func(address, body string) string {
		sum := sha256.Sum256([]byte("secret" + "POST" + address + body))
		return hex.EncodeToString(sum[:])
	}
	v3 := func(address, body string) string { return sha256Sealed("POST"+address, body+millis) }
	for name, b := range map[string]bordering{
		// The genuine address has the query k=1, which is where fields could go or come from.
		"twilio": {"twilio", "X-Twilio-Signature", formed, sha1Sealed, "AccountSid=AC1&Body=hi", []shifted{
			{"k=1AccountSidAC1", "Body=hi", unknown}, {"k=1AccountSidAC1Bodyh", "i=", unknown}, {"", "%3Fk=%3D1&AccountSid=AC1&Body=hi", "named like the query"},
		}},
		"mandrill": {"mandrill", "X-Mandrill-Signature", formed, sha1Sealed, "mandrill_events=%5B%5D", []shifted{
			{"k=1mandrill_events[]", "", unknown}, {"k=1mandrill", "_events=%5B%5D", unknown},
		}},
		"square": {"square", "x-square-hmacsha256-signature", "application/json", sha256Sealed, `{"a":1}`, []shifted{
			{`k=1{"a":1}`, "", ofABody}, {"k=", `1{"a":1}`, unknown}, {"", `?k=1{"a":1}`, "begins like the query"},
		}},
		"hubspot v2": {"hubspot", "X-HubSpot-Signature", "application/json", v2, `[{"eventId":1}]`, []shifted{
			{`k=1[{"eventId":1}]`, "", ofABody}, {"k=", `1[{"eventId":1}]`, unknown},
		}},
		"hubspot v3": {"hubspot", "X-HubSpot-Signature-v3", "application/json", v3, `[{"eventId":1}]`, []shifted{
			{`k=1[{"eventId":1}]`, "", ofABody}, {"k=", `1[{"eventId":1}]`, unknown},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := func(query, body string) attempt {
				a := attempt{method: "POST", url: border, query: query, body: body, now: at}.with("Content-Type", b.kind)
				if query != "" {
					a.url += "?" + query
				}
				a = a.with("X-HubSpot-Request-Timestamp", millis).with("X-HubSpot-Signature-Version", "v2")
				return a
			}
			plain := b.body
			if b.kind == formed {
				plain = signedFields(t, b.body)
			}
			value := b.seal(border+"?k=1", plain)
			known := engine.Verify{Scheme: b.scheme, Secret: "secret", URL: border + "?k=1"}
			scheme := b.scheme
			if name == "hubspot v2" {
				scheme = "hubspot-hash"
			}
			accept(t, known, request("k=1", b.body).with(b.header, value), scheme)
			for _, s := range b.shifted {
				moved := request(s.query, s.body)
				if b.kind == formed {
					require.Equal(t, border+"?k=1"+plain, moved.url+signedFields(t, s.body)) // it is the same that is signed
				} else {
					require.Equal(t, border+"?k=1"+plain, moved.url+s.body)
				}
				moved = moved.with(b.header, value)
				reject(t, engine.Verify{Scheme: b.scheme, Secret: "secret"}, moved, s.sentence)
				reject(t, known, moved, "") // the address is known, and nothing can be moved into it
			}
		})
	}
}

// Trello signs the address behind the body.
func TestVerify_NothingMovesBetweenBodyAndAddress(t *testing.T) {
	t.Parallel()
	a := attempt{method: "POST", url: border, now: at, body: `{"a":"` + border + `?k=1"}`}.with("Content-Type", "application/json")
	a = a.with("X-Trello-Webhook", sealed(sha1.New, base64.StdEncoding.EncodeToString)(a.body, a.url))
	v := engine.Verify{Scheme: "trello", Secret: "secret"}
	accept(t, v, a, "trello")
	a.url, a.body = border+`?k=1"}`+border, `{"a":"`
	reject(t, v, a, ofABody)
	v.URL = border
	reject(t, v, a, "does not fit")
}

// With GET, Twilio puts all fields into the query, behind the one that the address has.
func TestTwilio_SignsTheFieldsOfAGetInTheAddress(t *testing.T) {
	t.Parallel()
	seal := sealed(sha1.New, base64.StdEncoding.EncodeToString)
	for _, configured := range []string{"", border, border + "?k=1"} {
		a := attempt{method: "GET", query: "CallSid=CA1&CallStatus=ringing", now: at}
		if strings.Contains(configured, "?") {
			a.query = "k=1&" + a.query
		}
		a.url = border + "?" + a.query
		a = a.with("X-Twilio-Signature", seal(a.url, ""))
		a.url = cmp.Or(configured, a.url)
		v := engine.Verify{Scheme: "twilio", Secret: "secret", URL: configured}
		accept(t, v, a, "twilio")
		a.query += "0"
		if configured == "" {
			a.url += "0"
		}
		reject(t, v, a, "does not fit")
	}
	// A hash that stands beside more than itself may have come from a form's field.
	body := `{"a":1}`
	sum := sha256.Sum256([]byte(body))
	query := "k=1&bodySHA256=" + hex.EncodeToString(sum[:])
	a := attempt{method: "POST", url: border + "?" + query, query: query, body: body, now: at}.with("Content-Type", "application/json")
	a = a.with("X-Twilio-Signature", seal(a.url, ""))
	reject(t, engine.Verify{Scheme: "twilio", Secret: "secret"}, a, unknown)
	accept(t, engine.Verify{Scheme: "twilio", Secret: "secret", URL: border + "?k=1"}, a, "twilio")
}
