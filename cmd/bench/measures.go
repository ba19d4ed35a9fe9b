package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

// accept measures durable acceptance of signed deliveries, and the acknowledgement
// at half of that load.
func (b *bench) accept(ctx context.Context) error {
	p := pair{
		mode: "accept", steps: filterStep, rate: func(r *loadResult) float64 { return r.AcceptRate },
		load: loadOptions{Conns: 256, Time: b.time, Warmup: 2 * time.Second, Secret: secret, Max: 2_000_000},
	}
	c, err := b.compare(ctx, p)
	if err != nil {
		return err
	}
	last := c.results[len(c.results)-1]
	b.add(row{name: "durable accept against bare Fiber", value: c.ratio, target: 0.33, unit: "ratio", note: fmt.Sprintf("%.0f/s", c.rate)})
	b.add(row{name: "all events routed after the load", value: c.routed.Seconds(), target: 1, atMost: true, unit: "s"})
	b.add(row{name: "CPU for 1,000 accepted and routed", value: last.cpu(last.Accepted), unit: "s", note: fmt.Sprintf("bare Fiber %.3f s", c.top.cpu(c.top.Accepted))})
	b.add(row{name: "memory under accept load", value: last.MemoryMB, unit: "MB"})
	p.load.Rate = c.rate / 2
	half, err := b.loadPatchbay(ctx, p, &compared{})
	if err != nil {
		return err
	}
	b.add(row{name: "acknowledgement p99 at half load", value: half.Ack.P99, target: 15, atMost: true, unit: "ms", note: fmt.Sprintf("p50 %.2f ms", half.Ack.P50)})
	return nil
}

// deliver measures event, rule, HTTP POST, history.
func (b *bench) deliver(ctx context.Context) error {
	return b.delivery(ctx, "deliver", postStep, 0.75, 0.25)
}

// chain measures three steps, the last using the output of the first.
func (b *bench) chain(ctx context.Context) error {
	return b.delivery(ctx, "chain", chainSteps, 0.35, 0)
}

func (b *bench) delivery(ctx context.Context, name, steps string, target, cpu float64) error {
	c, err := b.compare(ctx, pair{
		mode: "deliver", steps: steps, rate: func(r *loadResult) float64 { return r.DeliverRate },
		load: loadOptions{Conns: 32, Time: b.time, Warmup: 2 * time.Second, Secret: secret, Sink: sinkAddr, Drain: time.Minute, Max: 2_000_000},
	})
	if err != nil {
		return err
	}
	last := c.results[len(c.results)-1]
	for _, r := range c.results {
		if r.Missing > 0 || r.Twice > 0 {
			return fmt.Errorf("%d deliveries are missing, %d came twice", r.Missing, r.Twice)
		}
	}
	b.add(row{
		name: name + ": event to POST against bare Fiber", value: c.ratio, target: target, unit: "ratio",
		note: fmt.Sprintf("%.0f/s, backlog %d, drained in %.1f s", c.rate, last.Backlog, last.DrainSeconds),
	})
	b.add(row{
		name: name + ": CPU for 1,000 delivered", value: last.cpu(last.Delivered), target: cpu, atMost: true, unit: "s",
		note: fmt.Sprintf("bare Fiber %.3f s", c.top.cpu(c.top.Delivered)),
	})
	b.add(row{name: name + ": memory under load", value: last.MemoryMB, unit: "MB"})
	b.add(row{name: name + ": bytes on disk for an event with its run", value: c.bytes, target: 4096, atMost: true, unit: "B"})
	return nil
}

