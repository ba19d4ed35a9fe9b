package storage

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"patchbay/engine"
)

// errClosed is what operations get after Close has begun.
var errClosed = errors.New("database is closed")

// translate turns an error of the driver into one of package engine's kinds. It is
// the only place that knows the driver's errors. Errors that already speak for
// themselves, and those that nobody can act on, pass unchanged.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, errClosed) {
		return engine.Unavailable(err, "The server is shutting down; try again shortly.")
	}
	driverErr, ok := errors.AsType[sqlite3.Error](err)
	if !ok {
		return err
	}
	switch driverErr.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return engine.Unavailable(err, "The database is busy; try again shortly.")
	case sqlite3.ErrFull:
		return engine.Unavailable(err, "The disk is full; free some space and try again.")
	case sqlite3.ErrIoErr, sqlite3.ErrCantOpen, sqlite3.ErrReadonly, sqlite3.ErrNomem, sqlite3.ErrPerm:
		return diskError(err, driverErr.SystemErrno)
	case sqlite3.ErrInterrupt:
		return engine.Unavailable(err, "The database was interrupted; try again shortly.")
	case sqlite3.ErrConstraint:
		return &engine.Error{Kind: engine.KindConflict, Message: "An object with this identity exists already.", Err: err}
	case sqlite3.ErrTooBig:
		return &engine.Error{Kind: engine.KindTooLarge, Message: "This is larger than the database can hold.", Err: err}
	default:
		return err
	}
}

// diskError says what can be done about err, which the system's cause led to.
func diskError(err, cause error) error {
	switch {
	case errors.Is(cause, syscall.ENOSPC), errors.Is(cause, syscall.EDQUOT):
		return engine.Unavailable(err, "The disk is full; free some space and try again.")
	case errors.Is(cause, syscall.EROFS):
		return engine.Unavailable(err, "The data directory has become read-only; find out why in the system's log, make it writable and start patchbay again.")
	default:
		return engine.Unavailable(err, "The database cannot be written; check the disk of the data directory.")
	}
}

// directoryError turns the failure of the data directory, or of a file in it, into one
// that says what its operator can do.
func directoryError(dir string, err error) error {
	message := ""
	switch {
	case errors.Is(err, syscall.EROFS):
		message = "The data directory %s is on a read-only file system; make that writable, or name another directory with --data."
	case errors.Is(err, fs.ErrPermission):
		message = "The data directory %s cannot be used by this user; give it to the user that runs patchbay, or name another one with --data."
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		message = "The disk of the data directory %s is full; free some space and try again."
	case errors.Is(err, syscall.ENOTDIR):
		message = "The data directory %s is not a directory; name another one with --data."
	default:
		return err
	}
	return engine.Unavailable(err, message, dir)
}

// refused reports whether an operation was turned down for a reason of its own,
// before it wrote anything.
func refused(err error) bool {
	if errors.Is(err, engine.ErrLeaseLost) || errors.Is(err, errRetired) {
		return true
	}
	_, ok := errors.AsType[*engine.Error](err)
	return ok
}

// affectsAll reports whether an error is the database's and not the operation's:
// whatever else is in the transaction cannot succeed either.
func affectsAll(err error) bool {
	return !refused(err) && engine.KindOf(translate(err)) == engine.KindUnavailable
}

// broken reports whether the connection should be opened anew after err.
func broken(err error) bool {
	driverErr, ok := errors.AsType[sqlite3.Error](err)
	return !ok || driverErr.Code == sqlite3.ErrIoErr || driverErr.Code == sqlite3.ErrCantOpen ||
		driverErr.Code == sqlite3.ErrReadonly || driverErr.Code == sqlite3.ErrNomem
}

// damaged reports whether an error says that the file is not what it should be.
func damaged(err error) bool {
	driverErr, ok := errors.AsType[sqlite3.Error](err)
	return ok && (driverErr.Code == sqlite3.ErrCorrupt || driverErr.Code == sqlite3.ErrNotADB)
}

// ended reports whether err says that the caller gave up.
func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
