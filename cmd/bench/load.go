package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// loadOptions steer one load: as fast as the connections go, or Rate requests a second.
type loadOptions struct {
	URL    string
	Sink   string // address the built-in destination listens on; "" for accepting only
	Conns  int
	Time   time.Duration
	Warmup time.Duration
	Drain  time.Duration
	Rate   float64
	Secret string
	Pid    int
	Max    int
}

// loadResult is what one load saw; times are in milliseconds.
type loadResult struct {
	Sent         int64            `json:"sent"`
	Accepted     int64            `json:"accepted"`
	Statuses     map[string]int64 `json:"statuses"`
	AcceptRate   float64          `json:"acceptRate"`
	Ack          quantiles        `json:"ackMs"`
	Delivered    int64            `json:"delivered"`
	DeliverRate  float64          `json:"deliverRate"`
	EndToEnd     quantiles        `json:"endToEndMs"`
	Missing      int64            `json:"missing"`
	Twice        int64            `json:"twice"`
	Backlog      int64            `json:"backlog"`
	DrainSeconds float64          `json:"drainSeconds"`
	CPUSeconds   float64          `json:"cpuSeconds"`
	MemoryMB     float64          `json:"memoryMb"`
	Sample       string           `json:"sample,omitempty"`
}

// cpu returns the CPU seconds for a thousand of so many events.
func (r *loadResult) cpu(events int64) float64 { return r.CPUSeconds * 1000 / float64(events) }

func loadCommand(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	var o loadOptions
	flags.StringVar(&o.URL, "url", "", "address of the router under test")
	flags.StringVar(&o.Sink, "sink", "", "address the built-in destination listens on")
	flags.IntVar(&o.Conns, "c", 32, "keep-alive connections")
	flags.DurationVar(&o.Time, "d", 10*time.Second, "measured time")
	flags.DurationVar(&o.Warmup, "warmup", 2*time.Second, "time before it")
	flags.DurationVar(&o.Drain, "drain", 30*time.Second, "longest wait for deliveries after sending")
	flags.Float64Var(&o.Rate, "rate", 0, "requests a second in total; 0: as fast as the connections go")
	flags.StringVar(&o.Secret, "secret", "", "sign as GitHub does")
	flags.IntVar(&o.Pid, "pid", 0, "process of the router, for its CPU time and memory")
	flags.IntVar(&o.Max, "max", 2_000_000, "most requests of one load")
	if err := flags.Parse(args); err != nil {
		return err
	}
	res, err := load(ctx, o)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(res)
}

// generator is the state of one load.
type generator struct {
	loadOptions
	payload *marked
	run     string
	sink    *sink
	start   time.Time
	from    time.Duration // the measured window, since start
	to      time.Duration
	next    atomic.Int64
	slot    atomic.Int64
	sent    []atomic.Int64 // since start, by number
	ok      []atomic.Bool
	mu      sync.Mutex
	status  map[string]int64
	acks    []int64
}

func load(ctx context.Context, o loadOptions) (*loadResult, error) {
	run := fmt.Sprintf("%08x", time.Now().UnixMicro()&0xffffffff)
	payload, err := markPayload(run)
	if err != nil {
		return nil, err
	}
	g := &generator{
		loadOptions: o, payload: payload, run: run, start: time.Now(), from: o.Warmup, to: o.Warmup + o.Time,
		sent: make([]atomic.Int64, o.Max), ok: make([]atomic.Bool, o.Max), status: make(map[string]int64),
	}
	g.sink = newSink(payload.marker, o.Max, g.start)
	if o.Sink != "" {
		stop, err := g.sink.serve(ctx, o.Sink)
		if err != nil {
			return nil, err
		}
		defer stop()
	}
	return g.measure(ctx)
}

