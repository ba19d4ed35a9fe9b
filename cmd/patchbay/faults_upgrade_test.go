package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// loadDump makes the database of a dump in a data directory, with a destination for
// what goes on there.
func loadDump(t *testing.T, dir string, version int64, target string) story {
	t.Helper()
	text, err := os.ReadFile(dumpPath(version, ".json"))
	require.NoError(t, err, "make a dump of the new migration: see writeDump")
	var s story
	require.NoError(t, json.Unmarshal(text, &s))
	text, err = os.ReadFile(dumpPath(version, ".sql"))
	require.NoError(t, err)
	path := filepath.Join(dir, "patchbay.db")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	db := openRaw(t, path)
	_, err = db.ExecContext(t.Context(), strings.ReplaceAll(string(text), dumpTarget, target))
	require.NoError(t, err)
	require.NoError(t, db.Close())
	return s
}

// rowCounts counts the rows of every table.
func rowCounts(t *testing.T, dir string) map[string]int {
	t.Helper()
	db := openRaw(t, filepath.Join(dir, "patchbay.db"))
	counts := map[string]int{}
	for _, table := range tables(t, db) {
		counts[table] = len(texts(t, db, "SELECT 1 FROM "+table))
	}
	require.NoError(t, db.Close())
	return counts
}

// passing are the tables whose rows come to an end.
var passing = []string{"held_runs", "inbox_removals", "sessions", "sqlite_sequence"}

func TestFault_Upgrade(t *testing.T) {
	t.Parallel()
	for _, version := range versions(t) {
		t.Run(fmt.Sprint("from ", version), func(t *testing.T) {
			t.Parallel()
			to := newTally(t).live(t)
			dir := t.TempDir()
			s := loadDump(t, dir, version, to.url)
			before := rowCounts(t, dir)
			began := time.Now()
			p := serve(t, dir, []string{dumpKey}, "--allow-private", "127.0.0.0/8")
			took := time.Since(began)
			if version == 1 {
				s.historyIsThere(t, p)
			} else {
				s.workGoesOn(t, p, to)
			}
			for table, rows := range rowCounts(t, dir) {
				if !slices.Contains(passing, table) {
					require.GreaterOrEqual(t, rows, before[table], table)
				}
			}
			sound(t, dir)
			require.Zero(t, p.terminate())
			again := serve(t, dir, []string{dumpKey}, "--allow-private", "127.0.0.0/8")
			require.Zero(t, again.terminate())
			faultNote(t, "%d tables with %d rows: serves after %v, every event and run is there, what was pending and waiting has gone on", len(before), sum(before), took.Round(time.Millisecond))
		})
	}
}

func sum(counts map[string]int) (all int) {
	for _, n := range counts {
		all += n
	}
	return all
}

// eventsAreThere reads every event back.
func (s story) eventsAreThere(t *testing.T, api *client) {
	t.Helper()
	for kind, id := range s.Events {
		require.Equal(t, s.body(t, kind), api.call(http.MethodGet, "/events/"+id+"/body", "").body, kind)
	}
	require.Len(t, api.events("verdict=rejected"), 1)
	require.Len(t, api.events("verdict=duplicate"), 1)
	require.Len(t, api.events("verdict=held"), 1)
}

// historyIsThere looks at a database without a configuration: its events are there,
// and the runs of rules that are gone say so.
func (s story) historyIsThere(t *testing.T, p *process) {
	t.Helper()
	api := p.client()
	s.eventsAreThere(t, api)
	var e event
	eventually(t, func() bool {
		e = event{}
		api.get("/events/"+s.Events["pending"], &e)
		return e.Route == "unmatched"
	}, func() string { return fmt.Sprintf("%+v", e) })
	eventually(t, func() bool { return s.runsAre(api, withoutRules) == "" }, func() string { return s.runsAre(api, withoutRules) })
}

// withoutRules is what becomes of the runs whose rules are gone.
func withoutRules(kind string) string {
	switch kind {
	case "later", "turn-1", "turn-2", "turn-3", "hang", "dead", "held":
		return "failed"
	default:
		return dumpRuns[kind].state
	}
}

