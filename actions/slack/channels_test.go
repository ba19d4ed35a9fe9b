package slack_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/outbound"
	"patchbay/actions/slack"
	"patchbay/engine"
)

// channels asks a Slack that lists its channels as answers say, by types and cursor.
func channels(t *testing.T, answers map[string]map[string]any, field string, secrets map[string]engine.Secret) ([]engine.Choice, error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.Method != http.MethodGet || r.URL.Path != "/api/conversations.list" || r.Header.Get("Authorization") != "Bearer "+token.Reveal() {
			answer(w, map[string]any{"ok": false, "error": "invalid_auth"})
			return
		}
		answer(w, answers[strings.TrimSuffix(q.Get("types")+" "+q.Get("cursor"), " ")])
	}))
	t.Cleanup(server.Close)
	client, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}, Now: time.Now})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	c := &engine.Connection{Name: "ops", Type: "slack", With: map[string]any{"apiUrl": server.URL + "/api"}, Secrets: secrets}
	return slack.NewConnection(client).Choices(t.Context(), c, field)
}

func page(cursor string, names ...string) map[string]any {
	var list []any
	for _, name := range names {
		list = append(list, map[string]any{"id": "C-" + name, "name": name})
	}
	return map[string]any{"ok": true, "channels": list, "response_metadata": map[string]any{"next_cursor": cursor}}
}

func TestChoices_ListChannels(t *testing.T) {
	t.Parallel()
	bot := map[string]engine.Secret{"botToken": token}
	const all, public = "public_channel,private_channel", "public_channel"
	refused := map[string]any{"ok": false, "error": "missing_scope"}

	list, err := channels(t, map[string]map[string]any{all: page("next", "ops", "general"), all + " next": page("", "alerts")}, "channel", bot)
	require.NoError(t, err)
	require.Equal(t, []engine.Choice{{Value: "C-alerts", Title: "#alerts"}, {Value: "C-general", Title: "#general"}, {Value: "C-ops", Title: "#ops"}}, list)
	list, err = channels(t, map[string]map[string]any{all: refused, public: page("", "ops")}, "channel", bot)
	require.NoError(t, err)
	require.Len(t, list, 1, "an app that may not see private channels lists the public ones")

	_, err = channels(t, map[string]map[string]any{all: refused, public: refused}, "channel", bot)
	require.ErrorContains(t, err, "channels:read")
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
	_, err = channels(t, nil, "channel", map[string]engine.Secret{"botToken": "xoxb-other"})
	require.ErrorContains(t, err, "no longer accepts the token")
	require.NotContains(t, err.Error(), "xoxb-other")
	_, err = channels(t, nil, "channel", map[string]engine.Secret{"webhookUrl": "https://hooks.slack.com/services/T1/B1/x"})
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	_, err = channels(t, nil, "text", bot)
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
}
