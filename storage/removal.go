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
	if err := db.read.WithContext(ctx).Find(&rows).Error; err != nil {
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

// removeHistory deletes events, runs, claims and counters of an inbox that is gone.
func (db *DB) removeHistory(ctx context.Context, name string) error {
	if err := db.cancelRunsOf(ctx, name); err != nil {
		return err
	}
	for done := false; !done; {
		err := db.write(ctx, func(w *writer, tx *gorm.DB) (err error) {
			done, err = db.removeSome(w, tx, name)
			return err
		})
		if err != nil {
			return fmt.Errorf("remove history: %w", err)
		}
	}
	return nil
}

// cancelRunsOf ends the active runs of an inbox first: runs of the same rule for
// other inboxes may wait for them.
func (db *DB) cancelRunsOf(ctx context.Context, name string) error {
	for {
		var rows []struct{ ID []byte }
		err := db.read.WithContext(ctx).Table("runs").Select("id").Where("state < 4 AND inbox = ?", name).Limit(removalBatch).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("read active runs: %w", translate(err))
		}
		if len(rows) == 0 {
			return nil
		}
		ids := make([]engine.ID, 0, len(rows))
		for _, row := range rows {
			ids = append(ids, idOf(row.ID))
		}
		if _, err := db.Cancel(ctx, ids, reasonRemoved); err != nil {
			return fmt.Errorf("cancel runs: %w", err)
		}
	}
}

// removeSome deletes what fits into one commit and reports whether nothing is left.
func (db *DB) removeSome(w *writer, tx *gorm.DB, name string) (done bool, err error) {
	stop := db.now().Add(removalTime)
	var events []struct{ Seq, Route int64 }
	if err := tx.Table("events").Select("seq", "route").Where("inbox = ?", name).Limit(removalBatch).Find(&events).Error; err != nil {
		return false, fmt.Errorf("read events: %w", err)
	}
	if len(events) == 0 {
		return removeRest(w, tx, name)
	}
	for _, e := range events {
		if err := w.endRuns(e.Seq); err != nil {
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

// endRuns ends the runs of an event that a routing has begun which was under way when
// the inbox was deleted: others may wait for them.
func (w *writer) endRuns(event int64) error {
	type activeRun struct {
		n    int64
		rule string
		key  sql.NullString
	}
	var active []activeRun
	var r activeRun
	err := w.sql.activeOf.each([]any{event}, []any{&r.n, &r.rule, &r.key}, func() { active = append(active, r) })
	if err != nil {
		return fmt.Errorf("find active runs of event: %w", err)
	}
	now := micros(w.now())
	for _, r := range active {
		if err := w.cancelRun(r.n, reasonRemoved, now); err != nil {
			return err
		}
	}
	for _, r := range active {
		if !r.key.Valid {
			continue
		}
		if _, err := w.unblock(r.rule, r.key.String, now); err != nil {
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
	for _, query := range []string{"DELETE FROM ledgers WHERE inbox = ?", "DELETE FROM inbox_removals WHERE name = ?"} {
		if err := tx.Exec(query, name).Error; err != nil {
			return false, fmt.Errorf("delete counters: %w", err)
		}
	}
	return true, nil
}
