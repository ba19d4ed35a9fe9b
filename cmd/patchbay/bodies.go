package main

import (
	"errors"
	"io"
	"sync/atomic"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"patchbay/engine/ingest"
)

// What requests with a body may take of memory together while they are received and
// answered: each a flat cost, and its body twice, since there are other forms of it
// for a while. Whoever comes when there is no room is told to come back: a burst must cost its senders
// some patience, not the server its memory.
const (
	requestRoom = 64 << 20
	requestCost = 16 << 10
	unknownBody = 4 << 10  // the first piece of memory for a body of unknown length
	firstPiece  = 64 << 10 // the most memory that an announced length alone is given
)

// errNoRoom refuses a request for which there is no memory now.
var errNoRoom = fiber.NewError(fiber.StatusServiceUnavailable, "Too many requests are under way.")

// bodies reads the bodies of requests. The server by itself would make room for a
// whole body as soon as its length is announced, so that a thousand connections could
// claim many gigabytes with a line each. Here memory grows with what arrives.
type bodies struct {
	most  int // bytes of one body
	room  int64
	taken atomic.Int64
}

func newBodies(most int) *bodies {
	return &bodies{most: most, room: max(requestRoom, 4*int64(most))} // there is room for one of any size
}

// newHTTPServer makes the server of an app. It is Fiber's but for the reading of
// bodies, and handlers find those complete all the same.
func newHTTPServer(app *fiber.App) *fasthttp.Server {
	like := app.Server()
	fail := func(ctx *fasthttp.RequestCtx, err error) {
		if !errors.Is(err, errNoRoom) {
			like.ErrorHandler(ctx, err)
			return
		}
		c := app.AcquireCtx(ctx) // Fiber knows a server's errors only, not its own
		defer app.ReleaseCtx(c)
		if err := app.ErrorHandler(c, err); err != nil {
			ctx.SetStatusCode(fiber.StatusServiceUnavailable)
		}
	}
	return &fasthttp.Server{
		Handler:                      newBodies(like.MaxRequestBodySize).handler(app.Handler(), fail),
		ErrorHandler:                 like.ErrorHandler,
		ConnState:                    noteState,
		Logger:                       like.Logger,
		ReadBufferSize:               like.ReadBufferSize,
		ReadTimeout:                  like.ReadTimeout,
		IdleTimeout:                  like.IdleTimeout,
		MaxRequestBodySize:           like.MaxRequestBodySize,
		NoDefaultServerHeader:        like.NoDefaultServerHeader,
		DisablePreParseMultipartForm: like.DisablePreParseMultipartForm,
		StreamRequestBody:            true,
		CloseOnShutdown:              true, // nobody must use a connection again that is about to end
	}
}

// handler gives next the requests that came completely, and fail the others.
func (b *bodies) handler(next fasthttp.RequestHandler, fail func(*fasthttp.RequestCtx, error)) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		noteRequest(ctx.Conn())
		stream := ctx.RequestBodyStream()
		if stream == nil {
			next(ctx)
			return
		}
		var got body
		defer b.giveBack(&got)
		announced := ctx.Request.Header.ContentLength()
		err := b.read(&got, stream, announced)
		if err == nil && announced < 0 && hasEnded(ctx.Conn()) {
			err = io.ErrUnexpectedEOF // the last chunk says that it is the last, or there is none; the stream does not tell
		}
		if err != nil {
			ctx.SetConnectionClose() // the rest of the body may still come
			fail(ctx, err)
			return
		}
		ctx.Request.SetBodyRaw(got.bytes)
		ctx.SetUserValue(ingest.OwnBody{}, true)
		next(ctx)
	}
}

// body is what was read of one request.
type body struct {
	bytes []byte
	cost  int64
}

// read reads a body. Its announced length is negative when nobody knows it.
func (b *bodies) read(got *body, from io.Reader, announced int) error {
	if announced > b.most {
		return fasthttp.ErrBodyTooLarge
	}
	if err := b.begin(got, announced); err != nil {
		return err
	}
	n := 0
	for {
		if n == len(got.bytes) && n != announced {
			if err := b.grow(got, announced); err != nil {
				return err
			}
		}
		read, err := from.Read(got.bytes[n:])
		n += read
		ended := errors.Is(err, io.EOF)
		switch {
		case n > b.most:
			return fasthttp.ErrBodyTooLarge
		case ended && n < announced:
			return io.ErrUnexpectedEOF // the client has gone
		case err != nil && !ended:
			return err
		}
		if ended || n == announced {
			got.bytes = got.bytes[:n:n]
			return nil
		}
	}
}

// begin makes room for the first piece of a body.
func (b *bodies) begin(got *body, announced int) error {
	size := unknownBody
	if announced >= 0 {
		size = min(announced, firstPiece)
	}
	if err := b.take(got, requestCost+2*int64(size)); err != nil {
		return err
	}
	got.bytes = make([]byte, size)
	return nil
}

// grow doubles the room of a body, up to the announced length, or to one byte more
// than the limit, which tells that there is too much.
func (b *bodies) grow(got *body, announced int) error {
	end := b.most + 1
	if announced >= 0 {
		end = announced
	}
	size := min(2*len(got.bytes), end)
	if err := b.take(got, 2*int64(size-len(got.bytes))); err != nil {
		return err
	}
	grown := make([]byte, size)
	copy(grown, got.bytes)
	got.bytes = grown
	return nil
}

func (b *bodies) take(got *body, cost int64) error {
	if b.taken.Add(cost) > b.room {
		b.taken.Add(-cost)
		return errNoRoom
	}
	got.cost += cost
	return nil
}

func (b *bodies) giveBack(got *body) { b.taken.Add(-got.cost) }
