// Package ingest answers requests to /in/…: it finds the inbox, applies its limits,
// verifies the sender over the raw bytes, names the event and its delivery, has it
// stored, and only then answers. The sender waits for no step, and for rules only as
// long as the dispatcher takes to judge them in passing, except where an inbox says
// that a rule computes the answer.
//
// Decisions where the design is silent: a signature may cover the body as sent or
// the body without its content encoding, both are bytes that the sender signed. A
// paused inbox whose sender check is finished still refuses what fails the check.
// A request that has passed through engine.MaxHops routers is refused as a loop.
//
// Handshakes are known to the inbox's own provider alone and make no event; the counters
// tell of them. One that its sender signs has to prove itself first, and is a request
// like any other where it does not: held while the check is not finished, rejected after.
package ingest

import (
	"context"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// Deps is what a [Handler] works with.
type Deps struct {
	Inboxes     engine.InboxStore
	Events      engine.EventStore
	Watcher     engine.Watcher
	Dispatcher  engine.Dispatcher
	Evaluator   engine.Evaluator
	Replies     *engine.Replies
	Fingerprint engine.Fingerprinter
	Keys        *verify.Keyring // what senders are checked by; nil: nothing can be fetched
	Fetcher     engine.Fetcher  // of what confirms a subscription
	Audit       func(ctx context.Context, e engine.AuditEntry) error
	Origin      engine.Origin // of the events; OriginSender when empty
	PublicURL   func() string // without a slash at the end; "" when unknown
	Now         engine.Clock
	NewID       engine.NewID
	Log         *slog.Logger
}

// Handler receives webhooks. Close it when no more requests come.
type Handler struct {
	deps  Deps
	doors *directory
	arms  arms
	stop  func()
}

// New makes a handler and loads all inboxes. It returns the store's error.
func New(ctx context.Context, deps Deps) (*Handler, error) {
	h := &Handler{deps: deps, doors: newDirectory(deps), arms: arms{byInbox: make(map[string]*arm)}}
	h.stop = deps.Watcher.WatchConfig(h.doors.changed)
	if err := h.doors.loadAll(ctx); err != nil {
		h.stop()
		return nil, err
	}
	return h, nil
}

// Close stops watching for changes of inboxes.
func (h *Handler) Close() { h.stop() }

// Register mounts the handler under /in/ for every method.
func (h *Handler) Register(app fiber.Router) {
	app.All("/in/*", h.receive)
}

// Refused counts the requests of an inbox that were turned away without being
// stored, since the program started.
type Refused struct {
	Limited     int64 // answered 429
	Unavailable int64 // answered 503
	InARow      int64 // of both, since the last request that was taken
}

// Refused returns the counters by inbox.
func (h *Handler) Refused() map[string]Refused {
	out := make(map[string]Refused)
	for name, d := range h.doors.all() {
		out[name] = Refused{Limited: d.counts.limited.Load(), Unavailable: d.counts.unavailable.Load(), InARow: d.counts.inARow.Load()}
	}
	return out
}

// retryAfter is what a sender is told to wait when the database or the queue is
// full. It is short: senders back off by themselves, and most such times are.
const retryAfter = 5 * time.Second
