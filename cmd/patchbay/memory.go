package main

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A collection costs what is alive, which is little here, so rare collections are
// cheap to afford: under load half of the program's time went into them at half the
// usual growth. The soft limit keeps a burst from growing for ever, and what a burst
// leaves behind is given back as soon as it is over. GOGC and GOMEMLIMIT in the
// environment win.
const (
	gcPercent   = 400
	memoryLimit = 192 << 20
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
// rest, until stop is called. work counts what was done so far; reading lists is work
// too, which shows in what it allocates.
func keepResting(work func() int64) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(restAfter)
		defer tick.Stop()
		seen, rested := rest{work(), allocated()}, rest{work: -1}
		for {
			select {
			case <-tick.C:
			case <-quit:
				return
			}
			now := rest{work(), allocated()}
			if now.quietSince(seen) && now.worthMoreThan(rested) {
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

const (
	// restAllocates is what is allocated between two looks although nothing goes on.
	restAllocates = 1 << 20
	// worthResting is how much must have been allocated for giving back to be worth it.
	worthResting = 8 << 20
)

// rest is what the program had done and allocated at a time.
type rest struct {
	work  int64
	bytes uint64
}

func (r rest) quietSince(before rest) bool {
	return r.work == before.work && r.bytes-before.bytes < restAllocates
}

func (r rest) worthMoreThan(before rest) bool {
	return r.work != before.work || r.bytes-before.bytes >= worthResting
}

// allocated is how many bytes the program has allocated so far.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
