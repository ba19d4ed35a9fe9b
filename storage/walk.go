package storage

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

const (
	// listTime is how long a list looks for what fits before it gives the page that it
	// has got so far, with a cursor to go on from.
	listTime = 40 * time.Millisecond
	// firstWindow is the range of numbers that a list looks at first.
	firstWindow = 8_000
	// wider is how many times as wide as one window the next may be.
	wider = 4
	// fewRows is up to how many rows that an index names are looked at one by one.
	fewRows = 4_000
	// fewAtOnce is how many of them one query looks at.
	fewAtOnce = 500
)

// walk goes through a table from newest to oldest, in windows of numbers. Each is as
// wide as the time that is left allows, so that rare matches are found in few queries
// and yet no query takes much longer than the list has time. Where few rows can match
// it goes through those only.
type walk struct {
	limit int
	hi    int64   // everything at or above was looked at
	lo    int64   // nothing below is looked at
	few   []int64 // the numbers that can match, newest first; nil when any can
	asked bool    // whether it was asked if there are few

	now    engine.Clock
	stop   time.Time
	last   time.Time // when the last window began
	window int64
}

func newWalk(now engine.Clock, cursor int64, limit int) walk {
	began := now()
	return walk{limit: pageLimit(limit), hi: cursor, now: now, stop: began.Add(listTime), last: began}
}

// late reports that the time is used up. The first window is looked at in any case.
func (w *walk) late() bool { return w.window > 0 && !w.now().Before(w.stop) }

// done reports that nothing is left to look at.
func (w *walk) done() bool { return w.hi <= w.lo || w.asked && w.few != nil && len(w.rest()) == 0 }

// next returns where the next window ends, and the numbers in it when these are few.
func (w *walk) next() (from int64, keys []int64) {
	w.widen()
	if w.few == nil {
		return max(w.lo, w.hi-w.window), nil
	}
	keys = w.rest()
	if len(keys) > fewAtOnce {
		keys = keys[:fewAtOnce]
		return keys[fewAtOnce-1], keys
	}
	return w.lo, keys
}

// rest is which of the few numbers were not looked at.
func (w *walk) rest() []int64 {
	first, _ := slices.BinarySearchFunc(w.few, w.hi, func(n, hi int64) int {
		if n >= hi {
			return -1
		}
		return 1
	})
	return w.few[first:]
}

// widen makes the window as wide as can be looked at in the time that is left, as the
// last one went.
func (w *walk) widen() {
	began := w.now()
	took, left := began.Sub(w.last), w.stop.Sub(began)
	w.last = began
	switch {
	case w.window == 0:
		w.window = firstWindow
	case took <= 0 || left >= wider*took:
		w.window *= wider
	default:
		w.window = max(firstWindow, w.window*int64(max(left, 0))/int64(took))
	}
}

// few returns the numbers that a query of an index gives, newest first and each once, when they are
// few, and nil otherwise.
func few(q *gorm.DB) ([]int64, error) {
	numbers := make([]int64, 0, fewAtOnce)
	if err := q.Limit(fewRows + 1).Scan(&numbers).Error; err != nil {
		return nil, fmt.Errorf("ask an index: %w", translate(err))
	}
	if len(numbers) > fewRows {
		return nil, nil
	}
	slices.Sort(numbers)
	slices.Reverse(numbers)
	return slices.Compact(numbers), nil
}
