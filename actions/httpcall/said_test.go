package httpcall_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestDo_AnAnswerCanSayThatNothingWasDone(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body string
		expect     map[string]any
		says       string
		outcome    engine.Outcome
	}{
		{name: "as it should", body: `{"ok":true,"data":{"n":7}}`, expect: map[string]any{"ok": true, "data.n": int64(7)}},
		{
			name: "an error beside status 200", body: `{"ok":false,"error":"channel_not_found"}`, expect: map[string]any{"ok": true},
			says: "answered 200 OK, but ok is false instead of true: channel_not_found", outcome: engine.OutcomeNotSent,
		},
		{
			name: "an error in a list", body: `{"errors":[{"message":"No such team"}],"data":null}`, expect: map[string]any{"data.made": true},
			says: "data.made is not there instead of true: No such team", outcome: engine.OutcomeUnknown,
		},
		{
			name: "a page instead of data", body: `<p>Sign in</p>`, expect: map[string]any{"status": "ok"},
			says: "status is not there instead of ok.", outcome: engine.OutcomeUnknown,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, tc.body) })
			_, output, err := do(t, newAction(t), engine.Call{With: map[string]any{"url": base, "method": "POST", "expectBody": tc.expect}})
			if tc.says == "" {
				require.NoError(t, err)
				require.NotEmpty(t, output)
				return
			}
			f := engine.AsFailure(err)
			require.Contains(t, f.Message, tc.says)
			require.Equal(t, tc.outcome, f.Outcome)
			require.True(t, f.Permanent)
			require.NotNil(t, f.Output)
		})
	}
}

func TestDo_TheAnswerSaysWhenToTryAgain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, header, body string
		wait               time.Duration
	}{
		{"a field", "", `{"ok":false,"parameters":{"retry_after":35}}`, 35 * time.Second},
		{"with a fraction", "", `{"parameters":{"retry_after":0.5}}`, 500 * time.Millisecond},
		{"the later of both", "3", `{"parameters":{"retry_after":"2"}}`, 3 * time.Second},
		{"too long", "", `{"parameters":{"retry_after":1e9}}`, 24 * time.Hour},
		{"neither", "", `{"parameters":{}}`, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if tc.header != "" {
					w.Header().Set("Retry-After", tc.header)
				}
				w.WriteHeader(http.StatusTooManyRequests)
				_, _ = io.WriteString(w, tc.body)
			})
			_, _, err := do(t, newAction(t), engine.Call{With: map[string]any{"url": base, "method": "POST", "retryAfter": "parameters.retry_after"}})
			f := engine.AsFailure(err)
			require.False(t, f.Permanent)
			require.Equal(t, tc.wait, f.RetryAfter)
		})
	}
}
