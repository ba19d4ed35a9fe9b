package main_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

// life is what the database of a killed process holds.
type life struct {
	pending         int           // acknowledged or not, without a verdict of the rules
	done            map[task]bool // recorded as done
	running         map[task]bool // recorded as begun and not as done
	retries, delays int           // waiting
	boundary        int           // arrivals at the destinations up to then
}

// readLife looks into the files that a kill has left, in a copy: the process has to
// recover from them by itself. deep also checks that state by itself.
func readLife(t *testing.T, dir string, deep bool) life {
	t.Helper()
	to := t.TempDir()
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range files {
		if !f.Type().IsRegular() || strings.HasSuffix(f.Name(), "-shm") || strings.HasSuffix(f.Name(), ".lock") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(to, f.Name()), content, 0o600))
	}
	if deep {
		require.Contains(t, patchbay(t, nil, "doctor", "--deep", "--data", to).out, "all invariants hold")
	}
	db, err := sql.Open("sqlite3", filepath.Join(to, storage.FileName))
	require.NoError(t, err)
	defer db.Close()
	l := life{done: map[task]bool{}, running: map[task]bool{}}
	row := db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM events WHERE route = 1),
		(SELECT count(*) FROM runs WHERE state = 2 AND rule = 'flaky'), (SELECT count(*) FROM runs WHERE state = 2 AND rule = 'pause')`)
	require.NoError(t, row.Scan(&l.pending, &l.retries, &l.delays))
	rows, err := db.QueryContext(t.Context(), `SELECT r.rule || '/' || a.key, e.id, a.state FROM attempts a
		JOIN runs r ON r.n = a.run JOIN events e ON e.seq = r.event WHERE a.action = 'http' AND a.state IN (1, 3)`)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var place string
		var id []byte
		var state int
		require.NoError(t, rows.Scan(&place, &id, &state))
		what := task(place + " " + engine.ID(id).String())
		if state == 1 {
			l.running[what] = true
		} else {
			l.done[what] = true
		}
	}
	require.NoError(t, rows.Err())
	return l
}

// finish waits until everything is done and compares what was acknowledged, what is
// recorded and what arrived. It returns how many acknowledged events are lost.
func (s *killStory) finish() (lost int) {
	t := s.t
	var stats struct {
		Depth struct{ Pending, Queued, Running, Waiting int }
	}
	eventually(t, func() bool {
		s.api.get("/stats", &stats)
		return stats.Depth == struct{ Pending, Queued, Running, Waiting int }{}
	}, func() string { return fmt.Sprint(stats) })
	s.requireWhole()

	var accepted []string
	duplicates := 0
	for _, e := range s.api.events("") {
		switch e.Verdict {
		case "accepted":
			accepted = append(accepted, e.ID)
		case "duplicate":
			duplicates++
		default:
			require.Fail(t, "an event is neither accepted nor a duplicate", "%+v", e)
		}
	}
	slices.Sort(accepted)
	for _, id := range s.mail.events() {
		if _, ok := slices.BinarySearch(accepted, id); !ok {
			lost++
		}
	}
	require.Zero(t, lost, "acknowledged events are not there")
	require.Equal(t, len(accepted), len(s.mail.acknowledged), "every delivery is one accepted event") //nolint:testifylint // Len would print them all
	require.Equal(t, s.mail.next, len(s.mail.acknowledged), "no delivery is forgotten")               //nolint:testifylint // likewise
	require.Equal(t, s.mail.duplicates, duplicates)

	want, arrivals := s.mail.tasks(), s.to.arrivals(t)
	attempts := s.requireRuns(want)
	for what := range want {
		require.NotEmpty(t, arrivals[what], "%s never arrived", what)
		require.LessOrEqual(t, len(arrivals[what]), attempts[what], "%s arrived more often than it was tried", what)
	}
	require.Equal(t, len(want), len(arrivals), "something arrived that nobody asked for") //nolint:testifylint // likewise
	for _, l := range s.lives {
		for what := range l.done {
			require.Less(t, arrivals[what][len(arrivals[what])-1], l.boundary, "%s was recorded as done and was done again", what)
		}
		for what := range l.running {
			require.GreaterOrEqual(t, arrivals[what][len(arrivals[what])-1], l.boundary, "%s was not recorded as done and was not tried again", what)
		}
	}
	return lost
}

// requireRuns checks that every step is recorded as done exactly once, and returns
// how often it was tried.
func (s *killStory) requireRuns(want map[task]bool) map[task]int {
	t := s.t
	attempts := map[task]int{}
	seen := map[string]bool{}
	for _, r := range s.api.runs("") {
		require.Equal(t, "succeeded", r.State, "%+v", r)
		require.False(t, seen[r.RuleID+" "+r.EventID], "a rule has two runs of an event")
		seen[r.RuleID+" "+r.EventID] = true
		var whole run
		s.api.get("/runs/"+r.ID, &whole)
		for _, step := range whole.Steps {
			done := 0
			for _, a := range step.Attempts {
				switch {
				case a.State == "succeeded":
					done++
				case a.Uncounted: // cut by a kill
				default:
					require.Equal(t, "flaky", r.RuleID, "only the kills fail an attempt here: %+v", a)
					require.Contains(t, a.Error, "503")
				}
			}
			require.Equal(t, 1, done, "%s of %s is recorded as done once", step.Key, r.ID)
			if step.Key != "wait" {
				attempts[task(r.RuleID+"/"+step.Key+" "+r.EventID)] = len(step.Attempts)
			}
		}
	}
	for what := range want {
		require.Positive(t, attempts[what], "%s has no run", what)
	}
	require.Equal(t, len(want), len(attempts), "there are runs that nobody asked for") //nolint:testifylint // Len would print them all
	return attempts
}
