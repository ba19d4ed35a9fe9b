package storage

import (
	"errors"
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
func (db *DB) Plans(fn func() error) (plans []Plan, err error) {
	seen := make(map[string][]any)
	note := func(tx *gorm.DB) {
		if query := tx.Statement.SQL.String(); !strings.HasPrefix(query, "EXPLAIN") {
			seen[query] = slices.Clone(tx.Statement.Vars)
		}
	}
	const name = "note_query"
	err = errors.Join(
		db.read.Callback().Query().After("gorm:query").Register(name, note),
		db.read.Callback().Row().After("gorm:row").Register(name, note),
		fn(),
		db.read.Callback().Query().Remove(name),
		db.read.Callback().Row().Remove(name),
	)
	if err != nil {
		return nil, err
	}
	for query, vars := range seen {
		plan := Plan{Query: query}
		rows, err := db.readPool.Query("EXPLAIN QUERY PLAN "+query, vars...)
		if err != nil {
			return nil, errors.Join(errors.New(query), err)
		}
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			plan.Steps = append(plan.Steps, detail)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
		plans = append(plans, plan)
	}
	return plans, nil
}
