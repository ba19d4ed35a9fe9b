package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"patchbay/engine"
	"patchbay/storage"
)

const (
	historyEvents  = 1_000_000
	historyRuns    = 1_000_000
	historyWaiting = 100_000 // the last of the runs: they wait for a dead destination
	historySpan    = 60 * 24 * time.Hour
	historyNoise   = 700  // bytes of a large body that no two have in common
	historyWorkers = 1024 // requests under way at once while it is made: few, large commits
	// dueAfter is when the first of the waiting runs is due, and dueSpan over how long all
	// of them become due.
	dueAfter = 2 * time.Hour
	dueSpan  = 24 * time.Hour
)

// historyConfig is what the history was made under. Nothing but the bench inbox gets
// requests while measuring. Everything is kept, so that retention begins when told.
const historyConfig = `version: 1
inboxes:
  - { name: bench, verify: { scheme: github, secret: ` + secret + ` }, limits: { rate: 0 }, keep: { age: 9000h, matched: 9000h } }
  - { name: github, verify: { scheme: github, secret: ` + secret + ` }, keep: { age: KEEP, matched: KEEP } }
  - { name: shop, verify: { scheme: none }, keep: { age: KEEP, matched: KEEP } }
  - { name: forms, verify: { scheme: none }, keep: { age: KEEP, matched: KEEP } }
  - { name: alarms, verify: { scheme: none }, keep: { age: KEEP, matched: KEEP } }
  - { name: legacy, verify: { scheme: none }, keep: { age: KEEP, matched: KEEP } }
rules:
  - { id: bench, name: Bench, inbox: bench, when: '` + historyCondition + `', steps: [{ key: stop, action: filter, with: { when: 'false' } }] }
  - { id: tell-the-team, name: Tell the team, inboxes: [github, alarms], when: 'false', steps: [` + historyStep + `] }
  - { id: mirror, name: Mirror to the archive, inboxes: [github, shop, forms], when: 'false', steps: [` + historyFilter + `, ` + historyStep + `] }
  - { id: invoice, name: Write the invoice, inbox: shop, when: 'false', steps: [` + historyStep + `] }
  - { id: answer-forms, name: Answer forms, inbox: forms, when: 'false', steps: [` + historyStep + `] }
  - { id: wake-somebody, name: Wake somebody, inbox: alarms, when: 'false', steps: [` + historyStep + `] }
  - { id: first-try, name: First try, inbox: legacy, when: 'false', steps: [` + historyStep + `] }
  - { id: crm, name: Customers to the CRM, inboxes: [github, shop, forms, alarms], when: 'false', steps: [` + historyStep + `] }
`

const (
	historyCondition = `payload.action == "opened"`
	historyStep      = "{ key: post, action: http, with: { method: POST, url: 'http://" + hungAddr + "/', json: { title: x } } }"
	historyFilter    = "{ key: keep, action: filter, with: { when: 'true' } }"
	deadDestination  = "http://" + hungAddr
)

// makeHistory makes an instance in dir that has seen a million events and a million
// runs, through the ports of the product's own storage.
func makeHistory(ctx context.Context, patchbay, dir string) error {
	if err := configure(ctx, patchbay, dir, "9000h"); err != nil {
		return err
	}
	key, err := storage.LoadKey(dir, "")
	if err != nil {
		return err
	}
	end := time.Now()
	h := &historian{start: end.Add(-historySpan), end: end}
	h.due = end.Add(dueAfter)
	h.clock.Store(h.start.UnixMicro())
	h.db, err = storage.Open(ctx, storage.Config{
		Dir: dir, Key: key, Log: slog.New(slog.DiscardHandler), NewID: h.newID,
		Now: func() time.Time { return time.UnixMicro(h.clock.Load()).UTC() },
	})
	if err != nil {
		return err
	}
	if h.payload, err = markPayload("past"); err == nil {
		err = h.write(ctx)
	}
	return firstError(err, h.db.Close()) //nolint:contextcheck // what was opened is closed whatever ended ctx
}

// configure applies the configuration of the history with a time for which its
// events are kept.
func configure(ctx context.Context, patchbay, dir, keep string) error {
	file := filepath.Join(filepath.Dir(dir), "history.yaml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(historyConfig, "KEEP", keep)), 0o600); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, patchbay, "apply", file, "--data", dir).CombinedOutput(); err != nil { //nolint:gosec // the program measures the binary it is given
		return fmt.Errorf("apply: %w: %s", err, out)
	}
	return nil
}

// historian writes the history.
type historian struct {
	db         *storage.DB
	epoch      int64
	start, end time.Time
	due        time.Time // of the first waiting run
	clock      atomic.Int64
	payload    *marked
	runs       int // planned so far
	ids        atomic.Uint64
}

func (h *historian) write(ctx context.Context) error {
	var err error
	if h.epoch, err = h.db.Begin(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	jobs := make(chan *happening, historyWorkers)
	var workers sync.WaitGroup
	for range historyWorkers {
		workers.Go(func() {
			body := slices.Concat(h.payload.raw[:len(h.payload.raw)-1], make([]byte, len(`,"hashes":""}`)+2*historyNoise))
			for job := range jobs {
				if ctx.Err() == nil {
					if err := h.happen(ctx, job, body); err != nil {
						cancel(err)
					}
				}
			}
		})
	}
	for i := range historyEvents {
		job := h.plan(i)
		h.clock.Store(job.at.UnixMicro())
		jobs <- job
	}
	close(jobs)
	workers.Wait()
	return context.Cause(ctx)
}

// newID gives identifiers without a meaning.
func (h *historian) newID() engine.ID { return idAt(h.end, h.ids.Add(1)) }

// idAt makes a UUIDv7 of a time and a number.
func idAt(at time.Time, n uint64) engine.ID {
	var id engine.ID
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16|0x7000|n&0xfff)
	binary.BigEndian.PutUint64(id[8:], 1<<63|mix(n)>>2)
	return id
}

// mix spreads a number over all bits: the history is drawn, yet always the same.
func mix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
