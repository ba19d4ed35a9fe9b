package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"patchbay/engine"
)

// sshSession is a connection to the server of a tunnel, with an address opened there.
type sshSession struct {
	to       sshTarget
	client   *ssh.Client
	listener net.Listener
	port     int
	lines    <-chan string
	gone     chan struct{} // the session is over
}

// announceTime is how long a server has to say under which address it can be reached,
// before it is taken for one that says nothing: the port that it opened tells then.
const announceTime = 5 * time.Second

// connect implements [tunnelServer].
func (to sshTarget) connect(ctx context.Context, _ *slog.Logger) (tunnelSession, error) {
	config, release, err := to.config()
	if err != nil {
		return nil, err
	}
	defer release()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", to.address)
	if err != nil {
		return nil, &engine.Error{Kind: engine.KindUnavailable, Message: "The server " + to.host() + " of the tunnel cannot be reached.", Err: err}
	}
	deadline, _ := ctx.Deadline()
	_ = raw.SetDeadline(deadline) // a connection that cannot have one fails in what follows
	conn, chans, requests, err := ssh.NewClientConn(raw, to.address, config)
	if err != nil {
		_ = raw.Close() // it is closed already, or is of no use
		return nil, to.refusal(err)
	}
	_ = raw.SetDeadline(time.Time{})
	client := ssh.NewClient(conn, chans, requests)
	s := &sshSession{to: to, client: client, gone: make(chan struct{})}
	if err := s.forward(); err != nil {
		_ = client.Close() // what went wrong before is what counts
		return nil, err
	}
	return s, nil
}

// forward opens an address at the server: port 80, which the services that hand out
// names want to be asked for, otherwise any port.
func (s *sshSession) forward() (err error) {
	if s.listener, err = s.client.Listen("tcp", "0.0.0.0:80"); err != nil {
		s.listener, err = s.client.Listen("tcp", "0.0.0.0:0")
	}
	if err != nil {
		return &engine.Error{
			Kind: engine.KindForbidden, Err: err,
			Message: "The server " + s.to.host() + " opens no address for a tunnel; allow AllowTcpForwarding there, or use another one.",
		}
	}
	if addr, ok := s.listener.Addr().(*net.TCPAddr); ok {
		s.port = addr.Port
	}
	s.lines = s.listen()
	return nil
}

// listen reads what the server writes to the screen. A server that has none to offer
// is one that says nothing.
func (s *sshSession) listen() <-chan string {
	lines := make(chan string)
	session, err := s.client.NewSession()
	if err != nil {
		close(lines)
		return lines
	}
	reader, writer := io.Pipe()
	session.Stdout, session.Stderr = writer, writer
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(reader)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-s.gone:
				_ = reader.Close() // what is still written fails, and is not waited for
				return
			}
		}
		_, _ = io.Copy(io.Discard, reader) // after a line that is too long to be one
	}()
	go func() {
		err := session.Shell()
		if err == nil {
			err = session.Wait()
		}
		_ = writer.CloseWithError(errors.Join(io.EOF, err))
	}()
	return lines
}

// run implements [tunnelSession].
func (s *sshSession) run(t *tunnel) error {
	defer close(s.gone)
	broken := make(chan error, 2)
	go func() { broken <- s.accept(t) }()
	go func() { broken <- s.watch() }()
	go s.announce(t)
	var err error
	select {
	case err = <-broken:
	case <-t.over:
	}
	return errors.Join(err, s.client.Close())
}

func (s *sshSession) accept(t *tunnel) error {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return fmt.Errorf("accept from the tunnel: %w", err)
		}
		go t.hand(conn)
	}
}

// watch asks the server again and again whether it is there: a connection that is cut
// somewhere in between is silent.
func (s *sshSession) watch() error {
	for {
		select {
		case <-s.gone:
			return nil
		case <-time.After(tunnelAlive):
		}
		answered := make(chan error, 1)
		go func() {
			_, _, err := s.client.SendRequest("keepalive@openssh.com", true, nil)
			answered <- err
		}()
		select {
		case err := <-answered:
			if err != nil {
				return fmt.Errorf("the server is gone: %w", err)
			}
		case <-time.After(tunnelAlive):
			return errors.New("the server does not answer")
		}
	}
}

// announce tells the address of the tunnel, and each new one that the server gives it.
func (s *sshSession) announce(t *tunnel) {
	patience := time.After(announceTime)
	known := ""
	tell := func(address string) {
		if address != "" && address != known && !strings.HasPrefix(known, "https://"+strings.TrimPrefix(address, "http://")) {
			known = address
			t.told(address)
		}
	}
	lines := s.lines
	for {
		select {
		case line, ok := <-lines:
			if ok {
				tell(announced(line))
				continue
			}
			lines = nil
			if known == "" {
				tell(s.to.opened(s.port)) // it has nothing more to say
			}
		case <-patience:
			if known == "" {
				tell(s.to.opened(s.port))
			}
		case <-s.gone:
			return
		}
	}
}

var (
	colors     = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]")
	addresses  = regexp.MustCompile(`https?://[A-Za-z0-9.:-]+/?(\s|$)`)
	announcing = regexp.MustCompile(`(?i)tunneled|forwarding|^\s*https?:\s`)
)

// announced returns the address that a line of a server tells, "" when it tells none.
// Servers also point to their pages, whose addresses have a path or no such words around.
func announced(line string) string {
	line = colors.ReplaceAllString(line, "")
	if !announcing.MatchString(line) {
		return ""
	}
	found := strings.TrimRight(addresses.FindString(line), "/ \t\r\n")
	if u, err := url.Parse(found); err != nil || u.Host == "" {
		return ""
	}
	return found
}

// opened is the address of a port at the server.
func (to sshTarget) opened(port int) string {
	host, _, err := net.SplitHostPort(to.address)
	if err != nil {
		return ""
	}
	if port == 80 {
		return "http://" + host
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(port))
}
