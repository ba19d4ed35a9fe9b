package storage_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
	"patchbay/storage"
)

// archive is a database whose numbers are far apart, as those of a long time are.
type archive struct {
	in     *instance
	db     *storage.DB
	events []*engine.Event // newest first
	runs   []*engine.Run   // newest first
	clock  atomic.Int64    // nanoseconds since the instance's own time
	step   atomic.Int64    // how far the clock goes on with every look at it
}

// newArchive fills a database with events and runs that differ in all that lists ask for.
func newArchive(tb testing.TB, events int) *archive {
	tb.Helper()
	a := &archive{in: newInstance(tb)}
	config := a.in.config()
	config.Now = func() time.Time { return a.in.now.Add(time.Duration(a.clock.Add(a.step.Load()))) }
	var err error
	a.db, err = storage.Open(tb.Context(), config)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, a.db.Close()) })
	epoch, err := a.db.Begin(tb.Context())
	require.NoError(tb, err)
	draw := rand.New(rand.NewPCG(1, 2))
	for n := range events {
		a.accept(tb, draw, epoch, n)
	}
	a.spread(tb)
	slices.Reverse(a.events)
	slices.SortFunc(a.runs, func(x, y *engine.Run) int { return int(y.Seq - x.Seq) })
	return a
}

func (a *archive) accept(tb testing.TB, draw *rand.Rand, epoch int64, n int) {
	tb.Helper()
	e := plainEvent(n + 1)
	e.ReceivedAt = a.in.now.Add(time.Duration(n) * 6 * time.Hour)
	e.Inbox = []string{"github", "github", "github", "shop", "forms"}[draw.IntN(5)]
	e.Type = []string{"issues", "issues", "push"}[draw.IntN(3)]
	e.Body = fmt.Appendf(nil, `{"number":%d,"word":"%s"}`, n, []string{"Apple", "pear"}[draw.IntN(2)])
	e.Summary = []string{"", "an apple a day"}[draw.IntN(2)]
	if n < 5 {
		e.Inbox, e.Type = "legacy", "ping"
	}
	switch draw.IntN(8) {
	case 0:
		e.Verdict = engine.Rejected
	case 1:
		e.Verdict = engine.Held
	}
	_, err := a.db.Accept(tb.Context(), e, engine.Claim{})
	require.NoError(tb, err)
	a.events = append(a.events, e)
	if e.Verdict != engine.Accepted || n%10 == 0 {
		return
	}
	r := engine.Routing{Event: e.ID, Inbox: e.Inbox, Epoch: epoch, Route: engine.RouteUnmatched}
	states := []engine.RunState{
		engine.RunSucceeded, engine.RunSucceeded, engine.RunFailed, engine.RunFiltered, engine.RunSkipped, engine.RunWaiting, engine.RunRunning,
	}
	for i := range draw.IntN(3) {
		r.Route = engine.RouteMatched
		run := &engine.Run{
			ID: engine.ID{0: 3, 13: byte(i), 14: byte(n >> 8), 15: byte(n)}, EventID: e.ID, Inbox: e.Inbox, CreatedAt: e.ReceivedAt,
			RuleID: []string{"mail", "crm", "crm"}[draw.IntN(3)], State: states[draw.IntN(len(states))], DueAt: e.ReceivedAt, FinishedAt: e.ReceivedAt,
		}
		if n < 5 {
			run.RuleID, run.State = "first", engine.RunCanceled
		}
		r.Runs = append(r.Runs, engine.NewRun{Run: run})
		a.runs = append(a.runs, run)
	}
	_, err = a.db.Route(tb.Context(), r)
	require.NoError(tb, err)
	e.Route = r.Route
}

// spread puts gaps between the numbers, so that lists need many windows.
func (a *archive) spread(tb testing.TB) {
	tb.Helper()
	const factor = 1_000
	require.NoError(tb, a.db.Change(tb.Context(), func(tx *gorm.DB) error {
		for _, column := range []string{"events.seq", "bodies.seq", "runs.n", "runs.seq", "runs.event", "counters.seq"} {
			table, name, _ := strings.Cut(column, ".")
			for _, by := range []int{-factor, -1} { // not onto each other
				if err := tx.Exec(fmt.Sprintf("UPDATE %s SET %s = %s * %d", table, name, name, by)).Error; err != nil {
					return err
				}
			}
		}
		return nil
	}))
	for _, e := range a.events {
		e.Seq *= factor
	}
	for _, run := range a.runs {
		run.Seq *= factor
	}
}

