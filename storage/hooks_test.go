package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

// LimitPages makes the database full at a number of pages; 0 gives it room again.
func (db *DB) LimitPages(ctx context.Context, pages int64) error {
	return db.write(ctx, func(w *writer, _ *gorm.DB) error {
		if pages == 0 {
			pages = 1 << 30
		}
		_, err := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
		return err
	})
}

// Change lets tests write past the ports.
func (db *DB) Change(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return db.change(ctx, fn)
}

// GatherClaims sets how many claims are filed at once.
func (db *DB) GatherClaims(ctx context.Context, n int64) error {
	return db.write(ctx, func(w *writer, _ *gorm.DB) error {
		w.claims.gathered = n
		return nil
	})
}

// FileClaims moves all claims to their table; each slice fails once before.
func (db *DB) FileClaims(ctx context.Context) (filed int64, err error) {
	failure := errors.New("taken back")
	for range claimSlices / slicesAtOnce {
		for _, end := range []error{failure, nil} {
			err := db.write(ctx, func(w *writer, _ *gorm.DB) error {
				if err := w.fileSome(slicesAtOnce); err != nil {
					return err
				}
				return end
			})
			if !errors.Is(err, end) {
				return 0, err
			}
		}
	}
	err = db.write(ctx, func(w *writer, tx *gorm.DB) error {
		if w.claims.count > 0 {
			return fmt.Errorf("%d claims are still remembered", w.claims.count)
		}
		return tx.Table("claims").Count(&filed).Error
	})
	return filed, err
}

// Together holds the writer while start hands in operations, so that all of them
// share one commit.
func (db *DB) Together(ctx context.Context, operations int, start func()) error {
	return db.together(ctx, operations, start, func(*writer, *gorm.DB) error { return nil })
}

func (db *DB) together(ctx context.Context, operations int, start func(), then func(*writer, *gorm.DB) error) error {
	return db.write(ctx, func(w *writer, tx *gorm.DB) error {
		start()
		for ctx.Err() == nil {
			in := db.journal.intake
			in.mu.Lock()
			waiting := len(in.waiting[classAccept]) + len(in.waiting[classResult])
			in.mu.Unlock()
			if waiting >= operations {
				return then(w, tx)
			}
		}
		return ctx.Err()
	})
}

// Waiting returns how many new events and changes wait for the writer, and whether no
// more are taken.
func (db *DB) Waiting() (accepts, changes int, closed bool) {
	in := db.journal.intake
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.waiting[classAccept]), len(in.waiting[classChange]), in.closed
}

// GiveBack queues a run again that was claimed.
func (db *DB) GiveBack(ctx context.Context, epoch int64, r *engine.Run) error {
	var n []int64
	if err := db.read.Table("runs").Where("id = ?", r.ID[:]).Pluck("n", &n).Error; err != nil {
		return err
	}
	return db.giveBack(ctx, epoch, n)
}

// AfterStill makes the follower do something whenever the writer stood still for it.
func (db *DB) AfterStill(then func()) {
	f := db.follower
	f.mu.Lock()
	defer f.mu.Unlock()
	still := f.still
	f.still = func(fn func() error) error {
		err := still(fn)
		then()
		return err
	}
}

// Still runs fn while nothing is written.
func (db *DB) Still(fn func() error) error { return db.still(fn) }

// FailCopies makes copying the log fail until mend is called.
func (db *DB) FailCopies(ctx context.Context) (mend func() error, err error) {
	f := db.follower
	f.mu.Lock()
	defer f.mu.Unlock()
	copies, fails := f.copy, statement{}
	if err := prepareOn(ctx, f.conn, []preparing{{&fails, "SELECT json('{'), 1, 2"}}); err != nil {
		return nil, err
	}
	f.copy = fails
	return func() error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.copy = copies
		return fails.stmt.Close()
	}, nil
}

// ReadSlowly reads an event while something happens before it is unpacked.
func (db *DB) ReadSlowly(ctx context.Context, id engine.ID, meanwhile func()) (*engine.Event, error) {
	var row eventRow
	if err := db.selectEvents(ctx, eventBodyColumns).Where("events.id = ?", id[:]).Take(&row).Error; err != nil {
		return nil, err
	}
	meanwhile()
	return db.event(&row)
}

// RemoveSome does one commit of the removal of an inbox's history.
func (db *DB) RemoveSome(ctx context.Context, name string) error {
	return db.write(ctx, func(w *writer, tx *gorm.DB) error {
		_, err := db.removeSome(w, tx, name)
		return err
	})
}

// Sentences returns what each invariant says when it is violated, with verbs for a
// subject and a number.
func Sentences() []string {
	var list []string
	for _, check := range invariants(0) {
		list = append(list, check.sentence)
	}
	return list
}

// Learned waits for the dictionaries that are being made.
func (db *DB) Learned() { db.dictionaries.making.Wait() }

// GiveUpDictionaries retires all dictionaries when so many operations that start hands
// in wait for the writer.
func (db *DB) GiveUpDictionaries(ctx context.Context, operations int, start func()) error {
	ds := db.dictionaries
	return db.together(ctx, operations, start, func(w *writer, tx *gorm.DB) error {
		ds.mu.RLock()
		defer ds.mu.RUnlock()
		for _, d := range ds.current {
			if err := d.retire(w, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetClockBack makes the next look find that the clock was set back from a time.
func (db *DB) SetClockBack(from time.Time, by time.Duration) {
	c := &db.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = clockSetBack{by: by, before: micros(from), seq: c.seq}
}

// NameFile gives a file its name as a backup and a new key get theirs.
func NameFile(whole, path string, link func(from, to string) error) error {
	return nameFile(whole, path, link)
}
