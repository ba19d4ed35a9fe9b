package runner

import (
	"math"
	"time"

	"patchbay/engine"
)

const (
	// retryRatio is how much longer each delay is than the one before, at most.
	retryRatio = 4
	// retryFirst is how long the first delay is at least, where the time is enough for
	// that: many attempts must not become a burst.
	retryFirst = time.Second
	// retryJitter is how far a delay may be off, so that runs which failed together
	// do not come back together.
	retryJitter = 0.2
	// retryOver stands in for a policy that counts attempts but gives no time for them.
	retryOver = time.Hour
	// trustRetryAfter is the number of attempts up to which a destination's shorter
	// wish is followed; after that a destination that always says "at once" would use
	// the attempts up.
	trustRetryAfter = 3
)

// policy is the retry policy in force for a step.
type policy struct {
	attempts int
	over     time.Duration
}

func policyOf(step *engine.Step, spec *engine.ActionSpec) policy {
	p := policy{attempts: spec.Retry.Attempts, over: spec.Retry.Over.Std()}
	if r := step.Retry; r != nil {
		if r.Attempts > 0 {
			p.attempts = r.Attempts
		}
		if r.Over > 0 {
			p.over = r.Over.Std()
		}
	}
	p.attempts = max(1, p.attempts)
	if p.over <= 0 {
		p.over = retryOver
	}
	return p
}

// delay is the time between attempt n (from 1) and the next. Without jitter the
// delays form a geometric series that sums to over. random is in [0,1).
func (p policy) delay(n int, random float64) time.Duration {
	delays := p.attempts - 1
	if n < 1 || n > delays {
		return 0
	}
	ratio := p.ratio(delays)
	exact := firstDelay(float64(p.over), ratio, delays) * math.Pow(ratio, float64(n-1))
	return time.Duration(exact * (1 - retryJitter + 2*retryJitter*random))
}

// ratio is the factor between delays: the largest that leaves the first one long enough.
func (p policy) ratio(delays int) float64 {
	least := min(float64(retryFirst), float64(p.over)/float64(2*delays))
	low, high := 1.0, float64(retryRatio)
	if firstDelay(float64(p.over), high, delays) >= least {
		return high
	}
	for range 40 {
		if middle := (low + high) / 2; firstDelay(float64(p.over), middle, delays) >= least {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// firstDelay is the first of a geometric series that sums to over.
func firstDelay(over, ratio float64, delays int) float64 {
	if ratio-1 < 1e-9 {
		return over / float64(delays)
	}
	return over * (ratio - 1) / (math.Pow(ratio, float64(delays)) - 1)
}

// next is when attempt n+1 is due after attempt n failed at now; false when there
// is none. A Retry-After is honoured, up to the whole time of the policy.
func (p policy) next(n int, f *engine.Failure, now time.Time, random float64) (time.Time, bool) {
	if f.Permanent || n >= p.attempts {
		return time.Time{}, false
	}
	d := p.delay(n, random)
	if f.RetryAfter > 0 {
		asked := min(f.RetryAfter, p.over)
		if n > trustRetryAfter {
			asked = max(asked, d)
		}
		// Never earlier than asked for, and not all at the same moment.
		d = asked + time.Duration(float64(asked)*retryJitter*random)
	}
	return now.Add(d), true
}
