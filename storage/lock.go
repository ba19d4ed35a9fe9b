package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"patchbay/engine"
)

// lockName is the file in the data directory whose lock its owner holds.
const lockName = "patchbay.lock"

// DirLock is the exclusive ownership of a data directory. The operating system
// gives it back when the process ends, however it ends.
type DirLock struct {
	file *os.File
}

// AcquireLock takes the ownership of a data directory that exists. It returns a
// KindConflict error when another process has it, and a KindUnavailable one when the
// directory cannot be written.
func AcquireLock(dir string) (*DirLock, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the directory
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", directoryError(dir, err))
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(lockError(dir, err), f.Close())
	}
	return &DirLock{file: f}, nil
}

func lockError(dir string, err error) error {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return &engine.Error{
			Kind: engine.KindConflict, Err: err,
			Message: fmt.Sprintf("Another patchbay process uses the data directory %s; stop it first.", dir),
		}
	}
	return fmt.Errorf("lock data directory: %w", err)
}

// Locked reports whether a process owns the data directory at this moment.
func Locked(dir string) (bool, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0) //nolint:gosec // the operator names the directory
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("open lock file: %w", directoryError(dir, err))
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if closeErr := f.Close(); closeErr != nil {
		return false, fmt.Errorf("close lock file: %w", closeErr)
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at lock: %w", err)
	}
	return false, nil
}

// Release gives the ownership back.
func (l *DirLock) Release() error {
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("release lock: %w", err)
	}
	return nil
}
