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
	// pruneBatch and pruneBytes bound what one commit deletes, pruneTime how long it
	// may take over it.
	pruneBatch = 500
	pruneBytes = 16 << 20
	pruneTime  = 25 * time.Millisecond
)

// Events outlive others by what became of them: the first kind is kept for the
// retention's Age, the second for its Matched.
const (
	expendable = "(events.route = 3 OR events.verdict = 2)"
	lasting    = "(events.route = 2 OR events.verdict IN (3, 4))"
)

// pruning deletes events of one inbox.
type pruning struct {
	db      *DB
	inbox   string
	deleted int64
}

// Prune implements [engine.Housekeeper]. Where an inbox has too many events or
// bytes, unmatched ones go before matched ones, the oldest first.
func (db *DB) Prune(ctx context.Context, now time.Time) (int64, error) {
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
	var deleted int64
	for inbox, keep := range policies {
		p := &pruning{db: db, inbox: inbox}
		err := p.run(ctx, keep, now)
		deleted += p.deleted
		if err != nil {
			return deleted, fmt.Errorf("prune inbox %s: %w", inbox, err)
		}
	}
	return deleted, nil
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

func (p *pruning) run(ctx context.Context, keep engine.Retention, now time.Time) error {
	for _, kind := range []struct {
		which string
		age   engine.Duration
	}{{expendable, keep.Age}, {lasting, max(keep.Matched, keep.Age)}} {
		if kind.age <= 0 {
			continue
		}
		if err := p.olderThan(ctx, kind.which, now.Add(-kind.age.Std())); err != nil {
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

// olderThan deletes events of a kind that were received before a time.
func (p *pruning) olderThan(ctx context.Context, which string, cutoff time.Time) error {
	end, err := p.db.seqAt(ctx, cutoff.Add(2*clockSlack))
	if err != nil {
		return err
	}
	return p.delete(ctx, func(q *gorm.DB) *gorm.DB {
		return q.Where(which).Where("events.seq <= ? AND events.received_at < ?", end, micros(cutoff))
	}, nil)
}

// downTo deletes events until the inbox holds no more than its limits.
func (p *pruning) downTo(ctx context.Context, keep engine.Retention) error {
	if keep.Count <= 0 && keep.Bytes <= 0 {
		return nil
	}
	var have struct{ Rows, Bytes int64 }
	err := p.db.read.WithContext(ctx).Raw(`SELECT count(*) AS rows, coalesce(sum(size), 0) AS bytes FROM events WHERE inbox = ?`, p.inbox).Scan(&have).Error
	if err != nil {
		return fmt.Errorf("count events: %w", translate(err))
	}
	over := func() bool {
		return keep.Count > 0 && have.Rows > keep.Count || keep.Bytes > 0 && have.Bytes > int64(keep.Bytes)
	}
	for _, which := range []string{expendable, lasting} {
		err := p.delete(ctx, func(q *gorm.DB) *gorm.DB { return q.Where(which) }, func(c *candidate) bool {
			if !over() {
				return false
			}
			have.Rows--
			have.Bytes -= c.Size
			return true
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// candidate is an event that retention may delete.
type candidate struct{ Seq, Size int64 }

// delete deletes the events that a query selects, oldest first, in small commits.
// take is asked about each and ends it by false; nil takes all.
func (p *pruning) delete(ctx context.Context, selection func(*gorm.DB) *gorm.DB, take func(*candidate) bool) error {
	for after, more := int64(0), true; more; {
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
			done, err := p.deleteSome(ctx, list)
			if err != nil {
				return err
			}
			after, list = list[done-1].Seq, list[done:]
		}
	}
	return nil
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
