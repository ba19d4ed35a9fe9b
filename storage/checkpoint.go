package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"
)

// checkpointer copies the write-ahead log into the database file. SQLite can do that
// after a commit by itself, but then it tells nobody when the file could not be synced,
// and that must not pass unnoticed: the system takes the pages for written after that
// and forgets them. SQLite has already gone on behind some of them, where a checkpoint
// before had to stop for a reader, and would never write those again. It would reuse
// the log, and the next power cut would find neither.
//
// All that helps is to begin anew with the whole log, which only a new start of the
// program does. So [Config.Lost] ends this one.
type checkpointer struct {
	file string   // of the log
	disk *os.File // of the database
	pool *sql.DB
	conn *sql.Conn
	lost func(error)
	log  *slog.Logger
	quit chan struct{}
	done chan struct{}

	mu   sync.Mutex // held while the log is looked at or copied
	look statement
	copy statement
	cut  statement
}

// restEvery is how often a log is looked at that a reader of another program had made
// long, and that nothing is written to any more.
const restEvery = 5 * time.Second

// openCheckpointer opens a connection of its own: that of the writer comes and goes.
func openCheckpointer(ctx context.Context, path string, cfg *Config) (*checkpointer, error) {
	options := busyOption(time.Millisecond) // nobody waits for a checkpoint
	c := &checkpointer{
		file: path + "-wal", pool: openPool(path, []string{"synchronous = FULL"}, options), lost: cfg.Lost, log: cfg.Log,
	}
	if c.lost == nil {
		c.lost = func(err error) { panic(fmt.Errorf("the disk has lost what it was given: %w", err)) }
	}
	var err error
	if c.disk, err = os.Open(path); err == nil { //nolint:gosec // the database of the data directory
		c.conn, err = c.pool.Conn(ctx)
	}
	if err == nil {
		err = c.begin(ctx)
	}
	if err == nil {
		err = prepareOn(context.WithoutCancel(ctx), c.conn, []preparing{
			{&c.look, "PRAGMA wal_checkpoint(NOOP)"}, {&c.copy, "PRAGMA wal_checkpoint(PASSIVE)"}, {&c.cut, "PRAGMA wal_checkpoint(TRUNCATE)"},
		})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open checkpoints: %w", translate(err)), c.close())
	}
	c.quit, c.done = make(chan struct{}), make(chan struct{})
	go c.rest()
	return c, nil
}

// begin copies what the log holds and empties it. What the program before copied may
// not be on the disk, as may what it wrote to the log ([renewLog]); but with the log
// begins all of it anew.
//
// Where the log cannot be copied for another reason the first commits meet it too.
func (c *checkpointer) begin(ctx context.Context) error {
	if _, err := c.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); unsynced(err) {
		return err
	}
	return nil
}

// run copies as much of the log as readers allow. It does not block the writer.
func (c *checkpointer) run() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.step(&c.copy)
}

// sync brings to the disk what was copied so far. SQLite does that too when the log is
// at its end, but then the writer stands still; what is on the disk by then costs
// nothing more.
func (c *checkpointer) sync() error {
	err := c.disk.Sync()
	if err != nil {
		c.lost(err)
	}
	return err
}

// rest cuts a log that is longer than it should be. While there are commits SQLite
// does so when it begins the log anew.
func (c *checkpointer) rest() {
	defer close(c.done)
	tick := time.NewTicker(restEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-c.quit:
			return
		}
		if info, err := os.Stat(c.file); err == nil && info.Size() > journalBytes+journalBytes/2 {
			c.cutNow()
		}
	}
}

// cutNow copies the log without blocking the writer, and cuts it if nothing was written
// meanwhile and nobody reads it.
func (c *checkpointer) cutNow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.step(&c.copy)
	var busy, pages, copied int64
	if err == nil {
		_, err = c.look.row(nil, &busy, &pages, &copied)
	}
	if err == nil && copied == pages {
		err = c.step(&c.cut)
	}
	if err != nil {
		c.log.Warn("the write-ahead log could not be cut", "error", err)
	}
}

func (c *checkpointer) step(s *statement) error {
	_, err := s.row(nil, new(int64), new(int64), new(int64))
	if unsynced(err) {
		c.lost(err)
	}
	return err
}

// close ends it. No connection to the database may be open any more: closing any
// handle of a file gives up the locks that this process has on it.
func (c *checkpointer) close() error {
	if c.quit != nil {
		close(c.quit)
		<-c.done
	}
	var errs []error
	for _, s := range []*statement{&c.look, &c.copy, &c.cut} {
		if s.stmt != nil {
			errs = append(errs, s.stmt.Close())
		}
	}
	if c.conn != nil {
		errs = append(errs, c.conn.Close())
	}
	errs = append(errs, c.pool.Close())
	if c.disk != nil {
		errs = append(errs, c.disk.Close())
	}
	return errors.Join(errs...)
}

// unsynced reports whether err says that a file could not be synced.
func unsynced(err error) bool {
	driverErr, ok := errors.AsType[sqlite3.Error](err)
	return ok && driverErr.ExtendedCode == sqlite3.ErrIoErrFsync
}
