package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// Plan is how SQLite reads for one query.
type Plan struct {
	Query string
	Steps []string
}

// Plans returns how every different query of the read pool is read that fn causes.
func (db *DB) Plans(ctx context.Context, fn func() error) ([]Plan, error) {
	seen := make(map[string][]any)
	note := func(tx *gorm.DB) { seen[tx.Statement.SQL.String()] = slices.Clone(tx.Statement.Vars) }
	const name = "note_query"
	err := errors.Join(
		db.read.Callback().Query().After("gorm:query").Register(name, note),
		db.read.Callback().Row().After("gorm:row").Register(name, note),
		fn(),
		db.read.Callback().Query().Remove(name),
		db.read.Callback().Row().Remove(name),
	)
	var plans []Plan
	for query, vars := range seen {
		plan := Plan{Query: query}
		var rows []struct{ Detail string }
		err = errors.Join(err, db.read.WithContext(ctx).Raw("EXPLAIN QUERY PLAN "+query, vars...).Scan(&rows).Error)
		for _, row := range rows {
			plan.Steps = append(plan.Steps, row.Detail)
		}
		plans = append(plans, plan)
	}
	slices.SortFunc(plans, func(a, b Plan) int { return strings.Compare(a.Query, b.Query) })
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	return plans, nil
}

// Reads returns how many queries of the read pool fn causes.
func (db *DB) Reads(fn func() error) (int, error) {
	reads := 0
	note := func(*gorm.DB) { reads++ }
	const name = "count_query"
	err := errors.Join(
		db.read.Callback().Query().After("gorm:query").Register(name, note),
		db.read.Callback().Row().After("gorm:row").Register(name, note),
		fn(),
		db.read.Callback().Query().Remove(name),
		db.read.Callback().Row().Remove(name),
	)
	return reads, err
}
