package verify

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"patchbay/engine"
)

type token int

const (
	literal token = iota
	tokenBody
	tokenTime
	tokenMethod
	tokenURL
	tokenURLDecoded
	tokenFormSorted
	tokenHeader
	tokenJSON
	tokenSecret
)

// part is one piece of the signed message.
type part struct {
	token  token
	text   string   // the literal, the header's name or the path
	ends   []string // of a header: the literals between it and what else senders choose
	before token    // of an address: the body or form in front of it
	behind token    // the one that follows it
}

// parseMessage takes the template of the signed message apart.
func parseMessage(s *engine.HMACShape) ([]part, error) {
	const field = "verify.hmac.message"
	rest := s.Message
	if rest == "" {
		rest = "{body}"
	}
	var parts []part
	covers := false
	for rest != "" {
		before, after, found := strings.Cut(rest, "{")
		if before != "" {
			parts = append(parts, part{token: literal, text: before})
		}
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		p, ok := parseToken(name)
		if !closed || !ok {
			return nil, engine.Invalid(field, "There is no token {%s}; use {body}, {ts}, {method}, {url}, {url_decoded}, {form_sorted}, {h:Name} or {j:path}.", name)
		}
		if p.token == tokenTime && s.Timestamp == "" {
			return nil, engine.Invalid(field, "The message holds {ts}, but timestamp does not say where it comes from.")
		}
		covers = covers || p.token != tokenSecret
		parts = append(parts, p)
		rest = tail
	}
	if !covers {
		return nil, engine.Invalid(field, "The message holds nothing of the request; it should hold {body}.")
	}
	border(parts)
	return parts, nil
}

// border notes where one piece could take from another without the signed message
// changing: a header from what stands behind the literal that ends it, an address from
// the body beside it.
func border(parts []part) {
	for i := range parts {
		for _, step := range []int{-1, 1} {
			near, far := pieceAt(parts, i+step), pieceAt(parts, i+2*step)
			switch parts[i].token {
			case tokenHeader:
				if near.token == literal && near.text != "" && far.varies() {
					parts[i].ends = append(parts[i].ends, near.text)
				}
			case tokenURL, tokenURLDecoded:
				if near.token == literal && !strings.ContainsAny(near.text, " \r\n\t") { // no address holds these
					near = far
				}
				parts[i].beside(near.token, step)
			default:
			}
		}
	}
}

// beside notes the body or form that an address can take from.
func (p *part) beside(t token, step int) {
	switch {
	case t != tokenBody && t != tokenFormSorted:
	case step < 0:
		p.before = t
	default:
		p.behind = t
	}
}

// pieceAt is an empty literal beyond the message's ends.
func pieceAt(parts []part, i int) part {
	if i < 0 || i >= len(parts) {
		return part{token: literal}
	}
	return parts[i]
}

// varies reports whether a piece can have any length.
func (p part) varies() bool {
	return p.token != literal && p.token != tokenMethod && p.token != tokenSecret
}

func parseToken(name string) (part, bool) {
	fixed := map[string]token{
		"body": tokenBody, "ts": tokenTime, "method": tokenMethod, "url": tokenURL,
		"url_decoded": tokenURLDecoded, "form_sorted": tokenFormSorted, "secret": tokenSecret,
	}
	if t, ok := fixed[name]; ok {
		return part{token: t}, true
	}
	kind, arg, _ := strings.Cut(name, ":")
	switch {
	case kind == "h" && isToken(arg):
		return part{token: tokenHeader, text: arg}, true
	case kind == "j" && arg != "":
		return part{token: tokenJSON, text: arg}, true
	default:
		return part{}, false
	}
}

// message is the signed message of one request, in pieces.
type message struct {
	pieces [][]byte
	secret []int // pieces that the secret itself stands at
}

// resolve fills the template for one request. ts is the timestamp as it was sent.
func (p *signature) resolve(r *Request, ts string) (message, error) {
	m := message{pieces: make([][]byte, len(p.message))}
	for i, piece := range p.message {
		var text string
		var err error
		switch piece.token {
		case tokenBody:
			m.pieces[i] = r.Body
			continue
		case tokenSecret:
			m.secret = append(m.secret, i)
			continue
		case literal:
			text = piece.text
		case tokenTime:
			text = ts
		case tokenMethod:
			text = r.Method
		case tokenURL, tokenURLDecoded:
			text, err = signedAddress(r, p.url, piece)
		case tokenFormSorted:
			text, err = sortedForm(r)
		case tokenHeader:
			text, err = p.header(r, piece)
		case tokenJSON:
			text, err = r.text(piece.text)
		}
		if err != nil {
			return message{}, err
		}
		m.pieces[i] = []byte(text)
	}
	return m, nil
}

// header is one that is signed along. One that holds what ends it could have taken it
// from the piece behind.
func (p *signature) header(r *Request, piece part) (string, error) {
	text, err := r.single(piece.text)
	if err != nil {
		return "", err
	}
	if from, name, _ := strings.Cut(p.shape.Timestamp, ":"); from == "header" && strings.EqualFold(name, piece.text) && p.tolerance > 0 {
		return text, nil // it has a form of its own
	}
	for _, end := range piece.ends {
		if strings.Contains(text, end) {
			return "", refuse("The header " + piece.text + " holds " + strconv.Quote(end) + ", which ends it in what is signed.")
		}
	}
	return text, nil
}

// sortedForm writes the fields of a form, sorted by name, as name and value without
// separators; repeated values once each. Another kind of body is refused: the
// signature would not cover it.
func sortedForm(r *Request) (string, error) {
	if len(r.Body) == 0 {
		return "", nil
	}
	var contentType string
	if values := r.Header("Content-Type"); len(values) == 1 {
		contentType, _, _ = strings.Cut(values[0], ";")
	}
	if !strings.EqualFold(strings.TrimSpace(contentType), "application/x-www-form-urlencoded") {
		return "", refuse("The body is not a form, and nothing else is covered by this sender's signature.")
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return "", refuse("The form that is signed cannot be read.")
	}
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(names) > 0 && strings.HasPrefix(names[0], "?") {
		return "", refuse("A field of the form is named like the query of an address, which is signed in front of it.")
	}
	var b strings.Builder
	for _, name := range names {
		values := form[name]
		slices.Sort(values)
		for _, value := range slices.Compact(values) {
			b.WriteString(name)
			b.WriteString(value)
		}
	}
	return b.String(), nil
}
