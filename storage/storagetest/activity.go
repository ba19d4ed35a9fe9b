package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func activityTests() []historyTest {
	return []historyTest{
		{"counts events by quarter and inbox", activityEvents},
		{"counts runs by rule", activityRuns},
		{"tells what became of the runs of a problem", activityProblem},
		{"finds the last run and the last refusal", activityLast},
		{"finds the neighbors of an event", activityNeighbors},
		{"finds what stands beside the rows of a page", activityBeside},
		{"tells who published a rule", activityPublications},
		{"lists runs by how they went", activityRunFilters},
		{"lists events with small bodies", activityBodies},
		{"tells the kinds of events", activityTypes},
		{"keeps the sums of what is too old to be told one by one", activityFolds},
	}
}

// lately is a span of an hour on each side of the store's clock, whatever it shows.
func (f *fixture) lately(t *testing.T) engine.Span {
	t.Helper()
	return engine.Span{Since: time.Unix(0, 0).Add(engine.CountStep), Until: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), Step: 1000 * 24 * time.Hour}
}

func total[C any](t *testing.T, counts map[int]C, err error) C {
	t.Helper()
	require.NoError(t, err)
	require.LessOrEqual(t, len(counts), 1)
	for _, c := range counts {
		return c
	}
	var none C
	return none
}

func activityEvents(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	first := f.accept(t)
	f.route(t, first, f.newRun(first))
	f.unmatched(t, f.accept(t))
	f.accept(t, func(e *engine.Event) { e.Verdict = engine.Rejected })
	f.accept(t, func(e *engine.Event) { e.Verdict = engine.Held })
	f.accept(t, func(e *engine.Event) { e.Origin = engine.OriginSample })
	f.accept(t, func(e *engine.Event) { e.Inbox = "other" })
	span := f.lately(t)
	all, err := f.s.EventCounts(t.Context(), span)
	require.Equal(t, engine.EventCounts{Received: 5, Accepted: 3, Rejected: 1, Held: 1, Matched: 1, Unmatched: 1}, total(t, all, err))
	span.Name = "other"
	other, err := f.s.EventCounts(t.Context(), span)
	require.Equal(t, engine.EventCounts{Received: 1, Accepted: 1}, total(t, other, err))
	byInbox, err := f.s.EventsByInbox(t.Context(), time.Time{})
	require.NoError(t, err)
	require.Equal(t, engine.EventCounts{Received: 4, Accepted: 2, Rejected: 1, Held: 1, Matched: 1, Unmatched: 1}, byInbox["github"])
	span.Since = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	later, err := f.s.EventCounts(t.Context(), span)
	require.NoError(t, err)
	require.Empty(t, later)
	span.Step = time.Minute
	_, err = f.s.EventCounts(t.Context(), span)
	requireKind(t, engine.KindInvalid, err)
	size := int64(len(first.Body))
	uses, err := f.s.Uses(t.Context())
	require.NoError(t, err)
	require.Equal(t, []engine.Use{{Inbox: "github", Events: 5, Bytes: 5 * size}, {Inbox: "other", Events: 1, Bytes: size}}, uses)
}

func (f *fixture) done(run *engine.Run, action string, outcome engine.Outcome) *engine.Attempt {
	return &engine.Attempt{
		RunID: run.ID, Key: action, Action: action, Number: 1, State: engine.StepSucceeded, Outcome: outcome, StartedAt: f.start,
	}
}

