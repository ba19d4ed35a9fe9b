package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"patchbay/storage"
)

// large measures an instance with a million events and a million runs, 100,000 of
// them waiting for a destination that is not there.
func (b *bench) large(ctx context.Context) error {
	dir, done, err := b.history(ctx)
	if err != nil {
		return err
	}
	defer done()
	data := filepath.Join(dir, "data")
	token, err := readToken(ctx, b.binary, data)
	if err != nil {
		return err
	}
	l := &largeInstance{bench: b, data: data, token: token}
	for _, m := range []struct {
		name string
		run  func(context.Context) error
	}{{"start", l.start}, {"acceptance", l.acceptance}, {"retention", l.retention}, {"check", l.check}} {
		if b.parts != "" && !slices.Contains(strings.Split(b.parts, ","), m.name) {
			continue
		}
		if err := m.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

// history returns a directory with an instance for measuring. With -keep it is a
// copy of the one kept there.
func (b *bench) history(ctx context.Context) (dir string, done func(), err error) {
	dir, err = os.MkdirTemp(b.keep, "patchbay-large-")
	if err != nil {
		return "", nil, err
	}
	done = func() { _ = os.RemoveAll(dir) }
	kept := dir
	if b.keep != "" {
		kept = b.keep
	}
	data := filepath.Join(kept, "data")
	if _, err := os.Stat(filepath.Join(data, storage.FileName)); err != nil {
		started := time.Now()
		if err := makeHistory(ctx, b.binary, data); err != nil {
			return "", nil, firstError(err, os.RemoveAll(dir))
		}
		fmt.Printf("large    a history of %d events and %d runs was made in %.0f s: %.0f MB\n",
			historyEvents, historyRuns, time.Since(started).Seconds(), float64(databaseBytes(data))/(1<<20))
		if err := verify(ctx, data); err != nil {
			return "", nil, firstError(err, os.RemoveAll(dir))
		}
	}
	if kept != dir {
		if out, err := exec.CommandContext(ctx, "cp", "-r", data, dir).CombinedOutput(); err != nil { //nolint:gosec // directories of the operator
			return "", nil, fmt.Errorf("copy: %w: %s", err, out)
		}
	}
	return dir, done, nil
}

func (l *largeInstance) check(ctx context.Context) error { return verify(ctx, l.data) }

// verify checks the invariants of a database that nobody serves.
func verify(ctx context.Context, data string) error {
	key, err := storage.LoadKey(data, "")
	if err != nil {
		return err
	}
	db, err := storage.Open(ctx, storage.Config{Dir: data, Key: key, Log: slog.New(slog.DiscardHandler), NewID: newID, Now: time.Now})
	if err != nil {
		return err
	}
	started := time.Now()
	violations, err := db.Verify(ctx)
	if err == nil && len(violations) > 0 {
		err = fmt.Errorf("the database is not consistent: %s", strings.Join(violations, " "))
	}
	fmt.Printf("large    the database was checked in %.1f s\n", time.Since(started).Seconds())
	return firstError(err, db.Close())
}

// databaseBytes is how long the files of a database are.
func databaseBytes(data string) int64 {
	var bytes int64
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(filepath.Join(data, storage.FileName+suffix)); err == nil {
			bytes += info.Size()
		}
	}
	return bytes
}

// largeInstance is the instance under measurement.
type largeInstance struct {
	*bench
	data  string
	token string
	rate  float64 // of its acceptance at full load
}

func (l *largeInstance) serve(ctx context.Context) (*router, error) {
	r := &router{addr: patchbayAddr, url: "http://" + patchbayAddr + "/in/bench", dir: filepath.Dir(l.data), token: l.token}
	r.cmd = exec.CommandContext(ctx, l.binary, "serve", "--data", l.data, "--listen", patchbayAddr, "--allow-private", "127.0.0.1", "--log-level", "error") //nolint:gosec // the program measures the binary it is given
	return r, r.start(ctx)
}

// start measures the time to the first accepted event, memory at rest, and lists.
func (l *largeInstance) start(ctx context.Context) error {
	started := time.Now()
	r, err := l.serve(ctx)
	if err != nil {
		return err
	}
	for {
		ok, err := acceptOne(ctx, r.url)
		if ok {
			break
		}
		if time.Since(started) > time.Minute {
			return firstError(fmt.Errorf("no event was accepted: %w", err), r.stop())
		}
		time.Sleep(2 * time.Millisecond)
	}
	l.add(row{name: "large: start to first accepted event", value: float64(time.Since(started).Milliseconds()), target: 1000, atMost: true, unit: "ms"})
	err = l.lists(ctx, r)
	time.Sleep(15 * time.Second)
	l.add(row{name: "large: memory at rest", value: memoryMB(r.cmd.Process.Pid), target: 40, atMost: true, unit: "MB"})
	return firstError(err, r.stop())
}

// acceptance compares accepting with that of an empty instance, in turns.
func (l *largeInstance) acceptance(ctx context.Context) error {
	o := l.full()
	var ratios, rates, memories []float64
	for range l.rounds {
		small, err := l.loadPatchbay(ctx, pair{steps: filterStep, load: o}, &compared{})
		if err != nil {
			return err
		}
		big, err := l.load(ctx, o)
		if err != nil {
			return err
		}
		ratios, rates, memories = append(ratios, big.AcceptRate/small.AcceptRate), append(rates, big.AcceptRate), append(memories, big.MemoryMB)
		fmt.Printf("large    empty %8.0f/s %.3f s CPU for 1,000   large %8.0f/s %.3f s   ratio %.3f   %v\n", small.AcceptRate,
			small.CPUSeconds*1000/float64(small.Accepted), big.AcceptRate, big.CPUSeconds*1000/float64(big.Accepted), big.AcceptRate/small.AcceptRate, big.Statuses)
	}
	l.rate = median(rates)
	l.add(row{name: "large: durable accept against an empty database", value: median(ratios), target: 0.85, unit: "ratio", note: fmt.Sprintf("%.0f/s", l.rate)})
	l.add(row{name: "large: memory at full load, 100,000 runs waiting", value: median(memories), target: 250, atMost: true, unit: "MB"})
	return nil
}

// full is a load as high as it goes.
func (l *largeInstance) full() loadOptions {
	return loadOptions{Conns: 256, Time: l.time, Warmup: 2 * time.Second, Secret: secret, Max: 2_000_000}
}

func (l *largeInstance) load(ctx context.Context, o loadOptions) (*loadResult, error) {
	r, err := l.serve(ctx)
	if err != nil {
		return nil, err
	}
	o.URL, o.Pid = r.url, r.cmd.Process.Pid
	res, err := load(ctx, o)
	if err == nil {
		_, err = r.routed(ctx)
	}
	return res, firstError(err, r.stop())
}

const (
	// retentionPatience is how long deleting half of the history may take.
	retentionPatience = 15 * time.Minute
	// retentionWindow is for how long one load runs beside it; the worst one counts.
	retentionWindow = 5 * time.Second
)

// retention deletes half of the events while load runs at half of the maximum.
func (l *largeInstance) retention(ctx context.Context) error {
	if l.rate == 0 { // the part before this one was left out
		most, err := l.load(ctx, l.full())
		if err != nil {
			return err
		}
		l.rate = most.AcceptRate
	}
	before := databaseBytes(l.data)
	r, err := l.serve(ctx)
	if err != nil {
		return err
	}
	half := l.rate / 2
	o := loadOptions{URL: r.url, Conns: 256, Time: retentionWindow, Rate: half, Secret: secret, Pid: r.cmd.Process.Pid, Max: 2_000_000}
	alone, err := load(ctx, o)
	if err == nil {
		err = configure(ctx, l.binary, l.data, "720h")
	}
	var worst quantiles
	var all []float64
	var began, ended time.Time
	told := time.Now()
	for err == nil && ended.IsZero() {
		var res *loadResult
		if res, err = load(ctx, o); err != nil {
			break
		}
		left, free := 0, int64(0)
		if left, free, err = l.expired(ctx, r, told); err != nil {
			break
		}
		switch {
		case left > 0 && free == 0 && began.IsZero(): // it has not begun
			told = time.Now()
		case left == 0 && free < 8<<20:
			ended = time.Now()
		case time.Since(told) > retentionPatience:
			err = fmt.Errorf("events are still not deleted after %v", retentionPatience)
		default:
			began = told
		}
		all = append(all, res.Ack.P99)
		fmt.Printf("large    retention at %.0f s: %.0f/s accepted, acknowledged p50 %.1f p99 %.1f max %.1f ms; old events left: %v, %.0f MB, %.0f MB free, %.1f s CPU, %.0f MB memory\n",
			time.Since(told).Seconds(), res.AcceptRate, res.Ack.P50, res.Ack.P99, res.Ack.Max, left > 0, float64(databaseBytes(l.data))/(1<<20), float64(free)/(1<<20), res.CPUSeconds, res.MemoryMB)
		if res.Ack.P99 > worst.P99 {
			worst = res.Ack
		}
	}
	if err := firstError(err, r.stop()); err != nil {
		return err
	}
	after := databaseBytes(l.data)
	l.add(row{
		name: "large: acknowledgement p99 while retention deletes", value: worst.P99, target: 50, atMost: true, unit: "ms",
		note: fmt.Sprintf("worst of %d times %v at %.0f/s, median %.1f; alone %.1f", len(all), retentionWindow, half, median(all), alone.Ack.P99),
	})
	l.add(row{name: "large: retention of 500,000 events", value: ended.Sub(told).Seconds(), unit: "s"})
	l.add(row{
		name: "large: the file after it", value: float64(after) / float64(before), target: 0.8, atMost: true, unit: "ratio",
		note: fmt.Sprintf("%.0f MB before, %.0f MB after", float64(before)/(1<<20), float64(after)/(1<<20)),
	})
	return nil
}

// expired returns how many old events a list shows and how many bytes of the file are free.
func (l *largeInstance) expired(ctx context.Context, r *router, now time.Time) (left int, free int64, err error) {
	var list struct {
		Items []struct{} `json:"items"`
	}
	until := now.Add(-721 * time.Hour).UTC().Format(time.RFC3339)
	if _, err := r.get(ctx, "/events?limit=1&until="+until, &list); err != nil {
		return 0, 0, err
	}
	var stats struct {
		Disk struct {
			Free int64 `json:"free"`
		} `json:"disk"`
	}
	_, err = r.get(ctx, "/stats", &stats)
	return len(list.Items), stats.Disk.Free, err
}

var _ = http.MethodGet
