package storage

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

// PutSession implements [engine.UserStore]; sessions that have expired leave with
// the same commit.
func (db *DB) PutSession(ctx context.Context, s *engine.Session, replaces []byte) error {
	if len(s.Hash) == 0 {
		return engine.Invalid("", "a session needs a hash.")
	}
	row := sessionRow{
		Hash: s.Hash, UserID: s.UserID[:], CSRF: s.CSRF,
		CreatedAt: micros(s.CreatedAt), SeenAt: micros(s.SeenAt), ExpiresAt: micros(s.ExpiresAt),
	}
	err := db.change(ctx, func(tx *gorm.DB) error {
		user, err := userRowOf(tx, row.UserID)
		if err != nil {
			return err
		}
		if user == nil {
			return engine.NotFound("user", s.UserID.String())
		}
		if err := tx.Delete(&sessionRow{}, "expires_at <= ?", micros(db.now())).Error; err != nil {
			return fmt.Errorf("delete expired sessions: %w", err)
		}
		if len(replaces) > 0 {
			gone := tx.Delete(&sessionRow{}, "hash = ?", replaces)
			if gone.Error != nil {
				return fmt.Errorf("delete replaced session: %w", gone.Error)
			}
			if gone.RowsAffected == 0 && bytes.Equal(replaces, s.Hash) {
				return sessionOver() // somebody has signed out since it was read
			}
		}
		return upsert(tx, &row)
	})
	if err != nil {
		return fmt.Errorf("put session: %w", err)
	}
	return nil
}

// Session implements [engine.UserStore]. SeenAt follows its use at most once a minute.
func (db *DB) Session(ctx context.Context, hash []byte, now time.Time) (*engine.Session, *engine.User, error) {
	var rows []sessionRow
	err := db.read.WithContext(ctx).Where("hash = ? AND expires_at > ?", hash, micros(now)).Limit(1).Find(&rows).Error
	if err != nil {
		return nil, nil, fmt.Errorf("read session: %w", translate(err))
	}
	if len(rows) == 0 {
		return nil, nil, sessionOver()
	}
	owner, err := userRowOf(db.read.WithContext(ctx), rows[0].UserID)
	if err != nil {
		return nil, nil, err
	}
	if owner == nil {
		return nil, nil, sessionOver()
	}
	session := rows[0].session()
	if now.Sub(session.SeenAt) >= noteInterval {
		db.noteSeen(ctx, &sessionRow{}, "seen_at", hash, now)
	}
	return session, owner.user(), nil
}

func sessionOver() error {
	return &engine.Error{Kind: engine.KindNotFound, Message: "The session has ended; sign in again."}
}

func (row *sessionRow) session() *engine.Session {
	return &engine.Session{
		Hash: row.Hash, UserID: idOf(row.UserID), CSRF: row.CSRF,
		CreatedAt: fromMicros(row.CreatedAt), SeenAt: fromMicros(row.SeenAt), ExpiresAt: fromMicros(row.ExpiresAt),
	}
}

// noteWait is how long a request waits for the note that it was made.
const noteWait = time.Second

// seenNotes are notes of the use of sessions and tokens on their way to the writer.
type seenNotes struct {
	busy atomic.Bool // one is on its way
	all  sync.WaitGroup
}

// noteSeen records the use of a session or token. Who may come in does not depend
// on it, so that a database that is busy, locked or full costs the note and not the
// request.
func (db *DB) noteSeen(ctx context.Context, model any, column string, hash []byte, now time.Time) {
	if !db.seen.busy.CompareAndSwap(false, true) {
		return
	}
	hash = bytes.Clone(hash)
	done := make(chan struct{})
	db.seen.all.Go(func() {
		defer close(done)
		defer db.seen.busy.Store(false)
		err := db.change(context.WithoutCancel(ctx), func(tx *gorm.DB) error {
			return tx.Model(model).Where("hash = ? AND "+column+" < ?", hash, micros(now)).UpdateColumn(column, micros(now)).Error
		})
		if err != nil {
			db.log.WarnContext(ctx, "use of a session or token was not noted", "column", column, "error", err)
		}
	})
	timer := time.NewTimer(noteWait)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// DeleteSession implements [engine.UserStore].
func (db *DB) DeleteSession(ctx context.Context, hash []byte) error {
	err := db.change(ctx, func(tx *gorm.DB) error {
		return tx.Delete(&sessionRow{}, "hash = ?", hash).Error
	})
	if err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}
