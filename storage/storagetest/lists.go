package storagetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func listTests() []historyTest {
	return []historyTest{
		{"page by key while events arrive", listPages},
		{"filter events", listFilters},
		{"search events", listSearch},
		{"refuse foreign cursors", listCursors},
		{"page runs in the order they were made", listRuns},
		{"filter runs", listRunFilters},
	}
}

func listPages(t *testing.T, f *fixture) {
	t.Helper()
	var want []engine.ID
	for range 25 {
		want = append(want, f.accept(t).ID)
	}
	slices.Reverse(want)
	var got []engine.ID
	filter := engine.EventFilter{Limit: 10}
	for more := true; more; more = filter.Cursor != "" {
		page, err := f.s.Events(t.Context(), filter)
		require.NoError(t, err)
		require.Equal(t, page.NextCursor == "", page.Complete)
		for _, e := range page.Items {
			require.Nil(t, e.Body)
			require.NotEmpty(t, e.Headers)
			got = append(got, e.ID)
		}
		filter.Cursor = page.NextCursor
		f.accept(t) // newer ones do not move the pages
	}
	require.Equal(t, want, got)
}

func listFilters(t *testing.T, f *fixture) {
	t.Helper()
	plain := f.accept(t)
	other := f.accept(t, func(e *engine.Event) { e.Inbox, e.Type = "gitlab", "push" })
	rejected := f.accept(t, func(e *engine.Event) { e.Verdict = engine.Rejected })
	matched := f.accept(t)
	f.route(t, matched, f.newRun(matched))
	unmatched := f.accept(t, func(e *engine.Event) { e.ReceivedAt = f.start.Add(time.Hour) })
	f.unmatched(t, unmatched)
	for name, c := range map[string]struct {
		filter engine.EventFilter
		want   []*engine.Event
	}{
		"all":       {engine.EventFilter{}, []*engine.Event{unmatched, matched, rejected, other, plain}},
		"inbox":     {engine.EventFilter{Inbox: "gitlab"}, []*engine.Event{other}},
		"rejected":  {engine.EventFilter{Verdict: engine.Rejected}, []*engine.Event{rejected}},
		"accepted":  {engine.EventFilter{Verdict: engine.Accepted, Inbox: "github"}, []*engine.Event{unmatched, matched, plain}},
		"pending":   {engine.EventFilter{Route: engine.RoutePending}, []*engine.Event{other, plain}},
		"matched":   {engine.EventFilter{Route: engine.RouteMatched}, []*engine.Event{matched}},
		"type":      {engine.EventFilter{Type: "push"}, []*engine.Event{other}},
		"since":     {engine.EventFilter{Since: f.start.Add(time.Minute)}, []*engine.Event{unmatched}},
		"until":     {engine.EventFilter{Until: matched.ReceivedAt}, []*engine.Event{rejected, other, plain}},
		"nothing":   {engine.EventFilter{Inbox: "none"}, nil},
		"one":       {engine.EventFilter{Limit: 1, Inbox: "gitlab"}, []*engine.Event{other}},
		"duplicate": {engine.EventFilter{Verdict: engine.Duplicate}, nil},
	} {
		var want, got []engine.ID
		for _, e := range c.want {
			want = append(want, e.ID)
		}
		page, err := f.s.Events(t.Context(), c.filter)
		require.NoError(t, err, name)
		for _, e := range page.Items {
			got = append(got, e.ID)
		}
		require.Equal(t, want, got, name)
		require.Empty(t, page.NextCursor, name)
		require.True(t, page.Complete, name)
	}
}

