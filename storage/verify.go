package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gorm.io/gorm"
)

// invariant is a query whose rows are violations: a subject and a number, put into
// the sentence in this order.
type invariant struct {
	query    string
	sentence string
}

func invariants() []invariant { return append(countersHold(), historyHolds()...) }

// countersHold are the invariants of the ledgers.
func countersHold() []invariant {
	return []invariant{
		{
			`SELECT inbox AS subject, received AS n FROM ledgers WHERE received <> accepted + duplicate + rejected + held`,
			"The counters of inbox %q do not add up to the %d requests received.",
		},
		{
			`SELECT inbox AS subject, accepted AS n FROM ledgers WHERE accepted <> matched + unmatched + pending`,
			"The counters of inbox %q do not add up to the %d events accepted.",
		},
		{
			`SELECT inbox AS subject, min(received, accepted, duplicate, rejected, held, matched, unmatched, pending) AS n FROM ledgers
			WHERE min(received, accepted, duplicate, rejected, held, matched, unmatched, pending) < 0`,
			"A counter of inbox %q is %d.",
		},
		{
			`SELECT l.inbox AS subject, l.pending AS n FROM ledgers l
			WHERE l.pending <> (SELECT count(*) FROM events WHERE route = 1 AND origin = 0 AND inbox = l.inbox)`,
			"Inbox %q counts %d pending events but stores another number.",
		},
		{
			`SELECT l.inbox AS subject, l.held AS n FROM ledgers l
			WHERE l.held <> (SELECT count(*) FROM events WHERE verdict = 4 AND verdict <> 1 AND origin = 0 AND inbox = l.inbox)`,
			"Inbox %q counts %d held events but stores another number.",
		},
		{
			`SELECT l.inbox AS subject, count(*) AS n FROM ledgers l JOIN events e ON e.inbox = l.inbox AND e.origin = 0
			GROUP BY l.inbox HAVING sum(e.route = 2) > l.matched OR sum(e.route = 3) > l.unmatched
				OR sum(e.verdict = 2) > l.duplicate OR sum(e.verdict = 3) > l.rejected`,
			"Inbox %q stores %d events, more of some kind than it has counted.",
		},
	}
}

// historyHolds are the invariants of events, runs, attempts and problems.
func historyHolds() []invariant {
	const none = "'' AS subject, count(*) AS n"
	return []invariant{
		{
			`SELECT ` + none + ` FROM events WHERE (verdict = 1) <> (route IN (1, 2, 3)) OR verdict NOT IN (1, 2, 3, 4) HAVING n > 0`,
			"%s%d events have a verdict and a route that do not fit.",
		},
		{
			`SELECT ` + none + ` FROM events WHERE NOT EXISTS (SELECT 1 FROM bodies WHERE seq = events.seq) HAVING n > 0`,
			"%s%d events have lost their body.",
		},
		{
			`SELECT ` + none + ` FROM bodies WHERE NOT EXISTS (SELECT 1 FROM events WHERE seq = bodies.seq) HAVING n > 0`,
			"%s%d bodies belong to no event.",
		},
		{
			`SELECT ` + none + ` FROM runs WHERE NOT EXISTS (SELECT 1 FROM events WHERE seq = runs.event) HAVING n > 0`,
			"%s%d runs belong to no event.",
		},
		{
			`SELECT ` + none + ` FROM attempts WHERE NOT EXISTS (SELECT 1 FROM runs WHERE n = attempts.run) HAVING n > 0`,
			"%s%d attempts belong to no run.",
		},
		{
			`SELECT ` + none + ` FROM runs WHERE state NOT BETWEEN 0 AND 8 OR state > 3 AND finished_at = 0 OR state = 2 AND due_at = 0 HAVING n > 0`,
			"%s%d runs are in a state that cannot be.",
		},
		{
			`SELECT ` + none + ` FROM runs WHERE state = 1 AND epoch > (SELECT epoch FROM counters) HAVING n > 0`,
			"%s%d runs belong to an owner that has not begun.",
		},
		{
			`SELECT rule AS subject, count(*) AS n FROM runs r WHERE state = 3 AND state < 4 AND NOT EXISTS (
				SELECT 1 FROM runs o WHERE o.rule = r.rule AND o.overlap_key = r.overlap_key AND o.overlap_key IS NOT NULL AND o.state < 3)
			GROUP BY rule`,
			"Rule %q has %d runs that wait for their turn while none of it goes on.",
		},
		{
			`SELECT ` + none + ` FROM problems WHERE solved_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM runs WHERE problem = problems.id AND problem IS NOT NULL) HAVING n > 0`,
			"%s%d problems are open although no run has them.",
		},
		{
			`SELECT ` + none + ` FROM runs WHERE problem IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM problems WHERE id = runs.problem AND solved_at IS NULL) HAVING n > 0`,
			"%s%d runs belong to a problem that is not open.",
		},
		{
			`SELECT ` + none + ` FROM counters WHERE seq < max((SELECT coalesce(max(seq), 0) FROM events), (SELECT coalesce(max(seq), 0) FROM runs)) HAVING n > 0`,
			"%sNumbers were given that are not reserved (%d).",
		},
	}
}

// Verify implements [engine.Housekeeper].
func (db *DB) Verify(ctx context.Context) ([]string, error) {
	var faults []string
	if err := db.read.WithContext(ctx).Raw("PRAGMA quick_check(20)").Scan(&faults).Error; err != nil {
		return nil, fmt.Errorf("check file: %w", translate(err))
	}
	if len(faults) == 1 && faults[0] == "ok" {
		faults = nil
	}
	for i, text := range faults {
		faults[i] = fmt.Sprintf("The database file is damaged: %s.", text)
	}
	err := db.read.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for _, check := range invariants() {
			var rows []struct {
				Subject string
				N       int64
			}
			if err := tx.Raw(check.query).Scan(&rows).Error; err != nil {
				return fmt.Errorf("check invariant: %w", translate(err))
			}
			for _, row := range rows {
				faults = append(faults, fmt.Sprintf(check.sentence, row.Subject, row.N))
			}
		}
		return nil
	}, &sql.TxOptions{ReadOnly: true}) // one state, while others write
	if err != nil {
		return nil, err
	}
	secrets, err := db.verifySecrets(ctx)
	if err != nil {
		return nil, err
	}
	return append(faults, secrets...), nil
}

// fileSize returns the length of a file in a directory, 0 when there is none.
func fileSize(dir, name string) (int64, error) {
	info, err := os.Stat(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("look at file: %w", err)
	}
	return info.Size(), nil
}
