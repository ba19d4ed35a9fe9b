package storage_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

// BenchmarkPrune measures what it costs to delete an event with its run.
func BenchmarkPrune(b *testing.B) {
	db, _ := openBench(b)
	epoch, err := db.Begin(b.Context())
	require.NoError(b, err)
	old := time.Now().Add(-100 * 24 * time.Hour)
	allOf(b, func(ctx context.Context, n int64) error {
		e := githubEvent(n)
		e.ReceivedAt = old.Add(time.Duration(n) * time.Millisecond)
		return acceptWithRun(ctx, db, epoch, e)
	})
	before := cpuTime(b)
	b.ResetTimer()
	deleted, err := db.Prune(b.Context(), time.Now())
	b.StopTimer()
	require.NoError(b, err)
	require.EqualValues(b, b.N, deleted)
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/event")
	require.NoError(b, db.Close())
}

// BenchmarkPrune_BesideOthers measures how long new events wait for their commit while
// old ones are deleted, and how long without that.
func BenchmarkPrune_BesideOthers(b *testing.B) {
	db, _ := openBench(b)
	epoch, err := db.Begin(b.Context())
	require.NoError(b, err)
	old := time.Now().Add(-100 * 24 * time.Hour)
	allOf(b, func(ctx context.Context, n int64) error {
		e := githubEvent(n)
		e.ReceivedAt = old.Add(time.Duration(n) * time.Millisecond)
		return acceptWithRun(ctx, db, epoch, e)
	})
	const beside = 2000 // events a second
	ctx, cancel := context.WithTimeout(b.Context(), 5*time.Second)
	alone := ackTimes(ctx, b, db, epoch, beside)
	cancel()
	ctx, cancel = context.WithCancel(b.Context())
	done := make(chan []time.Duration)
	go func() { done <- ackTimes(ctx, b, db, epoch, beside) }()
	b.ResetTimer()
	_, err = db.Prune(b.Context(), time.Now())
	b.StopTimer()
	cancel()
	require.NoError(b, err)
	busy := <-done
	b.ReportMetric(quantile(alone, 0.99), "alone-p99-ms")
	b.ReportMetric(quantile(busy, 0.5), "p50-ms")
	b.ReportMetric(quantile(busy, 0.99), "p99-ms")
	b.ReportMetric(quantile(busy, 1), "max-ms")
	b.ReportMetric(float64(len(busy))/b.Elapsed().Seconds(), "events/s")
	require.NoError(b, db.Close())
}

// ackTimes stores events at a rate until ctx ends and returns how long each took.
func ackTimes(ctx context.Context, b *testing.B, db *storage.DB, epoch int64, rate int) []time.Duration {
	b.Helper()
	var mu sync.Mutex
	var times []time.Duration
	var all sync.WaitGroup
	start := time.Now()
	for n := 0; ctx.Err() == nil; n++ {
		time.Sleep(time.Until(start.Add(time.Duration(n) * time.Second / time.Duration(rate))))
		all.Go(func() {
			began := time.Now()
			if err := acceptWithRun(context.WithoutCancel(ctx), db, epoch, githubEvent(int64(n))); err != nil {
				b.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			times = append(times, time.Since(began))
		})
	}
	all.Wait()
	slices.Sort(times)
	return times
}

// quantile returns one of sorted times in milliseconds.
func quantile(times []time.Duration, q float64) float64 {
	return float64(times[min(len(times)-1, int(q*float64(len(times))))].Microseconds()) / 1000
}

// allOf runs one function per event from many callers.
func allOf(b *testing.B, fn func(ctx context.Context, n int64) error) {
	b.Helper()
	work := make(chan int64)
	done := make(chan error, benchCallers)
	for range benchCallers {
		go func() {
			var err error
			for n := range work {
				if err == nil {
					err = fn(b.Context(), n)
				}
			}
			done <- err
		}()
	}
	for n := range int64(b.N) {
		work <- n
	}
	close(work)
	for range benchCallers {
		require.NoError(b, <-done)
	}
}

// acceptWithRun stores an event with a run that has succeeded.
func acceptWithRun(ctx context.Context, db *storage.DB, epoch int64, e *engine.Event) error {
	run := &engine.Run{
		ID: engine.ID(uuid.Must(uuid.NewV7())), EventID: e.ID, Inbox: e.Inbox, RuleID: "new-issue", RuleName: "New issue to the team",
		RuleVersion: 3, Trigger: engine.TriggerLive, State: engine.RunSucceeded, Step: 1, CreatedAt: e.ReceivedAt, FinishedAt: e.ReceivedAt,
	}
	post := &engine.Attempt{
		RunID: run.ID, Key: "post", Action: "http", Number: 1, State: engine.StepSucceeded, Outcome: engine.OutcomeSent, StartedAt: e.ReceivedAt,
		With: map[string]any{"method": "POST", "url": "https://example.com/hook", "json": map[string]any{"title": e.Summary, "by": "octocat"}},
	}
	_, _, err := db.AcceptRouted(ctx, e, engine.Claim{Key: e.DeliveryID}, engine.Routing{
		Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: epoch,
		Runs: []engine.NewRun{{Run: run, Attempts: []*engine.Attempt{post}}},
	})
	return err
}
