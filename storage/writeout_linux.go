package storage

import (
	"os"
	"syscall"
)

// writeRange is SYNC_FILE_RANGE_WRITE of linux/fs.h.
const writeRange = 2

// writeOut lets the system begin to write what it has of a file to the disk, and does
// not wait for it. Left to a sync at the end it would be much at once, and commits,
// which sync their log on the same disk, would have to wait behind it. A fault shows
// in that sync.
func writeOut(f *os.File) {
	_ = syscall.SyncFileRange(int(f.Fd()), 0, 0, writeRange)
}
