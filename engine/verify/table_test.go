package verify_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// ids are the entries of the reference table that must be entries of ours.
var ids = map[string]string{
	"github": "github", "github_sha1": "github", "gitlab_token": "gitlab", "gitlab_signing": "gitlab", "bitbucket_cloud": "bitbucket",
	"gitea": "gitea", "forgejo": "forgejo", "gogs": "gogs", "stripe": "stripe", "slack": "slack", "shopify": "shopify",
	"intercom": "intercom", "meta": "instagram", "x_twitter": "twitter", "dropbox": "dropbox", "chargify": "maxio",
	"google_channel": "google-channel", "ms_teams_outgoing": "ms-teams", "zoom": "zoom", "twilio": "twilio", "mandrill": "mandrill",
	"square": "square", "adyen_platform": "adyen", "paddle": "paddle-billing", "lemonsqueezy": "lemonsqueezy", "typeform": "typeform",
	"calendly": "calendly", "jira": "jira", "linear": "linear", "notion": "notion", "asana": "asana", "trello": "trello",
	"hubspot_v3": "hubspot", "zendesk": "zendesk", "telegram": "telegram", "pagerduty": "pagerduty", "sentry": "sentry",
	"vercel": "vercel", "heroku": "heroku", "docusign": "docusign", "sanity": "sanity", "standard_webhooks": "standard-webhooks",
	"svix": "svix", "woocommerce": "woocommerce", "webflow": "webflow", "elevenlabs": "elevenlabs", "twitch": "twitch", "box": "box",
	"paystack": "paystack", "razorpay": "razorpay", "circleci": "circleci", "okta": "okta", "linkedin": "linkedin",
	"hubspot_v1": "hubspot", "hubspot_v2": "hubspot", "sendgrid": "sendgrid",
}

// senders are the other names that must lead to an entry: those of the reference table,
// and those under which deliveries were recorded.
var senders = []string{
	"aws-sns", "azure-event-grid", "cloudevents", "contentful", "discord", "google-pubsub", "mailchimp", "mailgun", "microsoft-graph",
	"ms-graph", "netlify", "paypal", "postmark", "sendgrid",
	"alertmanager", "azure-devops", "bitbucket-server", "braintree", "brevo", "callrail", "checkly", "coinbase-commerce", "desk-com",
	"docker-hub", "facebook", "generic-hmac", "gitee", "google-calendar", "google-cloud-monitoring", "google-cloudevents", "grafana",
	"graylog", "harness", "lemon-squeezy", "line", "mailersend", "mailjet", "marketo", "new-relic", "olark", "paddle-classic", "pingdom",
	"postal", "recurly", "resend", "riemann", "sparkpost", "statusgator", "transifex", "unbounce", "vmware-vrealize", "whatsapp", "wordpress",
}

func TestProviders_HoldEverySenderThatIsKnown(t *testing.T) {
	t.Parallel()
	for _, id := range senders {
		_, ok := verify.Lookup(id)
		require.True(t, ok, id)
	}
}

type referenceTable struct {
	Providers map[string]struct {
		Scheme referenceScheme `yaml:"scheme"`
	} `yaml:"providers"`
	Vectors []struct {
		Provider    string            `yaml:"provider"`
		Kind        string            `yaml:"kind"`
		Secret      string            `yaml:"secret"`
		PublicKey   string            `yaml:"public_key"`
		Body        string            `yaml:"body"`
		URL         string            `yaml:"url"`
		Method      string            `yaml:"method"`
		ContentType string            `yaml:"content_type"`
		Now         int64             `yaml:"now"`
		Headers     map[string]string `yaml:"headers"`
		Expected    string            `yaml:"expected"`
	} `yaml:"vectors"`
}

type referenceScheme struct {
	Type     string `yaml:"type"`
	Header   string `yaml:"header"`
	Algo     any    `yaml:"algo"`
	Encoding string `yaml:"encoding"`
	Message  string `yaml:"message"`
	Key      string `yaml:"key"`
	Prefix   string `yaml:"prefix"`
	Format   string `yaml:"format"`
	Multi    struct {
		Sep        string   `yaml:"sep"`
		ItemPrefix string   `yaml:"item_prefix"`
		TSKey      string   `yaml:"ts_key"`
		SigKeys    []string `yaml:"sig_keys"`
	} `yaml:"multi"`
	Timestamp *struct {
		Source    string `yaml:"source"`
		Unit      string `yaml:"unit"`
		Tolerance int    `yaml:"tolerance_s"`
		Enforce   bool   `yaml:"enforce"`
	} `yaml:"timestamp"`
}

