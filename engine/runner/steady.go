package runner

import "time"

const (
	// leapLeast is by how much the clock goes ahead of time at least to be doubted.
	leapLeast = time.Minute
	// leapDoubt is for how long it is doubted.
	leapDoubt = time.Hour
)

// steadyClock is the clock for what cannot be taken back, such as deleting what is old.
// When the clock of the machine leaps ahead it goes on as before for an hour: a clock
// that was set wrong by mistake is set right by then, and everything is still there.
// A machine that has slept is only late with it. The zero value is ready.
type steadyClock struct {
	last  time.Time
	ahead time.Duration // of the machine's clock
	since time.Time     // of the last leap
}

// at tells what time it is when the machine's clock says now. It is called from time to time.
func (c *steadyClock) at(now time.Time) time.Time {
	if !c.last.IsZero() {
		// Round takes away what time.Time knows of the time that really passed.
		leap := now.Round(0).Sub(c.last.Round(0)) - now.Sub(c.last)
		if leap >= leapLeast {
			c.since = now
		}
		if leap >= leapLeast || leap < 0 {
			c.ahead = max(0, c.ahead+leap)
		}
	}
	c.last = now
	if now.Sub(c.since) >= leapDoubt {
		c.ahead = 0
	}
	return now.Add(-c.ahead)
}
