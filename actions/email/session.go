package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

const (
	// maxTalk is how much a mail server may say in one session.
	maxTalk = 256 << 10
	// goodbye is how long a server may take to end a session that has done its work.
	goodbye = time.Second
)

var errTalkative = errors.New("the mail server says too much")

// boundedConn ends a session in which the server says more than it can have to say.
type boundedConn struct {
	net.Conn

	left int
}

// Read implements [net.Conn].
func (c *boundedConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTalkative
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err //nolint:wrapcheck // a net.Conn passes errors on as they are
}

// session is an SMTP dialogue that was greeted, encrypted and signed in.
type session struct {
	server *Server
	client *smtp.Client
	conn   net.Conn
	stop   func() bool
}

// open begins a session. Failures are of the kind not sent.
func (s *Server) open(ctx context.Context, client *outbound.Client) (*session, error) {
	conn, err := client.Dial(ctx, "tcp", s.address())
	if err != nil {
		return nil, outbound.ConnectFault(s.address(), err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	stop := context.AfterFunc(ctx, func() { wake(conn) })
	c, err := s.greet(ctx, client, &boundedConn{Conn: conn, left: maxTalk})
	if err != nil {
		stop()
		_ = conn.Close()
		return nil, s.fault(ctx, "", err)
	}
	return &session{server: s, client: c, conn: conn, stop: stop}, nil
}

// wake ends whatever waits on a connection: its deadline is in the past from now on.
func wake(conn net.Conn) { _ = conn.SetDeadline(time.Unix(1, 0)) }

// quit says goodbye. A server that does not answer to that changes nothing.
func (s *session) quit() {
	timer := time.AfterFunc(goodbye, func() { wake(s.conn) })
	defer timer.Stop()
	_ = s.client.Quit()
}

func (s *session) close() {
	s.stop()
	_ = s.client.Close()
}

func (s *Server) greet(ctx context.Context, client *outbound.Client, conn net.Conn) (*smtp.Client, error) {
	config := client.TLS(s.Host)
	if s.TLS == tlsImplicit {
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, outbound.ConnectFault(s.address(), err)
		}
		conn = secure
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return nil, fmt.Errorf("read greeting: %w", err)
	}
	if err := c.Hello(s.helloName()); err != nil {
		return nil, fmt.Errorf("say hello: %w", err)
	}
	if s.TLS == tlsStart || s.TLS == "" {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return nil, engine.Permanent(s.Host+" offers no encryption (STARTTLS); choose tls or another port in the connection.", nil)
		}
		if err := c.StartTLS(config); err != nil {
			if _, replied := errors.AsType[*textproto.Error](err); replied {
				return nil, fmt.Errorf("start TLS: %w", err)
			}
			return nil, outbound.ConnectFault(s.address(), err)
		}
	}
	return c, s.signIn(c)
}

// helloName is what the client calls itself: the domain that the mail comes from.
func (s *Server) helloName() string {
	if list, err := parseAddresses("from", s.From); err == nil && len(list) > 0 {
		return list[0].Address[strings.LastIndexByte(list[0].Address, '@')+1:]
	}
	return "localhost"
}

func (s *Server) signIn(c *smtp.Client) error {
	if s.Username == "" {
		return nil
	}
	_, offered := c.Extension("AUTH")
	auth := s.auth(strings.Fields(strings.ToUpper(offered)))
	if auth == nil {
		return engine.Permanent(s.Host+" offers no way to sign in with a user name and password.", nil)
	}
	err := c.Auth(auth)
	if reply, ok := errors.AsType[*textproto.Error](err); ok && reply.Code >= 500 {
		f := engine.Permanent(s.Host+" refused the user name or password of the connection.", err)
		f.Alert = true
		return f
	}
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return nil
}

