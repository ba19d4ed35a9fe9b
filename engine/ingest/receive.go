package ingest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/verify"
)

// receive handles one request from finding the inbox to the answer.
func (h *Handler) receive(c *fiber.Ctx) error {
	ctx := c.UserContext()
	name, key, ok := address(c.Params("*"))
	if !ok {
		return refuse(c, http.StatusNotFound, 0)
	}
	d, err := h.doors.find(ctx, name)
	if err != nil {
		h.deps.Log.ErrorContext(ctx, "inbox could not be loaded", "inbox", name, "error", err)
		return refuse(c, http.StatusServiceUnavailable, retryAfter)
	}
	if d == nil {
		return refuse(c, http.StatusNotFound, 0)
	}
	if !d.methods[c.Method()] {
		return h.otherMethod(c, d, key)
	}
	// Whoever has not the key of an address learns nothing about it, whatever is sent there.
	stranger := !d.inbox.Verify.Pending && d.wrongKey(key)
	var shake *verify.Handshake
	if !stranger {
		shake = d.recognise(c)
	}
	if status, wait := h.busy(d, shake); status != 0 {
		d.refused(status)
		if stranger {
			return refuse(c, http.StatusNotFound, 0)
		}
		return refuse(c, status, wait)
	}
	if stranger {
		return h.reject(c, d, h.newEvent(c, d, key), rejection{http.StatusNotFound, "The secret part of the address is missing or wrong."})
	}
	if status, reason := checkHeaders(c); status != 0 {
		return h.reject(c, d, h.newEvent(c, d, key), rejection{status, reason})
	}
	if shake != nil && !shake.Signed && !d.wrongKey(key) {
		return h.greet(c, d, shake)
	}
	return h.judge(c, d, key, shake)
}

// busy returns the status for a request that cannot even be looked at now, and when
// to come back; 0 when it can. A handshake needs no room.
func (h *Handler) busy(d *door, shake *verify.Handshake) (status int, wait time.Duration) {
	if h.overRate(d) {
		return http.StatusTooManyRequests, time.Second
	}
	if shake == nil && h.deps.Dispatcher.Full() {
		return http.StatusServiceUnavailable, retryAfter
	}
	return 0, 0
}

func (h *Handler) overRate(d *door) bool {
	return d.limiter != nil && !d.limiter.AllowN(h.deps.Now(), 1)
}

// refused counts a request that is turned away with a status of busy.
func (d *door) refused(status int) {
	if status == http.StatusTooManyRequests {
		d.counts.turnedAway(&d.counts.limited)
	} else {
		d.counts.turnedAway(&d.counts.unavailable)
	}
}

// otherMethod answers methods that never make an event, handshakes among them: these
// go on while there is no room for events. One whose sender has to be checked is none
// here: the inbox does not take its method. Behind a secret address only those who know
// it learn that there is an inbox.
func (h *Handler) otherMethod(c *fiber.Ctx, d *door, key string) error {
	if d.wrongKey(key) {
		return refuse(c, http.StatusNotFound, 0)
	}
	if shake := d.recognise(c); shake != nil && !shake.Signed {
		if h.overRate(d) {
			d.refused(http.StatusTooManyRequests)
			return refuse(c, http.StatusTooManyRequests, time.Second)
		}
		return h.greet(c, d, shake)
	}
	c.Set(fiber.HeaderAllow, d.allow)
	return refuse(c, http.StatusMethodNotAllowed, 0)
}

// judge decides what becomes of a request whose inbox may take it. shake is nil unless
// the request is a handshake, once it has proved where it comes from.
func (h *Handler) judge(c *fiber.Ctx, d *door, key string, shake *verify.Handshake) error {
	e := h.newEvent(c, d, key)
	plain, no := d.readable(c, e)
	if no != nil {
		return h.reject(c, d, e, *no)
	}
	if no := d.identify(e, plain); no != nil {
		return h.reject(c, d, e, *no)
	}
	if d.inbox.Verify.Pending && d.provider.Momentary() && h.deps.Origin != engine.OriginSample {
		// What proves it is not kept: held, it could never be accepted.
		return h.reject(c, d, e, rejection{http.StatusServiceUnavailable, "The sender check is not finished, and this sender can be checked only when it asks: it was asked to come again."})
	}
	if d.inbox.Verify.Pending {
		return h.hold(c, d, e, "The sender check is not finished.")
	}
	scheme, err := d.verify(h.live(c, d, key, e), plain)
	if err != nil {
		return h.reject(c, d, e, rejection{unverified(err), reason(err)})
	}
	if shake != nil && shake.Signed {
		return h.greet(c, d, shake)
	}
	e.Verified = scheme
	if d.inbox.Paused {
		return h.hold(c, d, e, "The inbox is paused.")
	}
	return h.accept(c, d, e, plain)
}

// unverified is the status for a sender that is not proved. When what it is checked by
// cannot be fetched, it has done nothing wrong and is to come again.
func unverified(err error) int {
	if engine.KindOf(err) == engine.KindUnavailable {
		return http.StatusServiceUnavailable
	}
	return http.StatusUnauthorized
}

// rejection is why a request is not accepted: the status for the sender, the
// reason for the ledger.
type rejection struct {
	status int
	reason string
}

