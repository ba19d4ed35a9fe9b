package main_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long tests wait for what must happen; a busy machine is no failure.
const patience = 60 * time.Second

// secret of every signed inbox of these tests.
const secret = "It's a Secret to Everybody"

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.fuzz"); f != nil && f.Value.String() != "" {
		os.Exit(m.Run()) // fuzzing needs no process, and starts many
	}
	dir, err := os.MkdirTemp("", "patchbay-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "patchbay")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", binary, ".")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	status := 1
	if build.Run() == nil {
		status = m.Run()
		printFaults()
	}
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

// result is what a command left behind.
type result struct {
	status int
	out    string
	err    string
}

// patchbay runs a command to its end, with nothing of this process's own PATCHBAY_… settings.
func patchbay(t *testing.T, env []string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Env = environment(env)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	if _, ok := err.(*exec.ExitError); !ok { //nolint:errorlint // Run returns it bare
		require.NoError(t, err)
	}
	return result{status: cmd.ProcessState.ExitCode(), out: out.String(), err: errOut.String()}
}

func environment(extra []string) []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "PATCHBAY_") {
			env = append(env, e)
		}
	}
	return append(env, extra...)
}

// must runs a command that has to succeed and returns what it printed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	r := patchbay(t, nil, args...)
	require.Zero(t, r.status, "patchbay %s\n%s%s", strings.Join(args, " "), r.out, r.err)
	return r.out
}

// process is a serving patchbay.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	dir   string
	url   string
	ended chan struct{}

	mu    sync.Mutex
	log   strings.Builder
	setup string // the setup link, once it was printed
}

// serve starts a server on a free port and waits until it is ready.
func serve(t *testing.T, dir string, env []string, flags ...string) *process {
	t.Helper()
	return serveWith(t, binary, dir, env, flags...)
}

// serveWith is serve with another build of the program.
func serveWith(t *testing.T, program, dir string, env []string, flags ...string) *process {
	t.Helper()
	args := append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--log-format", "json"}, flags...)
	p := &process{t: t, dir: dir, ended: make(chan struct{}), cmd: exec.CommandContext(context.WithoutCancel(t.Context()), program, args...)}
	p.cmd.Env = environment(env)
	logs, err := p.cmd.StderrPipe()
	require.NoError(t, err)
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	ready := make(chan string, 1)
	var reading sync.WaitGroup
	reading.Go(func() { p.readLog(logs, ready) })
	reading.Go(func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, link, ok := strings.Cut(lines.Text(), "administrator: "); ok {
				p.mu.Lock()
				p.setup = link
				p.mu.Unlock()
			}
		}
	})
	go func() {
		reading.Wait()
		_ = p.cmd.Wait() // its status is looked at where it matters
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Log(p.logged())
		}
	})
	select {
	case p.url = <-ready:
	case <-p.ended:
		require.Fail(t, "the server ended", p.logged())
	case <-time.After(patience):
		require.Fail(t, "the server is not ready", p.logged())
	}
	return p
}

func (p *process) setupLink() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.setup
}

func (p *process) readLog(r io.Reader, ready chan<- string) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		p.mu.Lock()
		p.log.WriteString(lines.Text() + "\n")
		p.mu.Unlock()
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			ready <- line.Address
		}
	}
}

func (p *process) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// terminate asks the process to end and returns its exit status.
func (p *process) terminate() int {
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-p.ended:
	case <-time.After(patience):
		require.Fail(p.t, "the server does not end", p.logged())
	}
	return p.cmd.ProcessState.ExitCode()
}

// apply brings the instance in line with a text.
func apply(t *testing.T, dir, yaml string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "patchbay.yaml")
	require.NoError(t, os.WriteFile(file, []byte(yaml), 0o600))
	must(t, "apply", file, "--data", dir)
}

// client of the API with a token.
type client struct {
	t     *testing.T
	base  string
	token string
}

func (p *process) client() *client {
	p.t.Helper()
	var made struct {
		Token string `json:"token"`
	}
	require.NoError(p.t, json.Unmarshal([]byte(must(p.t, "token", "create", "--output", "json", "--data", p.dir)), &made))
	require.NotEmpty(p.t, made.Token)
	return &client{t: p.t, base: p.url + "/api/v1", token: made.Token}
}

