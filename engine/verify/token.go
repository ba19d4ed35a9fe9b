package verify

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"patchbay/engine"
)

// same compares two texts in a time that tells nothing about either, their length included.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// keyProof is the secret part of the address.
type keyProof struct {
	name string
	key  string
}

func (p *keyProof) label() string { return p.name }

func (p *keyProof) present(*Request) bool { return true }

func (p *keyProof) check(r *Request) error {
	expected := p.key
	if r.Fingerprint != nil {
		expected = r.Fingerprint(expected)
	}
	if !same(r.Key, expected) {
		return refuse("The secret part of the address is missing or wrong.")
	}
	return nil
}

// tokenProof is a header that carries the secret itself. Each of values is a whole
// header value as a sender would write it; read brings a live value into that form.
type tokenProof struct {
	name   string
	header string
	values []string
	read   func(value string) (string, bool)
	wrong  string
}

func (p *tokenProof) label() string { return p.name }

func (p *tokenProof) present(r *Request) bool { return len(r.Header(p.header)) > 0 }

func (p *tokenProof) check(r *Request) error {
	value, err := r.single(p.header)
	if err != nil {
		return err
	}
	match := false
	if r.Fingerprint == nil {
		var ok bool
		if value, ok = p.read(value); !ok {
			return refuse(p.wrong)
		}
	}
	for _, expected := range p.values {
		if r.Fingerprint != nil {
			expected = r.Fingerprint(expected)
		}
		match = same(value, expected) || match
	}
	if !match {
		return refuse(p.wrong)
	}
	return nil
}

func asSent(value string) (string, bool) { return value, true }

// newHeaderToken is a provider's own token header.
func newHeaderToken(e evidence, id string, secrets []secret) *tokenProof {
	p := &tokenProof{
		name:   e.labelled(id),
		header: e.header,
		read:   asSent,
		wrong:  "The token in the header " + e.header + " is not the secret.",
	}
	for _, s := range secrets {
		p.values = append(p.values, s.text)
	}
	return p
}

// newToken makes the check of scheme basic, bearer or header.
func newToken(scheme, label string, v engine.Verify, secrets []secret) *tokenProof {
	p := &tokenProof{name: label, header: "Authorization"}
	var write func(text string) string
	switch scheme {
	case schemeBasic:
		p.wrong = "The user name or the password is wrong."
		p.read = readBasic
		write = func(text string) string { return writeBasic(v.Username + ":" + text) }
	case schemeBearer:
		p.wrong = "The bearer token is wrong."
		p.read = readBearer
		write = func(text string) string { return "Bearer " + text }
	default:
		p.header = v.Header
		p.wrong = "The value of the header " + v.Header + " is not the secret."
		p.read = asSent
		write = func(text string) string { return text }
	}
	for _, s := range secrets {
		p.values = append(p.values, write(s.text))
	}
	return p
}

// readBasic rewrites credentials in the one form that is compared: the scheme's case
// and the padding are the sender's choice.
func readBasic(value string) (string, bool) {
	encoded, ok := cutScheme(value, "Basic ")
	if !ok {
		return "", false
	}
	pair, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil {
		return "", false
	}
	return writeBasic(string(pair)), true
}

func writeBasic(pair string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

func readBearer(value string) (string, bool) {
	rest, ok := cutScheme(value, "Bearer ")
	return "Bearer " + rest, ok
}

// cutScheme takes the scheme off an Authorization header, whatever its case.
func cutScheme(value, scheme string) (string, bool) {
	if len(value) < len(scheme) || !strings.EqualFold(value[:len(scheme)], scheme) {
		return "", false
	}
	return strings.TrimSpace(value[len(scheme):]), true
}
