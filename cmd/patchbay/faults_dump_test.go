package main_test

import (
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // opens databases as no patchbay would
	"github.com/stretchr/testify/require"
)

// A dump is the database of an instance as the program of one migration left it when
// it was killed, as SQL, with rows in every table. They are there to be upgraded:
// see TestFault_Upgrade.
//
// Whoever adds a migration makes the dump of the new version, once, with
//
//	go test ./cmd/patchbay -run TestDump_IsWritten -write-dump
//
// and never changes the older ones: nobody has a database that the present program
// would have written for an old version. Where the new migration adds a table, the
// data for it joins [fillInstance] or [completeDump]; a table without rows fails the test.
//
// The dump of version 1, which no program ended with, was made of the one of version
// 2 by leaving out what migration 2 adds.
var writeDump = flag.Bool("write-dump", false, "write the dump of the newest migration")

const (
	dumpFolder = "testdata/upgrade"
	// dumpKey is the secret key of the dumps.
	dumpKey = "PATCHBAY_SECRET_KEY=cGF0Y2hiYXkgdXBncmFkZSB0ZXN0cywgbm8gc2VjcmU="
	// dumpTarget stands in the dumps for the destination that the tests put there.
	dumpTarget = "http://127.0.0.1:9"
	// dumpServer is where runs of the dumps go that nobody answers any more, deadServer
	// where nobody ever did. No other test comes to these addresses.
	dumpServer = "127.45.67.89:20117"
	deadServer = "127.45.67.89:7"
	dumpLogin  = `{"email":"root@example.com","password":"a long password"}`
)

// story is what a dump holds, as far as one cannot see by looking. Runs are named
// by the kind of their event.
type story struct {
	Token  string
	Events map[string]string // ids by kind
	Body   string            // of each, the kind left out
}

func dumpPath(version int64, suffix string) string {
	return filepath.Join(dumpFolder, fmt.Sprintf("%04d%s", version, suffix))
}

