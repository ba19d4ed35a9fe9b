package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

const (
	// removalBatch is how many events one commit of a removal looks at.
	removalBatch = 200
	// removalTime is how long one commit of a removal may hold the writer.
	removalTime = 50 * time.Millisecond
	// removalClaims is how many de-duplication claims one commit deletes.
	removalClaims = 1000

	reasonRemoved = "The inbox was deleted."
)

// DeleteInbox implements [engine.InboxStore]. The inbox is gone with the first
// commit; its history follows in small ones, so that other inboxes go on
// receiving. What a crash or the end of ctx leaves behind, [DB.Prune] or the next
// inbox of the same name removes.
func (db *DB) DeleteInbox(ctx context.Context, name string, ifVersion int64) error {
	err := db.change(ctx, func(tx *gorm.DB) error {
		var old []inboxRow
		if err := tx.Select("version").Where("name = ?", name).Limit(1).Find(&old).Error; err != nil {
			return fmt.Errorf("read inbox: %w", err)
		}
		if len(old) == 0 {
			return engine.NotFound("inbox", name)
		}
		if err := checkVersion("an inbox", name, true, old[0].Version, ifVersion); err != nil {
			return err
		}
		if err := upsert(tx, &inboxRemovalRow{Name: name, StartedAt: micros(db.now())}); err != nil {
			return fmt.Errorf("note removal: %w", err)
		}
		return tx.Delete(&inboxRow{}, "name = ?", name).Error
	})
	if err != nil {
		return fmt.Errorf("delete inbox: %w", err)
	}
	db.announce(engine.ConfigChange{Kind: "inbox", Name: name})
	if err := db.removeHistory(ctx, name); err != nil {
		if ended(ctx.Err()) {
			db.log.InfoContext(ctx, "removal of an inbox's history goes on later", "inbox", name)
			return nil
		}
		return fmt.Errorf("delete history of inbox: %w", err)
	}
	return nil
}

// finishRemovals removes what is left of deleted inboxes.
func (db *DB) finishRemovals(ctx context.Context) error {
	var rows []inboxRemovalRow
	if err := db.read.WithContext(ctx).Order("name").Find(&rows).Error; err != nil {
		return fmt.Errorf("read removals: %w", translate(err))
	}
	for _, row := range rows {
		if err := db.removeHistory(ctx, row.Name); err != nil {
			return err
		}
	}
	return nil
}

// finishRemoval removes what an earlier inbox of the name left, requests that were
// under way when it was deleted included.
func (db *DB) finishRemoval(ctx context.Context, name string) error {
	var left bool
	err := db.read.WithContext(ctx).Raw(`SELECT NOT EXISTS (SELECT 1 FROM inboxes WHERE name = ?1)
		AND (EXISTS (SELECT 1 FROM inbox_removals WHERE name = ?1) OR EXISTS (SELECT 1 FROM ledgers WHERE inbox = ?1))`, name).Scan(&left).Error
	if err != nil {
		return fmt.Errorf("look for an earlier inbox: %w", translate(err))
	}
	if !left {
		return nil
	}
	return db.removeHistory(ctx, name)
}

// removeHistory deletes events, runs, claims and counters of an inbox that is gone. It
// ends when there is one of that name again: what it holds is its own.
func (db *DB) removeHistory(ctx context.Context, name string) error {
	if err := db.cancelRunsOf(ctx, name); err != nil {
		return fmt.Errorf("cancel runs: %w", err)
	}
	if err := db.inParts(ctx, func(w *writer, tx *gorm.DB) (bool, error) { return db.removeSome(w, tx, name) }); err != nil {
		return fmt.Errorf("remove history: %w", err)
	}
	return nil
}

// inParts repeats a part of some work, each in a commit of its own, until it reports
// that nothing is left. Others get most of the writer's time.
func (db *DB) inParts(ctx context.Context, part func(w *writer, tx *gorm.DB) (done bool, err error)) error {
	for {
		began, done := db.now(), false
		err := db.write(ctx, func(w *writer, tx *gorm.DB) (err error) {
			done, err = part(w, tx)
			return err
		})
		if err != nil || done {
			return err
		}
		if err := db.giveWay(ctx, began); err != nil {
			return err
		}
	}
}

