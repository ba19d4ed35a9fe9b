package main

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// calmFirst is how long a line that was written is not written again. While lines go
	// on repeating themselves that doubles, up to calmLongest.
	calmFirst   = 10 * time.Second
	calmLongest = 10 * time.Minute
	// calmLines bounds the lines that are remembered; others are written as they come.
	calmLines = 1000
)

// calmHandler keeps a trouble that meets every request, such as a full disk, from
// filling the log: a line that repeats itself is written once, and after a while once
// more with how often it came. Lines are the same when nothing but identifiers tells
// them apart.
//
// Lines stay in the order in which they came last, also when a state comes and goes
// again and again: whatever is written, what was held back before it is written first.
type calmHandler struct {
	next  slog.Handler
	scope string // what WithAttrs and WithGroup have put in front
	lines *calmed
}

// calmed is the lines that were written lately. Handlers of one log share it.
type calmed struct {
	mu    sync.Mutex
	byKey map[string]*calmLine
	held  int // how many lines came, to know their order; 0 when none is held back
	wait  time.Duration
	timer *time.Timer // nil while byKey is empty
}

// calmLine is a line that was written and may have come again since.
type calmLine struct {
	into  slog.Handler
	last  slog.Record
	held  int  // how often it was not written
	place int  // among the lines that are held back
	came  bool // since the last time that lines were looked through
}

var _ slog.Handler = calmHandler{}

func newCalmHandler(next slog.Handler) calmHandler {
	return calmHandler{next: next, lines: &calmed{byKey: make(map[string]*calmLine)}}
}

// Enabled implements [slog.Handler].
func (h calmHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// WithAttrs implements [slog.Handler].
func (h calmHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	var scope strings.Builder
	scope.WriteString(h.scope)
	for _, a := range attrs {
		writeKey(&scope, a)
	}
	return calmHandler{next: h.next.WithAttrs(attrs), scope: scope.String(), lines: h.lines}
}

// WithGroup implements [slog.Handler].
func (h calmHandler) WithGroup(name string) slog.Handler {
	return calmHandler{next: h.next.WithGroup(name), scope: h.scope + "\x00" + name, lines: h.lines}
}

// Handle implements [slog.Handler].
func (h calmHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelInfo {
		return h.next.Handle(ctx, r)
	}
	key := h.keyOf(r)
	h.lines.mu.Lock()
	defer h.lines.mu.Unlock()
	if h.lines.hold(key, h.next, r) {
		return nil
	}
	h.lines.release() //nolint:contextcheck // the lines of others
	h.lines.remember(key)
	return h.next.Handle(ctx, r)
}

func (h calmHandler) keyOf(r slog.Record) string {
	var key strings.Builder
	key.WriteString(h.scope)
	key.WriteString("\x00" + r.Level.String() + "\x00" + r.Message)
	r.Attrs(func(a slog.Attr) bool {
		writeKey(&key, a)
		return true
	})
	return key.String()
}

func writeKey(key *strings.Builder, a slog.Attr) {
	if !strings.HasSuffix(a.Key, "_id") {
		key.WriteString("\x00" + a.Key + "=" + a.Value.String())
	}
}

// hold holds a line back that was written lately, and reports whether it was.
func (c *calmed) hold(key string, into slog.Handler, r slog.Record) bool {
	line := c.byKey[key]
	if line == nil {
		return false
	}
	c.held++
	line.held++
	line.into, line.last, line.place, line.came = into, r.Clone(), c.held, true
	return true
}

// remember notes a line that is being written.
func (c *calmed) remember(key string) {
	if len(c.byKey) >= calmLines {
		return
	}
	c.byKey[key] = &calmLine{came: true}
	if c.timer == nil {
		c.wait = calmFirst
		c.timer = time.AfterFunc(c.wait, c.look)
	}
}

// release writes what is held back, in order.
func (c *calmed) release() {
	if c.held == 0 {
		return
	}
	c.held = 0
	var lines []*calmLine
	for _, line := range c.byKey {
		if line.held > 0 {
			lines = append(lines, line)
		}
	}
	slices.SortFunc(lines, func(a, b *calmLine) int { return cmp.Compare(a.place, b.place) })
	for _, line := range lines {
		line.write()
	}
}

// look writes what is held back and forgets lines that have not come for a while.
func (c *calmed) look() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wait = min(2*c.wait, calmLongest)
	if c.held == 0 {
		c.wait = calmFirst
	}
	c.release()
	for key, line := range c.byKey {
		if !line.came {
			delete(c.byKey, key)
		}
		line.came = false
	}
	if len(c.byKey) == 0 {
		c.timer = nil
		return
	}
	c.timer.Reset(c.wait)
}

// flush writes what is held back. The log ends.
func (h calmHandler) flush() {
	c := h.lines
	c.mu.Lock()
	defer c.mu.Unlock()
	c.release()
	clear(c.byKey)
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
}

func (l *calmLine) write() {
	l.last.AddAttrs(slog.Int("repeated", l.held))
	l.held = 0
	_ = l.into.Handle(context.Background(), l.last) // a log that cannot be written has nobody to tell
}