// latency measures how long a delivery takes from sending to arriving at 20 events a
// second. What nobody can do without is said beside it: the way through a program that
// stores nothing, and one sync of the disk.
func (b *bench) latency(ctx context.Context) error {
	p := pair{mode: "deliver", steps: postStep, load: loadOptions{
		Conns: 4, Time: b.time, Warmup: time.Second, Rate: 20, Secret: secret, Sink: sinkAddr, Drain: 10 * time.Second, Max: 100_000,
	}}
	least, err := b.loadCeiling(ctx, p)
	if err != nil {
		return err
	}
	disk, err := syncTime()
	if err != nil {
		return err
	}
	res, err := b.loadPatchbay(ctx, p, &compared{})
	if err != nil {
		return err
	}
	b.add(row{
		name: "sent to received at 20 a second, p50", value: res.EndToEnd.P50, target: 1.5, atMost: true, unit: "ms",
		note: fmt.Sprintf("bare Fiber %.2f ms, one sync of the disk %.2f ms", least.EndToEnd.P50, ms(disk)),
	})
	b.add(row{
		name: "sent to received at 20 a second, p99", value: res.EndToEnd.P99, target: 5, atMost: true, unit: "ms",
		note: fmt.Sprintf("bare Fiber %.2f ms", least.EndToEnd.P99),
	})
	return nil
}

// isolation measures how much a destination that takes connections and never answers
// delays the deliveries of another rule for the same events.
func (b *bench) isolation(ctx context.Context) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", hungAddr)
	if err != nil {
		return err
	}
	defer func() { _ = ln.Close() }() // the kernel completes connections that nobody accepts
	p := pair{steps: postStep, load: loadOptions{
		Conns: 8, Time: 2 * b.time, Warmup: 2 * time.Second, Rate: 200, Secret: secret, Sink: sinkAddr, Drain: 10 * time.Second, Max: 100_000,
	}}
	var ratios []float64
	var alone, beside *loadResult
	for range b.rounds {
		p.also = nil
		if alone, err = b.loadPatchbay(ctx, p, &compared{}); err != nil {
			return err
		}
		p.also = []string{hungStep}
		if beside, err = b.loadPatchbay(ctx, p, &compared{}); err != nil {
			return err
		}
		ratios = append(ratios, beside.EndToEnd.P99/alone.EndToEnd.P99)
	}
	b.add(row{
		name: "delivery p99 beside a hanging destination", value: median(ratios), target: 1.5, atMost: true, unit: "ratio",
		note: fmt.Sprintf("%.1f ms alone, %.1f ms beside it", alone.EndToEnd.P99, beside.EndToEnd.P99),
	})
	return nil
}

// idle measures the time from start to the first accepted event, and memory at rest.
func (b *bench) idle(ctx context.Context) error {
	r, err := startPatchbay(ctx, b.binary, patchbayAddr, "", filterStep)
	if err != nil {
		return err
	}
	if err := r.stop(); err != nil {
		return err
	}
	started, took := time.Now(), time.Duration(0)
	again := &router{cmd: exec.CommandContext(ctx, r.cmd.Path, r.cmd.Args[1:]...), addr: r.addr, url: r.url, dir: r.dir, token: r.token} //nolint:gosec // the program measures the binary it is given
	if err := again.start(ctx); err != nil {
		return err
	}
	for took == 0 {
		if ok, err := acceptOne(ctx, again.url); err != nil || time.Since(started) > 10*time.Second {
			return fmt.Errorf("no event was accepted: %w", err)
		} else if ok {
			took = time.Since(started)
		}
	}
	time.Sleep(5 * time.Second)
	memory := memoryMB(again.cmd.Process.Pid)
	b.add(row{name: "start to first accepted event", value: float64(took.Milliseconds()), target: 300, atMost: true, unit: "ms"})
	b.add(row{name: "memory at rest", value: memory, target: 40, atMost: true, unit: "MB"})
	err = again.stop()
	_, removed := again.remove()
	return firstError(err, removed)
}

func acceptOne(ctx context.Context, url string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(string(githubIssue)))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Hub-Signature-256", sign(secret, githubIssue))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false, err
	}
	return resp.StatusCode == http.StatusAccepted, resp.Body.Close()
}

func (b *bench) add(r row) { b.rows = append(b.rows, r) }