func (g *generator) measure(ctx context.Context) (*loadResult, error) {
	memory := watchMemory(g.Pid)
	cpu := cpuSeconds(g.Pid)
	var before, after int64
	var window sync.WaitGroup
	window.Go(func() {
		time.Sleep(g.from - time.Since(g.start))
		before = g.sink.got.Load()
		time.Sleep(g.to - time.Since(g.start))
		after = g.sink.got.Load()
	})
	var workers sync.WaitGroup
	for range g.Conns {
		workers.Go(func() { g.work(ctx) })
	}
	workers.Wait()
	window.Wait()
	ended := time.Now()
	res := &loadResult{Sent: min(g.next.Load(), int64(g.Max)), Statuses: g.status}
	for i := range res.Sent {
		if g.ok[i].Load() {
			res.Accepted++
		}
	}
	if g.Sink != "" {
		res.Backlog = res.Accepted - g.sink.got.Load()
		g.drain(ctx, res.Accepted, ended)
		res.DrainSeconds = max(0, g.sink.last().Sub(ended).Seconds())
		res.DeliverRate = float64(after-before) / g.Time.Seconds()
		res.Delivered, res.Twice, res.Sample = g.sink.got.Load(), g.sink.twice.Load(), g.sink.sample()
		res.Missing, res.EndToEnd = g.deliveries(res.Sent)
	}
	time.Sleep(300 * time.Millisecond) // what the router still writes about the last deliveries is its work too
	res.CPUSeconds = cpuSeconds(g.Pid) - cpu
	res.MemoryMB = memory()
	res.AcceptRate = float64(len(g.acks)) / g.Time.Seconds()
	res.Ack = quantilesOf(g.acks)
	return res, ctx.Err()
}

func (g *generator) drain(ctx context.Context, want int64, since time.Time) {
	for ctx.Err() == nil && g.sink.got.Load() < want && time.Since(since) < g.Drain {
		time.Sleep(20 * time.Millisecond)
	}
}

// deliveries counts what was accepted and did not arrive, and times what did.
func (g *generator) deliveries(sent int64) (missing int64, times quantiles) {
	var took []int64
	for i := range sent {
		arrived := g.sink.arrived[i].Load()
		started := g.sent[i].Load()
		switch {
		case arrived == 0 && g.ok[i].Load():
			missing++
		case arrived != 0 && started >= int64(g.from) && started < int64(g.to):
			took = append(took, arrived-started)
		}
	}
	return missing, quantilesOf(took)
}

// work is one connection.
func (g *generator) work(ctx context.Context) {
	uri := fasthttp.AcquireURI()
	defer fasthttp.ReleaseURI(uri)
	if err := uri.Parse(nil, []byte(g.URL)); err != nil {
		return
	}
	client := &fasthttp.HostClient{
		Addr: string(uri.Host()), MaxConns: 1, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second,
		MaxIdleConnDuration: time.Hour, MaxIdemponentCallAttempts: 1,
	}
	defer client.CloseIdleConnections()
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI(g.URL)
	req.Header.SetMethod(fasthttp.MethodPost)
	req.Header.SetContentType("application/json")
	req.Header.SetUserAgent("GitHub-Hookshot/bench")
	req.Header.Set("X-GitHub-Event", "issues")
	body := append([]byte(nil), g.payload.raw...)
	status := make(map[string]int64)
	var acks []int64
	for ctx.Err() == nil && g.wait() {
		n := g.next.Add(1) - 1
		if n >= int64(g.Max) {
			break
		}
		g.fill(req, body, n)
		sent := time.Since(g.start)
		g.sent[n].Store(int64(sent))
		if err := client.Do(req, resp); err != nil {
			status["error: "+err.Error()]++
			continue
		}
		answered := time.Since(g.start)
		status[strconv.Itoa(resp.StatusCode())]++
		if resp.StatusCode()/100 == 2 {
			g.ok[n].Store(true)
			if sent >= g.from && answered <= g.to {
				acks = append(acks, int64(answered-sent))
			}
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.acks = append(g.acks, acks...)
	for k, v := range maps.All(status) {
		g.status[k] += v
	}
}

// wait paces a load of fixed rate; it reports whether there is time for one more request.
func (g *generator) wait() bool {
	if g.Rate == 0 {
		return time.Since(g.start) < g.to
	}
	due := time.Duration(float64(g.slot.Add(1)-1) / g.Rate * float64(time.Second))
	if due >= g.to {
		return false
	}
	time.Sleep(due - time.Since(g.start))
	return true
}

func (g *generator) fill(req *fasthttp.Request, body []byte, n int64) {
	putNumber(body[g.payload.offset:], n)
	req.SetBodyRaw(body)
	id := []byte(g.run + "-0000-4000-8000-000000000000")
	putNumber(id[26:], n)
	req.Header.SetBytesV("X-GitHub-Delivery", id)
	if g.Secret != "" {
		req.Header.Set("X-Hub-Signature-256", sign(g.Secret, body))
	}
}
