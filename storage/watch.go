package storage

import (
	"slices"
	"sync"

	"patchbay/engine"
)

var _ engine.Watcher = (*DB)(nil)

// watchers tells subscribers about changes, in order and from one goroutine. The
// backlog is unbounded, because configuration changes are rare and none may be lost.
type watchers struct {
	mu      sync.Mutex
	next    int
	config  []configWatcher
	seq     map[int]chan struct{}
	backlog []engine.ConfigChange
	wake    chan struct{}
	stop    chan struct{}
	stopped chan struct{}
}

type configWatcher struct {
	id int
	fn func(engine.ConfigChange)
}

func newWatchers() *watchers {
	w := &watchers{
		seq:     make(map[int]chan struct{}),
		wake:    make(chan struct{}, 1),
		stop:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	go w.run()
	return w
}

func (w *watchers) run() {
	defer close(w.stopped)
	for {
		select {
		case <-w.wake:
			w.deliver()
		case <-w.stop:
			w.deliver()
			return
		}
	}
}

func (w *watchers) deliver() {
	for {
		w.mu.Lock()
		if len(w.backlog) == 0 {
			w.mu.Unlock()
			return
		}
		change := w.backlog[0]
		w.backlog = w.backlog[1:]
		list := slices.Clone(w.config)
		w.mu.Unlock()
		for _, c := range list {
			c.fn(change)
		}
	}
}

func (w *watchers) close() {
	close(w.stop)
	<-w.stopped
}

// announce tells subscribers about a change of configuration. Call it after the
// commit; calls for one object must be in the order of its commits.
func (db *DB) announce(change engine.ConfigChange) {
	w := db.watchers
	w.mu.Lock()
	w.backlog = append(w.backlog, change)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// grown tells subscribers that the newest seq has grown.
func (w *watchers) grown() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ch := range w.seq {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// WatchConfig implements [engine.Watcher].
func (db *DB) WatchConfig(fn func(engine.ConfigChange)) (stop func()) {
	w := db.watchers
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.next
	w.next++
	w.config = append(w.config, configWatcher{id: id, fn: fn})
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.config = slices.DeleteFunc(w.config, func(c configWatcher) bool { return c.id == id })
	}
}

// WatchSeq implements [engine.Watcher].
func (db *DB) WatchSeq() (wake <-chan struct{}, stop func()) {
	w := db.watchers
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.next
	w.next++
	w.seq[id] = ch
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.seq, id)
	}
}