func activityRuns(t *testing.T, f *fixture) {
	t.Helper()
	sent := f.started(t)
	f.settle(t, sent, engine.RunSucceeded, func(s *engine.Settlement) {
		s.Attempts = []*engine.Attempt{f.done(sent, "http", engine.OutcomeSent)}
	})
	warned := f.started(t)
	warned.Warnings = []string{"It did not go well."}
	f.settle(t, warned, engine.RunSucceeded, func(s *engine.Settlement) {
		s.Attempts = []*engine.Attempt{f.done(warned, "note", engine.OutcomeNone)}
	})
	waited := f.started(t)
	waited.DueAt = f.start.Add(time.Hour)
	f.settle(t, waited, engine.RunWaiting, func(s *engine.Settlement) {
		s.Attempts = []*engine.Attempt{f.done(waited, "delay", engine.OutcomeNone)}
	})
	f.fail(t, f.started(t))
	f.settle(t, f.started(t), engine.RunFiltered)
	canceled := f.started(t)
	_, err := f.s.Cancel(t.Context(), []engine.ID{canceled.ID}, "No.")
	require.NoError(t, err)
	f.started(t, func(n *engine.NewRun) { n.Run.RuleID = "other" })
	want := engine.RunCounts{Started: 6, Succeeded: 2, Warned: 1, Failed: 1, Filtered: 1, Canceled: 1, Done: 2, Sent: 1}
	span := f.lately(t)
	span.Name = "r"
	counts, err := f.s.RunCounts(t.Context(), span)
	require.Equal(t, want, total(t, counts, err))
	byRule, err := f.s.RunsByRule(t.Context(), time.Time{})
	require.NoError(t, err)
	require.Equal(t, map[string]engine.RunCounts{"r": want, "other": {Started: 1}}, byRule)
}

func activityProblem(t *testing.T, f *fixture) {
	t.Helper()
	wait := func() *engine.Run {
		run := f.started(t)
		run.DueAt = f.start.Add(time.Hour)
		f.settle(t, run, engine.RunWaiting, func(s *engine.Settlement) {
			s.Problem = &engine.Cause{Destination: "https://down.example", Reason: "It refuses connections."}
		})
		return run
	}
	got, ended, retried := wait(), wait(), f.started(t)
	f.fail(t, retried)
	f.settle(t, got, engine.RunSucceeded)
	_, err := f.s.Cancel(t.Context(), []engine.ID{ended.ID}, "No.")
	require.NoError(t, err)
	open, err := f.s.Problems(t.Context(), false)
	require.NoError(t, err)
	require.Len(t, open, 1)
	count, err := f.s.OpenProblems(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, count)
	require.EqualValues(t, 1, open[0].Recovered)
	require.EqualValues(t, 1, open[0].Skipped)
	require.Equal(t, []engine.RuleRef{{ID: "r", Name: "Rule"}}, open[0].Rules)
	require.NoError(t, f.s.Reopen(t.Context(), retried.ID, -1, 0))
	solved, err := f.s.Problems(t.Context(), true)
	require.NoError(t, err)
	require.Len(t, solved, 1)
	require.NotNil(t, solved[0].SolvedAt)
	count, err = f.s.OpenProblems(t.Context())
	require.NoError(t, err)
	require.Zero(t, count)
	require.EqualValues(t, 2, solved[0].Recovered)
	require.EqualValues(t, 1, solved[0].Skipped)
}

func activityLast(t *testing.T, f *fixture) {
	t.Helper()
	f.started(t)
	last := f.started(t)
	f.started(t, func(n *engine.NewRun) { n.Run.RuleID = "other" })
	got, err := f.s.LastRuns(t.Context(), []string{"r", "never"})
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, last.ID, got["r"].ID)
	refused, err := f.s.LastRejected(t.Context(), "github")
	require.NoError(t, err)
	require.Nil(t, refused)
	f.accept(t, func(e *engine.Event) { e.Verdict, e.Reason = engine.Rejected, "The first." })
	f.accept(t, func(e *engine.Event) { e.Verdict, e.Reason = engine.Rejected, "The last." })
	f.accept(t, func(e *engine.Event) { e.Verdict, e.Reason, e.Inbox = engine.Rejected, "Elsewhere.", "other" })
	refused, err = f.s.LastRejected(t.Context(), "github")
	require.NoError(t, err)
	require.Equal(t, "The last.", refused.Reason)
	inARow := func(want int64) {
		n, err := f.s.RejectedInARow(t.Context(), "github")
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	inARow(2)
	f.accept(t, func(e *engine.Event) { e.Origin = engine.OriginSample })
	f.accept(t, func(e *engine.Event) { e.Verdict, e.Origin = engine.Rejected, engine.OriginSample })
	inARow(2) // what people send counts neither way
	f.accept(t, func(e *engine.Event) { e.Verdict = engine.Held })
	inARow(0)
	f.accept(t, func(e *engine.Event) { e.Verdict = engine.Rejected })
	inARow(1)
	f.accept(t)
	inARow(0)
}

