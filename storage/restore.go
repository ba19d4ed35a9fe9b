package storage

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"patchbay/engine"
)

// sqliteMagic begins every SQLite file.
const sqliteMagic = "SQLite format 3\x00"

// Held is what a restored database does not do by itself.
type Held struct {
	Runs   int64 `json:"runs"`
	Events int64 `json:"events"` // accepted, but not judged by any rule yet
}

// heldUntil is the due time of held runs: the year 9999.
const heldUntil int64 = 253_370_764_800_000_000

// RestoreFile puts a backup into a data directory without a database. Since the
// backup was made the original has most likely finished what was under way in it;
// so that nothing is sent twice, unfinished runs are held until
// [DB.ReleaseRestored], and events that no rule had judged until their inbox is
// released, as other held events are. The secret key is not in a backup: put the file
// beside it ([WriteKey]) or set PATCHBAY_SECRET_KEY. It returns KindNotFound when
// there is no backup, KindConflict when the directory has a database or is in use,
// KindInvalid when the file is damaged or something else, and KindUnsupported for
// one of a newer version.
func RestoreFile(ctx context.Context, src, dir string) (held Held, err error) {
	if err := checkBackup(src); err != nil {
		return Held{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Held{}, fileError("make", dir, err)
	}
	lock, err := AcquireLock(dir)
	if err != nil {
		return Held{}, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	target := filepath.Join(dir, FileName)
	for _, name := range []string{target, target + "-wal"} {
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return Held{}, engine.Conflict("%s has a database already; name an empty directory.", dir)
		}
	}
	partial, err := copyToTemp(src, target)
	if err != nil {
		return Held{}, err
	}
	defer os.Remove(partial)
	if held, err = prepareRestored(ctx, partial); err != nil {
		return Held{}, err
	}
	if err := syncFile(partial); err != nil {
		return Held{}, fileError("write", target, err)
	}
	if err := os.Rename(partial, target); err != nil {
		return Held{}, fileError("write", target, err)
	}
	return held, syncDir(dir)
}

// checkBackup looks at the file itself, before SQLite does.
func checkBackup(src string) error {
	f, err := os.Open(src) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		return engine.NotFound("backup", src)
	}
	if err != nil {
		return fileError("read", src, err)
	}
	defer f.Close()
	head := make([]byte, len(sqliteMagic))
	if _, err := io.ReadFull(f, head); err != nil || !bytes.Equal(head, []byte(sqliteMagic)) {
		return notBackup(src)
	}
	if info, err := os.Stat(src + "-wal"); err == nil && info.Size() > 0 {
		return engine.Invalid("", "%s is a database in use; make a copy of it with patchbay backup.", src)
	}
	return nil
}

func notBackup(src string) error {
	return engine.Invalid("", "%s is not a backup of patchbay, or it is damaged.", src)
}

func copyToTemp(src, target string) (partial string, err error) {
	in, err := os.Open(src) //nolint:gosec // the operator names the file
	if err != nil {
		return "", fileError("read", src, err)
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(target), "."+FileName+"-*.partial") // 0600
	if err != nil {
		return "", fileError("write", target, err)
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return "", errors.Join(fileError("write", target, err), os.Remove(out.Name()))
	}
	return out.Name(), nil
}

// prepareRestored validates the copy and holds what is unfinished in it.
func prepareRestored(ctx context.Context, path string) (held Held, err error) {
	pool := openPool(path, []string{"journal_mode = DELETE", "synchronous = FULL"}, url.Values{"_txlock": {"immediate"}})
	pool.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, pool.Close()) }()
	if err := checkSchema(ctx, pool); err != nil {
		return Held{}, err
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return Held{}, fmt.Errorf("hold unfinished work: %w", translate(err))
	}
	defer tx.Rollback() //nolint:errcheck // nothing to take back after the commit
	if held, err = holdUnfinished(ctx, tx); err != nil {
		return Held{}, fmt.Errorf("hold unfinished work: %w", translate(err))
	}
	if err := tx.Commit(); err != nil {
		return Held{}, fmt.Errorf("hold unfinished work: %w", translate(err))
	}
	return held, nil
}

// checkSchema proves that the file is whole and that this program can read it.
func checkSchema(ctx context.Context, pool *sql.DB) error {
	broken := engine.Invalid("", "This is not a backup of patchbay, or it is damaged.")
	var verdict string
	if err := pool.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil || verdict != "ok" {
		broken.Err = errors.Join(err, errors.New(verdict))
		return broken
	}
	version, err := schemaVersion(ctx, pool)
	if err != nil {
		return err
	}
	newest, err := newestMigration()
	if err != nil {
		return err
	}
	var ours int
	err = pool.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('counters', 'events', 'runs', 'held_runs', 'key_checks')").Scan(&ours)
	switch {
	case err != nil:
		return fmt.Errorf("look at schema: %w", translate(err))
	case version == 0 || ours != 5:
		return broken
	case version > newest:
		return &engine.Error{Kind: engine.KindUnsupported, Message: "The backup was made by a newer version of patchbay; restore it with that version."}
	}
	return nil
}

// holdUnfinished takes unfinished work out of the queue's sight. A blocked run
// stays blocked: the run before it does not end while it is held.
func holdUnfinished(ctx context.Context, tx *sql.Tx) (held Held, err error) {
	for _, step := range []struct {
		count *int64
		query string
		args  []any
	}{
		{nil, `UPDATE attempts SET state = 4, outcome = 3, uncounted = 1, error = ?
			WHERE state = 1 AND run IN (SELECT n FROM runs WHERE state = 1)`, []any{cutMessage}},
		{&held.Runs, `INSERT OR IGNORE INTO held_runs (run, state, due_at, destination, reason)
			SELECT n, CASE state WHEN 2 THEN 2 ELSE 0 END, due_at, destination, reason FROM runs WHERE state < 3`, nil},
		{nil, `UPDATE runs SET state = 2, due_at = ?, destination = NULL, reason = ? WHERE state < 3`, []any{heldUntil, restoredRun}},
		{nil, `UPDATE events SET claim = NULL, claim_until = NULL WHERE route = 1`, nil}, // where it is not filed yet
		{nil, `DELETE FROM claims WHERE event IN (SELECT id FROM events WHERE route = 1)`, nil},
		{nil, `UPDATE ledgers SET accepted = accepted - n, pending = pending - n, held = held + n
			FROM (SELECT inbox AS name, count(*) AS n FROM events WHERE route = 1 AND origin = 0 GROUP BY inbox) WHERE inbox = name`, nil},
		{&held.Events, `UPDATE events SET verdict = 4, route = 0, reason = ? WHERE route = 1`, []any{restoredEvent}},
	} {
		res, err := tx.ExecContext(ctx, step.query, step.args...)
		if err != nil {
			return Held{}, err
		}
		if step.count == nil {
			continue
		}
		if *step.count, err = res.RowsAffected(); err != nil {
			return Held{}, err
		}
	}
	return held, nil
}
