package ingest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

const (
	shakeSecret = "0123456789abcdef0123456789abcdef"
	verifyToken = "chosen-by-the-operator"
	challenge   = "Ch4llenge_of-the.sender"
)

// trial is a handshake as its provider sends it, with CHALLENGE where the value stands,
// and the answer that the provider wants.
type trial struct {
	name     string
	provider string
	method   string
	query    string
	headers  []string
	body     string
	signed   bool // the inbox's own proof is added

	status int
	typ    string
	want   string
	header [2]string
}

func mac(encode func([]byte) string, text string) string {
	sum := hmac.New(sha256.New, []byte(shakeSecret))
	sum.Write([]byte(text))
	return encode(sum.Sum(nil))
}

const (
	text     = "text/plain; charset=utf-8"
	jsonType = "application/json"
)

func trials() []trial {
	asJSON := []string{"Content-Type", jsonType}
	asForm := []string{"Content-Type", "application/x-www-form-urlencoded"}
	return []trial{
		{name: "dropbox", provider: "dropbox", method: "GET", query: "challenge=CHALLENGE", status: 200, typ: text, want: "CHALLENGE"},
		{
			name: "meta", provider: "meta", method: "GET", query: "hub.mode=subscribe&hub.challenge=CHALLENGE&hub.verify_token=" + verifyToken,
			status: 200, typ: text, want: "CHALLENGE",
		},
		{name: "microsoft-graph", provider: "microsoft-graph", method: "POST", query: "validationToken=CHALLENGE", status: 200, typ: text, want: "CHALLENGE"},
		{
			name: "x", provider: "x", method: "GET", query: "crc_token=CHALLENGE", status: 200, typ: jsonType,
			want: `{"response_token":"sha256=` + mac(base64.StdEncoding.EncodeToString, challenge) + `"}`,
		},
		{
			name: "linkedin", provider: "linkedin", method: "GET", query: "challengeCode=CHALLENGE", status: 200, typ: jsonType,
			want: `{"challengeCode":"CHALLENGE","challengeResponse":"` + mac(hex.EncodeToString, challenge) + `"}`,
		},
		{
			name: "slack", provider: "slack", method: "POST", headers: asJSON, signed: true,
			body:   `{"token":"Jhj5dZrVaK7ZwHHjRyZWjbDl","challenge":"CHALLENGE","type":"url_verification"}`,
			status: 200, typ: text, want: "CHALLENGE",
		},
		{
			name: "azure-event-grid", provider: "azure-event-grid", method: "POST", headers: append(asJSON, "aeg-event-type", "SubscriptionValidation"),
			body: `[{"id":"2d1781af-3a4c-4d7c-bd0c-e34b19da4e66","topic":"/subscriptions/x","subject":"",` +
				`"data":{"validationCode":"CHALLENGE","validationUrl":"https://rp-eastus2.eventgrid.azure.net:553/x"},` +
				`"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","metadataVersion":"1","dataVersion":"1"}]`,
			status: 200, typ: jsonType, want: `{"validationResponse":"CHALLENGE"}`,
		},
		{
			name: "azure-event-grid in the form of CloudEvents", provider: "azure-event-grid", method: "OPTIONS", headers: []string{"WebHook-Request-Origin", "CHALLENGE"},
			status: 200, typ: text, header: [2]string{"WebHook-Allowed-Origin", "CHALLENGE"},
		},
		{
			name: "twitch", provider: "twitch", method: "POST", signed: true,
			headers: append(asJSON, "Twitch-Eventsub-Message-Type", "webhook_callback_verification", "Twitch-Eventsub-Message-Id", "e76c6bd4"),
			body:    `{"challenge":"CHALLENGE","subscription":{"id":"f1c2a387","status":"webhook_callback_verification_pending"}}`,
			status:  200, typ: text, want: "CHALLENGE",
		},
		{
			name: "zoom", provider: "zoom", method: "POST", headers: asJSON, signed: true,
			body:   `{"payload":{"plainToken":"CHALLENGE"},"event_ts":1654503849680,"event":"endpoint.url_validation"}`,
			status: 200, typ: jsonType, want: `{"plainToken":"CHALLENGE","encryptedToken":"` + mac(hex.EncodeToString, challenge) + `"}`,
		},
		{
			name: "okta", provider: "okta", method: "GET", headers: []string{"X-Okta-Verification-Challenge", "CHALLENGE"},
			status: 200, typ: jsonType, want: `{"verification":"CHALLENGE"}`,
		},
		{
			name: "cloudevents", provider: "cloudevents", method: "OPTIONS",
			headers: []string{"WebHook-Request-Origin", "CHALLENGE", "WebHook-Request-Callback", "https://callback.example.com/grant", "WebHook-Request-Rate", "120"},
			status:  200, typ: text, header: [2]string{"WebHook-Allowed-Origin", "CHALLENGE"},
		},
		{name: "trello", provider: "trello", method: "HEAD", status: 200, typ: text},
		{name: "intercom", provider: "intercom", method: "HEAD", status: 200, typ: text},
		{name: "mailchimp", provider: "mailchimp", method: "GET", status: 200, typ: text},
		{name: "mandrill looks", provider: "mandrill", method: "HEAD", status: 200, typ: text},
		{
			name: "mandrill tries", provider: "mandrill", method: "POST", headers: append(asForm, "X-Mandrill-Signature", "signed with test-webhook"),
			body: "mandrill_events=%5B%5D", status: 200, typ: text,
		},
		{name: "woocommerce", provider: "woocommerce", method: "POST", headers: asForm, body: "webhook_id=7", status: 200, typ: text},
	}
}

