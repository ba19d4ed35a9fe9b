package main_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// threeSteps is a chain whose steps can be told apart at the destination by event.
const threeSteps = `version: 1
inboxes:
  - { name: load, verify: { scheme: github, secret: "%s" }, limits: { rate: 0 } }
rules:
  - name: Load
    inbox: load
    steps:
      - { key: a, action: http, with: { method: POST, url: "%[2]s/a", text: "{{ event.id }}" } }
      - { key: b, action: http, with: { method: POST, url: "%[2]s/b", text: "{{ event.id }} {{ steps.a.status }}" } }
      - { key: c, action: http, with: { method: POST, url: "%[2]s/c", text: "{{ event.id }} {{ steps.b.status }}" } }
`

func load(n int) delivery {
	return signed(delivery{path: "/in/load", body: fmt.Appendf(nil, `{"n":%d}`, n), header: map[string]string{
		"Content-Type": "application/json", "X-GitHub-Event": "load", "X-GitHub-Delivery": fmt.Sprint("load-", n),
	}})
}

func TestServe_LosesNothingWhenItIsKilled(t *testing.T) {
	t.Parallel()
	const events, senders = 1000, 32
	dir := t.TempDir()
	to := newDestination(t, func(http.ResponseWriter, *http.Request) bool {
		time.Sleep(2 * time.Millisecond) // as a destination takes its time
		return false
	})
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1", "--log-level", "info")
	apply(t, dir, fmt.Sprintf(threeSteps, secret, to.URL))

	// The process is killed once every event was sent and many chains are under way.
	var acknowledged sync.Map
	var count atomic.Int64
	var sending sync.WaitGroup
	for s := range senders {
		sending.Go(func() {
			for n := s; n < events; n += senders {
				got, err := p.deliver(t.Context(), load(n))
				if err == nil && got.status == http.StatusAccepted {
					acknowledged.Store(got.ID, true)
					count.Add(1)
				}
			}
		})
	}
	sending.Wait()
	p.kill()
	before := len(to.list())
	require.Equal(t, int64(events), count.Load())
	require.Less(t, before, 3*events, "the kill came too late to prove anything")

	p = serve(t, dir, nil, "--allow-private", "127.0.0.1")
	api := p.client()
	runs := api.settled("", events)
	seen := map[string]int{}
	for _, r := range to.list() {
		id, _, _ := strings.Cut(r.body, " ")
		seen[r.path+" "+id]++
	}
	repeated := 0
	for _, r := range runs {
		require.Equal(t, "succeeded", r.State, r.Reason)
		_, ok := acknowledged.LoadAndDelete(r.EventID)
		require.True(t, ok, "a run of an event that was not acknowledged, or two of one")
		var full run
		api.get("/runs/"+r.ID, &full)
		require.Len(t, full.Steps, 3)
		for _, s := range full.Steps {
			succeeded := 0
			for _, a := range s.Attempts {
				if a.State == "succeeded" {
					succeeded++
				} else {
					require.True(t, a.Uncounted, "only the kill fails an attempt here: %+v", a)
				}
			}
			require.Equal(t, 1, succeeded, "a step that is recorded as done is not done again")
			sent := seen["/"+s.Key+" "+r.EventID]
			require.GreaterOrEqual(t, sent, 1)
			require.LessOrEqual(t, sent, len(s.Attempts))
			repeated += sent - 1
		}
	}
	left := 0
	acknowledged.Range(func(any, any) bool { left++; return true })
	require.Zero(t, left, "acknowledged events without a run")
	t.Logf("%d of %d requests had arrived when it was killed; %d arrived twice", before, 3*events, repeated)
	keys := map[string]string{}
	for _, r := range to.list() {
		id, _, _ := strings.Cut(r.body, " ")
		if key, ok := keys[r.path+id]; ok {
			require.Equal(t, key, r.key, "a repeated attempt keeps its key")
		}
		keys[r.path+id] = r.key
	}
}

