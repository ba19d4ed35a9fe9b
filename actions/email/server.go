package email

import (
	"context"
	"net/mail"
	"strings"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

// The ways in which a connection is made safe.
const (
	tlsStart    = "starttls"
	tlsImplicit = "tls"
	tlsNone     = "none"
)

// Server is a connection of type smtp.
type Server struct {
	Host     string        `json:"host" title:"Server" required:"true" example:"smtp.example.com"`
	Port     int           `json:"port" title:"Port" doc:"587 when left out, 465 with tls."`
	Username string        `json:"username" title:"User name"`
	Password engine.Secret `json:"password" title:"Password"`
	From     string        `json:"from" title:"From" format:"email" required:"true" example:"Patchbay <ops@example.com>" doc:"The address that mails come from."`
	TLS      string        `json:"tls" title:"Encryption" enum:"starttls,tls,none" default:"starttls" advanced:"true" doc:"none sends everything, the password too, for all to read on the way."`
	Allowed  actions.List  `json:"allowedRecipients" title:"Only to" advanced:"true" example:"example.com" doc:"Domains or addresses that mail may go to; all when empty."`
}

// NewConnection makes the connection type smtp.
func NewConnection(client *outbound.Client) *actions.Settings[Server] {
	return actions.DefineConnection(actions.ConnectionDefinition[Server]{
		Type: "smtp", Title: "Email",
		Summary: "A mail server that sends mail for you (SMTP).",
		Check:   (*Server).check,
		Test: func(ctx context.Context, s *Server) (string, error) {
			return s.test(ctx, client)
		},
	})
}

func (s *Server) check() error {
	switch {
	case strings.ContainsAny(s.Host, "/@ \t\r\n\\") || strings.Contains(s.Host, "://"):
		return engine.Invalid("host", "%q is not the name of a server; write it like smtp.example.com.", s.Host)
	case strings.Count(s.Host, ":") == 1:
		return engine.Invalid("host", "The port has a field of its own; write only the name of the server here.")
	case s.Port < 0 || s.Port > 65535:
		return engine.Invalid("port", "%d is not a port; mail servers usually listen on 587, 465 or 25.", s.Port)
	case s.Username == "" && s.Password != "":
		return engine.Invalid("username", "This field is empty; the password needs a user name.")
	case s.Username != "" && s.Password == "":
		return engine.Invalid("password", "This field is empty; the user name needs a password.")
	case hasControl(s.Username) || hasControl(s.Password.Reveal()):
		return engine.Invalid("username", "The user name or password holds a line break or another control character.")
	}
	for _, a := range s.Allowed {
		if strings.Trim(strings.TrimPrefix(strings.ToLower(a), "@"), localChars+"@") != "" {
			return engine.Invalid("allowedRecipients", "%q is not a domain or an address.", a)
		}
	}
	list, err := parseAddresses("from", s.From)
	if err == nil && len(list) != 1 {
		err = engine.Invalid("from", "Mails come from one address.")
	}
	return err
}

// mask hides the password, also in the form in which AUTH PLAIN says it: servers
// repeat a command that they do not understand.
func (s *Server) mask() *actions.Mask {
	if s.Password == "" {
		return nil
	}
	return actions.NewMask(s.Password, engine.Secret("\x00"+s.Username+"\x00"+s.Password.Reveal()))
}

// allows refuses recipients that the connection is not for.
func (s *Server) allows(p *parties) error {
	if len(s.Allowed) == 0 {
		return nil
	}
	for _, f := range []struct {
		name string
		list []*mail.Address
	}{{"to", p.to}, {"cc", p.cc}, {"bcc", p.bcc}} {
		for _, a := range f.list {
			if !s.lists(a.Address) {
				return engine.Invalid(f.name, "The connection may not send mail to %q; add the domain to its allowed recipients.", a.Address)
			}
		}
	}
	return nil
}

func (s *Server) lists(address string) bool {
	domain := address[strings.LastIndexByte(address, '@')+1:]
	for _, a := range s.Allowed {
		if strings.EqualFold(a, address) || strings.EqualFold(strings.TrimPrefix(a, "@"), domain) {
			return true
		}
	}
	return false
}