// workGoesOn looks at a database with everything in it.
func (s story) workGoesOn(t *testing.T, p *process, to *tally) {
	t.Helper()
	api := &client{t: t, base: p.url + "/api/v1", token: s.Token}
	s.eventsAreThere(t, api)
	(&client{t: t, base: api.base}).call(http.MethodPost, "/login", dumpLogin)
	require.Contains(t, api.call(http.MethodGet, "/users", "").body, "ann@example.com")
	require.Contains(t, api.call(http.MethodGet, "/tables/levels", "").body, `"high":"red"`)
	require.Contains(t, api.call(http.MethodGet, "/settings", "").body, "Europe/Berlin")
	require.Contains(t, api.call(http.MethodGet, "/rules/done/draft", "").body, "an edit")
	require.Contains(t, api.call(http.MethodGet, "/connections", "").body, "smtp.example.com")
	require.Contains(t, api.call(http.MethodGet, "/audit", "").body, "configuration.apply")

	later := func(kind string) string {
		if kind == "pending" {
			return "succeeded"
		}
		return dumpRuns[kind].later
	}
	eventually(t, func() bool { return s.runsAre(api, later) == "" }, func() string { return s.runsAre(api, later) })
	require.Equal(t, map[string]int{s.Events["later"]: 1}, to.times("/later"))
	var e event
	api.get("/events/"+s.Events["hang"], &e)
	var r run
	api.get("/runs/"+e.Runs[0].ID, &r)
	require.Equal(t, "unknown", r.Steps[0].Attempts[0].Outcome, "it may have been sent")
	var problems listOf[struct{ Destination string }]
	api.get("/problems", &problems)
	require.Contains(t, fmt.Sprint(problems), "http://"+deadServer)

	// What is new goes as it went.
	again := delivery{path: "/in/open", header: map[string]string{"Content-Type": "application/json", "X-Id": "done"}, body: fmt.Appendf(nil, s.Body, "done")}
	got := p.accepted(again)
	require.True(t, got.Duplicate)
	require.Equal(t, s.Events["done"], got.ID)
	again.header["X-Id"] = "new"
	fresh := p.accepted(again)
	signed := github(t, "issues", "new")
	signed.path = "/in/signed"
	p.accepted(signed)
	eventually(t, func() bool {
		e = event{}
		api.get("/events/"+fresh.ID, &e)
		return len(e.Runs) == 1 && e.Runs[0].State == "succeeded"
	}, func() string { return fmt.Sprintf("%+v", e) })

	require.Contains(t, must(t, "restore", "--release", "--data", p.dir), "1 runs go on")
	held := story{Events: map[string]string{"held": s.Events["held"]}}
	released := func(string) string { return "succeeded" }
	eventually(t, func() bool { return held.runsAre(api, released) == "" }, func() string { return held.runsAre(api, released) })
}

func TestFault_DatabaseOfANewerVersion(t *testing.T) {
	t.Parallel()
	list := versions(t)
	dir := t.TempDir()
	loadDump(t, dir, list[len(list)-1], dumpTarget)
	path := filepath.Join(dir, "patchbay.db")
	db := openRaw(t, path)
	_, err := db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
	require.NoError(t, err)
	before := dumpSQL(t, db)
	require.NoError(t, db.Close())

	want := fmt.Sprintf("patchbay: The database was written by a newer version of patchbay (schema 9999, this one knows %d); install that version.\n", list[len(list)-1])
	for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"export"}, {"doctor"}, {"backup", filepath.Join(t.TempDir(), "backup.db")}} {
		r := patchbay(t, []string{dumpKey}, append(args, "--data", dir)...)
		require.Equal(t, 1, r.status, args)
		require.Equal(t, want, r.err, args)
		require.Empty(t, r.out, args)
	}
	restored := patchbay(t, []string{dumpKey}, "restore", path, "--data", t.TempDir())
	require.Equal(t, 1, restored.status)
	require.Equal(t, "patchbay: The backup was made by a newer version of patchbay; restore it with that version.\n", restored.err)
	require.True(t, before == dumpSQL(t, openRaw(t, path)), "it was not touched") //nolint:testifylint // nobody wants to read the difference
	faultNote(t, "serve, export, doctor, backup and restore refuse it with one sentence and leave it as it is")
}