func (s trial) put(value string) trial {
	s.query = strings.ReplaceAll(s.query, "CHALLENGE", url.QueryEscape(value))
	s.body = strings.ReplaceAll(s.body, "CHALLENGE", inJSON(value))
	s.headers = slices.Clone(s.headers)
	for i := range s.headers {
		s.headers[i] = strings.ReplaceAll(s.headers[i], "CHALLENGE", value)
	}
	s.want, s.header[1] = strings.ReplaceAll(s.want, "CHALLENGE", value), strings.ReplaceAll(s.header[1], "CHALLENGE", value)
	return s
}

// inJSON writes a text as it stands between the quotes of a JSON string.
func inJSON(value string) string {
	quoted, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}

// inboxOf is an inbox of a provider that is ready to receive.
func inboxOf(t *testing.T, provider string) *engine.Inbox {
	t.Helper()
	none := engine.Rate(0)
	v := engine.Verify{Scheme: provider, Secret: shakeSecret, Token: verifyToken}
	if verify.ByKey(v) {
		v.Secret, v.Key = "", addressKey
	}
	_, err := verify.New(v)
	require.NoError(t, err)
	return &engine.Inbox{Name: provider, Verify: v, Limits: engine.Limits{Rate: &none}}
}

// target is the whole address of an inbox of the same name as its provider.
func target(in *engine.Inbox) string {
	if key := in.Verify.Key.Reveal(); key != "" {
		return "/in/" + in.Name + "/" + key
	}
	return "/in/" + in.Name
}

// headersFor are the headers of a trial with the proof that an inbox wants.
func (b *bundle) headersFor(in *engine.Inbox, s trial) []string {
	b.t.Helper()
	headers := slices.Clone(s.headers)
	if !s.signed {
		return headers
	}
	v, err := verify.New(in.Verify)
	require.NoError(b.t, err)
	proof, err := v.Sign(verify.Request{
		Method: s.method, URL: "https://hooks.example.com" + target(in), Body: []byte(s.body), Now: *b.now.Load(),
		Header: func(name string) []string {
			for i := 0; i < len(headers); i += 2 {
				if strings.EqualFold(headers[i], name) {
					return []string{headers[i+1]}
				}
			}
			return nil
		},
	})
	require.NoError(b.t, err)
	for _, line := range proof.Headers {
		headers = append(headers, line.Name, line.Value)
	}
	return headers
}

// shake sends a trial to an inbox.
func (b *bundle) shake(in *engine.Inbox, s trial) response {
	b.t.Helper()
	return b.send(s.method, target(in)+"?"+s.query, []byte(s.body), b.headersFor(in, s)...)
}

func requireHarmless(t *testing.T, r response) {
	t.Helper()
	require.Equal(t, "nosniff", r.header.Get("X-Content-Type-Options"))
	require.NotContains(t, r.header.Get("Content-Type"), "html")
	require.NotContains(t, r.body, "<")
}

func TestHandshake_TheInboxsOwnProviderIsAnswered(t *testing.T) {
	t.Parallel()
	for _, s := range trials() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			in := inboxOf(t, s.provider)
			b := setup(t, in)
			s := s.put(challenge)
			got := b.shake(in, s)
			require.Equal(t, s.status, got.status, got.body)
			require.Equal(t, s.typ, got.header.Get("Content-Type"))
			require.Equal(t, "sandbox", got.header.Get("Content-Security-Policy"))
			requireHarmless(t, got)
			if s.method != http.MethodHead {
				require.Equal(t, s.want, got.body)
			}
			if s.header[0] != "" {
				require.Equal(t, s.header[1], got.header.Get(s.header[0]))
			}
			state := b.handler.Handshakes(t.Context(), in.Name)
			require.Equal(t, engine.Handshakes{Answered: 1, LastAt: *b.now.Load(), Brings: state.Brings}, state)
			require.Zero(t, b.ledger(in.Name).Received, "a handshake makes no event")
			require.Empty(t, b.stored(in.Name))
			require.Empty(t, b.fetched.urls, "nothing is called back")
		})
	}
}

