package main_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// oneStep is a rule with one request for each event, to a destination that is patient.
const oneStep = `version: 1
inboxes:
  - { name: load, verify: { scheme: github, secret: "%s" }, limits: { rate: 0 } }
rules:
  - name: Load
    inbox: load
    steps:
      - { key: a, action: http, with: { method: POST, url: "%[2]s/a", text: "{{ event.id }}" } }
`

// noise is bytes that do not compress, as text.
var noise = sync.OnceValue(func() string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 1<<20)
	for i := range text {
		text[i] = letters[random.IntN(len(letters))]
	}
	return string(text)
})

// bulky is event number n of a load, with a body of so many bytes that do not compress.
func bulky(n, bytes int) delivery {
	from := n * 7919 % (len(noise()) - bytes)
	return signed(delivery{
		path: "/in/load", body: fmt.Appendf(nil, `{"n":%d,"noise":"%s"}`, n, noise()[from:from+bytes]), header: map[string]string{
			"Content-Type": "application/json", "X-GitHub-Event": "load", "X-GitHub-Delivery": fmt.Sprint("load-", n),
		},
	})
}

// traffic is senders that deliver one event after another. Like real senders they
// send an event again, as the same delivery, until it is acknowledged.
type traffic struct {
	t              *testing.T
	bytes, senders int
	to             atomic.Pointer[process]
	begun          atomic.Int64
	halt           chan struct{}
	group          sync.WaitGroup

	acknowledged atomic.Int64
	refused      atomic.Int64 // answered 503
	unanswered   atomic.Int64 // the connection broke
	slowest      atomic.Int64 // answer, in nanoseconds

	mu    sync.Mutex
	acked map[string]int // event by id
	odd   []string       // answers that no sender should get
}

func startTraffic(t *testing.T, p *process, senders, bytes int) *traffic {
	t.Helper()
	tr := &traffic{t: t, bytes: bytes, senders: senders, halt: make(chan struct{}), acked: make(map[string]int)}
	close(tr.halt)
	tr.resume(p)
	t.Cleanup(tr.stop)
	return tr
}

// stop ends the senders. What they were about to send again stays unacknowledged.
func (tr *traffic) stop() {
	select {
	case <-tr.halt:
	default:
		close(tr.halt)
	}
	tr.group.Wait()
}

// resume lets the senders go on after a stop.
func (tr *traffic) resume(p *process) {
	tr.stop()
	tr.to.Store(p)
	halt := make(chan struct{})
	tr.halt = halt
	for range tr.senders {
		tr.group.Go(func() { tr.send(halt) })
	}
}

func (tr *traffic) send(halt <-chan struct{}) {
	for {
		n := int(tr.begun.Add(1))
		for d := bulky(n, tr.bytes); !tr.attempt(n, d); {
			select {
			case <-halt:
				return
			case <-time.After(50 * time.Millisecond): // less than they are told, to make trouble
			}
		}
		select {
		case <-halt:
			return
		default:
		}
	}
}

// attempt delivers an event once and reports whether it was acknowledged.
func (tr *traffic) attempt(n int, d delivery) bool {
	start := time.Now()
	got, err := tr.to.Load().deliver(tr.t.Context(), d)
	if err != nil {
		tr.unanswered.Add(1)
		return false
	}
	for took := int64(time.Since(start)); ; {
		if old := tr.slowest.Load(); took <= old || tr.slowest.CompareAndSwap(old, took) {
			break
		}
	}
	switch {
	case got.status == http.StatusAccepted:
		tr.mu.Lock()
		tr.acked[got.ID] = n
		tr.mu.Unlock()
		tr.acknowledged.Add(1)
		return true
	case got.status == http.StatusServiceUnavailable && got.header.Get("Retry-After") != "":
		tr.refused.Add(1)
	default:
		tr.mu.Lock()
		tr.odd = append(tr.odd, fmt.Sprintf("%d %v %s", got.status, got.header, got.body))
		tr.mu.Unlock()
	}
	return false
}

// more waits until so many events more are acknowledged.
func (tr *traffic) more(n int64) {
	tr.t.Helper()
	want := tr.acknowledged.Load() + n
	eventually(tr.t, func() bool { return tr.acknowledged.Load() >= want }, tr.tell)
}

// moreRefused waits until so many deliveries more are refused.
func (tr *traffic) moreRefused(n int64) {
	tr.t.Helper()
	want := tr.refused.Load() + n
	eventually(tr.t, func() bool { return tr.refused.Load() >= want }, tr.tell)
}

