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
	"patchbay/engine/verify"
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

func corpus(tb testing.TB) []delivery {
	tb.Helper()
	root := filepath.Join("testdata", "payloads")
	files, err := filepath.Glob(filepath.Join(root, "*", "*", "request.json"))
	require.NoError(tb, err)
	list := make([]delivery, 0, len(files))
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(tb, err)
		var d delivery
		require.NoError(tb, json.Unmarshal(b, &d))
		d.Body, err = os.ReadFile(filepath.Join(filepath.Dir(file), d.File))
		require.NoError(tb, err)
		sum := sha256.Sum256(d.Body)
		require.Equal(tb, d.Sum, hex.EncodeToString(sum[:]), file)
		d.Name, err = filepath.Rel(root, filepath.Dir(file))
		require.NoError(tb, err)
		list = append(list, d)
	}
	return list
}

// options are what the presets of the providers say.
func options(d delivery) decode.Options {
	provider, _, _ := strings.Cut(d.Name, string(filepath.Separator))
	p, _ := verify.Lookup(provider)
	return decode.Options{Field: p.PayloadField, FieldEncoding: p.PayloadEncoding}
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
	parts := []string{s}
	for _, pointer := range slices.Sorted(maps.Keys(r.Literals)) {
		parts = append(parts, pointer+" is written "+r.Literals[pointer])
	}
	return strings.Join(append(parts, r.Notes...), "; ")
}

func TestPayload_AgreesWithEncodingJSONOnEveryRecordedBody(t *testing.T) {
	t.Parallel()
	for _, d := range corpus(t) {
		if strings.HasPrefix(d.Shape, "json-") {
			agree(t, d.Body)
		}
	}
}

// at walks into a payload: names in objects, numbers in lists.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, segment := range path {
		switch segment := segment.(type) {
		case string:
			object, ok := v.(map[string]any)
			require.True(t, ok, "%v", path)
			v = object[segment]
		case int:
			list, ok := v.([]any)
			require.True(t, ok, "%v", path)
			require.Less(t, segment, len(list))
			v = list[segment]
		}
	}
	return v
}

func TestPayload_OfRecordedForms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path []any
		want any
	}{
		"heroku/deploy":                    {[]any{"head"}, "3eb5f44"},
		"slack/outgoing-webhook":           {[]any{"timestamp"}, "1485947263.000010"},
		"mailchimp/subscribe":              {[]any{"data", "merges", "FNAME"}, "Agent"},
		"mailgun/legacy-dropped-form":      {[]any{"message-headers", 0, 0}, "X-Mailgun-Sid"},
		"mandrill/click":                   {[]any{0, "event"}, "click"},
		"chargify/payment_success-2":       {[]any{"payload", "subscription", "state"}, "active"},
		"braintree/subscription_cancelled": {[]any{"notification", "timestamp"}, map[string]any{"@type": "datetime", "#text": "2021-02-15T18:13:22Z"}},
		"recurly/canceled_account_notification": {
			[]any{"canceled_account_notification", "account", "username"}, map[string]any{"@nil": "true"},
		},
		"unbounce/form-submit": {[]any{"data.json", "page_name", 0}, "Wayfaring"},
	}
	found := 0
	for _, d := range corpus(t) {
		tt, ok := tests[filepath.ToSlash(d.Name)]
		if !ok {
			continue
		}
		found++
		r := decode.Payload(d.contentType(), d.Body, options(d))
		require.Equal(t, tt.want, at(t, r.Value, tt.path...), d.Name)
	}
	require.Len(t, tests, found)
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
	require.Len(t, want, found)
}
