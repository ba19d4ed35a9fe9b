package storage

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

var _ engine.Housekeeper = (*DB)(nil)

const (
	// pruneBatch is how many events are looked up at once.
	pruneBatch = 500
	// pruneBytes bounds what one commit deletes, pruneTime how long it may take over it:
	// a small part of what anybody may wait for the writer, since it has to be synced too.
	pruneBytes = 4 << 20
	pruneTime  = 2 * time.Millisecond
	// pruneAgain is after how long everything that was passed over is looked at again.
	pruneAgain = time.Hour
)

// Events outlive others by what became of them: the first kind is kept for the
// retention's Age, the second for its Matched.
const (
	expendable = "(events.route = 3 OR events.verdict = 2)"
	lasting    = "(events.route = 2 OR events.verdict IN (3, 4))"
)

// prunedTo is up to which number an inbox has no expendable event any more, other than
// those that somebody works on; see [DB.lateExpendable] for these. They stand between lasting ones, so that looking for
// them from the beginning would mean to look at all of those, every minute.
type prunedTo struct {
	seq   int64
	since time.Time // when that was looked at from the beginning
}

// pruning deletes events of one inbox.
type pruning struct {
	db      *DB
	inbox   string
	now     time.Time
	clean   prunedTo
	deleted int64
}

// Prune implements [engine.Housekeeper]. Where an inbox has too many events or
// bytes, unmatched ones go before matched ones, the oldest first.
func (db *DB) Prune(ctx context.Context, now time.Time) (int64, error) {
	db.pruning.Lock()
	defer db.pruning.Unlock()
	deleted, err := db.pruneEvents(ctx, now)
	if err != nil {
		return deleted, err
	}
	if err := db.pruneClaims(ctx, now); err != nil {
		return deleted, err
	}
	if err := db.pruneProblems(ctx, now); err != nil {
		return deleted, err
	}
	if err := db.pruneCounts(ctx, now); err != nil {
		return deleted, err
	}
	if err := db.dictionaries.prune(ctx, now); err != nil {
		return deleted, err
	}
	return deleted, db.shrink(ctx)
}

func (db *DB) pruneEvents(ctx context.Context, now time.Time) (int64, error) {
	if err := db.finishRemovals(ctx); err != nil {
		return 0, err
	}
	policies, err := db.retentions(ctx)
	if err != nil {
		return 0, err
	}
	late, err := db.lateExpendable(ctx)
	if err != nil {
		return 0, err
	}
	var deleted int64
	for inbox, keep := range policies {
		p := &pruning{db: db, inbox: inbox, now: now, clean: db.pruned[inbox]}
		if age := now.Sub(p.clean.since); age < 0 || age >= pruneAgain {
			p.clean = prunedTo{since: now}
		}
		if seq, ok := late[inbox]; ok {
			p.clean.seq = min(p.clean.seq, seq-1)
		}
		err := p.run(ctx, keep)
		db.pruned[inbox] = p.clean
		deleted += p.deleted
		if err != nil {
			return deleted, fmt.Errorf("prune inbox %s: %w", inbox, err)
		}
	}
	return deleted, nil
}

// lateExpendable returns of each inbox the oldest event that has become expendable since
// the last call, which may stand before what retention has passed over as being worked on.
func (db *DB) lateExpendable(ctx context.Context) (late map[string]int64, err error) {
	err = db.write(ctx, func(w *writer, _ *gorm.DB) error {
		late, w.late = w.late, make(map[string]int64)
		return nil
	})
	if err != nil {
		clear(db.pruned) // nobody knows: all are looked at from the beginning
		return nil, fmt.Errorf("ask for events that need not be kept: %w", err)
	}
	return late, nil
}

// retentions returns what applies to each inbox that exists or that anything was
// ever counted for.
func (db *DB) retentions(ctx context.Context) (map[string]engine.Retention, error) {
	settings, err := db.Settings(ctx)
	if err != nil {
		return nil, err
	}
	inboxes, err := db.Inboxes(ctx)
	if err != nil {
		return nil, err
	}
	var counted []string
	if err := db.read.WithContext(ctx).Table("ledgers").Pluck("inbox", &counted).Error; err != nil {
		return nil, fmt.Errorf("list ledgers: %w", translate(err))
	}
	all := make(map[string]engine.Retention, len(inboxes))
	for _, name := range counted {
		all[name] = settings.Keep
	}
	for _, in := range inboxes {
		all[in.Name] = engine.Retention{
			Age: cmp.Or(in.Keep.Age, settings.Keep.Age), Matched: cmp.Or(in.Keep.Matched, settings.Keep.Matched),
			Count: cmp.Or(in.Keep.Count, settings.Keep.Count), Bytes: cmp.Or(in.Keep.Bytes, settings.Keep.Bytes),
		}
	}
	return all, nil
}

func (p *pruning) run(ctx context.Context, keep engine.Retention) error {
	if keep.Age > 0 {
		cutoff := p.now.Add(-keep.Age.Std())
		if err := p.expendableBefore(ctx, cutoff); err != nil {
			return err
		}
	}
	if age := max(keep.Matched, keep.Age); age > 0 {
		if err := p.olderThan(ctx, lasting, p.now.Add(-age.Std()), 0); err != nil {
			return err
		}
	}
	if err := p.downTo(ctx, keep); err != nil {
		return err
	}
	return p.db.write(ctx, func(w *writer, _ *gorm.DB) error {
		delete(w.kept, p.inbox) // counted anew
		return w.capRejected(p.inbox, 0)
	})
}

