package main_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// backedUp is a backup and what was acknowledged before it began.
type backedUp struct {
	how      string
	file     string
	accepted map[string]bool
	took     time.Duration
}

// copyOf returns what was acknowledged so far.
func (s *senders) copyOf() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.accepted)
}

// takeBackups takes backups in every way that there is while a server works.
func takeBackups(t *testing.T, p *process, s *senders, n int) []backedUp {
	t.Helper()
	token := p.client().token
	folder := t.TempDir()
	ways := []struct {
		name string
		args []string
	}{
		{"through the socket", []string{"--data", p.dir}},
		{"over HTTP", []string{"--url", p.url, "--token", token}},
	}
	var all []backedUp
	for i := range n {
		way := ways[i%len(ways)]
		b := backedUp{how: way.name, file: filepath.Join(folder, fmt.Sprint("backup-", i, ".db"))}
		more := s.count() + 20
		eventually(t, func() bool { return s.count() >= more }, func() string { return fmt.Sprint(s.count(), s.odd) })
		b.accepted = s.copyOf()
		began := time.Now()
		must(t, append([]string{"backup", b.file}, way.args...)...)
		b.took = time.Since(began)
		all = append(all, b)
	}
	return all
}

func TestFault_BackupUnderLoad(t *testing.T) {
	t.Parallel()
	to, other := newTally(t).live(t), newTally(t) // nobody listens at the other one yet
	to.slow.Store(int64(20 * time.Millisecond))
	dir := t.TempDir()
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(threeSteps, secret, to.url)+fmt.Sprintf(`  - name: Dead
    inbox: load
    when: payload.n %% 10 == 0
    steps: [{ key: a, action: http, with: { method: POST, url: "%s/dead", text: "{{ event.id }}" }, retry: { attempts: 50, over: 50s } }]
`, other.url))
	s := keepSending(t, p, size(8, 32), load)
	backups := takeBackups(t, p, s, size(2, 8))
	s.stop()
	require.Empty(t, s.odd)
	require.Zero(t, s.cut)
	p.kill()
	key, err := os.ReadFile(filepath.Join(dir, "secret.key"))
	require.NoError(t, err)

	// The database of a killed server can be backed up too: the command opens it itself.
	last := backedUp{how: "of a killed server", file: filepath.Join(t.TempDir(), "backup.db"), accepted: s.copyOf()}
	began := time.Now()
	must(t, "backup", last.file, "--data", dir)
	last.took = time.Since(began)
	backups = append(backups, last)

	other.live(t)
	var longest time.Duration
	events, held := 0, 0
	for _, b := range backups {
		longest = max(longest, b.took)
		stored, waiting := restored(t, b, key)
		events, held = max(events, stored), held+waiting
	}
	require.Positive(t, held, "nothing was under way in any backup")
	faultNote(t, "%d backups (socket, HTTP, killed) within %v each, of up to %d events: all acknowledged before are there, %d runs and events held and released, a wrong key is named", len(backups), longest.Round(time.Millisecond), events, held)
}

// restored puts a backup into a new directory, looks at it, and lets it go on.
func restored(t *testing.T, b backedUp, key []byte) (events, held int) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	said := must(t, "restore", b.file, "--data", dir)
	var runs, pending int
	if _, err := fmt.Sscanf(said, "%d unfinished runs and %d events are held;", &runs, &pending); err != nil {
		require.True(t, strings.HasPrefix(said, "put the secret key"), said)
	}
	unjudged := pending
	wrong := patchbay(t, []string{"PATCHBAY_SECRET_KEY=" + strings.Repeat("A", 43) + "="}, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	require.Equal(t, 1, wrong.status)
	require.Contains(t, wrong.err, "The secret key is not the one this database was written with")
	missing := patchbay(t, nil, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	require.Equal(t, 1, missing.status)
	require.Contains(t, missing.err, "secret.key is missing but the database beside it exists")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "secret.key"), key, 0o600))
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	sound(t, dir)
	api := p.client()
	stored := map[string]bool{}
	for _, verdict := range []string{"accepted", "held"} {
		for _, e := range api.events("verdict=" + verdict) {
			stored[e.ID] = true
			if verdict == "held" {
				require.Equal(t, "Restored from a backup: held until its inbox is released.", e.Reason)
				pending--
			}
		}
	}
	require.Zero(t, pending)
	for id := range b.accepted {
		require.True(t, stored[id], "%s: an event that was acknowledged before the backup began is not in it", b.how)
	}
	waiting := api.runs("state=waiting")
	require.Len(t, waiting, runs)
	for _, r := range waiting {
		require.Equal(t, "Restored from a backup: held until it is released.", r.Reason)
	}
	require.Empty(t, api.runs("state=running"))
	require.Empty(t, api.runs("state=queued"))

	said = must(t, "restore", "--release", "--data", dir)
	require.Contains(t, said, fmt.Sprintf("%d runs go on", runs))
	require.Equal(t, unjudged > 0, strings.Contains(said, fmt.Sprintf("%d events are still held", unjudged)), said)
	require.Equal(t, http.StatusOK, api.post("/inboxes/load/release"))
	api.quiet("load")
	for _, r := range api.runs("") {
		require.Equal(t, "succeeded", r.State, r.Reason)
	}
	p.accepted(load(1 << 30)) // the inbox's secret opens
	sound(t, dir)
	require.Zero(t, p.terminate())
	return len(stored), len(waiting)
}
