package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// server is a serving instance: the instance, its doors and their order.
//
// It starts from the inside out: database (and its lock), engine, listeners, runner,
// and the doors last, the public one at the very end, so that whoever is let in finds
// everything at work. It stops from the outside in:
//
//  1. live streams are told to end, and the public door closes: no new connection,
//     requests under way are answered;
//  2. the runner lets steps that are being done come to their end, and leaves the rest
//     to the next start;
//  3. the operators' door and the local one close: until here commands can look on;
//  4. the instance closes, the database with its lock last.
//
// Step 1 may take half of the time of --drain, step 2 the rest; what is not done by
// then is broken off.
type server struct {
	instance *instance
	log      *slog.Logger
	dir      string
	done     chan struct{} // closed when the server begins to stop
	doors    []*door       // in the order in which they open
	failed   chan error
	resting  func() // ends the giving back of memory
	tunnel   *tunnel
	through  *door // serves the tunnel; nil without one
}

const (
	localDoor    = "local"
	operatorDoor = "operator"
	publicDoor   = "public"
	tunnelDoor   = "tunnel"
)

// silentGrace is how long a door that closes waits for the first request of a
// connection: browsers and balancers hold some on which they ask nothing.
const silentGrace = time.Second

// door is an app with its listener.
type door struct {
	name     string
	http     *fasthttp.Server
	listener net.Listener
	crowd    *crowd
	ended    chan struct{}
}

func newDoor(name string, app *fiber.App, listener net.Listener, crowd *crowd) *door {
	return &door{name: name, http: newHTTPServer(app), listener: listener, crowd: crowd}
}

// startServer opens everything and starts to work.
func startServer(ctx context.Context, c *serveCommand, log *slog.Logger) (_ *server, err error) {
	s := &server{log: log, dir: c.Data, done: make(chan struct{}), failed: make(chan error, 4)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.abandon())
		}
	}()
	if s.instance, err = open(ctx, settings{
		Dir: c.Data, PublicURL: c.PublicURL, Timezone: c.Timezone, AllowPrivate: c.AllowPrivate, AllowShell: c.AllowShell,
		MaxBody: c.MaxBody, Self: s.self, FirstAccount: true, Done: s.done, Log: log,
	}); err != nil {
		return nil, err
	}
	if err := s.openDoors(ctx, c); err != nil {
		return nil, err
	}
	if err := s.instance.runner.Start(ctx); err != nil {
		return nil, err
	}
	for _, d := range s.doors {
		s.serve(d)
	}
	if s.through != nil {
		s.serve(s.through)
	}
	s.resting = keepResting(s.instance.work)
	attrs := []any{"address", s.address(), "data", c.Data, "version", version}
	for _, d := range s.doors {
		if d.name == operatorDoor {
			attrs = append(attrs, "operators", "http://"+d.listener.Addr().String())
		}
	}
	log.InfoContext(ctx, "serving", attrs...)
	return s, nil
}

// openDoors makes the listeners, so that an address that is taken is known before
// any work begins.
func (s *server) openDoors(ctx context.Context, c *serveCommand) error {
	crowd := newFewCrowd(s.log)
	local, err := listenSocket(ctx, crowd, c.Data)
	if err != nil {
		return err
	}
	s.doors = append(s.doors, newDoor(localDoor, s.instance.localApp(), local, crowd))
	if c.AdminListen != "" {
		crowd := newFewCrowd(s.log)
		operator, err := listen(ctx, crowd, c.AdminListen, "", "")
		if err != nil {
			return err
		}
		s.doors = append(s.doors, newDoor(operatorDoor, s.instance.operatorApp(), operator, crowd))
	}
	crowd = newCrowd(s.log)
	public, err := listen(ctx, crowd, c.Listen, c.TLSCert, c.TLSKey)
	if err != nil {
		return err
	}
	app := s.instance.publicApp(appOptions{maxBody: c.MaxBody, proxies: c.TrustedProxy})
	s.doors = append(s.doors, newDoor(publicDoor, app, public, crowd))
	return s.openTunnel(ctx, c, app)
}

