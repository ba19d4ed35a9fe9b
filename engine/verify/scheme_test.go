package verify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func TestVerify_None(t *testing.T) {
	t.Parallel()
	accept(t, engine.Verify{Scheme: "none"}, attempt{}, "")
}

func TestVerify_Key(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"key", ""} {
		v := engine.Verify{Scheme: scheme, Key: "k3y"}
		accept(t, v, attempt{key: "k3y"}, "key")
		for _, wrong := range []string{"", "k3", "k3yy", "K3Y"} {
			reject(t, v, attempt{key: wrong}, "The secret part of the address is missing or wrong.")
		}
	}
}

func TestVerify_Basic(t *testing.T) {
	t.Parallel()
	v := engine.Verify{Scheme: "basic", Username: "ops", Secret: "old:pass", Secrets: []engine.Secret{"new"}}
	for _, value := range []string{basic("ops", "old:pass"), basic("ops", "new"), "bASIC " + basic("ops", "new")[6:], strings.TrimRight(basic("ops", "new"), "=")} {
		accept(t, v, attempt{}.with("Authorization", value), "basic")
	}
	for _, value := range []string{"", "Basic", "Basic ", "Basic !", basic("ops", ""), basic("op", "s:new"), basic("ops", "new "), basic("", "new"), "Bearer new", basic("ops", "new")[6:]} {
		reject(t, v, attempt{}.with("Authorization", value), "The user name or the password is wrong.")
	}
	reject(t, v, attempt{}, "The header Authorization is missing.")
	reject(t, v, attempt{}.with("Authorization", basic("ops", "new"), basic("ops", "new")), "stands more than once")
}

func TestVerify_Bearer(t *testing.T) {
	t.Parallel()
	v := engine.Verify{Scheme: "bearer", Secrets: []engine.Secret{"one", "two"}}
	accept(t, v, attempt{}.with("Authorization", "Bearer two"), "bearer")
	accept(t, v, attempt{}.with("authorization", "bearer one"), "bearer")
	for _, value := range []string{"one", "Bearer", "Bearer ", "Bearer onetwo", "Bearer One", "Basic one", "Bearer one two"} {
		reject(t, v, attempt{}.with("Authorization", value), "The bearer token is wrong.")
	}
}

func TestVerify_Header(t *testing.T) {
	t.Parallel()
	v := engine.Verify{Scheme: "header", Header: "X-Token", Secret: "s"}
	accept(t, v, attempt{}.with("x-token", "s"), "header")
	reject(t, v, attempt{}.with("X-Token", "S"), "The value of the header X-Token is not the secret.")
	reject(t, v, attempt{}.with("X-Token", ""), "is not the secret")
	reject(t, v, attempt{}, "The header X-Token is missing.")
}

func TestVerify_OperatorChoosesTheProof(t *testing.T) {
	t.Parallel()
	accept(t, engine.Verify{Scheme: "postmark", Key: "k"}, attempt{key: "k"}, "postmark")
	accept(t, engine.Verify{Scheme: "postmark", Username: "u", Secret: "p"}, attempt{}.with("Authorization", basic("u", "p")), "postmark")
	accept(t, engine.Verify{Scheme: "postmark", Header: "X-Token", Secret: "p"}, attempt{}.with("X-Token", "p"), "postmark")
	reject(t, engine.Verify{Scheme: "postmark", Header: "X-Token", Secret: "p", Key: "k"}, attempt{key: "k"}, "missing")
	reject(t, engine.Verify{Scheme: "postmark"}, attempt{}, "no secret")
}

func TestVerify_StoredRequestsByFingerprint(t *testing.T) {
	t.Parallel()
	fingerprint := func(s string) string { return "fp(" + s + ")" }
	check := func(v engine.Verify, a attempt) error {
		made, err := verify.New(v)
		require.NoError(t, err)
		r := a.request()
		r.Fingerprint = fingerprint
		_, err = made.Verify(r)
		return err
	}
	tests := map[string]struct {
		v      engine.Verify
		header string
		value  string
	}{
		"basic":  {engine.Verify{Scheme: "basic", Username: "u", Secret: "p"}, "Authorization", basic("u", "p")},
		"bearer": {engine.Verify{Scheme: "bearer", Secret: "p"}, "Authorization", "Bearer p"},
		"header": {engine.Verify{Scheme: "header", Header: "X-Token", Secret: "p"}, "X-Token", "p"},
		"gitlab": {engine.Verify{Scheme: "gitlab", Secret: "p"}, "X-Gitlab-Token", "p"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, check(tt.v, attempt{}.with(tt.header, fingerprint(tt.value))))
			require.Error(t, check(tt.v, attempt{}.with(tt.header, tt.value)))
			require.Error(t, check(tt.v, attempt{}.with(tt.header, fingerprint("other"))))
		})
	}
	require.NoError(t, check(engine.Verify{Scheme: "key", Key: "k"}, attempt{key: fingerprint("k")}))
	require.Error(t, check(engine.Verify{Scheme: "key", Key: "k"}, attempt{key: "k"}))
	a, text := load(t, "stripe/vector-event")
	require.NoError(t, check(engine.Verify{Scheme: "stripe", Secret: engine.Secret(text)}, a))
}

