package runner_test

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// BenchmarkRunner accepts, routes and runs a real GitHub delivery, in a chain that
// ends in its first step: a filter, or a call of an action that takes no time.
func BenchmarkRunner(b *testing.B) {
	body, err := os.ReadFile(filepath.Join("testdata", "issues.json"))
	require.NoError(b, err)
	when := `payload.action == "opened" && payload.repository.full_name == "baxterthehacker/public-repo" && payload.issue.number > 0`
	for name, step := range map[string]engine.Step{
		"filter": {Key: "f", Action: "filter", With: map[string]any{"when": "payload.issue.number > 1000000"}},
		"send":   {Key: "s", Action: "send", With: map[string]any{"to": "a", "text": "{{ payload.issue.title }}"}},
	} {
		b.Run(name, func(b *testing.B) {
			h := newBenchHarness(b)
			require.NoError(b, h.db.Publish(b.Context(), &engine.Rule{ID: "r", Name: "R", Inbox: "in", When: when, Steps: []engine.Step{step}}, "b", 0, false))
			time.Sleep(50 * time.Millisecond)
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ResetTimer()
			var senders sync.WaitGroup
			for range 64 {
				senders.Go(func() {
					for left.Add(-1) >= 0 {
						e := &engine.Event{
							ID: newID(), Inbox: "in", ReceivedAt: time.Now(), Verdict: engine.Accepted, Route: engine.RoutePending, Method: "POST",
							ContentType: "application/json", Headers: []engine.Header{{Name: "X-GitHub-Event", Value: "issues"}}, Type: "issues",
							Body: append([]byte(nil), body...), Size: int64(len(body)), Origin: engine.OriginSender,
						}
						if _, err := h.db.Accept(b.Context(), e, engine.Claim{}); err != nil {
							b.Error(err)
							return
						}
						h.runner.Dispatch(e)
					}
				})
			}
			senders.Wait()
			accepted := b.Elapsed()
			for h.runner.Stats().Ended[engine.RunFiltered]+h.runner.Stats().Ended[engine.RunSucceeded] < int64(b.N) {
				time.Sleep(time.Millisecond)
			}
			b.ReportMetric(float64(b.N)/accepted.Seconds(), "accepted/s")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "done/s")
		})
	}
}