func activityNeighbors(t *testing.T, f *fixture) {
	t.Helper()
	first := f.accept(t)
	f.accept(t, func(e *engine.Event) { e.Inbox = "other" })
	middle, last := f.accept(t), f.accept(t)
	newer, older, err := f.s.Neighbors(t.Context(), middle.ID)
	require.NoError(t, err)
	require.Equal(t, []engine.ID{last.ID, first.ID}, []engine.ID{newer, older})
	newer, older, err = f.s.Neighbors(t.Context(), first.ID)
	require.NoError(t, err)
	require.Equal(t, []engine.ID{middle.ID, {}}, []engine.ID{newer, older})
	_, _, err = f.s.Neighbors(t.Context(), f.id())
	requireKind(t, engine.KindNotFound, err)
}

func activityBeside(t *testing.T, f *fixture) {
	t.Helper()
	one, two, none := f.accept(t), f.accept(t), f.accept(t)
	first, second, third := f.newRun(one), f.newRun(one), f.newRun(one)
	first.Attempts = append(first.Attempts,
		&engine.Attempt{RunID: first.Run.ID, Key: "a", Action: "http", Number: 1, State: engine.StepFailed, StartedAt: f.start},
		&engine.Attempt{RunID: first.Run.ID, Key: "a", Action: "http", Number: 2, State: engine.StepSucceeded, Output: map[string]any{"ok": true}, Preview: &engine.Preview{Kind: "request"}, StartedAt: f.start},
		&engine.Attempt{RunID: first.Run.ID, Step: 1, Key: "b", Action: "delay", Number: 1, State: engine.StepSucceeded, StartedAt: f.start})
	f.route(t, one, first, second, third)
	f.route(t, two, f.newRun(two))
	runs, err := f.s.RunsOf(t.Context(), []engine.ID{one.ID, two.ID, none.ID, f.id()}, 2)
	require.NoError(t, err)
	require.Len(t, runs, 2)
	require.Equal(t, []engine.ID{third.Run.ID, second.Run.ID}, []engine.ID{runs[one.ID][0].ID, runs[one.ID][1].ID})
	require.Len(t, runs[one.ID], 2)
	require.Len(t, runs[two.ID], 1)

	events, err := f.s.EventsOf(t.Context(), []engine.ID{one.ID, none.ID, f.id()}, 0)
	require.NoError(t, err)
	require.Len(t, events, 2)
	require.Equal(t, one.Seq, events[one.ID].Seq)
	require.Nil(t, events[one.ID].Body)
	events, err = f.s.EventsOf(t.Context(), []engine.ID{one.ID}, 1<<20)
	require.NoError(t, err)
	require.Equal(t, one.Body, events[one.ID].Body)

	done, err := f.s.LastDone(t.Context(), []engine.ID{first.Run.ID, second.Run.ID}, []string{"http", "email"})
	require.NoError(t, err)
	require.Len(t, done, 1)
	require.Equal(t, "request", done[first.Run.ID].Preview.Kind)
	require.Equal(t, map[string]any{"ok": true}, done[first.Run.ID].Output)
	done, err = f.s.LastDone(t.Context(), nil, []string{"http"})
	require.NoError(t, err)
	require.Empty(t, done)
}

func activityTypes(t *testing.T, f *fixture) {
	t.Helper()
	for _, typ := range []string{"push", "issues", "push", ""} {
		f.accept(t, func(e *engine.Event) { e.Type = typ })
	}
	last := f.accept(t, func(e *engine.Event) { e.Inbox, e.Type = "other", "push" })
	types, looked, err := f.s.EventTypes(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, 5, looked)
	require.Equal(t, "push", types[0].Type)
	require.EqualValues(t, 3, types[0].Count)
	require.Equal(t, last.ReceivedAt, types[0].LastAt)
	types, looked, err = f.s.EventTypes(t.Context(), "github")
	require.NoError(t, err)
	require.Equal(t, 4, looked)
	require.Len(t, types, 2)
}

