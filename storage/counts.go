package storage

import (
	"fmt"

	"patchbay/engine"
)

// quarter is the length of what counts are kept for, in microseconds.
const quarter = int64(engine.CountStep / 1000)

// runDelta is what one transaction adds to the counts of a rule.
type runDelta struct {
	started, succeeded, warned, failed, filtered, skipped, canceled, done, sent int64
}

// runDeltas gathers what the operations of a transaction count, by rule.
type runDeltas map[string]*runDelta

func (l runDeltas) of(rule string) *runDelta {
	d := l[rule]
	if d == nil {
		d = &runDelta{}
		l[rule] = d
	}
	return d
}

// ended counts a run that has ended in a state.
func (d *runDelta) ended(state int64, warned bool) {
	switch state {
	case stateSucceeded:
		d.succeeded++
		if warned {
			d.warned++
		}
	case stateFiltered:
		d.filtered++
	case stateFailed:
		d.failed++
	case stateSkipped:
		d.skipped++
	case stateCanceled:
		d.canceled++
	}
}

// attempts counts the steps among rows that are stored now.
func (d *runDelta) attempts(list []*attemptArgs) {
	for _, args := range list {
		action := args[attemptAction]
		if args[attemptState] != stepSucceeded || args[attemptNumber] == int64(0) || action == "delay" || action == "filter" {
			continue
		}
		d.done++
		if args[attemptOutcome] == outcomeSent {
			d.sent++
		}
	}
}

// arrived reports whether there is anything that counts of events are kept of.
func (d *ledgerDelta) arrived() bool {
	return d.received != 0 || d.accepted != 0 || d.duplicate != 0 || d.rejected != 0 || d.held != 0 || d.matched != 0 || d.unmatched != 0
}

// flushCounts writes the counts of the transaction. It needs the deltas of the ledger.
func (w *writer) flushCounts() error {
	if len(w.ledger) == 0 && len(w.runs) == 0 {
		return nil
	}
	now := micros(w.now()) / quarter
	for inbox, d := range w.ledger {
		if !d.arrived() {
			continue
		}
		err := w.sql.countEvents.exec(now, inbox, d.received, d.accepted, d.duplicate, d.rejected, d.held, d.matched, d.unmatched)
		if err != nil {
			return fmt.Errorf("count events: %w", err)
		}
	}
	for rule, d := range w.runs {
		if *d == (runDelta{}) {
			continue
		}
		err := w.sql.countRuns.exec(now, rule, d.started, d.succeeded, d.warned, d.failed, d.filtered, d.skipped, d.canceled, d.done, d.sent)
		if err != nil {
			return fmt.Errorf("count runs: %w", err)
		}
	}
	clear(w.runs)
	return nil
}
