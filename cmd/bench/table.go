package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"time"
)

const (
	ceilingAddr  = "127.0.0.1:9801"
	patchbayAddr = "127.0.0.1:9802"
	sinkAddr     = "127.0.0.1:9803"
	hungAddr     = "127.0.0.1:9804"
)

const (
	filterStep = "      - { key: stop, action: filter, with: { when: 'false' } }\n"
	postStep   = "      - key: post\n        action: http\n        with: { method: POST, url: 'http://" + sinkAddr + "/', json: " +
		"{ title: '{{ payload.issue.title }}', by: '{{ payload.sender.login }}', url: '{{ payload.issue.html_url }}' } }\n"
	hungStep   = "      - key: hung\n        action: http\n        timeout: 5s\n        with: { method: POST, url: 'http://" + hungAddr + "/', json: { title: x } }\n"
	chainSteps = "      - key: first\n        action: http\n        with: { method: POST, url: 'http://" + sinkAddr + "/first', json: " +
		"{ title: '{{ payload.issue.title }}' } }\n" +
		"      - key: stop\n        action: filter\n        with: { when: 'steps.first.body.ok' }\n" +
		"      - key: second\n        action: http\n        with: { method: POST, url: 'http://" + sinkAddr + "/', json: " +
		"{ title: '{{ payload.issue.title }}', first: '{{ steps.first.status }}' } }\n"
)

// bench holds what all measurements share.
type bench struct {
	binary string
	rounds int
	time   time.Duration
	rows   []row
	keep   string // where the large history is kept
	parts  string // of the large measurement
}

// row is one line of the table; target and value are ratios or plain figures as unit says.
type row struct {
	name   string
	value  float64
	target float64
	atMost bool
	unit   string
	note   string
}

func (r row) holds() bool { return r.atMost && r.value <= r.target || !r.atMost && r.value >= r.target }

func table(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	b := &bench{}
	binary := flags.String("patchbay", "", "binary to measure; built from this tree when empty")
	flags.IntVar(&b.rounds, "rounds", 3, "rounds of each comparison; the median ratio counts")
	flags.DurationVar(&b.time, "time", 6*time.Second, "measured time of each load")
	only := flags.String("only", "", "comma-separated measurements: accept, deliver, chain, isolation, latency, rules, idle, large")
	flags.StringVar(&b.keep, "keep", "", "directory that keeps the large history for further measurements")
	flags.StringVar(&b.parts, "parts", "", "of the measurement large: start, acceptance, retention, check")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b.binary = *binary
	if b.binary == "" {
		dir, err := os.MkdirTemp("", "patchbay-bench-bin-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		b.binary = filepath.Join(dir, "patchbay")
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", b.binary, "./cmd/patchbay").CombinedOutput(); err != nil { //nolint:gosec // the program measures the binary it is given
			return fmt.Errorf("build patchbay: %w: %s", err, out)
		}
	}
	defer b.print() // also what was measured before a measurement failed
	for _, m := range []struct {
		name string
		run  func(context.Context) error
	}{{"accept", b.accept}, {"deliver", b.deliver}, {"chain", b.chain}, {"isolation", b.isolation}, {"latency", b.latency}, {"rules", b.rules}, {"idle", b.idle}, {"large", b.large}} {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), m.name) {
			continue
		}
		if err := m.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

func (b *bench) print() {
	fmt.Printf("\n%s/%s, %d cores, %s\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	for _, r := range b.rows {
		verdict, sign := "holds", "≥"
		if r.atMost {
			sign = "≤"
		}
		if !r.holds() {
			verdict = "MISSED"
		}
		if r.target == 0 {
			fmt.Printf("%-46s %10.3f %-8s %18s %s\n", r.name, r.value, r.unit, "", r.note)
			continue
		}
		fmt.Printf("%-46s %10.3f %-8s %s %-8.4g %-8s %s\n", r.name, r.value, r.unit, sign, r.target, verdict, r.note)
	}
}

// pair is a comparison: one load on the ceiling and one on Patchbay, in turns.
type pair struct {
	mode   string // of the ceiling
	steps  string
	also   []string // the steps of further rules
	others string   // rules in YAML that do not match
	load   loadOptions
	rate   func(*loadResult) float64
}

// compared is what a pair gave: the median ratio and Patchbay's results of all rounds.
type compared struct {
	ratio   float64
	rate    float64 // Patchbay's, of the median round
	results []*loadResult
	top     *loadResult   // the ceiling's, of the last round
	routed  time.Duration // longest wait for routing after a load
	bytes   float64       // on disk for each event, of the last round
}

func (b *bench) compare(ctx context.Context, p pair) (compared, error) {
	var c compared
	var ratios, rates []float64
	for range b.rounds {
		top, err := b.loadCeiling(ctx, p)
		if err != nil {
			return c, err
		}
		res, err := b.loadPatchbay(ctx, p, &c)
		if err != nil {
			return c, err
		}
		c.results, c.top = append(c.results, res), top
		ratios = append(ratios, p.rate(res)/p.rate(top))
		rates = append(rates, p.rate(res))
		fmt.Printf("%-8s bare Fiber %8.0f/s   Patchbay %8.0f/s   ratio %.3f   %v\n", p.mode, p.rate(top), p.rate(res), p.rate(res)/p.rate(top), res.Statuses)
	}
	c.ratio, c.rate = median(ratios), median(rates)
	return c, nil
}

func (b *bench) loadCeiling(ctx context.Context, p pair) (*loadResult, error) {
	r, err := startCeiling(ctx, p.mode, ceilingAddr, sinkAddr)
	if err != nil {
		return nil, err
	}
	o := p.load
	o.URL, o.Pid = r.url, r.cmd.Process.Pid
	res, err := load(ctx, o)
	return res, firstError(err, r.stop())
}

func (b *bench) loadPatchbay(ctx context.Context, p pair, c *compared) (*loadResult, error) {
	r, err := startPatchbay(ctx, b.binary, patchbayAddr, p.others, append([]string{p.steps}, p.also...)...)
	if err != nil {
		return nil, err
	}
	o := p.load
	o.URL, o.Pid = r.url, r.cmd.Process.Pid
	res, err := load(ctx, o)
	if err == nil {
		var took time.Duration
		took, err = r.routed(ctx)
		c.routed = max(c.routed, took)
	}
	err = firstError(err, r.stop())
	size, removed := r.remove()
	if res != nil && res.Accepted > 0 {
		c.bytes = float64(size) / float64(res.Accepted)
	}
	return res, firstError(err, removed)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func median(v []float64) float64 {
	s := slices.Clone(v)
	sort.Float64s(s)
	return s[len(s)/2]
}