// versions lists the migrations.
func versions(t *testing.T) []int64 {
	t.Helper()
	files, err := filepath.Glob("../../storage/migrations/sqlite/*.sql")
	require.NoError(t, err)
	var list []int64
	for _, f := range files {
		number, _, _ := strings.Cut(filepath.Base(f), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		require.NoError(t, err)
		list = append(list, n)
	}
	slices.Sort(list)
	require.NotEmpty(t, list)
	return list
}

// dumpConfig has something of everything. Its rules are named by the kind of the
// events that they are for.
const dumpConfig = `version: 1
vars: { target: "` + dumpTarget + `", team: core }
inboxes:
  - { name: signed, verify: { scheme: github, secret: "` + secret + `" }, keep: &ever { age: 36500d, matched: 36500d } }
  - { name: open, verify: { scheme: none }, dedupe: { key: 'headers["x-id"]', window: 90d }, keep: *ever }
  - { name: keyed, keep: *ever }
  - { name: paused, verify: { scheme: none }, paused: true, keep: *ever }
  - { name: lists, verify: { scheme: none }, split: true, keep: *ever }
connections:
  - { name: mail, type: smtp, with: { host: smtp.example.com, port: 587, username: ops, password: pass-word, from: ops@example.com } }
  - { name: partner, type: http, with: { secrets: { API_KEY: "Bearer abcdef" }, hosts: [api.example.com] } }
rules:
  - { name: later, inbox: open, when: 'payload.kind == "later"', steps: [{ key: d, action: delay, with: { until: "{{ payload.until }}" } }, { key: a, action: http, with: { method: POST, url: "{{ vars.target }}/later", text: "{{ event.id }}" } }] }
  - { name: turn, inbox: open, when: 'payload.kind startsWith "turn"', overlap: queue, steps: [{ key: d, action: delay, with: { until: "{{ payload.until }}" } }, { key: n, action: note, with: { text: "{{ payload.kind }}" } }] }
  - { name: dead, inbox: open, when: 'payload.kind == "dead"', steps: [{ key: a, action: http, with: { method: POST, url: "http://` + deadServer + `/dead", text: x } }] }
  - { name: hang, inbox: open, when: 'payload.kind == "hang"', steps: [{ key: a, action: http, with: { method: POST, url: "http://` + dumpServer + `/hang", text: x } }] }
  - { name: gone, inbox: open, when: 'payload.kind == "gone"', steps: [{ key: a, action: http, with: { method: POST, url: "http://` + dumpServer + `/gone", text: x } }] }
  - { name: done, inbox: open, when: 'payload.kind in ["done", "pending"]', steps: [{ key: n, action: note, with: { text: "{{ payload.kind }} by {{ vars.team }}" } }] }
  - { name: flaky, inbox: open, when: 'payload.kind == "flaky"', steps: [{ key: a, action: http, with: { method: POST, url: "http://` + dumpServer + `/flaky", text: x }, retry: { attempts: 3, over: 1s } }] }
  - { name: filtered, inbox: open, when: 'payload.kind == "filtered"', steps: [{ key: f, action: filter, with: { when: 'payload.kind == "x"' } }] }
  - { name: single, inbox: open, when: 'payload.kind startsWith "single"', overlap: single, steps: [{ key: d, action: delay, with: { for: 8760h } }] }
  - { name: canceled, inbox: open, when: 'payload.kind == "canceled"', steps: [{ key: d, action: delay, with: { for: 8760h } }] }
  - { name: held, inbox: open, when: 'payload.kind == "held"', steps: [{ key: d, action: delay, with: { until: "{{ payload.until }}" } }, { key: n, action: note, with: { text: x } }] }
`

// dumpRuns is what the run of each kind of event is when the dump is made, and what
// becomes of it. The rules of those that have a later are in version 2.
var dumpRuns = map[string]struct{ state, later string }{
	"later": {"waiting", "succeeded"}, "turn-1": {"waiting", "succeeded"}, "turn-2": {"queued", "succeeded"}, "turn-3": {"queued", "succeeded"},
	"dead": {"waiting", "waiting"}, "hang": {"running", "waiting"}, "gone": {"failed", "failed"}, "done": {"succeeded", "succeeded"},
	"flaky": {"succeeded", "succeeded"}, "filtered": {"filtered", "filtered"}, "single-1": {"waiting", "waiting"}, "single-2": {"skipped", "skipped"},
	"canceled": {"canceled", "canceled"}, "held": {"waiting", "waiting"},
}

// call asks the API for something and returns the answer.
func (c *client) call(method, path, body string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("If-Match", "*")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	got, err := send(req)
	require.NoError(c.t, err)
	require.Less(c.t, got.status, 300, "%s %s: %s", method, path, got.body)
	return got
}

// fillInstance makes an instance with a bit of everything, kills it in the middle of
// that, and tells what is in it.
func fillInstance(t *testing.T, dir string) story {
	t.Helper()
	hang := make(chan struct{})
	failed := false
	to := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/hang":
			<-hang
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/flaky":
			if !failed {
				failed = true
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}
	}))
	var lc net.ListenConfig
	var err error
	require.NoError(t, to.Listener.Close())
	to.Listener, err = lc.Listen(t.Context(), "tcp", dumpServer)
	require.NoError(t, err)
	to.Start()
	t.Cleanup(to.Close)
	t.Cleanup(func() { close(hang) })
	p := serve(t, dir, []string{dumpKey, "PATCHBAY_ADMIN_EMAIL=root@example.com", "PATCHBAY_ADMIN_PASSWORD=a long password"}, "--allow-private", "127.0.0.0/8")
	apply(t, dir, dumpConfig)
	must(t, "user", "create", "ann@example.com", "--role", "viewer", "--data", dir)
	api := p.client()
	(&client{t: t, base: api.base}).call(http.MethodPost, "/login", dumpLogin)
	api.call(http.MethodPost, "/invitations", `{"email":"ben@example.com","role":"editor"}`)
	api.call(http.MethodPut, "/tables/levels", `{"rows":{"high":"red"}}`)
	api.call(http.MethodPut, "/settings", `{"timezone":"Europe/Berlin"}`)
	api.call(http.MethodPut, "/rules/done/draft", `{"name":"done","inbox":"open","note":"an edit","steps":[]}`)

	s := story{Token: api.token, Events: map[string]string{}}
	until := time.Now().Add(40 * time.Second).UTC().Format(time.RFC3339)
	s.Body = fmt.Sprintf(`{"kind":"%%s","until":%q,"name":"Zoë"}`, until)
	event := func(kind string) delivery {
		return delivery{path: "/in/open", header: map[string]string{"Content-Type": "application/json", "X-Id": kind}, body: fmt.Appendf(nil, s.Body, kind)}
	}
	for _, kind := range append(slices.Sorted(mapKeys(dumpRuns)), "pending", "unmatched") {
		s.Events[kind] = p.accepted(event(kind)).ID
	}
	require.True(t, p.accepted(event("done")).Duplicate)
	paused := event("paused")
	paused.path = "/in/paused"
	s.Events["paused"] = p.accepted(paused).ID
	list := event("list")
	list.path, list.body = "/in/lists", []byte(`[{"kind":"item"},{"kind":"item"}]`)
	p.accepted(list)
	wrong := event("wrong")
	wrong.path = "/in/signed"
	got, err := p.deliver(t.Context(), wrong)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, got.status)
	s.sendAlike(t, p)
	require.Len(t, api.settled("rule=flaky", 1), 1)
	eventually(t, func() bool { return len(api.runs("rule=canceled&state=waiting")) == 1 }, p.logged)
	api.call(http.MethodPost, "/runs/"+api.runs("rule=canceled")[0].ID+"/cancel", "{}")
	eventually(t, func() bool { return s.runsAre(api, func(kind string) string { return dumpRuns[kind].state }) == "" },
		func() string { return s.runsAre(api, func(kind string) string { return dumpRuns[kind].state }) })
	p.kill()
	return s
}

