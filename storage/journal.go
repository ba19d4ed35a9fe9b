package storage

import (
	"context"
	"log/slog"

	"gorm.io/gorm"
)

// journal commits what gathered while the last commit ran.
type journal struct {
	intake    *intake
	w         *writer
	log       *slog.Logger
	committed func(grown bool) // called after each commit; grown when it gave numbers
	failing   bool
	stopped   chan struct{}
}

func newJournal(w *writer, log *slog.Logger, committed func(grown bool)) *journal {
	j := &journal{intake: newIntake(), w: w, log: log, committed: committed, stopped: make(chan struct{})}
	go j.run()
	return j
}

// close lets what waits be committed and ends the writer.
func (j *journal) close() error {
	j.intake.close()
	<-j.stopped
	return j.w.close()
}

func (j *journal) run() {
	defer close(j.stopped)
	buf := make([]*ticket, 0, maxBatch)
	for {
		batch, alone := j.intake.next(buf[:0], j.w.backlog)
		if len(batch) == 0 {
			return
		}
		j.commit(batch, alone)
		for _, t := range batch {
			t.done <- struct{}{}
		}
		clear(batch)
		j.file()
	}
}

// file moves some claims to their table when many have gathered. It may fail like
// any commit; then the next batch tries again.
func (j *journal) file() {
	due := j.w.claims.due(j.w.seq)
	if j.w.conn == nil || due <= 0 {
		return
	}
	if err := j.w.transaction(func() error { return j.w.fileSome(due) }); err != nil {
		j.note(err)
		return
	}
	j.committed(false)
}

// commit runs a batch in one transaction and leaves each operation's fate in its ticket.
func (j *journal) commit(batch []*ticket, alone bool) {
	before := j.w.seq
	err := j.w.transaction(func() error { return j.applyAll(batch, alone) })
	if err != nil && len(batch) > 1 && !affectsAll(err) {
		j.log.Warn("one operation spoils its batch, each is tried by itself", "operations", len(batch), "error", err)
		err = j.w.transaction(func() error { return j.applyEach(batch) })
	}
	j.note(err)
	if err != nil {
		for _, t := range batch {
			t.err = err
		}
		return
	}
	j.committed(j.w.seq != before)
}

// note logs when the database stops taking commits and when it takes them again.
func (j *journal) note(err error) {
	failing := err != nil && affectsAll(err)
	switch {
	case failing && !j.failing:
		j.log.Error("commits fail, nothing is acknowledged", "error", err)
	case err == nil && j.failing:
		j.log.Info("commits succeed again")
	case !failing:
		return
	}
	j.failing = failing
}

// applyAll runs the operations one after another. An error that is not a refusal
// ends the transaction, as does any error of an operation that runs alone.
func (j *journal) applyAll(batch []*ticket, alone bool) error {
	for _, t := range batch {
		t.err = t.op.apply(j.w)
		if t.err != nil && (alone || !refused(t.err)) {
			return t.err
		}
	}
	return nil
}

// applyEach runs each operation under a savepoint of its own.
func (j *journal) applyEach(batch []*ticket) error {
	for _, t := range batch {
		t.err = j.w.savepoint(func() error { return t.op.apply(j.w) })
		if t.err != nil && affectsAll(t.err) {
			return t.err
		}
	}
	return nil
}

// changeOp is an operation written with GORM, alone in its transaction: whatever
// error it returns rolls it back.
type changeOp struct {
	ctx context.Context //nolint:containedctx // the writer runs it while the caller waits
	fn  func(w *writer, tx *gorm.DB) error
}

func (op *changeOp) apply(w *writer) error {
	return op.fn(w, w.gorm.WithContext(op.ctx))
}

// change runs fn in the writer, in a transaction of its own on the write
// connection, and returns after its commit. An error of fn rolls it back.
func (db *DB) change(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return db.write(ctx, func(_ *writer, tx *gorm.DB) error { return fn(tx) })
}

// write is change for what also counts, numbers or unblocks.
func (db *DB) write(ctx context.Context, fn func(w *writer, tx *gorm.DB) error) error {
	op := &changeOp{ctx: context.WithoutCancel(ctx), fn: fn}
	return db.journal.intake.submit(ctx, classChange, op)
}
