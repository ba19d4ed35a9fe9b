package main_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// offer is a load that does not wait for its answers, and what came of it.
type offer struct {
	p     *process
	limit int // most connections at a time

	offered int
	unsent  int // were due while every connection waited for an answer
	group   sync.WaitGroup

	mu       sync.Mutex
	idle     []*wire
	open     int
	accepted map[string]bool
	refused  int
	odd      map[string]int // what no sender should get
	answers  []time.Duration
}

// make sends at a rate, over as many connections as that takes.
func (o *offer) make(ctx context.Context, event func(string, ...string) delivery, rate float64, lasting time.Duration) {
	o.accepted, o.odd = map[string]bool{}, map[string]int{}
	begin := time.Now()
	for ; time.Since(begin) < lasting; time.Sleep(time.Millisecond) {
		for due := int(rate * time.Since(begin).Seconds()); o.offered < due; o.offered++ {
			w := o.take()
			if w == nil {
				o.unsent++
				continue
			}
			d := event("burst" + strconv.Itoa(o.offered))
			o.group.Go(func() {
				o.send(ctx, w, d)
				o.give(w)
			})
		}
	}
	o.group.Wait()
	for _, w := range o.idle {
		w.close()
	}
}

func (o *offer) take() *wire {
	o.mu.Lock()
	defer o.mu.Unlock()
	if n := len(o.idle); n > 0 {
		w := o.idle[n-1]
		o.idle = o.idle[:n-1]
		return w
	}
	if o.open == o.limit {
		return nil
	}
	o.open++
	return o.p.wire()
}

func (o *offer) give(w *wire) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.idle = append(o.idle, w)
}

func (o *offer) send(ctx context.Context, w *wire, d delivery) {
	began := time.Now()
	got, err := w.post(ctx, d)
	took := time.Since(began)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answers = append(o.answers, took)
	wait, _ := strconv.Atoi(got.header.Get("Retry-After")) // 0 is wrong as well
	switch {
	case err != nil:
		o.odd[cause(err)]++
	case got.status == http.StatusAccepted:
		o.accepted[got.ID] = true
	case (got.status == http.StatusTooManyRequests || got.status == http.StatusServiceUnavailable) && wait > 0:
		o.refused++
	default:
		o.odd[fmt.Sprint(got.status, got.body)]++
	}
}

// watch asks the health check and the API again and again until the returned function
// is called, which tells how long they took at most.
func (c *client) watch(base string) (slowest func() time.Duration) {
	quit := make(chan struct{})
	var most time.Duration
	var group sync.WaitGroup
	look := func(url string) {
		req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, url, http.NoBody)
		if err == nil {
			req.Header.Set("Authorization", "Bearer "+c.token)
			began := time.Now()
			var got answer
			if got, err = send(req); err == nil && got.status != http.StatusOK {
				err = fmt.Errorf("status %d: %s", got.status, got.body)
			}
			most = max(most, time.Since(began))
		}
		if err != nil {
			c.t.Errorf("%s does not answer under load: %v", url, err)
		}
	}
	group.Go(func() {
		for {
			for _, url := range []string{base + "/healthz", c.base + "/stats", c.base + "/events?limit=20"} {
				look(url)
			}
			select {
			case <-quit:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	return func() time.Duration {
		close(quit)
		group.Wait()
		return most
	}
}

// sustainable measures how many events a second go through to the destination while
// every sender waits for its answer.
func sustainable(t *testing.T, p *process, to *tally, event func(string, ...string) delivery) float64 {
	t.Helper()
	n := size(300, 6_000)
	before := to.count()
	began := time.Now()
	p.post(64, n, 0, func(i int) delivery { return event("closed" + strconv.Itoa(i)) })
	to.reaches(t, before+n)
	return float64(n) / time.Since(began).Seconds()
}

func TestFault_BurstOfTenTimesTheRate(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string]time.Duration{"to a fast destination": 0, "to a slow destination": 500 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := newTally(t).live(t)
			dir := t.TempDir()
			p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
			apply(t, dir, fmt.Sprintf(oneStep, secret, to.url))
			event := issues(t)
			rate := sustainable(t, p, to, event)
			settled := to.count()

			to.slow.Store(int64(slow))
			api := p.client()
			slowest := api.watch(p.url)
			o := &offer{p: p, limit: size(600, 4_000)}
			lasting := time.Duration(size(500, 5_000)) * time.Millisecond
			if slow > 0 {
				lasting /= 2 // 128 a second is all that such a destination takes
			}
			o.make(t.Context(), event, 10*rate, lasting)
			looked := slowest()
			require.Empty(t, o.odd)
			require.NotEmpty(t, o.accepted)

			ended := time.Now()
			to.reaches(t, settled+len(o.accepted))
			drained := time.Since(ended)
			each := max(10*time.Millisecond, 3*slow/64) // 64 requests at a time go to one destination
			require.Less(t, drained, 30*time.Second+time.Duration(len(o.accepted))*each, "the rush is over and work still waits")
			times := to.times("/a")
			for id := range o.accepted {
				require.Equal(t, 1, times[id], "an acknowledged event was lost, or sent twice")
			}
			require.Len(t, to.arrivals(), settled+len(o.accepted))
			memory := p.memory()
			if *full {
				require.Less(t, memory, mostMemory)
			}
			sound(t, dir)
			faultNote(t, "10 times %.0f/s over %d connections: %d offered, %d accepted, %d answered 503, %d unsent, none unanswered; answers p50 %v, p99 %v; API and health within %v; delivered %v after the burst; %d MB",
				rate, o.open, o.offered, len(o.accepted), o.refused, o.unsent,
				quantile(o.answers, 0.5).Round(time.Millisecond), quantile(o.answers, 0.99).Round(time.Millisecond),
				looked.Round(time.Millisecond), drained.Round(10*time.Millisecond), memory>>20)
		})
	}
}
