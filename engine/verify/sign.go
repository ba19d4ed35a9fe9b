package verify

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

// Signed is what a sender adds to a request to prove itself. Body nil is the body as it
// was; Query is added to the query of the address.
type Signed struct {
	Headers []engine.Header
	Body    []byte
	Query   string
}

// signer is a proof that can be made with what the inbox knows.
type signer interface {
	sign(r *Request) (Signed, error)
}

// Sign returns that with which a sender proves a request under the inbox's first secret:
// what a sample needs. The proof is the first, unless the body is one that carries
// another. r.Header must give the headers that are signed along, such as a delivery's
// id. The secret part of an address is the caller's to put there. It returns a
// KindUnsupported error where a proof cannot be made, and a KindInvalid one where the
// request lacks what is signed.
func (v *Verifier) Sign(r Request) (Signed, error) {
	if v.open {
		return Signed{}, nil
	}
	if len(v.proofs) == 0 {
		return Signed{}, engine.Invalid("", "The sender check of this inbox is not finished, so that nothing can be signed for it.")
	}
	chosen := v.proofs[0]
	for _, p := range v.proofs {
		if items, ok := p.(*adyenItems); ok && items.present(&r) {
			chosen = items
		}
	}
	if p, ok := chosen.(signer); ok {
		return p.sign(&r)
	}
	return Signed{}, &engine.Error{Kind: engine.KindUnsupported, Message: "A sample cannot be signed for this sender, who alone has the key; send one from its own site."}
}

func (p *keyProof) sign(*Request) (Signed, error) { return Signed{}, nil }

func (p *tokenProof) sign(*Request) (Signed, error) { //nolint:unparam // a signer
	return Signed{Headers: []engine.Header{{Name: p.header, Value: p.values[0]}}}, nil
}

// adding is the request with more headers.
func (r *Request) adding(headers []engine.Header) *Request {
	with := *r
	with.Header = func(name string) []string {
		for _, h := range headers {
			if strings.EqualFold(h.Name, name) {
				return []string{h.Value}
			}
		}
		return r.Header(name)
	}
	return &with
}

// sign writes the signature headers of a request, the opposite of read.
func (p *signature) sign(r *Request) (Signed, error) {
	from, name, _ := strings.Cut(p.shape.Timestamp, ":")
	var headers []engine.Header
	ts := formatTime(r.Now, p.shape.Unit)
	switch from {
	case "header":
		headers = append(headers, engine.Header{Name: name, Value: ts})
		r = r.adding(headers)
	case "json":
		text, err := r.text(name)
		if err != nil {
			return Signed{}, unsignable(err)
		}
		ts = text
	}
	m, err := p.resolve(r, ts)
	if err != nil {
		return Signed{}, unsignable(err)
	}
	for _, i := range m.secret {
		m.pieces[i] = p.keys[0].secret
	}
	value := p.shape.Prefix + p.encode(p.keys[0].sign(m.pieces, nil))
	switch p.shape.Format {
	case formatKV:
		value = p.shape.SigKeys[0] + "=" + value
		if from == "kv" {
			value = name + "=" + ts + p.shape.Separator + value
		}
	case formatList:
		value = p.shape.ItemPrefix + value
	}
	return Signed{Headers: append(headers, engine.Header{Name: p.headers[0], Value: value})}, nil
}

func unsignable(err error) error {
	return &engine.Error{Kind: engine.KindInvalid, Message: "The sample cannot be signed: " + err.Error(), Err: err}
}

func (p *signature) encode(digest []byte) string {
	switch p.shape.Encoding {
	case "hex":
		return hex.EncodeToString(digest)
	case "base64url":
		return base64.RawURLEncoding.EncodeToString(digest)
	default:
		return base64.StdEncoding.EncodeToString(digest)
	}
}

func formatTime(t time.Time, unit string) string {
	switch unit {
	case "ms":
		return strconv.FormatInt(t.UnixMilli(), 10)
	case "rfc3339":
		return t.UTC().Format(time.RFC3339)
	case "httpdate":
		return t.UTC().Format(httpDate)
	default:
		return strconv.FormatInt(t.Unix(), 10)
	}
}
