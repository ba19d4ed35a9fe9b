package main

import (
	"runtime/debug"
	"time"
)

// A collection costs what is alive, which is little here, so rare collections are
// cheap to afford: under load half of the program's time went into them at half the
// usual growth. The soft limit keeps a burst from growing for ever, and what a burst
// leaves behind is given back as soon as it is over. GOGC and GOMEMLIMIT in the
// environment win.
const (
	gcPercent   = 400
	memoryLimit = 512 << 20
	restAfter   = 5 * time.Second
)

// tuneMemory sets the garbage collector unless the environment does.
func tuneMemory() {
	if !environmentHas("GOGC") {
		debug.SetGCPercent(gcPercent)
	}
	if !environmentHas("GOMEMLIMIT") {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// keepResting gives memory back to the system each time the program has come to
// rest, until stop is called. work counts what was done so far.
func keepResting(work func() int64) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(restAfter)
		defer tick.Stop()
		seen, rested := work(), int64(-1)
		for {
			select {
			case <-tick.C:
			case <-quit:
				return
			}
			now := work()
			if now == seen && now != rested {
				debug.FreeOSMemory()
				rested = now
			}
			seen = now
		}
	}()
	return func() {
		close(quit)
		<-ended
	}
}
