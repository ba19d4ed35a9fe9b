package main_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pace is a live rule beside what is broken: an event every 20 ms, whose way to its
// destination is timed.
type pace struct {
	t    *testing.T
	url  string // of the destination
	quit chan struct{}
	done sync.WaitGroup

	mu    sync.Mutex
	sent  int
	times []time.Duration
}

const (
	paceEvery = 20 * time.Millisecond
	paceInbox = `  - { name: pace, verify: { scheme: none }, limits: { rate: 0 } }
`
	paceRule = `  - name: Pace
    inbox: pace
    steps:
      - { key: a, action: http, with: { method: POST, url: "%s", headers: { X-Sent: "{{ payload.sent }}" }, text: x } }
`
)

// newPace makes the destination of the live rule.
func newPace(t *testing.T) *pace {
	t.Helper()
	p := &pace{t: t, quit: make(chan struct{})}
	to := newDestination(t, func(_ http.ResponseWriter, r *http.Request) bool {
		sent, err := time.Parse(time.RFC3339Nano, r.Header.Get("X-Sent"))
		if err == nil {
			p.mu.Lock()
			p.times = append(p.times, time.Since(sent))
			p.mu.Unlock()
		}
		return false
	})
	p.url = to.URL
	return p
}

// rule is the live rule as YAML; its inbox is paceInbox.
func (p *pace) rule() string { return fmt.Sprintf(paceRule, p.url) }

// begin sends events until end is called.
func (p *pace) begin(to *process) {
	p.done.Go(func() {
		tick := time.NewTicker(paceEvery)
		defer tick.Stop()
		for {
			select {
			case <-p.quit:
				return
			case <-tick.C:
			}
			body := fmt.Appendf(nil, `{"sent":%q}`, time.Now().Format(time.RFC3339Nano))
			got, err := to.deliver(p.t.Context(), delivery{path: "/in/pace", header: jsonType(), body: body})
			if err == nil && got.status == http.StatusAccepted {
				p.mu.Lock()
				p.sent++
				p.mu.Unlock()
			}
		}
	})
}

func (p *pace) counts() (sent, arrived int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent, len(p.times)
}

// end stops sending and requires that every event arrived, nearly all of them within
// a time that those behind something broken would not keep.
func (p *pace) end(within time.Duration) string {
	p.t.Helper()
	close(p.quit)
	p.done.Wait()
	eventually(p.t, func() bool { sent, arrived := p.counts(); return arrived == sent }, func() string {
		sent, arrived := p.counts()
		return fmt.Sprintf("%d of %d live events arrived", arrived, sent)
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	require.NotEmpty(p.t, p.times)
	slices.Sort(p.times)
	at := func(percent int) time.Duration {
		return p.times[(len(p.times)-1)*percent/100].Round(100 * time.Microsecond)
	}
	require.Less(p.t, at(90), within, "the live rule waits for what is broken beside it")
	return fmt.Sprintf("%d live events beside it: p50 %s, p99 %s", len(p.times), at(50), at(99))
}