func TestServe_DrainsWhenItIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	release := make(chan struct{})
	to := newDestination(t, func(http.ResponseWriter, *http.Request) bool {
		<-release
		return false
	})
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(threeSteps, secret, to.URL))
	p.accepted(load(1))
	next(t, to.arrived, "the first step")
	status := make(chan int, 1)
	go func() { status <- p.terminate() }()
	eventually(t, func() bool {
		resp, err := http.Get(p.url + "/readyz") //nolint:noctx // it is refused at once
		if err == nil {
			resp.Body.Close()
		}
		return err != nil
	}, func() string { return "the public door stays open" })
	close(release)
	require.Zero(t, next(t, status, "the end"))

	p = serve(t, dir, nil, "--allow-private", "127.0.0.1")
	require.Equal(t, "succeeded", p.client().settled("", 1)[0].State)
	seen := map[string]int{}
	for _, r := range to.list() {
		seen[r.path]++
	}
	require.Equal(t, map[string]int{"/a": 1, "/b": 1, "/c": 1}, seen, "nothing that was drained is done again")
}

func TestServe_BreaksOffWhatDoesNotEndInTime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	release := make(chan struct{})
	var calls atomic.Int64
	to := newDestination(t, func(http.ResponseWriter, *http.Request) bool {
		if calls.Add(1) == 1 {
			<-release
		}
		return false
	})
	t.Cleanup(func() { close(release) }) // before the destination closes
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1", "--drain", "300ms")
	apply(t, dir, fmt.Sprintf(threeSteps, secret, to.URL))
	p.accepted(load(1))
	next(t, to.arrived, "the first step")
	require.Zero(t, p.terminate())

	p = serve(t, dir, nil, "--allow-private", "127.0.0.1")
	api := p.client()
	r := api.settled("", 1)[0]
	require.Equal(t, "succeeded", r.State)
	api.get("/runs/"+r.ID, &r)
	require.Equal(t, "unknown", r.Steps[0].Attempts[0].Outcome, "it may have been sent")
}

func TestServe_WaitsForADestinationThatIsDown(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	up := newDestination(t, nil)
	var broken atomic.Bool
	broken.Store(true)
	down := newDestination(t, func(w http.ResponseWriter, _ *http.Request) bool {
		if broken.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return broken.Load()
	})
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(`version: 1
inboxes: [{ name: load, verify: { scheme: github, secret: "%s" } }]
rules:
  - name: Down
    inbox: load
    steps:
      - { key: a, action: http, with: { method: POST, url: "%s/a", text: x }, retry: { attempts: 40, over: 40s } }
  - name: Up
    inbox: load
    steps:
      - { key: a, action: http, with: { method: POST, url: "%s/a", text: x } }
`, secret, down.URL, up.URL))
	api := p.client()
	p.accepted(load(1))
	next(t, up.arrived, "the other rule's request")
	require.Equal(t, "succeeded", api.settled("rule=up", 1)[0].State)
	var waiting run
	eventually(t, func() bool {
		runs := api.runs("rule=down&state=waiting")
		if len(runs) == 1 {
			waiting = runs[0]
		}
		return len(runs) == 1
	}, func() string { return fmt.Sprint(api.runs("rule=down")) })
	require.NotNil(t, waiting.DueAt)
	require.Equal(t, down.URL, waiting.Destination)
	var problems listOf[struct{ Destination string }]
	api.get("/problems", &problems)
	require.Len(t, problems.Items, 1)
	broken.Store(false)
	require.Equal(t, "succeeded", api.settled("rule=down", 1)[0].State)
	api.get("/problems", &problems)
	require.Empty(t, problems.Items)
}

func TestServe_RefusesToCallItself(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(threeSteps, secret, p.url+"/in"))
	p.accepted(load(1))
	api := p.client()
	r := api.settled("", 1)[0]
	require.Equal(t, "failed", r.State)
	api.get("/runs/"+r.ID, &r)
	require.Contains(t, r.Steps[0].Attempts[0].Error, "own address")
}