// schema tells the version of a database and whether its tables are those of a whole
// number of migrations. It looks at a copy: to look is to repair.
func schema(t *testing.T, dir string) (version string, tables []string) {
	t.Helper()
	at := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		text, err := os.ReadFile(filepath.Join(dir, "patchbay.db"+suffix))
		if err == nil {
			require.NoError(t, os.WriteFile(filepath.Join(at, "patchbay.db"+suffix), text, 0o600))
		}
	}
	db := openRaw(t, filepath.Join(at, "patchbay.db"))
	defer db.Close()
	require.Equal(t, []string{"ok"}, texts(t, db, "PRAGMA integrity_check"))
	tables = texts(t, db, `SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name`)
	version = "none"
	if slices.Contains(tables, "goose_db_version") {
		version = texts(t, db, "SELECT coalesce(max(version_id), 0) FROM goose_db_version")[0]
	}
	return version, tables
}

func TestFault_KilledWhileItUpgrades(t *testing.T) {
	t.Parallel()
	list := versions(t)
	newest := strconv.FormatInt(list[len(list)-1], 10)
	rounds := size(2, 12)
	whole := map[string][]string{"none": nil} // the tables of each version
	for _, version := range list {
		dir := t.TempDir()
		loadDump(t, dir, version, dumpTarget)
		name, tables := schema(t, dir)
		whole[name] = tables
	}
	whole["0"] = []string{"goose_db_version"}
	left := map[string]int{}
	cut := 0
	for _, from := range append([]int64{0}, list[:len(list)-1]...) {
		for round := range rounds {
			to := newTally(t).live(t)
			dir := t.TempDir()
			var s story
			if from > 0 {
				s = loadDump(t, dir, from, to.url)
			}
			serving := killUpgrade(t, dir, round)
			version, tables := schema(t, dir)
			require.Equal(t, whole[version], tables, "half of a migration was left behind")
			left[version]++
			if !serving && version != newest {
				cut++
			}
			p := serve(t, dir, []string{dumpKey}, "--allow-private", "127.0.0.0/8")
			switch {
			case from == 1:
				s.historyIsThere(t, p)
			case from > 1:
				s.workGoesOn(t, p, to)
			}
			sound(t, dir)
			p.kill()
			version, tables = schema(t, dir)
			require.Equal(t, newest, version)
			require.Equal(t, whole[version], tables)
		}
	}
	require.Positive(t, cut, "no kill came before the end of the upgrade")
	faultNote(t, "%d starts killed, %d of them before the upgrade was done (versions left behind: %v); the next start completes each", rounds*len(list), cut, left)
}

// killUpgrade starts a server and kills it after so many changes of the files in its
// data directory. It tells whether it was serving by then.
func killUpgrade(t *testing.T, dir string, changes int) (serving bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--log-format", "json",
		"--allow-private", "127.0.0.0/8") // what is due may run before the kill
	cmd.Env = environment([]string{dumpKey})
	var log strings.Builder
	cmd.Stderr = &log
	last := fingerprint(dir)
	require.NoError(t, cmd.Start())
	end := time.Now().Add(5 * time.Second)
	for seen := 0; seen <= changes && time.Now().Before(end); {
		if now := fingerprint(dir); now != last {
			last = now
			seen++
		}
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // killed
	return strings.Contains(log.String(), `"serving"`)
}

// fingerprint changes with the files of the database.
func fingerprint(dir string) string {
	var all []string
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(filepath.Join(dir, "patchbay.db"+suffix)); err == nil {
			all = append(all, fmt.Sprint(suffix, info.Size(), info.ModTime().UnixNano()))
		}
	}
	return strings.Join(all, " ")
}