func TestHandshake_NobodyElseIsAnswered(t *testing.T) {
	t.Parallel()
	none := engine.Rate(0)
	others := []*engine.Inbox{open("none"), github("github")}
	for _, v := range []engine.Verify{
		{Scheme: "key", Key: addressKey},
		{Scheme: "stripe", Secret: shakeSecret},
		{Scheme: "standard-webhooks", Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
		{Scheme: "header", Header: "X-Token", Secret: shakeSecret},
	} {
		others = append(others, &engine.Inbox{Name: v.Scheme, Verify: v})
	}
	of := map[string]bool{}
	for _, s := range trials() {
		if !of[s.provider] {
			of[s.provider] = true
			others = append(others, inboxOf(t, s.provider))
		}
	}
	for _, in := range others {
		in.Limits.Rate = &none
	}
	b := setup(t, others...)
	for _, in := range others {
		for _, s := range trials() {
			if s.provider == in.Name || s.method == http.MethodOptions && (in.Name == "azure-event-grid" || in.Name == "cloudevents") { // both speak it
				continue
			}
			before := b.handler.Handshakes(t.Context(), in.Name).Answered
			s := s.put(challenge)
			s.signed = false
			got := b.shake(in, s)
			require.NotContains(t, got.body, challenge, "%s at an inbox of %s", s.name, in.Name)
			for name, values := range got.header {
				require.NotContains(t, values, challenge, "%s: %s at an inbox of %s", name, s.name, in.Name)
			}
			looks := s.method == http.MethodGet && in.Name == "mailchimp"
			if !looks && s.method != http.MethodHead {
				require.Equal(t, before, b.handler.Handshakes(t.Context(), in.Name).Answered, "%s at an inbox of %s", s.name, in.Name)
			}
		}
	}
}

func TestHandshake_NeverReflectsWhatCouldBeMore(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"markup": "<script>alert(1)</script>", "a single bracket": "a>b", "a line break": "a\r\nSet-Cookie: x=1", "a NUL": "a\x00b",
		"letters of no challenge": "naïve", "too long": strings.Repeat("a", 1025), "nothing": "",
	}
	for _, s := range trials() {
		if !strings.Contains(s.query+s.body+strings.Join(s.headers, ""), "CHALLENGE") {
			continue
		}
		in := inboxOf(t, s.provider)
		b := setup(t, in)
		for name, value := range values {
			if s.query == "" && s.body == "" && strings.ContainsAny(value, "\r\n\x00") {
				continue // a header cannot carry it
			}
			got := b.shake(in, s.put(value))
			require.GreaterOrEqual(t, got.status, 400, "%s: %s", s.name, name)
			requireHarmless(t, got)
			require.Empty(t, got.header.Get("Set-Cookie"))
		}
		whole := strings.Repeat("a", 1024)
		require.Contains(t, []int{200}, b.shake(in, s.put(whole)).status, s.name)
		quoted := b.shake(in, s.put(`a"b\c`))
		if s.typ == jsonType && strings.Contains(s.want, "CHALLENGE") && s.body == "" {
			require.Contains(t, quoted.body, `a\"b\\c`, s.name)
		}
	}
}

func TestHandshake_SignedOnesProveThemselvesFirst(t *testing.T) {
	t.Parallel()
	for _, s := range trials() {
		if !s.signed {
			continue
		}
		in := inboxOf(t, s.provider)
		b := setup(t, in)
		s := s.put(challenge)
		bare := s
		bare.signed = false
		got := b.shake(in, bare)
		require.Equal(t, http.StatusUnauthorized, got.status, s.name)
		require.NotContains(t, got.body, challenge)

		wrong := *in
		wrong.Verify.Secret = "another secret of the same length"
		got = b.shake(&wrong, s)
		require.Equal(t, http.StatusUnauthorized, got.status, s.name)
		require.NotContains(t, got.body, challenge)
		require.EqualValues(t, 2, b.ledger(in.Name).Rejected, "who cannot prove itself stands in the ledger")

		// Sent once more when its time is over, it is one more request without proof.
		later := b.now.Load().Add(time.Hour)
		headers := b.headersFor(in, s)
		require.Equal(t, http.StatusOK, b.send(s.method, target(in), []byte(s.body), headers...).status)
		b.now.Store(&later)
		require.Equal(t, http.StatusUnauthorized, b.send(s.method, target(in), []byte(s.body), headers...).status, s.name)
		require.EqualValues(t, 1, b.handler.Handshakes(t.Context(), in.Name).Answered)
	}
}
