package storage

import (
	"context"
	"errors"
	"sync/atomic"

	"gorm.io/gorm"
)

const (
	// followPages is from how many pages on that are not copied yet they are copied. Many
	// at once would hold up the commits beside them, which are synced to the same disk.
	followPages = 250
	// finishAgain is by how much a log has to grow before it is brought to its end again
	// after that failed, since somebody reads an old state of the database.
	finishAgain = 1000
	// catchUps is how often the follower tries to come near the end of a log before the
	// writer has to stand still.
	catchUps = 3
)

// follower copies the write-ahead log into the database file while it is being
// written, so that no commit has to wait for that. But a log that grows all the time
// never ends, and only one that was copied to its end is begun anew. So when it is
// long the writer stands still for the little that is left to copy, and to sync.
type follower struct {
	*checkpointer
	still func(fn func() error) error // runs fn while nothing is written
	bulk  atomic.Bool                 // what was committed may be much, and nobody waits for it
	wake  chan struct{}
	quit  chan struct{}
	done  chan struct{}

	finish  int64 // how long the log is to be before it is brought to its end
	failing bool  // the last try to copy failed
}

// follow begins to copy the log whenever poke tells that it has grown.
func (c *checkpointer) follow(still func(fn func() error) error) *follower {
	f := &follower{
		checkpointer: c, still: still,
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}), finish: checkpointPages,
	}
	go f.loop()
	return f
}

// poke tells that something was committed.
func (f *follower) poke() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// stop ends copying. The writer must still be there, or refuse.
func (f *follower) stop() {
	close(f.quit)
	<-f.done
}

func (f *follower) loop() {
	defer close(f.done)
	for {
		select {
		case <-f.wake:
		case <-f.quit:
			return
		}
		f.note(f.keepUp())
	}
}

// note logs when the log cannot be copied any more and when it can again.
func (f *follower) note(err error) {
	switch {
	case err != nil && !f.failing:
		f.log.Warn("the write-ahead log could not be copied into the database and grows", "error", err)
	case err == nil && f.failing:
		f.log.Info("the write-ahead log is copied into the database again")
	}
	f.failing = err != nil
}

// keepUp copies what the log has grown by.
func (f *follower) keepUp() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	pages, left, err := f.size()
	if err != nil || left < followPages {
		return err
	}
	if err := f.step(&f.copy); err != nil {
		return err
	}
	if f.bulk.Swap(false) {
		writeOut(f.disk)
	}
	if pages < f.finish {
		return nil
	}
	if err := f.catchUp(); err != nil {
		return err
	}
	if pages, left, err = f.size(); err != nil || left == 0 {
		return err
	}
	f.finish = pages + finishAgain
	if err := f.still(func() error { return f.step(&f.copy) }); err != nil {
		return err
	}
	// What was committed since begins the log anew, unless somebody still reads it.
	length, left, err := f.size()
	if left == 0 || length < pages {
		f.finish = checkpointPages
	}
	return err
}

// catchUp syncs what was copied, and copies what was written meanwhile, until there is
// little left, or as long as that helps.
func (f *follower) catchUp() error {
	for range catchUps {
		if err := f.sync(); err != nil {
			return err
		}
		if _, left, err := f.size(); err != nil || left < followPages {
			return err
		}
		if err := f.step(&f.copy); err != nil {
			return err
		}
	}
	return nil
}

// size returns how many pages the log has, and how many of them are not copied.
func (c *checkpointer) size() (pages, left int64, err error) {
	var busy, copied int64
	_, err = c.look.row(nil, &busy, &pages, &copied)
	return pages, pages - copied, err
}

// still runs fn in a transaction that writes nothing. An error of fn is not one of the
// transaction: the writer's connection is well.
func (db *DB) still(fn func() error) error {
	var failed error
	err := db.write(context.Background(), func(*writer, *gorm.DB) error {
		failed = fn()
		return nil
	})
	return errors.Join(err, failed)
}