func reference(t *testing.T) referenceTable {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "providers.yaml"))
	require.NoError(t, err)
	var r referenceTable
	require.NoError(t, yaml.Unmarshal(b, &r))
	require.NotEmpty(t, r.Providers)
	return r
}

const (
	signedURL  = "https://hooks.example.com/in/a%2Fb?x=%3A%7D"
	decodedURL = "https://hooks.example.com/in/a/b?x=:%7D"
)

// sign writes a request as the reference table says that the provider would, at a
// given time: an implementation of its own, to hold the verifier against.
func sign(t *testing.T, s referenceScheme, text string, at time.Time) attempt {
	t.Helper()
	a := attempt{method: http.MethodPost, url: signedURL, now: at}
	stamp := ""
	if s.Timestamp != nil {
		stamp = map[string]string{
			"s": strconv.FormatInt(at.Unix(), 10), "ms": strconv.FormatInt(at.UnixMilli(), 10), "rfc3339": at.UTC().Format(time.RFC3339),
		}[s.Timestamp.Unit]
		if name, ok := strings.CutPrefix(s.Timestamp.Source, "header:"); ok {
			a = a.with(name, stamp)
		}
	}
	a.body = `{"id":"evt_1","webhookTimestamp":` + strconv.FormatInt(at.UnixMilli(), 10) + `}`
	form := ""
	if strings.Contains(s.Message, "{form_sorted}") {
		a.body, form = "b=2&a=1&a=0&a=1&c=x+y%21", "a0a1b2cx y!"
		a = a.with("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	message := strings.NewReplacer(
		"{body}", a.body, "{ts}", stamp, "{method}", a.method, "{url}", signedURL, "{url_decoded}", decodedURL, "{form_sorted}", form,
		"{h:webhook-id}", "msg_1", "{h:svix-id}", "msg_1", "{h:Twitch-Eventsub-Message-Id}", "msg_1",
	).Replace(s.Message)
	for _, name := range []string{"webhook-id", "svix-id", "Twitch-Eventsub-Message-Id"} {
		a = a.with(name, "msg_1")
	}
	key := []byte(text)
	var err error
	switch s.Key {
	case "hex":
		key, err = hex.DecodeString(text)
	case "base64", "base64:whsec_":
		key, err = base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "whsec_"))
	}
	require.NoError(t, err)
	mac := hmac.New(map[any]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}[s.Algo], key)
	mac.Write([]byte(message))
	sum := mac.Sum(nil)
	digest := map[string]string{
		"hex": hex.EncodeToString(sum), "base64": base64.StdEncoding.EncodeToString(sum), "base64url": base64.RawURLEncoding.EncodeToString(sum),
	}[s.Encoding]
	switch s.Format {
	case "kv":
		digest = s.Multi.TSKey + "=" + stamp + s.Multi.Sep + s.Multi.SigKeys[0] + "=" + digest
	case "list":
		digest = s.Multi.ItemPrefix + digest
	}
	name, _, _ := strings.Cut(s.Header, "|")
	return a.with(strings.TrimSuffix(name, "..N"), s.Prefix+digest)
}

func secretFor(s referenceScheme) string {
	raw := []byte("0123456789abcdef01234567")
	switch s.Key {
	case "hex":
		return hex.EncodeToString(raw)
	case "base64":
		return base64.StdEncoding.EncodeToString(raw)
	case "base64:whsec_":
		return "whsec_" + base64.StdEncoding.EncodeToString(raw)
	default:
		return "a plain secret"
	}
}

