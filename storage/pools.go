package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm/logger"
)

const (
	// busyTimeout is how long a lock of another process is waited for.
	busyTimeout = 5 * time.Second
	// readConns is how many reads go on at once.
	readConns = 4
	// pageSize holds two or three compressed bodies; with SQLite's 4096 a page would hold one.
	pageSize = 8192
	// checkpointPages is how long the write-ahead log gets before it is copied into the file.
	checkpointPages = 2000
	// journalBytes is what the write-ahead log is cut to after a checkpoint.
	journalBytes = 16 << 20
)

// connector opens connections to one file and prepares each with the same pragmas.
// It stands in for a driver name, which would be global.
type connector struct {
	dsn string
	drv *sqlite3.SQLiteDriver
}

// Connect implements [driver.Connector].
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.drv.Open(c.dsn) }

// Driver implements [driver.Connector].
func (c connector) Driver() driver.Driver { return c.drv }

func openPool(path string, pragmas []string, options url.Values) *sql.DB {
	setup := "PRAGMA " + strings.Join(pragmas, "; PRAGMA ")
	drv := &sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
		_, err := conn.Exec(setup, nil)
		return err
	}}
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: options.Encode()}
	return sql.OpenDB(connector{dsn: dsn.String(), drv: drv})
}

func busyOption(d time.Duration) url.Values {
	if d == 0 {
		d = busyTimeout
	}
	// A connection is used by one goroutine at a time: it needs no mutex of its own.
	return url.Values{"_busy_timeout": {strconv.FormatInt(d.Milliseconds(), 10)}, "_mutex": {"no"}}
}

// openWritePool opens the pool of the one write connection. The page size and
// auto_vacuum are settled while the file is empty. Checkpoints are not made here but
// by the [checkpointer].
func openWritePool(ctx context.Context, path string, busy time.Duration) (*sql.DB, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the directory
	if err != nil {
		return nil, fmt.Errorf("make database file: %w", err)
	}
	info, err := f.Stat()
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("make database file: %w", err)
	}
	// What follows may write, and must be synced then as everything else: nothing that
	// is committed behind it would survive a power cut without it.
	pragmas := []string{"synchronous = FULL"}
	if info.Size() == 0 {
		pragmas = append(pragmas, "page_size = "+strconv.Itoa(pageSize), "auto_vacuum = INCREMENTAL")
	}
	options := busyOption(busy)
	options.Set("_txlock", "immediate")
	pool := openPool(path, append(pragmas, "journal_mode = WAL", "foreign_keys = ON", "cache_size = -16384",
		"temp_store = MEMORY", "wal_autocheckpoint = 0", "journal_size_limit = "+strconv.Itoa(journalBytes)), options)
	pool.SetMaxOpenConns(1)
	if err := pool.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("open database: %w", translate(err))
	}
	return pool, nil
}

// openReadPool opens the pool for reads. Its connections may write in principle,
// because a backup with VACUUM INTO counts as writing; nothing else does.
func openReadPool(path string, busy time.Duration) *sql.DB {
	options := busyOption(busy)
	options.Set("_stmt_cache_size", "64")
	pool := openPool(path, []string{"cache_size = -4096", "temp_store = MEMORY", "synchronous = FULL"}, options)
	pool.SetMaxOpenConns(readConns)
	pool.SetMaxIdleConns(readConns)
	return pool
}

// silent keeps GORM from logging: errors are returned, and queries hold payloads.
type silent struct{}

var _ logger.Interface = silent{}

// LogMode implements [logger.Interface].
func (s silent) LogMode(logger.LogLevel) logger.Interface { return s }

// Info implements [logger.Interface].
func (silent) Info(context.Context, string, ...any) {}

// Warn implements [logger.Interface].
func (silent) Warn(context.Context, string, ...any) {}

// Error implements [logger.Interface].
func (silent) Error(context.Context, string, ...any) {}

// Trace implements [logger.Interface].
func (silent) Trace(context.Context, time.Time, func() (string, int64), error) {}
