package storage_test

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
	"patchbay/storage"
)

// The crash test runs this test binary again as the process to be killed; these
// variables tell it where to write.
const (
	crashDir = "STORAGE_TEST_CRASH_DIR"
	crashKey = "STORAGE_TEST_CRASH_KEY"
)

// TestCrash_Victim is the process that gets killed. It stores events and runs as
// fast as it can and writes a line for each that was acknowledged.
func TestCrash_Victim(t *testing.T) {
	t.Parallel()
	dir := os.Getenv(crashDir)
	if dir == "" {
		t.Skip("only as a child of TestCrash_LosesNothingAcknowledged")
	}
	key, err := hex.DecodeString(os.Getenv(crashKey))
	require.NoError(t, err)
	cfg := newInstance(t).config()
	cfg.Dir, cfg.Key, cfg.Now = dir, key, time.Now
	db, err := storage.Open(t.Context(), cfg)
	require.NoError(t, err)
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	var out sync.Mutex
	acknowledged := func(kind string, id engine.ID) {
		out.Lock()
		defer out.Unlock()
		fmt.Fprintln(os.Stderr, "ack", kind, id)
	}
	var n atomic.Int64
	var callers sync.WaitGroup
	for range 32 {
		callers.Go(func() {
			for {
				if err := oneChain(t, db, epoch, n.Add(1), acknowledged); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	callers.Wait()
}

func oneChain(t *testing.T, db *storage.DB, epoch, n int64, acknowledged func(string, engine.ID)) error {
	t.Helper()
	e := githubEvent(n)
	if _, err := db.Accept(t.Context(), e, engine.Claim{Key: e.DeliveryID}); err != nil {
		return err
	}
	acknowledged("event", e.ID)
	run := &engine.Run{
		ID: engine.ID(uuid.Must(uuid.NewV7())), EventID: e.ID, Inbox: e.Inbox, RuleID: "r", RuleName: "R", RuleVersion: 1,
		Trigger: engine.TriggerLive, State: engine.RunRunning, CreatedAt: time.Now(),
	}
	_, err := db.Route(t.Context(), engine.Routing{
		Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: epoch, Runs: []engine.NewRun{{Run: run}},
	})
	if err != nil {
		return err
	}
	acknowledged("run", run.ID)
	run.State, run.FinishedAt = engine.RunSucceeded, time.Now()
	if _, err := db.Settle(t.Context(), engine.Settlement{Run: run, Epoch: epoch}); err != nil {
		return err
	}
	acknowledged("done", run.ID)
	if n%4 == 0 {
		return oneBatch(t, db, n, acknowledged)
	}
	return nil
}

// crashItems are so many that a batch has a commit of its own.
const crashItems = 20

func oneBatch(t *testing.T, db *storage.DB, n int64, acknowledged func(string, engine.ID)) error {
	t.Helper()
	batch := githubEvent(n)
	items := make([]engine.Item, crashItems)
	for i := range items {
		item := githubEvent(n)
		item.Origin, item.ParentID = engine.OriginSplit, batch.ID
		items[i] = engine.Item{Event: item, Claim: engine.Claim{Key: fmt.Sprint(batch.ID, i)}}
	}
	if _, err := db.AcceptBatch(t.Context(), batch, items); err != nil {
		return err
	}
	acknowledged("batch", batch.ID)
	return nil
}

func TestCrash_LosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	for range 3 {
		killedAfter(t, in, 1500)
	}
}

// killedAfter kills a writing process after so many acknowledgements and checks
// that everything acknowledged is there.
func killedAfter(t *testing.T, in *instance, acks int) {
	t.Helper()
	victim := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrash_Victim$")
	victim.Env = append(os.Environ(), crashDir+"="+in.dir, crashKey+"="+hex.EncodeToString(in.key))
	out, err := victim.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, victim.Start())
	acked := map[string][]engine.ID{}
	lines, total := bufio.NewScanner(out), 0
	for lines.Scan() {
		kind, text, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "ack "), " ")
		id, err := engine.ParseID(text)
		if !ok || err != nil {
			continue // cut by the kill
		}
		acked[kind] = append(acked[kind], id)
		total++
		if total == acks {
			require.NoError(t, victim.Process.Kill())
		}
	}
	require.Error(t, victim.Wait())
	require.GreaterOrEqual(t, total, acks, "the victim lived long enough")

	in.use(t, func(db *storage.DB) {
		_, err := db.Begin(t.Context())
		require.NoError(t, err)
		for _, id := range acked["event"] {
			e, err := db.Event(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, githubBody, e.Body)
		}
		require.NotEmpty(t, acked["batch"])
		for _, id := range acked["batch"] {
			page, err := db.Items(t.Context(), id, engine.EventFilter{Limit: 100})
			require.NoError(t, err)
			require.Len(t, page.Items, crashItems)
		}
		var halves int64
		require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error {
			return tx.Table("events").Where("items IS NOT NULL AND items <> (SELECT count(*) FROM events item WHERE item.parent = events.seq)").Count(&halves).Error
		}))
		require.Zero(t, halves, "a batch without all of its items was committed")
		for _, id := range acked["run"] {
			run, _, err := db.Run(t.Context(), id)
			require.NoError(t, err)
			require.NotEqual(t, engine.RunRunning, run.State, "it was taken over")
		}
		for _, id := range acked["done"] {
			run, _, err := db.Run(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, engine.RunSucceeded, run.State)
		}
		requireWhole(t, db)
	})
}
