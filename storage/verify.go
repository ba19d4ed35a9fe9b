package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// invariant is a query whose rows are violations: a subject and a number, put into
// the sentence in this order. Each query sees one state of the database, whatever is
// written meanwhile.
type invariant struct {
	query    string
	args     []any
	sentence string
}

// counted is an invariant that no row of a selection may exist; its sentence is given
// how many there are.
func counted(sentence, selection string, args ...any) invariant {
	return invariant{
		query: "SELECT '' AS subject, count(*) AS n FROM " + selection + " HAVING count(*) > 0",
		args:  args, sentence: "%s%d " + sentence,
	}
}

// invariants are ordered by what they speak of. now is the time in microseconds.
func invariants(now int64) []invariant {
	return slices.Concat(countersHold(), eventsHold(), batchesHold(), claimsHold(now), configHolds(), runsHold(), ownersHold(), stepsHold(), attemptsHold())
}

// Verify implements [engine.Housekeeper]. It only reads, and no read lasts longer than
// one check: the writer does not wait, and its log, which is not begun anew while somebody
// reads it, grows for no longer than that and the reads that overlap with it.
func (db *DB) Verify(ctx context.Context) ([]string, error) {
	faults, err := db.verifyFile(ctx)
	if err != nil || len(faults) > 0 {
		return faults, err // what a damaged file holds proves nothing
	}
	for _, check := range invariants(micros(db.now())) {
		var rows []struct {
			Subject string
			N       int64
		}
		if err := db.read.WithContext(ctx).Raw(check.query, check.args...).Scan(&rows).Error; err != nil {
			return nil, fmt.Errorf("check invariant: %w", translate(err))
		}
		for _, row := range rows {
			faults = append(faults, fmt.Sprintf(check.sentence, row.Subject, row.N))
		}
	}
	secrets, err := db.verifySecrets(ctx)
	if err != nil {
		return nil, err
	}
	return append(faults, secrets...), nil
}

// verifyFile checks that the file can be read as what it is, and that its indexes
// agree with its tables.
func (db *DB) verifyFile(ctx context.Context) ([]string, error) {
	var found []string
	err := db.read.WithContext(ctx).Raw("PRAGMA integrity_check(20)").Scan(&found).Error
	switch {
	case err != nil && damaged(err):
		found = append(found, err.Error())
	case err != nil:
		return nil, fmt.Errorf("check file: %w", translate(err))
	case len(found) == 1 && found[0] == "ok":
		return nil, nil
	}
	for i, text := range found {
		found[i] = fmt.Sprintf("The database file is damaged: %s.", text)
	}
	return found, nil
}

// countersHold are the invariants of the ledgers.
func countersHold() []invariant {
	return []invariant{
		{
			query:    `SELECT inbox AS subject, received AS n FROM ledgers WHERE received <> accepted + duplicate + rejected + held`,
			sentence: "The counters of inbox %q do not add up to the %d requests received.",
		},
		{
			query:    `SELECT inbox AS subject, accepted AS n FROM ledgers WHERE accepted <> matched + unmatched + pending`,
			sentence: "The counters of inbox %q do not add up to the %d events accepted.",
		},
		{
			query: `SELECT inbox AS subject, min(received, accepted, duplicate, rejected, held, matched, unmatched, pending) AS n FROM ledgers
				WHERE min(received, accepted, duplicate, rejected, held, matched, unmatched, pending) < 0`,
			sentence: "A counter of inbox %q is %d.",
		},
		{
			query: `SELECT l.inbox AS subject, l.pending AS n FROM ledgers l
				WHERE l.pending <> (SELECT count(*) FROM events WHERE route = 1 AND origin = 0 AND inbox = l.inbox)`,
			sentence: "Inbox %q counts %d pending events but stores another number.",
		},
		{
			query: `SELECT l.inbox AS subject, l.held AS n FROM ledgers l
				WHERE l.held <> (SELECT count(*) FROM events WHERE verdict = 4 AND verdict <> 1 AND origin = 0 AND inbox = l.inbox)`,
			sentence: "Inbox %q counts %d held events but stores another number.",
		},
		{
			query: `SELECT l.inbox AS subject, count(*) AS n FROM ledgers l JOIN events e ON e.inbox = l.inbox AND e.origin = 0
				GROUP BY l.inbox HAVING sum(e.route = 2) > l.matched OR sum(e.route = 3) > l.unmatched
					OR sum(e.verdict = 2) > l.duplicate OR sum(e.verdict = 3) > l.rejected`,
			sentence: "Inbox %q stores %d events, more of some kind than it has counted.",
		},
		{
			query: `SELECT inbox AS subject, count(*) AS n FROM events WHERE origin = 0
				AND NOT EXISTS (SELECT 1 FROM ledgers WHERE inbox = events.inbox) GROUP BY inbox`,
			sentence: "Inbox %q stores %d events but has counted none.",
		},
		counted("counters stand behind numbers that were given already.", `counters WHERE claimed > seq
			OR seq < max((SELECT coalesce(max(seq), 0) FROM events), (SELECT coalesce(max(seq), 0) FROM runs))`),
	}
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
