package main

import (
	"context"

	"github.com/gofiber/fiber/v2"
)

// openTunnel opens a tunnel to what the public door serves, and to nothing else: its
// connections are given to a server of their own, which knows no other app.
func (s *server) openTunnel(ctx context.Context, c *serveCommand, app *fiber.App) error {
	if c.Tunnel == "" {
		return nil
	}
	to, err := parseTunnel(c.Tunnel)
	if err != nil {
		return err
	}
	s.tunnel = newTunnel(to, s.log, func(address string) {
		s.instance.workspace.through(address)
		if address != "" {
			s.log.InfoContext(ctx, "the tunnel is open", "address", address, "server", to.host())
		}
	})
	crowd := newCrowd(s.log)
	s.through = newDoor(tunnelDoor, app, timedListener{s.tunnel, crowd}, crowd)
	return s.tunnel.start(ctx)
}

// closeTunnel answers what has come through the tunnel, and ends it.
func (s *server) closeTunnel(ctx context.Context) error {
	if s.tunnel == nil {
		return nil
	}
	err := s.through.shut(ctx)
	s.tunnel.hangUp()
	return err
}
