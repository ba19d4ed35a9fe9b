package rules

import "sync"

// cache keeps up to twice size values in two generations: when the newer one is
// full it becomes the older one, and what was in the older one and not used since
// is dropped. The zero value with a size is ready.
type cache[V any] struct {
	mu         sync.RWMutex
	size       int
	young, old map[string]V
}

func (c *cache[V]) get(key string) (V, bool) {
	c.mu.RLock()
	v, ok := c.young[key]
	if ok {
		c.mu.RUnlock()
		return v, true
	}
	v, ok = c.old[key]
	c.mu.RUnlock()
	if ok {
		v = c.put(key, v)
	}
	return v, ok
}

// put stores a value unless there is one already, and returns the one stored.
func (c *cache[V]) put(key string, v V) V {
	c.mu.Lock()
	defer c.mu.Unlock()
	if there, ok := c.young[key]; ok {
		return there
	}
	if len(c.young) >= c.size || c.young == nil {
		c.old, c.young = c.young, make(map[string]V)
	}
	c.young[key] = v
	return v
}
