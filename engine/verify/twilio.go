package verify

import (
	"net/url"
	"strings"

	"patchbay/engine"
)

const bodyHash = "bodySHA256"

// twilioProof is the signature over the address and, for a form, its sorted fields.
// For other bodies the address holds a hash of the body.
type twilioProof struct {
	*signature
}

func twilio(s setup) (proof, []error) {
	inner, faults := newSignature(evidence{
		name: s.name, hmac: &engine.HMACShape{Header: "X-Twilio-Signature", Algorithm: "sha1", Encoding: "base64", Message: "{url}{form_sorted}"},
	}, s.name, s.config, s.secrets)
	return &twilioProof{inner}, faults
}

func (p *twilioProof) check(r *Request) error {
	found, err := p.read(r)
	if err != nil {
		return err
	}
	address, err := p.addressOf(r)
	if err != nil {
		return err
	}
	fields := ""
	if hash := queryValue(afterQuestion(address), bodyHash); hash == "" {
		if fields, err = sortedForm(r); err != nil {
			return err
		}
	} else if !same(strings.ToLower(hash), hashOf(r.Body)) {
		return refuse("The signature is of another body.")
	}
	for _, a := range portVariants(address) {
		if p.fits(message{pieces: [][]byte{[]byte(a), []byte(fields)}}, found.signatures) {
			return nil
		}
	}
	return refuse("The signature does not fit the signing secret.")
}

// addressOf is the address that is signed, with what Twilio itself puts into its query:
// the hash of a body that is no form, or all fields of a GET request. In front of a form's
// fields stands no other query than the configured one.
func (p *twilioProof) addressOf(r *Request) (string, error) {
	hash, fields := queryValue(r.Query, bodyHash), len(r.Body) > 0
	switch {
	case p.url == "" && hash != "":
		if r.Query != bodyHash+"="+hash {
			return "", refuse(noBorder)
		}
		return signedAddress(r, "", part{token: tokenURL})
	case p.url == "" && !fields:
		return signedAddress(r, "", part{token: tokenURL})
	case p.url == "":
		return signedAddress(r, "", p.message[0])
	case hash != "" && queryValue(afterQuestion(p.url), bodyHash) == "":
		return withQuery(p.url, bodyHash+"="+url.QueryEscape(hash)), nil
	case fields:
		return p.url, nil
	}
	own := afterQuestion(p.url)
	more, ok := strings.CutPrefix(r.Query, own)
	if !ok || more == "" {
		return p.url, nil
	}
	return withQuery(p.url, strings.TrimPrefix(more, "&")), nil
}

// portVariants are an address as it is, and with the usual port added or taken away:
// Twilio signs either.
func portVariants(address string) []string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return []string{address}
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, tail := rest[:end], rest[end:]
	port := ":443"
	if scheme == "http" {
		port = ":80"
	}
	if plain, found := strings.CutSuffix(host, port); found {
		return []string{address, scheme + "://" + plain + tail}
	}
	if strings.Contains(host, ":") && !strings.HasSuffix(host, "]") {
		return []string{address}
	}
	return []string{address, scheme + "://" + host + port + tail}
}

func afterQuestion(address string) string {
	_, query, _ := strings.Cut(address, "?")
	return query
}

func queryValue(query, name string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return values.Get(name)
}

func withQuery(address, more string) string {
	if strings.Contains(address, "?") {
		return address + "&" + more
	}
	return address + "?" + more
}

func (p *twilioProof) sign(r *Request) (Signed, error) {
	address, err := signedAddress(r, p.url, p.message[0])
	if err != nil {
		return Signed{}, unsignable(err)
	}
	var out Signed
	fields := ""
	if kind, _ := r.mediaType(); len(r.Body) == 0 || kind == "application/x-www-form-urlencoded" {
		if fields, err = sortedForm(r); err != nil {
			return Signed{}, unsignable(err)
		}
	} else {
		out.Query = bodyHash + "=" + hashOf(r.Body)
		address = withQuery(address, out.Query)
	}
	value := p.encode(p.keys[0].sign([][]byte{[]byte(address), []byte(fields)}, nil))
	out.Headers = []engine.Header{{Name: p.headers[0], Value: value}}
	return out, nil
}
