package storage

import (
	"context"
	"fmt"
	"time"

	"patchbay/engine"
)

var _ engine.ProblemStore = (*DB)(nil)

// solvedShown is how long a solved problem is shown and kept.
const solvedShown = 30 * 24 * time.Hour

// Problems implements [engine.ProblemStore]: open ones first, newest first. A run
// that tries again counts as waiting; one that failed in doubt counts as unknown
// and not as failed.
func (db *DB) Problems(ctx context.Context, solved bool) ([]*engine.Problem, error) {
	var rows []struct {
		ID                                  int64
		Destination, Reason                 string
		Since, SolvedAt                     int64
		Waiting, Failed, Unknown, NextCheck int64
		Recovered, Skipped                  int64
	}
	since := micros(db.now().Add(-solvedShown))
	if !solved {
		since = maxKey
	}
	err := db.read.WithContext(ctx).Raw(`SELECT id, destination, problems.reason, since, recovered, skipped, coalesce(solved_at, 0) AS solved_at,
			coalesce(sum(r.state < 4), 0) AS waiting, coalesce(sum(r.state = 6 AND NOT r.doubt), 0) AS failed,
			coalesce(sum(r.state = 6 AND r.doubt), 0) AS unknown, coalesce(min(iif(r.state = 2 AND r.due_at < ?, r.due_at, NULL)), 0) AS next_check
		FROM problems LEFT JOIN (SELECT problem, state, doubt, due_at FROM runs WHERE problem IS NOT NULL) AS r ON r.problem = problems.id
		WHERE solved_at IS NULL OR solved_at >= ?
		GROUP BY problems.id ORDER BY solved_at IS NOT NULL, coalesce(solved_at, since) DESC, id DESC`, heldUntil, since).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read problems: %w", translate(err))
	}
	rules, err := db.rulesOfProblems(ctx, since)
	if err != nil {
		return nil, err
	}
	list := make([]*engine.Problem, len(rows))
	for i, row := range rows {
		list[i] = &engine.Problem{
			ID: row.ID, Destination: row.Destination, Reason: row.Reason, Waiting: row.Waiting, Failed: row.Failed, Unknown: row.Unknown,
			Since: fromMicros(row.Since), SolvedAt: timePointer(row.SolvedAt), NextCheck: timePointer(row.NextCheck),
			Recovered: row.Recovered, Skipped: row.Skipped, Rules: rules[row.ID],
		}
		if list[i].Rules == nil {
			list[i].Rules = []engine.RuleRef{}
		}
	}
	return list, nil
}

// OpenProblems implements [engine.ProblemStore].
func (db *DB) OpenProblems(ctx context.Context) (int, error) {
	var open int64
	if err := db.read.WithContext(ctx).Table("problems").Where("solved_at IS NULL").Count(&open).Error; err != nil {
		return 0, fmt.Errorf("count problems: %w", translate(err))
	}
	return int(open), nil
}

// rulesLooked is at how many runs of a problem is looked for their rules.
const rulesLooked = 200

// rulesOfProblems returns the rules of some runs of each problem, by its number; of
// solved ones when they were solved at since, in microseconds, or later.
func (db *DB) rulesOfProblems(ctx context.Context, since int64) (map[int64][]engine.RuleRef, error) {
	var rows []struct {
		Problem  int64
		ID, Name string
	}
	// The order of the join is said, as it would read all runs the other way round.
	err := db.read.WithContext(ctx).Raw(`SELECT problems.id AS problem, r.rule AS id, max(r.rule_name) AS name FROM problems
		CROSS JOIN runs AS r ON r.n IN (SELECT n FROM runs INDEXED BY runs_by_problem WHERE problem = problems.id AND problem IS NOT NULL LIMIT ?)
		WHERE solved_at IS NULL OR solved_at >= ?
		GROUP BY problems.id, r.rule ORDER BY name, r.rule`, rulesLooked, since).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read rules of problems: %w", translate(err))
	}
	rules := make(map[int64][]engine.RuleRef)
	for _, row := range rows {
		rules[row.Problem] = append(rules[row.Problem], engine.RuleRef{ID: row.ID, Name: row.Name})
	}
	return rules, nil
}