// cancelRunsOf ends the active runs of an inbox first: runs of the same rule for
// other inboxes may wait for them.
func (db *DB) cancelRunsOf(ctx context.Context, name string) error {
	return db.inParts(ctx, func(w *writer, tx *gorm.DB) (done bool, err error) {
		if back, err := inboxExists(tx, name); err != nil || back {
			return back, err
		}
		var active []activeRun
		err = tx.Table("runs").Select("n, rule, overlap_key").Where("state < 4 AND inbox = ?", name).Limit(removalBatch).Find(&active).Error
		if err != nil {
			return false, fmt.Errorf("read active runs: %w", err)
		}
		return len(active) < removalBatch, w.endRuns(active)
	})
}

// inboxExists reports inside the writer's transaction whether there is an inbox of the name.
func inboxExists(tx *gorm.DB, name string) (bool, error) {
	var found int64
	if err := tx.Model(&inboxRow{}).Where("name = ?", name).Count(&found).Error; err != nil {
		return false, fmt.Errorf("look for inbox: %w", err)
	}
	return found > 0, nil
}

// removeSome deletes what fits into one commit and reports whether nothing is left to
// be deleted.
func (db *DB) removeSome(w *writer, tx *gorm.DB, name string) (done bool, err error) {
	if back, err := inboxExists(tx, name); err != nil || back {
		return back, err
	}
	stop := db.now().Add(removalTime)
	var events []struct{ Seq, Route int64 }
	if err := tx.Table("events").Select("seq", "route").Where("inbox = ?", name).Limit(removalBatch).Find(&events).Error; err != nil {
		return false, fmt.Errorf("read events: %w", err)
	}
	if len(events) == 0 {
		return removeRest(w, tx, name)
	}
	for _, e := range events {
		if err := w.endRunsOf(e.Seq); err != nil {
			return false, err
		}
		if err := w.deleteEvent(e.Seq); err != nil {
			return false, err
		}
		if e.Route == routePending {
			w.backlog--
		}
		if !db.now().Before(stop) {
			break
		}
	}
	return false, nil
}

// activeRun is a run that others may wait for.
type activeRun struct {
	N          int64
	Rule       string
	OverlapKey sql.NullString
}

// endRunsOf ends the runs of an event that a routing has begun which was under way when
// the inbox was deleted.
func (w *writer) endRunsOf(event int64) error {
	var active []activeRun
	var r activeRun
	err := w.sql.activeOf.each([]any{event}, []any{&r.N, &r.Rule, &r.OverlapKey}, func() { active = append(active, r) })
	if err != nil {
		return fmt.Errorf("find active runs of event: %w", err)
	}
	return w.endRuns(active)
}

// endRuns cancels runs and lets those go on that waited for them.
func (w *writer) endRuns(active []activeRun) error {
	now := micros(w.now())
	for _, r := range active {
		if err := w.cancelRun(r.N, reasonRemoved, now); err != nil {
			return err
		}
	}
	for _, r := range active {
		if !r.OverlapKey.Valid {
			continue
		}
		if _, err := w.unblock(r.Rule, r.OverlapKey.String, now); err != nil {
			return err
		}
	}
	return nil
}

// removeRest deletes what an inbox without events still has.
func removeRest(w *writer, tx *gorm.DB, name string) (done bool, err error) {
	res := tx.Exec("DELETE FROM claims WHERE inbox = ?1 AND key IN (SELECT key FROM claims WHERE inbox = ?1 LIMIT ?2)", name, removalClaims)
	if res.Error != nil {
		return false, fmt.Errorf("delete claims: %w", res.Error)
	}
	if res.RowsAffected == removalClaims {
		return false, nil
	}
	delete(w.kept, name)
	for _, query := range []string{"DELETE FROM ledgers WHERE inbox = ?", "DELETE FROM event_counts WHERE inbox = ?", "DELETE FROM inbox_removals WHERE name = ?"} {
		if err := tx.Exec(query, name).Error; err != nil {
			return false, fmt.Errorf("delete counters: %w", err)
		}
	}
	return true, nil
}
