package storage

import (
	"context"
	"fmt"
	"time"
)

// clockSlack is how far the times of events may stand out of the order of their
// numbers: requests overtake each other, and clocks are set.
const clockSlack = 10 * time.Minute

// eventRange returns the oldest and the newest seq of events, zeroes without events.
func (db *DB) eventRange(ctx context.Context) (oldest, newest int64, err error) {
	var r struct{ Oldest, Newest int64 }
	err = db.read.WithContext(ctx).Raw(`SELECT (SELECT coalesce(min(seq), 0) FROM events) AS oldest,
		(SELECT coalesce(max(seq), 0) FROM events) AS newest`).Scan(&r).Error
	if err != nil {
		return 0, 0, fmt.Errorf("read range of events: %w", translate(err))
	}
	return r.Oldest, r.Newest, nil
}

// seqAt returns a seq before which no event was received at or after t, give or
// take the slack. Times grow with numbers, so that a few probes find it.
func (db *DB) seqAt(ctx context.Context, t time.Time) (int64, error) {
	lo, hi, err := db.eventRange(ctx)
	if err != nil {
		return 0, err
	}
	want := micros(t.Add(-clockSlack))
	for lo < hi {
		mid := lo + (hi-lo)/2
		var row struct{ Seq, ReceivedAt int64 }
		err := db.read.WithContext(ctx).Raw(`SELECT seq, received_at FROM events WHERE seq >= ? ORDER BY seq LIMIT 1`, mid).Scan(&row).Error
		if err != nil {
			return 0, fmt.Errorf("find event by time: %w", translate(err))
		}
		if row.Seq > 0 && row.ReceivedAt < want { // nothing when the rest was just deleted
			lo = row.Seq + 1
		} else {
			hi = mid
		}
	}
	return lo, nil
}
