package main

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp/fasthttputil"
)

// indoors is a server that only this process can reach.
type indoors struct {
	app      *fiber.App
	listener *fasthttputil.InmemoryListener
	served   chan error
}

func serveIndoors(app *fiber.App) *indoors {
	in := &indoors{app: app, listener: fasthttputil.NewInmemoryListener(), served: make(chan error, 1)}
	go func() { in.served <- app.Listener(in.listener) }()
	return in
}

// dial is what an HTTP transport connects with.
func (in *indoors) dial(context.Context, string, string) (net.Conn, error) {
	return in.listener.Dial()
}

// shut ends the server. Requests that are still at work after grace are left to themselves.
func (in *indoors) shut(grace time.Duration) error {
	err := in.app.ShutdownWithTimeout(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	// A server that had not begun to serve knows no listener yet, and would wait for ever.
	_ = in.listener.Close() // it is closed already, unless that is so
	return errors.Join(err, <-in.served)
}
