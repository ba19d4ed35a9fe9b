package verify

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

// Sign returns the headers with which a sender proves a request under the inbox's
// first proof and secret: what a sample needs. r.Header must give the headers that
// are signed along, such as a delivery's id. The secret part of an address is the
// caller's to put there. It returns a KindUnsupported error where a proof cannot be
// made, and a KindInvalid one where the request lacks what is signed.
func (v *Verifier) Sign(r Request) ([]engine.Header, error) {
	if v.open {
		return nil, nil
	}
	if len(v.proofs) == 0 {
		return nil, engine.Invalid("", "The sender check of this inbox is not finished, so that nothing can be signed for it.")
	}
	switch p := v.proofs[0].(type) {
	case *keyProof:
		return nil, nil
	case *tokenProof:
		return []engine.Header{{Name: p.header, Value: p.values[0]}}, nil
	case *signature:
		return p.make(r)
	default:
		return nil, &engine.Error{Kind: engine.KindUnsupported, Message: "A sample cannot be signed for this sender; send one from its own site."}
	}
}

// make writes the signature headers of a request, the opposite of read.
func (p *signature) make(r Request) ([]engine.Header, error) {
	from, name, _ := strings.Cut(p.shape.Timestamp, ":")
	var headers []engine.Header
	var doc document
	ts := formatTime(r.Now, p.shape.Unit)
	switch from {
	case "header":
		headers = append(headers, engine.Header{Name: name, Value: ts})
		sent := r.Header
		r.Header = func(asked string) []string {
			if strings.EqualFold(asked, name) {
				return []string{ts}
			}
			return sent(asked)
		}
	case "json":
		text, err := doc.text(&r, name)
		if err != nil {
			return nil, unsignable(err)
		}
		ts = text
	}
	m, err := p.resolve(&r, ts, &doc)
	if err != nil {
		return nil, unsignable(err)
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
	return append(headers, engine.Header{Name: p.headers[0], Value: value}), nil
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
