package verify

import (
	"crypto/hmac"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strings"
	"sync"
	"time"

	"patchbay/engine"
)

// maxDigest is the longest digest of the algorithms.
const maxDigest = 64

// signature is the generic HMAC check of one shape under all secrets that fit it.
type signature struct {
	name      string
	headers   []string // where signatures stand; the first is the usual one
	shape     engine.HMACShape
	size      int
	message   []part
	keys      []*key
	url       string
	tolerance time.Duration // 0: the time is not checked
}

// key is one secret, ready to sign with. Its hashes are kept for reuse.
type key struct {
	secret []byte
	pool   sync.Pool
}

func newSignature(e evidence, id string, v engine.Verify, secrets []secret) (*signature, []error) {
	parts, err := parseMessage(e.hmac)
	if err != nil {
		return nil, []error{err}
	}
	newHash := algorithm(e.hmac.Algorithm)
	p := &signature{
		name:      e.labelled(id),
		headers:   append([]string{e.hmac.Header}, e.also...),
		shape:     *e.hmac,
		size:      newHash().Size(),
		message:   parts,
		url:       v.URL,
		tolerance: e.tolerance,
	}
	if v.Tolerance != nil {
		p.tolerance = v.Tolerance.Std()
	}
	if p.shape.Separator == "" {
		p.shape.Separator = ","
	}
	var faults []error
	for _, s := range secrets {
		bytes, err := decodeKey(p.shape.Key, s.text)
		if err != nil {
			faults = append(faults, engine.Invalid(s.field, "The secret cannot be decoded as %s; copy it again as a whole.", p.shape.Key))
			continue
		}
		k := &key{secret: []byte(s.text)}
		k.pool.New = func() any { return hmac.New(newHash, bytes) }
		p.keys = append(p.keys, k)
	}
	return p, faults
}

func (p *signature) label() string { return p.name }

func (p *signature) present(r *Request) bool {
	return slices.ContainsFunc(p.headers, func(h string) bool { return len(r.Header(h)) > 0 })
}

func (p *signature) check(r *Request) error {
	found, err := p.read(r)
	if err != nil {
		return err
	}
	ts, err := p.timestamp(r, found)
	if err != nil {
		return err
	}
	m, err := p.resolve(r, ts)
	if err != nil {
		return err
	}
	if !p.fits(m, found.signatures) {
		if len(p.keys) > 1 {
			return refuse("The signature fits none of the signing secrets.")
		}
		return refuse("The signature does not fit the signing secret.")
	}
	if !p.timed() {
		return nil
	}
	return timely(ts, p.shape.Unit, r.Now, p.tolerance) // only now known to be the sender's own
}

// found is what the signature headers hold.
type found struct {
	signatures [][]byte
	times      []string // of kv items
}

// read collects the signatures of a known version that have the right length.
func (p *signature) read(r *Request) (found, error) {
	var f found
	seen := false
	for _, name := range p.headers {
		values := r.Header(name)
		if len(values) > 1 {
			return found{}, refuse("The header " + name + " stands more than once.")
		}
		if len(values) == 1 {
			seen = true
			p.split(values[0], &f)
		}
	}
	switch {
	case !seen:
		return found{}, refuse("The request is not signed: the header " + p.headers[0] + " is missing.")
	case len(f.signatures) == 0:
		return found{}, refuse("The header " + p.headers[0] + " holds no signature in the expected form.")
	default:
		return f, nil
	}
}

// split takes one header apart. What is not understood is ignored: senders add new
// versions of their signature beside the old one.
func (p *signature) split(value string, f *found) {
	switch p.shape.Format {
	case formatKV:
		_, timeKey, _ := strings.Cut(p.shape.Timestamp, ":")
		for item := range strings.SplitSeq(value, p.shape.Separator) {
			k, v, _ := strings.Cut(strings.TrimSpace(item), "=")
			if slices.Contains(p.shape.SigKeys, k) {
				p.add(v, f)
			} else if k == timeKey && strings.HasPrefix(p.shape.Timestamp, "kv:") {
				f.times = append(f.times, v)
			}
		}
	case formatList:
		for item := range strings.SplitSeq(value, p.shape.Separator) {
			if s, ok := strings.CutPrefix(strings.TrimSpace(item), p.shape.ItemPrefix); ok {
				p.add(s, f)
			}
		}
	default:
		p.add(value, f)
	}
}

// add keeps a signature that decodes to exactly one digest.
func (p *signature) add(text string, f *found) {
	text, ok := strings.CutPrefix(text, p.shape.Prefix)
	if !ok || strings.ContainsAny(text, "\r\n") {
		return
	}
	var digest []byte
	var err error
	switch p.shape.Encoding {
	case "hex":
		digest, err = hex.DecodeString(text)
	case "base64url":
		digest, err = base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(text, "="))
	default:
		digest, err = base64.StdEncoding.Strict().DecodeString(text)
	}
	if err == nil && len(digest) == p.size {
		f.signatures = append(f.signatures, digest)
	}
}

// fits tries every signature against every active secret, all of them every time.
func (p *signature) fits(m message, signatures [][]byte) bool {
	match := 0
	var sum [maxDigest]byte
	for _, k := range p.keys {
		for _, i := range m.secret {
			m.pieces[i] = k.secret
		}
		digest := k.sign(m.pieces, sum[:0])
		for _, s := range signatures {
			match |= subtle.ConstantTimeCompare(digest, s)
		}
	}
	return match == 1
}

func (k *key) sign(pieces [][]byte, to []byte) []byte {
	h, ok := k.pool.Get().(hash.Hash)
	if !ok {
		return nil // cannot be: the pool makes hashes only; nil fits nothing
	}
	defer k.pool.Put(h)
	h.Reset()
	for _, piece := range pieces {
		_, _ = h.Write(piece) // a hash never fails
	}
	return h.Sum(to)
}
