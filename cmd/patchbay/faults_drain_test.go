package main_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// senders deliver one event after another, whatever comes back.
type senders struct {
	group sync.WaitGroup
	halt  context.CancelFunc

	mu       sync.Mutex
	accepted map[string]bool
	refused  int // answered 503
	closed   int // nobody listens
	cut      int // the connection ended without an answer
	odd      []string
	slowest  time.Duration
}

func keepSending(t *testing.T, p *process, connections int, event func(n int) delivery) *senders {
	t.Helper()
	ctx, halt := context.WithCancel(t.Context())
	s := &senders{halt: halt, accepted: map[string]bool{}}
	var next atomic.Int64
	for range connections {
		w := p.wire()
		s.group.Go(func() {
			defer w.close()
			for ctx.Err() == nil {
				began := time.Now()
				got, err := w.post(ctx, event(int(next.Add(1))))
				s.note(got, err, time.Since(began))
				if err != nil {
					time.Sleep(10 * time.Millisecond) // as a sender would, and longer
				}
			}
		})
	}
	t.Cleanup(s.stop)
	return s
}

func (s *senders) note(got answer, err error, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slowest = max(s.slowest, took)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, context.Canceled):
		s.closed++
	case err != nil:
		s.cut++
		if fault, ok := errors.AsType[net.Error](err); ok && fault.Timeout() {
			s.odd = append(s.odd, err.Error())
		}
	case got.status == http.StatusAccepted:
		s.accepted[got.ID] = true
	case got.status == http.StatusServiceUnavailable && got.header.Get("Retry-After") != "":
		s.refused++
	default:
		s.odd = append(s.odd, fmt.Sprint(got.status, got.body))
	}
}

func (s *senders) stop() {
	s.halt()
	s.group.Wait()
}

func (s *senders) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.accepted)
}

// quiet waits until nothing is left to do.
func (c *client) quiet(inbox string) {
	c.t.Helper()
	var stats struct {
		Depth struct{ Pending, Queued, Running, Waiting int64 }
	}
	eventually(c.t, func() bool {
		c.get("/stats", &stats)
		return stats.Depth.Pending+stats.Depth.Queued+stats.Depth.Running+stats.Depth.Waiting == 0
	}, func() string { return fmt.Sprintf("%s: %+v", inbox, stats) })
}

func TestFault_TerminatedUnderLoad(t *testing.T) {
	t.Parallel()
	to := newTally(t).live(t)
	to.slow.Store(int64(5 * time.Millisecond))
	dir := t.TempDir()
	rounds, load := size(1, 5), size(300, 2_000)
	accepted := map[string]bool{}
	var drained, slowest time.Duration
	var refused, closed, cut int
	for round := range rounds {
		p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
		apply(t, dir, fmt.Sprintf(threeSteps, secret, to.url))
		s := keepSending(t, p, 32, func(n int) delivery { return load2(round, n) })
		eventually(t, func() bool { return s.count() >= load }, func() string { return fmt.Sprint(s.count(), s.odd) })
		began := time.Now()
		require.Zero(t, p.terminate())
		drained = max(drained, time.Since(began))
		s.stop()
		require.Empty(t, s.odd)
		require.Contains(t, p.logged(), `"msg":"stopped"`)
		require.NotContains(t, p.logged(), "broken off")
		for id := range s.accepted {
			accepted[id] = true
		}
		refused, closed, cut, slowest = refused+s.refused, closed+s.closed, cut+s.cut, max(slowest, s.slowest)
	}
	require.Less(t, drained, 20*time.Second)
	require.Less(t, slowest, 20*time.Second, "a sender hangs")

	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	api := p.client()
	api.quiet("load")
	sent := map[string]map[string]int{}
	for _, path := range []string{"/a", "/b", "/c"} {
		sent[path] = to.times(path)
	}
	stored := 0
	for _, e := range api.events("verdict=accepted") {
		stored++
		delete(accepted, e.ID)
		for path, times := range sent {
			require.Equal(t, 1, times[e.ID], "event %s at %s", e.ID, path)
		}
	}
	require.Empty(t, accepted, "acknowledged events are lost")
	require.Len(t, to.arrivals(), 3*stored)
	for _, r := range api.runs("") {
		require.Equal(t, "succeeded", r.State, r.Reason)
	}
	require.Zero(t, p.terminate())
	sound(t, dir)
	faultNote(t, "%d times while 32 senders go on: %d events, each of %d steps sent once; drained within %v; senders: %d refused with 503, %d found nobody, %d cut, none waited longer than %v",
		rounds, stored, 3*stored, drained.Round(time.Millisecond), refused, closed, cut, slowest.Round(time.Millisecond))
}

// load2 is event n of one of several loads.
func load2(round, n int) delivery {
	d := load(n)
	d.header["X-GitHub-Delivery"] = fmt.Sprint("round-", round, "-", n)
	return d
}

func TestFault_TerminatedBesideClientsThatStayOn(t *testing.T) {
	t.Parallel()
	to := newTally(t).live(t)
	to.slow.Store(int64(size(700, 2_000)) * int64(time.Millisecond))
	dir := t.TempDir()
	drain := time.Duration(size(3, 8)) * time.Second
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1", "--drain", drain.String())
	apply(t, dir, fmt.Sprintf(threeSteps, secret, to.url))
	const events = 20
	p.post(4, events, 0, load)
	for i := range 3 { // one says nothing, one is in its head, one in its body
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://")) //nolint:noctx // it is the server that has to end it
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() }) // the server has ended it
		fmt.Fprint(conn, []string{"", "POST /in/load HTTP/1.1\r\nHost:", "POST /in/load HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n" + strings.Repeat("x", 10_000)}[i])
	}
	to.reaches(t, 1)
	began := time.Now()
	require.Zero(t, p.terminate())
	took := time.Since(began)
	require.NotContains(t, p.logged(), "broken off", "clients that do not end cost the steps their time")

	to.slow.Store(0)
	p = serve(t, dir, nil, "--allow-private", "127.0.0.1")
	api := p.client()
	for _, r := range api.settled("", events) {
		require.Equal(t, "succeeded", r.State)
		for _, path := range []string{"/a", "/b", "/c"} {
			require.Equal(t, 1, to.times(path)[r.EventID], path)
		}
	}
	faultNote(t, "silent and half-said connections, %v to drain, steps of %v: ended after %v, no step broken off",
		drain, time.Duration(size(700, 2_000))*time.Millisecond, took.Round(10*time.Millisecond))
}

func TestFault_TerminatedTwice(t *testing.T) {
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
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(threeSteps, secret, to.URL))
	p.accepted(load(1))
	next(t, to.arrived, "the first step")
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	eventually(t, func() bool { return strings.Contains(p.logged(), `"msg":"stopping"`) }, p.logged)
	second := time.Now()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	next(t, p.ended, "the end")
	took := time.Since(second)
	require.Less(t, took, 5*time.Second, "a second signal ends the program at once")
	require.False(t, p.cmd.ProcessState.Success())

	p = serve(t, dir, nil, "--allow-private", "127.0.0.1")
	api := p.client()
	r := api.settled("", 1)[0]
	require.Equal(t, "succeeded", r.State)
	api.get("/runs/"+r.ID, &r)
	require.Equal(t, "unknown", r.Steps[0].Attempts[0].Outcome, "it may have been sent")
	list := to.list()
	require.Len(t, list, 4)
	require.Equal(t, list[0].key, list[1].key, "the repeated attempt keeps its key")
	faultNote(t, "ended %v after the second signal; the step that was under way is repeated with its key", took.Round(time.Millisecond))
}
