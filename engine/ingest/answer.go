package ingest

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// answer is what an accepted sender is told. A nil body means the event's id as JSON.
type answer struct {
	status  int
	headers map[string]string
	body    []byte
	own     bool // the body was configured, be it empty
}

// fixedAnswer prepares the configured answer; presetStatus is the provider's, 0 when it has none.
func fixedAnswer(r engine.Respond, presetStatus int) answer {
	a := answer{status: http.StatusAccepted, headers: r.Headers}
	if presetStatus != 0 {
		a.status = presetStatus
	}
	if r.Status != 0 {
		a.status = r.Status
	}
	switch {
	case r.JSON != nil:
		if body, err := json.Marshal(r.JSON); err == nil {
			a.body, a.own = body, true
			a.headers = withType(r.Headers, "application/json")
		}
	case r.Text != "":
		a.body, a.own = []byte(r.Text), true
		a.headers = withType(r.Headers, "text/plain; charset=utf-8")
	case a.status == http.StatusNoContent:
		a.own = true
	case len(r.Headers) > 0:
		a.headers = withType(r.Headers, fiber.MIMEApplicationJSON)
	}
	return a
}

func withType(headers map[string]string, typ string) map[string]string {
	out := map[string]string{fiber.HeaderContentType: typ}
	for name, value := range headers {
		if strings.EqualFold(name, fiber.HeaderContentType) {
			delete(out, fiber.HeaderContentType)
		}
		out[name] = value
	}
	return out
}

// send writes the answer of an accepted, held or repeated event.
func (a answer) send(c *fiber.Ctx, receipt engine.Receipt) error {
	c.Status(a.status)
	for name, value := range a.headers {
		c.Set(name, value)
	}
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	if a.own {
		c.Set(fiber.HeaderContentSecurityPolicy, sandbox)
		return c.Send(a.body)
	}
	if len(a.headers) == 0 {
		c.Response().Header.SetContentType(fiber.MIMEApplicationJSON)
	}
	buf := append(make([]byte, 0, 80), `{"id":"`...)
	buf = append(buf, receipt.ID.String()...)
	if receipt.Duplicate {
		buf = append(buf, `","duplicate":true}`...)
	} else {
		buf = append(buf, `"}`...)
	}
	return c.Send(buf)
}

// sandbox keeps scripts in an answer from acting for somebody who is signed in here:
// a form of another site can bring a browser to this address.
const sandbox = "sandbox"

// sendReply writes the answer that a rule computed.
func sendReply(c *fiber.Ctx, r engine.Reply) error {
	for name, value := range r.Headers {
		c.Set(name, value)
	}
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, sandbox)
	return c.Status(r.Status).Send(r.Body)
}

// refuse answers a request that was not accepted. Strangers learn no more than the
// status tells: the reason stands in the ledger.
func refuse(c *fiber.Ctx, status int, wait time.Duration) error {
	if wait > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Response().Header.SetContentType(fiber.MIMEApplicationJSON)
	return c.Status(status).SendString(`{"error":"` + refusals(status) + `"}`)
}

func refusals(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "The sender could not be verified."
	case http.StatusNotFound:
		return "There is nothing at this address."
	case http.StatusMethodNotAllowed:
		return "This address does not take this method."
	case http.StatusRequestEntityTooLarge:
		return "The body is larger than this address takes."
	case http.StatusUnsupportedMediaType:
		return "The content encoding is not supported; send gzip, deflate, br or none."
	case http.StatusRequestHeaderFieldsTooLarge:
		return "The request has more headers than this address takes."
	case http.StatusTooManyRequests:
		return "Too many requests; try again later."
	case http.StatusServiceUnavailable:
		return "Nothing was stored; try again later."
	default:
		return "The request cannot be read."
	}
}

// methods returns the methods that make an event, and them as an Allow header.
func methods(in *engine.Inbox, p verify.Provider) (allowed map[string]bool, allow string) {
	list := in.Methods
	if len(list) == 0 {
		list = slices.Concat([]string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, p.Methods)
	}
	allowed = make(map[string]bool, len(list))
	var names []string
	for _, m := range list {
		m = strings.ToUpper(m)
		if !allowed[m] && m != http.MethodHead && m != http.MethodOptions {
			allowed[m] = true
			names = append(names, m)
		}
	}
	return allowed, strings.Join(names, ", ")
}
