package storage_test

import (
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

// requireBounded requires that no query reads a whole table of the history: with a
// million events that takes longer than a page may take.
func requireBounded(t *testing.T, plans []storage.Plan) {
	t.Helper()
	whole := regexp.MustCompile(`^SCAN (events|bodies|runs|attempts|claims)\b`)
	for _, plan := range plans {
		for _, step := range plan.Steps {
			require.NotRegexp(t, whole, step, plan.Query)
		}
	}
}

// requireInOrder requires that no query sorts what it reads: it would have to read all.
func requireInOrder(t *testing.T, plans []storage.Plan) {
	t.Helper()
	for _, plan := range plans {
		for _, step := range plan.Steps {
			require.NotContains(t, step, "TEMP B-TREE FOR ORDER BY", plan.Query)
		}
	}
}

func TestLists_NoFilterReadsAWholeTable(t *testing.T) {
	t.Parallel()
	a := newArchive(t, 20)
	at := a.events[3].ReceivedAt
	times := []time.Time{{}, at}
	plans, err := a.db.Plans(t.Context(), func() error {
		for _, since := range times {
			for _, until := range times {
				if err := a.listAll(t, since, until); err != nil {
					return err
				}
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(plans), 200, "queries are looked at")
	requireBounded(t, plans)
	requireInOrder(t, plans)
}

// listAll asks for a page under every combination of the other fields of the filters.
func (a *archive) listAll(t *testing.T, since, until time.Time) error {
	t.Helper()
	for _, inbox := range []string{"", "github"} {
		for _, query := range []string{"", "apple", a.events[0].ID.String()[:12]} {
			for _, kind := range []string{"", "push"} {
				for _, verdict := range []engine.Verdict{"", engine.Accepted, engine.Rejected} {
					for _, route := range []engine.Route{"", engine.RoutePending, engine.RouteMatched} {
						f := engine.EventFilter{Inbox: inbox, Query: query, Type: kind, Verdict: verdict, Route: route, Since: since, Until: until}
						if _, err := a.db.Events(t.Context(), f); err != nil {
							return err
						}
					}
				}
			}
		}
		for _, rule := range []string{"", "crm"} {
			for _, problem := range []int64{0, 1} {
				for _, state := range []engine.RunState{"", engine.RunQueued, engine.RunWaiting, engine.RunSucceeded, engine.RunFailed} {
					for _, event := range []engine.ID{{}, a.runs[0].EventID} {
						f := engine.RunFilter{Inbox: inbox, Rule: rule, Problem: problem, State: state, Event: event, Since: since, Until: until}
						if _, err := a.db.Runs(t.Context(), f); err != nil {
							return err
						}
					}
				}
			}
		}
	}
	return nil
}

// What is asked again and again while the program runs does not read all that is
// stored, and problems are counted without looking at their runs.
func TestQueue_IsMeasuredWithoutReadingTables(t *testing.T) {
	t.Parallel()
	a := newArchive(t, 20)
	plans, err := a.db.Plans(t.Context(), func() error {
		_, depth := a.db.Depth(t.Context())
		_, due := a.db.NextDue(t.Context())
		_, pending := a.db.Pending(t.Context(), 0, 10)
		_, _, changes := a.db.Changes(t.Context(), 1, 10)
		_, ledgers := a.db.Ledgers(t.Context())
		_, problems := a.db.Problems(t.Context(), true)
		return errors.Join(depth, due, pending, changes, ledgers, problems)
	})
	require.NoError(t, err)
	require.Greater(t, len(plans), 5, "queries are looked at")
	requireBounded(t, plans)
	var steps []string
	for _, plan := range plans {
		steps = append(steps, plan.Steps...)
	}
	require.Contains(t, steps, "SEARCH runs USING COVERING INDEX runs_by_problem (problem=?) LEFT-JOIN")
}

func TestPrune_LooksForOldEventsByTheirInbox(t *testing.T) {
	t.Parallel()
	a := newArchive(t, 20)
	for _, in := range []engine.Inbox{
		{Name: "github", Keep: engine.Retention{Count: 3}}, {Name: "shop", Keep: engine.Retention{Age: engine.Duration(time.Hour), Bytes: 1}},
	} {
		in.Verify.Scheme = "none"
		require.NoError(t, a.db.PutInbox(t.Context(), &in, 0))
	}
	plans, err := a.db.Plans(t.Context(), func() error {
		_, err := a.db.Prune(t.Context(), a.events[0].ReceivedAt.Add(24*time.Hour))
		return err
	})
	require.NoError(t, err)
	require.Greater(t, len(plans), 5, "queries are looked at")
	requireBounded(t, plans)
	requireInOrder(t, plans)
}
