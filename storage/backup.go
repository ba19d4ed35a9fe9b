package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"patchbay/engine"
)

// Backup implements [engine.Housekeeper]. It copies one consistent state while
// others read and write, to a file that its owner alone can read and that appears
// under its name only when it is whole and on disk. The key is not part of it.
func (db *DB) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return existsError(path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fileError("look at", path, err)
	}
	partial, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.partial") // 0600; VACUUM INTO takes an empty file
	if err != nil {
		return fileError("write", path, err)
	}
	defer os.Remove(partial.Name())
	if err := partial.Close(); err != nil {
		return fileError("write", path, err)
	}
	if err := db.read.WithContext(ctx).Exec("VACUUM INTO ?", partial.Name()).Error; err != nil {
		return fmt.Errorf("copy database: %w", translate(err))
	}
	if err := syncFile(partial.Name()); err != nil {
		return fileError("write", path, err)
	}
	if err := nameFile(partial.Name(), path, os.Link); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return existsError(path)
		}
		return fileError("write", path, err)
	}
	return syncDir(filepath.Dir(path))
}

func existsError(path string) error {
	return engine.Conflict("%s exists; name a new file.", path)
}

// fileError makes the failure of a path that a person named that person's to mend.
func fileError(verb, path string, err error) error {
	cause := err
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		cause = pathErr.Err
	}
	return &engine.Error{Kind: engine.KindInvalid, Message: fmt.Sprintf("Could not %s %s: %v.", verb, path, cause), Err: err}
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