func (a *archive) eventsWith(f engine.EventFilter) []engine.ID {
	ids := []engine.ID{}
	for _, e := range a.events {
		text := strings.ToLower(e.Type + "\n" + e.Summary + "\n" + string(e.Body))
		if (f.Inbox == "" || e.Inbox == f.Inbox) && (f.Verdict == "" || e.Verdict == f.Verdict) && (f.Route == "" || e.Route == f.Route) &&
			(f.Type == "" || e.Type == f.Type) && (f.Since.IsZero() || !e.ReceivedAt.Before(f.Since)) &&
			(f.Until.IsZero() || e.ReceivedAt.Before(f.Until)) && strings.Contains(text, f.Query) {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

func (a *archive) runsWith(f engine.RunFilter) []engine.ID {
	ids := []engine.ID{}
	for _, run := range a.runs {
		if (f.Inbox == "" || run.Inbox == f.Inbox) && (f.Rule == "" || run.RuleID == f.Rule) && (f.State == "" || run.State == f.State) &&
			(f.Event.IsZero() || run.EventID == f.Event) && (f.Since.IsZero() || !run.CreatedAt.Before(f.Since)) &&
			(f.Until.IsZero() || run.CreatedAt.Before(f.Until)) {
			ids = append(ids, run.ID)
		}
	}
	return ids
}

// times returns a time of the history, or none.
func (a *archive) times(draw *rand.Rand) time.Time {
	if draw.IntN(3) > 0 {
		return time.Time{}
	}
	return a.events[draw.IntN(len(a.events))].ReceivedAt
}

func (a *archive) eventFilter(draw *rand.Rand) engine.EventFilter {
	one := func(list ...string) string { return list[draw.IntN(len(list))] }
	return engine.EventFilter{
		Inbox: one("", "", "github", "forms", "legacy", "none"), Type: one("", "", "push", "ping"), Query: one("", "", "apple", "pear", "none"),
		Verdict: engine.Verdict(one("", "", "accepted", "rejected", "held", "duplicate")), Route: engine.Route(one("", "", "pending", "matched", "unmatched")),
		Since: a.times(draw), Until: a.times(draw), Limit: 1 + draw.IntN(200),
	}
}

func (a *archive) runFilter(draw *rand.Rand) engine.RunFilter {
	one := func(list ...string) string { return list[draw.IntN(len(list))] }
	f := engine.RunFilter{
		Inbox: one("", "", "github", "forms", "legacy", "none"), Rule: one("", "", "crm", "mail", "first", "none"),
		State: engine.RunState(one("", "", "queued", "running", "waiting", "succeeded", "failed", "filtered", "skipped", "canceled")),
		Since: a.times(draw), Until: a.times(draw), Limit: 1 + draw.IntN(200),
	}
	if draw.IntN(10) == 0 {
		f.Event = a.events[draw.IntN(len(a.events))].ID
	}
	return f
}

func TestLists_PagesTogetherHoldAllThatMatches(t *testing.T) {
	t.Parallel()
	a := newArchive(t, 200)
	for name, behind := range map[string]time.Duration{"in time": 0, "slowly": 4 * time.Millisecond, "late": time.Minute} {
		a.step.Store(int64(behind))
		draw := rand.New(rand.NewPCG(3, 4))
		for range 60 {
			events := a.eventFilter(draw)
			want, got, short := a.eventsWith(events), []engine.ID{}, 0
			f := events
			for more := true; more; more = f.Cursor != "" {
				page, err := a.db.Events(t.Context(), f)
				require.NoError(t, err)
				require.LessOrEqual(t, len(page.Items), f.Limit)
				for _, e := range page.Items {
					got = append(got, e.ID)
				}
				if f.Cursor = page.NextCursor; f.Cursor != "" && len(page.Items) < f.Limit {
					short++
				}
				require.Less(t, short, 500, "lists come to an end")
			}
			require.Equal(t, want, got, "%s: %+v", name, events)
			require.True(t, behind > 0 || short == 0, "%s: %+v", name, events)
		}
	}
}

func TestLists_PagesOfRunsTogetherHoldAllThatMatches(t *testing.T) {
	t.Parallel()
	a := newArchive(t, 200)
	for name, behind := range map[string]time.Duration{"in time": 0, "slowly": 4 * time.Millisecond, "late": time.Minute} {
		a.step.Store(int64(behind))
		draw := rand.New(rand.NewPCG(5, 6))
		for range 60 {
			runs := a.runFilter(draw)
			want, got, short := a.runsWith(runs), []engine.ID{}, 0
			f := runs
			for more := true; more; more = f.Cursor != "" {
				page, err := a.db.Runs(t.Context(), f)
				require.NoError(t, err)
				require.LessOrEqual(t, len(page.Items), f.Limit)
				for _, run := range page.Items {
					got = append(got, run.ID)
				}
				if f.Cursor = page.NextCursor; f.Cursor != "" && len(page.Items) < f.Limit {
					short++
				}
				require.Less(t, short, 500, "lists come to an end")
			}
			require.Equal(t, want, got, "%s: %+v", name, runs)
			require.True(t, behind > 0 || short == 0, "%s: %+v", name, runs)
		}
	}
}