// sendAlike sends many of one kind, so that what they have in common is stored once.
func (s story) sendAlike(t *testing.T, p *process) {
	t.Helper()
	db := openRaw(t, filepath.Join(p.dir, "patchbay.db"))
	learned := !slices.Contains(tables(t, db), "dictionaries")
	for i, more := 0, 3; more > 0; i++ {
		kind := alike + strconv.Itoa(i)
		d := github(t, "issues", kind)
		d.path = "/in/signed"
		s.Events[kind] = p.accepted(d).ID
		if i >= 8 && !learned {
			eventually(t, func() bool { return texts(t, db, "SELECT count(*) FROM dictionaries")[0] == "1" }, p.logged)
			learned = true
		}
		if learned {
			more--
		}
	}
	require.NoError(t, db.Close())
}

// alike begins the kinds of events with the body of a GitHub issue.
const alike = "issue-"

// body is what an event of a kind was sent with.
func (s story) body(t *testing.T, kind string) string {
	t.Helper()
	if strings.HasPrefix(kind, alike) {
		return string(github(t, "issues", "").body)
	}
	return fmt.Sprintf(s.Body, kind)
}

// runsAre tells which run is not in the state that it should be in.
func (s story) runsAre(api *client, want func(kind string) string) string {
	for kind, id := range s.Events {
		state := want(kind)
		if state == "" {
			continue
		}
		var e event
		api.get("/events/"+id, &e)
		if len(e.Runs) != 1 || e.Runs[0].State != state {
			return fmt.Sprintf("%s should be %s: %+v", kind, state, e.Runs)
		}
	}
	return ""
}

