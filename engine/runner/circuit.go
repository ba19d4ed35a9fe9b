package runner

import "time"

// What opens a circuit, and how often an open one is tried.
const (
	circuitInRow     = 5 // failures one after another
	circuitPercent   = 70
	circuitLeast     = 10 // results that a percentage is taken of
	circuitWindow    = 30 * time.Second
	circuitFirst     = time.Second
	circuitLongest   = 5 * time.Minute
	circuitBuckets   = 6
	circuitBucketLen = circuitWindow / circuitBuckets
)

type circuitState int

const (
	circuitClosed circuitState = iota
	circuitOpen
	circuitProbing // open, with one try under way
)

// circuit stops calls to a destination that is not there. It is not safe for
// concurrent use: its destination guards it.
type circuit struct {
	state    circuitState
	reason   string // of the last failure
	inRow    int
	buckets  [circuitBuckets]circuitBucket
	interval time.Duration
	next     time.Time // of an open circuit: when it is tried again
}

type circuitBucket struct {
	start    time.Time
	ok, down int
}

// allow reports whether a call may be made; probe tells that this is the one that
// tries an open circuit. When it may not, next says when to ask again.
func (c *circuit) allow(now time.Time) (ok, probe bool, next time.Time) {
	switch {
	case c.state == circuitClosed:
		return true, false, time.Time{}
	case now.Before(c.next):
		return false, false, now.Add(c.next.Sub(now)) // by the clock as it is now, which may have been set
	case c.state == circuitProbing:
		// The probe has not come back yet; it may take as long as its time-out.
		return false, false, now.Add(c.interval)
	}
	c.state = circuitProbing
	c.next = now.Add(c.interval)
	return true, true, time.Time{}
}

// undecided takes a probe back that ended without telling anything.
func (c *circuit) undecided(now time.Time) {
	if c.state == circuitProbing {
		c.state, c.next = circuitOpen, now
	}
}

// answered records that the destination is there. It reports whether that closed the circuit.
func (c *circuit) answered(now time.Time) (closed bool) {
	c.inRow = 0
	if c.state != circuitClosed {
		*c = circuit{}
		return true
	}
	c.bucket(now).ok++
	return false
}

// down records that the destination is not there. It reports whether that opened the circuit.
func (c *circuit) down(now time.Time, reason string, probe bool) (opened bool) {
	c.reason = reason
	c.inRow++
	c.bucket(now).down++
	switch {
	case c.state == circuitClosed && c.over(now):
		c.state, c.interval = circuitOpen, circuitFirst
		c.next = now.Add(c.interval)
		return true
	case probe && c.state == circuitProbing: // else somebody else's answer has closed it meanwhile
		c.state = circuitOpen
		c.interval = min(2*c.interval, circuitLongest)
		c.next = now.Add(c.interval)
	}
	return false
}

// over reports whether the failures are too many for a closed circuit.
func (c *circuit) over(now time.Time) bool {
	if c.inRow >= circuitInRow {
		return true
	}
	var ok, down int
	for i := range c.buckets {
		if b := &c.buckets[i]; now.Sub(b.start) < circuitWindow {
			ok, down = ok+b.ok, down+b.down
		}
	}
	return ok+down >= circuitLeast && down*100 >= circuitPercent*(ok+down)
}

func (c *circuit) bucket(now time.Time) *circuitBucket {
	start := now.Truncate(circuitBucketLen)
	b := &c.buckets[int(start.Unix()/int64(circuitBucketLen/time.Second))%circuitBuckets]
	if !b.start.Equal(start) {
		*b = circuitBucket{start: start}
	}
	return b
}

// checkNow makes the next call a probe.
func (c *circuit) checkNow(now time.Time) {
	if c.state == circuitOpen {
		c.next = now
	}
}
