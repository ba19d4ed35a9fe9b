package main

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
)

const (
	// calmFirst is how long a line that was written is not written again. While it goes
	// on repeating itself that doubles, up to calmLongest.
	calmFirst   = 10 * time.Second
	calmLongest = 10 * time.Minute
	// calmLines bounds the lines that are remembered; others are written as they come.
	calmLines = 1000
)

// calmHandler keeps a trouble that meets every request, such as a full disk, from
// filling the log: a line that repeats itself is written once, and after a while once
// more with how often it came. Lines are the same when nothing but identifiers tells
// them apart.
type calmHandler struct {
	next  slog.Handler
	scope string // what WithAttrs and WithGroup have put in front
	lines *calmed
}

// calmed is the lines that were written lately. Handlers of one log share it.
type calmed struct {
	mu    sync.Mutex
	byKey map[string]*calmLine
}

// calmLine is a line that was written and may have come again since.
type calmLine struct {
	into  slog.Handler
	last  slog.Record
	held  int // how often it was not written
	wait  time.Duration
	timer *time.Timer
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
	if r.Level >= slog.LevelInfo && h.lines.hold(h.keyOf(r), h.next, r) { //nolint:contextcheck // what is held back is written when ctx is over
		return nil
	}
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

// hold reports whether a line was written lately, and remembers it either way.
func (c *calmed) hold(key string, into slog.Handler, r slog.Record) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	line := c.byKey[key]
	if line == nil {
		if len(c.byKey) < calmLines {
			line = &calmLine{wait: calmFirst}
			line.timer = time.AfterFunc(line.wait, func() { c.over(key) })
			c.byKey[key] = line
		}
		return false
	}
	line.held++
	line.into, line.last = into, r.Clone()
	return true
}

// over ends the time in which a line is held back.
func (c *calmed) over(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	line := c.byKey[key]
	if line == nil {
		return
	}
	if line.held == 0 {
		delete(c.byKey, key)
		return
	}
	line.write()
	line.wait = min(2*line.wait, calmLongest)
	line.timer.Reset(line.wait)
}

// flush writes what is held back. The log ends.
func (h calmHandler) flush() {
	h.lines.mu.Lock()
	defer h.lines.mu.Unlock()
	for key, line := range h.lines.byKey {
		line.timer.Stop()
		if line.held > 0 {
			line.write()
		}
		delete(h.lines.byKey, key)
	}
}

func (l *calmLine) write() {
	l.last.AddAttrs(slog.Int("repeated", l.held))
	l.held = 0
	_ = l.into.Handle(context.Background(), l.last) // a log that cannot be written has nobody to tell
}