func (tr *traffic) tell() string {
	return fmt.Sprintf("acknowledged %d, refused %d, unanswered %d", tr.acknowledged.Load(), tr.refused.Load(), tr.unanswered.Load())
}

// proof is what became of a load.
type proof struct {
	stored   int // accepted events
	repeated int // requests that a destination got more than once
}

// prove shows that every acknowledged event is there once, with one run that
// succeeded and whose request arrived, and that the database is sound.
func (tr *traffic) prove(p *process, at *destination) proof {
	t := tr.t
	t.Helper()
	tr.stop()
	require.Empty(t, tr.odd, "answers that no sender should get")
	api := p.client()
	eventually(t, func() bool {
		return api.ledger("load").Pending == 0 && api.active() == 0
	}, func() string { return fmt.Sprintf("%+v, %d runs", api.ledger("load"), api.active()) })
	requests := map[string]int{}
	for _, r := range at.list() {
		requests[r.body]++
	}
	runs := map[string]run{}
	for _, r := range api.runs("rule=load") {
		_, there := runs[r.EventID]
		require.False(t, there, "two runs of one event")
		require.Equal(t, "succeeded", r.State, r.Reason)
		runs[r.EventID] = r
	}
	var got proof
	ids, numbers, last := map[string]bool{}, map[string]bool{}, int64(math.MaxInt64)
	for _, e := range api.accepted() {
		require.Less(t, e.Seq, last, "the list is in order")
		last = e.Seq
		require.False(t, ids[e.ID], "an event twice")
		ids[e.ID] = true
		_, there := runs[e.ID]
		require.True(t, there, "an event without its run")
		require.NotZero(t, requests[e.ID], "an event whose request never arrived")
		require.False(t, numbers[e.DeliveryID], "a delivery that was accepted twice")
		numbers[e.DeliveryID] = true
		got.stored++
		got.repeated += requests[e.ID] - 1
	}
	require.Len(t, runs, got.stored)
	tr.keeps(p)
	sum := api.ledger("load")
	require.Equal(t, int64(got.stored), sum.Accepted)
	require.Equal(t, int64(got.stored), sum.Matched)
	sound(t, p.dir)
	return got
}

// stored is what the proof looks at of an event.
type stored struct {
	ID, DeliveryID string
	Seq            int64
}

// accepted lists the accepted events, newest first.
func (c *client) accepted() []stored {
	c.t.Helper()
	var all []stored
	for cursor := ""; ; {
		var page listOf[stored]
		c.get("/events?limit=200&inbox=load&verdict=accepted&cursor="+cursor, &page)
		all = append(all, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return all
		}
	}
}

// keeps shows that every acknowledged event is stored.
func (tr *traffic) keeps(p *process) {
	tr.t.Helper()
	tr.stop()
	there := map[string]bool{}
	for _, e := range p.client().accepted() {
		there[e.ID] = true
	}
	var lost []int
	for id, n := range tr.acked {
		if !there[id] {
			lost = append(lost, n)
		}
	}
	slices.Sort(lost)
	require.Empty(tr.t, lost, "acknowledged events that are lost, of %d sent", tr.begun.Load())
}

// active counts the runs that are not finished.
func (c *client) active() int64 {
	var stats struct {
		Depth struct{ Pending, Queued, Running, Waiting int64 }
	}
	c.get("/stats", &stats)
	return stats.Depth.Queued + stats.Depth.Running + stats.Depth.Waiting
}

// newSink is a destination that takes any number of requests.
func newSink(t *testing.T, answer func(w http.ResponseWriter, r *http.Request) bool) *destination {
	t.Helper()
	to := newDestination(t, answer)
	ctx := t.Context()
	go func() {
		for {
			select {
			case <-to.arrived:
			case <-ctx.Done():
				return
			}
		}
	}()
	return to
}

// sound lets doctor --deep look at the database of a data directory.
func sound(t *testing.T, dir string) {
	t.Helper()
	r := patchbay(t, nil, "doctor", "--deep", "--output", "json", "--data", dir)
	var got listOf[struct{ Check, State, Found string }]
	require.NoError(t, json.Unmarshal([]byte(r.out), &got), r.out+r.err)
	looked := false
	for _, f := range got.Items {
		if f.Check == "database" {
			looked = true
			require.Equal(t, "ok", f.State, r.out)
		}
	}
	require.True(t, looked, r.out+r.err)
}

// complaints counts the warnings and errors in the log by their message.
func (p *process) complaints() map[string]int {
	counts := map[string]int{}
	for line := range strings.Lines(p.logged()) {
		var entry struct{ Level, Msg string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Level != "INFO" && entry.Level != "DEBUG" {
			counts[entry.Msg]++
		}
	}
	return counts
}