// expendableBefore deletes expendable events that were received before a time.
func (p *pruning) expendableBefore(ctx context.Context, cutoff time.Time) error {
	older, err := p.db.seqAt(ctx, cutoff) // all before it
	if err != nil {
		return err
	}
	if err := p.olderThan(ctx, expendable, cutoff, p.clean.seq); err != nil {
		return err
	}
	p.clean.seq = max(p.clean.seq, older-1)
	return nil
}

// olderThan deletes events of a kind behind a number that were received before a time.
func (p *pruning) olderThan(ctx context.Context, which string, cutoff time.Time, after int64) error {
	end, err := p.db.seqAt(ctx, cutoff.Add(2*clockSlack))
	if err != nil {
		return err
	}
	return p.delete(ctx, after, func(q *gorm.DB) *gorm.DB {
		return q.Where(which).Where("events.seq <= ? AND events.received_at < ?", end, micros(cutoff))
	}, nil)
}

// downTo deletes events until the inbox holds no more than its limits.
func (p *pruning) downTo(ctx context.Context, keep engine.Retention) error {
	if keep.Count <= 0 && keep.Bytes <= 0 {
		return nil
	}
	var have struct{ Stored, Bytes int64 }
	if err := p.db.read.WithContext(ctx).Table("ledgers").Select("stored, bytes").Where("inbox = ?", p.inbox).Scan(&have).Error; err != nil {
		return fmt.Errorf("read counters: %w", translate(err))
	}
	over := func() bool {
		return keep.Count > 0 && have.Stored > keep.Count || keep.Bytes > 0 && have.Bytes > int64(keep.Bytes)
	}
	take := func(c *candidate) bool {
		if !over() {
			return false
		}
		have.Stored--
		have.Bytes -= c.Size
		return true
	}
	if !over() {
		return nil
	}
	_, newest, err := p.db.eventRange(ctx)
	if err != nil {
		return err
	}
	err = p.delete(ctx, p.clean.seq, func(q *gorm.DB) *gorm.DB { return q.Where(expendable) }, take)
	if err != nil {
		return err
	}
	if !over() {
		return nil
	}
	p.clean.seq = newest
	return p.delete(ctx, 0, func(q *gorm.DB) *gorm.DB { return q.Where(lasting) }, take)
}

// candidate is an event that retention may delete.
type candidate struct{ Seq, Size int64 }

// delete deletes the events behind a number that a query selects, oldest first, in
// small commits. take is asked about each and ends it by false; nil takes all. Others
// get most of the writer's time.
func (p *pruning) delete(ctx context.Context, after int64, selection func(*gorm.DB) *gorm.DB, take func(*candidate) bool) error {
	for more := true; more; {
		var list []candidate
		q := p.db.read.WithContext(ctx).Table("events").Select("seq, size").Where("inbox = ? AND seq > ?", p.inbox, after)
		if err := selection(q).Order("seq").Limit(pruneBatch).Find(&list).Error; err != nil {
			return fmt.Errorf("find events: %w", translate(err))
		}
		more = len(list) == pruneBatch
		if take != nil {
			for i := range list {
				if !take(&list[i]) {
					list, more = list[:i], false
					break
				}
			}
		}
		for len(list) > 0 {
			began := p.db.now()
			done, err := p.deleteSome(ctx, list)
			if err != nil {
				return err
			}
			after, list = list[done-1].Seq, list[done:]
			if err := p.db.giveWay(ctx, began); err != nil {
				return err
			}
		}
	}
	return nil
}

// mostWay is how long others are given way at most.
const mostWay = 100 * time.Millisecond

// giveWay waits three times as long as a commit took that began then, so that the writer
// and the disk are there for others most of the time, and that what it wrote is copied.
func (db *DB) giveWay(ctx context.Context, began time.Time) error {
	db.follower.bulk.Store(true)
	db.follower.poke()
	took := db.now().Sub(began)
	if took <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(min(3*took, mostWay))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// deleteSome deletes in one commit what is quickly deleted, and returns how many it
// looked at. Events with work left are passed over.
func (p *pruning) deleteSome(ctx context.Context, list []candidate) (done int, err error) {
	var deleted int64
	err = p.db.write(ctx, func(w *writer, _ *gorm.DB) error {
		stop, bytes := w.now().Add(pruneTime), int64(0)
		for done, deleted = 0, 0; done < len(list); done++ {
			if done > 0 && (bytes > pruneBytes || !w.now().Before(stop)) {
				return nil
			}
			idle, err := w.sql.idleEvent.row([]any{list[done].Seq}, new(int64))
			if err != nil {
				return fmt.Errorf("look at event: %w", err)
			}
			if !idle {
				continue
			}
			if err := w.deleteEvent(list[done].Seq); err != nil {
				return err
			}
			bytes += list[done].Size
			deleted++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	p.deleted += deleted
	return done, nil
}
