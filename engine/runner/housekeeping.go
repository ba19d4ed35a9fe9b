package runner

import (
	"context"
	"time"
)

const (
	measureEvery = 10 * time.Second
	pruneEvery   = time.Minute
)

// keepHouse measures what waits, applies retention and forgets what is not needed
// in memory, until ctx ends.
func (r *Runner) keepHouse(ctx context.Context) {
	measure, prune := time.NewTicker(measureEvery), time.NewTicker(pruneEvery)
	defer measure.Stop()
	defer prune.Stop()
	var clock steadyClock
	clock.at(r.deps.Now())
	for {
		select {
		case <-measure.C:
			r.measure(ctx)
		case <-prune.C:
			r.dests.forget()
			r.prune(ctx, clock.at(r.deps.Now()))
		case <-ctx.Done():
			return
		}
	}
}

func (r *Runner) prune(ctx context.Context, now time.Time) {
	if r.deps.Housekeeper == nil {
		return
	}
	deleted, err := r.deps.Housekeeper.Prune(ctx, now)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		r.deps.Log.ErrorContext(ctx, "old events could not be deleted", "error", err)
	case deleted > 0:
		r.deps.Log.InfoContext(ctx, "old events deleted", "events", deleted)
	}
}
