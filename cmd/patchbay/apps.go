package main

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"patchbay/engine"
	"patchbay/engine/ingest"
	"patchbay/ui/api"
)

const (
	defaultMaxBody = engine.Size(16 << 20)

	headerBuffer = 16 << 10 // of one request: the largest head that is taken
	readTimeout  = time.Minute
	idleTimeout  = 2 * time.Minute

	retryAfter = "5" // seconds, for those that there is no room for now
)

// appOptions are what differs between the doors of an instance.
type appOptions struct {
	maxBody engine.Size
	proxies []string // whose X-Forwarded-For counts
	ingest  *ingest.Handler
	trusted []netip.Prefix // proxies, once they were read
}

// fiberConfig is the one place where a Fiber app gets its settings. Strings of a
// request must outlive its handler, hence Immutable; who is not a trusted proxy
// cannot say where a request comes from. Time-outs of writing belong to the
// connection (see [timedListener]): a live stream has no end to wait for.
func fiberConfig(o appOptions) fiber.Config {
	if o.maxBody == 0 {
		o.maxBody = defaultMaxBody
	}
	o.trusted = trustedProxies(o.proxies)
	return fiber.Config{
		AppName:        "patchbay",
		BodyLimit:      int(o.maxBody),
		ReadBufferSize: headerBuffer,
		ReadTimeout:    readTimeout,
		IdleTimeout:    idleTimeout,
		Immutable:      true,
		// A form that was taken apart cannot be verified, and its files would lie on the disk.
		DisablePreParseMultipartForm: true,
		DisableStartupMessage:        true,
		EnableTrustedProxyCheck:      true,
		TrustedProxies:               o.proxies,
		ProxyHeader:                  fiber.HeaderXForwardedFor,
		EnableIPValidation:           true,
		ErrorHandler:                 o.fail,
	}
}

// fail answers what no handler answered: problems for the API, a record in the
// ledger for a body that was too large to be read, a short word for everything else.
func (o appOptions) fail(c *fiber.Ctx, err error) error {
	believe(c, o.trusted) // no handler may have come to it
	status := http.StatusInternalServerError
	if fault, ok := errors.AsType[*fiber.Error](err); ok {
		status = fault.Code
	}
	tooLarge, noRoom := status == http.StatusRequestEntityTooLarge, errors.Is(err, errNoRoom)
	if tooLarge || noRoom || status == http.StatusRequestHeaderFieldsTooLarge {
		lingerOn(c.Context().Conn()) // what comes of it was not read
	}
	if noRoom {
		c.Set(fiber.HeaderRetryAfter, retryAfter)
	}
	path := c.Path()
	switch webhook := strings.HasPrefix(path, "/in/") && o.ingest != nil; {
	case webhook && tooLarge:
		return o.ingest.Oversized(c)
	case webhook && noRoom:
		return o.ingest.Overloaded(c)
	}
	if strings.HasPrefix(path, "/api/") {
		if noRoom {
			err = engine.Unavailable(err, "Too many requests are under way; try again in a moment.")
		}
		return api.HandleError(c, err)
	}
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return c.Status(status).JSON(fiber.Map{"error": http.StatusText(status)})
}

// publicApp takes webhooks and serves the API and the web app to the network.
func (in *instance) publicApp(o appOptions) *fiber.App {
	o.ingest = in.ingest
	app := fiber.New(fiberConfig(o))
	if len(o.proxies) > 0 {
		app.Use(trueClient(o.proxies))
	}
	in.ingest.Register(app)
	in.api.RegisterHealth(app)
	operations := later(o, in.api.Register)
	app.Use("/api", operations)
	app.Get("/metrics", operations)
	in.web.Register(app)
	return app
}

// localApp serves the API to whoever may use the data directory.
func (in *instance) localApp() *fiber.App {
	app := fiber.New(fiberConfig(appOptions{}))
	app.Use(later(appOptions{}, in.api.RegisterLocal))
	return app
}

// later serves an app that is made for its first request: all operations of the API
// take megabytes, and a server that is only sent webhooks needs none of them.
func later(o appOptions, register func(*fiber.App)) fiber.Handler {
	handler := sync.OnceValue(func() fasthttp.RequestHandler {
		app := fiber.New(fiberConfig(o))
		register(app)
		return app.Handler()
	})
	return func(c *fiber.Ctx) error {
		handler()(c.Context())
		return nil
	}
}

// operatorApp serves metrics and health.
func (in *instance) operatorApp() *fiber.App {
	app := fiber.New(fiberConfig(appOptions{}))
	in.api.RegisterMetrics(app)
	return app
}
