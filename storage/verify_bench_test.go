package storage_test

import (
	"context"
	"flag"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

var verifyEvents = flag.Int64("verify-events", 100_000, "events of BenchmarkVerify, each with a run")

// fill stores events that each have a run that succeeded in its second attempt.
func fill(b *testing.B, db *storage.DB, epoch, events int64) {
	b.Helper()
	steps := []engine.Step{{Key: "post", Action: "http"}}
	require.NoError(b, db.Publish(b.Context(), &engine.Rule{ID: "new-issue", Name: "New issue", Inbox: "github", Steps: steps}, "", 0, false))
	var next atomic.Int64
	var callers sync.WaitGroup
	for range benchCallers {
		callers.Go(func() {
			for n := next.Add(1); n <= events; n = next.Add(1) {
				if err := fillOne(b.Context(), db, epoch, n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	callers.Wait()
}

func fillOne(ctx context.Context, db *storage.DB, epoch, n int64) error {
	e := githubEvent(n)
	run := &engine.Run{
		ID: engine.ID(uuid.Must(uuid.NewV7())), EventID: e.ID, Inbox: e.Inbox, RuleID: "new-issue", RuleName: "New issue", RuleVersion: 1,
		Trigger: engine.TriggerLive, State: engine.RunRunning, CreatedAt: time.Now(), StartedAt: time.Now(),
	}
	first := &engine.Attempt{
		RunID: run.ID, Key: "post", Action: "http", Number: 1, State: engine.StepFailed, RetryAt: time.Now(),
		With:    map[string]any{"method": "POST", "url": "https://example.com/hook", "json": map[string]any{"title": e.Summary}},
		Preview: &engine.Preview{Kind: "request", Method: "POST", URL: "https://example.com/hook", Body: e.Summary},
	}
	if _, err := db.Accept(ctx, e, engine.Claim{Key: e.DeliveryID}); err != nil {
		return err
	}
	_, err := db.Route(ctx, engine.Routing{
		Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: epoch, Runs: []engine.NewRun{{Run: run, Attempts: []*engine.Attempt{first}}},
	})
	if err != nil {
		return err
	}
	run.State, run.Step, run.FinishedAt = engine.RunSucceeded, 1, time.Now()
	done := &engine.Attempt{
		RunID: run.ID, Key: "post", Action: "http", Number: 2, State: engine.StepSucceeded, Outcome: engine.OutcomeSent,
		Output: map[string]any{"status": int64(200), "body": map[string]any{"ok": true}},
	}
	_, err = db.Settle(ctx, engine.Settlement{Run: run, Epoch: epoch, Attempts: []*engine.Attempt{done}})
	return err
}

// BenchmarkVerify checks a large database while a sender goes on: how long that
// takes, and how long the sender waits for its commits meanwhile.
func BenchmarkVerify(b *testing.B) {
	db, _ := openBench(b)
	defer func() { require.NoError(b, db.Close()) }()
	epoch, err := db.Begin(b.Context())
	require.NoError(b, err)
	fill(b, db, epoch, *verifyEvents)
	ctx, stop := context.WithCancel(b.Context())
	var waits []time.Duration
	var sender sync.WaitGroup
	sender.Go(func() {
		for n := *verifyEvents; ctx.Err() == nil; n++ {
			began := time.Now()
			if err := fillOne(context.WithoutCancel(ctx), db, epoch, n); err != nil {
				b.Error(err)
				return
			}
			waits = append(waits, time.Since(began)/3) // three commits
		}
	})
	for b.Loop() {
		faults, err := db.Verify(b.Context())
		require.NoError(b, err)
		require.Empty(b, faults)
	}
	stop()
	sender.Wait()
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-commit-ms")
	b.ReportMetric(float64(waits[len(waits)-1].Microseconds())/1000, "slowest-commit-ms")
}
