package storage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
	"patchbay/storage"
)

// history stores one event with one run that has one attempt and fails.
func history(t *testing.T, db *storage.DB) {
	t.Helper()
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	e := plainEvent(1)
	_, err = db.Accept(t.Context(), e, engine.Claim{})
	require.NoError(t, err)
	run := &engine.Run{ID: engine.ID{0: 3}, EventID: e.ID, Inbox: e.Inbox, RuleID: "r", State: engine.RunRunning, Overlap: engine.OverlapQueue}
	_, err = db.Route(t.Context(), engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: epoch, Runs: []engine.NewRun{{Run: run}}})
	require.NoError(t, err)
	run.State, run.FinishedAt = engine.RunFailed, time.Date(2026, 5, 1, 12, 0, 1, 0, time.UTC)
	_, err = db.Settle(t.Context(), engine.Settlement{
		Run: run, Epoch: epoch, Problem: &engine.Cause{Destination: "d", Reason: "r"},
		Attempts: []*engine.Attempt{{RunID: run.ID, Key: "a", Action: "http", Number: 1, State: engine.StepFailed}},
	})
	require.NoError(t, err)
	requireWhole(t, db)
}

func TestVerify_TellsEveryViolation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ damage, want string }{
		"received":       {"UPDATE ledgers SET received = 5", "do not add up to the 5 requests"},
		"accepted":       {"UPDATE ledgers SET matched = 2", "do not add up to the 1 events accepted"},
		"negative":       {"UPDATE ledgers SET held = -1, received = 0", "is -1"},
		"pending":        {"UPDATE ledgers SET pending = 1, matched = 0", "counts 1 pending"},
		"held":           {"UPDATE ledgers SET held = 1, received = 2", "counts 1 held"},
		"more than that": {"UPDATE ledgers SET matched = 0, unmatched = 1", "more of some kind"},
		"route":          {"UPDATE events SET route = 0", "do not fit"},
		"lost body":      {"DELETE FROM bodies", "have lost their body"},
		"body alone":     {"INSERT INTO bodies VALUES (99, x'00', x'00')", "1 bodies belong to no event"},
		"run alone":      {"UPDATE runs SET event = 99", "1 runs belong to no event"},
		"attempt alone":  {"UPDATE attempts SET run = 99", "1 attempts belong to no run"},
		"state":          {"UPDATE runs SET state = 42", "in a state that cannot be"},
		"owner":          {"UPDATE runs SET state = 1, epoch = 77, finished_at = 0", "an owner that has not begun"},
		"stuck":          {"UPDATE runs SET state = 3, finished_at = 0", "wait for their turn"},
		"problem alone":  {"UPDATE runs SET problem = NULL", "open although no run"},
		"problem solved": {"UPDATE problems SET solved_at = 1", "a problem that is not open"},
		"numbers":        {"UPDATE counters SET seq = 1", "not reserved"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := newInstance(t).open(t)
			history(t, db)
			require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error { return tx.Exec(c.damage).Error }))
			faults, err := db.Verify(t.Context())
			require.NoError(t, err)
			require.NotEmpty(t, faults)
			require.Contains(t, strings.Join(faults, "\n"), c.want)
		})
	}
}