// readable returns the body without its content encoding, or why it cannot be taken.
func (d *door) readable(c *fiber.Ctx, e *engine.Event) ([]byte, *rejection) {
	if e.Size > d.bodyLimit {
		return nil, &rejection{http.StatusRequestEntityTooLarge, tooLarge(d.bodyLimit)}
	}
	plain := e.Body
	if encoding := string(c.Request().Header.ContentEncoding()); encoding != "" {
		var err error
		if plain, err = decode.Content(encoding, e.Body, d.bodyLimit); err != nil {
			return nil, unreadable(err)
		}
	}
	return plain, nil
}

func unreadable(err error) *rejection {
	status := http.StatusBadRequest
	switch engine.KindOf(err) {
	case engine.KindTooLarge:
		status = http.StatusRequestEntityTooLarge
	case engine.KindUnsupported:
		status = http.StatusUnsupportedMediaType
	default:
	}
	return &rejection{status, reason(err)}
}

func tooLarge(limit int64) string {
	return "The body is larger than the inbox's limit of " + engine.Size(limit).String() + "."
}

// reason is the sentence of a user-visible error; others are internal and only logged.
func reason(err error) string {
	if e, ok := errors.AsType[*engine.Error](err); ok {
		return e.Message
	}
	return "The request could not be checked."
}

// accept hands over an event that may act, and answers once it is stored.
func (h *Handler) accept(c *fiber.Ctx, d *door, e *engine.Event, plain []byte) error {
	ctx := c.UserContext()
	e.Verdict, e.Route = engine.Accepted, engine.RoutePending
	var reply <-chan engine.Reply
	if d.inbox.Respond.Mode == "rule" {
		var done func()
		reply, done = h.deps.Replies.Expect(e.ID)
		defer done()
	}
	receipt, err := h.handOver(ctx, d, e, plain)
	if err != nil {
		return h.unavailable(c, d, err)
	}
	d.counts.took()
	if reply != nil && !receipt.Duplicate {
		if r, ok := h.await(ctx, reply, d.inbox.Respond.Within.Std()); ok {
			if r.Status == 0 {
				return d.unmatched.send(c, receipt)
			}
			return sendReply(c, r)
		}
	}
	return d.fixed.send(c, receipt)
}

// await waits for the answer that a rule computes. The clock here is the sender's
// patience, so it is the real one.
func (h *Handler) await(ctx context.Context, reply <-chan engine.Reply, within time.Duration) (engine.Reply, bool) {
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case r := <-reply:
		return r, true
	case <-timer.C:
	case <-ctx.Done():
	}
	return engine.Reply{}, false
}

// hold stores an event that must not act yet; its sender is answered as if it did.
func (h *Handler) hold(c *fiber.Ctx, d *door, e *engine.Event, why string) error {
	e.Verdict, e.Reason = engine.Held, why
	receipt, err := h.deps.Events.Accept(c.UserContext(), e, engine.Claim{})
	if err != nil {
		return h.unavailable(c, d, err)
	}
	d.counts.took()
	return d.fixed.send(c, receipt)
}

// reject stores a request with the reason for not accepting it.
func (h *Handler) reject(c *fiber.Ctx, d *door, e *engine.Event, r rejection) error {
	e.Verdict, e.Reason = engine.Rejected, r.reason
	if len(e.Body) > maxRejectedBody {
		e.Body, e.Truncated = e.Body[:maxRejectedBody:maxRejectedBody], true
	}
	if _, err := h.deps.Events.Accept(c.UserContext(), e, engine.Claim{}); err != nil {
		return h.unavailable(c, d, err)
	}
	if r.status == http.StatusServiceUnavailable {
		return refuse(c, r.status, comeAgain)
	}
	return refuse(c, r.status, 0)
}

// comeAgain is when a sender may ask again that could not be checked.
const comeAgain = 30 * time.Second

// maxRejectedBody is how much of a rejected request's body is kept.
const maxRejectedBody = 64 << 10

func (h *Handler) unavailable(c *fiber.Ctx, d *door, err error) error {
	d.counts.turnedAway(&d.counts.unavailable)
	h.deps.Log.ErrorContext(c.UserContext(), "event could not be stored", "inbox", d.inbox.Name, "error", err)
	return refuse(c, http.StatusServiceUnavailable, retryAfter)
}

// Oversized records a request whose body the server did not even read, because it
// is over the limit for all inboxes, and answers it. The server's error handler calls it.
func (h *Handler) Oversized(c *fiber.Ctx) error {
	rest, ok := strings.CutPrefix(c.Path(), "/in/")
	name, key, valid := address(rest)
	if !ok || !valid {
		return refuse(c, http.StatusRequestEntityTooLarge, 0)
	}
	d, err := h.doors.find(c.UserContext(), name)
	if err != nil || d == nil || !d.methods[c.Method()] {
		return refuse(c, http.StatusRequestEntityTooLarge, 0)
	}
	if status, _ := h.busy(d, nil); status != 0 {
		return refuse(c, http.StatusRequestEntityTooLarge, 0) // true all the same, and trying again does not help
	}
	c.Request().ResetBody()
	e := h.newEvent(c, d, key)
	e.Size, e.Truncated = int64(max(0, c.Request().Header.ContentLength())), true
	return h.reject(c, d, e, rejection{http.StatusRequestEntityTooLarge, tooLarge(d.bodyLimit)})
}