func (s *server) serve(d *door) {
	d.ended = make(chan struct{})
	go func() {
		defer close(d.ended)
		if err := d.http.Serve(d.listener); err != nil {
			s.failed <- fmt.Errorf("serve on the %s listener: %w", d.name, err)
		}
	}()
}

func (s *server) public() *door { return s.doors[len(s.doors)-1] }

// address is where the API can be reached: the public address, or the listener's own.
func (s *server) address() string {
	if u := s.instance.workspace.publicURL(); u != "" {
		return u
	}
	public := s.public()
	addr := public.listener.Addr().String()
	if host, port, err := net.SplitHostPort(addr); err == nil && (host == "::" || host == "0.0.0.0") {
		addr = net.JoinHostPort("localhost", port)
	}
	if public.crowd.secure {
		return "https://" + addr
	}
	return "http://" + addr
}

// self lists the addresses of this server, which steps may not call.
func (s *server) self() []string {
	var all []string
	if s.instance != nil && s.instance.workspace != nil {
		if u, err := url.Parse(s.instance.workspace.publicURL()); err == nil && u.Host != "" {
			all = append(all, u.Host)
		}
	}
	for _, d := range s.doors {
		addr, ok := d.listener.Addr().(*net.TCPAddr)
		if !ok {
			continue
		}
		port := strconv.Itoa(addr.Port)
		if addr.IP.IsUnspecified() || addr.IP.IsLoopback() {
			all = append(all, "localhost:"+port, "127.0.0.1:"+port, "[::1]:"+port)
		}
		all = append(all, net.JoinHostPort(addr.IP.String(), port))
	}
	return all
}

// wait returns when ctx ends, or with the error of a door that failed.
func (s *server) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	}
}

// stop ends everything in order.
func (s *server) stop(drain time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	s.log.InfoContext(ctx, "stopping", "drain", drain.String())
	close(s.done)
	s.resting()
	last := len(s.doors) - 1
	errs := []error{s.shutPublic(ctx, drain/2), s.closeTunnel(ctx)}
	if err := s.instance.runner.Stop(ctx); err != nil {
		s.log.WarnContext(ctx, "steps were broken off; the next start goes on with them", "error", err)
	}
	for _, d := range s.doors[:last] {
		errs = append(errs, d.shut(ctx))
	}
	errs = append(errs, s.removeSocket(), s.instance.Close())
	s.log.InfoContext(ctx, "stopped")
	return errors.Join(errs...)
}

// shutPublic closes the public door within a time, so that a client which does not
// come to the end of its request leaves some to the steps that are being done.
func (s *server) shutPublic(ctx context.Context, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return s.public().shut(ctx)
}

// shut closes a door. Connections that are still at work when ctx ends are cut.
func (d *door) shut(ctx context.Context) error {
	silent := time.AfterFunc(silentGrace, d.crowd.closeSilent)
	err := d.http.ShutdownWithContext(ctx)
	silent.Stop()
	// A server that had not begun to serve knows no listener yet, and would begin now.
	if closing := d.listener.Close(); closing != nil && !errors.Is(closing, net.ErrClosed) {
		err = errors.Join(err, closing)
	}
	d.crowd.closeAll()
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("close the %s listener: %w", d.name, err)
	}
	<-d.ended
	return nil
}

// abandon gives back what was opened before something else failed.
func (s *server) abandon() error {
	var errs []error
	if s.tunnel != nil {
		s.tunnel.hangUp()
	}
	for _, d := range s.doors {
		errs = append(errs, d.listener.Close())
		if d.name == localDoor {
			errs = append(errs, s.removeSocket())
		}
	}
	if s.instance != nil {
		errs = append(errs, s.instance.Close())
	}
	return errors.Join(errs...)
}

func (s *server) removeSocket() error {
	if err := os.Remove(filepath.Join(s.dir, socketName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the socket: %w", err)
	}
	return nil
}
