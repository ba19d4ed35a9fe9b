package main_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// shot is the one kill of a round.
type shot struct {
	class  string
	after  int64         // how many of what its class counts
	offset time.Duration // from then until the kill
	p      *process
	fired  chan struct{}
	dead   chan struct{} // closed when nothing is left of the process
	seen   atomic.Int64
	once   sync.Once
	at     time.Time // of the kill; valid once fired
}

// notice counts what happened and kills when it is enough. It reports whether this
// was the one that did.
func (s *shot) notice(class string) bool {
	if s == nil || s.class != class || s.seen.Add(1) != s.after {
		return false
	}
	s.fire()
	return true
}

// behind kills when so many acknowledged events are waiting for their rules.
func (s *shot) behind(waiting int) {
	if s.class == atRoute && int64(waiting) >= s.after {
		s.fire()
	}
}

func (s *shot) fire() {
	s.once.Do(func() {
		time.Sleep(s.offset)
		s.at = time.Now()
		_ = s.p.cmd.Process.Kill()
		close(s.fired)
	})
}

func (s *shot) over() bool {
	select {
	case <-s.fired:
		return true
	default:
		return false
	}
}

// task is a step of the run of a rule over an event, as "rule/step event".
type task string

func (t task) flaky() bool { return strings.HasPrefix(string(t), "flaky/") }

// arrival is a request that a destination got.
type arrival struct {
	task     task
	key      string
	status   int
	at       time.Time
	answered time.Time // zero while it is not
}

// witness is two destinations that write down what arrives and what they answer. One
// of them refuses the first requests of some events.
type witness struct {
	steady, flaky *httptest.Server

	mu      sync.Mutex
	all     []arrival
	refused map[task]int
	shot    *shot
	conns   int
	slow    map[task]bool // of events of the slow inbox, as far as any arrived
}

func newWitness(t *testing.T) *witness {
	t.Helper()
	w := &witness{refused: map[task]int{}, slow: map[task]bool{}}
	listen := func() *httptest.Server {
		s := httptest.NewUnstartedServer(w)
		s.Config.ConnState = w.connection
		s.Start()
		t.Cleanup(s.Close)
		return s
	}
	w.steady, w.flaky = listen(), listen()
	return w
}

func (w *witness) connection(_ net.Conn, state http.ConnState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch state {
	case http.StateNew:
		w.conns++
	case http.StateClosed, http.StateHijacked:
		w.conns--
	case http.StateActive, http.StateIdle:
	}
}

// aim says what the next kill waits for.
func (w *witness) aim(s *shot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shot = s
}

// ServeHTTP implements [http.Handler].
func (w *witness) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender died while it wrote
	}
	var id, rest string
	var n int
	if count, _ := fmt.Sscan(string(body), &id, &n, &rest); count == 3 && rest != "201" {
		out.WriteHeader(http.StatusTeapot) // the output of the step before is wrong
		return
	}
	what := task(strings.TrimPrefix(r.URL.Path, "/") + " " + id)
	w.mu.Lock()
	index, shot := len(w.all), w.shot
	w.all = append(w.all, arrival{task: what, key: r.Header.Get("Idempotency-Key"), at: time.Now(), status: http.StatusCreated})
	if what.flaky() && n%4 == 0 && w.refused[what] <= n/4%2 {
		w.refused[what]++
		w.all[index].status = http.StatusServiceUnavailable
	}
	status := w.all[index].status
	if strings.HasPrefix(r.URL.Path, "/slow/") {
		w.slow[what] = true
	}
	w.mu.Unlock()
	if !what.flaky() && shot.notice(atSend) {
		<-shot.dead
	}
	time.Sleep(time.Millisecond) // as a destination takes its time
	out.Header().Set("Content-Length", "2")
	out.WriteHeader(status)
	_, _ = io.WriteString(out, "ok")            // the sender may be dead
	_ = http.NewResponseController(out).Flush() // likewise
	w.mu.Lock()
	w.all[index].answered = time.Now()
	w.mu.Unlock()
	shot.notice(atSettle)
}

// quiet waits until nothing of a dead process is left in any connection.
func (w *witness) quiet(t *testing.T) {
	t.Helper()
	conns := func() int {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.conns
	}
	eventually(t, func() bool { return conns() == 0 }, func() string { return fmt.Sprint(conns(), " connections") })
}

func (w *witness) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.all)
}

// judged counts the events of the slow inbox that have come as far as here.
func (w *witness) judged() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.slow)
}

// under counts the unrecorded requests that the destination had at a time without
// having answered, and those that it had answered. from is the first arrival of the
// process's life.
func (w *witness) under(from int, at time.Time, running map[task]bool) (sending, answered int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.all[from:] {
		switch {
		case !running[a.task] || a.at.After(at):
		case a.task.flaky(): // perhaps an earlier attempt, which is recorded
		case a.answered.IsZero() || a.answered.After(at):
			sending++
		default:
			answered++
		}
	}
	return sending, answered
}

// repeated counts requests that arrived again although none before was refused.
func (w *witness) repeated() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	done, n := map[task]bool{}, 0
	for _, a := range w.all {
		if done[a.task] {
			n++
		}
		done[a.task] = done[a.task] || a.status == http.StatusCreated
	}
	return n
}

// arrivals returns what arrived by task, with the number of each arrival.
func (w *witness) arrivals(t *testing.T) map[task][]int {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	all, keys := map[task][]int{}, map[string]task{}
	for i, a := range w.all {
		require.NotEmpty(t, a.key)
		if what, ok := keys[a.key]; ok {
			require.Equal(t, what, a.task, "two steps share a key")
		}
		keys[a.key] = a.task
		if earlier := all[a.task]; len(earlier) > 0 {
			require.Equal(t, w.all[earlier[0]].key, a.key, "a repeated attempt keeps its key: %s", a.task)
		}
		all[a.task] = append(all[a.task], i)
	}
	return all
}
