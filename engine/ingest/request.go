package ingest

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"patchbay/engine"
)

// address splits the part of the path after /in/ into the inbox's name and the
// secret part of the address. ok is false when it cannot be an address.
func address(rest string) (name, key string, ok bool) {
	rest = strings.TrimSuffix(rest, "/")
	name, key, _ = strings.Cut(rest, "/")
	return name, key, name != "" && len(name) <= 63 && len(key) <= 256 && !strings.Contains(key, "/")
}

// OwnBody is the key of a user value of a request whose body nobody else will use the
// memory of. The event keeps it then, instead of a copy.
type OwnBody struct{}

// newEvent copies what is needed of a request, credentials fingerprinted. The
// body is as it was sent.
func (h *Handler) newEvent(c *fiber.Ctx, d *door, key string) *engine.Event {
	body := c.Request().Body() // as BodyRaw, which would copy it once more
	if c.Context().UserValue(OwnBody{}) == nil {
		body = append(make([]byte, 0, len(body)), body...)
	}
	e := &engine.Event{
		ID:          h.deps.NewID(),
		Inbox:       d.inbox.Name,
		ReceivedAt:  h.deps.Now().UTC().Truncate(time.Millisecond), // storage keeps milliseconds; now() must not differ after a restart
		Origin:      cmp.Or(h.deps.Origin, engine.OriginSender),
		Method:      strings.Clone(c.Method()),
		Path:        h.storedPath(d, key),
		Query:       h.storedQuery(d, string(c.Request().URI().QueryString())),
		ContentType: string(c.Request().Header.ContentType()),
		IP:          strings.Clone(c.IP()),
		Size:        int64(len(body)),
		Body:        body,
	}
	e.Headers = h.copyHeaders(&c.Request().Header, d)
	return e
}

// copyHeaders copies the header lines, credentials fingerprinted. All text shares
// one piece of memory: two for each line of every request would be many.
func (h *Handler) copyHeaders(header *fasthttp.RequestHeader, d *door) []engine.Header {
	n := header.Len()
	buf := make([]byte, 0, 64*n)
	ends := make([]int, 0, 2*n)
	for name, value := range header.All() {
		buf = append(buf, name...)
		ends = append(ends, len(buf))
		buf = append(buf, value...)
		ends = append(ends, len(buf))
	}
	text, start := string(buf), 0
	lines := make([]engine.Header, 0, len(ends)/2)
	for i := 0; i < len(ends); i += 2 {
		line := engine.Header{Name: text[start:ends[i]], Value: text[ends[i]:ends[i+1]]}
		if d.hides(line.Name) {
			line.Value = h.deps.Fingerprint.Fingerprint(line.Value)
		}
		lines = append(lines, line)
		start = ends[i+1]
	}
	return lines
}

// hides reports whether a header is a credential. It is asked for every header of
// every request, hence without strings.ToLower.
func (d *door) hides(name string) bool {
	var lower [64]byte
	if len(name) > len(lower) {
		return d.credentials[strings.ToLower(name)]
	}
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	return d.credentials[string(lower[:len(name)])]
}

func (h *Handler) storedPath(d *door, key string) string {
	if key == "" {
		return "/in/" + d.inbox.Name
	}
	return "/in/" + d.inbox.Name + "/" + h.deps.Fingerprint.Fingerprint(key)
}

// storedQuery hides the secret part of the address when a sender put it into the query.
func (h *Handler) storedQuery(d *door, query string) string {
	if key := d.inbox.Verify.Key.Reveal(); key != "" && strings.Contains(query, key) {
		return strings.ReplaceAll(query, key, h.deps.Fingerprint.Fingerprint(key))
	}
	return query
}

// checkHeaders refuses what is over the limits before anything is copied. It
// returns the status and the reason, 0 when all is well.
func checkHeaders(c *fiber.Ctx) (status int, reason string) {
	header := &c.Request().Header
	if n := header.Len(); n > engine.MaxHeaders {
		return http.StatusRequestHeaderFieldsTooLarge, "The request has " + strconv.Itoa(n) + " headers; " +
			strconv.Itoa(engine.MaxHeaders) + " are allowed."
	}
	if hops := header.Peek(engine.HopHeader); len(hops) > 0 {
		if n, err := strconv.Atoi(string(hops)); err != nil || n < 0 || n >= engine.MaxHops {
			return http.StatusBadRequest, "The request has passed through too many routers: this looks like a loop of rules."
		}
	}
	return 0, ""
}
