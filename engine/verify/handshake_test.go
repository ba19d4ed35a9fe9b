package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

func TestHandshakes_BelongToTheirProviders(t *testing.T) {
	t.Parallel()
	var with []string
	for _, p := range verify.Providers() {
		if len(p.Handshakes) > 0 {
			with = append(with, p.ID)
		}
	}
	require.Equal(t, []string{
		"asana", "aws-sns", "azure-event-grid", "cloudevents", "discord", "dropbox", "intercom", "linkedin", "mailchimp", "mandrill",
		"meta", "microsoft-graph", "notion", "okta", "slack", "trello", "twitch", "woocommerce", "x", "zoom",
	}, with)
	for _, p := range verify.General() {
		require.Empty(t, p.Handshakes, p.ID)
	}
}

func TestHandshake_ConfirmsOnlyAtItsProvider(t *testing.T) {
	t.Parallel()
	p, _ := verify.Lookup("aws-sns")
	require.Len(t, p.Handshakes, 1)
	h := p.Handshakes[0]
	for _, address := range []string{
		"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:1:t&Token=2336",
		"https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription",
	} {
		got, err := h.Target(address)
		require.NoError(t, err)
		require.Equal(t, address, got)
	}
	for _, address := range []string{
		"", "https://", "https:///", "http://sns.us-east-1.amazonaws.com/", "https://sns.us-east-1.amazonaws.com",
		"https://sns.us-east-1.amazonaws.com.evil.com/", "https://sns.evil.com/", "https://x.amazonaws.com/", "https://sns.amazonaws.com/",
		"https://sns.a.b.amazonaws.com/", "https://sns..amazonaws.com/", "https://evil.com#.amazonaws.com/", "https://sns.us-east-1.amazonaws.com:22/",
		"https://a@sns.us-east-1.amazonaws.com/", "https://sns.us-east-1.amazonaws.com@evil.com/", "https://sns.us-east-1.amazonaws.com\\@evil.com/",
		"https://127.0.0.1/?sns.us-east-1.amazonaws.com/", "//sns.us-east-1.amazonaws.com/", "HTTPS://sns.us-east-1.amazonaws.com/",
		"https://sns.%75s-east-1.amazonaws.com/", "https://xsns.us-east-1.amazonaws.com/",
	} {
		_, err := h.Target(address)
		require.Equal(t, engine.KindForbidden, engine.KindOf(err), address)
	}
}

// asked is a [verify.Asking] of plain maps.
type asked struct {
	headers, query, fields map[string]string
	body                   string
}

func one(of map[string]string, name string) []string {
	if v, ok := of[name]; ok {
		return []string{v}
	}
	return nil
}

func (a asked) Header(name string) []string { return one(a.headers, name) }
func (a asked) Query(name string) []string  { return one(a.query, name) }
func (a asked) Body() []byte                { return []byte(a.body) }

func (a asked) Field(path string) (string, bool) {
	v, ok := a.fields[path]
	return v, ok
}

func TestHandshake_DiscordsPingsAreNoEvents(t *testing.T) {
	t.Parallel()
	p, _ := verify.Lookup("discord")
	ask := func(body string, fields map[string]string) *verify.Handshake {
		return verify.Recognise(p.Handshakes, "POST", asked{body: body, fields: fields})
	}
	interaction := ask(`{"type":1,"token":"x"}`, map[string]string{"type": "1"})
	require.NotNil(t, interaction)
	require.True(t, interaction.Signed)
	a, err := interaction.Answer(engine.Verify{}, "", "*")
	require.NoError(t, err)
	require.JSONEq(t, `{"type":1}`, string(a.Body))
	ping := ask(`{"version":1,"type":0}`, map[string]string{"type": "0"})
	require.NotNil(t, ping)
	a, err = ping.Answer(engine.Verify{}, "", "*")
	require.NoError(t, err)
	require.Equal(t, 204, a.Status)
	require.Empty(t, a.Body)
	require.Nil(t, ask(`{"version":1,"type":1,"event":{"type":"X"}}`, map[string]string{"type": "1", "event.type": "X"}), "a real event")
	require.Nil(t, ask(`{"type":2}`, map[string]string{"type": "2"}), "a command")
}
