package ingest

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/verify"
)

const (
	// confirmTime is for how long a confirmation may take: senders wait a little longer.
	confirmTime  = 10 * time.Second
	confirmLimit = 64 << 10 // bytes of its answer
)

// shakeCounts are the handshakes of an inbox.
type shakeCounts struct {
	answered   atomic.Int64
	refused    atomic.Int64
	lastAt     atomic.Int64 // milliseconds since 1970
	refusal    atomic.Pointer[string]
	confirming atomic.Bool
}

// asking is a request as handshakes look at it.
type asking struct{ c *fiber.Ctx }

func (a asking) Header(name string) []string {
	return texts(a.c.Request().Header.PeekAll(name))
}

func (a asking) Query(name string) []string {
	return texts(a.c.Context().QueryArgs().PeekMulti(name))
}

func (a asking) Body() []byte { return a.c.Request().Body() }

func (a asking) Field(path string) (string, bool) {
	return decode.Text(string(a.c.Request().Header.ContentType()), a.Body(), path)
}

func texts(values [][]byte) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// recognise returns the handshake that a request is, nil for a usual one. Only the
// inbox's own provider has any.
func (d *door) recognise(c *fiber.Ctx) *verify.Handshake {
	if len(d.provider.Handshakes) == 0 {
		return nil
	}
	return verify.Recognise(d.provider.Handshakes, c.Method(), asking{c})
}

// greet answers a handshake. Its sender has proved itself where it can.
func (h *Handler) greet(c *fiber.Ctx, d *door, shake *verify.Handshake) error {
	a, err := h.reply(c, d, shake)
	if err != nil {
		return h.decline(c, d, err)
	}
	d.counts.shakes.answered.Add(1)
	d.counts.shakes.lastAt.Store(h.deps.Now().UnixMilli())
	d.counts.shakes.refusal.Store(nil)
	for _, line := range a.Headers {
		c.Set(line[0], line[1])
	}
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, sandbox)
	c.Set(fiber.HeaderContentType, a.Type)
	return c.Status(a.Status).Send(a.Body)
}

func (h *Handler) reply(c *fiber.Ctx, d *door, shake *verify.Handshake) (a verify.Answer, err error) {
	ctx := c.UserContext()
	value, err := shake.Read(d.inbox.Verify, asking{c})
	if err != nil {
		return a, err
	}
	if a, err = shake.Answer(d.inbox.Verify, value, d.perMinute()); err != nil {
		return a, err
	}
	switch {
	case shake.Capture:
		err = h.capture(ctx, d, shake, value)
	case len(shake.Confirm) > 0:
		err = h.confirm(ctx, d, shake, value)
	}
	return a, err
}

// decline answers a handshake that is not what it has to be. It is not kept: what it
// brings may be a secret.
func (h *Handler) decline(c *fiber.Ctx, d *door, err error) error {
	d.counts.shakes.refused.Add(1)
	why := reason(err)
	d.counts.shakes.refusal.Store(&why)
	switch engine.KindOf(err) {
	case engine.KindUnauthorized:
		return refuse(c, http.StatusUnauthorized, 0)
	case engine.KindForbidden:
		return refuse(c, http.StatusForbidden, 0)
	case engine.KindInvalid:
		return refuse(c, http.StatusBadRequest, 0)
	default:
		h.deps.Log.ErrorContext(c.UserContext(), "handshake could not be answered", "inbox", d.inbox.Name, "error", err)
		return refuse(c, http.StatusServiceUnavailable, retryAfter)
	}
}

// perMinute is how many requests the inbox takes in a minute, * for any number.
func (d *door) perMinute() string {
	if d.limiter == nil {
		return "*"
	}
	return strconv.Itoa(max(1, int(math.Round(float64(d.limiter.Limit())*60))))
}

// confirm fetches the address that makes a subscription count. The sender comes again
// where that fails.
func (h *Handler) confirm(ctx context.Context, d *door, shake *verify.Handshake, value string) error {
	target, err := shake.Target(value)
	if err != nil {
		return err
	}
	if !d.counts.shakes.confirming.CompareAndSwap(false, true) {
		return engine.Unavailable(nil, "Another subscription is being confirmed.")
	}
	defer d.counts.shakes.confirming.Store(false)
	ctx, cancel := context.WithTimeout(ctx, confirmTime)
	defer cancel()
	if _, err := h.deps.Fetcher.Fetch(ctx, target, confirmLimit); err != nil {
		return engine.Unavailable(err, "The subscription could not be confirmed at %s.", d.provider.Title)
	}
	return nil
}

// Handshakes implements [engine.Greeter].
func (h *Handler) Handshakes(ctx context.Context, inbox string) engine.Handshakes {
	d, err := h.doors.find(ctx, inbox)
	if err != nil || d == nil {
		return engine.Handshakes{}
	}
	n := &d.counts.shakes
	out := engine.Handshakes{Answered: n.answered.Load(), Refused: n.refused.Load(), Brings: d.provider.Captures() != nil}
	if at := n.lastAt.Load(); at != 0 {
		out.LastAt = time.UnixMilli(at).UTC()
	}
	if why := n.refusal.Load(); why != nil {
		out.Refusal = *why
	}
	h.arms.show(d, h.deps.Now(), &out)
	return out
}
