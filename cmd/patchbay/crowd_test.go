package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
)

// place is a door with few places, and a clock that only the test moves.
type place struct {
	t       *testing.T
	crowd   *crowd
	address string
	secure  bool
	since   atomic.Int64 // nanoseconds that have passed
	holding chan struct{}
	release chan struct{}
	let     func() // go who is held
}

func newPlace(t *testing.T, most int, secure bool) *place {
	t.Helper()
	p := &place{t: t, crowd: newCrowd(slog.New(slog.DiscardHandler)), secure: secure, holding: make(chan struct{}, most), release: make(chan struct{})}
	p.let = sync.OnceFunc(func() { close(p.release) })
	p.crowd.most = most
	began := time.Now()
	p.crowd.now = func() time.Time { return began.Add(time.Duration(p.since.Load())) }
	app := fiber.New(fiberConfig(appOptions{}))
	app.Post("/", func(c *fiber.Ctx) error { return c.SendString("done") })
	app.Get("/held", func(c *fiber.Ctx) error {
		p.holding <- struct{}{}
		<-p.release
		return c.SendString("done")
	})
	certFile, keyFile := "", ""
	if secure {
		certFile, keyFile = certificate(t)
	}
	listener, err := listen(t.Context(), p.crowd, "127.0.0.1:0", certFile, keyFile)
	require.NoError(t, err)
	p.address = listener.Addr().String()
	server := newHTTPServer(app)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		p.let()
		p.crowd.closeAll() // a server waits for those on which nothing was asked
		require.NoError(t, server.Shutdown())
		require.NoError(t, <-served)
	})
	return p
}

// guest is a client of a place.
type guest struct {
	net.Conn
	t  *testing.T
	in *bufio.Reader
}

// enter connects, and shakes hands where that is due.
func (p *place) enter() *guest {
	p.t.Helper()
	conn, err := net.Dial("tcp", p.address) //nolint:noctx // a test's own server
	require.NoError(p.t, err)
	p.t.Cleanup(func() { _ = conn.Close() }) // the server may have been quicker
	require.NoError(p.t, conn.SetDeadline(time.Now().Add(time.Minute)))
	if p.secure {
		// In TLS 1.2 the server has read all of the handshake when the client is through.
		secure := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
		if secure.HandshakeContext(p.t.Context()) == nil {
			conn = secure
		}
	}
	return &guest{t: p.t, Conn: conn, in: bufio.NewReader(conn)}
}

func (g *guest) say(text string) {
	g.t.Helper()
	_, err := io.WriteString(g.Conn, text)
	require.NoError(g.t, err)
}

func (g *guest) answered(status int) {
	g.t.Helper()
	resp, err := http.ReadResponse(g.in, nil)
	require.NoError(g.t, err)
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(g.t, err)
	require.Equal(g.t, status, resp.StatusCode)
}

// gone reports that the server has ended the connection without a word.
func (g *guest) gone() {
	g.t.Helper()
	_, err := g.in.ReadByte()
	require.Error(g.t, err)
	require.False(g.t, isTimeout(err), "the connection is still open")
}

// admits waits until a guest has a place: a connection stands before it is accepted.
func (p *place) admits(g *guest) {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		p.crowd.mu.Lock()
		defer p.crowd.mu.Unlock()
		for conn := range p.crowd.in {
			if conn.RemoteAddr().String() == g.LocalAddr().String() {
				return true
			}
		}
		return false
	}, time.Minute, time.Millisecond)
}

// passes moves the clock once so many connections rest and so many do not.
func (p *place) passes(resting, working int, d time.Duration) {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		p.crowd.mu.Lock()
		defer p.crowd.mu.Unlock()
		rest := 0
		for conn := range p.crowd.in {
			if conn.resting.Load() > 0 {
				rest++
			}
		}
		return rest == resting && len(p.crowd.in) == resting+working
	}, time.Minute, time.Millisecond)
	p.since.Add(int64(d))
}

const (
	wholeRequest = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
	halfHead     = "POST / HTTP/1.1\r\nHos"
	restOfHead   = "t: x\r\nContent-Length: 3\r\n\r\nabc"
	halfBody     = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na"
	heldRequest  = "GET /held HTTP/1.1\r\nHost: x\r\n\r\n"
)

func TestCrowd_GivesThePlaceOfAnIdleConnectionToANewOne(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprint("with TLS: ", secure), func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, 6, secure)
			silent := p.enter()
			p.passes(1, 0, time.Second)
			var kept []*guest
			for i := range 3 {
				g := p.enter()
				g.say(wholeRequest)
				g.answered(http.StatusOK)
				p.passes(2+i, 0, time.Second)
				kept = append(kept, g)
			}
			head, body, held := kept[2], p.enter(), p.enter()
			head.say(halfHead)
			body.say(halfBody)
			held.say(heldRequest)
			<-p.holding
			p.passes(3, 3, time.Hour)

			for i, leaves := range []*guest{silent, kept[0], kept[1]} {
				comes := p.enter()
				if secure {
					leaves.gone()
				} else { // it cannot know that its place is gone
					p.admits(comes)
					leaves.say(wholeRequest)
					leaves.answered(http.StatusServiceUnavailable)
				}
				comes.say(halfHead)
				p.passes(2-i, 4+i, time.Hour)
			}
			refused := p.enter()
			if secure {
				refused.gone()
			} else {
				refused.answered(http.StatusServiceUnavailable)
			}
			head.say(restOfHead)
			body.say("bc")
			p.let()
			for _, g := range []*guest{head, body, held} {
				g.answered(http.StatusOK)
			}
		})
	}
}

func TestCrowd_LeavesAlonePlacesThatWereUsedJustNow(t *testing.T) {
	t.Parallel()
	p := newPlace(t, 1, false)
	p.crowd.patience = time.Millisecond
	first := p.enter()
	p.passes(1, 0, restedEnough-1)
	p.enter().answered(http.StatusServiceUnavailable)
	first.say(wholeRequest)
	first.answered(http.StatusOK)
	p.passes(1, 0, restedEnough)
	second := p.enter()
	first.gone()
	second.say(wholeRequest)
	second.answered(http.StatusOK)
}

// slowLine takes what is written to it at a steady pace. Nothing waits: it reckons how
// long a write would have taken.
type slowLine struct {
	net.Conn

	perSecond int
	deadline  time.Time
	took      int
}

func (l *slowLine) SetWriteDeadline(at time.Time) error {
	l.deadline = at
	return nil
}

func (l *slowLine) Write(b []byte) (int, error) {
	if time.Until(l.deadline) < time.Duration(len(b))*time.Second/time.Duration(l.perSecond) {
		return 0, os.ErrDeadlineExceeded
	}
	l.took += len(b)
	return len(b), nil
}

func TestTimedConn_KeepsWhoReadsSlowly(t *testing.T) {
	t.Parallel()
	const whole = 16 << 20
	slow := &slowLine{perSecond: 300_000}
	n, err := (&timedConn{Conn: slow}).Write(make([]byte, whole))
	require.NoError(t, err)
	require.Equal(t, whole, n)
	require.Equal(t, whole, slow.took)

	stuck := &slowLine{perSecond: 1000}
	_, err = (&timedConn{Conn: stuck}).Write(make([]byte, whole))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}
