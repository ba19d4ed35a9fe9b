package api

import (
	"context"
	"time"

	"patchbay/engine"
)

// measuredLong is how long the size must have been watched before anything is said
// about how it grows.
const measuredLong = 12 * time.Hour

// Storage is what the database takes. Sizes are bytes.
type Storage struct {
	Used          int64        `json:"used" doc:"Size of the files of the database."`
	Reusable      int64        `json:"reusable" doc:"What of it is free for what comes next."`
	Disk          Disk         `json:"disk"`
	PerDay        *int64       `json:"perDay" nullable:"true" doc:"By how much it grows a day; null while that is not known."`
	FullInDays    *float64     `json:"fullInDays" nullable:"true" doc:"At that pace; null when it is not known or does not grow."`
	MeasuredSince *time.Time   `json:"measuredSince" nullable:"true"`
	Inboxes       []engine.Use `json:"inboxes" nullable:"false"`
}

// Disk is the disk that the database is on.
type Disk struct {
	Total int64 `json:"total"`
	Free  int64 `json:"free"`
}

func (m *mount) getStorage(ctx context.Context, _ *none) (*plain[Storage], error) {
	used, reusable, err := m.Housekeeper.DiskUse(ctx)
	if err != nil {
		return nil, err
	}
	s := Storage{Used: used, Reusable: reusable}
	if s.Disk.Total, s.Disk.Free, err = m.DiskFree(); err != nil {
		return nil, err
	}
	if s.Inboxes, err = m.Activity.Uses(ctx); err != nil {
		return nil, err
	}
	sizes, err := m.Activity.DiskSizes(ctx)
	if err != nil {
		return nil, err
	}
	s.forecast(sizes, m.Now())
	return answer(s), nil
}

// forecast tells how the database grows, from its size when it was first measured.
func (s *Storage) forecast(sizes []engine.DiskSize, now time.Time) {
	if len(sizes) == 0 {
		return
	}
	first := sizes[0]
	s.MeasuredSince = when(first.At)
	watched := now.Sub(first.At)
	if watched < measuredLong {
		return
	}
	perDay := int64(float64(s.Used-s.Reusable-first.Used) / watched.Hours() * 24)
	s.PerDay = &perDay
	if perDay > 0 {
		days := float64(s.Disk.Free+s.Reusable) / float64(perDay)
		s.FullInDays = &days
	}
}
