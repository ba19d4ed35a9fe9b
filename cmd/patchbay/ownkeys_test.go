package main_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Of senders who alone have the key, what they signed is taken, and nothing else.
func TestServe_TakesWhatTheHolderOfTheKeySigned(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	api := p.client()
	for _, c := range []struct {
		name, scheme, body string
		key                func(t *testing.T) (public string, sign func(body string) delivery)
		edits              map[string]func(delivery) delivery
		status             int
		answer             string // where it is not that of an event
	}{
		{
			name: "discord-ping", scheme: "discord", body: `{"version":1,"id":"7","type":1}`, key: discordKey,
			edits:  map[string]func(delivery) delivery{"body": inBody(`"id":"`), "signature": inHeader("X-Signature-Ed25519"), "timestamp": inHeader("X-Signature-Timestamp")},
			status: http.StatusOK, answer: `{"type":1}`,
		},
		{
			name: "discord", scheme: "discord", body: `{"version":1,"type":1,"event":{"type":"APPLICATION_AUTHORIZED","data":{"id":"7"}}}`, key: discordKey,
			edits:  map[string]func(delivery) delivery{"body": inBody(`"id":"`), "signature": inHeader("X-Signature-Ed25519"), "timestamp": inHeader("X-Signature-Timestamp")},
			status: http.StatusAccepted,
		},
		{
			name: "sendgrid", scheme: "sendgrid", body: `[{"event":"bounce","email":"a@example.org","sg_event_id":"7"}]`, key: sendgridKey,
			edits: map[string]func(delivery) delivery{
				"body": inBody(`"sg_event_id":"`), "signature": inHeader("X-Twilio-Email-Event-Webhook-Signature"),
				"timestamp": inHeader("X-Twilio-Email-Event-Webhook-Timestamp"),
			},
			status: http.StatusAccepted,
		},
		{
			name: "paddle", scheme: "paddle-classic", body: "alert_id=7&alert_name=payment_succeeded&event_time=2026-01-01+10%3A00%3A00", key: paddleKey,
			edits:  map[string]func(delivery) delivery{"body": inBody("alert_id="), "signature": inBody("p_signature="), "timestamp": inBody("event_time=202")},
			status: http.StatusAccepted,
		},
	} {
		public, sign := c.key(t)
		other, _ := c.key(t)
		for inbox, secret := range map[string]string{c.name: public, c.name + "-other": other} {
			made, err := json.Marshal(map[string]any{"name": inbox, "verify": map[string]string{"scheme": c.scheme, "secret": secret}})
			require.NoError(t, err)
			api.call(http.MethodPost, "/inboxes", string(made))
		}
		genuine := sign(c.body)
		refuses := func(what, inbox string, d delivery) {
			d.path = "/in/" + inbox
			got, err := p.deliver(t.Context(), d)
			require.NoError(t, err)
			require.Equal(t, http.StatusUnauthorized, got.status, "%s, another %s: %s", c.name, what, got.body)
		}
		for what, edit := range c.edits {
			refuses(what, c.name, edit(genuine))
		}
		refuses("secret", c.name+"-other", genuine)
		require.Zero(t, api.ledger(c.name).Accepted, c.name)

		genuine.path = "/in/" + c.name
		got, err := p.deliver(t.Context(), genuine)
		require.NoError(t, err)
		require.Equal(t, c.status, got.status, "%s: %s", c.name, got.body)
		if c.answer != "" {
			require.JSONEq(t, c.answer, got.body, c.name)
			continue
		}
		require.EqualValues(t, 1, api.ledger(c.name).Accepted, c.name)
	}
}

// another is a byte that is not that one, of every alphabet that signatures are written in.
func another(b byte) byte {
	if b == '1' {
		return '2'
	}
	return '1'
}

// inHeader changes one byte in the middle of a header.
func inHeader(name string) func(delivery) delivery {
	return func(d delivery) delivery {
		text := []byte(d.header[name])
		text[len(text)/2] = another(text[len(text)/2])
		d.header = maps.Clone(d.header)
		d.header[name] = string(text)
		return d
	}
}

// inBody changes the byte of the body that stands behind a text.
func inBody(behind string) func(delivery) delivery {
	return func(d delivery) delivery {
		before, after, _ := strings.Cut(string(d.body), behind)
		d.body = []byte(before + behind + string(another(after[0])) + after[1:])
		return d
	}
}

func stampOf(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

func discordKey(t *testing.T) (string, func(string) delivery) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return hex.EncodeToString(public), func(body string) delivery {
		stamp := stampOf(time.Now())
		return delivery{body: []byte(body), header: map[string]string{
			"Content-Type": "application/json", "X-Signature-Timestamp": stamp,
			"X-Signature-Ed25519": hex.EncodeToString(ed25519.Sign(private, []byte(stamp+body))),
		}}
	}
}

func sendgridKey(t *testing.T) (string, func(string) delivery) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(der), func(body string) delivery {
		stamp := stampOf(time.Now())
		digest := sha256.Sum256([]byte(stamp + body))
		seal, err := ecdsa.SignASN1(rand.Reader, private, digest[:])
		require.NoError(t, err)
		return delivery{body: []byte(body), header: map[string]string{
			"Content-Type": "application/json", "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
			"X-Twilio-Email-Event-Webhook-Signature": base64.StdEncoding.EncodeToString(seal),
		}}
	}
}

// paddleKey signs what PHP's serialize makes of the fields of a form. They are given in
// the order of their names.
func paddleKey(t *testing.T) (string, func(string) delivery) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	require.NoError(t, err)
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	return public, func(body string) delivery {
		form, err := url.ParseQuery(body)
		require.NoError(t, err)
		var list strings.Builder
		list.WriteString("a:" + strconv.Itoa(len(form)) + ":{")
		for _, name := range []string{"alert_id", "alert_name", "event_time"} {
			for _, text := range []string{name, form.Get(name)} {
				list.WriteString("s:" + strconv.Itoa(len(text)) + `:"` + text + `";`)
			}
		}
		digest := sha1.Sum([]byte(list.String() + "}"))
		seal, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA1, digest[:])
		require.NoError(t, err)
		signed := body + "&p_signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(seal))
		return delivery{body: []byte(signed), header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}
	}
}
