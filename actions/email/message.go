package email

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"patchbay/actions"
	"patchbay/engine"
)

// The limits of a mail.
const (
	maxRecipients = 50
	maxSubject    = 998
	maxBody       = 2 << 20
)

func check(c *Config, given map[string]any) error {
	if given["text"] == nil && given["html"] == nil {
		return engine.Invalid("text", "The mail is empty; write a text.")
	}
	for _, f := range c.addressFields() {
		for _, text := range f.list {
			if actions.HasTemplate(text) {
				continue
			}
			if _, err := parseAddresses(f.name, text); err != nil {
				return err
			}
		}
	}
	return nil
}

type addressField struct {
	name string
	list []string
}

func (c *Config) addressFields() []addressField {
	fields := []addressField{{"to", c.To}, {"cc", c.CC}, {"bcc", c.BCC}}
	if c.ReplyTo != "" {
		fields = append(fields, addressField{"replyTo", []string{c.ReplyTo}})
	}
	if c.From != "" {
		fields = append(fields, addressField{"from", []string{c.From}})
	}
	return fields
}

// parties are the people of a mail.
type parties struct {
	from        *mail.Address
	replyTo     []*mail.Address
	to, cc, bcc []*mail.Address
}

// parties reads the addresses of a rendered configuration, of which template is how it
// was written.
func (c *Config) parties(s *Server, template map[string]any) (*parties, error) {
	read := make(map[string][]*mail.Address)
	for _, f := range c.addressFields() {
		for i, text := range f.list {
			if strings.TrimSpace(text) == "" {
				continue
			}
			list, err := parseAddresses(f.name, text)
			if err == nil {
				err = asWritten(f.name, writtenAt(template[f.name], i, len(f.list)), list)
			}
			if err != nil {
				return nil, err
			}
			read[f.name] = append(read[f.name], list...)
		}
	}
	p := &parties{to: read["to"], cc: read["cc"], bcc: read["bcc"], replyTo: read["replyTo"]}
	from := read["from"]
	if len(from) == 0 {
		var err error
		if from, err = parseAddresses("from", s.From); err != nil {
			return nil, err
		}
	}
	switch {
	case len(from) != 1:
		return nil, engine.Invalid("from", "A mail comes from one address.")
	case len(p.to) == 0:
		return nil, engine.Invalid("to", "This field is empty; name a recipient.")
	case len(p.to)+len(p.cc)+len(p.bcc) > maxRecipients:
		return nil, engine.Invalid("to", "A mail goes to at most %d recipients.", maxRecipients)
	}
	p.from = from[0]
	return p, nil
}

// recipients returns the addresses of the envelope, each once.
func (p *parties) recipients() []string {
	var all []string
	for _, list := range [][]*mail.Address{p.to, p.cc, p.bcc} {
		for _, a := range list {
			if !slices.Contains(all, a.Address) {
				all = append(all, a.Address)
			}
		}
	}
	return all
}

// parseAddresses reads one address or several with commas between them. It takes
// only plain addresses: quoted local parts and other rarities have been used to
// smuggle parameters into SMTP commands.
func parseAddresses(field, text string) ([]*mail.Address, error) {
	if hasControl(text) {
		return nil, engine.Invalid(field, "The address holds a line break or another control character.")
	}
	list, err := mail.ParseAddressList(text)
	if err != nil {
		shown, _ := actions.Clip(text, 100)
		return nil, engine.Invalid(field, "%q is not an email address; write it like ada@example.com.", shown)
	}
	for _, a := range list {
		if hasControl(a.Name) { // an encoded word can hold what the text does not
			return nil, engine.Invalid(field, "The name before the address holds a line break or another control character.")
		}
		if !plainAddress(a.Address) {
			shown, _ := actions.Clip(a.Address, 100)
			return nil, engine.Invalid(field, "%q is not an address that mail can be sent to; use letters, digits and . _ + - before the @, and a plain domain after it.", shown)
		}
	}
	return list, nil
}

const (
	alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	localChars   = alphanumeric + "!#$%&'*+-/=?^_`{|}~."
	domainChars  = alphanumeric + "-."
)

func plainAddress(address string) bool {
	i := strings.LastIndexByte(address, '@')
	if i < 1 || len(address) > 254 || i > 64 {
		return false
	}
	local, domain := address[:i], address[i+1:]
	if strings.Trim(local, localChars) != "" || strings.Trim(domain, domainChars) != "" {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return local[0] != '.' && local[len(local)-1] != '.' && !strings.Contains(local, "..")
}

// compose writes the message. The same call always gives the same bytes.
func compose(c *Config, p *parties, call engine.Call) (id string, message []byte, err error) {
	switch {
	case hasControl(c.Subject):
		return "", nil, engine.Invalid("subject", "The subject holds a line break or another control character.")
	case len(c.Subject) > maxSubject:
		return "", nil, engine.Invalid("subject", "The subject is longer than %d bytes; shorten it with truncate().", maxSubject)
	case c.Text == "" && c.HTML == "":
		return "", nil, engine.Invalid("text", "The mail is empty; write a text.")
	case len(c.Text)+len(c.HTML) > maxBody:
		return "", nil, engine.Invalid("text", "The mail is larger than 2 MiB.")
	}
	domain := p.from.Address[strings.LastIndexByte(p.from.Address, '@')+1:]
	key := sha256.Sum256([]byte(call.Key))
	id = call.Key + "@" + domain
	if call.Key == "" || strings.Trim(call.Key, alphanumeric+"-_.") != "" {
		id = hex.EncodeToString(key[:16]) + "@" + domain
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("patchbay-"+hex.EncodeToString(key[:12])))
	m.FromMailAddress(p.from)
	m.ToMailAddress(p.to...)
	if len(p.cc) > 0 {
		m.CcMailAddress(p.cc...)
	}
	if len(p.replyTo) > 0 {
		m.ReplyToMailAddress(p.replyTo...)
	}
	m.Subject(c.Subject)
	m.SetMessageIDWithValue(id)
	m.SetDateWithValue(call.Now)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader(gomail.HeaderXMailer, "Patchbay")
	if c.Text != "" {
		m.SetBodyString(gomail.TypeTextPlain, strings.ToValidUTF8(c.Text, "\uFFFD"))
	}
	if c.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, strings.ToValidUTF8(c.HTML, "\uFFFD"))
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return "", nil, &engine.Error{Kind: engine.KindInvalid, Field: "text", Message: "The mail cannot be written.", Err: err}
	}
	return "<" + id + ">", b.Bytes(), nil
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == '\u0085' })
}
