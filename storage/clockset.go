package storage

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"gorm.io/gorm"
)

// clockStep is by how much a clock is set back at least for waiting runs to follow.
// Less than that makes them wait that much longer.
const clockStep = 2 * time.Second

// clockWatch notices that the clock of the machine was set back. What waits for a time
// would wait that much longer: a delay of two seconds a day, if the clock goes back a day.
type clockWatch struct {
	mu   sync.Mutex
	last time.Time    // when it was last looked at
	seq  int64        // the newest number then
	set  clockSetBack // what nobody has followed yet
}

// clockSetBack says by how much, and what was stored before.
type clockSetBack struct {
	by     time.Duration
	before int64 // the time of the last look, in microseconds by the clock as it was
	seq    int64 // the newest number then
}

// look compares how far the clock went on since the last look with how far time did.
func (c *clockWatch) look(now time.Time) clockSetBack {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.last
	c.last = now
	if last.IsZero() {
		return c.set
	}
	// Round takes away what time.Time knows of the time that really passed.
	by := now.Sub(last) - now.Round(0).Sub(last.Round(0))
	if by < clockStep {
		return c.set
	}
	if c.set.by == 0 {
		c.set = clockSetBack{before: micros(last), seq: c.seq}
	}
	c.set.by += by
	return c.set
}

// stored notes the newest number at the time of a look.
func (c *clockWatch) stored(seq int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq = max(c.seq, seq)
}

// followed notes that waiting runs have followed the clock.
func (c *clockWatch) followed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = clockSetBack{}
}

// followClock makes waiting runs due as much earlier as the clock was set back, and as
// if they had been made by the clock as it is. What was stored since the last look may
// be of before or after; only the former can be due so late, unless it waits for longer
// than the clock was set back.
//
// It is one commit however many they are: nobody could tell afterwards which of them
// have followed. No run that is not finished is left made in the future, since that
// would say again after a restart that the clock was set back.
func (db *DB) followClock(ctx context.Context, set clockSetBack, now time.Time) error {
	by, runs := set.by.Microseconds(), int64(0)
	err := db.change(ctx, func(tx *gorm.DB) error {
		moved := tx.Exec(`UPDATE runs SET due_at = due_at - ?, created_at = created_at - ?
			WHERE state = 2 AND state < 4 AND due_at > ? AND due_at <> ? AND (seq <= ? OR due_at >= ?)`,
			by, by, micros(now), heldUntil, set.seq, set.before)
		if runs = moved.RowsAffected; moved.Error != nil {
			return moved.Error
		}
		return tx.Exec("UPDATE runs SET created_at = ?1 WHERE state < 4 AND created_at > ?1", micros(now)).Error
	})
	if err != nil {
		return fmt.Errorf("make waiting runs due earlier: %w", err)
	}
	db.log.WarnContext(ctx, "the clock was set back, what waits is due that much earlier", "by", set.by.String(), "runs", runs)
	return nil
}

// setBackMeanwhile tells by how much the clock was set back since the program ended:
// the newest of the waiting runs was made in the future then.
func (db *DB) setBackMeanwhile(ctx context.Context, now time.Time) (clockSetBack, error) {
	var made []int64
	err := db.read.WithContext(ctx).Table("runs").Where("state = 2 AND state < 4").Order("n DESC").Limit(1).Pluck("created_at", &made).Error
	if err != nil {
		return clockSetBack{}, fmt.Errorf("read newest waiting run: %w", translate(err))
	}
	if len(made) == 0 || fromMicros(made[0]).Sub(now) < clockStep {
		return clockSetBack{}, nil
	}
	return clockSetBack{by: fromMicros(made[0]).Sub(now), before: made[0], seq: math.MaxInt64}, nil
}
