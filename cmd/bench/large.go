package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"patchbay/engine"
	"patchbay/storage"
)

// largeInstance is an instance with a million events and a million runs, 100,000 of
// them waiting for a destination that is not there.
type largeInstance struct {
	*bench
	data  string
	token string
	rate  float64 // of its acceptance at full load
}

// large measures an instance that has seen much. With parts it does some of it only.
func (b *bench) large(ctx context.Context) error {
	dir, done, err := b.history(ctx)
	if err != nil {
		return err
	}
	defer done()
	l := &largeInstance{bench: b, data: filepath.Join(dir, "data")}
	if l.token, err = readToken(ctx, b.binary, l.data); err != nil {
		return err
	}
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
			return "", nil, firstError(err, os.RemoveAll(data), os.RemoveAll(dir))
		}
		fmt.Printf("large    a history of %d events and %d runs was made in %.0f s: %.0f MB\n",
			historyEvents, historyRuns, time.Since(started).Seconds(), megabytes(databaseBytes(data)))
	}
	if kept != dir {
		// What the system still has to write of the copy would slow down the first minute.
		for _, args := range [][]string{{"cp", "-r", data, dir}, {"sync", filepath.Join(dir, "data", storage.FileName)}} {
			if out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput(); err != nil { //nolint:gosec // directories of the operator
				return "", nil, fmt.Errorf("copy: %w: %s", err, out)
			}
		}
	}
	return dir, done, nil
}

// check checks the invariants of the database, which nobody serves now.
func (l *largeInstance) check(ctx context.Context) error {
	key, err := storage.LoadKey(l.data, "")
	if err != nil {
		return err
	}
	db, err := storage.Open(ctx, storage.Config{
		Dir: l.data, Key: key, Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() engine.ID { return engine.ID{} },
	})
	if err != nil {
		return err
	}
	started := time.Now()
	violations, err := db.Verify(ctx)
	if err == nil && len(violations) > 0 {
		err = fmt.Errorf("the database is not consistent: %s", strings.Join(violations, " "))
	}
	fmt.Printf("large    the database was checked in %.1f s\n", time.Since(started).Seconds())
	return firstError(err, db.Close()) //nolint:contextcheck // what was opened is closed whatever ended ctx
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

func megabytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

func (l *largeInstance) serve(ctx context.Context) (*router, error) {
	r := &router{addr: patchbayAddr, url: "http://" + patchbayAddr + "/in/bench", dir: filepath.Dir(l.data), token: l.token}
	r.cmd = exec.CommandContext(ctx, l.binary, "serve", "--data", l.data, "--listen", patchbayAddr, "--allow-private", "127.0.0.1", "--log-level", "error") //nolint:gosec // the program measures the binary it is given
	err := r.start(ctx)
	return r, err
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
	time.Sleep(largeRest)
	rest := memoryMB(r.cmd.Process.Pid)
	if err := l.lists(ctx, r); err != nil {
		return firstError(err, r.stop())
	}
	time.Sleep(largeRest)
	l.add(row{
		name: "large: memory at rest", value: rest, target: 40, atMost: true, unit: "MB",
		note: fmt.Sprintf("%.0f MB after all those lists", memoryMB(r.cmd.Process.Pid)),
	})
	return r.stop()
}

// largeRest is after how long the program has come to rest.
const largeRest = 12 * time.Second

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
			small.cpu(small.Accepted), big.AcceptRate, big.cpu(big.Accepted), big.AcceptRate/small.AcceptRate, big.Statuses)
	}
	l.rate = median(rates)
	l.add(row{name: "large: durable accept against an empty one", value: median(ratios), target: 0.85, unit: "ratio", note: fmt.Sprintf("%.0f/s", l.rate)})
	l.add(row{name: "large: memory at full load, 100,000 waiting", value: median(memories), target: 250, atMost: true, unit: "MB"})
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
