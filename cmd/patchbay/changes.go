package main

import (
	"sync"

	"patchbay/engine"
)

// changes are what is told beside the changes that are stored: an address that a tunnel
// gives comes and goes by itself.
type changes struct {
	mu   sync.Mutex
	next int
	fns  map[int]func(engine.ConfigChange)
}

// watch calls fn for each change; fn must not block. stop ends it.
func (c *changes) watch(fn func(engine.ConfigChange)) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fns == nil {
		c.fns = make(map[int]func(engine.ConfigChange))
	}
	id := c.next
	c.next++
	c.fns[id] = fn
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.fns, id)
	}
}

func (c *changes) tell(change engine.ConfigChange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, fn := range c.fns {
		fn(change)
	}
}

// allChanges watches what is stored, and those beside it.
type allChanges struct {
	engine.Watcher

	beside *changes
}

// WatchConfig implements [engine.Watcher].
func (a allChanges) WatchConfig(fn func(engine.ConfigChange)) (stop func()) {
	stored, beside := a.Watcher.WatchConfig(fn), a.beside.watch(fn)
	return func() {
		stored()
		beside()
	}
}
