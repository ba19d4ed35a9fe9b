package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

// FileName is the name of the database in the data directory.
const FileName = "patchbay.db"

// Config says where the database is and what it needs from outside. Dir, Key, Now,
// NewID and Log must be set.
type Config struct {
	Dir         string
	Key         []byte // the secret key, of KeySize bytes
	Now         engine.Clock
	NewID       engine.NewID
	Log         *slog.Logger
	BusyTimeout time.Duration // how long a foreign lock is waited for; default 5 s
	// Lost is told when the disk has not kept what it was given. It must end the program
	// at once, without closing the database: only a new start finds out what is there,
	// and mends it. Default: panic.
	Lost func(err error)
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dir          string
	read         *gorm.DB // the read pool
	readPool     *sql.DB
	writes       *sql.DB // the pool of one connection that the writer has taken
	journal      *journal
	checkpoints  *checkpointer
	follower     *follower
	watchers     *watchers
	codec        *codec
	accepts      acceptOps
	dictionaries *dictionaries
	packers      packers
	cipher       *Cipher
	uses         useLog
	seen         seenNotes
	clock        clockWatch
	lock         *DirLock
	now          engine.Clock
	newID        engine.NewID
	log          *slog.Logger

	claimsPruned atomic.Int64        // when claims were last walked for expired ones
	pruning      sync.Mutex          // held while retention is applied
	pruned       map[string]prunedTo // by inbox; under pruning
	stuck        bool                // free pages could not be given back; under pruning
}

// Open takes the ownership of the data directory, makes it when there is none, and
// opens the database in it, brought up to date. KindConflict when another process
// owns the directory; KindUnsupported for a database of a newer version; KindInvalid
// for the wrong key.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", directoryError(cfg.Dir, err))
	}
	cipher, err := NewCipher(cfg.Key)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	lock, err := AcquireLock(cfg.Dir)
	if err != nil {
		return nil, err
	}
	db := &DB{
		dir: cfg.Dir, cipher: cipher, lock: lock, now: cfg.Now, newID: cfg.NewID, log: cfg.Log, pruned: make(map[string]prunedTo),
	}
	if err := db.open(ctx, cfg); err != nil {
		return nil, errors.Join(err, db.Close()) //nolint:contextcheck // what was opened is closed whatever ended ctx
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, cfg Config) error {
	var err error
	if db.codec, err = newCodec(); err != nil {
		return err
	}
	path := filepath.Join(cfg.Dir, FileName)
	if db.writes, err = openWritePool(ctx, path, cfg.BusyTimeout); err != nil {
		return err
	}
	if err := renewLog(ctx, db.writes, path); err != nil {
		return err
	}
	if db.checkpoints, err = openCheckpointer(ctx, path, &cfg); err != nil {
		return err
	}
	if err := migrate(ctx, db.writes); err != nil {
		return err
	}
	w, err := newWriter(ctx, db.writes, db.now)
	if err != nil {
		return translate(err)
	}
	db.watchers = newWatchers()
	db.follower = db.checkpoints.follow(db.still)
	db.journal = newJournal(w, db.log, func(grown bool) {
		db.follower.poke()
		if grown {
			db.watchers.grown()
		}
	})
	db.readPool = openReadPool(path, cfg.BusyTimeout)
	if db.read, err = openGORM(db.readPool); err != nil {
		return translate(err)
	}
	if db.dictionaries, err = loadDictionaries(ctx, db); err != nil {
		return err
	}
	return db.checkKey(ctx)
}

// Close commits what waits, refuses what comes, and gives the directory back.
func (db *DB) Close() error {
	var errs []error
	if db.dictionaries != nil {
		db.dictionaries.close()
	}
	if db.follower != nil {
		db.follower.stop()
	}
	if db.journal != nil {
		errs = append(errs, db.flushUses(context.Background()), db.journal.close())
	}
	db.seen.all.Wait()
	for _, pool := range []*sql.DB{db.readPool, db.writes} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if db.checkpoints != nil {
		errs = append(errs, db.checkpoints.close())
	}
	if db.codec != nil {
		db.codec.close()
	}
	errs = append(errs, db.lock.Release())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}