func listSearch(t *testing.T, f *fixture) {
	t.Helper()
	body := f.accept(t, func(e *engine.Event) { e.Body = []byte(`{"title":"Storage grows WITHOUT bound"}`) })
	summary := f.accept(t, func(e *engine.Event) { e.Summary = "opened: 100% sure_thing" })
	delivery := f.accept(t, func(e *engine.Event) { e.DeliveryID = "72d3162e-cc78-11e3-81ab-4c9367dc0958" })
	kind := f.accept(t, func(e *engine.Event) { e.Type, e.Inbox = "installation_repositories", "gitlab" })
	accents := f.accept(t, func(e *engine.Event) { e.Body = []byte(`{"title":"Ärger mit ÜBERMUT"}`) })
	for query, want := range map[string]*engine.Event{
		"without bound":           body,
		"100% SURE_":              summary,
		"cc78-11e3":               delivery,
		"installation_rep":        kind,
		body.ID.String():          body,
		summary.ID.String()[:36]:  summary,
		"ÜBERMUT":                 accents,
		"Ärger MIT":               accents,
		"sure?thing":              nil,
		"no such text in the lot": nil,
	} {
		page, err := f.s.Events(t.Context(), engine.EventFilter{Query: query})
		require.NoError(t, err, query)
		require.True(t, page.Complete, query)
		require.Equal(t, 5, page.Searched, query)
		if want == nil {
			require.Empty(t, page.Items, query)
			continue
		}
		require.Len(t, page.Items, 1, query)
		require.Equal(t, want.ID, page.Items[0].ID, query)
		require.Nil(t, page.Items[0].Body)
	}
	page, err := f.s.Events(t.Context(), engine.EventFilter{Query: "without", Inbox: "gitlab"})
	require.NoError(t, err)
	require.Empty(t, page.Items)
	require.Equal(t, 1, page.Searched)

	for range 3 {
		f.accept(t, func(e *engine.Event) { e.Body = []byte("needle") })
	}
	page, err = f.s.Events(t.Context(), engine.EventFilter{Query: "needle", Limit: 2})
	require.NoError(t, err)
	require.Len(t, page.Items, 2)
	require.False(t, page.Complete)
	rest, err := f.s.Events(t.Context(), engine.EventFilter{Query: "needle", Limit: 2, Cursor: page.NextCursor})
	require.NoError(t, err)
	require.Len(t, rest.Items, 1)
	require.True(t, rest.Complete)
}

func listCursors(t *testing.T, f *fixture) {
	t.Helper()
	for _, cursor := range []string{"!", "MTI-", "LTE", "AAAA"} {
		_, err := f.s.Events(t.Context(), engine.EventFilter{Cursor: cursor})
		requireKind(t, engine.KindInvalid, err)
		requireField(t, "cursor", err)
		_, err = f.s.Runs(t.Context(), engine.RunFilter{Cursor: cursor})
		requireField(t, "cursor", err)
	}
}

func requireField(t *testing.T, want string, err error) {
	t.Helper()
	var e *engine.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, want, e.Field)
}

func listRuns(t *testing.T, f *fixture) {
	t.Helper()
	var want []engine.ID
	var runs []*engine.Run
	for range 7 {
		run := f.started(t)
		runs, want = append(runs, run), append(want, run.ID)
	}
	slices.Reverse(want)
	var got []engine.ID
	filter := engine.RunFilter{Limit: 3}
	for more := true; more; more = filter.Cursor != "" {
		page, err := f.s.Runs(t.Context(), filter)
		require.NoError(t, err)
		for _, run := range page.Items {
			got = append(got, run.ID)
		}
		filter.Cursor = page.NextCursor
		f.settle(t, runs[len(got)-1], engine.RunSucceeded) // a change does not move the pages
	}
	require.Equal(t, want, got)
}

func listRunFilters(t *testing.T, f *fixture) {
	t.Helper()
	named := func(rule string) func(*engine.NewRun) {
		return func(n *engine.NewRun) { n.Run.RuleID = rule }
	}
	going := f.started(t, named("a"))
	failed := f.started(t, named("b"))
	f.fail(t, failed)
	done := f.started(t, named("a"))
	f.settle(t, done, engine.RunSucceeded)
	filtered := f.started(t)
	f.settle(t, filtered, engine.RunFiltered)
	problems, err := f.s.Problems(t.Context(), false)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		filter engine.RunFilter
		want   []*engine.Run
	}{
		"rule":     {engine.RunFilter{Rule: "a"}, []*engine.Run{done, going}},
		"event":    {engine.RunFilter{Event: failed.EventID}, []*engine.Run{failed}},
		"inbox":    {engine.RunFilter{Inbox: "gitlab"}, nil},
		"running":  {engine.RunFilter{State: engine.RunRunning}, []*engine.Run{going}},
		"failed":   {engine.RunFilter{State: engine.RunFailed}, []*engine.Run{failed}},
		"filtered": {engine.RunFilter{State: engine.RunFiltered}, []*engine.Run{filtered}},
		"queued":   {engine.RunFilter{State: engine.RunQueued}, nil},
		"problem":  {engine.RunFilter{Problem: problems[0].ID}, []*engine.Run{failed}},
		"since":    {engine.RunFilter{Since: done.CreatedAt}, []*engine.Run{filtered, done}},
		"until":    {engine.RunFilter{Until: failed.CreatedAt}, []*engine.Run{going}},
	} {
		page, err := f.s.Runs(t.Context(), c.filter)
		require.NoError(t, err, name)
		got := fmt.Sprint(idsOfRuns(page.Items))
		require.Equal(t, fmt.Sprint(idsOfRuns(c.want)), got, name)
	}
}

func idsOfRuns(runs []*engine.Run) []engine.ID {
	ids := make([]engine.ID, len(runs))
	for i, run := range runs {
		ids[i] = run.ID
	}
	return ids
}
