package slack_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/actions/outbound"
	"patchbay/actions/slack"
	"patchbay/engine"
)

func wired(tb testing.TB, wire *actiontest.Wire) engine.Action {
	tb.Helper()
	c, err := outbound.New(outbound.Options{Allow: []string{"10.1.1.1"}, Now: time.Now, Connect: wire.Connect})
	require.NoError(tb, err)
	tb.Cleanup(c.Close)
	return slack.New(c, slack.NewConnection(c))
}

// Whatever Slack, or who says so, answers: only ok: true is a success, and the token
// is in nothing that is shown.
func FuzzAnswer(f *testing.F) {
	f.Add(200, "", `{"ok":true,"ts":"1.2","channel":"C1"}`, true)
	f.Add(200, "", `{"ok":false,"error":"channel_not_found"}`, true)
	f.Add(200, "7", `{"ok":false,"error":"ratelimited"}`, true)
	f.Add(200, "", `{"ok":"true"}`, true)
	f.Add(200, "", `{"ok":false,"error":"xoxb-1234-abcdef"}`, true)
	f.Add(200, "", `{"ok":true,"ts":{"a":"xoxb-1234-abcdef"},"channel":[1e400]}`, true)
	f.Add(429, "Fri, 02 Jan 2026 03:05:05 GMT", ``, true)
	f.Add(410, "", "channel_is_archived", false)
	f.Add(503, "-1", "\xff", false)
	f.Fuzz(func(t *testing.T, status int, retryAfter, body string, bot bool) {
		if status < 200 || status > 999 {
			return
		}
		wire := &actiontest.Wire{Answer: []byte("HTTP/1.1 " + strconv.Itoa(status) + " x\r\nConnection: close\r\nRetry-After: " +
			strings.NewReplacer("\r", "", "\n", "").Replace(retryAfter) + "\r\n\r\n" + body)}
		a := wired(t, wire)
		c := &engine.Connection{Name: "ops", Type: "slack", With: map[string]any{"apiUrl": "http://10.1.1.1/api"}, Secrets: map[string]engine.Secret{"botToken": token}}
		with := map[string]any{"text": "hello", "channel": "#ops"}
		if !bot {
			c = &engine.Connection{Name: "hook", Type: "slack", Secrets: map[string]engine.Secret{"webhookUrl": "http://10.1.1.1/services/T1/B1/" + token}}
			delete(with, "channel")
		}
		plan, err := a.Plan(t.Context(), engine.Call{With: with, Template: with, Connection: c})
		require.NoError(t, err)
		result, err := a.Do(t.Context(), plan)
		shown := []any{result.Output, result.Log}
		if err != nil {
			failure, ok := errors.AsType[*engine.Failure](err)
			require.True(t, ok)
			require.NotEmpty(t, failure.Message)
			require.LessOrEqual(t, failure.RetryAfter, 24*time.Hour)
			shown = []any{failure.Output, failure.Message}
		} else {
			require.Equal(t, 2, status/100)
			var answer struct {
				OK bool `json:"ok"`
			}
			require.True(t, !bot || json.Unmarshal([]byte(body), &answer) == nil && answer.OK, "%q is no success", body)
		}
		text, err := json.Marshal(shown)
		require.NoError(t, err)
		require.NotContains(t, string(text), token.Reveal())
	})
}

// Whatever a payload puts into blocks, nobody is notified whom the author did not name.
func FuzzMention(f *testing.F) {
	f.Add("<!channel>", "<@U123>")
	f.Add("<!", "channel>")
	f.Add("<<!here>", "|x>")
	f.Add("<#C1|general> <!subteam^S1>", "\u2028<!everyone\n>")
	active := regexp.MustCompile(`<[!@#][^>]*>`)
	f.Fuzz(func(t *testing.T, first, second string) {
		a := wired(t, &actiontest.Wire{})
		blocks := func(x, y string) []any {
			return []any{map[string]any{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": "<@U1> " + x + y}, "fields": []any{x, y}}}
		}
		c := &engine.Connection{Name: "ops", Type: "slack", Secrets: map[string]engine.Secret{"botToken": token}}
		plan, err := a.Plan(t.Context(), engine.Call{
			With:       map[string]any{"channel": "#ops", "blocks": blocks(first, second)},
			Template:   map[string]any{"channel": "#ops", "blocks": blocks("{{ payload.x }}", "{{ payload.y }}")},
			Connection: c,
		})
		if err != nil {
			fault, ok := errors.AsType[*engine.Error](err)
			require.True(t, ok)
			require.Equal(t, engine.KindInvalid, fault.Kind)
			return
		}
		if plan.Preview.Truncated {
			return
		}
		require.Equal(t, http.MethodPost, plan.Preview.Method)
		var body map[string]any
		require.NoError(t, json.Unmarshal([]byte(plan.Preview.Body), &body))
		for _, text := range texts(body) {
			for _, found := range active.FindAllString(text, -1) {
				require.Equal(t, "<@U1>", found)
			}
		}
	})
}

// texts returns all texts of a value.
func texts(v any) []string {
	var all []string
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, e := range v {
			all = append(all, texts(e)...)
		}
	case map[string]any:
		for _, e := range v {
			all = append(all, texts(e)...)
		}
	}
	return all
}
