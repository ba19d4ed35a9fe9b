package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
)

// healthz tells that the process answers.
func (a *API) healthz(c *fiber.Ctx) error {
	secure(c)
	return c.JSON(fiber.Map{"status": "ok", "version": a.Version})
}

// readyz tells whether requests can be accepted now.
func (a *API) readyz(c *fiber.Ctx) error {
	secure(c)
	ctx, cancel := context.WithTimeout(c.UserContext(), 5*time.Second)
	defer cancel()
	if err := a.Ready(ctx); err != nil {
		a.Log.WarnContext(ctx, "not ready", "error", err)
		return c.Status(fiber.StatusServiceUnavailable).JSON(fiber.Map{"status": "not ready"})
	}
	return c.JSON(fiber.Map{"status": "ready"})
}
