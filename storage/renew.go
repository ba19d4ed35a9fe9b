package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// renewLog writes the write-ahead log of the database at path again as it is, and
// syncs it. The program before may have ended at a sync that failed: then the log ends
// in a commit that was refused, and that is there after all since the system still has
// it in memory. For the system it is written, so no other sync brings it to the disk.
// But pages of it would be copied into the database, and commits would follow it in the
// log, and a power cut would leave both without it. Only what is written once more is
// synced once more.
func renewLog(ctx context.Context, writes *sql.DB, path string) error {
	// Nobody else writes to it meanwhile.
	tx, err := writes.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return fmt.Errorf("take write-ahead log: %w", translate(err))
	}
	defer tx.Rollback() //nolint:errcheck // it has written nothing
	if path, err = filepath.EvalSymlinks(path); err == nil {
		err = writeAgain(path + "-wal")
	}
	if err != nil {
		return fmt.Errorf("write write-ahead log again: %w", diskError(err, err))
	}
	return nil
}

func writeAgain(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // the log of the database in the data directory
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = io.Copy(io.NewOffsetWriter(f, 0), io.NewSectionReader(f, 0, info.Size()))
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
