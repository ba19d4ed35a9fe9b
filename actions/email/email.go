// Package email is the action email: it sends mail through an SMTP server, over TLS
// unless a connection says otherwise.
//
// The message is complete when it is planned: what a preview shows is what leaves,
// to the byte. Its Message-ID is made from the idempotency key, so that a mail that
// was sent twice can be recognised.
package email

import (
	"context"
	"net"
	"strconv"
	"time"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

// Config is the with of an email step.
type Config struct {
	To      actions.List `json:"to" title:"To" required:"true" format:"email" example:"ada@example.com" doc:"One address or several."`
	CC      actions.List `json:"cc" title:"Copy to" format:"email" advanced:"true"`
	BCC     actions.List `json:"bcc" title:"Hidden copy to" format:"email" advanced:"true"`
	ReplyTo string       `json:"replyTo" title:"Answers go to" format:"email" advanced:"true"`
	From    string       `json:"from" title:"From" format:"email" advanced:"true" doc:"The connection's own address when left out."`
	Subject string       `json:"subject" title:"Subject" required:"true"`
	Text    string       `json:"text" title:"Text" format:"multiline"`
	HTML    string       `json:"html" title:"Text with formatting (HTML)" format:"multiline" escape:"html" advanced:"true" doc:"Shown instead of the text where the reader can; values are escaped."`
}

type mailer struct {
	client  *outbound.Client
	servers *actions.Settings[Server]
}

// New makes the action email; servers is what [NewConnection] made.
func New(client *outbound.Client, servers *actions.Settings[Server]) engine.Action {
	m := &mailer{client: client, servers: servers}
	return actions.Define(actions.Definition[Config, *letter]{
		Spec: engine.ActionSpec{
			Type: "email", Title: "Send an email", Phrase: "send an email[ to {to}]",
			Summary:        "Sends a mail through your own mail server.",
			Connections:    []string{servers.Type().Type},
			NeedConnection: true,
			Retry:          engine.Retry{Attempts: 8, Over: engine.Duration(24 * time.Hour)},
			Timeout:        engine.Duration(60 * time.Second),
			OnUnknown:      "retry",
			Example:        map[string]any{"messageId": "<8d2c@mail.example.com>"},
		},
		Check: check, Plan: m.plan, Do: m.do,
	})
}

// letter is a planned mail: the envelope and the message as it is sent.
type letter struct {
	server  *Server
	id      string
	from    string
	to      []string
	message []byte
}

func (m *mailer) plan(_ context.Context, call engine.Call, c *Config) (engine.Plan, error) {
	server, err := m.servers.Read(call.Connection)
	if err != nil {
		return engine.Plan{}, err
	}
	p, err := c.parties(server, call.Template)
	if err != nil {
		return engine.Plan{}, err
	}
	if err := server.allows(p); err != nil {
		return engine.Plan{}, err
	}
	l := &letter{server: server, from: p.from.Address, to: p.recipients()}
	l.id, l.message, err = compose(c, p, call)
	if err != nil {
		return engine.Plan{}, err
	}
	mask := server.mask()
	body, cut := actions.Clip(mask.Text(string(l.message)), actions.Keep)
	return engine.Plan{
		Destination: "smtp://" + server.address(),
		Bytes:       2 * len(l.message),
		Detail:      l,
		Preview:     engine.Preview{Kind: "mail", To: l.to, Text: mask.Text(c.Subject), Body: body, Truncated: cut},
	}, nil
}

func (m *mailer) do(ctx context.Context, l *letter) (engine.Result, error) {
	if err := l.server.send(ctx, m.client, l); err != nil {
		return engine.Result{}, l.server.mask().Failure(err)
	}
	return engine.Result{
		Output: map[string]any{"messageId": l.id},
		Log:    l.server.Host + " took the mail for " + strconv.Itoa(len(l.to)) + " recipients.",
	}, nil
}

// address is the host and port of the server.
func (s *Server) address() string {
	port := s.Port
	if port == 0 {
		switch s.TLS {
		case tlsImplicit:
			port = 465
		default:
			port = 587
		}
	}
	return net.JoinHostPort(s.Host, strconv.Itoa(port))
}
