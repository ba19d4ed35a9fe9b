package storage

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

const (
	// sizeEvery is how often the size of the files is noted, sizeKept for how long.
	sizeEvery = time.Hour
	sizeKept  = 8 * 24 * time.Hour
)

type diskSizeRow struct {
	At   int64 `gorm:"primaryKey;autoIncrement:false"`
	Used int64
}

// TableName implements GORM's Tabler.
func (diskSizeRow) TableName() string { return "disk_sizes" }

// DiskSizes implements [engine.ActivityStore].
func (db *DB) DiskSizes(ctx context.Context) ([]engine.DiskSize, error) {
	var rows []diskSizeRow
	if err := db.read.WithContext(ctx).Order("at").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read sizes of the database: %w", translate(err))
	}
	list := make([]engine.DiskSize, 0, len(rows))
	for _, r := range rows {
		list = append(list, engine.DiskSize{At: fromMicros(r.At), Used: r.Used})
	}
	return list, nil
}

// pruneCounts puts counts that are no longer told one by one into their sums, and notes
// the size of the files once an hour.
func (db *DB) pruneCounts(ctx context.Context, now time.Time) error {
	last, err := db.DiskSizes(ctx)
	if err != nil {
		return err
	}
	if n := len(last); n > 0 && now.Sub(last[n-1].At).Abs() < sizeEvery {
		return nil
	}
	used, free, err := db.DiskUse(ctx)
	if err != nil {
		return err
	}
	return db.change(ctx, func(tx *gorm.DB) error {
		for _, table := range []string{"event_counts", "run_counts"} {
			if err := foldCounts(tx, table, quarterOf(now.Add(-engine.CountKept))); err != nil {
				return err
			}
		}
		// A size of the future is one of before the clock was set back.
		if err := tx.Delete(&diskSizeRow{}, "at < ? OR at > ?", micros(now.Add(-sizeKept)), micros(now)).Error; err != nil {
			return fmt.Errorf("forget sizes of the database: %w", err)
		}
		return upsert(tx, &diskSizeRow{At: micros(now), Used: used - free})
	})
}

// foldCounts adds what is older than a quarter to quarter 0.
func foldCounts(tx *gorm.DB, table string, before int64) error {
	name, columns := "inbox", eventCountColumns
	if table == "run_counts" {
		name, columns = "rule", runCountColumns
	}
	var old int64
	if err := tx.Table(table).Where("quarter > 0 AND quarter < ?", before).Count(&old).Error; err != nil {
		return fmt.Errorf("look for old counts: %w", err)
	}
	if old == 0 {
		return nil
	}
	// The sum that is there already is among those that are older.
	err := tx.Exec("REPLACE INTO "+table+" SELECT 0, "+name+", "+columns+" FROM "+table+" WHERE quarter < ? GROUP BY "+name, before).Error
	if err == nil {
		err = tx.Exec("DELETE FROM "+table+" WHERE quarter > 0 AND quarter < ?", before).Error
	}
	if err != nil {
		return fmt.Errorf("sum up old counts: %w", err)
	}
	return nil
}
