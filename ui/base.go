package ui

import (
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"
)

const forwardedPrefix = "X-Forwarded-Prefix"

// prefixForm is what may be a path of the app: it ends up in the page.
var prefixForm = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+/?$`)

// base returns the path of the app as the browser of a request sees it: the one that a
// trusted proxy names, or as many steps up as the address is deep.
func base(c *fiber.Ctx) string {
	if prefix := c.Get(forwardedPrefix); c.IsProxyTrusted() && prefixForm.MatchString(prefix) {
		return strings.TrimRight(prefix, "/") + "/"
	}
	path, _, _ := strings.Cut(c.Path(), "?")
	if depth := strings.Count(path, "/") - 1; depth > 0 {
		return strings.Repeat("../", depth)
	}
	return "./"
}