func TestVerify_RotationAndRevocation(t *testing.T) {
	t.Parallel()
	a, text := load(t, "github/vector-sha256")
	old := engine.Secret(text)
	accept(t, engine.Verify{Scheme: "github", Secret: "new", Secrets: []engine.Secret{old}}, a, "github")
	accept(t, engine.Verify{Scheme: "github", Secrets: []engine.Secret{"x", "y", old}}, a, "github")
	reject(t, engine.Verify{Scheme: "github", Secrets: []engine.Secret{"x", "y"}}, a, "The signature fits none of the signing secrets.")
	reject(t, engine.Verify{Scheme: "github", Secret: "x"}, a, "The signature does not fit the signing secret.")
}

func TestVerify_UnknownVersionsAreIgnored(t *testing.T) {
	t.Parallel()
	a, text := load(t, "stripe/vector-event")
	v := engine.Verify{Scheme: "stripe", Secret: engine.Secret(text)}
	value := a.value("Stripe-Signature")
	accept(t, v, a.with("Stripe-Signature", "v2=abc,v9,"+value+",=,v1=zz"), "stripe")
	reject(t, v, a.with("Stripe-Signature", strings.ReplaceAll(value, "v1=", "v2=")), "no signature in the expected form")
	reject(t, v, a.with("Stripe-Signature", value+",t=1533204620"), "exactly one time t")
	reject(t, v, a.with("Stripe-Signature", strings.Replace(value, "t=", "x=", 1)), "exactly one time t")
	reject(t, v, a.with("Stripe-Signature", strings.ReplaceAll(value, ",", " ")), "no signature")
}

// stamped signs a body with a time of any form, as the hmac scheme describes it.
func stamped(unit, stamp string, tolerance *engine.Duration) (engine.Verify, attempt) {
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(stamp + ".{}"))
	a := attempt{body: "{}", now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	return engine.Verify{Scheme: "hmac", Secret: "secret", Tolerance: tolerance, HMAC: &engine.HMACShape{
		Header: "X-Signature", Algorithm: "sha256", Encoding: "hex", Message: "{ts}.{body}", Timestamp: "header:X-Time", Unit: unit,
	}}, a.with("X-Time", stamp).with("X-Signature", hex.EncodeToString(mac.Sum(nil)))
}

func TestVerify_Timestamps(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	seconds := func(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }
	const unreadable = "cannot be read"
	tests := map[string]struct {
		unit, stamp string
		sentence    string // "" accepted
	}{
		"now":                 {"", seconds(0), ""},
		"just inside":         {"s", seconds(-5 * time.Minute), ""},
		"just inside, future": {"s", seconds(5 * time.Minute), ""},
		"too old":             {"s", seconds(-14 * time.Minute), "The request was signed 14 minutes ago; 5 are allowed. This server's clock may be wrong."},
		"barely too old":      {"s", seconds(-5*time.Minute - time.Second), "The request was signed 6 minutes ago; 5 are allowed."},
		"future":              {"s", seconds(2 * time.Hour), "The request was signed 2 hours in the future; 5 minutes are allowed."},
		"years ago":           {"s", "1000000000", "days ago; 5 minutes are allowed."},
		"milliseconds as s":   {"s", strconv.FormatInt(now.UnixMilli(), 10), unreadable + "; it should be 10 digits, seconds since 1970."},
		"seconds as ms":       {"ms", seconds(0), unreadable + "; it should be 13 digits, milliseconds since 1970."},
		"milliseconds":        {"ms", strconv.FormatInt(now.UnixMilli(), 10), ""},
		"date":                {"rfc3339", "2026-11-21T12:04:59.123Z", ""},
		"date with zone":      {"rfc3339", "2026-11-21T13:00:00+01:00", ""},
		"date, too old":       {"rfc3339", "2026-11-21T11:00:00Z", "The request was signed 60 minutes ago; 5 are allowed."},
		"HTTP date":           {"httpdate", "Sat, 21 Nov 2026 12:00:00 GMT", ""},
		"not a date":          {"rfc3339", seconds(0), unreadable},
		"not an HTTP date":    {"httpdate", "2026-11-21T12:00:00Z", unreadable},
		"text":                {"s", "now", unreadable},
		"empty":               {"s", "", unreadable},
		"negative":            {"s", "-" + seconds(0), unreadable},
		"plus":                {"s", "+" + seconds(0), unreadable},
		"fraction":            {"s", seconds(0) + ".5", unreadable},
		"blank before":        {"s", " " + seconds(0), unreadable},
		"hexadecimal":         {"s", "0x6920", unreadable},
		"other digits":        {"s", "١٧٩", unreadable},
		"overflow":            {"s", "99999999999999999999", unreadable},
		"too few digits":      {"s", seconds(0)[:9], unreadable},
		"10 digits":           {"s", "9999999999", "in the future"},
		"13 digits of ms":     {"ms", "9999999999999", "in the future"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, a := stamped(tt.unit, tt.stamp, nil)
			if tt.sentence == "" {
				accept(t, v, a, "hmac")
				return
			}
			reject(t, v, a, tt.sentence)
			v, a = stamped(tt.unit, tt.stamp, new(engine.Duration))
			if strings.HasPrefix(tt.sentence, unreadable) {
				reject(t, v, a, tt.sentence) // however long ago: what is no time could be a piece of the body
				return
			}
			accept(t, v, a, "hmac")
		})
	}
	minute := engine.Duration(time.Minute)
	v, a := stamped("s", seconds(-70*time.Second), &minute)
	reject(t, v, a, "The request was signed 70 seconds ago; 60 are allowed.")
	second := engine.Duration(time.Second)
	v, a = stamped("s", seconds(-70*time.Second), &second)
	reject(t, v, a, "70 seconds ago; 1 is allowed.")
}