func mapKeys[K comparable, V any](m map[K]V) func(yield func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// completeDump adds what a moment decides, or another command does: an event that no
// rule was asked about yet, a run that a restore holds, an inbox that is being
// removed, de-duplication claims that were filed.
func completeDump(t *testing.T, db *sql.DB, s story) {
	t.Helper()
	for _, query := range []string{
		fmt.Sprintf(`DELETE FROM attempts WHERE run IN (SELECT n FROM runs WHERE event = (SELECT seq FROM events WHERE id = %s))`, blob(s.Events["pending"])),
		fmt.Sprintf(`DELETE FROM runs WHERE event = (SELECT seq FROM events WHERE id = %s)`, blob(s.Events["pending"])),
		`UPDATE events SET route = 1 WHERE id = ` + blob(s.Events["pending"]),
		`UPDATE ledgers SET pending = pending + 1, matched = matched - 1 WHERE inbox = 'open'`,
		fmt.Sprintf(`INSERT INTO held_runs SELECT n, state, due_at, destination, reason FROM runs WHERE event = (SELECT seq FROM events WHERE id = %s)`, blob(s.Events["held"])),
		`UPDATE runs SET due_at = 253370764800000000, reason = 'Restored from a backup: held until it is released.' WHERE n IN (SELECT run FROM held_runs)`,
		`UPDATE events SET claim_until = claim_until * 2 WHERE claim IS NOT NULL`, // a dump is used for years
		`UPDATE runs SET due_at = due_at * 2 WHERE rule = 'single' AND state = 2`,
		`INSERT INTO inbox_removals VALUES ('gone', 1)`,
		`INSERT OR IGNORE INTO disk_sizes VALUES ((SELECT max(received_at) FROM events), 65536)`,
		`UPDATE counters SET claimed = (SELECT max(seq) FROM (SELECT seq FROM events WHERE claim IS NOT NULL ORDER BY seq LIMIT 3))`,
		`INSERT INTO claims SELECT inbox, claim, id, claim_until FROM events, counters WHERE claim IS NOT NULL AND events.seq <= claimed`,
	} {
		_, err := db.ExecContext(t.Context(), query)
		require.NoError(t, err, query)
	}
}

// blob is an id as SQL.
func blob(id string) string { return "X'" + strings.ReplaceAll(id, "-", "") + "'" }

func TestDump_IsWritten(t *testing.T) {
	t.Parallel()
	if !*writeDump {
		t.Skip("only with -write-dump")
	}
	list := versions(t)
	version := list[len(list)-1]
	dir := t.TempDir()
	s := fillInstance(t, dir)
	db := openRaw(t, filepath.Join(dir, "patchbay.db"))
	completeDump(t, db, s)
	require.NoError(t, os.MkdirAll(dumpFolder, 0o755))
	require.NoError(t, os.WriteFile(dumpPath(version, ".sql"), []byte(dumpSQL(t, db)), 0o644))
	text, err := json.MarshalIndent(s, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(dumpPath(version, ".json"), append(text, '\n'), 0o644))
}

func openRaw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=5000")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() }) // it may have been closed
	return db
}

// texts returns the first column of a query.
func texts(t *testing.T, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	require.NoError(t, err, query)
	defer rows.Close()
	var list []string
	for rows.Next() {
		var text string
		require.NoError(t, rows.Scan(&text))
		list = append(list, text)
	}
	require.NoError(t, rows.Err())
	return list
}

// tables lists the tables of a database.
func tables(t *testing.T, db *sql.DB) []string {
	t.Helper()
	return texts(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name <> 'sqlite_sequence', name`)
}

// dumpSQL writes a database as SQL: its tables, their rows, and then what works on those.
func dumpSQL(t *testing.T, db *sql.DB) string {
	t.Helper()
	var out strings.Builder
	out.WriteString("PRAGMA page_size = 8192;\nPRAGMA auto_vacuum = INCREMENTAL;\nPRAGMA journal_mode = WAL;\nBEGIN;\n")
	for _, query := range texts(t, db, `SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid`) {
		out.WriteString(query + ";\n")
	}
	for _, table := range tables(t, db) {
		columns := texts(t, db, `SELECT name FROM pragma_table_info(?)`, table)
		rows := texts(t, db, fmt.Sprintf(`SELECT quote(%s) FROM %s`, strings.Join(columns, `) || ', ' || quote(`), table))
		require.NotEmpty(t, rows, "%s has no rows: fillInstance or completeDump should make some", table)
		for _, row := range rows {
			fmt.Fprintf(&out, "INSERT INTO %s VALUES (%s);\n", table, row)
		}
	}
	for _, query := range texts(t, db, `SELECT sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid`) {
		out.WriteString(query + ";\n")
	}
	out.WriteString("COMMIT;\n")
	return out.String()
}
