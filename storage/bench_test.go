package storage_test

import (
	"context"
	_ "embed"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

//go:embed testdata/github-issues.json
var githubBody []byte

// benchCallers is how many requests are under way at once in the benchmarks.
const benchCallers = 256

func githubEvent(n int64) *engine.Event {
	delivery := uuid.NewString()
	return &engine.Event{
		ID: engine.ID(uuid.Must(uuid.NewV7())), Inbox: "github", ReceivedAt: time.Now(), Verdict: engine.Accepted,
		Type: "issues", Summary: "opened: Storage grows without bound #" + strconv.FormatInt(n, 10), DeliveryID: delivery,
		Method: "POST", Path: "/in/github", ContentType: "application/json", IP: "140.82.115.98", Verified: "github",
		Headers: []engine.Header{
			{Name: "Host", Value: "hooks.example.com"},
			{Name: "User-Agent", Value: "GitHub-Hookshot/7e0b1a2"},
			{Name: "Content-Type", Value: "application/json"},
			{Name: "Content-Length", Value: "11622"},
			{Name: "Accept", Value: "*/*"},
			{Name: "X-GitHub-Delivery", Value: delivery},
			{Name: "X-GitHub-Event", Value: "issues"},
			{Name: "X-GitHub-Hook-ID", Value: "459872136"},
			{Name: "X-GitHub-Hook-Installation-Target-ID", Value: "186853002"},
			{Name: "X-GitHub-Hook-Installation-Target-Type", Value: "repository"},
			{Name: "X-Hub-Signature-256", Value: "hash:5f0c1d9d2b9c4e6ea5a8a7c61e6a0b55"},
		},
		Body: githubBody,
	}
}

func openBench(b *testing.B) (*storage.DB, string) {
	b.Helper()
	dir := b.TempDir()
	db, err := storage.Open(b.Context(), storage.Config{
		Dir: dir, Key: storage.NewKey(), Now: time.Now, Log: slog.New(slog.DiscardHandler),
		NewID: func() engine.ID { return engine.ID(uuid.Must(uuid.NewV7())) },
	})
	require.NoError(b, err)
	return db, dir
}

// benchEvents runs one function per event from many callers and reports rates.
func benchEvents(b *testing.B, each func(ctx context.Context, db *storage.DB, epoch, n int64) error) {
	b.Helper()
	db, dir := openBench(b)
	epoch, err := db.Begin(b.Context())
	require.NoError(b, err)
	var next atomic.Int64
	var callers sync.WaitGroup
	before := cpuTime(b)
	b.ResetTimer()
	for range benchCallers {
		callers.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := each(b.Context(), db, epoch, n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	callers.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/event")
	require.NoError(b, db.Close())
	info, err := os.Stat(filepath.Join(dir, storage.FileName))
	require.NoError(b, err)
	b.ReportMetric(float64(info.Size())/float64(b.N), "bytes/event")
}

// cpuTime is what the process has used so far.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var use syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &use))
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

func BenchmarkAccept(b *testing.B) {
	benchEvents(b, func(ctx context.Context, db *storage.DB, _, n int64) error {
		e := githubEvent(n)
		_, err := db.Accept(ctx, e, engine.Claim{Key: e.DeliveryID})
		return err
	})
}

func BenchmarkAcceptRouteSettle(b *testing.B) {
	benchEvents(b, func(ctx context.Context, db *storage.DB, epoch, n int64) error {
		e := githubEvent(n)
		if _, err := db.Accept(ctx, e, engine.Claim{Key: e.DeliveryID}); err != nil {
			return err
		}
		run := &engine.Run{
			ID: engine.ID(uuid.Must(uuid.NewV7())), EventID: e.ID, Inbox: e.Inbox, RuleID: "new-issue", RuleName: "New issue to the team",
			RuleVersion: 3, Trigger: engine.TriggerLive, State: engine.RunRunning, CreatedAt: time.Now(), StartedAt: time.Now(),
		}
		attempt := &engine.Attempt{
			RunID: run.ID, Key: "post", Action: "http", Number: 1, State: engine.StepRunning, StartedAt: time.Now(),
			With: map[string]any{"method": "POST", "url": "https://example.com/hook", "json": map[string]any{"title": e.Summary, "by": "octocat"}},
			Preview: &engine.Preview{
				Kind: "request", Method: "POST", URL: "https://example.com/hook", Body: `{"by":"octocat","title":"` + e.Summary + `"}`,
				Headers: []engine.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Idempotency-Key", Value: e.DeliveryID}},
			},
		}
		_, err := db.Route(ctx, engine.Routing{
			Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: epoch,
			Runs: []engine.NewRun{{Run: run, Attempts: []*engine.Attempt{attempt}}},
		})
		if err != nil {
			return err
		}
		done := *attempt
		done.With, done.Preview = nil, nil // stored with the intent
		done.State, done.Outcome, done.Duration = engine.StepSucceeded, engine.OutcomeSent, 3*time.Millisecond
		done.Output = map[string]any{"status": int64(200), "headers": map[string]any{"content-type": "application/json"}, "body": map[string]any{"ok": true}}
		run.State, run.Step, run.FinishedAt = engine.RunSucceeded, 1, time.Now()
		_, err = db.Settle(ctx, engine.Settlement{Run: run, Epoch: epoch, Attempts: []*engine.Attempt{&done}})
		return err
	})
}
