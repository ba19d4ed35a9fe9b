package main_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// twoDestinations sends events where their header says.
const twoDestinations = `version: 1
inboxes:
  - { name: load, verify: { scheme: github, secret: "%s" }, limits: { rate: 0 } }
rules:
  - name: Dead
    inbox: load
    when: headers["x-to"] == "dead"
    steps:
      - { key: a, action: http, with: { method: POST, url: "%s/a", text: "{{ event.id }}" } }
  - name: Alive
    inbox: load
    when: headers["x-to"] == "alive"
    steps:
      - { key: a, action: http, with: { method: POST, url: "%s/a", text: "{{ event.id }}" } }
`

// mostMemory is what a server may have used at most, at full size.
const mostMemory = 250 << 20

// issues makes signed events of a load, which differ by their delivery id alone.
func issues(t *testing.T) func(id string, header ...string) delivery {
	t.Helper()
	like := github(t, "issues", "")
	like.path = "/in/load"
	return func(id string, header ...string) delivery {
		d := like
		d.header = maps.Clone(like.header)
		d.header["X-GitHub-Delivery"] = id
		for i := 0; i < len(header); i += 2 {
			d.header[header[i]] = header[i+1]
		}
		return d
	}
}

// post sends events number 0 to n-1 over some connections, one every so often, and
// returns when each was sent, by its id. All of them have to be accepted.
func (p *process) post(connections, n int, every time.Duration, event func(i int) delivery) map[string]time.Time {
	p.t.Helper()
	var mu sync.Mutex
	sent := make(map[string]time.Time, n)
	var odd []string
	begin := time.Now()
	var group sync.WaitGroup
	for c := range connections {
		w := p.wire()
		group.Go(func() {
			defer w.close()
			for i := c; i < n; i += connections {
				time.Sleep(time.Until(begin.Add(time.Duration(i) * every)))
				at := time.Now()
				got, err := w.post(p.t.Context(), event(i))
				mu.Lock()
				if sent[got.ID] = at; err != nil || got.status != http.StatusAccepted {
					odd = append(odd, fmt.Sprint(got.status, got.body, err))
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	require.Empty(p.t, odd)
	require.Len(p.t, sent, n)
	return sent
}

// delivered waits for the requests of events and returns how long each was on its way.
func (d *tally) delivered(t *testing.T, sent map[string]time.Time) []time.Duration {
	t.Helper()
	var took []time.Duration
	eventually(t, func() bool {
		took = took[:0]
		for _, a := range d.arrivals() {
			if at, ok := sent[a.event]; ok {
				took = append(took, a.at.Sub(at))
			}
		}
		return len(took) >= len(sent)
	}, func() string { return fmt.Sprintf("%d of %d were delivered", len(took), len(sent)) })
	require.Len(t, took, len(sent), "delivered twice")
	return took
}

func TestFault_DeadDestinationBesideALiveOne(t *testing.T) {
	t.Parallel()
	backlog, live := size(1_000, 10_000), size(100, 1_000)
	dead, alive := newTally(t), newTally(t).live(t)
	dir := t.TempDir()
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(twoDestinations, secret, dead.url, alive.url))
	event := issues(t)
	toAlive := func(phase string) []time.Duration {
		sent := p.post(16, live, 5*time.Millisecond, func(i int) delivery {
			return event(phase+strconv.Itoa(i), "X-To", "alive")
		})
		return alive.delivered(t, sent)
	}

	toAlive("warm")
	alone := toAlive("alone")
	waiting := p.post(16, backlog, 0, func(i int) delivery { return event("dead"+strconv.Itoa(i), "X-To", "dead") })
	beside := toAlive("beside")
	require.Less(t, quantile(beside, 0.5), 5*quantile(alone, 0.5)+50*time.Millisecond, "the dead destination delays the live one")
	require.Less(t, quantile(beside, 0.99), 5*quantile(alone, 0.99)+500*time.Millisecond, "the dead destination delays some of the live ones")
	require.Zero(t, dead.count())

	api := p.client()
	type problem struct {
		ID          string
		Destination string
		Waiting     int
		SolvedAt    *time.Time
	}
	var problems listOf[problem]
	eventually(t, func() bool {
		api.get("/problems", &problems)
		return len(problems.Items) == 1 && problems.Items[0].Waiting == backlog
	}, func() string { return fmt.Sprintf("%+v", problems) })
	require.Equal(t, dead.url, problems.Items[0].Destination)

	// It is tried by itself in the end; who cannot wait says so.
	dead.live(t)
	if !*full {
		require.Equal(t, http.StatusAccepted, api.post(fmt.Sprintf("/problems/%s/check", problems.Items[0].ID)))
	}
	revived := time.Now()
	dead.reaches(t, 1)
	noticed := time.Since(revived)
	dead.reaches(t, backlog)
	released := time.Since(revived) - noticed
	eventually(t, func() bool {
		api.get("/problems?solved=true", &problems)
		return len(problems.Items) == 1 && problems.Items[0].SolvedAt != nil
	}, func() string { return fmt.Sprintf("%+v", problems) })
	for event, times := range dead.times("/a") {
		require.Equal(t, 1, times)
		require.False(t, waiting[event].IsZero(), event)
	}
	memory := p.memory()
	if *full {
		require.Less(t, memory, mostMemory)
	}
	most, early := turns(dead.arrivals())
	require.Less(t, early, backlog/4, "the oldest come first")
	require.Greater(t, released, time.Duration(backlog)*5*time.Millisecond, "they are paced")
	sound(t, dir)
	faultNote(t, "%d wait for a dead destination: a live one gets its %d in p50 %v, p99 %v (alone %v, %v); alive again after %v, %d requests in %v, at most %d in 100 ms, %d before their turn; %d MB",
		backlog, live, quantile(beside, 0.5).Round(10*time.Microsecond), quantile(beside, 0.99).Round(10*time.Microsecond),
		quantile(alone, 0.5).Round(10*time.Microsecond), quantile(alone, 0.99).Round(10*time.Microsecond),
		noticed.Round(time.Millisecond), backlog, released.Round(time.Millisecond), most, early, memory>>20)
}

// turns returns how many requests arrived within 100 ms at most, and how many of them
// came long before older ones. Event ids sort by time.
func turns(list []tallied) (most, early int) {
	const near = 128 // places: so many are under way at a time
	ids := make([]string, len(list))
	for i, a := range list {
		ids[i] = a.event
	}
	slices.Sort(ids)
	rank := make(map[string]int, len(ids))
	for i, id := range ids {
		rank[id] = i
	}
	first := 0
	for i, a := range list {
		for list[first].at.Before(a.at.Add(-100 * time.Millisecond)) {
			first++
		}
		most = max(most, i-first+1)
		if rank[a.event] > i+near {
			early++
		}
	}
	return most, early
}
