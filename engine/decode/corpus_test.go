package decode_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/decode"
)

var update = flag.Bool("update", false, "rewrite golden files")

// delivery is one recorded request of testdata/payloads.
type delivery struct {
	Name    string            `json:"-"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	File    string            `json:"body"`
	Sum     string            `json:"body_sha256"`
	Shape   string            `json:"shape"`
	Body    []byte            `json:"-"`
}

func (d delivery) contentType() string {
	for name, value := range d.Headers {
		if strings.EqualFold(name, "Content-Type") {
			return value
		}
	}
	return ""
}

func corpus(t testing.TB) []delivery {
	t.Helper()
	root := filepath.Join("testdata", "payloads")
	files, err := filepath.Glob(filepath.Join(root, "*", "*", "request.json"))
	require.NoError(t, err)
	list := make([]delivery, 0, len(files))
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		var d delivery
		require.NoError(t, json.Unmarshal(b, &d))
		d.Body, err = os.ReadFile(filepath.Join(filepath.Dir(file), d.File))
		require.NoError(t, err)
		sum := sha256.Sum256(d.Body)
		require.Equal(t, d.Sum, hex.EncodeToString(sum[:]), file)
		d.Name, err = filepath.Rel(root, filepath.Dir(file))
		require.NoError(t, err)
		list = append(list, d)
	}
	return list
}

// options are what the presets of these providers say.
func options(d delivery) decode.Options {
	switch provider, _, _ := strings.Cut(d.Name, string(filepath.Separator)); provider {
	case "braintree":
		return decode.Options{Field: "bt_payload", FieldEncoding: "base64+xml"}
	case "github", "slack":
		return decode.Options{Field: "payload"}
	default:
		return decode.Options{}
	}
}

func TestPayload_DecodesEveryRecordedDelivery(t *testing.T) {
	t.Parallel()
	list := corpus(t)
	require.Len(t, list, 206)
	var got strings.Builder
	for _, d := range list {
		require.NoError(t, decode.Check(d.contentType(), d.Body), d.Name)
		r := decode.Payload(d.contentType(), d.Body, options(d))
		require.Empty(t, r.Error, d.Name)
		shapeFits(t, d, r.Value)
		fmt.Fprintf(&got, "%s (%s): %s\n", filepath.ToSlash(d.Name), d.Shape, summary(r))
	}
	golden := filepath.Join("testdata", "payloads.golden")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}

func shapeFits(t *testing.T, d delivery, v any) {
	t.Helper()
	switch d.Shape {
	case "json-array":
		require.IsType(t, []any{}, v, d.Name)
	case "json-scalar":
		require.IsType(t, "", v, d.Name)
	case "empty", "query", "query-json":
		require.Nil(t, v, d.Name)
	case "form-json":
		require.Contains(t, []string{"map[string]interface {}", "[]interface {}"}, fmt.Sprintf("%T", v), d.Name)
	default:
		require.IsType(t, map[string]any{}, v, d.Name)
	}
}

func summary(r decode.Result) string {
	var s string
	switch v := r.Value.(type) {
	case nil:
		s = "nothing"
	case map[string]any:
		s = "object " + strings.Join(slices.Sorted(maps.Keys(v)), " ")
	case []any:
		s = fmt.Sprintf("list of %d", len(v))
	default:
		s = fmt.Sprintf("%T %v", v, v)
	}
	for _, pointer := range slices.Sorted(maps.Keys(r.Literals)) {
		s += fmt.Sprintf("; %s is written %s", pointer, r.Literals[pointer])
	}
	for _, note := range r.Notes {
		s += "; " + note
	}
	return s
}

func TestPayload_AgreesWithEncodingJSONOnEveryRecordedBody(t *testing.T) {
	t.Parallel()
	for _, d := range corpus(t) {
		if strings.HasPrefix(d.Shape, "json-") {
			agree(t, d.Body)
		}
	}
}

func TestPayload_KeepsTextOfAFormAsText(t *testing.T) {
	t.Parallel()
	for _, d := range corpus(t) {
		r := decode.Payload(d.contentType(), d.Body, options(d))
		switch filepath.ToSlash(d.Name) {
		case "heroku/deploy":
			require.Equal(t, "3eb5f44", r.Value.(map[string]any)["head"])
		case "slack/outgoing-webhook":
			require.Equal(t, "1485947263.000010", r.Value.(map[string]any)["timestamp"])
		case "mailchimp/subscribe":
			merges := r.Value.(map[string]any)["data"].(map[string]any)["merges"]
			require.Equal(t, "Agent", merges.(map[string]any)["FNAME"])
		case "mailgun/legacy-dropped-form":
			headers := r.Value.(map[string]any)["message-headers"].([]any)
			require.Equal(t, "X-Mailgun-Sid", headers[0].([]any)[0])
		case "mandrill/click":
			require.Equal(t, "click", r.Value.([]any)[0].(map[string]any)["event"])
		case "braintree/subscription_cancelled":
			n := r.Value.(map[string]any)["notification"].(map[string]any)
			require.Equal(t, "subscription_canceled", n["kind"])
			require.Equal(t, map[string]any{"@type": "datetime", "#text": "2021-02-15T18:13:22Z"}, n["timestamp"])
		case "recurly/canceled_account_notification":
			account := r.Value.(map[string]any)["canceled_account_notification"].(map[string]any)["account"].(map[string]any)
			require.Equal(t, map[string]any{"@nil": "true"}, account["username"])
			require.Equal(t, "Verena", account["first_name"])
		case "unbounce/form-submit":
			form := r.Value.(map[string]any)
			require.IsType(t, map[string]any{}, form["data.json"])
			require.IsType(t, "", form["data.xml"])
		}
	}
}

func TestText_FindsEventTypesOfRecordedDeliveries(t *testing.T) {
	t.Parallel()
	want := map[string]struct{ path, text string }{
		"stripe/vector-event":          {"type", "customer.created"},
		"sendgrid/click":               {"[0].event", "click"},
		"mandrill/click":               {"mandrill_events[0].event", "click"},
		"mailchimp/subscribe":          {"data.merges.EMAIL", "agentsmith@snowplowtest.com"},
		"unbounce/form-submit":         {"data.json", `{"userfield1"`},
		"aws-sns/bounce":               {"Type", "Notification"},
		"chargify/payment_success-2":   {"payload.subscription.id", "15100141"},
		"slack/slash-command-vector":   {"command", "/webhook-collect"},
		"postmark/bounce":              {"RecordType", "Bounce"},
		"mailgun/delivered":            {"event-data.event", "delivered"},
		"new-relic/deployment-form":    {"deployment.revision", "1242"},
		"facebook/feed-comment-add-25": {"entry[0].changes[0].field", "feed"},
	}
	found := 0
	for _, d := range corpus(t) {
		w, ok := want[filepath.ToSlash(d.Name)]
		if !ok {
			continue
		}
		found++
		text, ok := decode.Text(d.contentType(), d.Body, w.path)
		require.True(t, ok, d.Name)
		require.True(t, strings.HasPrefix(text, w.text), "%s: %s", d.Name, text)
	}
	require.Equal(t, len(want), found)
}
