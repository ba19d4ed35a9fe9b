package main

import (
	"os"
	"slices"
	"time"
)

// syncTime returns how long the disk takes at the median to keep what one event
// writes: so much must every acknowledgement wait at least. The file has its length
// before, as the write-ahead log has.
func syncTime() (time.Duration, error) {
	const written, size, every, times = 24 << 10, 4 << 20, 50 * time.Millisecond, 60
	f, err := os.CreateTemp("", "patchbay-bench-sync-")
	if err != nil {
		return 0, err
	}
	piece := make([]byte, size)
	if _, err = f.Write(piece); err == nil {
		err = f.Sync()
	}
	var took []time.Duration
	for i := range times {
		if err != nil {
			break
		}
		time.Sleep(every)
		began := time.Now()
		if _, err = f.WriteAt(piece[:written], int64(i*written)); err == nil {
			err = f.Sync()
		}
		took = append(took, time.Since(began))
	}
	if err := firstError(err, f.Close(), os.Remove(f.Name())); err != nil {
		return 0, err
	}
	return slices.Sorted(slices.Values(took))[len(took)/2], nil
}
