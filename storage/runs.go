package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"patchbay/engine"
)

// runRow is a run as GORM reads it.
type runRow struct {
	N           int64 `gorm:"primaryKey"`
	ID          []byte
	Seq         int64
	Event       int64
	EventID     []byte `gorm:"->"`
	State       int64
	Step        int
	Epoch       int64
	DueAt       int64
	Inbox       string
	Rule        string
	RuleName    string
	Version     int
	Trigger     int64
	Overlap     int64
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	StartedAt   int64
	FinishedAt  int64
	Doubt       bool
	Destination string
	OverlapKey  sql.NullString
	Problem     sql.NullInt64
	Reason      string
	Warnings    sql.NullString
}

// TableName implements GORM's Tabler.
func (runRow) TableName() string { return "runs" }

const runColumns = "runs.n, runs.id, runs.seq, runs.event, runs.state, runs.step, runs.epoch, runs.due_at, runs.inbox, runs.rule, runs.rule_name, " +
	"runs.version, runs.trigger, runs.overlap, runs.created_at, runs.started_at, runs.finished_at, runs.doubt, " +
	"coalesce(runs.destination, '') AS destination, runs.overlap_key, runs.problem, coalesce(runs.reason, '') AS reason, runs.warnings, " +
	"events.id AS event_id"

// selectRuns starts a query over runs with the identity of their events.
func selectRuns(tx *gorm.DB) *gorm.DB {
	return tx.Table("runs").Select(runColumns).Joins("JOIN events ON events.seq = runs.event")
}

func (r *runRow) run() (*engine.Run, error) {
	run := &engine.Run{
		ID: idOf(r.ID), Seq: r.Seq, EventID: idOf(r.EventID), Inbox: r.Inbox,
		Unknown: r.State == stateFailed && r.Doubt, RuleID: r.Rule, RuleName: r.RuleName, RuleVersion: r.Version, Trigger: triggers().word(r.Trigger),
		State: runStates().word(r.State), Reason: r.Reason, Step: r.Step,
		Overlap: overlaps().word(r.Overlap), OverlapKey: r.OverlapKey.String, Destination: r.Destination,
		CreatedAt: fromMicros(r.CreatedAt), StartedAt: fromMicros(r.StartedAt), FinishedAt: fromMicros(r.FinishedAt),
	}
	if r.State == stateWaiting && r.DueAt != heldUntil {
		run.DueAt = fromMicros(r.DueAt)
	}
	if r.Warnings.Valid {
		if err := json.Unmarshal([]byte(r.Warnings.String), &run.Warnings); err != nil {
			return nil, fmt.Errorf("read warnings of run %s: %w", run.ID, err)
		}
	}
	return run, nil
}

// Run implements [engine.RunStore].
func (db *DB) Run(ctx context.Context, id engine.ID) (*engine.Run, []*engine.Attempt, error) {
	var row runRow
	err := selectRuns(db.read.WithContext(ctx)).Where("runs.id = ?", id[:]).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil, engine.NotFound("run", id.String())
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read run: %w", translate(err))
	}
	run, err := row.run()
	if err != nil {
		return nil, nil, err
	}
	attempts, unreadable, err := db.attempts(ctx, map[int64]engine.ID{row.N: id}, "preview")
	if err := errors.Join(err, unreadable[row.N]); err != nil {
		return nil, nil, err
	}
	return run, attempts[row.N], nil
}

// attempts reads the attempts of runs, which are given by number, in order of step,
// item and number, and why those of some runs cannot be read. preview is the expression
// for that column.
func (db *DB) attempts(ctx context.Context, runs map[int64]engine.ID, preview string) (
	all map[int64][]*engine.Attempt, unreadable map[int64]error, err error,
) {
	numbers := make([]int64, 0, len(runs))
	for n := range runs {
		numbers = append(numbers, n)
	}
	rows, err := db.read.WithContext(ctx).Table("attempts").Select(attemptColumns+preview+", run").
		Where("run IN ?", numbers).Order("run, step, item, number").Rows()
	if err != nil {
		return nil, nil, fmt.Errorf("read attempts: %w", translate(err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	all, unreadable = make(map[int64][]*engine.Attempt, len(runs)), make(map[int64]error)
	for rows.Next() {
		var n int64
		row, err := scanAttempt(rows, &n)
		if err != nil {
			return nil, nil, err
		}
		a, err := db.attempt(row)
		if err != nil {
			unreadable[n] = err
			continue
		}
		a.RunID = runs[n]
		all[n] = append(all[n], a)
	}
	if err := rows.Err(); err != nil {
		return nil, nil, fmt.Errorf("read attempts: %w", translate(err))
	}
	return all, unreadable, nil
}