// get reads an object of the API.
func (c *client) get(path string, out any) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.base+path, http.NoBody)
	require.NoError(c.t, err)
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, http.StatusOK, resp.StatusCode, "%s: %s", path, body)
	require.NoError(c.t, json.Unmarshal(body, out))
}

// The parts of the API's objects that these tests look at.
type (
	event struct {
		ID, Verdict, Reason, Route, Type, IP, Origin, DecodeError string
		Payload                                                   any
		Runs                                                      []run
	}
	run struct {
		ID, EventID, RuleID, State, Reason, Destination string
		DueAt                                           *time.Time
		Steps                                           []step
	}
	step struct {
		Key, State, Outcome string
		Attempts            []attempt
	}
	attempt struct {
		Number         int
		State, Outcome string
		Error          string
		Uncounted      bool
		Output         any
	}
	listOf[T any] struct {
		Items      []T
		NextCursor string
	}
	ledger struct {
		Inbox                                                                      string
		Received, Accepted, Duplicate, Rejected, Held, Matched, Unmatched, Pending int64
	}
)

func (c *client) events(query string) []event {
	c.t.Helper()
	var all []event
	for cursor := ""; ; {
		var page listOf[event]
		c.get("/events?limit=200&cursor="+cursor+"&"+query, &page)
		all = append(all, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return all
		}
	}
}

func (c *client) runs(query string) []run {
	c.t.Helper()
	var all []run
	for cursor := ""; ; {
		var page listOf[run]
		c.get("/runs?limit=200&cursor="+cursor+"&"+query, &page)
		all = append(all, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return all
		}
	}
}

func (c *client) ledger(inbox string) ledger {
	c.t.Helper()
	var stats struct{ Inboxes []ledger }
	c.get("/stats", &stats)
	for _, l := range stats.Inboxes {
		if l.Inbox == inbox {
			return l
		}
	}
	require.Fail(c.t, "no ledger", inbox)
	return ledger{}
}

// settled waits until every run of the query is finished, and returns them.
func (c *client) settled(query string, want int) []run {
	c.t.Helper()
	var runs []run
	eventually(c.t, func() bool {
		runs = c.runs(query)
		if len(runs) != want {
			return false
		}
		for _, r := range runs {
			switch r.State {
			case "queued", "running", "waiting":
				return false
			}
		}
		return true
	}, func() string { return fmt.Sprintf("%d of %d runs: %+v", len(runs), want, runs[:min(len(runs), 3)]) })
	return runs
}

// eventually waits until a condition holds.
func eventually(t *testing.T, holds func() bool, tell func() string) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); {
		if time.Now().After(end) {
			require.Fail(t, "it did not come to be", tell())
		}
		select {
		case <-t.Context().Done():
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// delivery is a request to an inbox.
type delivery struct {
	path   string
	header map[string]string
	body   []byte
}

// github returns a delivery as GitHub sends it, signed.
func github(t *testing.T, kind, id string) delivery {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "github", kind, "body.json"))
	require.NoError(t, err)
	return signed(delivery{
		path: "/in/github", body: body,
		header: map[string]string{"Content-Type": "application/json", "X-GitHub-Event": kind, "X-GitHub-Delivery": id},
	})
}

func signed(d delivery) delivery {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(d.body)
	d.header["X-Hub-Signature-256"] = "sha256=" + hex.EncodeToString(mac.Sum(nil))
	return d
}

// answer is what a sender was told.
type answer struct {
	status    int
	header    http.Header
	body      string
	ID        string
	Duplicate bool
}

// deliver sends a request to an inbox.
func (p *process) deliver(ctx context.Context, d delivery) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+d.path, bytes.NewReader(d.body))
	if err != nil {
		return answer{}, err
	}
	for name, value := range d.header {
		req.Header.Set(name, value)
	}
	return send(req)
}

func send(req *http.Request) (answer, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	got := answer{status: resp.StatusCode, header: resp.Header, body: string(body)}
	_ = json.Unmarshal(body, &got) // refusals have no id
	return got, nil
}

// accepted delivers a request that has to be taken.
func (p *process) accepted(d delivery) answer {
	p.t.Helper()
	got, err := p.deliver(p.t.Context(), d)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusAccepted, got.status, got.body)
	return got
}
