package storage_test

import (
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

// library is a database with events that differ in all that lists ask for, newest last.
func library(tb testing.TB) (*storage.DB, []*engine.Event) {
	tb.Helper()
	db := newInstance(tb).open(tb)
	epoch, err := db.Begin(tb.Context())
	require.NoError(tb, err)
	bodies := []string{`{"title":"Storage grows WITHOUT bound"}`, "Ärger mit ÜBERMUT", "a_b%c\\d", "", "\xff\xfe\x00", "needle\x00needle", strings.Repeat("x", 5000) + "Ende"}
	types := []string{"", "push", "Émile", "issues.opened", "100%_sure"}
	var all []*engine.Event
	for n := range 60 {
		e := plainEvent(n + 1)
		e.Body, e.Type, e.DeliveryID = []byte(bodies[n%len(bodies)]), types[n%len(types)], "72d3162e-"+strconv.Itoa(n)
		if n%3 == 1 {
			e.Inbox, e.Verdict, e.Reason = "other", engine.Rejected, "It is not signed."
		}
		_, err := db.Accept(tb.Context(), e, engine.Claim{})
		require.NoError(tb, err)
		if e.Verdict == engine.Accepted {
			run := &engine.Run{ID: engine.ID{0: 3, 15: byte(n)}, Inbox: e.Inbox, RuleID: "r", State: engine.RunRunning, Overlap: engine.OverlapParallel}
			_, err = db.Route(tb.Context(), engine.Routing{
				Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: epoch, Runs: []engine.NewRun{{Run: run}},
			})
			require.NoError(tb, err)
		}
		all = append(all, e)
	}
	return db, all
}

// Whatever stands in a cursor, a limit and a search, a list gives a page of what is
// looked for, or says that the cursor is wrong.
func FuzzList(f *testing.F) {
	db, all := library(f)
	first, err := db.Events(f.Context(), engine.EventFilter{Limit: 7})
	require.NoError(f, err)
	f.Add(first.NextCursor, 10, "", "", "")
	f.Add("MTI", 0, "without bound", "github", "accepted")
	f.Add("LTE", -1, "x", "", "rejected")
	f.Add("", 50, "ÜBERMUT", "", "")
	f.Add("", 50, "émile", "", "")
	f.Add("", 50, "needle\x00n", "", "")
	f.Add("", 50, "\xfe\x00", "", "")
	f.Add("", 1000, "_b%c\\", "other", "")
	f.Add("MXkycDBpajMyZThlNw", 1<<62, "72d3162e", "' OR 1=1 --", "duplicate")
	f.Add("", 3, all[3].ID.String()[:20], "", "")
	f.Fuzz(func(t *testing.T, cursor string, limit int, query, inbox, verdict string) {
		want := engine.EventFilter{Cursor: cursor, Limit: limit, Query: query, Inbox: inbox, Verdict: engine.Verdict(verdict)}
		page, err := db.Events(t.Context(), want)
		runs, runsErr := db.Runs(t.Context(), engine.RunFilter{Cursor: cursor, Limit: limit, Inbox: inbox})
		if err != nil {
			require.Equal(t, engine.KindInvalid, engine.KindOf(err), "%v", err)
			require.Equal(t, engine.KindInvalid, engine.KindOf(runsErr), "%v", runsErr)
			return
		}
		require.NoError(t, runsErr)
		most := 50
		if limit > 0 {
			most = min(limit, 200)
		}
		require.LessOrEqual(t, len(page.Items), most)
		require.LessOrEqual(t, len(runs.Items), most)
		for _, run := range runs.Items {
			require.True(t, inbox == "" || run.Inbox == inbox)
		}
		if cursor == "" {
			requireFound(t, page, foundIn(all, want), most)
			return
		}
		if page.NextCursor != "" {
			next, err := db.Events(t.Context(), engine.EventFilter{Cursor: page.NextCursor, Limit: 1})
			require.NoError(t, err)
			for _, e := range append(next.Items[:0:0], next.Items...) {
				require.Less(t, e.Seq, page.Items[len(page.Items)-1].Seq, "pages go on where they ended")
			}
		}
	})
}

// requireFound requires the first page of all that matches.
func requireFound(t *testing.T, page engine.EventPage, want []*engine.Event, most int) {
	t.Helper()
	if len(want) > most {
		require.NotEmpty(t, page.NextCursor)
		want = want[:most]
	} else {
		require.Empty(t, page.NextCursor)
	}
	require.Len(t, page.Items, len(want))
	for i, e := range want {
		require.Equal(t, e.ID, page.Items[i].ID)
	}
}

// foundIn looks through all events, newest first, as a list should.
func foundIn(all []*engine.Event, f engine.EventFilter) []*engine.Event {
	var found []*engine.Event
	query := lowerASCII(strings.TrimSpace(f.Query))
	for i := range all {
		e := all[len(all)-1-i]
		if f.Inbox != "" && e.Inbox != f.Inbox || f.Verdict != "" && e.Verdict != f.Verdict {
			continue
		}
		text := strings.Join([]string{e.Type, e.Summary, e.DeliveryID, string(e.Body)}, "\n")
		digits := strings.ReplaceAll(query, "-", "")
		byID := len(digits) >= 8 && strings.HasPrefix(hex.EncodeToString(e.ID[:]), digits)
		if byID || within(text, query) {
			found = append(found, e)
		}
	}
	return found
}

// within reports whether one of the lines holds the text, which may hold line breaks itself.
func within(lines, text string) bool {
	for line := range strings.SplitSeq(lines, "\n") {
		if strings.Contains(lowerASCII(line), text) {
			return true
		}
	}
	return false
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
