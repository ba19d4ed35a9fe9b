package storage

import (
	"slices"
	"sync"

	"patchbay/engine"
)

var _ engine.Watcher = (*DB)(nil)

// watchers tells subscribers about changes: of configuration in order, one at a time
// and before the author of a change is told that it is stored.
type watchers struct {
	mu     sync.Mutex
	next   int
	config []configWatcher
	seq    map[int]chan struct{}
	order  sync.Mutex // held while subscribers are told
}

type configWatcher struct {
	id int
	fn func(engine.ConfigChange)
}

func newWatchers() *watchers {
	return &watchers{seq: make(map[int]chan struct{})}
}

// announce tells subscribers about a change of configuration. Call it after the
// commit and before the caller is answered: who reads or sends next must find the
// change in force.
func (db *DB) announce(change engine.ConfigChange) {
	w := db.watchers
	w.order.Lock()
	defer w.order.Unlock()
	w.mu.Lock()
	list := slices.Clone(w.config)
	w.mu.Unlock()
	for _, c := range list {
		c.fn(change)
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