func activityFolds(t *testing.T, f *fixture) {
	t.Helper()
	f.settle(t, f.started(t), engine.RunSucceeded)
	old := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 2 { // the second time there is a sum to add to
		_, err := f.s.Prune(t.Context(), old)
		require.NoError(t, err)
		old = old.Add(24 * time.Hour)
		f.settle(t, f.started(t), engine.RunSucceeded)
	}
	counts, err := f.s.RunCounts(t.Context(), f.lately(t))
	require.Equal(t, engine.RunCounts{Started: 1, Succeeded: 1}, total(t, counts, err))
	byRule, err := f.s.RunsByRule(t.Context(), time.Time{})
	require.NoError(t, err)
	require.Equal(t, engine.RunCounts{Started: 3, Succeeded: 3}, byRule["r"])
	byInbox, err := f.s.EventsByInbox(t.Context(), time.Time{})
	require.NoError(t, err)
	require.EqualValues(t, 3, byInbox["github"].Matched)
	sizes, err := f.s.DiskSizes(t.Context())
	require.NoError(t, err)
	require.Len(t, sizes, 2)
	require.Positive(t, sizes[0].Used)
}

func activityPublications(t *testing.T, f *fixture) {
	t.Helper()
	r := &engine.Rule{ID: "tell", Name: "Tell", Inbox: "github"}
	require.NoError(t, f.s.Publish(t.Context(), r, "ann", 0, false))
	r.Name = "Tell all"
	require.NoError(t, f.s.Publish(t.Context(), r, "ben", r.Revision, false))
	require.NoError(t, f.s.SaveDraft(t.Context(), "new", &engine.Draft{Rule: engine.Rule{Name: "New"}}, 0))
	got, err := f.s.Publications(t.Context())
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, "ben", got["tell"].By)
	require.False(t, got["tell"].At.IsZero())
}

func activityRunFilters(t *testing.T, f *fixture) {
	t.Helper()
	warned, unknown := f.started(t), f.started(t)
	f.settle(t, f.started(t), engine.RunSucceeded)
	f.fail(t, f.started(t))
	warned.Warnings = []string{"It did not go well."}
	f.settle(t, warned, engine.RunSucceeded)
	f.fail(t, unknown, func(s *engine.Settlement) {
		s.Attempts = []*engine.Attempt{{RunID: unknown.ID, Key: "a", Action: "http", Number: 1, State: engine.StepFailed, Outcome: engine.OutcomeUnknown, StartedAt: f.start}}
	})
	list := func(filter engine.RunFilter) []*engine.Run {
		page, err := f.s.Runs(t.Context(), filter)
		require.NoError(t, err)
		return page.Items
	}
	got := list(engine.RunFilter{Warned: true})
	require.Len(t, got, 1)
	require.Equal(t, warned.ID, got[0].ID)
	yes, no := true, false
	got = list(engine.RunFilter{State: engine.RunFailed, Unknown: &yes})
	require.Len(t, got, 1)
	require.Equal(t, unknown.ID, got[0].ID)
	require.True(t, got[0].Unknown)
	got = list(engine.RunFilter{State: engine.RunFailed, Unknown: &no})
	require.Len(t, got, 1)
	require.False(t, got[0].Unknown)
}

func activityBodies(t *testing.T, f *fixture) {
	t.Helper()
	small := f.accept(t)
	f.accept(t, func(e *engine.Event) { e.Body = make([]byte, 1000) })
	for _, query := range []string{"", "opened", small.ID.String()} {
		page, err := f.s.Events(t.Context(), engine.EventFilter{Bodies: 999, Query: query})
		require.NoError(t, err)
		last := page.Items[len(page.Items)-1]
		require.Equal(t, small.ID, last.ID)
		require.Equal(t, small.Body, last.Body)
		require.True(t, len(page.Items) == 1 || page.Items[0].Body == nil)
	}
	page, err := f.s.Events(t.Context(), engine.EventFilter{})
	require.NoError(t, err)
	require.Nil(t, page.Items[1].Body)
}
