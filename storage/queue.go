package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

var _ engine.Queue = (*DB)(nil)

// cutMessage explains an attempt that was under way when the program ended.
const cutMessage = "Patchbay stopped while this was under way."

// Begin implements [engine.Queue].
func (db *DB) Begin(ctx context.Context) (int64, error) {
	var epoch int64
	err := db.write(ctx, func(w *writer, tx *gorm.DB) error {
		w.epoch++
		epoch = w.epoch
		if err := tx.Table("counters").Where("one = 1").UpdateColumn("epoch", w.epoch).Error; err != nil {
			return fmt.Errorf("store epoch: %w", err)
		}
		var cut []int64
		if err := tx.Table("runs").Where("state = 1 AND state < 4").Order("n").Pluck("n", &cut).Error; err != nil {
			return fmt.Errorf("find unfinished runs: %w", err)
		}
		now := micros(w.now())
		for _, n := range cut {
			if err := w.sql.setState.exec(w.nextSeq(), stateQueued, now, n); err != nil {
				return fmt.Errorf("take over run: %w", err)
			}
			if err := w.sql.cutAttempts.exec(cutMessage, n); err != nil {
				return fmt.Errorf("end attempts of run: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("begin epoch: %w", err)
	}
	now := db.now()
	set, err := db.setBackMeanwhile(ctx, now)
	if err == nil && set.by > 0 {
		err = db.followClock(ctx, set, now)
	}
	if err != nil {
		return 0, fmt.Errorf("begin epoch: %w", err)
	}
	return epoch, nil
}

// Pending implements [engine.Queue]. It leaves out events that cannot be read, and takes
// them out of the way of the others.
func (db *DB) Pending(ctx context.Context, after int64, limit int) ([]*engine.Event, error) {
	for {
		var rows []eventRow
		err := db.selectEvents(ctx, eventBodyColumns).Where("events.route = 1 AND events.seq > ?", after).
			Order("events.seq").Limit(limit).Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read pending events: %w", translate(err))
		}
		list := make([]*engine.Event, 0, len(rows))
		for i := range rows {
			e, err := db.event(&rows[i])
			if err == nil {
				list = append(list, e)
				continue
			}
			if err := db.passOver(ctx, idOf(rows[i].ID), err); err != nil {
				return nil, err
			}
		}
		if len(list) == len(rows) { // who asks takes a short page for the last one
			return list, nil
		}
	}
}

// dueOp claims runs.
type dueOp struct {
	epoch int64
	now   int64
	limit int

	// Found by the writer.
	taken  []int64
	waited map[int64]int64 // when those of them were due that waited
	seq    int64
}

func (op *dueOp) apply(w *writer) error {
	op.taken, op.waited, op.seq = op.taken[:0], nil, w.seq
	if op.epoch != w.epoch {
		return engine.ErrLeaseLost
	}
	queued, err := dueRuns(&w.sql.queuedRuns, int64(op.limit))
	if err != nil {
		return err
	}
	waiting, err := dueRuns(&w.sql.waitingRuns, op.now, int64(op.limit))
	if err != nil {
		return err
	}
	for len(op.taken) < op.limit && len(queued)+len(waiting) > 0 {
		first := &queued
		if len(queued) == 0 || len(waiting) > 0 && waiting[0].due < queued[0].due {
			first = &waiting
		}
		run := (*first)[0]
		*first = (*first)[1:]
		if first == &waiting {
			if op.waited == nil {
				op.waited = make(map[int64]int64)
			}
			op.waited[run.n] = run.due
		}
		if err := w.sql.take.exec(w.nextSeq(), op.epoch, run.n); err != nil {
			return fmt.Errorf("claim run: %w", err)
		}
		op.taken = append(op.taken, run.n)
	}
	return nil
}

// dueRun is a run that may start, with the time since when.
type dueRun struct{ n, due int64 }

func dueRuns(query *statement, args ...any) ([]dueRun, error) {
	var list []dueRun
	var r dueRun
	if err := query.each(args, []any{&r.n, &r.due}, func() { list = append(list, r) }); err != nil {
		return nil, fmt.Errorf("find due runs: %w", err)
	}
	return list, nil
}

// Due implements [engine.Queue]. It also notices that the clock was set back since the
// last call.
func (db *DB) Due(ctx context.Context, epoch int64, now time.Time, limit int) ([]*engine.Work, error) {
	if set := db.clock.look(now); set.by > 0 {
		if err := db.followClock(ctx, set, now); err != nil {
			return nil, err
		}
		db.clock.followed()
	}
	op := &dueOp{epoch: epoch, now: micros(now), limit: limit}
	if err := db.journal.intake.submit(ctx, classResult, op); err != nil {
		return nil, err
	}
	db.clock.stored(op.seq)
	if len(op.taken) == 0 {
		return nil, nil
	}
	// The runs are claimed: from here on they are handed out, failed or given back.
	ctx = context.WithoutCancel(ctx)
	work, unreadable, err := db.work(ctx, op.taken, op.waited)
	if err == nil && len(unreadable) > 0 {
		err = db.failUnreadable(ctx, epoch, unreadable)
	}
	if err != nil {
		return nil, fmt.Errorf("read due runs: %w", errors.Join(err, db.giveBack(ctx, epoch, op.taken)))
	}
	return work, nil
}

// giveBack queues claimed runs again, apart from those that were canceled meanwhile.
func (db *DB) giveBack(ctx context.Context, epoch int64, taken []int64) error {
	return db.write(ctx, func(w *writer, _ *gorm.DB) error {
		for _, n := range taken {
			if err := w.sql.giveBack.exec(w.nextSeq(), micros(w.now()), n, epoch); err != nil {
				return fmt.Errorf("give run back: %w", err)
			}
		}
		return nil
	})
}

// work reads runs with their events and attempts, in the order of their numbers given,
// and tells why some cannot be read. Those that waited still tell when they were due.
func (db *DB) work(ctx context.Context, numbers []int64, waited map[int64]int64) (list []*engine.Work, unreadable map[int64]error, err error) {
	var rows []runRow
	if err := selectRuns(db.read.WithContext(ctx)).Where("runs.n IN ?", numbers).Find(&rows).Error; err != nil {
		return nil, nil, fmt.Errorf("read runs: %w", translate(err))
	}
	byNumber := make(map[int64]*runRow, len(rows))
	names := make(map[int64]engine.ID, len(rows))
	var seqs []int64
	for i := range rows {
		byNumber[rows[i].N] = &rows[i]
		names[rows[i].N] = idOf(rows[i].ID)
		seqs = append(seqs, rows[i].Event)
	}
	events, damaged, err := db.eventsBySeq(ctx, seqs)
	if err != nil {
		return nil, nil, err
	}
	attempts, unreadable, err := db.attempts(ctx, names, "NULL")
	if err != nil {
		return nil, nil, err
	}
	for _, n := range numbers {
		row := byNumber[n]
		if row == nil {
			continue // deleted between the claim and now, with its inbox
		}
		run, err := row.run()
		if err = cmp.Or(damaged[row.Event], unreadable[n], err); err != nil {
			unreadable[n] = err
			continue
		}
		if events[row.Event] == nil {
			continue // deleted too
		}
		run.DueAt = fromMicros(waited[n])
		e := *events[row.Event] // runs of one event share its body only
		list = append(list, &engine.Work{Run: run, Event: &e, Attempts: attempts[n]})
	}
	return list, unreadable, nil
}

// eventsBySeq also tells why some of the events cannot be read.
func (db *DB) eventsBySeq(ctx context.Context, seqs []int64) (all map[int64]*engine.Event, unreadable map[int64]error, err error) {
	var rows []eventRow
	if err := db.selectEvents(ctx, eventBodyColumns).Where("events.seq IN ?", seqs).Find(&rows).Error; err != nil {
		return nil, nil, fmt.Errorf("read events: %w", translate(err))
	}
	all, unreadable = make(map[int64]*engine.Event, len(rows)), make(map[int64]error)
	for i := range rows {
		e, err := db.event(&rows[i])
		if err != nil {
			unreadable[rows[i].Seq] = err
			continue
		}
		all[e.Seq] = e
	}
	return all, unreadable, nil
}