func TestProviders_AcceptWhatTheReferenceSigns(t *testing.T) {
	t.Parallel()
	table := reference(t)
	at := time.Unix(1_790_000_000, 0)
	for name, id := range ids {
		s := table.Providers[name].Scheme
		if s.Type != "hmac" && s.Type != "token" {
			continue // of a kind of its own
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, ok := verify.Lookup(id)
			require.True(t, ok)
			v := engine.Verify{Scheme: id, Secret: engine.Secret(secretFor(s))}
			if s.Type == "token" {
				accept(t, v, attempt{}.with(s.Header, v.Secret.Reveal()), map[bool]string{true: "gitlab-token", false: p.ID}[p.ID == "gitlab"])
				reject(t, v, attempt{}.with(s.Header, v.Secret.Reveal()+" "), "is not the secret")
				return
			}
			require.Equal(t, "hmac", s.Type)
			a := sign(t, s, v.Secret.Reveal(), at)
			known := v
			if strings.Contains(s.Message, "{form_sorted}") {
				known.URL = a.url // it has a query
			}
			accept(t, known, a, map[bool]string{true: "github-sha1", false: p.ID}[name == "github_sha1"])
			changedBody(t, known, a)
			require.Equal(t, strings.Contains(s.Message, "{url"), p.SignsURL)
			if p.SignsURL {
				other := a
				other.url = "https://evil.example/in/x"
				reject(t, v, other.with("X-Forwarded-Host", "hooks.example.com").with("Host", "hooks.example.com"), "does not fit")
				v.URL = signedURL
				accept(t, v, other, p.ID)
			}
			tolerates(t, v, a, s)
		})
	}
}

// tolerates holds the tolerance against the reference: to the second, in both directions.
func tolerates(t *testing.T, v engine.Verify, a attempt, s referenceScheme) {
	t.Helper()
	if s.Timestamp == nil {
		return
	}
	p, _ := verify.Lookup(v.Scheme)
	allowed := time.Duration(s.Timestamp.Tolerance) * time.Second
	if p.ID == "paddle" {
		allowed = 5 * time.Minute // the reference suggests it instead of the 5 seconds of the libraries
	}
	if !s.Timestamp.Enforce {
		a.now = a.now.Add(1000 * time.Hour)
		accept(t, v, a, p.ID)
		return
	}
	signedAt := a.now
	for _, inside := range []time.Duration{allowed, -allowed} {
		a.now = signedAt.Add(inside)
		accept(t, v, a, p.ID)
		a.now = signedAt.Add(inside).Add(time.Duration(map[bool]int{true: 1, false: -1}[inside > 0]) * time.Second)
		reject(t, v, a, "This server's clock may be wrong.")
	}
}

func TestProviders_TableIsSound(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{"none": true, "key": true, "basic": true, "bearer": true, "header": true, "hmac": true}
	for id := range seen {
		_, ok := verify.Lookup(id)
		require.True(t, ok, id)
	}
	list := verify.Providers()
	require.NotEmpty(t, list)
	for _, p := range list {
		require.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, p.ID)
		require.NotEmpty(t, p.Title, p.ID)
		require.Regexp(t, `^https://`, p.DocURL, p.ID)
		for _, name := range append([]string{p.ID}, p.Aliases...) {
			require.False(t, seen[name], name)
			seen[name] = true
			found, ok := verify.Lookup(name)
			require.True(t, ok)
			require.Equal(t, p.ID, found.ID)
		}
		for _, s := range append(p.Type, p.Delivery...) {
			require.Contains(t, []string{"header", "json", "form", "query"}, s.From, p.ID)
			require.NotEmpty(t, s.Name, p.ID)
		}
		_, err := verify.New(engine.Verify{Scheme: p.ID, Pending: true})
		require.NoError(t, err, p.ID)
		_, err = verify.New(engine.Verify{Scheme: p.ID})
		require.Equal(t, p.NeedSecret, err != nil, p.ID)
	}
}

func TestLookup_EmptyIsKeyAndUnknownIsNone(t *testing.T) {
	t.Parallel()
	p, ok := verify.Lookup("")
	require.True(t, ok)
	require.Equal(t, "key", p.ID)
	_, ok = verify.Lookup("no-such-thing")
	require.False(t, ok)
}

func TestProviders_SayWhereTypeAndDeliveryStand(t *testing.T) {
	t.Parallel()
	github, _ := verify.Lookup("github")
	require.Equal(t, []verify.Source{{From: "header", Name: "X-GitHub-Event"}}, github.Type)
	require.Equal(t, []verify.Source{{From: "header", Name: "X-GitHub-Delivery"}}, github.Delivery)
	require.True(t, github.RerunFailed)
	require.Equal(t, "payload", github.PayloadField)
	stripe, _ := verify.Lookup("stripe")
	require.Equal(t, []verify.Source{{From: "json", Name: "type"}}, stripe.Type)
	gitlab, _ := verify.Lookup("gitlab")
	require.True(t, gitlab.RerunFailed)
	twilio, _ := verify.Lookup("twilio")
	require.Equal(t, []string{"GET"}, twilio.Methods)
}
