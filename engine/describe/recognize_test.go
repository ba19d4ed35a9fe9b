package describe_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/describe"
	"patchbay/engine/verify"
)

// unmarked are the recorded deliveries that nothing tells from those of others, and why.
func unmarked() map[string]string {
	const bare = "the object of an event without the event around it"
	return map[string]string{
		"discord/ping":                          "nothing but a number",
		"generic-hmac/vector-sha1":              "nobody's own",
		"generic-hmac/vector-sha1-multi-value":  "nobody's own",
		"generic-hmac/vector-sha256":            "nobody's own",
		"generic-hmac/vector-sha256-empty-body": "nobody's own",
		"generic-hmac/vector-sha512":            "nobody's own",
		"github/vector-sha256":                  "text with a signature header that Meta sends as well",
		"riemann/event":                         "host, service and state, as many tools write them",
		"stripe/charge.succeeded":               bare,
		"stripe/checkout.session.completed":     bare,
		"stripe/customer.updated":               bare,
		"stripe/invoice.payment_failed":         bare,
		"stripe/payment_method.attached":        bare,
		"stripe/subscription.created":           bare,
	}
}

func TestRecognize_NamesTheSendersOfRecordedDeliveries(t *testing.T) {
	t.Parallel()
	r := describe.NewRecognizer(verify.Providers())
	none := unmarked()
	named, missed := 0, 0
	for _, d := range deliveries(t) {
		e := d.event
		want, _ := verify.Lookup(d.provider)
		look := r.Recognize(&e, e.Body)
		switch {
		case look != nil:
			require.Equal(t, want.ID, look.Provider.ID, "%s: %s", d.name, look.Why)
			require.Empty(t, none[d.name], "%s is named after all", d.name)
			named++
		case none[d.name] != "":
			t.Logf("not named: %s: it has no mark: %s", d.name, none[d.name])
		default:
			t.Logf("not named: %s: its marks are not known", d.name)
			missed++
		}
	}
	t.Logf("named %d, missed %d, without a mark %d", named, missed, len(none))
	require.Greater(t, named, 180)
	require.GreaterOrEqual(t, float64(named), 0.95*float64(named+missed))
}

func TestRecognize_SaysWhy(t *testing.T) {
	t.Parallel()
	r := describe.NewRecognizer(verify.Providers())
	e := engine.Event{Headers: []engine.Header{{Name: "x-github-event", Value: "push"}}}
	look := r.Recognize(&e, nil)
	require.NotNil(t, look)
	require.Equal(t, "github", look.Provider.ID)
	require.Equal(t, "It has the header X-GitHub-Event, as its messages do.", look.Why)
	e = engine.Event{ContentType: jsonType, Body: []byte(`{"update_id":1,"message":{"message_id":2}}`)}
	look = r.Recognize(&e, e.Body)
	require.NotNil(t, look)
	require.Equal(t, "It has the fields update_id and message.message_id, as its messages do.", look.Why)
}

func TestRecognize_TellsForgesFromThoseTheyDescendFrom(t *testing.T) {
	t.Parallel()
	r := describe.NewRecognizer(verify.Providers())
	var headers []engine.Header
	for _, forge := range []string{"GitHub", "Gogs", "Gitea", "Forgejo"} {
		headers = append(headers, engine.Header{Name: "X-" + forge + "-Event", Value: "push"})
		look := r.Recognize(&engine.Event{Headers: headers}, nil)
		require.NotNil(t, look, forge)
		require.Equal(t, strings.ToLower(forge), look.Provider.ID)
	}
}

func TestRecognize_NamesNobodyWhereTwoAreAsSure(t *testing.T) {
	t.Parallel()
	e := engine.Event{Headers: []engine.Header{{Name: "Stripe-Signature", Value: "t=1"}, {Name: "X-Shopify-Topic", Value: "orders/create"}}}
	require.Nil(t, describe.NewRecognizer(verify.Providers()).Recognize(&e, nil))
	require.Nil(t, describe.NewRecognizer(verify.Providers()).Recognize(&engine.Event{ContentType: jsonType}, []byte(`{"hello":"world"}`)))
}

func TestProviders_AllHaveMarks(t *testing.T) {
	t.Parallel()
	var without []string
	for _, p := range verify.Providers() {
		if len(p.Marks) == 0 {
			without = append(without, p.ID)
		}
	}
	require.Equal(t, "[riemann]", fmt.Sprint(without))
}
