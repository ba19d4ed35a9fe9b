package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync/atomic"

	"golang.ngrok.com/ngrok/v2"

	"patchbay/engine"
)

const (
	ngrokName     = "ngrok" // the value of --tunnel
	ngrokAccount  = "https://dashboard.ngrok.com/get-started/your-authtoken"
	ngrokErrors   = "https://ngrok.com/docs/errors/"
	ngrokAddress  = "connect.ngrok-agent.com:443" // where the library connects to
	ngrokRedacted = "[redacted]"
)

// ngrokServer is ngrok's service, with an account there.
type ngrokServer struct {
	token   engine.Secret
	options []ngrok.AgentOption // beside those that every session has
}

func newNgrokServer() (ngrokServer, error) {
	n := ngrokServer{token: ngrokToken()}
	if n.token == "" {
		return n, usage("--tunnel ngrok needs the token of your account in the environment variable NGROK_AUTHTOKEN; copy it from %s", ngrokAccount)
	}
	return n, nil
}

func (ngrokServer) host() string { return ngrokName }

// ngrokSession is one connection to ngrok. It does not outlive life, and life not it.
type ngrokSession struct {
	to       ngrokServer
	agent    ngrok.Agent
	endpoint ngrok.EndpointListener
	life     context.Context //nolint:containedctx // what the library does for the session ends with it
	end      context.CancelCauseFunc
}

// connect implements [tunnelServer]. The library would connect again by itself for as
// long as it is let, with a token that is refused as well; the tunnel does that, as it
// does for every server.
func (n ngrokServer) connect(ctx context.Context, log *slog.Logger) (tunnelSession, error) {
	life, end := context.WithCancelCause(context.WithoutCancel(ctx))
	s := &ngrokSession{to: n, life: life, end: end}
	stop := context.AfterFunc(ctx, func() { end(context.Cause(ctx)) })
	defer stop()
	var err error
	if s.agent, err = ngrok.NewAgent(slices.Concat([]ngrok.AgentOption{
		ngrok.WithAuthtoken(n.token.Reveal()),
		ngrok.WithClientInfo("patchbay", version),
		ngrok.WithLogger(slog.New(ngrokLog{log.Handler(), n})),
		ngrok.WithDialer(&onceDialer{life: life}),
		ngrok.WithEventHandler(func(e ngrok.Event) {
			if gone, ok := e.(*ngrok.EventAgentDisconnected); ok && gone.Error != nil {
				end(gone.Error)
			}
		}),
	}, n.options)...); err == nil {
		s.endpoint, err = s.agent.Listen(life)
	}
	if err != nil {
		refused := n.refusal(err, context.Cause(life))
		end(err)
		return nil, refused
	}
	return s, nil
}

// run implements [tunnelSession].
func (s *ngrokSession) run(t *tunnel) error {
	defer s.end(nil)
	t.told(strings.TrimRight(s.endpoint.URL().String(), "/"))
	go func() { s.end(s.accept(t)) }()
	select {
	case <-s.life.Done():
	case <-t.over:
	}
	err := errors.Join(context.Cause(s.life), s.agent.Disconnect())
	if err != nil {
		return errors.New(s.to.clean(err.Error()))
	}
	return nil
}

func (s *ngrokSession) accept(t *tunnel) error {
	for {
		conn, err := s.endpoint.Accept()
		if err != nil {
			return fmt.Errorf("accept from the tunnel: %w", err)
		}
		go t.hand(conn)
	}
}

// tokenCodes are the errors of ngrok about a token that no second try makes a good one.
var tokenCodes = []string{ //nolint:gochecknoglobals // a table
	"ERR_NGROK_105", "ERR_NGROK_106", "ERR_NGROK_107", "ERR_NGROK_300", "ERR_NGROK_4018",
}

// refusal is the error of a session that was not opened. cause is what broke it, where
// that was not an answer of ngrok. Neither goes on, as ngrok's answers tell the token.
func (n ngrokServer) refusal(err, cause error) error {
	said, answered := errors.AsType[ngrok.Error](err)
	switch {
	case answered && slices.Contains(tokenCodes, said.Code()):
		return &engine.Error{Kind: engine.KindForbidden, Message: fmt.Sprintf(
			"ngrok does not take the token in NGROK_AUTHTOKEN (%s: %s); copy that of your account from %s.", said.Code(), n.says(said), ngrokAccount)}
	case answered && said.Code() != "":
		return &engine.Error{Kind: engine.KindUnavailable, Message: fmt.Sprintf(
			"ngrok opens no tunnel (%s: %s); see %s%s.", said.Code(), n.says(said), ngrokErrors, strings.ToLower(said.Code()))}
	case answered:
		return &engine.Error{Kind: engine.KindUnavailable, Message: fmt.Sprintf("ngrok opens no tunnel (%s).", n.says(said))}
	case errors.Is(cause, context.DeadlineExceeded):
		return &engine.Error{Kind: engine.KindUnavailable, Message: "ngrok does not answer; see that this machine may connect to " + ngrokAddress + "."}
	case cause != nil:
		err = cause
	}
	if network, ok := errors.AsType[*net.OpError](err); ok {
		err = network
	}
	return &engine.Error{Kind: engine.KindUnavailable, Message: fmt.Sprintf(
		"ngrok cannot be reached (%s); see that this machine may connect to %s.", n.clean(err.Error()), ngrokAddress)}
}

// says is the sentence with which ngrok begins. What follows repeats the token.
func (n ngrokServer) says(err error) string {
	first, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	return strings.TrimRight(n.clean(first), ". ")
}

// clean takes the token out of a text, and puts it on one line.
func (n ngrokServer) clean(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, n.token.Reveal(), ngrokRedacted)), " ")
}

// onceDialer connects a single time, so that no connection is made behind the tunnel's
// back, and ends the connection with the session.
type onceDialer struct {
	life context.Context //nolint:containedctx // that of the session
	used atomic.Bool
}

// Dial implements [ngrok.Dialer].
func (d *onceDialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(d.life, network, address)
}

// DialContext implements [ngrok.Dialer].
func (d *onceDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if d.used.Swap(true) {
		return nil, errors.New("the session is over")
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err == nil {
		context.AfterFunc(d.life, func() { _ = conn.Close() }) //nolint:contextcheck // the session lasts longer than the dialing
	}
	return conn, err
}