// auth chooses a mechanism: the plain ones under encryption, without it first those
// that do not show the password.
func (s *Server) auth(offered []string) smtp.Auth {
	user, password := s.Username, s.Password.Reveal()
	open := s.TLS == tlsNone
	ways := []struct {
		name string
		auth smtp.Auth
	}{
		{"PLAIN", smtp.PlainAuth("", user, password, s.Host, open)},
		{"LOGIN", smtp.LoginAuth(user, password, s.Host, open)},
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(user, password)},
		{"CRAM-MD5", smtp.CRAMMD5Auth(user, password)},
	}
	if open {
		ways = append(ways[2:], ways[:2]...)
	}
	for _, w := range ways {
		if slices.Contains(offered, w.name) {
			return w.auth
		}
	}
	return nil
}

// send delivers a letter to the server.
func (s *Server) send(ctx context.Context, client *outbound.Client, l *letter) error {
	session, err := s.open(ctx, client)
	if err != nil {
		return err
	}
	defer session.close()
	c := session.client
	c.SkipSMTPUTF8(true) // addresses are plain ASCII
	if err := c.Mail("<" + l.from + ">"); err != nil {
		return s.fault(ctx, "the sender "+l.from, err)
	}
	for _, to := range l.to {
		if err := c.Rcpt("<" + to + ">"); err != nil {
			return s.fault(ctx, "the recipient "+to, err)
		}
	}
	w, err := c.Data()
	if err != nil {
		return s.fault(ctx, "the mail", err)
	}
	if _, err := w.Write(l.message); err != nil {
		return s.fault(ctx, "the mail", err)
	}
	if err := w.Close(); err != nil {
		if _, replied := errors.AsType[*textproto.Error](err); replied {
			return s.fault(ctx, "the mail", err)
		}
		f := engine.Unknown(s.Host+" did not say whether it took the mail; it may have been sent: ask somebody who should have got it.", err)
		f.Down = ctx.Err() == nil || errors.Is(ctx.Err(), context.DeadlineExceeded)
		return f
	}
	session.quit()
	return nil
}

// fault turns what a server replied, or a broken connection, into a failure. All
// of it happens before the mail is complete: nothing was sent.
func (s *Server) fault(ctx context.Context, what string, err error) error {
	if f, ok := errors.AsType[*engine.Failure](err); ok {
		return f
	}
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		return s.broken(ctx, err)
	}
	words, _ := actions.Clip(s.mask().Text(reply.Msg), 1000)
	f := engine.Temporary("", err)
	f.Output = map[string]any{"code": int64(reply.Code), "message": words}
	f.Permanent = reply.Code >= 500
	if what == "" {
		what = "the connection"
	}
	f.Message = fmt.Sprintf("%s refused %s with code %d; its reply says why.", s.Host, what, reply.Code)
	if !f.Permanent {
		f.Message = fmt.Sprintf("%s does not take %s now, with code %d; its reply says why.", s.Host, what, reply.Code)
	}
	f.Down = reply.Code == 421
	return f
}

func (s *Server) broken(ctx context.Context, err error) error {
	f := engine.Temporary(s.Host+" broke off the connection before the mail was complete; check the port, and whether the mail server is in order.", err)
	f.Down = true
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		f.Message, f.Down = "The step was stopped before the mail was complete.", false
	case ctx.Err() != nil || isTimeout(err):
		f.Message = s.Host + " did not answer in time; nothing was sent: check server, port and encryption of the connection."
	case errors.Is(err, errTalkative):
		f.Message = s.Host + " does not speak like a mail server; check server and port."
	case errors.Is(err, io.EOF):
	default:
		if _, ok := errors.AsType[textproto.ProtocolError](err); ok {
			f.Message = s.Host + " does not speak like a mail server; check server and port."
		}
	}
	return f
}

func isTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

// test opens a session and ends it: nothing is sent.
func (s *Server) test(ctx context.Context, client *outbound.Client) (string, error) {
	session, err := s.open(ctx, client)
	if err != nil {
		return "", s.mask().Failure(err)
	}
	defer session.close()
	session.quit()
	if s.Username == "" {
		return s.Host + " answers. Nothing was sent.", nil
	}
	return s.Host + " accepts the user name and password. Nothing was sent.", nil
}
