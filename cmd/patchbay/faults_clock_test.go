package main_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	words "encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// settableBinary builds the program with testdata/clock in place of its clock and of
// the one that identifiers are made by.
var settableBinary = sync.OnceValues(func() (string, error) {
	dir := filepath.Dir(binary)
	clock, err := os.ReadFile(filepath.Join("testdata", "clock", "clock.go"))
	if err != nil {
		return "", err
	}
	modules, err := settableIdentifiers(filepath.Join(dir, "uuid"), clock)
	if err != nil {
		return "", err
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(here, "clock.go"): filepath.Join(here, "testdata", "clock", "clock.go")},
	})
	if err != nil {
		return "", err
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return "", err
	}
	program := filepath.Join(dir, "patchbay-settable")
	out, err := exec.Command("go", "build", "-modfile", modules, "-overlay", list, "-o", program, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
})

// settableIdentifiers copies the module that makes identifiers into a folder, gives it
// a clock that can be set, and returns the module file that uses the copy.
func settableIdentifiers(folder string, clock []byte) (string, error) {
	const module, was, is = "github.com/google/uuid", "timeNow = time.Now", "timeNow = func() time.Time { return now() }"
	found, err := exec.CommandContext(context.Background(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return "", fmt.Errorf("find the module of identifiers: %w", err)
	}
	if err := os.CopyFS(folder, os.DirFS(strings.TrimSpace(string(found)))); err != nil {
		return "", err
	}
	path := filepath.Join(folder, "time.go")
	uses, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if !strings.Contains(string(uses), was) {
		return "", fmt.Errorf("%s has no clock to be replaced", path)
	}
	written := map[string]string{
		path:                                 strings.Replace(string(uses), was, is, 1),
		filepath.Join(folder, "settable.go"): strings.Replace(string(clock), "package main", "//go:build go1.21\n\npackage uuid", 1), // more than the module asks for
	}
	modules := folder + ".mod"
	for from, to := range map[string]string{"go.mod": modules, "go.sum": folder + ".sum"} {
		text, err := os.ReadFile(filepath.Join("..", "..", from))
		if err != nil {
			return "", err
		}
		if to == modules {
			text = fmt.Appendf(text, "\nreplace %s => %s\n", module, folder)
		}
		written[to] = string(text)
	}
	for path, text := range written {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return "", err // what was copied is read-only
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return modules, nil
}

// settableClock is a clock of a server that can be set.
type settableClock struct {
	t    *testing.T
	file *os.File
}

func newSettableClock(t *testing.T) *settableClock {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "offset"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	c := &settableClock{t: t, file: f}
	c.set(0)
	return c
}

// set makes it show what the real clock will, or did, after so much time.
func (c *settableClock) set(ahead time.Duration) {
	c.t.Helper()
	_, err := c.file.WriteAt(words.NativeEndian.AppendUint64(nil, uint64(int64(ahead/time.Second))), 0)
	require.NoError(c.t, err)
}

func (c *settableClock) serve(dir string) *process {
	c.t.Helper()
	program, err := settableBinary()
	require.NoError(c.t, err)
	return serveWith(c.t, program, dir, []string{"CLOCK_OFFSET=" + c.file.Name()}, "--allow-private", "127.0.0.1")
}

const clockRules = oneStep + `
  - name: Delay
    inbox: wait
    steps:
      - { key: d, action: delay, with: { for: 2s } }
      - { key: a, action: http, with: { method: POST, url: "%[3]s/delay", text: "{{ event.id }}" } }
  - name: Long
    inbox: wait
    steps:
      - { key: d, action: delay, with: { for: 1h } }
      - { key: a, action: http, with: { method: POST, url: "%[3]s/long", text: "{{ event.id }}" } }
  - name: Retry
    inbox: wait
    steps:
      - { key: a, action: http, with: { method: POST, url: "%[3]s/retry", text: "{{ event.id }}" } }
`

// stamped is a delivery that was signed now, as Slack does.
func stamped() delivery {
	at := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + at + ":{}"))
	return delivery{path: "/in/stamped", body: []byte("{}"), header: map[string]string{
		"Content-Type": "application/json", "X-Slack-Request-Timestamp": at, "X-Slack-Signature": "v0=" + hex.EncodeToString(mac.Sum(nil)),
	}}
}

