package storage

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"gorm.io/gorm"
)

// useInterval is how often at most the last use of one connection is written.
const useInterval = 5 * time.Second

// use is the last use of a connection.
type use struct {
	at        time.Time
	lastError string
	written   time.Time // when the row was last written, by the caller's clock
	dirty     bool
}

// useLog gathers the uses of connections, which are noted with every delivery, so
// that few of them become a write. The zero value is ready.
type useLog struct {
	mu     sync.Mutex
	byName map[string]use
}

// note remembers a use and reports whether it should be written now.
func (l *useLog) note(name string, at time.Time, lastError string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byName == nil {
		l.byName = make(map[string]use)
	}
	u := l.byName[name]
	if at.Before(u.at) {
		return false
	}
	u.at, u.lastError, u.dirty = at, lastError, true
	due := at.Sub(u.written) >= useInterval
	if due {
		u.written, u.dirty = at, false
	}
	l.byName[name] = u
	return due
}

func (l *useLog) latest(name string) (use, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	u, ok := l.byName[name]
	return u, ok
}

func (l *useLog) forget(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.byName, name)
}

// unwritten returns the uses that no row tells of yet and counts them as written.
func (l *useLog) unwritten() map[string]use {
	l.mu.Lock()
	defer l.mu.Unlock()
	dirty := maps.Clone(l.byName)
	maps.DeleteFunc(dirty, func(_ string, u use) bool { return !u.dirty })
	for name, u := range dirty {
		u.written, u.dirty = u.at, false
		l.byName[name] = u
	}
	return dirty
}

// NoteUse implements [engine.ConnectionStore]. It is written at most every few
// seconds for each connection; readers of this process see it at once, and
// flushUses writes the rest when the database closes. The version stays.
func (db *DB) NoteUse(ctx context.Context, name string, at time.Time, lastError string) error {
	if !db.uses.note(name, at, lastError) {
		return nil
	}
	return db.writeUses(ctx, map[string]use{name: {at: at, lastError: lastError}})
}

// flushUses writes the uses that are only in memory. Close calls it.
func (db *DB) flushUses(ctx context.Context) error {
	dirty := db.uses.unwritten()
	if len(dirty) == 0 {
		return nil
	}
	return db.writeUses(ctx, dirty)
}

func (db *DB) writeUses(ctx context.Context, uses map[string]use) error {
	var gone []string
	err := db.change(ctx, func(tx *gorm.DB) error {
		for name, u := range uses {
			res := tx.Model(&connectionRow{}).Where("name = ? AND last_used <= ?", name, micros(u.at)).
				UpdateColumns(map[string]any{"last_used": micros(u.at), "last_error": u.lastError})
			if res.Error != nil {
				return res.Error
			}
			if res.RowsAffected == 0 {
				gone = append(gone, name)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note use of connection: %w", err)
	}
	for _, name := range gone {
		db.uses.forget(name)
	}
	return nil
}
