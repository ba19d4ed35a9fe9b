package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"

	"patchbay/engine"
)

// seqBlock is how many numbers are reserved at once.
const seqBlock = 4096

// writer owns the write connection. Only the journal's goroutine uses it.
type writer struct {
	ctx  context.Context //nolint:containedctx // without end: what the writer has begun is not cut short
	pool *sql.DB
	now  engine.Clock
	conn *sql.Conn // nil after it broke: the next transaction opens another
	gorm *gorm.DB
	sql  statements
	progress
	ledger ledgerDeltas
	runs   runDeltas
	claims claimLog
	kept   map[string]keptRejects // of inboxes looked at; emptied when a transaction fails
	held   map[string]keptHeld    // the same of held requests
	late   map[string]int64       // the oldest event by inbox that has become expendable
}

// progress is what the writer knows without asking the database. A failed
// transaction takes it back.
type progress struct {
	seq      int64 // the last number given
	reserved int64 // the last number that may be given without reserving more
	epoch    int64 // of the owner of work
	backlog  int64 // accepted events that wait to be routed
}

// pinned lets GORM use the write connection inside the journal's transaction;
// transactions within become savepoints.
type pinned struct{ *sql.Conn }

// Commit does nothing: the journal commits.
func (pinned) Commit() error { return nil }

// Rollback does nothing: the journal rolls back.
func (pinned) Rollback() error { return nil }

func newWriter(ctx context.Context, pool *sql.DB, now engine.Clock) (*writer, error) {
	w := &writer{
		ctx: context.WithoutCancel(ctx), pool: pool, now: now, ledger: make(ledgerDeltas), runs: make(runDeltas),
		kept: make(map[string]keptRejects), held: make(map[string]keptHeld), late: make(map[string]int64),
	}
	if err := w.connect(); err != nil {
		return nil, err
	}
	row := w.conn.QueryRowContext(ctx, `SELECT seq, epoch, claimed, (SELECT count(*) FROM events WHERE route = 1) FROM counters`)
	err := row.Scan(&w.seq, &w.epoch, &w.claims.filed, &w.backlog)
	if err == nil {
		err = w.claims.load(ctx, w.conn)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read counters: %w", err), w.close())
	}
	w.reserved = w.seq
	return w, nil
}

// connect takes the write connection and prepares what the hot path needs.
func (w *writer) connect() error {
	conn, err := w.pool.Conn(w.ctx)
	if err != nil {
		return fmt.Errorf("open write connection: %w", err)
	}
	w.gorm, err = openGORM(pinned{conn})
	if err == nil {
		err = w.sql.prepare(w.ctx, conn)
	}
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	w.conn = conn
	return nil
}

func openGORM(pool gorm.ConnPool) (*gorm.DB, error) {
	g, err := gorm.Open(sqlite.New(sqlite.Config{Conn: pool}), &gorm.Config{
		SkipDefaultTransaction: true, DisableAutomaticPing: true, Logger: silent{},
	})
	if err != nil {
		return nil, fmt.Errorf("open gorm: %w", err)
	}
	return g, nil
}

func (w *writer) close() error {
	if w.conn == nil {
		return nil
	}
	err := errors.Join(w.sql.close(), w.conn.Close())
	w.conn = nil
	return err
}

// discard closes a connection that failed, with whatever transaction is still open
// on it, so that the pool does not hand it out again.
func (w *writer) discard() error {
	conn := w.conn
	w.conn = nil
	err := w.sql.close()
	if badErr := conn.Raw(func(any) error { return driver.ErrBadConn }); !errors.Is(badErr, driver.ErrBadConn) {
		err = errors.Join(err, badErr)
	}
	return err
}

// transaction runs fn between BEGIN IMMEDIATE and COMMIT. When any of them fails
// nothing is stored and the writer knows what it knew before.
func (w *writer) transaction(fn func() error) error {
	if w.conn == nil {
		if err := w.connect(); err != nil {
			return err
		}
	}
	before := w.progress
	err := w.sql.begin.exec()
	if err == nil {
		err = fn()
		if err == nil {
			err = w.flush()
		}
		if err == nil {
			err = w.sql.commit.exec()
		}
	}
	if err == nil {
		w.claims.commit()
		return nil
	}
	w.takeBack(before, 0)
	// SQLite has rolled back by itself after some errors; then this one says so.
	_, rollbackErr := w.conn.ExecContext(w.ctx, "ROLLBACK")
	if affectsAll(err) && broken(err) || rollbackErr != nil && broken(rollbackErr) {
		err = errors.Join(err, w.discard())
	}
	return err
}

// takeBack makes the writer know what it knew before, when the transaction had
// changed so many claims.
func (w *writer) takeBack(before progress, claims int) {
	w.progress = before
	w.claims.rollback(claims)
	clear(w.ledger)
	clear(w.runs)
	clear(w.kept)
	clear(w.held)
}

// nowExpendable notes that an event became expendable after it was stored.
func (w *writer) nowExpendable(inbox string, seq int64) {
	if oldest, ok := w.late[inbox]; !ok || seq < oldest {
		w.late[inbox] = seq
	}
}

// savepoint runs fn so that its failure takes back its own writes only.
func (w *writer) savepoint(fn func() error) error {
	if _, err := w.conn.ExecContext(w.ctx, "SAVEPOINT operation"); err != nil {
		return fmt.Errorf("set savepoint: %w", err)
	}
	before := w.progress
	claims := len(w.claims.undo)
	err := fn()
	if err == nil {
		err = w.flush()
	}
	if err != nil {
		w.takeBack(before, claims)
		if _, backErr := w.conn.ExecContext(w.ctx, "ROLLBACK TO operation"); backErr != nil {
			return errors.Join(err, backErr)
		}
	}
	if _, releaseErr := w.conn.ExecContext(w.ctx, "RELEASE operation"); releaseErr != nil {
		return errors.Join(err, releaseErr)
	}
	return err
}

// flush writes what operations only counted.
func (w *writer) flush() error {
	if w.seq > w.reserved {
		if err := w.reserve(); err != nil {
			return err
		}
	}
	if err := w.flushCounts(); err != nil {
		return err
	}
	return w.flushLedger()
}

// nextSeq gives the next number. It becomes durable with the transaction.
func (w *writer) nextSeq() int64 {
	w.seq++
	return w.seq
}

func (w *writer) reserve() error {
	limit := w.seq + seqBlock
	if err := w.sql.reserve.exec(limit); err != nil {
		return fmt.Errorf("reserve numbers: %w", err)
	}
	w.reserved = limit
	return nil
}
