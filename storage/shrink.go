package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

const (
	// claimsGone is how many expired claims one commit deletes.
	claimsGone = 200
	// claimsEvery is how often they are looked for.
	claimsEvery = time.Hour
	// freeKept is how many free pages stay in the file at least for what comes next, and
	// freeShare which part of it: to cut off what is soon needed again would cost more
	// than everything else about it.
	freeKept  = 64
	freeShare = 20
	// vacuumPages is how many pages one commit gives back.
	vacuumPages = 64
)

type claimRow struct {
	Inbox     string
	Key       []byte
	ExpiresAt int64
}

// pruneClaims deletes claims whose window is over. They are looked for in order of
// their keys, because an index by expiry would cost every request, and seldom: there
// are as many as requests of a week.
func (db *DB) pruneClaims(ctx context.Context, now time.Time) error {
	if since := micros(now) - db.claimsPruned.Load(); since >= 0 && since < claimsEvery.Microseconds() {
		return nil
	}
	last := claimRow{Key: []byte{}}
	for {
		var expired []claimRow
		err := db.read.WithContext(ctx).Table("claims").Select("inbox, key, expires_at").
			Where("(inbox, key) > (?, ?) AND expires_at <= ?", last.Inbox, last.Key, micros(now)).
			Order("inbox, key").Limit(claimsGone).Find(&expired).Error
		if err != nil {
			return fmt.Errorf("read claims: %w", translate(err))
		}
		if len(expired) > 0 {
			began := db.now()
			if err := db.dropClaims(ctx, expired, now); err != nil {
				return err
			}
			if err := db.giveWay(ctx, began); err != nil {
				return err
			}
			last = expired[len(expired)-1]
		}
		if len(expired) < claimsGone {
			db.claimsPruned.Store(micros(now))
			return nil
		}
	}
}

// dropClaims deletes claims that are still expired when the writer gets to them.
func (db *DB) dropClaims(ctx context.Context, list []claimRow, now time.Time) error {
	return db.write(ctx, func(w *writer, _ *gorm.DB) error {
		for _, c := range list {
			if err := w.sql.dropClaim.exec(c.Inbox, c.Key, micros(now)); err != nil {
				return fmt.Errorf("delete claim: %w", err)
			}
		}
		return nil
	})
}

// pruneProblems closes problems whose runs are gone and forgets those solved long ago.
func (db *DB) pruneProblems(ctx context.Context, now time.Time) error {
	return db.change(ctx, func(tx *gorm.DB) error {
		err := tx.Exec(`UPDATE problems SET solved_at = ? WHERE solved_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM runs WHERE problem = problems.id AND problem IS NOT NULL)`, micros(now)).Error
		if err == nil {
			err = tx.Exec(`DELETE FROM problems WHERE solved_at IS NOT NULL AND solved_at < ?`, micros(now.Add(-solvedShown))).Error
		}
		if err != nil {
			return fmt.Errorf("prune problems: %w", err)
		}
		return nil
	})
}

// shrink gives free pages back to the file system.
func (db *DB) shrink(ctx context.Context) error {
	worked := false
	for moved := true; moved; {
		var pages struct{ All, Free int64 }
		err := db.read.WithContext(ctx).Raw("SELECT p.page_count AS `all`, f.freelist_count AS free FROM pragma_page_count p, pragma_freelist_count f").Scan(&pages).Error
		if err != nil {
			return fmt.Errorf("count free pages: %w", translate(err))
		}
		kept := max(freeKept, (pages.All-pages.Free)/freeShare)
		if pages.Free <= kept {
			break
		}
		worked = true
		began := db.now()
		err = db.write(ctx, func(w *writer, _ *gorm.DB) (err error) {
			moved, err = w.vacuum(min(vacuumPages, pages.Free-kept))
			return err
		})
		if err == nil {
			err = db.giveWay(ctx, began)
		}
		if err != nil {
			return fmt.Errorf("give pages back: %w", err)
		}
		if !moved && !db.stuck {
			db.log.WarnContext(ctx, "free space in the database cannot be given back to the file system", "pages", pages.Free)
		}
		db.stuck = !moved
	}
	if !worked {
		return nil
	}
	// The file gets shorter when the write-ahead log is copied into it. This does not
	// block the writer.
	if err := db.checkpoints.run(); err != nil {
		return fmt.Errorf("checkpoint: %w", translate(err))
	}
	return nil
}

// vacuum moves the free pages to the end of the file and cuts it, and reports whether
// there are fewer now: a file that was not made by this program may have no room for
// the notes that this needs.
func (w *writer) vacuum(pages int64) (moved bool, err error) {
	const count = "PRAGMA freelist_count"
	var before, after int64
	if err := w.conn.QueryRowContext(w.ctx, count).Scan(&before); err != nil {
		return false, err
	}
	if err := w.vacuumSteps(pages); err != nil {
		return false, err
	}
	err = w.conn.QueryRowContext(w.ctx, count).Scan(&after)
	return after < before, err
}

// vacuumSteps runs the statement to its end: each step of it frees one page.
func (w *writer) vacuumSteps(pages int64) (err error) {
	rows, err := w.conn.QueryContext(w.ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", pages))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
	}
	return rows.Err()
}

// DiskUse implements [engine.Housekeeper]. The write-ahead log counts as used.
func (db *DB) DiskUse(ctx context.Context) (used, free int64, err error) {
	var page struct{ Size, Free int64 }
	err = db.read.WithContext(ctx).Raw(`SELECT p.page_size AS size, f.freelist_count AS free FROM pragma_page_size p, pragma_freelist_count f`).Scan(&page).Error
	if err != nil {
		return 0, 0, fmt.Errorf("read size of database: %w", translate(err))
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		size, err := fileSize(db.dir, FileName+suffix)
		if err != nil {
			return 0, 0, err
		}
		used += size
	}
	return used, page.Size * page.Free, nil
}