func TestVerify_AWrongSignatureIsSaidBeforeAWrongTime(t *testing.T) {
	t.Parallel()
	v, a := stamped("s", "0", nil)
	a.body = "changed"
	reject(t, v, a, "The signature does not fit the signing secret.")
}

func TestVerify_MessageTokens(t *testing.T) {
	t.Parallel()
	const body = `{"sig":{"token":"abc","n":1.50},"list":[{"id":7}]}`
	tests := map[string]struct{ template, message string }{
		"path and literals": {"v0|{j:sig.token}|{j:list[0].id}", "v0|abc|7"},
		"number as written": {"{j:sig.n}", "1.50"},
		"method, header":    {"{method} {h:X-Id}\n{body}", "PUT id\n" + body},
		"address":           {"{url}#{url_decoded}", "https://a.example/x%2Fy%zz%3?q=%41%28#https://a.example/x/y%zz%3?q=%41("},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mac := hmac.New(sha256.New, []byte("secret"))
			mac.Write([]byte(tt.message))
			v := engine.Verify{Scheme: "hmac", Secret: "secret", HMAC: &engine.HMACShape{
				Header: "X-Signature", Algorithm: "sha256", Encoding: "base64url", Message: tt.template,
			}}
			a := attempt{method: "PUT", url: "https://a.example/x%2Fy%zz%3?q=%41%28", body: body}.with("X-Id", "id")
			a = a.with("X-Signature", base64.URLEncoding.EncodeToString(mac.Sum(nil)))
			accept(t, v, a, "hmac")
			if strings.Contains(tt.template, "{j:") {
				a.body = `{"sig":{"token":["abc"]}}`
				reject(t, v, a, "The body lacks ")
				a.body = `not JSON`
				reject(t, v, a, "The body lacks ")
			}
			if strings.Contains(tt.template, "{h:") {
				reject(t, v, a.with("X-Id"), "The header X-Id is missing.")
				reject(t, v, a.with("X-Id", "id", "id"), "stands more than once")
			}
			if strings.Contains(tt.template, "{url}") {
				a.url = ""
				reject(t, v, a, "The address that the sender signs is not known")
			}
		})
	}
}

// moved is a message that reads the same with its border at another place.
type moved struct {
	template, time  string
	genuine, shifts attempt
	sentence        string
}