func TestFault_ClockJumps(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	dir := t.TempDir()
	var seen sync.Map
	to := newSink(t, nil)
	late := newSink(t, func(w http.ResponseWriter, r *http.Request) bool { // a destination that asks for time gets it for all
		if r.URL.Path != "/retry" {
			return false
		}
		if _, again := seen.LoadOrStore(r.Header.Get("Idempotency-Key"), true); again {
			return false
		}
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	clock := newSettableClock(t)
	p := clock.serve(dir)
	apply(t, dir, strings.Replace(fmt.Sprintf(clockRules, secret, to.URL, late.URL), "rules:", fmt.Sprintf(
		"  - { name: wait, verify: { scheme: none }, limits: { rate: 0 } }\n  - { name: stamped, verify: { scheme: slack, secret: %q } }\nrules:", secret), 1))
	api := p.client()
	expiring := expiringToken(t, p)
	sent := func(path string) map[string]int {
		count := map[string]int{}
		for _, r := range late.list() {
			if r.path == path {
				count[r.body]++
			}
		}
		return count
	}
	first := p.accepted(bulky(0, 1<<10))
	tr := startTraffic(t, p, size(1, 4), 1<<10)
	tr.more(20)
	var slowest time.Duration
	for i, ahead := range []time.Duration{-day, 0, day, 0} {
		back := i%3 == 0 // forth otherwise
		e := p.accepted(delivery{path: "/in/wait", body: []byte("{}"), header: jsonType()}).ID
		eventually(t, func() bool {
			return len(api.runs("event="+e+"&state=waiting")) == 3
		}, func() string { return fmt.Sprint(api.runs("event=" + e)) })
		clock.set(ahead)
		set := time.Now()
		eventually(t, func() bool { return sent("/delay")[e] == 1 && sent("/retry")[e] == 2 }, func() string {
			return fmt.Sprintf("after the clock was set to %s: %+v", ahead, api.runs("event="+e))
		})
		slowest = max(slowest, time.Since(set))
		if back {
			require.Zero(t, sent("/long")[e], "an hour is not over")
			long := api.runs("rule=long&event=" + e)[0]
			require.NotNil(t, long.DueAt)
			require.WithinDuration(t, time.Now().Add(ahead+time.Hour), *long.DueAt, time.Minute)
		} else {
			eventually(t, func() bool { return sent("/long")[e] == 1 }, func() string { return "an hour is over by this clock" })
		}

		again := p.accepted(bulky(0, 1<<10))
		require.True(t, again.Duplicate, "a delivery that is known stays known")
		require.Equal(t, first.ID, again.ID)
		answer, err := p.deliver(t.Context(), stamped())
		require.NoError(t, err)
		want := http.StatusOK
		if ahead != 0 {
			want = http.StatusUnauthorized // a time that is off is indeed no proof
		}
		require.Equal(t, want, answer.status, answer.body)
		want = http.StatusOK
		if ahead > 0 {
			want = http.StatusUnauthorized
		}
		require.Equal(t, want, expiring(), "a token for an hour")
		tr.more(20)
	}
	require.Less(t, slowest, 20*time.Second)
	clock.set(day)
	events := len(sent("/delay"))
	eventually(t, func() bool { return len(sent("/long")) == events }, func() string { return fmt.Sprint(sent("/long")) })
	for path, times := range map[string]int{"/delay": 1, "/long": 1, "/retry": 2} {
		for id, n := range sent(path) {
			require.Equal(t, times, n, "%s of %s", path, id)
		}
	}
	got := tr.prove(p, to)
	faultNote(t, "a day back, forth, forth and back: delays and retries of 2s end after %s at most, %d events, %d sent twice",
		slowest.Round(time.Millisecond), got.stored, got.repeated)
}

// expiringToken makes a token for an hour and returns what asking with it answers.
func expiringToken(t *testing.T, p *process) func() int {
	t.Helper()
	var made struct{ Token string }
	require.NoError(t, json.Unmarshal([]byte(must(t, "token", "create", "--expires", "1h", "--output", "json", "--data", p.dir)), &made))
	return func() int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+"/api/v1/stats", http.NoBody)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+made.Token)
		got, err := send(req)
		require.NoError(t, err)
		return got.status
	}
}
