package main

import (
	"bytes"
	"context"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// sink is the destination: it notes when each numbered delivery came first.
type sink struct {
	marker  []byte
	start   time.Time
	arrived []atomic.Int64 // since start, by number; 0 is not yet
	got     atomic.Int64
	twice   atomic.Int64
	lastAt  atomic.Int64
	mu      sync.Mutex
	example string
}

func newSink(marker []byte, size int, start time.Time) *sink {
	return &sink{marker: marker, start: start, arrived: make([]atomic.Int64, size)}
}

func (s *sink) serve(ctx context.Context, addr string) (stop func(), err error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", addr)
	if err != nil {
		return nil, err
	}
	server := &fasthttp.Server{Handler: s.handle, NoDefaultServerHeader: true, NoDefaultDate: true, MaxRequestBodySize: 64 << 20}
	var done sync.WaitGroup
	done.Go(func() { _ = server.Serve(ln) })
	return func() {
		_ = server.Shutdown()
		done.Wait()
	}, nil
}

func (s *sink) handle(ctx *fasthttp.RequestCtx) {
	now := int64(time.Since(s.start))
	body := ctx.PostBody()
	ctx.SetContentType("application/json")
	ctx.SetBodyString(`{"ok":true}`)
	if string(ctx.Path()) == "/first" {
		return // the first of two posts of a chain; the last one counts
	}
	at := bytes.Index(body, s.marker)
	if at < 0 || len(body) < at+len(s.marker)+digits {
		return
	}
	n, err := strconv.Atoi(string(body[at+len(s.marker) : at+len(s.marker)+digits]))
	if err != nil || n < 0 || n >= len(s.arrived) {
		return
	}
	if !s.arrived[n].CompareAndSwap(0, now) {
		s.twice.Add(1)
		return
	}
	s.lastAt.Store(now)
	if s.got.Add(1) == 1 {
		s.mu.Lock()
		s.example = string(body)
		s.mu.Unlock()
	}
}

func (s *sink) last() time.Time { return s.start.Add(time.Duration(s.lastAt.Load())) }

func (s *sink) sample() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.example
}

// quantiles of a set of times, in milliseconds.
type quantiles struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func quantilesOf(times []int64) quantiles {
	if len(times) == 0 {
		return quantiles{}
	}
	slices.Sort(times)
	at := func(p float64) float64 {
		return float64(times[min(len(times)-1, int(p*float64(len(times))))]) / 1e6
	}
	return quantiles{P50: at(0.5), P99: at(0.99), Max: at(1)}
}
