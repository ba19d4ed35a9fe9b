package ingest

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Overloaded answers a request whose body the server did not read, because too many
// requests are under way, and counts it. The server's error handler calls it.
func (h *Handler) Overloaded(c *fiber.Ctx) error {
	name, _, ok := address(strings.TrimPrefix(c.Path(), "/in/"))
	if d := h.doors.all()[name]; ok && d != nil {
		d.counts.turnedAway(&d.counts.unavailable)
	}
	return refuse(c, http.StatusServiceUnavailable, retryAfter)
}