// What stands beside each other in a signed message must not lend a piece to each other,
// also where the time is not held against the clock.
func TestVerify_BordersOfTheMessageCannotBeMoved(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	const address, stamp = "https://a.example/in/x?k=1", "1790000000"
	request := func(url, id, stamp, body string) attempt {
		return attempt{method: "POST", url: url, now: now, body: body}.with("X-Id", id).with("X-Time", stamp)
	}
	for name, tt := range map[string]moved{
		"a digit to the body":     {"{ts}{body}", "header:X-Time", request(address, "id", stamp, `{"a":1}`), request(address, "id", stamp[:9], `0{"a":1}`), "cannot be read"},
		"a digit to the time":     {"{ts}{body}", "header:X-Time", request(address, "id", stamp, `1`), request(address, "id", stamp+"1", ``), "cannot be read"},
		"a point of the body":     {"{ts}.{body}", "header:X-Time", request(address, "id", stamp, `1.5`), request(address, "id", stamp+".1", `5`), "cannot be read"},
		"the time to the id":      {"{h:X-Id}.{ts}.{body}", "header:X-Time", request(address, "id", stamp, `1600000000.x`), request(address, "id."+stamp, "1600000000", `x`), "which ends it"},
		"the body's end to an id": {"{body}:{h:X-Id}", "", request(address, "id", stamp, `{"a":1}`), request(address, `1}:id`, stamp, `{"a"`), "which ends it"},
		"a body to the address":   {"{url}{body}", "", request(address, "id", stamp, `{"a":1}`), request(address+`{"a":1}`, "id", stamp, ``), "only a body"},
		"an address to the body":  {"{body}{url}", "", request(address, "id", stamp, `{"a":"`+address+`"}`), request(address+`"}`+address, "id", stamp, `{"a":"`), "only a body"},
		"a literal's far side":    {"{url}.{body}", "", request(address, "id", stamp, `{"a":1.5}`), request(address+`.{"a":1`, "id", stamp, `5}`), "only a body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := engine.Verify{Scheme: "hmac", Secret: "secret", Tolerance: new(engine.Duration), HMAC: &engine.HMACShape{
				Header: "X-Signature", Algorithm: "sha256", Encoding: "hex", Message: tt.template, Timestamp: tt.time,
			}}
			signer, err := verify.New(v)
			require.NoError(t, err)
			a := tt.genuine.with("Content-Type", "application/x-www-form-urlencoded")
			a.now = time.Unix(1_790_000_000, 0)
			proof, err := signer.Sign(a.request())
			require.NoError(t, err)
			seal := proof.Headers[len(proof.Headers)-1].Value
			accept(t, v, a.with("X-Signature", seal), "hmac")
			b := tt.shifts.with("Content-Type", "application/x-www-form-urlencoded").with("X-Signature", seal)
			reject(t, v, b, tt.sentence)
			v.URL = address
			if tt.sentence == "only a body" {
				reject(t, v, b, "does not fit") // the address is known, and nothing can be moved into it
			}
		})
	}
}

func TestVerify_FormSignaturesCoverFormsOnly(t *testing.T) {
	t.Parallel()
	a, text := load(t, "twilio/voice-form-vector")
	v := engine.Verify{Scheme: "twilio", Secret: engine.Secret(text), URL: a.url}
	reject(t, v, a.with("Content-Type", "application/json"), "The body is not a form")
	reject(t, v, a.with("Content-Type"), "The body is not a form")
	a.body = "a=%zz"
	reject(t, v, a, "cannot be read")
}

func TestVerify_SecondHeaderMayHoldTheSignature(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_790_000_000, 0)
	s := reference(t).Providers["box"].Scheme
	v := engine.Verify{Scheme: "box", Secret: "new"}
	a := sign(t, s, "old", at)
	value := a.value("BOX-SIGNATURE-PRIMARY")
	reject(t, v, a, "does not fit")
	second := sign(t, s, "new", at).value("BOX-SIGNATURE-PRIMARY")
	accept(t, v, a.with("BOX-SIGNATURE-SECONDARY", second), "box")
	accept(t, v, a.with("BOX-SIGNATURE-PRIMARY").with("BOX-SIGNATURE-SECONDARY", second), "box")
	reject(t, v, a.with("BOX-SIGNATURE-SECONDARY", value), "does not fit")
}

func TestVerifier_IsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	a, text := load(t, "gitee/push")
	v, err := verify.New(engine.Verify{Scheme: "gitee", Secrets: []engine.Secret{"other", engine.Secret(text)}})
	require.NoError(t, err)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			for range 200 {
				if _, err := v.Verify(a.request()); err != nil {
					errs[i] = err
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
}

func BenchmarkVerify_GitHub(b *testing.B) {
	a, _ := load(b, "gitlab/push-event")
	a.body = strings.Repeat(a.body, 1+11_600/len(a.body))[:11_600]
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(a.body))
	signature := []string{"sha256=" + hex.EncodeToString(mac.Sum(nil))}
	v, err := verify.New(engine.Verify{Scheme: "github", Secret: "secret"})
	require.NoError(b, err)
	r := verify.Request{Method: "POST", Body: []byte(a.body), Header: func(name string) []string {
		if name == "X-Hub-Signature-256" {
			return signature
		}
		return nil
	}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify_Stripe(b *testing.B) {
	a, text := load(b, "stripe/vector-event")
	v, err := verify.New(engine.Verify{Scheme: "stripe", Secret: engine.Secret(text)})
	require.NoError(b, err)
	r := a.request()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(r); err != nil {
			b.Fatal(err)
		}
	}
}
