package httpcall_test

import (
	"maps"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestDo_AnswersThatLeaveOpenWhatBecameOfTheRequest(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		method   string
		status   int
		location string
		with     map[string]any
		outcome  engine.Outcome
		says     string
	}{
		{"POST", 303, "/done", nil, engine.OutcomeUnknown, "; the request may have done what it should: turn on followRedirects to see."},
		{"POST", 302, "/done", nil, engine.OutcomeUnknown, "; the request may have done what it should: turn on followRedirects to see."},
		{"GET", 302, "/there", nil, engine.OutcomeNotSent, ", which points to another address; use that one or turn on followRedirects."},
		{"POST", 307, "/there", nil, engine.OutcomeNotSent, ", which points to another address; use that one or turn on followRedirects."},
		{"POST", 303, "/404", map[string]any{"followRedirects": true}, engine.OutcomeUnknown, " answered 404 Not Found; check the address and what the step sends."},
		{"POST", 307, "/404", map[string]any{"followRedirects": true}, engine.OutcomeNotSent, " answered 404 Not Found; check the address and what the step sends."},
		{"GET", 304, "", nil, engine.OutcomeNotSent, " answered 304 Not Modified; check the address and what the step sends."},
		{"POST", 200, "", map[string]any{"expect": 201}, engine.OutcomeUnknown, " answered 200 OK, which expect does not list; the request may have done what it should."},
	} {
		t.Run(tc.method+" "+strconv.Itoa(tc.status)+" "+tc.location, func(t *testing.T) {
			t.Parallel()
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/404" {
					w.WriteHeader(http.StatusNotFound)
					return
				}
				if tc.location != "" {
					w.Header().Set("Location", tc.location)
				}
				w.WriteHeader(tc.status)
			})
			with := map[string]any{"url": base, "method": tc.method}
			maps.Copy(with, tc.with)
			_, _, err := do(t, newAction(t), engine.Call{With: with})
			f := engine.AsFailure(err)
			require.Equal(t, tc.outcome, f.Outcome)
			require.Contains(t, f.Message, tc.says)
			require.True(t, f.Permanent)
		})
	}
}

func TestDo_ARefusalThatBreaksOffIsOne(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte("later"))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	_, _, err := do(t, newAction(t), engine.Call{With: map[string]any{"url": base, "method": "POST"}})
	f := engine.AsFailure(err)
	require.Equal(t, engine.OutcomeNotSent, f.Outcome)
	require.Equal(t, 7*time.Second, f.RetryAfter)
	require.Contains(t, f.Message, " answered 429 Too Many Requests; it takes fewer requests than are sent.")

	// What would have been success is none when its body is cut.
	_, _, err = do(t, newAction(t), engine.Call{With: map[string]any{"url": base, "method": "POST", "expect": 429}})
	f = engine.AsFailure(err)
	require.Equal(t, engine.OutcomeUnknown, f.Outcome)
	require.False(t, f.Permanent)
}
